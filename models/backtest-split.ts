/**
 * What a back-test's trainer receives. Leakage is impossible by construction: events that must not be known are not in the dataset, and
 * the metadata of SKUs that must not be known are blank in it, so that no vocabulary, label list or count can hold them.
 */
import { createHash } from 'node:crypto';
import type { ItemFeatures, SessionTable } from '../db/records.ts';
import { splitCodes } from '../db/records.ts';
import type { TrainingPart } from './backtest-jobs.ts';
import type { Dataset } from './jobs.ts';

/** Of the training sessions, the last of which choose the epoch. */
const validationShare = 0.1;

/** Events with their times: [events] ms, -1 where an event has none. */
export interface TimedDataset extends Dataset {
  readonly times: Float64Array;
}

export interface Launches {
  /** Rows that are previewed as drafts, in the order of their launch (by row where there is no clock). */
  readonly rows: Int32Array;
  /** [launches] time of the first event, -1 without a clock. */
  readonly firstSeen: Float64Array;
}

/** [items] time of the first event, -1 without one that has a time. */
export function firstSeenTimes({ items, sessions }: Dataset, times: Float64Array): Float64Array {
  const first = new Float64Array(items.length).fill(-1);
  for (let event = 0; event < times.length; event++) {
    const row = sessions.items[event]!;
    const time = times[event]!;
    if (row >= 0 && time >= 0 && (first[row] === -1 || time < first[row]!)) first[row] = time;
  }
  return first;
}

/** Live SKUs first seen on or after the date. */
export function launchesSince(dataset: TimedDataset, since: number): Launches {
  const first = firstSeenTimes(dataset, dataset.times);
  const untimed = new Uint8Array(dataset.items.length); // seen at an unknown time: nobody can say that it is new
  for (let event = 0; event < dataset.times.length; event++) {
    const row = dataset.sessions.items[event]!;
    if (row >= 0 && dataset.times[event]! < 0) untimed[row] = 1;
  }
  const rows = Int32Array.from(dataset.items.keys()).filter((row) => dataset.live[row] === 1 && untimed[row] === 0 && first[row]! >= since).sort((a, b) => first[a]! - first[b]! || a - b);
  return { rows, firstSeen: Float64Array.from(rows, (row) => first[row]!) };
}

/** All that was known before the date: no later event, no event without a time, and no SKU that had no event by then. */
export function knownBefore(dataset: TimedDataset, since: number): TrainingPart {
  const { sessions, times, items } = dataset;
  const table = keepEvents(sessions, (event) => times[event]! >= 0 && times[event]! < since);
  const known = new Uint8Array(items.length);
  for (const row of table.items) if (row >= 0) known[row] = 1;
  const splits = new Uint8Array(table.items.length).fill(splitCodes.train);
  const count = table.offsets.length - 1;
  splits.fill(splitCodes.valid, table.offsets[count - Math.round(validationShare * count)]);
  return withoutRows(dataset, { ...table, splits }, table.kept.map((event) => times[event]!), Int32Array.from(items.keys()).filter((row) => known[row] === 0));
}

/** All but the events and the metadata of these rows. */
export function knownWithout(dataset: Dataset, hidden: Int32Array): TrainingPart {
  const flags = new Uint8Array(dataset.items.length);
  for (const row of hidden) flags[row] = 1;
  return withoutRows(dataset, keepEvents(dataset.sessions, (event) => dataset.sessions.items[event]! < 0 || flags[dataset.sessions.items[event]!] === 0), null, hidden);
}

const blank: ItemFeatures = { title: '', description: '', brand: '', categoryPath: [], color: [], material: [], size: '', department: '', manufacturer: '', price: null, attrs: [] };

function withoutRows(dataset: Dataset, { offsets, items: rows, splits }: SessionTable, times: Float64Array | null, rowsToHide: Int32Array): TrainingPart {
  const hidden = Int32Array.from(rowsToHide).sort(); // the same part whatever order its rows were named in
  const items = [...dataset.items];
  for (const row of hidden) items[row] = blank;
  const digest = createHash('sha256').update(dataset.hash).update(hidden).update(offsets).update(rows).update(splits);
  return { dataset: { items, ids: dataset.ids, live: dataset.live, sessions: { offsets, items: rows, splits }, hash: digest.digest('hex') }, times, hidden };
}

/** The table of the events that `keep` names; sessions close up, and those left empty go. `kept` are their places in the old table. */
function keepEvents({ offsets, items, splits }: SessionTable, keep: (event: number) => boolean): SessionTable & { readonly kept: Float64Array } {
  const ends = [0];
  const places = new Float64Array(items.length);
  let end = 0;
  for (let session = 0; session + 1 < offsets.length; session++) {
    const start = end;
    for (let event = offsets[session]!; event < offsets[session + 1]!; event++) if (keep(event)) places[end++] = event;
    if (end > start) ends.push(end);
  }
  const kept = places.slice(0, end);
  return { offsets: Int32Array.from(ends), items: Int32Array.from(kept, (event) => items[event]!), splits: Uint8Array.from(kept, (event) => splits[event]!), kept };
}
