/**
 * Every edit of drafts is a named step that can be taken back and done again, also after a restart. A step stores what it changed of each
 * SKU and what it left, so that it is only taken back from exactly that: what an import or anyone else wrote since is never lost.
 */
import { prepareRemoval, putBelongings } from './belongings.ts';
import type { Belongings } from './belongings.ts';
import { StorageError } from './errors.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import type { ItemStatus } from './records.ts';
import { inSlices } from './import/publish.ts';
import { emptyItem, prepareItemWriter, skuKey, storedFields } from './stored-item.ts';
import type { Existing, ItemWriter, Source, StoredField, StoredItem } from './stored-item.ts';

/** Older steps are dropped: nobody takes back the two-hundredth last one, and deleted drafts need not be kept for ever. */
const keptEdits = 200;

/** A step of the history. */
export interface Edit {
  readonly id: number;
  /** Fits after "Undo: ". `set brand of 12 drafts` */
  readonly name: string;
  readonly at: number;
  readonly skus: number;
  readonly undone: boolean;
}

/** One side of a change: `fields` are those that differ from the other side, all where there is no other side. */
interface Side {
  readonly status: ItemStatus;
  readonly hash: string;
  readonly source: Source;
  readonly fields: Partial<StoredItem>;
  /** What went with the draft where this side was removed. */
  readonly belongings?: Belongings | undefined;
}

interface ChangeRow {
  readonly kind: 'draft' | 'protection';
  readonly sku: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface EditRecorder {
  /** null: the draft was not there. */
  draft(sku: string, before: Existing | null, after: Existing | null): void;
  /** Removes a draft, and keeps it with everything that belongs to it. */
  removal(draft: Existing): void;
  /** null: no mark. */
  protection(sku: string, before: number | null, after: number | null): void;
  /** Closes the step; null, and no step, where nothing was recorded. */
  finish(name: string): number | null;
}

/** Inside the caller's transaction. */
export function recordEdit(db: WritableDB): EditRecorder {
  let edit: number | null = null;
  let skus = 0;
  const begin = (): number => {
    db.prepare(`DELETE FROM edits WHERE undone = 1`).run();
    return Number(db.prepare(`INSERT INTO edits (name, at, skus) VALUES ('', ?, 0)`).run(Date.now()).lastInsertRowid);
  };
  const remove = prepareRemoval(db);
  const insert = db.prepare(`INSERT INTO edit_changes (edit, kind, sku, before, after) VALUES (?, ?, ?, ?, ?)`);
  const add = (kind: ChangeRow['kind'], sku: string, before: unknown, after: unknown): void => {
    edit ??= begin();
    skus += 1;
    insert.run(edit, kind, sku, before === null ? null : JSON.stringify(before), after === null ? null : JSON.stringify(after));
  };
  return {
    draft: (sku, before, after) => add('draft', sku, sideOf(before, after), sideOf(after, before)),
    removal: (draft) => add('draft', draft.sku, { ...sideOf(draft, null), belongings: remove(draft) }, null),
    protection: (sku, before, after) => add('protection', sku, before, after),
    finish(name) {
      if (edit === null) return null;
      db.prepare(`UPDATE edits SET name = ?, skus = ? WHERE id = ?`).run(name, skus, edit);
      db.prepare(`DELETE FROM edits WHERE id <= (SELECT id FROM edits ORDER BY id DESC LIMIT 1 OFFSET ?)`).run(keptEdits);
      return edit;
    },
  };
}

function sideOf(item: Existing | null, other: Existing | null): Side | null {
  if (item === null) return null;
  const fields = storedFields.filter((field) => other === null || item.stored[field] !== other.stored[field]);
  return { status: item.status, hash: item.contentHash, source: item.source, fields: Object.fromEntries(fields.map((field) => [field, item.stored[field]])) };
}

/** Newest first. */
export function listEdits(db: ReadableDB): readonly Edit[] {
  return db.prepare<[], Omit<Edit, 'undone'> & { undone: number }>(`SELECT id, name, at, skus, undone FROM edits ORDER BY id DESC`).all().map((edit) => ({ ...edit, undone: edit.undone === 1 }));
}

/** Drops a step that cannot be taken back any more. Drafts stay as they are. @throws StorageError `not-found` */
export function forgetEdit(db: WritableDB, id: number): void {
  if (db.prepare(`DELETE FROM edits WHERE id = ?`).run(id).changes === 0) throw new StorageError('not-found', 'This step is not in the history any more.');
}

/** Takes back the newest step that stands; null where there is none. @throws StorageError `invalid`, and nothing is changed */
export function undoEdit(db: WritableDB): Promise<{ readonly name: string } | null> {
  return moveEdit(db, 'undo');
}

/** Does the oldest undone step again; null where there is none. @throws StorageError `invalid`, and nothing is changed */
export function redoEdit(db: WritableDB): Promise<{ readonly name: string } | null> {
  return moveEdit(db, 'redo');
}

async function moveEdit(db: WritableDB, way: 'undo' | 'redo'): Promise<{ readonly name: string } | null> {
  const edit = db.prepare<[], { id: number; name: string }>(
    way === 'undo' ? `SELECT id, name FROM edits WHERE undone = 0 ORDER BY id DESC LIMIT 1` : `SELECT id, name FROM edits WHERE undone = 1 ORDER BY id LIMIT 1`).get();
  if (edit === undefined) return null;
  return inTransaction(db, async () => {
    const changes = db.prepare<[number], ChangeRow>(`SELECT kind, sku, before, after FROM edit_changes WHERE edit = ?`).all(edit.id);
    const steps = changes.map(({ kind, sku, before, after }) => ({ kind, sku, from: way === 'undo' ? after : before, to: way === 'undo' ? before : after }));
    const writer = prepareItemWriter(db);
    const changed: string[] = [];
    await eachInSlices(steps, (step) => {
      if (!stands(db, writer, step.kind, step.sku, step.from)) changed.push(step.sku);
    });
    if (changed.length > 0) throw new StorageError('invalid', refusal(way, edit.name, changed));
    const remove = prepareRemoval(db);
    const keep = db.prepare(`UPDATE edit_changes SET ${way === 'undo' ? 'after' : 'before'} = ? WHERE edit = ? AND kind = 'draft' AND sku = ?`);
    await eachInSlices(steps, ({ kind, sku, from, to }) => {
      if (kind === 'protection') return putProtection(db, sku, parse<number>(to));
      if (to !== null) return putDraft(db, writer, sku, parse<Side>(to)!);
      // What belongs to it now, which may be other than when it was last removed.
      const present = writer.find(skuKey(sku));
      if (present !== null) keep.run(JSON.stringify({ ...parse<Side>(from), belongings: remove(present) }), edit.id, sku);
    });
    db.prepare(`UPDATE edits SET undone = ? WHERE id = ?`).run(way === 'undo' ? 1 : 0, edit.id);
    return { name: edit.name };
  });
}

function refusal(way: 'undo' | 'redo', name: string, changed: readonly string[]): string {
  const [first, ...others] = changed;
  const whom = others.length === 0 ? `${first} has` : `${first} and ${others.length.toLocaleString('en')} ${others.length === 1 ? 'other have' : 'others have'}`;
  return `${way === 'undo' ? 'Not undone' : 'Not done again'}: “${name}”. ${whom} changed since, for example by an import, and that would be lost. Nothing was changed. Edit by hand, or forget this step in the history to reach the ${way === 'undo' ? 'older' : 'newer'} ones.`;
}

/** Whether a SKU is exactly what a step left. */
function stands(db: ReadableDB, writer: ItemWriter, kind: ChangeRow['kind'], sku: string, expected: string | null): boolean {
  if (kind === 'protection') return readProtection(db, sku) === parse<number>(expected);
  const present = writer.find(skuKey(sku));
  const side = parse<Side>(expected);
  return present === null || side === null ? present === side : present.contentHash === side.hash && present.status === side.status;
}

function putDraft(db: WritableDB, writer: ItemWriter, sku: string, side: Side): void {
  const existing = writer.find(skuKey(sku));
  const stored = { ...emptyItem } as Record<StoredField, StoredItem[StoredField]>;
  for (const field of storedFields) stored[field] = (side.fields[field] === undefined ? existing?.stored[field] : side.fields[field]) ?? null;
  writer.put(sku, side.status, stored, existing, side.source);
  const written = writer.find(skuKey(sku));
  if (written?.contentHash !== side.hash) throw new Error(`A step of the history left ${sku} otherwise than it was recorded.`);
  if (existing === null && side.belongings !== undefined) putBelongings(db, written.id, side.belongings);
}

export function readProtection(db: ReadableDB, sku: string): number | null {
  return db.prepare<[string], number>(`SELECT share FROM protections WHERE item = (SELECT id FROM skus WHERE key = ?)`).pluck().get(skuKey(sku)) ?? null;
}

export function putProtection(db: WritableDB, sku: string, share: number | null): void {
  if (share === null) db.prepare(`DELETE FROM protections WHERE item = (SELECT id FROM skus WHERE key = ?)`).run(skuKey(sku));
  else db.prepare(`INSERT INTO protections (item, share) SELECT id, ? FROM skus WHERE key = ? ON CONFLICT (item) DO UPDATE SET share = excluded.share`).run(share, skuKey(sku));
}

function parse<Value>(text: string | null): Value | null {
  return text === null ? null : (JSON.parse(text) as Value);
}

/** All or nothing; the event loop is free between slices of `work`. */
export async function inTransaction<T>(db: WritableDB, work: () => Promise<T>): Promise<T> {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = await work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

export async function eachInSlices<Entry>(entries: readonly Entry[], work: (entry: Entry) => void): Promise<void> {
  let next = 0;
  await inSlices(() => {
    if (next === entries.length) return false;
    work(entries[next]!);
    next += 1;
    return true;
  });
}
