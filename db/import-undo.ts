/** A whole import taken back as one step, and done again. One transaction; what was changed since is kept unless the user says otherwise. */
import type { ReadableDB } from './connection.ts';
import { StorageError } from './errors.ts';
import { listChangedSince, moveItems } from './item-images.ts';
import type { ChangedSince, ItemMoves } from './item-images.ts';
import { publishAll } from './import/publish.ts';
import { usualGapMinutes } from './import/publish-users.ts';
import type { ImportHooks, ImportSite } from './import/request.ts';
import type { ImportKind, ImportWay } from './records.ts';
import { moveEvents } from './undone-events.ts';
import { raiseDataVersion } from './version.ts';

/** Rows changed since that are listed; all are counted. */
const listedChanges = 50;

/** What moving an import would find. */
export interface UndoPlan {
  readonly id: number;
  readonly kind: ImportKind;
  readonly file: string;
  /** Which way it can go now. */
  readonly way: ImportWay;
  /** SKUs that were changed since by a later import or by hand. */
  readonly changed: number;
  readonly examples: readonly ChangedSince[];
}

export interface UndoRequest {
  readonly id: number;
  readonly way: ImportWay;
  /** Also what was changed since. */
  readonly overwrite?: boolean;
}

export interface UndoReport extends ItemMoves {
  readonly id: number;
  readonly kind: ImportKind;
  readonly file: string;
  readonly way: ImportWay;
  readonly events: number;
  readonly drafts: boolean;
}

interface Head {
  readonly id: number;
  readonly kind: ImportKind;
  readonly file: string;
  readonly outcome: string;
  readonly drafts: number;
  readonly recorded: number;
  readonly undone: number | null;
  readonly detected: string;
}

/** What taking an import back, or doing it again, would find. @throws StorageError `not-found`, `invalid` */
export function planUndo(db: ReadableDB, id: number): UndoPlan {
  const { kind, file, undone } = findImport(db, id);
  const way = undone === null ? 'undo' : 'redo';
  const { count, first } = kind === 'sessions' ? { count: 0, first: [] } : listChangedSince(db, id, way, listedChanges);
  return { id, kind, file, way, changed: count, examples: first };
}

/** @throws StorageError `not-found`, `invalid`; the signal's reason when cancelled, and nothing is changed */
export async function moveImport(workspace: ImportSite, { id, way, overwrite = false }: UndoRequest, hooks: Pick<ImportHooks, 'signal' | 'keep'> & { readonly onRows?: (rows: number) => void } = {}): Promise<UndoReport> {
  const db = workspace.openImport();
  try {
    return await workspace.exclusive(() => publishAll(db, false, async () => {
      const { kind, file, drafts, detected } = findImport(db, id);
      const none: ItemMoves = { restored: 0, removed: 0, kept: 0 };
      const moves = kind === 'catalog' ? await moveItems(db, { importId: id, way, overwrite, ...hooks }) : none;
      const events = kind === 'sessions' ? await moveEvents(db, { importId: id, way, gapMinutes: gapOf(detected), ...hooks }) : 0;
      db.prepare(`UPDATE imports SET undone = ? WHERE id = ?`).run(way === 'undo' ? Date.now() : null, id);
      if (events > 0 || (drafts === 0 && moves.restored + moves.removed > 0)) raiseDataVersion(db);
      return { id, kind, file, way, events, drafts: drafts === 1, ...moves };
    }, hooks.keep));
  } finally {
    db.close();
  }
}

function findImport(db: ReadableDB, id: number): Head {
  const head = db.prepare<[number], Head>(`SELECT id, kind, file, outcome, drafts, recorded, undone, detected FROM imports WHERE id = ?`).get(id);
  if (head === undefined) throw new StorageError('not-found', `There is no import ${id}.`);
  if (head.outcome === 'reject_file') throw new StorageError('invalid', `${head.file} was refused, so there is nothing to take back.`);
  if (head.recorded === 0) throw new StorageError('invalid', `${head.file} was imported by an earlier Shelfsight, which kept nothing to take it back with. Restore a copy from the folder backups instead.`);
  return head;
}

function gapOf(detected: string): number {
  const found = JSON.parse(detected) as { readonly chosen?: { readonly sessionGapMinutes?: number } } | null;
  return found?.chosen?.sessionGapMinutes ?? usualGapMinutes;
}
