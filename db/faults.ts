/** Failures of the disk in the words of the product: no space, no permission, a file that is not what was written. */
import { sqliteCode } from './connection.ts';
import { StorageError } from './errors.ts';

const sentences: readonly (readonly [RegExp, string])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)$/, 'The disk is full, so nothing was changed. Free some space and try again.'],
  [/^(SQLITE_CORRUPT.*|SQLITE_NOTADB)$/, 'The workspace file is damaged. Close Shelfsight and open the workspace again: it then offers to restore a backup or to salvage what can be read.'],
  [/^(SQLITE_READONLY.*|SQLITE_CANTOPEN.*|SQLITE_PERM|EROFS)$/, 'The workspace cannot be written to, so nothing was changed. Give yourself permission to write to its folder, or copy the folder to where you may.'],
  [/^(SQLITE_IOERR.*|EIO|EFBIG)$/, 'The disk did not take what was written, so nothing was changed. Check that it is connected and has free space, then try again.'],
];

/** The sentence for a failure of the disk; null for any other error. */
export function describeFault(error: unknown): StorageError | null {
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : '');
  const found = sentences.find(([pattern]) => pattern.test(code));
  return found === undefined ? null : new StorageError('invalid', found[1], { cause: error });
}
