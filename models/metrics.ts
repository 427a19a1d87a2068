/**
 * The measures of one ranked list and their means. Session s = (i1 .. in), prefix (i1 .. it), target y = i(t+1), rest = (i(t+1) .. in).
 * rank(j) = 1 + number of candidates k != j with score >= score(j): ties are against us, and are never broken by catalogue order, because
 * catalogue order often tells what comes later. The top K are all j with rank(j) <= K, so a tie across the border empties its places.
 */
import type { Metrics } from './jobs.ts';

export type Ties = 'against' | 'expected' | 'for';

/** The `capacity` best rows of one score vector, best first. One object serves a whole run. */
export class TopList {
  readonly rows: Int32Array;
  readonly values: Float32Array;
  size = 0;

  /** `capacity` = largest K + 1: the one more tells whether a tie crosses the border. */
  constructor(capacity: number) {
    this.rows = new Int32Array(capacity);
    this.values = new Float32Array(capacity);
  }

  /** Keeps the best of `scores` [items] among `candidates` (rows). -Infinity is never listed; NaN throws. */
  fill(scores: Float32Array, candidates: Int32Array): void {
    const capacity = this.rows.length;
    this.size = 0;
    let floor = -Infinity;
    for (let c = 0; c < candidates.length; c++) {
      const row = candidates[c]!;
      const score = scores[row]!;
      if (score <= floor) continue;
      if (Number.isNaN(score)) throw new Error(`The score of row ${row} is not a number: the run is invalid.`);
      let place = this.size < capacity ? this.size++ : capacity - 1;
      for (; place > 0 && this.values[place - 1]! < score; place--) {
        this.values[place] = this.values[place - 1]!;
        this.rows[place] = this.rows[place - 1]!;
      }
      this.values[place] = score;
      this.rows[place] = row;
      if (this.size === capacity) floor = this.values[capacity - 1]!;
    }
  }

  /** Length of the top K: the listed rows of rank <= K, ties against. K < capacity. */
  cut(k: number): number {
    if (this.size <= k) return this.size;
    let cut = k;
    while (cut > 0 && this.values[cut - 1] === this.values[k]) cut--;
    return cut;
  }
}

/** Where a target stands: `better` candidates score higher, `tied` others score the same. */
export interface Standing {
  readonly better: number;
  readonly tied: number;
}

/** The standing of `target`, or null where it is no candidate or cannot be scored: a miss under every tie rule. */
export function standTarget(list: TopList, scores: Float32Array, candidates: Int32Array, isCandidate: Uint8Array, target: number): Standing | null {
  const score = scores[target]!;
  if (isCandidate[target] !== 1 || score === -Infinity) return null;
  // Below a full list: the exact place does not matter to any K that is asked for.
  if (list.size === list.rows.length && score < list.values[list.size - 1]!) return { better: list.size, tied: 0 };
  let better = 0;
  let tied = -1;
  for (let c = 0; c < candidates.length; c++) {
    const other = scores[candidates[c]!]!;
    if (other > score) better++;
    else if (other === score) tied++;
  }
  return { better, tied };
}

/** Means of `gain(rank)` over the ranks a tie rule allows; 0 beyond K. */
function expectGain(standing: Standing | null, ties: Ties, k: number, gain: (rank: number) => number): number {
  if (standing === null) return 0;
  const { better, tied } = standing;
  const first = ties === 'against' ? better + tied + 1 : better + 1;
  const last = ties === 'for' ? better + 1 : better + tied + 1;
  let sum = 0;
  for (let rank = first; rank <= Math.min(last, k); rank++) sum += gain(rank);
  return sum / (last - first + 1);
}

/** 1[rank <= K]; with `expected` ties this is min(1, max(0, (K - better) / (tied + 1))). */
export function hitAt(standing: Standing | null, ties: Ties, k: number): number {
  return expectGain(standing, ties, k, () => 1);
}

export function reciprocalRankAt(standing: Standing | null, ties: Ties, k: number): number {
  return expectGain(standing, ties, k, (rank) => 1 / rank);
}

/** One relevant item: the ideal gain is 1. */
export function discountedGainAt(standing: Standing | null, ties: Ties, k: number): number {
  return expectGain(standing, ties, k, (rank) => 1 / Math.log2(1 + rank));
}

/** The measures of a bucket, in the order of its sums. */
const measures = ['hit', 'mrr', 'recall', 'anyHit', 'ndcg'] as const;

/** Sums of one bucket of prefixes at one K. */
export class MetricSums {
  #n = 0;
  /** [measures] */
  readonly #sums = new Float64Array(measures.length);
  readonly #squares = new Float64Array(measures.length);

  /** `restHits` distinct items of the rest are in the top K; `restLength` counts duplicates, as session-rec does. */
  add(standing: Standing | null, ties: Ties, k: number, restHits: number, restLength: number): void {
    this.#n++;
    this.#count(0, hitAt(standing, ties, k));
    this.#count(1, reciprocalRankAt(standing, ties, k));
    this.#count(2, restHits / restLength);
    this.#count(3, restHits > 0 ? 1 : 0);
    this.#count(4, discountedGainAt(standing, ties, k));
  }

  #count(measure: number, value: number): void {
    this.#sums[measure]! += value;
    this.#squares[measure]! += value ** 2;
  }

  /** Means over the prefixes of the bucket; an empty bucket is all 0 with n = 0, which a report prints as a dash. */
  means(): Metrics {
    const n = Math.max(1, this.#n);
    const byName = (value: (measure: number) => number) => Object.fromEntries(measures.map((name, measure) => [name, value(measure)])) as Omit<Metrics, 'n' | 'errors'>;
    const mean = (measure: number): number => this.#sums[measure]! / n;
    // For a measure that is 0 or 1 this is sqrt(p (1 - p) / n).
    const error = (measure: number): number => Math.sqrt(Math.max(0, this.#squares[measure]! / n - mean(measure) ** 2) / n);
    return { n: this.#n, ...byName(mean), errors: byName(error) };
  }
}

/**
 * Gini index of exposure: 0 where every candidate takes as many top-K slots as any other, near 1 where a few take them all.
 * `slots` is [candidates]; null where none took any. G = 2 sum(i x_i) / (n sum(x)) - (n + 1) / n over ascending x, i from 1.
 */
export function giniIndex(slots: Int32Array): number | null {
  const ascending = slots.toSorted();
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < ascending.length; i++) {
    sum += ascending[i]!;
    weighted += (i + 1) * ascending[i]!;
  }
  return sum === 0 ? null : (2 * weighted) / (ascending.length * sum) - (ascending.length + 1) / ascending.length;
}

/** Standard error of a ratio, sqrt(p (1 - p) / n). */
export function standardError(ratio: number, n: number): number {
  return n === 0 ? 0 : Math.sqrt((ratio * (1 - ratio)) / n);
}
