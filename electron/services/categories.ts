/** Next items and next categories after a session; category demand over the panel. Rows of the model become SKUs here. */
import { getItemRows } from '../../db/items.ts';
import { labelKey } from '../../models/features.ts';
import type { DemandSegment as RowSegment } from '../../models/category-jobs.ts';
import type { CatalogRow } from '../api/catalog.ts';
import type { CategoriesApi, DemandRequest, DemandSegment, SessionRequest } from '../api/categories.ts';
import { AppError } from '../api/errors.ts';
import type { Context } from './context.ts';
import { defaultK, type Served, type Serving } from './serving.ts';

export function createCategoriesService({ workspace }: Context, serving: Serving): CategoriesApi {
  const db = workspace.reader;

  function withSession<T>({ session, k = defaultK, run: runId, withDrafts = false }: SessionRequest, work: (served: Served, known: Known) => Promise<T>): Promise<T> {
    return serving.use({ runId, drafts: true }, async (served) => {
      const places = session.flatMap((sku, place) => (rowOf(served, sku) >= 0 ? [place] : []));
      if (places.length === 0) throw new AppError('invalid', nothingKnown(session));
      const rows = Int32Array.from(places, (place) => rowOf(served, session[place]!));
      return work(served, { places, job: { rows, k, extra: withDrafts ? served.drafts : new Int32Array(0) } });
    });
  }

  function withDemand<T>({ run: runId, level, segment = {}, from }: DemandRequest, work: (served: Served, job: { readonly level: string; readonly segment: RowSegment; readonly from: string | null }) => Promise<T>): Promise<T> {
    return serving.use({ runId, drafts: false }, async (served) => {
      const { levels } = served.info;
      const asked = level ?? levels.at(-1);
      if (asked === undefined) throw new AppError('no-model', `The model in use (${served.run.runId}) predicts no categories. Train M2TRec, or make such a run active.`);
      if (!levels.includes(asked)) throw new AppError('invalid', `This model has no level ${asked}; it predicts ${levels.join(', ')}.`);
      return work(served, { level: asked, segment: segmentOf(served, segment), from: keyOf(from) });
    });
  }

  /** Catalogue rows of model rows, as the catalogue is now. */
  function finder({ skus }: Served, rows: Iterable<number>): (row: number) => CatalogRow | null {
    const named = [...new Set(rows)].filter((row) => row >= 0);
    const found = getItemRows(db, named.map((row) => skus[row]!));
    const itemOf = new Map(named.map((row, index) => [row, found[index] ?? null]));
    return (row) => itemOf.get(row) ?? null;
  }

  return {
    async items({ skus }) {
      return getItemRows(db, skus);
    },

    recommend: (request) => withSession(request, async (served, { job }) => {
      const started = performance.now();
      const { items, categories, tree } = await served.compute.recommend(job);
      const milliseconds = performance.now() - started;
      const find = finder(served, items.map(({ row }) => row));
      return {
        run: served.run.runId,
        head: served.info.head,
        unknown: request.session.filter((sku) => rowOf(served, sku) < 0),
        items: items.flatMap(({ row, score, probability }) => withItem(find(row), (item) => ({ item, score, probability }))),
        categories, tree, milliseconds, candidates: served.info.candidates + job.extra.length,
      };
    }),

    contributions: (request) => withSession(request, async (served, { places, job }) => {
      const { items, labels, positions } = await served.compute.contributions(job);
      const find = finder(served, [...items.map(({ row }) => row), ...job.rows]);
      const kept = items.map(({ row }) => find(row) !== null); // a SKU that left the catalogue meanwhile has no column
      return {
        run: served.run.runId,
        items: items.flatMap(({ row, probability }) => withItem(find(row), (item) => ({ item, probability }))),
        labels,
        positions: positions.flatMap(({ position, items: effects, ...rest }) =>
          withItem(find(job.rows[position]!), (item) => ({ place: places[position]!, item, items: effects.filter((_, index) => kept[index]), ...rest }))),
      };
    }),

    demand: (request) => withDemand(request, async (served, job) => {
      const started = performance.now();
      const { categories, flows, chosen, panel, ...numbers } = await served.compute.demand(job);
      return {
        run: served.run.runId, model: served.run.model, ...numbers,
        panel: { ...panel, seed: served.info.panel.seed, source: served.info.panel.source },
        categories: categories.map(withoutKey),
        flows: { paths: flows.labels.map(({ path }) => path), predicted: flows.predicted, actual: flows.actual },
        chosen: { ...chosen, from: chosen.from?.path ?? null, to: chosen.to.map(withoutKey) },
        milliseconds: performance.now() - started,
      };
    }),

    demandMoments: (request) => withDemand(request, async (served, job) => {
      const { to, which, offset, limit } = request;
      const { total, moments } = await served.compute.demandMoments({ ...job, to: keyOf(to), which, offset, limit });
      const find = finder(served, moments.flatMap(({ rows, next }) => [...rows, next]));
      return {
        total,
        moments: moments.map(({ session, rows, next, probability, expected }) => ({
          sessionId: served.sessionIds[session] ?? '', items: rows.flatMap((row) => find(row) ?? []), next: find(next), probability,
          expected: withoutKey(expected),
        })),
      };
    }),
  };
}

interface Known {
  /** Places of the request's session whose SKU is known, in order. */
  readonly places: readonly number[];
  readonly job: { readonly rows: Int32Array; readonly k: number; readonly extra: Int32Array };
}

function rowOf(served: Served, sku: string): number {
  return served.rowOf.get(sku.normalize('NFC')) ?? -1;
}

/** @throws AppError `invalid` for a SKU that nobody knows */
function segmentOf(served: Served, { entry, least = 1, most, sku, brand }: DemandSegment): RowSegment {
  const row = sku === undefined ? -1 : rowOf(served, sku);
  if (sku !== undefined && row < 0) throw new AppError('invalid', `"${sku}" is not in the catalogue, so no session holds it. Choose another SKU for the segment.`);
  if (most !== undefined && most < least) throw new AppError('invalid', `No session has at least ${least} and at most ${most} items. Widen the length.`);
  return { entry: keyOf(entry), least, most: most ?? null, row, brand: brand ?? null };
}

function keyOf(path: readonly string[] | undefined): string | null {
  return path === undefined ? null : labelKey(path);
}

function withoutKey<Named extends { readonly key: string }>({ key: _, ...rest }: Named): Omit<Named, 'key'> {
  return rest;
}

function withItem<T>(item: CatalogRow | null, build: (item: CatalogRow) => T): readonly T[] {
  return item === null ? [] : [build(item)];
}

function nothingKnown(session: readonly string[]): string {
  if (session.length === 0) return 'The session is empty. Name at least one SKU.';
  if (session.length === 1) return `"${session[0]}" is not in the catalogue. Name a SKU of the catalogue.`;
  return `None of the ${session.length} SKUs is in the catalogue, the first is "${session[0]}". Name SKUs of the catalogue.`;
}
