/**
 * Moments of recorded sessions, and what came at them: for SKU j, X(j) are the moments after its first event whose context does not hold
 * it, and R(j) counts those at which j was next. Without a clock every moment is after the first event. measures.md 2.4.
 */
import type { Dataset } from './jobs.ts';
import { Random } from './random.ts';

export interface Moments {
  /** [events] catalogue rows; SKUs the catalogue does not hold are left out. */
  readonly items: Int32Array;
  /** [moments] the context is `items[starts[m]] .. items[ends[m] - 1]`, never empty; `items[ends[m]]`, a live SKU, came next. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** [moments] when the next item came, ms; null without a clock. */
  readonly times: Float64Array | null;
}

/** Every moment, or those from the time on. */
export function collectMoments({ sessions, live }: Pick<Dataset, 'sessions' | 'live'>, times: Float64Array | null, from = 0): Moments {
  const events = sessions.items.length;
  const [items, starts, ends, when] = [new Int32Array(events), new Int32Array(events), new Int32Array(events), new Float64Array(times === null ? 0 : events)];
  let end = 0;
  let n = 0;
  for (let session = 0; session + 1 < sessions.offsets.length; session++) {
    const start = end;
    for (let event = sessions.offsets[session]!; event < sessions.offsets[session + 1]!; event++) {
      const row = sessions.items[event]!;
      if (row < 0) continue;
      if (end > start && live[row] === 1 && (times === null || (times[event]! >= 0 && times[event]! >= from))) {
        starts[n] = start;
        ends[n] = end;
        if (times !== null) when[n] = times[event]!;
        n++;
      }
      items[end++] = row;
    }
  }
  return { items: items.slice(0, end), starts: starts.slice(0, n), ends: ends.slice(0, n), times: times === null ? null : when.slice(0, n) };
}

/** Of each SKU. */
export interface Clicks {
  /** [items] moments after the first event, those whose context holds the SKU included: a number that no click of the SKU's own changes. */
  readonly after: Float64Array;
  /** [items] |X(j)| */
  readonly moments: Float64Array;
  /** [items] R(j) */
  readonly clicks: Float64Array;
}

/** @param firstSeen [items] ms; null without a clock */
export function countClicks(moments: Moments, items: number, firstSeen: Float64Array | null): Clicks {
  const { ends, times } = moments;
  const sorted = times === null ? null : times.slice().sort();
  const after = new Float64Array(items).fill(ends.length);
  if (sorted !== null) for (let row = 0; row < items; row++) after[row] = sorted.length - countUpTo(sorted, firstSeen![row]!);
  const without = after.slice();
  const clicks = new Float64Array(items);
  const distinct = new DistinctContext(moments);
  for (let m = 0; m < ends.length; m++) {
    const counts = (row: number): boolean => times === null || times[m]! > firstSeen![row]!;
    const context = distinct.at(m);
    for (const row of context) if (counts(row)) without[row]!--;
    const next = moments.items[ends[m]!]!;
    if (counts(next) && !context.has(next)) clicks[next]!++;
  }
  return { after, moments: without, clicks };
}

/** The SKUs before a moment. Asked for in order, it grows with the session. */
class DistinctContext {
  readonly #moments: Moments;
  #start = -1;
  #end = -1;
  #seen = new Set<number>();

  constructor(moments: Moments) {
    this.#moments = moments;
  }

  at(moment: number): ReadonlySet<number> {
    const { items, starts, ends } = this.#moments;
    if (starts[moment] !== this.#start) [this.#start, this.#end, this.#seen] = [starts[moment]!, starts[moment]!, new Set()];
    while (this.#end < ends[moment]!) this.#seen.add(items[this.#end++]!);
    return this.#seen;
  }
}

/** How many of the ascending values are at most `limit`. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** At most so many moments, drawn without regard to anything but the seed, in their order. */
export function sampleMoments(count: number, most: number, seed: number): Int32Array {
  const all = Int32Array.from({ length: count }, (_, m) => m);
  return count <= most ? all : new Random(seed).shuffle(all).slice(0, most).sort();
}
