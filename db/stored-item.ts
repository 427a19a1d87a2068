/** An item as its row holds it: lists as JSON text, so that comparing and hashing need no parsing. */
import { hash } from 'node:crypto';
import type { WritableDB } from './connection.ts';
import type { Item, ItemStatus } from './records.ts';

/** The canonical fields in the order in which they are hashed; adding one changes every hash. */
export const storedFields = [
  'group_id', 'title', 'description', 'brand', 'category_path', 'color', 'material', 'size', 'department', 'manufacturer', 'class',
  'price', 'currency', 'availability', 'image_url', 'created_at', 'attrs',
] as const;
export type StoredField = (typeof storedFields)[number];
export type StoredValue = string | number | null;
export type StoredItem = Readonly<Record<StoredField, StoredValue>>;

export const emptyItem: StoredItem = {
  group_id: '', title: '', description: '', brand: '', category_path: '[]', color: '[]', material: '[]', size: '', department: '',
  manufacturer: '', class: '', price: null, currency: '', availability: '', image_url: '', created_at: null, attrs: '[]',
};

/** Two spellings of one SKU (composed, decomposed) are one SKU. */
export function skuKey(sku: string): string {
  return sku.normalize('NFC');
}

/** Hash of what the fields say, not of the bytes they came in. */
export function contentHash(item: StoredItem): string {
  return hash('sha256', JSON.stringify(storedFields.map((field) => item[field])));
}

/** By name: the order of the columns, and of the files they came in, says nothing about the item. */
export function sortAttributes(pairs: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

export function toStored(item: Omit<Item, 'sku' | 'status'>): StoredItem {
  return {
    group_id: item.groupId, title: item.title, description: item.description, brand: item.brand,
    category_path: JSON.stringify(item.categoryPath), color: JSON.stringify(item.color), material: JSON.stringify(item.material),
    size: item.size, department: item.department, manufacturer: item.manufacturer, class: item.class, price: item.price,
    currency: item.currency, availability: item.availability, image_url: item.imageUrl, created_at: item.createdAt,
    attrs: JSON.stringify(sortAttributes(item.attrs)),
  };
}

/** `parse` reads the lists. */
export function fromStored(sku: string, status: ItemStatus, stored: StoredItem, parse: typeof JSON.parse = JSON.parse): Item {
  return {
    sku, status,
    groupId: stored.group_id as string, title: stored.title as string, description: stored.description as string,
    brand: stored.brand as string, categoryPath: parse(stored.category_path as string), color: parse(stored.color as string),
    material: parse(stored.material as string), size: stored.size as string, department: stored.department as string,
    manufacturer: stored.manufacturer as string, class: stored.class as string, price: stored.price as number | null,
    currency: stored.currency as string, availability: stored.availability as string, imageUrl: stored.image_url as string,
    createdAt: stored.created_at as number | null, attrs: parse(stored.attrs as string),
  };
}

export type Change = 'created' | 'updated' | 'unchanged';

export interface Existing {
  readonly id: number;
  readonly status: ItemStatus;
  readonly contentHash: string;
  readonly stored: StoredItem;
  /** As it was first spelled. */
  readonly sku: string;
  readonly source: Source;
}

/** The import and line that an item's present text came from; null where it was typed. */
export interface Source {
  readonly importId: number | null;
  readonly line: number | null;
}

/** Writes items one by one with statements prepared once; the caller brings the transaction. */
export interface ItemWriter {
  find(key: string): Existing | null;
  /** Writes nothing where text and status are what they were: no index entry changes. */
  put(sku: string, status: ItemStatus, stored: StoredItem, existing: Existing | null, source: Source): Change;
}

const itemColumns = storedFields.filter((field) => field !== 'category_path');

export function prepareItemWriter(db: WritableDB): ItemWriter {
  const find = db.prepare<[string], StoredItem & { id: number; sku: string; status: ItemStatus; content_hash: string; import: number | null; line: number | null }>(
    // Looked up in steps: as a join of the three tables the same search took 20 times as long (measured).
    `SELECT items.*, (SELECT path FROM categories WHERE categories.id = items.category) AS category_path FROM items WHERE items.id = (SELECT id FROM skus WHERE key = ?)`);
  const addSku = db.prepare(`INSERT INTO skus (sku, key) VALUES (?, ?) ON CONFLICT (key) DO NOTHING`);
  const findSku = db.prepare<[string], { id: number; events: number }>(`SELECT id, events FROM skus WHERE key = ?`);
  const addCategory = db.prepare(`INSERT INTO categories (path, leaf) VALUES (?, ?) ON CONFLICT (path) DO NOTHING`);
  const findCategory = db.prepare<[string], number>(`SELECT id FROM categories WHERE path = ?`).pluck();
  const insert = db.prepare(
    `INSERT INTO items (id, sku, status, events, category, leaf, content_hash, import, line, ${itemColumns.join(', ')})
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ${itemColumns.map(() => '?').join(', ')})`);
  const update = db.prepare(
    `UPDATE items SET status = ?, category = ?, leaf = ?, content_hash = ?, import = ?, line = ?, ${itemColumns.map((field) => `${field} = ?`).join(', ')} WHERE id = ?`);
  const index = db.prepare(`INSERT INTO items_search (rowid, sku, title, brand, category) VALUES (?, ?, ?, ?, ?)`);
  const unindex = db.prepare(`DELETE FROM items_search WHERE rowid = ?`);
  const categories = new Map<string, { readonly id: number; readonly leaf: string; readonly words: string }>();

  const categoryOf = (path: string): { readonly id: number; readonly leaf: string; readonly words: string } => {
    const known = categories.get(path);
    if (known !== undefined) return known;
    const levels = JSON.parse(path) as string[];
    const leaf = levels.at(-1) ?? '';
    addCategory.run(path, leaf);
    const category = { id: findCategory.get(path) as number, leaf, words: levels.join(' ') };
    categories.set(path, category);
    return category;
  };

  return {
    find(key) {
      const row = find.get(key);
      return row === undefined ? null : { id: row.id, sku: row.sku, status: row.status, contentHash: row.content_hash, stored: row, source: { importId: row.import, line: row.line } };
    },
    put(sku, status, stored, existing, source) {
      const digest = contentHash(stored);
      if (existing !== null && existing.contentHash === digest && existing.status === status) return 'unchanged';
      const category = categoryOf(stored.category_path as string);
      const values = itemColumns.map((field) => stored[field]);
      if (existing !== null) {
        update.run(status, category.id, category.leaf, digest, source.importId, source.line, ...values, existing.id);
        if (existing.contentHash !== digest) {
          unindex.run(existing.id);
          index.run(existing.id, sku, stored.title, stored.brand, category.words);
        }
        return 'updated';
      }
      const key = skuKey(sku);
      addSku.run(sku, key);
      const { id, events } = findSku.get(key)!;
      insert.run(id, sku, status, events, category.id, category.leaf, digest, source.importId, source.line, ...values);
      index.run(id, sku, stored.title, stored.brand, category.words);
      return 'created';
    },
  };
}
