/** The launch board: drafts, and what the model says of them. Rows of the model become SKUs here. */
import { getItem, getItemRows, saveDraft, deleteDraft } from '../../db/items.ts';
import { activeRun } from '../../db/runs.ts';
import { draftsWithoutNumbers, listDrafts, savePreviews, type BoardNumbers } from '../../db/previews.ts';
import type { ItemFeatures } from '../../db/records.ts';
import type { PreviewNumbers } from '../../models/jobs.ts';
import type { CatalogRow } from '../api/catalog.ts';
import { AppError } from '../api/errors.ts';
import type { LaunchApi, Preview, PreviewWarning } from '../api/launch.ts';
import type { Context } from './context.ts';
import type { Served, Serving } from './serving.ts';
import { staleReason } from './workspace.ts';

/** Drafts whose numbers are written at once: the board fills in visible steps. */
const boardBatch = 20;

export function createLaunchService({ workspace, emit }: Context, serving: Serving): LaunchApi {
  const db = workspace.reader;
  let refreshing: Promise<{ readonly previewed: number }> | null = null;

  function draftsChanged(): void {
    serving.draftsChanged();
    emit('workspace.changed', { what: ['drafts'] });
  }

  /** Numbers for every draft that lacks them, stored under the text they were computed from. */
  async function refreshBoard(): Promise<{ readonly previewed: number }> {
    const run = activeRun(db);
    if (run === null) throw new AppError('no-model', 'There is no trained model yet. Train one first.');
    const waiting = draftsWithoutNumbers(db, run.runId);
    if (waiting.length === 0) return { previewed: 0 };
    for (let start = 0; start < waiting.length; start += boardBatch) {
      const numbers: (BoardNumbers & { readonly sku: string; readonly contentHash: string })[] = [];
      for (const { sku, contentHash } of waiting.slice(start, start + boardBatch)) {
        const found = findDraft(sku);
        if (found === null || found.contentHash !== contentHash) continue; // edited or deleted meanwhile
        const result = await previewWith({ runId: run.runId }, sku, found.features, false);
        numbers.push({ sku, contentHash, ...boardNumbers(result.numbers) });
      }
      await workspace.write((writer) => savePreviews(writer, run.runId, numbers));
      emit('workspace.changed', { what: ['drafts'] });
    }
    return { previewed: waiting.length };
  }

  function previewWith(request: PreviewWith, sku: string, features: ItemFeatures, lists: boolean): Promise<{ readonly served: Served; readonly numbers: PreviewNumbers }> {
    return serving.use({ ...request, drafts: false }, async (served) => {
      refuseKnownOnly(served);
      const row = served.rowOf.get(sku.normalize('NFC')) ?? -1;
      return { served, numbers: await served.compute.preview({ features, row, k: served.k, lists }) };
    });
  }

  function findDraft(sku: string): { readonly features: ItemFeatures; readonly contentHash: string } | null {
    if (getItemRows(db, [sku])[0]?.status !== 'draft') return null;
    const { item, contentHash } = getItem(db, sku);
    return { features: featuresOf(item), contentHash };
  }

  return {
    async drafts(request) {
      return listDrafts(db, { ...request, runId: activeRun(db)?.runId ?? null });
    },
    async saveDraft({ sku, features, currency }) {
      const saved = await workspace.write((writer) => saveDraft(writer, sku, features, currency));
      draftsChanged();
      return saved;
    },
    async deleteDraft({ sku }) {
      await workspace.write((writer) => deleteDraft(writer, sku));
      draftsChanged();
    },
    async preview({ sku, features, k, panel }) {
      const { served, numbers } = await previewWith({ k, panel }, sku, features, true);
      return describePreview(served, sku, numbers, (skus) => getItemRows(db, skus));
    },
    refreshBoard() {
      refreshing ??= refreshBoard().finally(() => (refreshing = null));
      return refreshing;
    },
  };
}

interface PreviewWith {
  readonly runId?: string | undefined;
  readonly k?: number | undefined;
  readonly panel?: number | undefined;
}

function refuseKnownOnly({ info, run }: Served): void {
  if (info.scoresNewSkus) return;
  throw new AppError('no-model', `The model in use (${run.runId}) owns one row per known SKU and cannot rank a new one. Train M2TRec with the tied head, or make such a run active.`);
}

function featuresOf({ title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs }: ItemFeatures): ItemFeatures {
  return { title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs };
}

function boardNumbers({ exposure, exposureInterval, reach, medianRank, warnings }: PreviewNumbers): BoardNumbers {
  return { exposure, exposureInterval, reach, medianRank, confidence: confidenceOf(warnings) };
}

/** Low where the model has to guess: product.md section 8. */
function confidenceOf(warnings: PreviewNumbers['warnings']): 'normal' | 'low' {
  return warnings.some(({ code }) => code === 'unknown-brand' || code === 'unknown-tokens' || code === 'no-title') ? 'low' : 'normal';
}

/** Numbers by row -> numbers by SKU. `find` looks the rows up in the catalogue as it is now. */
function describePreview(served: Served, sku: string, numbers: PreviewNumbers, find: (skus: readonly string[]) => readonly (CatalogRow | null)[]): Preview {
  const { run, info, skus, sessionIds, k } = served;
  const { similar, displaced, entered, warnings, panel, milliseconds, ...plain } = numbers;
  const rows = new Set([...similar.map(({ row }) => row), ...displaced.map(({ row }) => row), ...entered.flatMap((moment) => moment.rows)]);
  const named = [...rows].filter((row) => row >= 0);
  const found = find(named.map((row) => skus[row]!));
  const itemOf = new Map(named.map((row, index) => [row, found[index] ?? null]));
  /** A SKU that left the catalogue since the model was opened has no row to show. */
  const withItem = <Entry extends { readonly row: number }>(entries: readonly Entry[]) =>
    entries.flatMap(({ row, ...rest }) => {
      const item = itemOf.get(row);
      return item ? [{ item, ...rest }] : [];
    });
  const stale: readonly PreviewWarning[] = run.stale ? [{ code: 'stale-model', message: staleReason }] : [];
  return {
    sku,
    ...plain,
    similar: withItem(similar),
    displaced: withItem(displaced),
    entered: entered.map(({ session, rank, score, rows }) => ({
      sessionId: sessionIds[session] ?? '',
      rank,
      score,
      items: rows.flatMap((row) => itemOf.get(row) ?? []),
    })),
    confidence: confidenceOf(warnings),
    warnings: [...warnings, ...stale],
    provenance: {
      run: run.runId,
      model: run.model,
      head: info.head,
      trainedAt: run.startedAt + run.seconds * 1000,
      device: run.device,
      panel,
      k,
      candidates: info.candidates,
      seen: info.seen,
      milliseconds,
    },
  };
}
