import type { PrefixSet } from './examples.ts';

/** A batch of prefixes: prefix b holds `items[offsets[b]] .. items[offsets[b + 1] - 1]`, oldest first, at least one. */
export interface PrefixBatch {
  /** [batch + 1] */
  readonly offsets: Int32Array;
  /** catalogue rows */
  readonly items: Int32Array;
}

/** One level of the category tree, or another label every item may carry (brand). */
export interface CategoryLevel {
  /** `l1`, `l2`, `l3`, `leaf`, `brand` */
  readonly name: string;
  readonly labels: readonly string[];
  /** [items] index into `labels`; -1 where the item has none, or one that was not learned */
  readonly labelOf: Int32Array;
}

export interface CategoryScorer {
  readonly levels: readonly CategoryLevel[];
  /** Fills `out[level]`, row-major [batch, labels of the level]; higher is better. */
  scores(prefixes: PrefixBatch, out: readonly Float32Array[]): Promise<void>;
}

/** Anything that can be evaluated: a trained model or a baseline. Called with one batch at a time, in order. */
export interface Scorer {
  readonly name: string;
  /**
   * Fills `out`, row-major [batch, items of the catalogue]; higher is better. -Infinity: cannot score this row. Drafts and seen
   * items need no care: evaluation leaves them out. Absent where the system predicts categories only.
   */
  scores?(prefixes: PrefixBatch, out: Float32Array): Promise<void>;
  readonly categories?: CategoryScorer;
}

/** The prefixes `from .. to` as a batch of their own. */
export function batchPrefixes(prefixes: PrefixSet, from: number, to: number): PrefixBatch {
  const offsets = new Int32Array(to - from + 1);
  for (let b = 0; b < to - from; b++) offsets[b + 1] = offsets[b]! + prefixes.ends[from + b]! - prefixes.starts[from + b]!;
  const items = new Int32Array(offsets[to - from]!);
  for (let b = 0; b < to - from; b++) {
    items.set(prefixes.items.subarray(prefixes.starts[from + b]!, prefixes.ends[from + b]!), offsets[b]!);
  }
  return { offsets, items };
}
