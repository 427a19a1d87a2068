/** What processes that were killed have left in a workspace: removed when it is opened next, for it was never finished. */
import { existsSync, readdirSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadableDB } from './connection.ts';
import { takeLock } from './lock.ts';

/** Files that a killed process was still writing; they never had their final name. `folders` are relative to the workspace. */
export function removeUnfinished(root: string, folders: readonly string[]): void {
  for (const folder of [root, ...folders.map((name) => join(root, name))]) {
    for (const name of readdirSync(folder)) {
      if (/\.tmp-\d+-\d+(-journal|-wal|-shm)?$/.test(name) && statSync(join(folder, name)).isFile()) unlinkSync(join(folder, name));
    }
  }
}

/**
 * Reports get their names before the import that they tell of is committed. Where the commit never came the next import has the same
 * number, and would hand out another one's rejected rows. Called at the next opening, and by an import that fails.
 */
export function removeStrayReports(folder: string, db: ReadableDB): void {
  const imports = new Set(db.prepare<[], number>(`SELECT id FROM imports`).pluck().all());
  for (const name of readdirSync(folder)) {
    const id = /^import-(\d+)(?:-rejected\.csv|\.jsonl)$/.exec(name)?.[1];
    if (id !== undefined && !imports.has(Number(id))) unlinkSync(join(folder, name));
  }
}

/** Folders of copies that nobody holds any more: whoever looked at them was killed. One that is not ours to look into stays. */
export function removeAbandoned(prefix: string): void {
  for (const name of readdirSync(tmpdir()).filter((name) => name.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    if (!existsSync(join(folder, 'workspace.lock'))) continue; // being made this moment
    try {
      takeLock(folder).close();
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // In use, or somebody else's.
    }
  }
}
