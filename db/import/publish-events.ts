/** Staged events into the workspace, some sessions at a time, with the counts that the screens read. */
import type { WritableDB } from '../connection.ts';
import { raiseDataVersion } from '../version.ts';
import { limits } from './limits.ts';
import type { Plan } from './plan.ts';
import { inSlices } from './publish.ts';
import type { Publication, Slices } from './publish.ts';
import { hasNoSessions, publishFirstSessions } from './publish-first-events.ts';
import { publishUsers, usualGapMinutes } from './publish-users.ts';
import type { IssueList } from './report.ts';
import { isByUser } from './validate-events.ts';

/** Rows that one SQL statement may write: 5 to 10 ms of work. */
const rowsPerStatement = 2_000;

/** Inside the caller's transaction. */
export async function publishEvents(db: WritableDB, plan: Plan, importId: number, list: IssueList, slices: Slices): Promise<Publication> {
  await publishSkus(db, slices);
  const sessions = isByUser(plan) ? await publishUsers(db, importId, plan.mapping.sessionGapMinutes ?? usualGapMinutes, slices)
    : hasNoSessions(db) ? await publishFirstSessions(db, importId, slices) : await publishSessions(db, importId, slices);
  if (sessions.created > 0) {
    await countSkus(db, slices);
    raiseDataVersion(db);
  }
  report(db, plan, list, sessions);
  return { created: sessions.created, updated: 0, unchanged: sessions.staged - sessions.created, alreadyLive: 0, retired: 0, difference: null };
}

/** Walks a staged table by id, `rowsPerStatement` rows at a time. */
async function walk(db: WritableDB, table: string, slices: Slices, work: (first: number, last: number) => void): Promise<void> {
  const end = db.prepare<[], number>(`SELECT coalesce(max(id), 0) FROM temp.${table}`).pluck().get()!;
  let first = 1;
  await inSlices(() => {
    if (first > end) return false;
    work(first, first + rowsPerStatement - 1);
    first += rowsPerStatement;
    return true;
  }, slices.signal);
}

async function publishSkus(db: WritableDB, slices: Slices): Promise<void> {
  const insert = db.prepare(`INSERT INTO skus (sku, key) SELECT sku, name FROM temp.staged_skus WHERE id BETWEEN ? AND ? ON CONFLICT (key) DO NOTHING`);
  const link = db.prepare(`UPDATE temp.staged_skus SET target = (SELECT id FROM skus WHERE key = name) WHERE id BETWEEN ? AND ?`);
  const mark = db.prepare(`UPDATE temp.staged_skus SET unknown = NOT EXISTS (SELECT 1 FROM items WHERE items.id = target) WHERE id BETWEEN ? AND ?`);
  await walk(db, 'staged_skus', slices, (first, last) => {
    insert.run(first, last);
    link.run(first, last);
    mark.run(first, last);
  });
}

export interface SessionCounts {
  staged: number;
  created: number;
  sessions: number;
  single: number;
  long: number;
  unknown: number;
  firstUnknown: number | null;
}

async function publishSessions(db: WritableDB, importId: number, slices: Slices): Promise<SessionCounts> {
  const heads = db.prepare<[number, number], [number, number]>(`SELECT id, events FROM temp.staged_sessions WHERE id > ? ORDER BY id LIMIT ?`).raw();
  const insert = db.prepare(`INSERT INTO sessions (session_id, user_id) SELECT name, user_id FROM temp.staged_sessions WHERE id BETWEEN ? AND ? ORDER BY id ON CONFLICT (session_id) DO NOTHING`);
  const link = db.prepare(`UPDATE temp.staged_sessions SET target = (SELECT id FROM sessions WHERE session_id = name) WHERE id BETWEEN ? AND ?`);
  const insertEvents = db.prepare(
    `INSERT INTO events (session, timestamp, position, sku, type, split, import, line)
     SELECT known.target, event.timestamp, event.position, sku.target, event.type, event.split, ?, event.line
     FROM temp.staged_events AS event CROSS JOIN temp.staged_sessions AS known ON known.id = event.session CROSS JOIN temp.staged_skus AS sku ON sku.id = event.sku
     WHERE event.session BETWEEN ? AND ? ON CONFLICT DO NOTHING`);
  const measure = db.prepare(
    `UPDATE sessions SET length = (SELECT count(*) FROM events WHERE session = sessions.id),
       start = (SELECT min(timestamp) FROM events WHERE session = sessions.id AND timestamp >= 0)
     WHERE id IN (SELECT target FROM temp.staged_sessions WHERE id BETWEEN ? AND ?)`);
  const addTotals = db.prepare(
    `INSERT INTO event_totals (split, events)
     SELECT split, count(*) FROM events WHERE import = ? AND session IN (SELECT target FROM temp.staged_sessions WHERE id BETWEEN ? AND ?) GROUP BY split
     ON CONFLICT (split) DO UPDATE SET events = events + excluded.events`);
  const lengths = db.prepare<[number, number], { sessions: number; single: number; long: number }>(
    `SELECT count(*) AS sessions, coalesce(sum(length = 1), 0) AS single, coalesce(sum(length > ${limits.modelContext}), 0) AS long FROM sessions
     WHERE id IN (SELECT target FROM temp.staged_sessions WHERE id BETWEEN ? AND ? AND events > 0)`);
  const anyUnknown = db.prepare<[], number>(`SELECT EXISTS (SELECT 1 FROM temp.staged_skus WHERE unknown = 1)`).pluck().get() === 1;
  const unknown = db.prepare<[number, number], { events: number; line: number | null }>(
    `SELECT count(*) AS events, min(event.line) AS line FROM temp.staged_events AS event JOIN temp.staged_skus AS sku ON sku.id = event.sku
     WHERE sku.unknown = 1 AND event.session BETWEEN ? AND ?`);

  const counts: SessionCounts = { staged: 0, created: 0, sessions: 0, single: 0, long: 0, unknown: 0, firstUnknown: null };
  let last = 0;
  await inSlices(() => {
    const first = last + 1;
    let events = 0;
    for (const [id, length] of heads.all(last, rowsPerStatement / 4) as unknown as [number, number][]) {
      if (events > 0 && events + length > rowsPerStatement) break;
      events += length;
      last = id;
    }
    if (last < first) return false;
    insert.run(first, last);
    link.run(first, last);
    const { changes } = insertEvents.run(importId, first, last);
    if (changes > 0) {
      measure.run(first, last);
      addTotals.run(importId, first, last);
    }
    const measured = lengths.get(first, last)!;
    counts.sessions += measured.sessions;
    counts.single += measured.single;
    counts.long += measured.long;
    if (anyUnknown) {
      const found = unknown.get(first, last)!;
      counts.unknown += found.events;
      if (found.line !== null) counts.firstUnknown = Math.min(counts.firstUnknown ?? Infinity, found.line);
    }
    counts.staged += events;
    counts.created += changes;
    slices.onRows?.(counts.staged);
    return true;
  }, slices.signal);
  return counts;
}

/** Counted anew on the index, for the SKUs of this file: right whatever was there before. */
async function countSkus(db: WritableDB, slices: Slices): Promise<void> {
  const targets = `(SELECT target FROM temp.staged_skus WHERE id BETWEEN ? AND ?)`;
  const count = db.prepare(`UPDATE skus SET events = (SELECT count(*) FROM events WHERE sku = skus.id) WHERE id IN ${targets}`);
  const repeat = db.prepare(`UPDATE items SET events = (SELECT skus.events FROM skus WHERE skus.id = items.id) WHERE id IN ${targets}`);
  await walk(db, 'staged_skus', slices, (first, last) => {
    count.run(first, last);
    repeat.run(first, last);
  });
}

function report(db: WritableDB, plan: Plan, list: IssueList, counts: SessionCounts): void {
  if (counts.unknown > 0) {
    const values = db.prepare<[], string>(`SELECT sku FROM temp.staged_skus WHERE unknown = 1 ORDER BY id LIMIT 5`).pluck().all();
    list.add('W_SESSION_UNKNOWN_SKU', { line: counts.firstUnknown, column: plan.headers[plan.columnOf.get('sku')!]!, value: values[0]!, details: { count: counts.unknown, values: values.join(', ') } });
  }
  if (counts.single > 0) {
    list.add('W_SESSION_TOO_SHORT', { ...(counts.single === counts.sessions ? { because: ' No usable session remains.' } : {}), details: { count: counts.single } });
  }
  if (counts.long > 0) list.add('I_SESSION_CUT', { details: { count: counts.long, limit: limits.modelContext } });
}
