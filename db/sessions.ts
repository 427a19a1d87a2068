/** Recorded sessions: counts, pages of them, single ones. */
import type { ReadableDB } from './connection.ts';
import { StorageError } from './errors.ts';
import { getItemRows } from './items.ts';
import type { ItemRow } from './items.ts';
import { splitCodes } from './records.ts';
import type { SessionRow, SessionStats } from './records.ts';
import { skuKey } from './stored-item.ts';

/** Events of a session that a list shows; whole sessions come from `getSession`. */
const eventsPerRow = 50;
const largestPage = 500;

/** Reads aggregates and one small index; no event is visited. */
export function readSessionStats(db: ReadableDB): SessionStats {
  const lengths = new Array<number>(20).fill(0);
  let sessions = 0;
  let events = 0;
  for (const [length, count] of db.prepare<[], [number, number]>(lengthCounts).raw().all() as [number, number][]) {
    sessions += count;
    events += length * count;
    lengths[Math.min(length, 20) - 1]! += count;
  }
  const totals = new Map(db.prepare<[], [number, number]>(`SELECT split, events FROM event_totals`).raw().all() as [number, number][]);
  const unknownEvents = db.prepare<[], number>(`SELECT coalesce(sum(events), 0) FROM skus WHERE events > 0 AND NOT EXISTS (SELECT 1 FROM items WHERE items.id = skus.id)`).pluck().get()!;
  const splitTotal = (name: keyof typeof splitCodes): number => totals.get(splitCodes[name]) ?? 0;
  return {
    sessions, events, unknownEvents, single: lengths[0]!, meanLength: sessions === 0 ? 0 : events / sessions, lengths,
    splits: { none: splitTotal('none'), train: splitTotal('train'), valid: splitTotal('valid'), test: splitTotal('test') },
  };
}

export const lengthCounts = `SELECT length, count(*) FROM sessions WHERE length > 0 GROUP BY length`;

/** Sessions in the order of their first import; with `sku` those in which it occurs. Long ones show their first 50 events. */
export function listSessions(db: ReadableDB, query: { readonly offset: number; readonly limit: number; readonly sku?: string }): { readonly total: number; readonly rows: readonly SessionRow[] } {
  const limit = Math.min(query.limit, largestPage);
  const bySku = query.sku !== undefined && query.sku !== '';
  const sku = bySku ? [db.prepare<[string], number>(`SELECT id FROM skus WHERE key = ?`).pluck().get(skuKey(query.sku!)) ?? -1] : [];
  const total = db.prepare<unknown[], number>(bySku ? `SELECT count(DISTINCT session) FROM events WHERE sku = ?` : `SELECT count(*) FROM sessions`).pluck().get(...sku)!;
  const heads = db.prepare<unknown[], SessionHead>(bySku ? sessionsBySku : `SELECT id, session_id, start, length FROM sessions ORDER BY id LIMIT ? OFFSET ?`).all(...sku, limit, query.offset);
  return { total, rows: heads.map((head) => toRow(db, head, eventsPerRow)) };
}

export const sessionsBySku = `SELECT id, session_id, start, length FROM sessions
  WHERE id IN (SELECT DISTINCT session FROM events WHERE sku = ? ORDER BY session LIMIT ? OFFSET ?) ORDER BY id`;

/** A whole session. @throws StorageError `not-found` */
export function getSession(db: ReadableDB, sessionId: string): { readonly session: SessionRow; readonly items: readonly (ItemRow | null)[] } {
  const head = db.prepare<[string], SessionHead>(`SELECT id, session_id, start, length FROM sessions WHERE session_id = ?`).get(sessionId);
  if (head === undefined) throw new StorageError('not-found', `There is no session "${sessionId}".`);
  const session = toRow(db, head, head.length);
  return { session, items: getItemRows(db, session.skus) };
}

interface SessionHead {
  readonly id: number;
  readonly session_id: string;
  readonly start: number | null;
  readonly length: number;
}

interface RawEvent {
  readonly timestamp: number;
  readonly position: number;
  readonly line: number;
  readonly sku: string;
  readonly title: string | null;
}

function toRow(db: ReadableDB, head: SessionHead, limit: number): SessionRow {
  const events = db.prepare<[number], RawEvent>(
    `SELECT events.timestamp, events.position, events.line, skus.sku, items.title FROM events JOIN skus ON skus.id = events.sku
     LEFT JOIN items ON items.id = events.sku WHERE events.session = ?`).all(head.id);
  events.sort(compareEvents(events.some((event) => event.timestamp < 0)));
  const shown = events.slice(0, limit);
  return { sessionId: head.session_id, length: head.length, start: head.start, skus: shown.map((event) => event.sku), titles: shown.map((event) => event.title) };
}

/** Time, then position, then file order; by position alone where any event of the session has no time. */
export function compareEvents(anyUntimed: boolean): (a: Omit<RawEvent, 'sku' | 'title'>, b: Omit<RawEvent, 'sku' | 'title'>) => number {
  const place = (position: number): number => (position < 0 ? Number.MAX_SAFE_INTEGER : position);
  return anyUntimed
    ? (a, b) => place(a.position) - place(b.position) || a.timestamp - b.timestamp || a.line - b.line
    : (a, b) => a.timestamp - b.timestamp || a.position - b.position || a.line - b.line;
}
