/**
 * Sessions of sources that know users only: a user's events, old and new ones together, are cut wherever the pause is longer than the gap.
 * A session is named by its user and the time of its first event, so that later imports do not rename the others.
 */
import type { WritableDB } from '../connection.ts';
import { limits } from './limits.ts';
import { inSlices } from './publish.ts';
import type { Slices } from './publish.ts';
import type { SessionCounts } from './publish-events.ts';

/** Minutes without an event that end a session, where the user says nothing else. */
export const usualGapMinutes = 30;

interface UserEvent {
  readonly timestamp: number;
  readonly position: number;
  readonly sku: number;
  readonly type: number;
  readonly split: number;
  readonly import: number;
  readonly line: number;
}

interface UserSession {
  readonly id: number;
  readonly session_id: string;
  readonly start: number | null;
}

export function nameSession(user: string, start: number): string {
  return `${user}@${new Date(start).toISOString()}`;
}

/** Sorted events, cut where the pause is longer than `gap` milliseconds. */
export function cutSessions<T extends { readonly timestamp: number }>(events: readonly T[], gap: number): readonly (readonly T[])[] {
  const sessions: T[][] = [];
  for (const event of events) {
    const session = sessions.at(-1);
    if (session === undefined || event.timestamp - session.at(-1)!.timestamp > gap) sessions.push([event]);
    else session.push(event);
  }
  return sessions;
}

/** Writes nothing for a user of whom no event is new. Inside the caller's transaction. */
export async function publishUsers(db: WritableDB, importId: number, gapMinutes: number, slices: Slices): Promise<SessionCounts> {
  const gap = gapMinutes * 60_000;
  const users = db.prepare<[number], { id: number; name: string }>(`SELECT id, name FROM temp.staged_sessions WHERE id > ? AND events > 0 ORDER BY id LIMIT 1`);
  // The names of a user's sessions lie side by side in the index: "A" is the sign behind "@".
  const known = db.prepare<[string, string, string], UserSession>(`SELECT id, session_id, start FROM sessions WHERE session_id >= ? AND session_id < ? AND user_id = ?`);
  const knownEvents = db.prepare<[number], UserEvent>(`SELECT timestamp, position, sku, type, split, import, line FROM events WHERE session = ?`);
  const staged = db.prepare<[number, number], UserEvent & { unknown: number }>(
    `SELECT event.timestamp, event.position, sku.target AS sku, event.type, event.split, ? AS import, event.line, sku.unknown
     FROM temp.staged_events AS event JOIN temp.staged_skus AS sku ON sku.id = event.sku WHERE event.session = ?`);
  const deleteEvents = db.prepare(`DELETE FROM events WHERE session = ?`);
  const deleteSession = db.prepare(`DELETE FROM sessions WHERE id = ?`);
  const putSession = db.prepare<[string, string, number, number], number>(
    `INSERT INTO sessions (session_id, user_id, start, length) VALUES (?, ?, ?, ?)
     ON CONFLICT (session_id) DO UPDATE SET start = excluded.start, length = excluded.length RETURNING id`).pluck();
  const putEvent = db.prepare(`INSERT INTO events (session, timestamp, position, sku, type, split, import, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const addTotal = db.prepare(`INSERT INTO event_totals (split, events) VALUES (?, 1) ON CONFLICT (split) DO UPDATE SET events = events + 1`);
  const counts: SessionCounts = { staged: 0, created: 0, sessions: 0, single: 0, long: 0, unknown: 0, firstUnknown: null };

  const publish = (user: string, id: number): void => {
    const old = known.all(`${user}@`, `${user}A`, user).filter(({ session_id: name, start }) => start !== null && name === nameSession(user, start));
    const before = old.flatMap((session) => knownEvents.all(session.id));
    const keyOf = ({ timestamp, position, sku, type }: UserEvent): string => `${timestamp} ${position} ${sku} ${type}`;
    const seen = new Set(before.map(keyOf));
    const incoming = staged.all(importId, id);
    const added = incoming.filter((event) => !seen.has(keyOf(event)));
    const all = [...before, ...added].sort((a, b) => a.timestamp - b.timestamp || a.position - b.position || a.line - b.line);
    const sessions = cutSessions(all, gap);
    counts.staged += incoming.length;
    counts.created += added.length;
    counts.sessions += sessions.length;
    for (const { length } of sessions) {
      if (length === 1) counts.single += 1;
      if (length > limits.modelContext) counts.long += 1;
    }
    for (const event of incoming) {
      if (event.unknown !== 1) continue;
      counts.unknown += 1;
      counts.firstUnknown = Math.min(counts.firstUnknown ?? Infinity, event.line);
    }
    if (added.length === 0) return;
    for (const session of old) deleteEvents.run(session.id);
    const names = new Set(sessions.map(([first]) => nameSession(user, first!.timestamp)));
    for (const session of old) if (!names.has(session.session_id)) deleteSession.run(session.id);
    for (const events of sessions) {
      const session = putSession.get(nameSession(user, events[0]!.timestamp), user, events[0]!.timestamp, events.length)!;
      for (const event of events) putEvent.run(session, event.timestamp, event.position, event.sku, event.type, event.split, event.import, event.line);
    }
    for (const event of added) addTotal.run(event.split);
  };

  let last = 0;
  await inSlices(() => {
    const user = users.get(last);
    if (user === undefined) return false;
    last = user.id;
    publish(user.name, user.id);
    slices.onRows?.(counts.staged);
    return true;
  }, slices.signal);
  return counts;
}
