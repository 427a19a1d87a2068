/**
 * What models read: items as rows, sessions as flat arrays. Live items come first, ordered by SKU, so that a live SKU has the same row
 * with and without drafts. Rows are streamed in slices: no object per event is kept, and the event loop is free between slices.
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Workspace } from './database.ts';
import type { ReadableDB } from './connection.ts';
import { importsWithHtml, plainText } from './html.ts';
import type { ItemFeatures, ItemStatus, SessionTable } from './records.ts';
import { compareEvents } from './sessions.ts';
import { fromStored } from './stored-item.ts';
import type { StoredItem } from './stored-item.ts';
import { readDataVersion } from './version.ts';

export interface StoredDataset {
  /** [items] live items by SKU, then drafts by SKU where asked for. */
  readonly items: readonly ItemFeatures[];
  /** [items] the SKU of each row. */
  readonly skus: readonly string[];
  /** [items] the number of each SKU in this workspace: the same in every dataset of it, whatever is imported meanwhile. */
  readonly ids: Int32Array;
  /** [items] 1 for live, 0 for drafts. */
  readonly live: Uint8Array;
  readonly sessions: SessionTable;
  /** [sessions] the session id of each session of the table. */
  readonly sessionIds: readonly string[];
  /** sha256 over live items (SKU and content) and events. Drafts and retired items do not change it. */
  readonly hash: string;
  /** For `createRun`. */
  readonly dataVersion: number;
  /** [events] ms, -1 where an event has none; empty unless asked for. */
  readonly times: Float64Array;
}

/** Rows read between two turns of the event loop: about 10 ms of work each. Items are wide. */
const itemsPerSlice = 1_000;
const eventsPerSlice = 5_000;

export interface ReadOptions {
  readonly drafts: boolean;
  readonly times?: boolean;
  /** Ends the reading between two slices, with the reason it gives. */
  readonly stop?: AbortSignal;
}

/** Reads one state of the workspace, whatever is written meanwhile. */
export async function readDataset(workspace: Workspace, options: ReadOptions): Promise<StoredDataset> {
  const db = workspace.openSnapshot();
  try {
    db.exec('BEGIN');
    const dataVersion = readDataVersion(db);
    const digest = createHash('sha256');
    const catalogue = await readItems(db, options, digest);
    const { table, times, sessionIds } = await readSessions(db, catalogue.rowOf, options);
    digest.update(table.offsets).update(withoutDrafts(table.items, catalogue.liveItems)).update(table.splits);
    return { items: catalogue.items, skus: catalogue.skus, ids: Int32Array.from(catalogue.ids), live: catalogue.live, sessions: table, sessionIds, hash: digest.digest('hex'), dataVersion, times };
  } finally {
    db.close();
  }
}

/** SKUs by their numbers (`StoredDataset.ids`), also of items that the catalogue holds no more; null for a number that is none. */
export function readSkus(db: ReadableDB, ids: Int32Array): (string | null)[] {
  const find = db.prepare<[number], string>(`SELECT sku FROM skus WHERE id = ?`).pluck();
  return Array.from(ids, (id) => find.get(id) ?? null);
}

type Digest = ReturnType<typeof createHash>;
type ItemRow = StoredItem & { readonly id: number; readonly sku: string; readonly status: ItemStatus; readonly content_hash: string; readonly import: number | null };

async function readItems(db: ReadableDB, { drafts, stop }: ReadOptions, digest: Digest) {
  const items: ItemFeatures[] = [];
  const html = importsWithHtml(db);
  const parse = parseOnce();
  const skus: string[] = [];
  const ids: number[] = [];
  // [skus + 1] catalogue row by SKU id, -1 where the catalogue does not hold it
  const rowOf = new Int32Array((db.prepare<[], number>(`SELECT coalesce(max(id), 0) FROM skus`).pluck().get() ?? 0) + 1).fill(-1);
  const read = async (source: string): Promise<void> => {
    const page = db.prepare<[string, number], ItemRow>(
      `SELECT item.*, categories.path AS category_path FROM ${source} AS item JOIN categories ON categories.id = item.category WHERE item.sku > ? ORDER BY item.sku LIMIT ?`);
    for (let last = ''; ;) {
      const rows = page.all(last, itemsPerSlice);
      for (const row of rows) {
        rowOf[row.id] = items.length;
        if (row.status === 'live') digest.update(`${JSON.stringify(row.sku)}${row.content_hash}`);
        const features = toFeatures(row, parse);
        items.push(row.import !== null && html.has(row.import) ? { ...features, description: plainText(features.description) } : features);
        skus.push(row.sku);
        ids.push(row.id);
      }
      if (rows.length === 0) return;
      last = rows.at(-1)!.sku;
      await nextTurn();
      stop?.throwIfAborted();
    }
  };
  await read('live_items');
  const liveItems = items.length;
  if (drafts) await read(`(SELECT * FROM items WHERE status = 'draft')`);
  const live = new Uint8Array(items.length).fill(1, 0, liveItems);
  return { items, skus, ids, live, rowOf, liveItems };
}

/** Lists that many items share: more than these are read anew, so that no catalogue of differing ones is held twice. */
const mostShared = 20_000;

/**
 * Parses equal lists once: 600,000 items share a few thousand category paths and the empty list, here and, since a structured clone knows an
 * object again, in the process they are sent to.
 */
function parseOnce(): typeof JSON.parse {
  const lists = new Map<string, unknown>();
  return (text) => {
    const known = lists.get(text);
    if (known !== undefined) return known;
    const list: unknown = JSON.parse(text);
    if (lists.size < mostShared) lists.set(text, list);
    return list;
  };
}

/** An event of a draft is an unknown SKU to the hash, whether drafts were asked for or not. */
function withoutDrafts(rows: Int32Array, liveItems: number): Int32Array {
  return rows.map((row) => (row < liveItems ? row : -1));
}

function toFeatures(row: ItemRow, parse: typeof JSON.parse): ItemFeatures {
  const { title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs } = fromStored(row.sku, row.status, row, parse);
  return { title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs };
}

async function readSessions(db: ReadableDB, rowOf: Int32Array, { times: timed = false, stop }: ReadOptions): Promise<Sessions> {
  const sessions = db.prepare<[], number>(`SELECT count(*) FROM sessions WHERE length > 0`).pluck().get()!;
  const events = db.prepare<[], number>(`SELECT coalesce(sum(length), 0) FROM sessions`).pluck().get()!;
  const offsets = new Int32Array(sessions + 1);
  const items = new Int32Array(events);
  const splits = new Uint8Array(events);
  const times = new Float64Array(timed ? events : 0);
  const starts = new Float64Array(sessions); // -1 without a time
  const sessionIds: string[] = [];
  const heads = db.prepare<[number, number], HeadTuple>(`SELECT id, session_id, length, coalesce(start, -1) FROM sessions WHERE id > ? AND length > 0 ORDER BY id LIMIT ?`).raw();
  const page = db.prepare<[number, number], EventTuple>(eventsInOrder).raw();

  let next = 0;
  for (let last = 0; ;) {
    const slice = takeEvents(heads.all(last, eventsPerSlice / 5) as unknown as HeadTuple[]);
    if (slice.length === 0) break;
    const end = slice.at(-1)![0];
    const rows = page.all(last + 1, end) as unknown as EventTuple[];
    let row = 0;
    for (const [, sessionId, length, start] of slice) {
      const group = restoreOrder(rows, row, length);
      for (let index = 0; index < length; index += 1) {
        const event = group === null ? rows[row + index]! : group[index]!;
        items[next] = rowOf[event[0]]!;
        splits[next] = event[1];
        if (timed) times[next] = event[2];
        next += 1;
      }
      row += length;
      starts[sessionIds.length] = start;
      sessionIds.push(sessionId);
      offsets[sessionIds.length] = next;
    }
    last = end;
    await nextTurn();
    stop?.throwIfAborted();
  }
  return orderByStart({ table: { offsets, items, splits }, times, sessionIds }, starts);
}

interface Sessions {
  readonly table: SessionTable;
  readonly times: Float64Array;
  readonly sessionIds: string[];
}

/** Session number, id, events, time of the first one. */
type HeadTuple = readonly [number, string, number, number];

/** Sessions whose events fit one slice; a session longer than that is a slice of its own. */
function takeEvents(heads: readonly HeadTuple[]): readonly HeadTuple[] {
  let events = 0;
  const end = heads.findIndex(([, , length], index) => (events += length) > eventsPerSlice && index > 0);
  return end < 0 ? heads : heads.slice(0, end);
}

/** SKU id, split, timestamp, position, line. */
type EventTuple = readonly [number, number, number, number, number];

/** Sessions by the time they began, as a split by order needs them; sessions without times keep the order they were imported in. */
function orderByStart({ table, times: unordered, sessionIds }: Sessions, starts: Float64Array): Sessions {
  const order = Int32Array.from(starts.keys()).sort((a, b) => starts[a]! - starts[b]! || a - b);
  const offsets = new Int32Array(table.offsets.length);
  const items = new Int32Array(table.items.length);
  const splits = new Uint8Array(table.splits.length);
  const times = new Float64Array(unordered.length);
  for (const [place, session] of order.entries()) {
    const [from, to] = [table.offsets[session]!, table.offsets[session + 1]!];
    items.set(table.items.subarray(from, to), offsets[place]);
    splits.set(table.splits.subarray(from, to), offsets[place]);
    if (unordered.length > 0) times.set(unordered.subarray(from, to), offsets[place]);
    offsets[place + 1] = offsets[place]! + to - from;
  }
  return { table: { offsets, items, splits }, times, sessionIds: Array.from(order, (session) => sessionIds[session]!) };
}

/** The primary key gives time and position; only events equal in both are sorted by line. */
export const eventsInOrder = `SELECT sku, split, timestamp, position, line FROM events WHERE session BETWEEN ? AND ? ORDER BY session, timestamp, position, line`;

/** The events of one session by position, where some have a time and some have not; null where the order is right as read. */
function restoreOrder(rows: readonly EventTuple[], start: number, length: number): readonly EventTuple[] | null {
  // Untimed events (-1) come first: the session is mixed if its first event is untimed and its last one is not.
  if (rows[start]![2] >= 0) return null;
  if (rows[start + length - 1]![2] < 0 && rows[start]![3] >= 0) return null;
  const compare = compareEvents(true);
  const place = (row: EventTuple) => ({ timestamp: row[2], position: row[3], line: row[4] });
  return rows.slice(start, start + length).sort((a, b) => compare(place(a), place(b)));
}
