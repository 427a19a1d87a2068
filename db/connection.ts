/**
 * Connections to a workspace file: the only importer of better-sqlite3. Permission is in the type: a function that changes rows asks
 * for a WritableDB, and a ReadableDB given to it does not compile.
 */
import { open, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
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
  try {
    // A file of its own (or a copy from backups) takes its log without a journal, for the reason given at `leaveLog`.
    if (db.pragma('journal_mode', { simple: true }) !== 'wal') db.pragma('journal_mode = MEMORY');
  } catch (error) {
    db.close();
    throw error;
  }
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

/**
 * Makes what a long transaction has written to the log so far durable, off the event loop: the commit's own fsync then has little left
 * to do. The log may be opened beside SQLite (its locks are on the other two files); the database file itself may not.
 */
export async function syncLog(file: string): Promise<void> {
  const log = await open(`${file}-wal`, 'r');
  try {
    await log.datasync();
  } finally {
    await log.close();
  }
}

/**
 * Moves the log into the file, removes it, and lets the file's header say that it has none (file format, section 1.3.3): whatever log
 * lies beside such a file later belongs to another one. Does nothing while another connection is open. The journal of this one write
 * is kept in memory: what changes lies in the first 100 bytes of the file, which a disk writes whole or not at all, and a killed
 * process leaves no journal behind that the next one would have to write back before it may look.
 * @throws SqliteError where the disk is full; then the log stays and is read at the next opening
 */
export function leaveLog(db: WritableDB): void {
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.pragma('busy_timeout = 0');
  try {
    db.pragma('journal_mode = MEMORY');
  } catch (error) {
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') !== true) throw error;
  }
}

/** A log up to this size is left to the next commit, which moves it in a few milliseconds. */
const smallLogBytes = 4_194_304;

/**
 * Moves a large log into the file and cuts it to nothing, on a thread of its own: both take some tenths of a second, the cut a full one
 * for 700 MB, which this thread must not lose. Nothing writes meanwhile: the caller holds the turn of all writers. A reader that still
 * needs the log keeps it as it is; then the next commit and the closing do the same. The program is a string because bundlers do not
 * follow a worker's file.
 */
export async function checkpointAside(file: string): Promise<void> {
  const size = await stat(`${file}-wal`).then((log) => log.size, () => 0);
  if (size <= smallLogBytes) return;
  const program = `
    const { workerData } = require('node:worker_threads');
    const db = new (require(workerData.library))(workerData.file, { timeout: 1_000 });
    try {
      db.pragma('synchronous = FULL');
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }`;
  const library = createRequire(import.meta.url).resolve('better-sqlite3');
  await new Promise<void>((resolve) => {
    const worker = new Worker(program, { eval: true, workerData: { file, library } });
    worker.once('error', () => undefined); // a full disk: everything stays in the log
    worker.once('exit', () => resolve()); // by then its connection is closed
  });
}
