/**
 * Connections to a workspace file: the only importer of better-sqlite3. Permission is in the type: a function that changes rows asks
 * for a WritableDB, and a ReadableDB given to it does not compile.
 */
import Database from 'better-sqlite3';

declare const readable: unique symbol;
declare const writable: unique symbol;

export type ReadableDB = Database.Database & { readonly [readable]: true };
export type WritableDB = ReadableDB & { readonly [writable]: true };

/** Our files answer this to `PRAGMA application_id` ("Shsf" in ASCII). */
export const applicationId = 0x53687366;

/** A connection waits this long for another one's short transaction before it answers SQLITE_BUSY. */
const busyMilliseconds = 5_000;

/** What every connection must answer when asked; `synchronous` 2 is FULL (SQLite's own default in WAL mode loses commits at power loss). */
const pragmas = [
  ['journal_mode', 'wal'],
  ['synchronous', 2],
  ['foreign_keys', 1],
  ['trusted_schema', 0],
  ['cell_size_check', 1],
  ['mmap_size', 0],
] as const;

export function openWritable(file: string): WritableDB {
  const db = new Database(file, { timeout: busyMilliseconds });
  return configure(db) as WritableDB;
}

/** Sees the last committed state; a write through it fails in SQLite as well as in the compiler. */
export function openReadable(file: string): ReadableDB {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: busyMilliseconds });
  return configure(db) as ReadableDB;
}

/** Sets the pragmas and reads them back: a build or a file system that refuses one must not go unnoticed. */
function configure(db: Database.Database): Database.Database {
  try {
    for (const [name, value] of pragmas) {
      if (!(name === 'journal_mode' && db.readonly)) db.pragma(`${name} = ${value}`);
      const answer: unknown = db.pragma(name, { simple: true });
      // A build with a mapping limit of 0 answers nothing to mmap_size.
      if (answer !== value && !(name === 'mmap_size' && answer === undefined)) {
        throw new Error(`PRAGMA ${name} answers ${String(answer)}, expected ${value}`);
      }
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A connection with SQLite's defaults, for files that are not (yet) a workspace: the lock file, a file to look at, a new file. */
export function openPlain(file: string, options: Database.Options = {}): Database.Database {
  return new Database(file, options);
}

/** SQLite's name of a failure (`SQLITE_FULL`, …), or null where the error is not SQLite's. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Database.SqliteError ? error.code : null;
}

/** One transaction without a pause in it; all or nothing. */
export function transact<T>(db: WritableDB, work: () => T): T {
  return db.transaction(work).immediate();
}
