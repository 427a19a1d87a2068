/** What evaluation asks of a system: scores of all items for a batch of prefixes. Trained models and baselines are both this. */
import type { PrefixSet } from './examples.ts';

/** Prefix b holds `items[offsets[b]] .. items[offsets[b + 1] - 1]`, oldest first, at least one. */
export interface PrefixBatch {
  /** [batch + 1] */
  readonly offsets: Int32Array;
  /** catalogue rows */
  readonly items: Int32Array;
}

/** What a batch is taken from: the prefixes of an evaluation, the moments of a panel or of a back-test. */
type Prefixes = Pick<PrefixSet, 'items' | 'starts' | 'ends'>;

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
  /** Fills `out[level]`, row-major [batch, labels of the level]; higher is better. Called right after `scores` with the same batch object. */
  scores(prefixes: PrefixBatch, out: readonly Float32Array[]): Promise<void>;
}

/** Called with one batch at a time, in order. */
export interface Scorer {
  readonly name: string;
  /** The events its parameters or counts saw: part of the name of every measure. */
  readonly fit?: 'train' | 'train+valid';
  /**
   * Fills `out`, row-major [batch, items of the catalogue]; higher is better. -Infinity: cannot score this row. Drafts and seen
   * items need no care: evaluation leaves them out. Absent where the system predicts categories only.
   */
  scores?(prefixes: PrefixBatch, out: Float32Array): Promise<void>;
  readonly categories?: CategoryScorer;
}

/** One scored batch: prefixes `from .. from + batch.offsets.length - 1` of the set. The arrays are filled anew for every batch. */
export interface ScoredBatch {
  readonly from: number;
  readonly batch: PrefixBatch;
  /** row-major [batch, items], or null where the system predicts categories only */
  readonly scores: Float32Array | null;
  /** per level row-major [batch, labels], or null where it predicts none */
  readonly categories: readonly Float32Array[] | null;
}

/** Cells of one batch of scores: 32 MB, so a batch stays well inside memory for any catalogue. */
const cellsPerBatch = 8_388_608;
const prefixesPerBatch = 256;

/** Scores all prefixes, a batch at a time; `itemCount` is the size of the catalogue. */
export async function* scoreBatches(scorer: Scorer, prefixes: PrefixSet, itemCount: number): AsyncGenerator<ScoredBatch> {
  const n = prefixes.ends.length;
  const size = Math.max(1, Math.min(prefixesPerBatch, n, Math.floor(cellsPerBatch / itemCount)));
  const scores = scorer.scores === undefined ? null : new Float32Array(size * itemCount);
  const categories = scorer.categories?.levels.map((level) => new Float32Array(size * level.labels.length)) ?? null;
  for (let from = 0; from < n; from += size) {
    const batch = batchPrefixes(prefixes, from, Math.min(n, from + size));
    const count = batch.offsets.length - 1;
    const filled = scores?.subarray(0, count * itemCount) ?? null;
    const levels = categories?.map((cells) => cells.subarray(0, (count * cells.length) / size)) ?? null;
    if (filled !== null) await scorer.scores!(batch, filled);
    if (levels !== null) await scorer.categories!.scores(batch, levels);
    yield { from, batch, scores: filled, categories: levels };
  }
}

/** The prefixes `from .. to - 1` as a batch of their own. */
export function batchPrefixes(prefixes: Prefixes, from: number, to: number): PrefixBatch {
  return gatherPrefixes(prefixes, Int32Array.from({ length: to - from }, (_, b) => from + b));
}

/** The chosen prefixes, in the order given, as a batch of their own. */
export function gatherPrefixes({ items, starts, ends }: Prefixes, chosen: Int32Array): PrefixBatch {
  const offsets = new Int32Array(chosen.length + 1);
  for (const [b, prefix] of chosen.entries()) offsets[b + 1] = offsets[b]! + ends[prefix]! - starts[prefix]!;
  const rows = new Int32Array(offsets.at(-1)!);
  for (const [b, prefix] of chosen.entries()) rows.set(items.subarray(starts[prefix]!, ends[prefix]!), offsets[b]!);
  return { offsets, items: rows };
}
