/** Live SKUs that a catalogue does not name any more: retired where the user said so, never deleted. */
import type { ReadableDB, WritableDB } from '../connection.ts';
import type { ItemExample } from '../records.ts';
import { raiseDataVersion } from '../version.ts';
import { inSlices } from './publish.ts';
import type { Slices } from './publish.ts';

const chunkRows = 500;

/** Notes which SKUs the file names, in rows that were rejected too, to tell the others. After the items were published, or counted. */
export async function findNamed(db: WritableDB, { signal }: Slices): Promise<void> {
  db.exec(`CREATE TEMP TABLE named_items (id INTEGER PRIMARY KEY)`);
  const last = db.prepare<[], number>(`SELECT coalesce(max(ordinal), 0) FROM temp.staged_items`).pluck().get()!;
  const note = db.prepare(`INSERT OR IGNORE INTO temp.named_items SELECT skus.id FROM temp.staged_items AS staged CROSS JOIN skus ON skus.key = staged.key WHERE staged.ordinal BETWEEN ? AND ?`);
  db.exec(`INSERT OR IGNORE INTO temp.named_items SELECT skus.id FROM temp.rejected_keys AS rejected CROSS JOIN skus ON skus.key = rejected.key`);
  let first = 1;
  await inSlices(() => {
    if (first > last) return false;
    note.run(first, first + chunkRows - 1);
    first += chunkRows;
    return true;
  }, signal);
}

/** How many live SKUs the file does not name; `findNamed` went before. */
export function countMissing(db: ReadableDB): number {
  return db.prepare<[], number>(`SELECT count(*) FROM live_items WHERE id NOT IN (SELECT id FROM temp.named_items)`).pluck().get()!;
}

/** A few of the live SKUs that the file does not name; `findNamed` went before. */
export function listMissing(db: ReadableDB, limit: number): readonly ItemExample[] {
  return db.prepare<[number], ItemExample>(`SELECT sku, title FROM live_items WHERE id NOT IN (SELECT id FROM temp.named_items) ORDER BY id LIMIT ?`).all(limit);
}

/** `findNamed` went before. Inside the caller's transaction; answers how many it retired. */
export async function retireMissing(db: WritableDB, importId: number, { signal }: Slices): Promise<number> {
  const last = db.prepare<[], number>(`SELECT coalesce(max(id), 0) FROM items`).pluck().get()!;
  const retire = db.prepare(
    `UPDATE items SET status = 'retired', import = ?, line = NULL WHERE id BETWEEN ? AND ? AND status = 'live' AND id NOT IN (SELECT id FROM temp.named_items)`);
  let first = 1;
  let retired = 0;
  await inSlices(() => {
    if (first > last) return false;
    retired += retire.run(importId, first, first + chunkRows - 1).changes;
    first += chunkRows;
    return true;
  }, signal);
  if (retired > 0) raiseDataVersion(db);
  return retired;
}
