/** Is a file a workspace of ours, whole and as we wrote it? Asked before SQLite may write to it, or believe a log that lies beside it. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { applicationId, openPlain, sqliteCode } from './connection.ts';
import { RefusedFile, type StorageError } from './errors.ts';
import { isOwnLog, type MarkedFile } from './log.ts';
import { expectedFingerprint, fingerprintSchema, newestVersion, readVersion, type Migration } from './migrate.ts';

/** What follows is offered by the home screen and by the command. */
const remedies = 'Restore a backup or salvage what can be read: Shelfsight offers both where it opens the workspace, and so does the command recover.';

/**
 * Looks at the header's bytes, then through a connection that cannot write. `shown`: the user's name of the file.
 * @throws RefusedFile with a sentence; nothing was changed
 */
export function assertOurs(file: string, migrations: readonly Migration[], shown: string): void {
  const header = readHeader(file);
  if (header === null) throw new RefusedFile('foreign', `${shown} is not a database.`, 'Restore a backup, or move it away to start a new workspace here.');
  if (header.application !== applicationId) {
    throw new RefusedFile('foreign', `${shown} belongs to another program.`, 'Choose another folder for the workspace.');
  }
  refuseStray(file, header, shown);
  refuseNewer(header.version, migrations, shown);
  const db = openPlain(file, { readonly: true });
  try {
    if (db.pragma('application_id', { simple: true }) !== applicationId) throw strayLog(`${file}-wal`, shown);
    const version = readVersion(db);
    refuseNewer(version, migrations, shown);
    if (fingerprintSchema(db) !== expectedFingerprint(migrations, version)) {
      throw new RefusedFile('changed', `The tables of ${shown} were changed outside Shelfsight.`, remedies);
    }
    // After the fingerprint: an endless view in the place of a table would keep it for ever.
    if (db.pragma('integrity_check(1)', { simple: true }) !== 'ok') throw damaged(shown);
  } catch (error) {
    if (/^SQLITE_(NOTADB|CORRUPT|ERROR)/.test(sqliteCode(error) ?? '')) throw damaged(shown, error); // ERROR: the search index, of its own records
    throw error;
  } finally {
    db.close();
  }
}

/**
 * SQLite replays whatever lies beside a file under the right name. A workspace that was closed has no log and its header says so, a copy
 * from backups likewise; and we write no journal. One that is there all the same was written for another file, and so was one without
 * this file's mark.
 */
function refuseStray(file: string, header: MarkedFile, shown: string): void {
  const log = `${file}-wal`;
  const strays = [...(header.logged && isOwnLog(log, header) ? [] : [log]), `${file}-journal`];
  const stray = strays.find((name) => existsSync(name) && statSync(name).size > 0);
  if (stray !== undefined) throw strayLog(stray, shown);
}

function strayLog(log: string, shown: string): RefusedFile {
  const name = basename(log);
  return new RefusedFile('stray-log', `${name} beside ${shown} was written for another file: with it this workspace would not be what it was.`,
    `Move ${name} away; Shelfsight offers that where it opens the workspace, and so does the command recover.`);
}

function damaged(shown: string, cause?: unknown): StorageError {
  return new RefusedFile('damaged', `${shown} is damaged.`, remedies, { cause });
}

function refuseNewer(version: number, migrations: readonly Migration[], shown: string): void {
  const newest = newestVersion(migrations);
  if (version <= newest) return;
  throw new RefusedFile('newer', `${shown} was written by a newer Shelfsight (workspace version ${version}; this one reads up to ${newest}).`, 'Update Shelfsight to open it.');
}

/** The fields of SQLite's 100-byte header (file format, section 1.3); null where it is no SQLite file. */
export function readHeader(file: string): (MarkedFile & { readonly version: number; readonly application: number }) | null {
  const bytes = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  const read = readSync(handle, bytes, 0, 100, 0);
  closeSync(handle);
  if (read < 100 || bytes.toString('latin1', 0, 16) !== 'SQLite format 3\0') return null;
  const pageBytes = bytes.readUInt16BE(16);
  return { version: bytes.readUInt32BE(60), application: bytes.readUInt32BE(68), logged: bytes[19] === 2, mark: bytes.readUInt32BE(40), pageBytes: pageBytes === 1 ? 65_536 : pageBytes };
}
