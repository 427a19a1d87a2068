/**
 * A workspace is one folder: `workspace.sqlite`, and beside it `models/ cache/ uploads/ backups/ reports/`. One process at a time
 * has it open; inside, any number of readers and one writer at a time.
 */
import { accessSync, chmodSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keepCopy } from './backups.ts';
import { checkpointAside, leaveLog, openReadable, openWritable } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import { createFile } from './create.ts';
import { StorageError } from './errors.ts';
import { describeFault } from './faults.ts';
import { assertOurs, readHeader } from './inspection.ts';
import { removeAbandoned, removeStrayReports, removeUnfinished } from './leftovers.ts';
import { takeLock } from './lock.ts';
import { openMarked } from './log.ts';
import { backUp, migrate, newestVersion, readVersion } from './migrate.ts';
import type { Migration } from './migrate.ts';
import { migrations as released } from './migrations/index.ts';

export type { ReadableDB, WritableDB } from './connection.ts';

export interface Workspace {
  /** Absolute path. */
  readonly folder: string;
  readonly file: string;
  /** Its folder cannot be written to: whatever would change it is refused. */
  readonly readOnly: boolean;
  /** Sees what is committed; an import being published is invisible to it until its commit. */
  readonly reader: ReadableDB;
  /** A connection of its own, to read a large state in slices under `BEGIN`; the caller closes it. */
  openSnapshot(): ReadableDB;
  /** A second writing connection for work with temporary tables of its own; it must write inside `exclusive` only. The caller closes it. */
  openImport(): WritableDB;
  /** Runs when every earlier writer has finished; `work` may pause inside a transaction, nothing else writes meanwhile. */
  write<T>(work: (db: WritableDB) => T | Promise<T>): Promise<T>;
  /** The same queue without the connection, for work that brings its own (`openImport`). */
  exclusive<T>(work: () => T | Promise<T>): Promise<T>;
  /** Waits for writers, moves the write-ahead log into the file, frees the lock. Safe to call twice. */
  close(): Promise<void>;
}

export const workspaceFolders = ['models', 'cache', 'uploads', 'backups', 'reports'] as const;

/**
 * Opens the workspace in a folder, creating what is missing.
 * @throws StorageError `busy` when another process has it open; `invalid` when the file is foreign, damaged or of a newer version
 * (not one byte of it is changed).
 */
export function openWorkspace(folder: string, migrations: readonly Migration[] = released): Workspace {
  try {
    const root = resolve(folder);
    return isReadOnly(root) ? openForViewing(root, migrations) : openFolder(root, migrations);
  } catch (error) {
    throw describeFault(error, folder) ?? error;
  }
}

/** A workspace is there, on a medium or under permissions that let nothing be written. */
function isReadOnly(root: string): boolean {
  const file = join(root, 'workspace.sqlite');
  if (!existsSync(file)) return false;
  try {
    accessSync(root, constants.W_OK);
    accessSync(file, constants.W_OK);
    return false;
  } catch {
    return true;
  }
}

/** Begins the names of the folders that copies to look at lie in. */
const viewPrefix = 'shelfsight-view-';

/** Opens a copy: SQLite reads no file with a log where it cannot write beside it. The copy goes when the workspace is closed. */
function openForViewing(root: string, migrations: readonly Migration[]): Workspace {
  removeAbandoned(viewPrefix);
  const folder = mkdtempSync(join(tmpdir(), viewPrefix));
  const lock = takeLock(folder); // tells others that it is in use
  const removeCopy = (): void => {
    lock.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const name of ['workspace.sqlite', 'workspace.sqlite-wal'].filter((name) => existsSync(join(root, name)))) {
      copyFileSync(join(root, name), join(folder, name));
      chmodSync(join(folder, name), 0o600);
    }
    const file = join(folder, 'workspace.sqlite');
    assertOurs(file, migrations, join(root, 'workspace.sqlite'));
    const writer = openWritable(file);
    try {
      migrate(writer, migrations);
      return assemble(root, file, writer, true, removeCopy);
    } catch (error) {
      writer.close();
      throw error;
    }
  } catch (error) {
    removeCopy();
    throw error;
  }
}

function openFolder(root: string, migrations: readonly Migration[]): Workspace {
  makeFolders(root);
  const lock = takeLock(root);
  try {
    const file = join(root, 'workspace.sqlite');
    removeUnfinished(root, workspaceFolders);
    if (!existsSync(file)) createFile(file, migrations);
    assertOurs(file, migrations, file);
    const writer = openMarked(file, readHeader(file)!);
    try {
      if (readVersion(writer) < newestVersion(migrations)) {
        backUp(writer, join(root, 'backups'));
        migrate(writer, migrations);
      }
      removeStrayReports(join(root, 'reports'), writer);
      return assemble(root, file, writer, false, () => lock.close());
    } catch (error) {
      writer.close();
      throw error;
    }
  } catch (error) {
    lock.close();
    throw error;
  }
}

function makeFolders(root: string): void {
  if (existsSync(root) && !statSync(root).isDirectory()) {
    throw new StorageError('invalid', `${root} is a file. A workspace is a folder: choose another name.`);
  }
  try {
    for (const name of workspaceFolders) mkdirSync(join(root, name), { recursive: true });
  } catch (cause) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw new StorageError('invalid', `Nothing can be written to ${root}. Choose another folder for the workspace.`, { cause });
  }
}

function assemble(folder: string, file: string, writer: WritableDB, readOnly: boolean, free: () => void): Workspace {
  const reader = openReadable(file);
  let queue: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | null = null;
  const exclusive = <T>(work: () => T | Promise<T>): Promise<T> => {
    if (closing !== null) return Promise.reject(new StorageError('invalid', `The workspace ${folder} is closed.`));
    if (readOnly) return Promise.reject(new StorageError('invalid', `The workspace ${folder} can only be read, so nothing was changed. Give yourself permission to write to its folder, or copy the folder to where you may.`));
    const turn = queue.then(work);
    queue = turn.catch(() => undefined); // a failed writer does not stop the next one; its caller has the error
    return turn;
  };
  return {
    folder,
    file,
    readOnly,
    reader,
    openSnapshot: () => openReadable(file),
    openImport: () => openWritable(file),
    exclusive,
    write: (work) => exclusive(() => work(writer)),
    close() {
      closing ??= queue.then(async () => {
        let copied = false;
        try {
          copied = !readOnly && reader.prepare<[], number>(`SELECT EXISTS (SELECT 1 FROM skus)`).pluck().get() === 1;
          reader.close();
          if (!readOnly) {
            await checkpointAside(file);
            leaveLog(writer);
          }
        } catch (error) {
          if (describeFault(error, folder) === null) throw error; // a full disk: everything stays in the log, which is read at the next opening
        } finally {
          reader.close();
          writer.close();
          if (copied) await keepCopy(folder, file).finally(free);
          else free();
        }
      });
      return closing;
    },
  };
}
