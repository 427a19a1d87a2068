/**
 * Sessions into a workspace that has none: staged rows are copied as they stand, in the order of their keys, and the indexes are built at
 * the end. Kept up row by row, the index of events by SKU alone touches a page of its own for nearly every event of a large file.
 */
import type { WritableDB } from '../connection.ts';
import { limits } from './limits.ts';
import { inSlices } from './publish.ts';
import type { Slices } from './publish.ts';
import type { SessionCounts } from './publish-events.ts';
import { createIndexes, dropIndexes } from './publish-items.ts';

/** Sessions that one statement copies: some ten thousand events at most, as they are cut where they are long. */
const copiedSessions = 2_000;
const copiedEvents = 10_000;

/** Whether the workspace has neither sessions nor events. */
export function hasNoSessions(db: WritableDB): boolean {
  return db.prepare<[], number>(`SELECT NOT EXISTS (SELECT 1 FROM sessions) AND NOT EXISTS (SELECT 1 FROM events)`).pluck().get() === 1;
}

/** Inside the caller's transaction; the SKUs of the file have their numbers. */
export async function publishFirstSessions(db: WritableDB, importId: number, slices: Slices): Promise<SessionCounts> {
  const heads = db.prepare<[number, number], [number, number]>(`SELECT id, events FROM temp.staged_sessions WHERE id > ? ORDER BY id LIMIT ?`).raw();
  const range = `BETWEEN ? AND ?`;
  const insertSessions = db.prepare(
    `INSERT INTO sessions (id, session_id, user_id, start, length)
     SELECT id, name, user_id, (SELECT min(timestamp) FROM temp.staged_events WHERE session = staged_sessions.id AND timestamp >= 0), events FROM temp.staged_sessions WHERE id ${range} ORDER BY id`);
  const insertEvents = db.prepare(
    `INSERT INTO events (session, timestamp, position, sku, type, split, import, line)
     SELECT event.session, event.timestamp, event.position, sku.target, event.type, event.split, ?, event.line
     FROM temp.staged_events AS event CROSS JOIN temp.staged_skus AS sku ON sku.id = event.sku WHERE event.session ${range}`);
  const addTotals = db.prepare(
    `INSERT INTO event_totals (split, events) SELECT split, count(*) FROM temp.staged_events WHERE session ${range} GROUP BY split
     ON CONFLICT (split) DO UPDATE SET events = events + excluded.events`);
  const measured = db.prepare<[], Pick<SessionCounts, 'sessions' | 'single' | 'long'>>(
    `SELECT count(*) AS sessions, coalesce(sum(events = 1), 0) AS single, coalesce(sum(events > ${limits.modelContext}), 0) AS long FROM temp.staged_sessions`).get()!;
  const { events: unknown, line: firstUnknown } = db.prepare<[], { events: number; line: number | null }>(
    `SELECT count(*) AS events, min(line) AS line FROM temp.staged_events WHERE EXISTS (SELECT 1 FROM temp.staged_skus WHERE unknown = 1) AND sku IN (SELECT id FROM temp.staged_skus WHERE unknown = 1)`).get()!;
  const counts: SessionCounts = { ...measured, staged: 0, created: 0, unknown, firstUnknown };
  const indexes = [...dropIndexes(db, 'events'), ...dropIndexes(db, 'sessions')];

  let last = 0;
  await inSlices(() => {
    const first = last + 1;
    let events = 0;
    for (const [id, length] of heads.all(last, copiedSessions) as unknown as [number, number][]) {
      if (events > 0 && events + length > copiedEvents) break;
      events += length;
      last = id;
    }
    if (last < first) return false;
    insertSessions.run(first, last);
    counts.created += insertEvents.run(importId, first, last).changes;
    addTotals.run(first, last);
    counts.staged += events;
    slices.onRows?.(counts.staged);
    return true;
  }, slices.signal);
  await createIndexes(db, indexes, { ...slices, onRows: () => slices.onRows?.(counts.staged) });
  return counts;
}
