/** Events of an import go and come again: moved aside with their sessions, some sessions at a time, with the counts that the screens read. */
import type { WritableDB } from './connection.ts';
import { inSlices } from './import/publish.ts';
import { cutSessions, nameSession } from './import/publish-users.ts';

export interface EventMoving {
  readonly importId: number;
  readonly way: 'undo' | 'redo';
  /** For sources that know users only: where a user's events are cut. */
  readonly gapMinutes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: ((rows: number) => void) | undefined;
}

/** Sessions that one slice visits at most; a slice ends with the session that exceeds its time. */
const chunkSessions = 100;

/** Answers how many events went, or came again. Inside the caller's transaction. */
export async function moveEvents(db: WritableDB, { importId, way, gapMinutes, signal, onRows }: EventMoving): Promise<number> {
  db.exec(`DROP TABLE IF EXISTS temp.moved_sessions; CREATE TEMP TABLE moved_sessions (id INTEGER PRIMARY KEY, session_id TEXT NOT NULL, user_id TEXT NOT NULL);
    DROP TABLE IF EXISTS temp.moved_skus; CREATE TEMP TABLE moved_skus (id INTEGER PRIMARY KEY)`);
  if (way === 'undo') await findSessions(db, importId, signal);
  else recallSessions(db, importId);
  const moveSession = way === 'undo' ? prepareRemoval(db, importId) : prepareReturn(db, importId);
  const recut = prepareRecut(db, gapMinutes * 60_000);
  const page = db.prepare<[number], MovedSession>(`SELECT id, session_id, user_id FROM temp.moved_sessions WHERE id > ? ORDER BY id LIMIT 1`);
  const users = new Set<string>();
  let last = -1;
  let events = 0;
  await inSlices(() => {
    const session = page.get(last);
    if (session === undefined) return false;
    last = session.id;
    events += moveSession(session);
    if (isCut(session.session_id, session.user_id)) users.add(session.user_id);
    onRows?.(events);
    return true;
  }, signal);
  await eachOf(users, recut, signal);
  await countSkus(db, signal);
  db.exec(`DELETE FROM event_totals WHERE events = 0`);
  return events;
}

interface MovedSession {
  readonly id: number;
  readonly session_id: string;
  readonly user_id: string;
}

const startTime = /^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Sessions that were cut out of a user's events are named by the user and the time of their first event. */
function isCut(name: string, user: string): boolean {
  return user !== '' && name.startsWith(`${user}@`) && startTime.test(name.slice(user.length + 1));
}

async function findSessions(db: WritableDB, importId: number, signal: AbortSignal | undefined): Promise<void> {
  const last = db.prepare<[], number>(`SELECT coalesce(max(id), 0) FROM sessions`).pluck().get()!;
  const find = db.prepare(
    `INSERT INTO temp.moved_sessions SELECT id, session_id, user_id FROM sessions WHERE id BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM events WHERE session = sessions.id AND import = ?)`);
  let first = 1;
  await inSlices(() => {
    if (first > last) return false;
    find.run(first, first + chunkSessions - 1, importId);
    first += chunkSessions;
    return true;
  }, signal);
}

function recallSessions(db: WritableDB, importId: number): void {
  db.prepare(`INSERT INTO temp.moved_sessions SELECT id, session_id, user_id FROM undone_sessions WHERE import = ?`).run(importId);
}

function prepareMeasure(db: WritableDB): (session: number) => void {
  const measure = db.prepare(
    `UPDATE sessions SET length = (SELECT count(*) FROM events WHERE session = @id), start = (SELECT min(timestamp) FROM events WHERE session = @id AND timestamp >= 0) WHERE id = @id`);
  return (id) => measure.run({ id });
}

function prepareRemoval(db: WritableDB, importId: number): (session: MovedSession) => number {
  const mine = `session = ? AND import = ${importId}`;
  const keepSession = db.prepare(`INSERT INTO undone_sessions (import, id, session_id, user_id) VALUES (${importId}, ?, ?, ?)`);
  const keep = db.prepare(`INSERT INTO undone_events SELECT import, session, timestamp, position, sku, type, split, line FROM events WHERE ${mine}`);
  const note = db.prepare(`INSERT OR IGNORE INTO temp.moved_skus SELECT sku FROM events WHERE ${mine}`);
  const total = db.prepare(`UPDATE event_totals SET events = events - (SELECT count(*) FROM events WHERE ${mine} AND split = event_totals.split)`);
  const remove = db.prepare(`DELETE FROM events WHERE ${mine}`);
  const drop = db.prepare(`DELETE FROM sessions WHERE id = @id AND NOT EXISTS (SELECT 1 FROM events WHERE session = @id)`);
  const measure = prepareMeasure(db);
  return ({ id, session_id: name, user_id: user }) => {
    keepSession.run(id, name, user);
    keep.run(id);
    note.run(id);
    total.run(id);
    const { changes } = remove.run(id);
    if (drop.run({ id }).changes === 0) measure(id);
    return changes;
  };
}

function prepareReturn(db: WritableDB, importId: number): (session: MovedSession) => number {
  const add = db.prepare(`INSERT INTO sessions (session_id, user_id) VALUES (?, ?) ON CONFLICT (session_id) DO NOTHING`);
  const find = db.prepare<[string], number>(`SELECT id FROM sessions WHERE session_id = ?`).pluck();
  const mine = `import = ${importId} AND session = @id`;
  const note = db.prepare(`INSERT OR IGNORE INTO temp.moved_skus SELECT sku FROM undone_events WHERE ${mine}`);
  const restore = db.prepare(
    `INSERT INTO events (session, timestamp, position, sku, type, split, import, line) SELECT @target, timestamp, position, sku, type, split, import, line FROM undone_events WHERE ${mine} ON CONFLICT DO NOTHING`);
  const total = db.prepare(
    `INSERT INTO event_totals (split, events) SELECT split, count(*) FROM events WHERE session = ? AND import = ${importId} GROUP BY split ON CONFLICT (split) DO UPDATE SET events = events + excluded.events`);
  const forget = db.prepare(`DELETE FROM undone_events WHERE ${mine}`);
  const forgetSession = db.prepare(`DELETE FROM undone_sessions WHERE import = ${importId} AND id = ?`);
  const measure = prepareMeasure(db);
  return ({ id, session_id: name, user_id: user }) => {
    add.run(name, user);
    const session = find.get(name)!;
    note.run({ id });
    const { changes } = restore.run({ id, target: session });
    total.run(session);
    forget.run({ id });
    forgetSession.run(id);
    measure(session);
    return changes;
  };
}

interface UserEvent {
  readonly timestamp: number;
  readonly position: number;
  readonly sku: number;
  readonly type: number;
  readonly split: number;
  readonly import: number;
  readonly line: number;
}

/** Cuts a user's events again, as an import of all of them would have. */
function prepareRecut(db: WritableDB, gap: number): (user: string) => void {
  const known = db.prepare<[string, string, string], MovedSession>(`SELECT id, session_id, user_id FROM sessions WHERE session_id >= ? AND session_id < ? AND user_id = ?`);
  const read = db.prepare<[number], UserEvent>(`SELECT timestamp, position, sku, type, split, import, line FROM events WHERE session = ?`);
  const clear = db.prepare(`DELETE FROM events WHERE session = ?`);
  const drop = db.prepare(`DELETE FROM sessions WHERE id = ?`);
  const put = db.prepare<[string, string, number, number], number>(
    `INSERT INTO sessions (session_id, user_id, start, length) VALUES (?, ?, ?, ?) ON CONFLICT (session_id) DO UPDATE SET start = excluded.start, length = excluded.length RETURNING id`).pluck();
  const putEvent = db.prepare(`INSERT INTO events (session, timestamp, position, sku, type, split, import, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  return (user) => {
    // "A" is the sign behind "@".
    const sessions = known.all(`${user}@`, `${user}A`, user).filter(({ session_id: name }) => isCut(name, user));
    const events = sessions.flatMap(({ id }) => read.all(id)).sort((a, b) => a.timestamp - b.timestamp || a.position - b.position || a.line - b.line);
    const cut = cutSessions(events, gap);
    const names = new Set(cut.map(([first]) => nameSession(user, first!.timestamp)));
    for (const { id, session_id: name } of sessions) {
      clear.run(id);
      if (!names.has(name)) drop.run(id);
    }
    for (const session of cut) {
      const start = session[0]!.timestamp;
      const id = put.get(nameSession(user, start), user, start, session.length)!;
      for (const event of session) putEvent.run(id, event.timestamp, event.position, event.sku, event.type, event.split, event.import, event.line);
    }
  };
}

async function eachOf<Entry>(entries: Iterable<Entry>, work: (entry: Entry) => void, signal: AbortSignal | undefined): Promise<void> {
  const iterator = entries[Symbol.iterator]();
  await inSlices(() => {
    const next = iterator.next();
    if (next.done === true) return false;
    work(next.value);
    return true;
  }, signal);
}

async function countSkus(db: WritableDB, signal: AbortSignal | undefined): Promise<void> {
  const count = db.prepare(`UPDATE skus SET events = (SELECT count(*) FROM events WHERE sku = @id) WHERE id = @id`);
  const repeat = db.prepare(`UPDATE items SET events = (SELECT events FROM skus WHERE skus.id = @id) WHERE id = @id`);
  await eachOf(db.prepare<[], number>(`SELECT id FROM temp.moved_skus`).pluck().all(), (sku) => {
    count.run({ id: sku });
    repeat.run({ id: sku });
  }, signal);
}
