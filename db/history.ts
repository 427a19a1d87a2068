/** What really happened to one SKU: its recorded events by time, split and kind. */
import type { ReadableDB } from './connection.ts';
import { StorageError } from './errors.ts';
import { eventTypeCodes } from './event-codes.ts';
import { getItemRows, type ItemRow } from './items.ts';
import { splitCodes, type EventType, type Split } from './records.ts';
import { skuKey } from './stored-item.ts';

export interface ItemHistory {
  readonly item: ItemRow;
  readonly events: number;
  readonly sessions: number;
  readonly splits: { readonly [S in Split | 'none']: number };
  readonly types: { readonly [T in EventType]: number };
  readonly periods: { readonly unit: 'day' | 'week' | 'month'; readonly counts: readonly { readonly start: number; readonly events: number }[] } | null;
}

const day = 86_400_000;
/** Longest spans in days that are told by day and by week; beyond, by month. */
const spans = { day: 35, week: 200 } as const;
/** Periods told, the latest: a single wrong year must not make a list without end. */
const mostPeriods = 600;

export const eventsOfSku = `SELECT timestamp / ${day} AS day, type, split, count(*) AS events, min(timestamp) >= 0 AS timed FROM events
  WHERE sku = ? GROUP BY timestamp / ${day}, timestamp >= 0, type, split`;

/** @throws StorageError `not-found` where the catalogue does not hold the SKU. */
export function readHistory(db: ReadableDB, sku: string): ItemHistory {
  const item = getItemRows(db, [sku])[0];
  if (!item) throw new StorageError('not-found', `The catalogue holds no SKU "${sku}".`);
  const id = db.prepare<[string], number>(`SELECT id FROM skus WHERE key = ?`).pluck().get(skuKey(sku))!;
  const rows = db.prepare<[number], { day: number; type: number; split: number; events: number; timed: number }>(eventsOfSku).all(id);
  const sessions = db.prepare<[number], number>(`SELECT count(DISTINCT session) FROM events WHERE sku = ?`).pluck().get(id)!;
  const count = (condition: (row: (typeof rows)[number]) => boolean): number => rows.reduce((sum, row) => sum + (condition(row) ? row.events : 0), 0);
  const days = new Map<number, number>();
  for (const row of rows) if (row.timed === 1) days.set(row.day, (days.get(row.day) ?? 0) + row.events);
  return {
    item, sessions, events: count(() => true),
    splits: { none: count(({ split }) => split === splitCodes.none), train: count(({ split }) => split === splitCodes.train), valid: count(({ split }) => split === splitCodes.valid), test: count(({ split }) => split === splitCodes.test) },
    types: { view: count(({ type }) => type === eventTypeCodes.view), cart: count(({ type }) => type === eventTypeCodes.cart), purchase: count(({ type }) => type === eventTypeCodes.purchase), other: count(({ type }) => type === eventTypeCodes.other) },
    periods: days.size === 0 ? null : divide(days),
  };
}

/** @param days events by days since 1970 */
function divide(days: ReadonlyMap<number, number>): NonNullable<ItemHistory['periods']> {
  let [first, last] = [Infinity, -Infinity];
  for (const one of days.keys()) [first, last] = [Math.min(first, one), Math.max(last, one)];
  const unit = last - first < spans.day ? 'day' : last - first < spans.week ? 'week' : 'month';
  const next = (at: number): number => (unit === 'month' ? nextMonth(at) : at + (unit === 'week' ? 7 : 1));
  const counts: { start: number; events: number }[] = [];
  for (let at = periodOf(first, unit); at <= last; at = next(at)) {
    counts.push({ start: at * day, events: 0 });
    if (counts.length > mostPeriods) counts.shift();
  }
  let place = 0;
  for (const [at, events] of [...days].sort(([a], [b]) => a - b)) {
    if (at * day < counts[0]!.start) continue;
    while (place + 1 < counts.length && counts[place + 1]!.start <= at * day) place++;
    counts[place]!.events += events;
  }
  return { unit, counts };
}

/** First day of the period that holds a day; weeks begin on Monday (day 4 of 1970 was one). */
function periodOf(at: number, unit: 'day' | 'week' | 'month'): number {
  if (unit === 'day') return at;
  if (unit === 'week') return at - ((((at - 4) % 7) + 7) % 7);
  const date = new Date(at * day);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / day;
}

function nextMonth(at: number): number {
  const date = new Date(at * day);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / day;
}
