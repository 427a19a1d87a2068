/** One process at a time has a workspace open. */
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { openPlain, sqliteCode } from './connection.ts';
import { StorageError } from './errors.ts';

/**
 * SQLite's own lock on a tiny file: two processes cannot both hold it, and the system frees it when a process dies, however it dies.
 * Closing the connection frees it.
 */
export function takeLock(root: string): Database.Database {
  const lock = openPlain(join(root, 'workspace.lock'), { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY')) {
      throw new StorageError('busy', `The workspace ${root} is open in another Shelfsight. Close it there, or choose another workspace.`, { cause: error });
    }
    throw error;
  }
}
