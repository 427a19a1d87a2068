/** Failures of the disk in the words of the product: no space, no permission, a file that is not what was written. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteCode } from './connection.ts';
import { StorageError } from './errors.ts';
import { describeFullDisk, freeBytes, meansFull, type Room } from './full-disk.ts';

/** For the first change of a small workspace. */
const leastBytes = 8 * 1_048_576;

const sentences: readonly (readonly [RegExp, string])[] = [
  [/^(SQLITE_CORRUPT.*|SQLITE_NOTADB)$/, 'The workspace file is damaged. Close Shelfsight and open the workspace again: it then offers to restore a backup or to salvage what can be read.'],
  [/^(SQLITE_READONLY.*|SQLITE_CANTOPEN.*|SQLITE_PERM|EROFS)$/, 'The workspace cannot be written to, so nothing was changed. Give yourself permission to write to its folder, or copy the folder to where you may.'],
  [/^(SQLITE_IOERR.*|EIO|EFBIG)$/, 'The disk did not take what was written, so nothing was changed. Check that it is connected and has free space, then try again.'],
];

/** The sentence for a failure of the disk that the workspace in `folder` is on; null for any other error. */
export function describeFault(error: unknown, folder: string): StorageError | null {
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : '');
  // SQLite tells of a disk without room as of a broken one where it is the index of the log that does not fit.
  const full = meansFull(code) || (/^SQLITE_IOERR_SHM/.test(code) && roomFor(folder).free < leastBytes);
  const sentence = full ? describeFullDisk(roomFor(folder)) : sentences.find(([pattern]) => pattern.test(code))?.[1];
  return sentence === undefined ? null : new StorageError('invalid', sentence, { cause: error });
}

/**
 * Bytes for any change of the workspace, beside what is there, or for an import of so many: a copy before a migration, every table written
 * anew; of a file, its rows with their indexes, in temporary tables and in the log. Free on the fullest of the disks that this is written to.
 */
export function roomFor(folder: string, importedBytes = 0): Room {
  const files = ['', '-wal'].map((end) => join(folder, `workspace.sqlite${end}`)).filter((file) => existsSync(file));
  const present = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return { needed: leastBytes + 2 * present + 2 * importedBytes, free: freeBytes(writtenFolders(folder)) };
}

/** The workspace's, and the one that SQLite puts its temporary tables into: the first of these that can be written to (sqlite.org/tempfiles.html, section 5). */
function writtenFolders(folder: string): readonly string[] {
  const { SQLITE_TMPDIR, TMPDIR } = process.env;
  const temporary = [SQLITE_TMPDIR, TMPDIR, '/var/tmp', '/usr/tmp', '/tmp'].find((name) => {
    try {
      accessSync(name ?? '', constants.W_OK | constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return [folder, ...(temporary === undefined ? [] : [temporary])].filter((name) => existsSync(name));
}
