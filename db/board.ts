/**
 * The launch board: drafts with the numbers last computed for them, sorted, filtered and counted by SQLite. Everything but the page itself
 * is read from the index `drafts`, which holds no description: 100,000 drafts sort in about a tenth of a second.
 */
import type { ReadableDB } from './connection.ts';
import type { ItemRow } from './items.ts';
import type { BoardNumbers } from './previews.ts';
import { missingFields } from './records.ts';
import type { MissingField } from './records.ts';
import { matchCategory, matchItems } from './search.ts';

export type DraftSort = 'sku' | 'title' | 'brand' | 'category' | 'exposure' | 'reach' | 'medianRank' | 'readiness' | 'confidence' | 'missing';

export interface DraftFilters {
  readonly brand?: string;
  /** A level by its name, or a path as `A > B`. */
  readonly category?: string;
  /** `none`: no numbers yet. */
  readonly confidence?: 'normal' | 'low' | 'none';
  readonly missing?: MissingField;
  readonly readinessBelow?: number;
  readonly exposureBelow?: number;
  /** Exposure below an average SKU's. */
  readonly dead?: boolean;
}

export interface DraftQuery {
  /** null: no model yet, all numbers are null. */
  readonly runId: string | null;
  readonly search?: string;
  readonly filters?: DraftFilters;
  readonly sort?: DraftSort;
  readonly descending?: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** A draft on the board; numbers are null until computed for this run and this text. */
export type DraftRow = ItemRow & { readonly [Name in keyof BoardNumbers]: BoardNumbers[Name] | null } & { readonly missing: readonly MissingField[] };

/** What is empty, on the columns of the index. */
const isMissing: Readonly<Record<MissingField, string>> = {
  title: `items.title = ''`, brand: `items.brand = ''`, category: `items.leaf = ''`, color: `items.color = '[]'`, material: `items.material = '[]'`, price: `items.price IS NULL`,
};

const sortTerms: Readonly<Record<DraftSort, string>> = {
  sku: 'items.sku', title: 'items.title COLLATE NOCASE', brand: 'items.brand COLLATE NOCASE', category: 'items.leaf COLLATE NOCASE',
  exposure: 'previews.exposure', reach: 'previews.reach', medianRank: 'previews.median_rank', readiness: 'previews.readiness', confidence: 'previews.confidence',
  missing: missingFields.map((field) => `(${isMissing[field]})`).join(' + '),
};
const sortsByNumbers: ReadonlySet<DraftSort> = new Set(['exposure', 'reach', 'medianRank', 'readiness', 'confidence']);

const largestPage = 1_000;
const largestSelection = 100_000;
const listedValues = 100;

const previewsOfDrafts = `LEFT JOIN previews ON previews.item = items.id AND previews.run_id = ? AND previews.content_hash = items.content_hash`;

/** One page. Drafts without numbers come last in either direction. */
export function listDrafts(db: ReadableDB, query: DraftQuery): { readonly total: number; readonly rows: readonly DraftRow[] } {
  return { total: countDrafts(db, query), rows: readPage(db, query.runId, selectDraftIds({ ...query, limit: Math.min(query.limit, largestPage) })) };
}

/** The SKUs of a range of the board, in its order. */
export function listDraftSkus(db: ReadableDB, query: DraftQuery): readonly string[] {
  return readSkus(db, selectDraftIds({ ...query, limit: Math.min(query.limit, largestSelection) }));
}

/** Every draft that matches, in order: ids, to be kept and read later. */
export function listDraftIds(db: ReadableDB, query: Omit<DraftQuery, 'offset' | 'limit'>): readonly number[] {
  const { sql, values } = selectDraftIds({ ...query, offset: 0, limit: -1 });
  return db.prepare<unknown[], number>(`${sql} ORDER BY place`).pluck().all(...values);
}

/** The same for ids that were listed before; what is no draft any more is left out. */
export function readDrafts(db: ReadableDB, runId: string | null, ids: readonly number[]): readonly DraftRow[] {
  return readPage(db, runId, listed(ids.slice(0, largestPage)));
}

export function readDraftSkus(db: ReadableDB, ids: readonly number[]): readonly string[] {
  return readSkus(db, listed(ids.slice(0, largestSelection)));
}

/** Ids in the order they are given in, as `selectDraftIds` gives those that it sorts. */
function listed(ids: readonly number[]): SortedIds {
  return { sql: `SELECT value AS id, key AS place FROM json_each(?)`, values: [JSON.stringify(ids)] };
}

interface SortedIds {
  /** Columns `id`, `place`. */
  readonly sql: string;
  readonly values: readonly unknown[];
}

function readSkus(db: ReadableDB, ids: SortedIds): readonly string[] {
  return db.prepare<unknown[], string>(`SELECT items.sku FROM (${ids.sql}) AS page JOIN items ON items.id = page.id WHERE items.status = 'draft' ORDER BY page.place`).pluck().all(...ids.values);
}

function readPage(db: ReadableDB, runId: string | null, ids: SortedIds): readonly DraftRow[] {
  return db.prepare<unknown[], RawDraft>(
    `SELECT items.sku, items.title, items.brand, categories.path AS categoryPath, items.color, items.material, items.price, items.currency, items.status, items.events,
       previews.exposure, previews.exposure_low AS low, previews.exposure_high AS high, previews.average AS averageExposure, previews.reach, previews.median_rank AS medianRank, previews.confidence,
       preview_readiness.readiness, ${missingFields.map((field) => `(${isMissing[field]}) AS missing_${field}`).join(', ')}
     FROM (${ids.sql}) AS page JOIN items ON items.id = page.id JOIN categories ON categories.id = items.category ${previewsOfDrafts}
     LEFT JOIN preview_readiness USING (item, run_id, content_hash) WHERE items.status = 'draft' ORDER BY page.place`,
  ).all(...ids.values, runId ?? '').map(toRow);
}

/** The statement that sorts and cuts the board, for the test that asserts its plan. */
export function selectDraftIds({ runId, sort = 'sku', descending = false, offset, limit, ...query }: DraftQuery): SortedIds {
  const condition = whereDrafts(query);
  const joins = condition.numbers || sortsByNumbers.has(sort);
  const direction = descending ? 'DESC' : 'ASC';
  const order = sort === 'sku' ? `items.sku ${direction}` : `${sortTerms[sort]} ${direction} NULLS LAST, items.sku`;
  return {
    sql: `SELECT items.id, row_number() OVER () AS place FROM (SELECT items.id FROM items INDEXED BY drafts ${joins ? previewsOfDrafts : ''} WHERE ${condition.sql} ORDER BY ${order} LIMIT ? OFFSET ?) AS items`,
    values: [...(joins ? [runId ?? ''] : []), ...condition.values, limit, offset],
  };
}

function countDrafts(db: ReadableDB, { runId, search, filters }: Pick<DraftQuery, 'runId' | 'search' | 'filters'>): number {
  const condition = whereDrafts({ search, filters });
  return db.prepare<unknown[], number>(`SELECT count(*) FROM items INDEXED BY drafts ${condition.numbers ? previewsOfDrafts : ''} WHERE ${condition.sql}`)
    .pluck().get(...(condition.numbers ? [runId ?? ''] : []), ...condition.values)!;
}

/** `numbers`: whether the condition reads the previews. */
function whereDrafts({ search, filters = {} }: { readonly search?: string | undefined; readonly filters?: DraftFilters | undefined }): { readonly sql: string; readonly values: readonly unknown[]; readonly numbers: boolean } {
  const conditions = [`items.status = 'draft'`];
  const values: unknown[] = [];
  const add = (sql: string, ...more: readonly unknown[]): void => {
    conditions.push(sql);
    values.push(...more);
  };
  if (search !== undefined && search.trim() !== '') {
    const match = matchItems(search);
    add(match.sql, ...match.values);
  }
  if (filters.brand !== undefined) add(`items.brand = ? COLLATE NOCASE`, filters.brand);
  if (filters.category !== undefined) {
    const match = matchCategory(filters.category);
    add(match.sql, ...match.values);
  }
  if (filters.missing !== undefined) add(isMissing[filters.missing]);
  const plain = conditions.length;
  if (filters.confidence !== undefined) {
    if (filters.confidence === 'none') add(`previews.item IS NULL`);
    else add(`previews.confidence = ?`, filters.confidence);
  }
  if (filters.readinessBelow !== undefined) add(`previews.readiness < ?`, filters.readinessBelow);
  if (filters.exposureBelow !== undefined) add(`previews.exposure < ?`, filters.exposureBelow);
  if (filters.dead === true) add(`previews.exposure < previews.average`);
  return { sql: conditions.join(' AND '), values, numbers: conditions.length > plain };
}

/** Of all drafts, those with numbers for this run and their present text. */
export function countComputed(db: ReadableDB, runId: string | null): number {
  return db.prepare<[string], number>(`SELECT count(previews.item) FROM items INDEXED BY drafts ${previewsOfDrafts} WHERE items.status = 'draft'`).pluck().get(runId ?? '')!;
}

export interface DraftFacets {
  readonly total: number;
  readonly drafts: number;
  /** Of all drafts, those with numbers for this run and their present text. */
  readonly computed: number;
  /** Most frequent first. */
  readonly brands: readonly { readonly value: string; readonly count: number }[];
  readonly categories: readonly { readonly value: string; readonly count: number }[];
  readonly confidence: { readonly normal: number; readonly low: number; readonly none: number };
  readonly missing: readonly { readonly field: MissingField; readonly count: number }[];
  readonly dead: number;
  /** Upper end of the widest interval, or the average: what an exposure of all drafts is drawn against. */
  readonly mostExposure: number;
}

/** Counts within search and filters; each facet leaves out its own filter, so that its other values can be chosen. */
export function readDraftFacets(db: ReadableDB, query: Pick<DraftQuery, 'runId' | 'search' | 'filters'>): DraftFacets {
  const runId = query.runId ?? '';
  const ask = <Row>(own: keyof DraftFilters, joins: boolean, select: (from: string) => string): readonly Row[] => {
    const { [own]: _, ...filters } = query.filters ?? {};
    const condition = whereDrafts({ search: query.search, filters });
    const numbers = joins || condition.numbers;
    return db.prepare<unknown[], Row>(select(`FROM items INDEXED BY drafts ${numbers ? previewsOfDrafts : ''} WHERE ${condition.sql}`)).all(...(numbers ? [runId] : []), ...condition.values);
  };
  const values = (own: 'brand' | 'category', column: string): readonly { readonly value: string; readonly count: number }[] =>
    ask(own, false, (from) => `SELECT ${column} AS value, count(*) AS count ${from} AND ${column} <> '' GROUP BY ${column} COLLATE NOCASE ORDER BY count DESC, value LIMIT ${listedValues}`);
  const confidence = new Map(ask<{ value: string; count: number }>('confidence', true, (from) => `SELECT coalesce(previews.confidence, 'none') AS value, count(*) AS count ${from} GROUP BY value`).map(({ value, count }) => [value, count]));
  const [missing] = ask<Record<MissingField, number | null>>('missing', false, (from) => `SELECT ${missingFields.map((field) => `sum(${isMissing[field]}) AS ${field}`).join(', ')} ${from}`);
  const [dead] = ask<{ count: number }>('dead', true, (from) => `SELECT count(*) AS count ${from} AND previews.exposure < previews.average`);
  const all = db.prepare<[string], { computed: number; most: number }>(
    `SELECT count(previews.item) AS computed, coalesce(max(max(previews.exposure_high, previews.average)), 0) AS most FROM items INDEXED BY drafts ${previewsOfDrafts} WHERE items.status = 'draft'`).get(runId)!;
  return {
    total: countDrafts(db, query),
    drafts: countDrafts(db, { runId }),
    computed: all.computed,
    brands: values('brand', 'items.brand'),
    categories: values('category', 'items.leaf'),
    confidence: { normal: confidence.get('normal') ?? 0, low: confidence.get('low') ?? 0, none: confidence.get('none') ?? 0 },
    missing: missingFields.map((field) => ({ field, count: missing?.[field] ?? 0 })),
    dead: dead?.count ?? 0,
    mostExposure: all.most,
  };
}

type RawDraft = Omit<DraftRow, 'categoryPath' | 'color' | 'exposureInterval' | 'readiness' | 'missing'> & Readonly<Record<'categoryPath' | 'color' | 'material', string>>
  & Readonly<Record<'low' | 'high', number | null>> & { readonly readiness: string | null } & Readonly<Record<`missing_${MissingField}`, number>>;

function toRow({ sku, title, brand, categoryPath, color, price, currency, status, events, low, high, readiness, exposure, averageExposure, reach, medianRank, confidence, ...rest }: RawDraft): DraftRow {
  return {
    sku, title, brand, categoryPath: JSON.parse(categoryPath), color: JSON.parse(color), price, currency, status, events,
    exposure, exposureInterval: low === null || high === null ? null : [low, high], averageExposure, reach, medianRank, confidence,
    readiness: readiness === null ? null : JSON.parse(readiness),
    missing: missingFields.filter((field) => rest[`missing_${field}`] === 1),
  };
}
