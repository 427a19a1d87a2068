/** The catalogue: reading and searching. Drafts are changed by db/drafts.ts, many items at once by db/import/publish-items.ts. */
import { transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import { StorageError } from './errors.ts';
import type { Item, ItemStatus } from './records.ts';
import { fromStored, skuKey } from './stored-item.ts';
import type { StoredItem } from './stored-item.ts';
import { matchCategory, matchItems } from './search.ts';
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
  const total = db.prepare<unknown[], number>(`SELECT count(*) FROM (${sql})`).pluck().get(...values)!;
  const direction = query.descending === true ? 'DESC' : 'ASC';
  // Equal values in the direction of the index: otherwise SQLite would have to sort.
  const order = `${sortColumns[query.sort ?? 'sku']} ${direction}, items.id ${direction}`;
  // The page is cut on the index first; only its rows are read in full.
  const rows = db.prepare<unknown[], RawRow>(
    `SELECT ${rowColumns} FROM (${sql} ORDER BY ${order} LIMIT ? OFFSET ?) AS page JOIN items ON items.id = page.id ORDER BY ${order}`,
  ).all(...values, Math.min(query.limit, largestPage), query.offset);
  return { total, rows: rows.map(toRow) };
}

/** The statement behind a page, for the test that asserts its plan. */
export function selectIds(query: ItemQuery): { readonly sql: string; readonly values: readonly unknown[] } {
  const conditions: string[] = [];
  const values: unknown[] = [];
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
    const match = matchItems(query.search);
    conditions.push(match.sql);
    values.push(...match.values);
  }
  return { sql: `SELECT items.id FROM items${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`, values };
}

/** One item of any status with the number of its recorded events. @throws StorageError `not-found` */
export function getItem(db: ReadableDB, sku: string): { readonly item: Item; readonly events: number; readonly contentHash: string } {
  const row = db.prepare<[string], StoredItem & { sku: string; status: ItemStatus; events: number; content_hash: string }>(
    `SELECT items.*, (SELECT path FROM categories WHERE categories.id = items.category) AS category_path FROM items WHERE items.id = (SELECT id FROM skus WHERE key = ?)`,
  ).get(skuKey(sku));
  if (row === undefined) throw new StorageError('not-found', `The catalogue holds no SKU "${sku}".`);
  return { item: fromStored(row.sku, row.status, row), events: row.events, contentHash: row.content_hash };
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

export function readItemStats(db: ReadableDB): ItemStats {
  const counts = new Map(db.prepare<[], [ItemStatus, number]>(`SELECT status, count(*) FROM items GROUP BY status`).raw().all() as [ItemStatus, number][]);
  const distinct = (column: 'brand' | 'leaf'): number =>
    db.prepare<[], number>(`SELECT count(DISTINCT ${column} COLLATE NOCASE) FROM live_items WHERE ${column} <> ''`).pluck().get()!;
  return { live: counts.get('live') ?? 0, drafts: counts.get('draft') ?? 0, retired: counts.get('retired') ?? 0, brands: distinct('brand'), leaves: distinct('leaf') };
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
