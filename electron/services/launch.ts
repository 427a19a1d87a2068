/** The launch board: drafts, and what the model says of them. */
import { getItem, getItemRows, saveDraft, deleteDraft } from '../../db/items.ts';
import { activeRun } from '../../db/runs.ts';
import { draftsWithoutNumbers, listDrafts, savePreviews, type BoardNumbers } from '../../db/previews.ts';
import type { ItemFeatures } from '../../db/records.ts';
import type { PreviewNumbers } from '../../models/launch-jobs.ts';
import { AppError } from '../api/errors.ts';
import type { LaunchApi } from '../api/launch.ts';
import type { Context } from './context.ts';
import { confidenceOf, createPreviews, featuresOf } from './launch-preview.ts';
import type { Serving } from './serving.ts';

/** Drafts whose numbers are written at once: the board fills in visible steps. */
const boardBatch = 20;

export function createLaunchService(context: Context, serving: Serving): LaunchApi {
  const { workspace, emit } = context;
  const db = workspace.reader;
  const previews = createPreviews(context, serving);
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
        numbers.push({ sku, contentHash, ...boardNumbers(await previews.numbers({ runId: run.runId }, sku, found.features)) });
      }
      await workspace.write((writer) => savePreviews(writer, run.runId, numbers));
      emit('workspace.changed', { what: ['drafts'] });
    }
    return { previewed: waiting.length };
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
    preview: previews.preview,
    explain: previews.explain,
    contrast: previews.contrast,
    together: previews.together,
    history: previews.history,
    refreshBoard() {
      refreshing ??= refreshBoard().finally(() => (refreshing = null));
      return refreshing;
    },
  };
}

function boardNumbers({ exposure, exposureInterval, reach, medianRank, warnings }: PreviewNumbers): BoardNumbers {
  return { exposure, exposureInterval, reach, medianRank, confidence: confidenceOf(warnings) };
}
