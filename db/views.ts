/** What the user has set up: saved views of the board, and the columns of its grid and the catalogue's. */
import { transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import { StorageError } from './errors.ts';

export interface SavedView {
  readonly name: string;
  /** The board's address: filters, order and columns. */
  readonly detail: string;
}

export type GridName = 'board' | 'catalog';

/** By name. */
export function listViews(db: ReadableDB): readonly SavedView[] {
  return db.prepare<[], SavedView>(`SELECT name, detail FROM views ORDER BY name`).all();
}

/** @throws StorageError `invalid` where a view of that name stands and is not to be replaced */
export function saveView(db: WritableDB, { name, detail }: SavedView, replace: boolean): void {
  transact(db, () => {
    const given = readName(name);
    if (!replace) refuseTaken(db, given);
    db.prepare(`INSERT INTO views (name, detail) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET detail = excluded.detail`).run(given, detail);
  });
}

/** @throws StorageError `not-found`; `invalid` where another view has that name */
export function renameView(db: WritableDB, name: string, to: string): void {
  transact(db, () => {
    const given = readName(to);
    refuseTaken(db, given, name);
    if (db.prepare(`UPDATE views SET name = ? WHERE name = ?`).run(given, name).changes === 0) throw gone(name);
  });
}

/** @throws StorageError `not-found` */
export function removeView(db: WritableDB, name: string): void {
  if (db.prepare(`DELETE FROM views WHERE name = ?`).run(name).changes === 0) throw gone(name);
}

/** Keys in the order in which they are shown; null: those the grid shows by itself. */
export function readColumns(db: ReadableDB, grid: GridName): readonly string[] | null {
  const text = db.prepare<[string], string>(`SELECT columns FROM grid_columns WHERE grid = ?`).pluck().get(grid);
  return text === undefined ? null : (JSON.parse(text) as readonly string[]);
}

export function keepColumns(db: WritableDB, grid: GridName, columns: readonly string[] | null): void {
  if (columns === null) db.prepare(`DELETE FROM grid_columns WHERE grid = ?`).run(grid);
  else db.prepare(`INSERT INTO grid_columns (grid, columns) VALUES (?, ?) ON CONFLICT (grid) DO UPDATE SET columns = excluded.columns`).run(grid, JSON.stringify(columns));
}

function readName(name: string): string {
  const given = name.trim();
  if (given === '') throw new StorageError('invalid', 'The view has no name. Type a name for it.');
  return given;
}

function refuseTaken(db: ReadableDB, name: string, own = ''): void {
  const taken = db.prepare<[string, string], string>(`SELECT name FROM views WHERE name = ? AND name <> ?`).pluck().get(name, own);
  if (taken !== undefined) throw new StorageError('invalid', `A view “${taken}” is saved already. Choose another name, or replace that view.`);
}

function gone(name: string): StorageError {
  return new StorageError('not-found', `There is no view “${name}” any more.`);
}
