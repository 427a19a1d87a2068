/** Takes all that a customer brought out of a workspace. */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StorageError } from './errors.ts';
import { takeLock } from './lock.ts';
import { makeDurable } from './migrate.ts';

/** Copies and what was made of the data first: whoever is killed on the way opens the workspace again, and sees what is left to wipe. */
const parts = ['start', 'backups', 'set-aside', 'uploads', 'cache', 'models', 'reports', 'workspace.sqlite-wal', 'workspace.sqlite-shm', 'workspace.sqlite-journal', 'workspace.sqlite'];

/**
 * Removes what Shelfsight keeps in the folder of a closed workspace, and nothing else that lies in it; `marks` are further files of ours.
 * The next opening makes a new, empty database: no page of the old one is left in it.
 * @throws StorageError `busy` while another process has it open; `invalid` where a file cannot be removed
 */
export function wipeWorkspace(folder: string, marks: readonly string[]): void {
  const root = resolve(folder);
  const lock = takeLock(root);
  try {
    for (const name of [...marks, ...parts]) rmSync(join(root, name), { recursive: true, force: true });
    makeDurable(root);
  } catch (error) {
    throw new StorageError('invalid', `Not everything could be removed from ${root}. See that you may write there and that no other program holds its files, then wipe again.`, { cause: error });
  } finally {
    lock.close();
  }
}
