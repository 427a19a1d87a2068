/**
 * What an import changed of the catalogue, kept so that it can be taken back and done again. The import keeps the text before it of
 * each SKU it changes; taking it back exchanges the two sides, and so does doing it again. A SKU that it created needs no image while it
 * stands, because its row names the import: memory and time are spent on what was there before.
 */
import type { ReadableDB, WritableDB } from './connection.ts';
import { inSlices } from './import/publish.ts';
import { createIndexes, dropIndexes, manyRows } from './import/publish-items.ts';
import type { ImportWay } from './records.ts';

/** Everything of a row but its number, its count of events, and where it came from. */
const textColumns = [
  'sku', 'status', 'title', 'brand', 'category', 'leaf', 'price', 'currency', 'color', 'content_hash', 'group_id', 'material', 'size', 'department',
  'manufacturer', 'class', 'availability', 'image_url', 'created_at', 'description', 'attrs',
] as const;
const columns = textColumns.join(', ');
const words = `(SELECT group_concat(value, ' ') FROM json_each((SELECT path FROM categories WHERE categories.id = items.category)))`;

/** Rows that one statement moves: a few milliseconds of work. */
const chunkRows = 200;

/** From here on the connection keeps, before it changes an item, what was there; of each only the first time. */
export function keepBefore(db: WritableDB, importId: number): void {
  db.prepare(`UPDATE imports SET recorded = 1 WHERE id = ?`).run(importId);
  db.exec(`DROP TRIGGER IF EXISTS temp.keep_before;
    CREATE TEMP TRIGGER keep_before BEFORE UPDATE OF status, content_hash ON main.items BEGIN
      INSERT INTO item_images (import, item, present, source, source_line, ${columns})
      SELECT ${importId}, old.id, 1, old.import, old.line, ${textColumns.map((column) => `old.${column}`).join(', ')}
      WHERE NOT EXISTS (SELECT 1 FROM item_images WHERE import = ${importId} AND item = old.id);
    END`);
}

export interface ItemMoves {
  /** SKUs that got the text of the other side. */
  restored: number;
  /** SKUs that went, or came again. */
  removed: number;
  /** SKUs that somebody changed since; they stay as they are. */
  kept: number;
}

/** A SKU that is not what the import, or taking it back, had left. */
export interface ChangedSince {
  readonly sku: string;
  readonly title: string;
  /** File of the later import, or null where it was edited or deleted by hand. */
  readonly by: string | null;
}

export interface ItemMoving {
  readonly importId: number;
  readonly way: ImportWay;
  /** Also what was changed since. */
  readonly overwrite: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: ((rows: number) => void) | undefined;
}

/** Exchanges both sides of everything the import did to items. Inside the caller's transaction. */
export async function moveItems(db: WritableDB, moving: ItemMoving): Promise<ItemMoves> {
  const moves: ItemMoves = { restored: 0, removed: 0, kept: 0 };
  const report = (): void => moving.onRows?.(moves.restored + moves.removed + moves.kept);
  await swapImages(db, moving, moves, report);
  await (moving.way === 'undo' ? removeCreated(db, moving, moves, report) : createAgain(db, moving, moves, report));
  return moves;
}

interface Image {
  readonly item: number;
  readonly present: number;
  readonly left: string | null;
  readonly source: number | null;
}

interface Present {
  readonly import: number | null;
  readonly state: string;
}

/** What stands in the catalogue, short enough to compare. */
const state = `content_hash || ' ' || status`;

function touched(importId: number): string {
  // A created SKU that a later import or a hand changed is named by their images and steps only.
  return `SELECT item FROM item_images WHERE import = ${importId} AND left IS NULL
    UNION SELECT item FROM item_images WHERE source = ${importId} AND import <> ${importId}
    UNION SELECT skus.id FROM edit_changes JOIN skus ON skus.key = edit_changes.sku WHERE kind = 'draft' AND json_extract(before, '$.source.importId') = ${importId}`;
}

/** SKUs that taking the import back would not find as it left them, or doing it again as taking back left them. */
export function listChangedSince(db: ReadableDB, importId: number, way: ImportWay, limit: number): { readonly count: number; readonly first: readonly ChangedSince[] } {
  const from = way === 'undo'
    ? `(${touched(importId)}) AS touched LEFT JOIN items ON items.id = touched.item WHERE items.import IS NOT ${importId} AND (items.id IS NOT NULL OR EXISTS (SELECT 1 FROM item_images WHERE import = ${importId} AND item = touched.item))`
    : `item_images AS touched LEFT JOIN items ON items.id = touched.item WHERE touched.import = ${importId} AND touched.left IS NOT NULL AND touched.left IS NOT coalesce(items.content_hash || ' ' || items.status, '')`;
  const count = db.prepare<[], number>(`SELECT count(*) FROM ${from}`).pluck().get()!;
  const first = db.prepare<[number], ChangedSince>(
    `SELECT skus.sku AS sku, coalesce(items.title, '') AS title, (SELECT file FROM imports WHERE imports.id = items.import) AS by
     FROM (SELECT touched.item AS id FROM ${from} ORDER BY touched.item LIMIT ?) AS found JOIN skus ON skus.id = found.id LEFT JOIN items ON items.id = found.id ORDER BY found.id`).all(limit);
  return { count, first };
}

async function swapImages(db: WritableDB, { importId, way, overwrite, signal }: ItemMoving, moves: ItemMoves, report: () => void): Promise<void> {
  const page = db.prepare<[number], Image>(`SELECT item, present, left, source FROM item_images WHERE import = ${importId} AND item > ? ORDER BY item LIMIT ${chunkRows}`);
  const find = db.prepare<[number], Present>(`SELECT import, ${state} AS state FROM items WHERE id = ?`);
  const swap = prepareSwap(db, importId);
  let last = -1;
  await inSlices(() => {
    const images = page.all(last);
    for (const { item, present, left, source } of images) {
      // Those that this way does not move, and those of SKUs that were created.
      if (way === 'undo' ? left !== null : left === null || (present === 1 && left === '' && source === importId)) continue;
      const current = find.get(item);
      const stands = way === 'undo' ? current?.import === importId : (current?.state ?? '') === left;
      if (stands || overwrite) {
        swap(item, present === 1, current !== undefined, way);
        moves.restored += 1;
      } else moves.kept += 1;
    }
    last = images.at(-1)?.item ?? last;
    report();
    return images.length > 0;
  }, signal);
}

/** Puts the image of one SKU into the catalogue and what was there into the image. */
function prepareSwap(db: WritableDB, importId: number): (item: number, present: boolean, exists: boolean, way: ImportWay) => void {
  db.exec(`CREATE TEMP TABLE IF NOT EXISTS swapped AS SELECT import, line, ${columns} FROM items WHERE 0`);
  const clear = db.prepare(`DELETE FROM temp.swapped`);
  const take = db.prepare(`INSERT INTO temp.swapped SELECT import, line, ${columns} FROM items WHERE id = ?`);
  const image = `item_images WHERE import = ${importId} AND item = @item`;
  const update = db.prepare(`UPDATE items SET (import, line, ${columns}) = (SELECT source, source_line, ${columns} FROM ${image}) WHERE id = @item`);
  const insert = db.prepare(`INSERT INTO items (id, events, import, line, ${columns}) SELECT item, (SELECT events FROM skus WHERE id = @item), source, source_line, ${columns} FROM ${image}`);
  const remove = db.prepare(`DELETE FROM items WHERE id = ?`);
  const unindex = db.prepare(`DELETE FROM items_search WHERE rowid = ?`);
  const index = db.prepare(`INSERT INTO items_search (rowid, sku, title, brand, category) SELECT id, sku, title, brand, ${words} FROM items WHERE id = ?`);
  const keep = db.prepare(`UPDATE item_images SET present = @present, left = @left, (source, source_line, ${columns}) = (SELECT import, line, ${columns} FROM temp.swapped) WHERE import = ${importId} AND item = @item`);
  const read = db.prepare<[number], string>(`SELECT ${state} FROM items WHERE id = ?`).pluck();
  return (item, present, exists, way) => {
    clear.run();
    if (exists) take.run(item);
    if (!present) remove.run(item);
    else (exists ? update : insert).run({ item });
    unindex.run(item);
    if (present) index.run(item);
    keep.run({ item, present: exists ? 1 : 0, left: way === 'undo' ? read.get(item) ?? '' : null });
  };
}

/** SKUs that the import created go, with an image of what they were. */
async function removeCreated(db: WritableDB, { importId, overwrite, signal }: ItemMoving, moves: ItemMoves, report: () => void): Promise<void> {
  db.exec(`CREATE TEMP TABLE IF NOT EXISTS moving (id INTEGER PRIMARY KEY)`);
  const last = db.prepare<[], number>(`SELECT coalesce(max(id), 0) FROM items`).pluck().get()!;
  const pick = db.prepare(`INSERT INTO temp.moving SELECT id FROM items WHERE id BETWEEN ? AND ? AND import = ${importId} AND NOT EXISTS (SELECT 1 FROM item_images WHERE import = ${importId} AND item = items.id)`);
  const move = prepareRemoval(db, importId);
  let first = 1;
  await inSlices(() => {
    if (first > last) return false;
    pick.run(first, first + chunkRows - 1);
    moves.removed += move();
    first += chunkRows;
    report();
    return true;
  }, signal);
  // What was created and changed since is known by name.
  const changed = db.prepare<[], number>(
    `SELECT items.id FROM (${touched(importId)}) AS touched JOIN items ON items.id = touched.item WHERE items.import IS NOT ${importId} AND NOT EXISTS (SELECT 1 FROM item_images WHERE import = ${importId} AND item = items.id)`).pluck().all();
  if (!overwrite) {
    moves.kept += changed.length;
    return;
  }
  const add = db.prepare(`INSERT INTO temp.moving VALUES (?)`);
  let next = 0;
  await inSlices(() => {
    if (next >= changed.length) return false;
    for (const id of changed.slice(next, next + chunkRows)) add.run(id);
    moves.removed += move();
    next += chunkRows;
    return true;
  }, signal);
}

function prepareRemoval(db: WritableDB, importId: number): () => number {
  const chosen = `IN (SELECT id FROM temp.moving)`;
  // 'source' names the import whatever the row says now: that tells these images from those of changed SKUs.
  const keep = db.prepare(`INSERT INTO item_images (import, item, present, left, source, source_line, ${columns}) SELECT ${importId}, id, 1, '', ${importId}, line, ${columns} FROM items WHERE id ${chosen}`);
  const unindex = db.prepare(`DELETE FROM items_search WHERE rowid ${chosen}`);
  const remove = db.prepare(`DELETE FROM items WHERE id ${chosen}`);
  const clear = db.prepare(`DELETE FROM temp.moving`);
  return () => {
    const { changes } = keep.run();
    if (changes > 0) {
      unindex.run();
      remove.run();
    }
    clear.run();
    return changes;
  };
}

/** SKUs that taking back removed come again; one that somebody made since stays, and the import's is kept aside. */
async function createAgain(db: WritableDB, { importId, signal }: ItemMoving, moves: ItemMoves, report: () => void): Promise<void> {
  db.exec(`CREATE TEMP TABLE IF NOT EXISTS moving (id INTEGER PRIMARY KEY)`);
  const page = db.prepare(
    `INSERT INTO temp.moving SELECT item FROM item_images WHERE import = ${importId} AND item > ? AND present = 1 AND left = '' AND source IS ${importId} ORDER BY item LIMIT ${chunkRows}`);
  const last = db.prepare<[], number | null>(`SELECT max(id) FROM temp.moving`).pluck();
  const taken = db.prepare(`DELETE FROM temp.moving WHERE EXISTS (SELECT 1 FROM items WHERE items.id = moving.id)`);
  const chosen = `item IN (SELECT id FROM temp.moving)`;
  const insert = db.prepare(
    `INSERT INTO items (id, events, import, line, ${columns}) SELECT item, (SELECT events FROM skus WHERE skus.id = item), source, source_line, ${columns} FROM item_images WHERE import = ${importId} AND ${chosen}`);
  const index = db.prepare(`INSERT INTO items_search (rowid, sku, title, brand, category) SELECT id, sku, title, brand, ${words} FROM items WHERE id IN (SELECT id FROM temp.moving)`);
  const forget = db.prepare(`DELETE FROM item_images WHERE import = ${importId} AND ${chosen}`);
  const clear = db.prepare(`DELETE FROM temp.moving`);
  const rows = db.prepare<[], number>(`SELECT count(*) FROM item_images WHERE import = ${importId}`).pluck().get()!;
  const deferred = rows >= manyRows && rows > db.prepare<[], number>(`SELECT count(*) FROM items`).pluck().get()!;
  const indexes = deferred ? dropIndexes(db, 'items') : [];
  let after = -1;
  await inSlices(() => {
    page.run(after);
    const reached = last.get() ?? null;
    if (reached === null) return false;
    after = reached;
    moves.kept += taken.run().changes;
    moves.removed += insert.run().changes;
    index.run();
    forget.run();
    clear.run();
    report();
    return true;
  }, signal);
  await createIndexes(db, indexes, { signal });
}
