/**
 * Is the log beside a workspace its own? SQLite replays whatever lies there under the right name, and the pages of two workspaces fit into
 * each other's file: both have our tables, and nothing is damaged. So each file has a mark, a random number in the place of its schema
 * cookie (file format, section 1.3.9: a number that nobody reads, to which a change of tables adds 1). A log begins with that number as its
 * first salt: before there is one we lay down a header without frames, whose salts SQLite takes over (wal.c, walIndexRecover), and whenever
 * it begins the log anew it adds 1 to the first (walRestartHdr). The two numbers stay near each other, those of another workspace are far
 * away but for one case in 30,000. A folder that was copied as a whole has the mark of the first: their logs are not told apart.
 */
import { randomInt } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { openPlain, openWritable, type WritableDB } from './connection.ts';

/** What of SQLite's header matters here. */
export interface MarkedFile {
  /** Its schema cookie. */
  readonly mark: number;
  readonly pageBytes: number;
  readonly logged: boolean;
}

/** Files without a mark count their changes of tables from 0. */
const smallestMark = 2 ** 24;
const largestMark = 2 ** 31 - 2 ** 20;

/** Changes of tables since the log began: an import into an empty workspace makes some twenty. */
const mostChanges = 4_096;
/** How often a log begins anew between two openings: each time, four megabytes have gone through it. */
const mostBeginnings = 65_536;

const headerBytes = 32;
const frameHeaderBytes = 24;
const version = 3_007_000;
/** Its last bit says in which order of bytes the sums are formed. */
const magic = 0x377f0682;

/** False where SQLite would replay a log that was begun for another file. */
export function isOwnLog(log: string, { mark, pageBytes }: MarkedFile): boolean {
  const salt = readSalt(log, pageBytes);
  if (salt === null || mark < smallestMark) return true;
  return salt >= mark - mostChanges && salt <= mark + mostBeginnings;
}

/** Opens the connection that writes first, on a file that no one else has open. */
export function openMarked(file: string, header: MarkedFile): WritableDB {
  const begins = readSalt(`${file}-wal`, header.pageBytes) === null && beginLog(file, header);
  const db = openWritable(file);
  try {
    // The salts are kept by the connection that has read them: whichever wrote the first frame without would take random ones.
    if (begins) db.pragma(`user_version = ${String(db.pragma('user_version', { simple: true }))}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Lays down a log without frames; false where the file takes none. Killed at any moment, there is no log, or one that says nothing. */
function beginLog(file: string, { mark, pageBytes, logged }: MarkedFile): boolean {
  let salt = mark;
  if (!logged || mark < smallestMark) {
    const db = openPlain(file);
    try {
      db.pragma('journal_mode = MEMORY'); // for the reason given at `leaveLog`
      db.pragma('synchronous = FULL');
      if (mark < smallestMark) {
        salt = randomInt(smallestMark, largestMark);
        db.unsafeMode(true); // the only way to set it
        db.pragma(`schema_version = ${salt}`);
        db.unsafeMode(false);
      }
      if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal') return false;
    } finally {
      db.close();
    }
  }
  const header = Buffer.alloc(headerBytes + 1); // SQLite reads none that has nothing behind it
  for (const [index, value] of [magic, version, pageBytes, 1, salt, randomInt(2 ** 32)].entries()) header.writeUInt32BE(value, 4 * index);
  for (const [index, sum] of checkSums(header).entries()) header.writeUInt32BE(sum, 24 + 4 * index);
  writeFileSync(`${file}-wal`, header);
  return true;
}

/** The first salt of a log; null where SQLite would read no frame of it. */
function readSalt(log: string, pageBytes: number): number | null {
  if (!existsSync(log) || statSync(log).size < headerBytes + frameHeaderBytes + pageBytes) return null;
  const header = Buffer.alloc(headerBytes);
  const handle = openSync(log, 'r');
  readSync(handle, header, 0, headerBytes, 0);
  closeSync(handle);
  if ((header.readUInt32BE(0) & ~1) !== magic || checkSums(header).some((sum, index) => sum !== header.readUInt32BE(24 + 4 * index))) return null;
  return header.readUInt32BE(16);
}

/** Over the first 24 bytes (file format, section 4.2). */
function checkSums(header: Buffer): readonly [number, number] {
  const read = (at: number): number => ((header.readUInt32BE(0) & 1) === 1 ? header.readUInt32BE(at) : header.readUInt32LE(at));
  let [one, other] = [0, 0];
  for (let at = 0; at < 24; at += 8) {
    one = (one + read(at) + other) >>> 0;
    other = (other + read(at + 4) + one) >>> 0;
  }
  return [one, other];
}
