/** The catalogue: reading and searching. Drafts are changed by db/drafts.ts, many items at once by db/import/publish-items.ts. */
import { transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import { StorageError } from './errors.ts';
import type { Item, ItemStatus } from './records.ts';
import { remember } from './remember.ts';
import { matchCategory, matchItems } from './search.ts';
import { fromStored, skuKey } from './stored-item.ts';
import type { StoredItem } from './stored-item.ts';
import { raiseDataVersion } from './version.ts';

export type ItemSort = 'sku' | 'title' | 'brand' | 'leaf' | 'price' | 'events';

export interface ItemQuery {
  /** Words or beginnings of words in SKU, title, brand or category; all must occur. */
  readonly search?: string;
  /** Live items unless said otherwise. */
  readonly status?: ItemStatus | 'all';
  readonly brand?: string;
  /** A level by its name, or a path as `A > B`. */
  readonly category?: string;
  readonly sort?: ItemSort;
  readonly descending?: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** A row of the grid; the `CatalogRow` of the contract. */
export interface ItemRow {
  readonly sku: string;
  readonly title: string;
  readonly brand: string;
  readonly categoryPath: readonly string[];
  readonly color: readonly string[];
  readonly price: number | null;
  readonly currency: string;
  readonly status: ItemStatus;
  readonly events: number;
}

/** The grid never asks for more; a caller that does gets this many. */
const largestPage = 1_000;

const sortColumns: Readonly<Record<ItemSort, string>> = {
  sku: 'items.sku', title: 'items.title COLLATE NOCASE', brand: 'items.brand COLLATE NOCASE', leaf: 'items.leaf COLLATE NOCASE',
  price: 'items.price', events: 'items.events',
};

/** One page of the catalogue, sorted and counted by SQLite. */
export function listItems(db: ReadableDB, query: ItemQuery): { readonly total: number; readonly rows: readonly ItemRow[] } {
  const { sql, values } = selectIds(query);
  const total = remember(db, JSON.stringify([sql, values]), () => db.prepare<unknown[], number>(`SELECT count(*) FROM (${sql})`).pluck().get(...values)!);
  const limit = Math.max(0, Math.min(query.limit, largestPage, total - query.offset));
  if (limit === 0) return { total, rows: [] };
  // A page near the end is as near to the start of the opposite order: SQLite steps over at most half of the rows.
  const fromEnd = query.offset > total / 2;
  const order = (descending: boolean): string => `${sortColumns[query.sort ?? 'sku']} ${descending ? 'DESC' : 'ASC'}, items.id ${descending ? 'DESC' : 'ASC'}`; // equal values in the direction of the index: otherwise SQLite would have to sort
  const descending = query.descending === true;
  // The page is cut on the index first; only its rows are read in full.
  const rows = db.prepare<unknown[], RawRow>(
    `SELECT ${rowColumns} FROM (${selectIds(query, total).sql} ORDER BY ${order(descending !== fromEnd)} LIMIT ? OFFSET ?) AS page JOIN items ON items.id = page.id ORDER BY ${order(descending)}`,
  ).all(...values, limit, fromEnd ? total - query.offset - limit : query.offset);
  return { total, rows: rows.map(toRow) };
}

/** From this many found items on, walking the index of the order past those that were not found is cheaper than sorting those that were. */
const manyFound = 20_000;

/** The statement behind a page, for the test that asserts its plan. `found`: how many rows it has, where that is known. */
export function selectIds(query: ItemQuery, found = 0): { readonly sql: string; readonly values: readonly unknown[] } {
  const filtered = (query.brand ?? '') !== '' || (query.category ?? '') !== ''; // leaves fewer rows than a word, as a rule
  const { conditions, values, literal } = whereItems(query, found >= manyFound || filtered ? '+items.id' : 'items.id');
  const table = literal ? 'items NOT INDEXED' : 'items'; // in the order of the table: an index would send it all over the file
  return { sql: `SELECT items.id FROM ${table}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`, values };
}

type ItemFilter = Pick<ItemQuery, 'search' | 'status' | 'brand' | 'category'>;

/** `literal`: a search that every item must be read for. */
function whereItems(query: ItemFilter, item: 'items.id' | '+items.id'): { readonly conditions: readonly string[]; readonly values: readonly unknown[]; readonly literal: boolean } {
  const conditions: string[] = [];
  const values: unknown[] = [];
  let literal = false;
  const status = query.status ?? 'live';
  if (status !== 'all') {
    conditions.push(`items.status = ?`);
    values.push(status);
  }
  if (query.brand !== undefined && query.brand !== '') {
    conditions.push(`items.brand = ? COLLATE NOCASE`);
    values.push(query.brand);
  }
  if (query.category !== undefined && query.category !== '') {
    const match = matchCategory(query.category);
    conditions.push(match.sql);
    values.push(...match.values);
  }
  if (query.search !== undefined && query.search.trim() !== '') {
    const match = matchItems(query.search, item);
    conditions.push(match.sql);
    values.push(...match.values);
    literal = match.literal;
  }
  return { conditions, values, literal };
}

interface FacetValue {
  readonly value: string;
  readonly count: number;
}

export interface ItemFacets {
  /** Most frequent first, at most 100. Categories by leaf. */
  readonly brands: readonly FacetValue[];
  readonly categories: readonly FacetValue[];
}

const listedValues = 100;

/** Counts within search, status and filters; each leaves out its own filter, so that its other values can be chosen. Counted on the index of the column. */
export function readItemFacets(db: ReadableDB, query: ItemFilter): ItemFacets {
  const count = (own: 'brand' | 'category', column: 'brand' | 'leaf'): readonly FacetValue[] => {
    const { [own]: _, ...others } = query;
    const { conditions, values } = whereItems(others, '+items.id');
    const sql = `SELECT ${column} AS value, count(*) AS count FROM items WHERE ${[...conditions, `${column} <> ''`].join(' AND ')} GROUP BY ${column} COLLATE NOCASE ORDER BY count DESC, value LIMIT ${listedValues}`;
    return remember(db, JSON.stringify([sql, values]), () => db.prepare<unknown[], FacetValue>(sql).all(...values));
  };
  return { brands: count('brand', 'brand'), categories: count('category', 'leaf') };
}

/** One item of any status with the number of its recorded events. @throws StorageError `not-found` */
export function getItem(db: ReadableDB, sku: string): { readonly item: Item; readonly events: number; readonly contentHash: string } {
  const row = db.prepare<[string], StoredItem & { sku: string; status: ItemStatus; events: number; content_hash: string }>(
    `SELECT items.*, (SELECT path FROM categories WHERE categories.id = items.category) AS category_path FROM items WHERE items.id = (SELECT id FROM skus WHERE key = ?)`,
  ).get(skuKey(sku));
  if (row === undefined) throw new StorageError('not-found', `The catalogue holds no SKU "${sku}".`);
  return { item: fromStored(row.sku, row.status, row), events: row.events, contentHash: row.content_hash };
}

/** What tables know a SKU by; null where neither a catalogue nor an event has named it. */
export function findSkuId(db: ReadableDB, sku: string): number | null {
  return db.prepare<[string], number>(`SELECT id FROM skus WHERE key = ?`).pluck().get(skuKey(sku)) ?? null;
}

/** Rows in the order asked for; null where the catalogue does not hold the SKU. */
export function getItemRows(db: ReadableDB, skus: readonly string[]): (ItemRow | null)[] {
  const statement = db.prepare<[string], RawRow>(
    `SELECT ${rowColumns} FROM items WHERE items.id = (SELECT id FROM skus WHERE key = ?)`);
  return skus.map((sku) => {
    const row = statement.get(skuKey(sku));
    return row === undefined ? null : toRow(row);
  });
}

export interface ItemStats {
  readonly live: number;
  readonly drafts: number;
  readonly retired: number;
  /** Distinct brands and leaf categories of live items. */
  readonly brands: number;
  readonly leaves: number;
}

/** Each count on the smallest index there is, and leaves by the paths in use: together under 100 ms for a million items. */
export function readItemStats(db: ReadableDB): ItemStats {
  return db.prepare<[], ItemStats>(
    `SELECT live, drafts, every - live - drafts AS retired, brands, leaves FROM (SELECT
       (SELECT count(*) FROM items) AS every,
       (SELECT count(*) FROM live_items) AS live,
       (SELECT count(*) FROM items WHERE status = 'draft') AS drafts,
       (SELECT count(DISTINCT brand COLLATE NOCASE) FROM live_items WHERE brand <> '') AS brands,
       (SELECT count(DISTINCT leaf COLLATE NOCASE) FROM categories WHERE leaf <> '' AND EXISTS (SELECT 1 FROM live_items WHERE category = categories.id)) AS leaves)`).get()!;
}

/** Retires live SKUs; says which ones it changed, so the caller need not ask again. */
export function retireItems(db: WritableDB, skus: readonly string[]): { readonly retired: readonly string[] } {
  return transact(db, () => {
    const statement = db.prepare(`UPDATE items SET status = 'retired' WHERE status = 'live' AND id = (SELECT id FROM skus WHERE key = ?)`);
    const retired = skus.filter((sku) => statement.run(skuKey(sku)).changes === 1);
    if (retired.length > 0) raiseDataVersion(db);
    return { retired };
  });
}

const rowColumns = `items.sku, items.title, items.brand, (SELECT path FROM categories WHERE categories.id = items.category) AS categoryPath, items.color, items.price, items.currency, items.status, items.events`;

interface RawRow extends Omit<ItemRow, 'categoryPath' | 'color'> {
  readonly categoryPath: string;
  readonly color: string;
}

function toRow(row: RawRow): ItemRow {
  return { ...row, categoryPath: JSON.parse(row.categoryPath), color: JSON.parse(row.color) };
}
