/** Times of events, as far as a back-test must know them before it reads everything. */
import type { ReadableDB } from './connection.ts';

export interface Clock {
  /** ms of the first and the last event that has a time; null without any. */
  readonly first: number | null;
  readonly last: number | null;
  readonly sessions: number;
  /** Events with a time before the date; 0 without one. */
  readonly before: number;
}

export function readClock(db: ReadableDB, since = 0): Clock {
  return db.prepare<[number, number], Clock>(
    `SELECT (SELECT min(timestamp) FROM events WHERE timestamp >= 0) AS first, (SELECT max(timestamp) FROM events WHERE timestamp >= 0) AS last,
       (SELECT count(*) FROM sessions WHERE length > 0) AS sessions, (SELECT count(*) FROM events WHERE timestamp >= 0 AND ? > 0 AND timestamp < ?) AS before`,
  ).get(since, since)!;
}

/** ms of the first event of every live SKU that has events and a time for each, ascending. */
export function readFirstSeen(db: ReadableDB): readonly number[] {
  return db.prepare<[], number>(
    `SELECT min(events.timestamp) AS first FROM events JOIN live_items ON live_items.id = events.sku GROUP BY events.sku HAVING first >= 0 ORDER BY first`,
  ).pluck().all();
}

export function countLive(db: ReadableDB): number {
  return db.prepare<[], number>(`SELECT count(*) FROM live_items`).pluck().get()!;
}
