/** What the model says of drafts: previews, why, contrasts, several drafts at once. Rows of the model become SKUs here. Nothing is stored. */
import { readProtections } from '../../db/drafts.ts';
import { readHistory } from '../../db/history.ts';
import { getItem, getItemRows } from '../../db/items.ts';
import type { ItemFeatures } from '../../db/records.ts';
import type { DisplacedRow, PanelFacts, PreviewNumbers } from '../../models/launch-jobs.ts';
import type { CatalogRow } from '../api/catalog.ts';
import { AppError } from '../api/errors.ts';
import type { DisplacedItem, LaunchApi, Preview, PreviewWarning, Provenance } from '../api/launch.ts';
import type { ContrastMoment } from '../api/what-if.ts';
import type { Context } from './context.ts';
import type { Served, Serving } from './serving.ts';
import { staleReason } from './workspace.ts';

export interface PreviewWith {
  /** The active run unless given. */
  readonly runId?: string | undefined;
  readonly k?: number | undefined;
  readonly panel?: number | undefined;
}

export interface Previews extends Pick<LaunchApi, 'preview' | 'explain' | 'contrast' | 'together' | 'history'> {
  /** The numbers of a preview without its lists: for the board. */
  numbers(request: PreviewWith, sku: string, features: ItemFeatures): Promise<PreviewNumbers>;
}

/** Low where the model has to guess: product.md section 8. */
export function confidenceOf(warnings: PreviewNumbers['warnings']): 'normal' | 'low' {
  return warnings.some(({ code }) => code === 'unknown-brand' || code === 'unknown-tokens' || code === 'no-title') ? 'low' : 'normal';
}

/** Ranks held at once by drafts that launch together: about 1 GB in the compute process. */
const mostRanks = 50_000_000;

export function createPreviews({ workspace }: Context, serving: Serving): Previews {
  const db = workspace.reader;

  /** Runs `work` with a model that can rank new SKUs. */
  function use<T>(request: PreviewWith, work: (served: Served) => Promise<T>): Promise<T> {
    return serving.use({ ...request, drafts: false }, async (served) => {
      if (!served.info.scoresNewSkus) throw new AppError('no-model', `The model in use (${served.run.runId}) owns one row per known SKU and cannot rank a new one. Train M2TRec with the tied head, or make such a run active.`);
      return work(served);
    });
  }

  /** Catalogue rows of model rows, as the catalogue is now; a SKU that left it since the model was opened has none. */
  function finder({ skus }: Served, rows: Iterable<number>): (row: number) => CatalogRow | undefined {
    const named = [...new Set(rows)].filter((row) => row >= 0);
    const found = getItemRows(db, named.map((row) => skus[row]!));
    const itemOf = new Map(named.map((row, index) => [row, found[index] ?? undefined]));
    return (row) => itemOf.get(row);
  }

  return {
    numbers: (request, sku, features) => use(request, ({ rowOf, compute, k }) => compute.preview({ features, row: rowIn(rowOf, sku), k, lists: false })),
    preview({ sku, features, k, panel }) {
      return use({ k, panel }, async (served) => {
        const limits = readProtections(db);
        const watched = Int32Array.from([...limits.keys()].map((key) => rowIn(served.rowOf, key)).filter((row) => row >= 0));
        const numbers = await served.compute.preview({ features, row: rowIn(served.rowOf, sku), k: served.k, lists: true, watched });
        return describePreview(served, sku, numbers, limits, (rows) => finder(served, rows));
      });
    },
    explain({ sku, features, k, panel }) {
      return use({ k, panel }, async (served) => {
        const { panel: facts, milliseconds, ...numbers } = await served.compute.explain({ features, row: rowIn(served.rowOf, sku), k: served.k });
        return { sku, ...numbers, provenance: provenanceOf(served, facts, milliseconds) };
      });
    },
    contrast({ sku, a, b, k, panel }) {
      return use({ k, panel }, async (served) => {
        const { panel: facts, milliseconds, onlyA, onlyB, ...numbers } = await served.compute.contrast({ a, b, row: rowIn(served.rowOf, sku), k: served.k });
        const itemOf = finder(served, [...onlyA, ...onlyB].flatMap(({ rows }) => rows));
        const named = (moments: typeof onlyA): readonly ContrastMoment[] => moments.map(({ session, rankA, rankB, rows }) => ({
          sessionId: served.sessionIds[session] ?? '', rankA, rankB, items: rows.flatMap((row) => itemOf(row) ?? []),
        }));
        return { ...numbers, onlyA: named(onlyA), onlyB: named(onlyB), provenance: provenanceOf(served, facts, milliseconds) };
      });
    },
    together({ skus, k, panel }) {
      const rows = getItemRows(db, skus);
      for (const [i, row] of rows.entries()) if (row?.status !== 'draft') throw new AppError('not-found', `There is no draft "${skus[i]}". Choose saved drafts.`);
      const items = rows as readonly CatalogRow[];
      if (new Set(items.map(({ sku }) => sku)).size < items.length) throw new AppError('invalid', 'A draft is named twice. Name each draft once.');
      return use({ k, panel }, async (served) => {
        const most = Math.floor(mostRanks / Math.max(1, served.info.panel.moments));
        if (items.length > most) throw new AppError('invalid', `A panel of ${served.info.panel.moments.toLocaleString('en')} moments can rank ${most} drafts together, not ${items.length}. Choose fewer drafts or a smaller panel.`);
        const drafts = items.map(({ sku }) => ({ features: getItem(db, sku).item, row: rowIn(served.rowOf, sku) }));
        const { panel: facts, milliseconds, displaced, drafts: answers, ...numbers } = await served.compute.together({ drafts: drafts.map(({ features, row }) => ({ features: featuresOf(features), row })), k: served.k });
        return {
          ...numbers, drafts: answers.map((answer, i) => ({ item: items[i]!, ...answer })),
          displaced: nameLosers(displaced, readProtections(db), finder(served, displaced.map(({ row }) => row))), provenance: provenanceOf(served, facts, milliseconds),
        };
      });
    },
    async history({ sku }) {
      return readHistory(db, sku);
    },
  };
}

export function featuresOf({ title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs }: ItemFeatures): ItemFeatures {
  return { title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs };
}

function rowIn(rowOf: ReadonlyMap<string, number>, sku: string): number {
  return rowOf.get(sku.normalize('NFC')) ?? -1;
}

function nameLosers(displaced: readonly DisplacedRow[], limits: ReadonlyMap<string, number>, itemOf: (row: number) => CatalogRow | undefined): readonly DisplacedItem[] {
  return displaced.flatMap(({ row, ...rest }) => {
    const item = itemOf(row);
    return item === undefined ? [] : [{ item, ...rest, protected: limits.has(item.sku) }];
  });
}

/** One sentence for all protected SKUs that lose more than they may, the hardest hit first. */
function warnOfLosses(losers: readonly DisplacedItem[], limits: ReadonlyMap<string, number>): readonly PreviewWarning[] {
  const shareLost = ({ before, after }: DisplacedItem): number => (before === 0 ? 0 : 1 - after / before);
  const hurt = losers.filter((loser) => shareLost(loser) > (limits.get(loser.item.sku) ?? Infinity)).sort((a, b) => shareLost(b) - shareLost(a));
  const [worst] = hurt;
  if (worst === undefined) return [];
  const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
  const others = hurt.length === 1 ? '' : hurt.length === 2 ? ' One more protected SKU loses more than it may.' : ` ${hurt.length - 1} more protected SKUs lose more than they may.`;
  return [{ code: 'protected-loses', message: `${worst.item.title || worst.item.sku} is protected and would lose ${percent(shareLost(worst))} of its slots, more than its limit of ${percent(limits.get(worst.item.sku)!)}.${others}` }];
}

function provenanceOf({ run, info, k }: Served, panel: PanelFacts, milliseconds: Provenance['milliseconds']): Provenance {
  return {
    run: run.runId, model: run.model, head: info.head, trainedAt: run.startedAt + run.seconds * 1000, device: run.device,
    panel, k, candidates: info.candidates, seen: info.seen, milliseconds,
  };
}

/** Numbers by row -> numbers by SKU. */
function describePreview(served: Served, sku: string, numbers: PreviewNumbers, limits: ReadonlyMap<string, number>, finderOf: (rows: readonly number[]) => (row: number) => CatalogRow | undefined): Preview {
  const { similar, displaced, watched, entered, where, warnings, panel, milliseconds, ...plain } = numbers;
  const itemOf = finderOf([
    ...similar.map(({ row }) => row), ...[...displaced, ...watched].map(({ row }) => row),
    ...entered.flatMap((moment) => moment.rows), ...where.flatMap(({ groups }) => groups.map(({ row }) => row)),
  ]);
  const shown = new Set(displaced.map(({ row }) => row));
  const losers = nameLosers([...displaced, ...watched.filter(({ row }) => !shown.has(row))], limits, itemOf);
  const stale: readonly PreviewWarning[] = served.run.stale ? [{ code: 'stale-model', message: staleReason }] : [];
  return {
    sku,
    ...plain,
    similar: similar.flatMap(({ row, ...rest }) => {
      const item = itemOf(row);
      return item === undefined ? [] : [{ item, ...rest }];
    }),
    displaced: losers,
    entered: entered.map(({ session, rank, score, rows }) => ({ sessionId: served.sessionIds[session] ?? '', rank, score, items: rows.flatMap((row) => itemOf(row) ?? []) })),
    where: where.map(({ by, groups, rest }) => ({
      by, rest,
      groups: groups.map(({ row, label, ...counts }) => {
        const item = itemOf(row);
        return { label: row < 0 ? label : (item?.title ?? served.skus[row]!), ...(item === undefined ? {} : { item }), ...counts };
      }),
    })),
    confidence: confidenceOf(warnings),
    warnings: [...warnOfLosses(losers, limits), ...warnings, ...stale],
    provenance: provenanceOf(served, panel, milliseconds),
  };
}
