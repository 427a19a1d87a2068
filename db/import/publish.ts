/**
 * What both kinds of import do at the end: one transaction in slices. The event loop is free between slices; readers see the state
 * before until the commit, and a process that dies leaves that state.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkpointAside, syncLog } from '../connection.ts';
import type { WritableDB } from '../connection.ts';
import type { CatalogDifference } from '../records.ts';

export interface Publication {
  created: number;
  updated: number;
  unchanged: number;
  alreadyLive: number;
  retired: number;
  difference: CatalogDifference | null;
}

export interface Slices {
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: (rows: number) => void;
}

/** How long one slice may keep the event loop, in milliseconds; a slice ends with the row that exceeds it. */
const sliceMilliseconds = 12;

const cacheKibibytes = 12_288;

/** Calls `step` until it answers false, pausing whenever a slice is over. @throws the signal's reason when cancelled */
export async function inSlices(step: () => boolean, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const end = performance.now() + sliceMilliseconds;
    while (performance.now() < end) if (!step()) return;
    await nextTurn();
  }
}

/** Everything `work` writes is committed together, or nothing of it (also when it is a dry run, or `keep` throws). */
export async function publishAll<T>(db: WritableDB, dryRun: boolean, work: () => Promise<T>, keep: () => void = () => {}): Promise<T> {
  // Frames wait in the log until the commit; checkpointing them here would keep the event loop.
  db.pragma('wal_autocheckpoint = 0');
  // Pages beyond this go to the log at once instead of all together at the commit.
  db.pragma(`cache_size = -${cacheKibibytes}`);
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = await work();
    if (!dryRun) {
      await syncLog(db.name);
      keep();
    }
    db.exec(dryRun ? 'ROLLBACK' : 'COMMIT');
    if (!dryRun) await checkpointAside(db.name);
    return result;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
