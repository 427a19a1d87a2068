/** Where a draft stands at each moment of the panel, by comparing its scores with the cached standings. */
import { countAtLeast, ladderRanks, ladderStep } from './standings.ts';
import type { Standings } from './standings.ts';

export interface Draft {
  /** [moments] its scores with the metadata to be previewed. */
  readonly scores: Float32Array;
  /** Where the scores are not exact yet. */
  readonly rough?: Rough;
  /** Its row where the catalogue holds the SKU, else -1. */
  readonly row: number;
  /** [moments] its scores with the catalogue's metadata, by the same arithmetic as `scores`; null where `row` is no candidate. */
  readonly presentScores: Float32Array | null;
}

/** The score at moment m is off by at most `length * errors[m] + rest`. */
export interface Rough {
  readonly errors: Float32Array;
  readonly length: number;
  readonly rest: number;
  /** Makes the scores of some moments exact. */
  settle(moments: Int32Array): void;
}

export interface Placement {
  /** [moments] rank among the other candidates; the middle of the bracket where it is not exact. */
  readonly ranks: Int32Array;
  /** [moments] the true rank lies within this distance; 0 where exact. */
  readonly errors: Int32Array;
}

export interface TopPlacement {
  /** Moments at which the rank is at most K, ascending. */
  readonly entered: Int32Array;
  /** [entered] their ranks. */
  readonly enteredRanks: Int32Array;
  /** How many moments have which of `ladderRanks` as the first that the rank does not exceed; at the end, those that exceed all. */
  readonly labels: Int32Array;
}

/** Moments `from .. to - 1`. */
export type Span = readonly [from: number, to: number];

/**
 * Ranks of a draft at all moments. Its own old entry does not count.
 * @throws Error on a NaN score.
 */
export function placeDraft(standings: Standings, draft: Draft): Placement {
  const { moments } = standings;
  return placeAtSome(standings, draft, Int32Array.from({ length: moments }, (_, moment) => moment));
}

/** What of a full placement concerns the top K, over the moments of some spans. */
export function topOf({ ranks }: Placement, k: number, spans: readonly Span[]): TopPlacement {
  const labels = new Int32Array(ladderRanks.length + 1);
  const entered: number[] = [];
  for (const [from, to] of spans) {
    for (let moment = from; moment < to; moment++) {
      const rank = ranks[moment]!;
      let label = 0;
      while (label < ladderRanks.length && rank > ladderRanks[label]!) label++;
      labels[label]!++;
      if (rank <= k) entered.push(moment);
    }
  }
  const moments = new Int32Array(entered);
  return { entered: moments, enteredRanks: moments.map((moment) => ranks[moment]!), labels };
}

/**
 * The same by the ladder alone, for moments that it settles: it reads one cache line a moment. Rough scores are enough where no step of
 * the ladder lies within their error; the others are made exact first.
 * @throws Error on a NaN score.
 */
export function placeInTop(standings: Standings, draft: Draft, k: number, spans: readonly Span[]): TopPlacement {
  if (draft.presentScores !== null) return topOf(placeDraft(standings, draft), k, spans);
  const { ladder } = standings;
  const { scores } = draft;
  const gate = k === standings.k ? ladderStep - 1 : ladderRanks.findIndex((rank) => rank >= k);
  const labels = new Int32Array(ladderRanks.length + 1);
  const doubtful = findDoubtful(standings, draft, gate, spans, labels);
  draft.rough?.settle(doubtful);
  const entered: number[] = [];
  const ranks: number[] = [];
  for (let i = 0; i < doubtful.length; i++) {
    const moment = doubtful[i]!;
    const base = moment * ladderStep;
    const score = scores[moment]!;
    labels[labelOf(ladder, base, score)]!++;
    if (gate >= 0 && score <= ladder[base + gate]!) continue;
    const { rank } = rankAt(standings, draft, moment);
    if (rank > k) continue;
    entered.push(moment);
    ranks.push(rank);
  }
  return { entered: new Int32Array(entered), enteredRanks: new Int32Array(ranks), labels };
}

/** Moments that may be entered, or whose label is not certain; `labels` counts the others. */
function findDoubtful({ ladder }: Standings, { scores, rough }: Draft, gate: number, spans: readonly Span[], labels: Int32Array): Int32Array {
  const { errors, length, rest } = rough ?? { errors: scores, length: 0, rest: 0 };
  const last = ladderRanks.length - 1;
  const doubtful: number[] = [];
  let beyond = 0;
  for (const [from, to] of spans) {
    for (let moment = from, base = from * ladderStep; moment < to; moment++, base += ladderStep) {
      const error = length === 0 ? rest : length * errors[moment]! + rest;
      const high = scores[moment]! + error;
      const outside = gate >= 0 && high <= ladder[base + gate]!; // false of a NaN: it is looked at
      if (outside && high <= ladder[base + last]!) {
        beyond++;
        continue;
      }
      const label = labelOf(ladder, base, high);
      if (outside && label === labelOf(ladder, base, scores[moment]! - error)) labels[label]!++;
      else doubtful.push(moment);
    }
  }
  labels[last + 1]! += beyond;
  return new Int32Array(doubtful);
}

function labelOf(ladder: Float32Array, base: number, score: number): number {
  let label = ladderRanks.length;
  while (label > 0 && score > ladder[base + label - 1]!) label--;
  return label;
}

/**
 * Ranks of a draft at some moments.
 * @param at [some] where these moments stand in the standings, if those are of some moments only
 * @throws Error on a NaN score.
 */
export function placeAtSome(standings: Standings, draft: Draft, some: Int32Array, at: Int32Array = some): Placement {
  const [ranks, errors] = [new Int32Array(some.length), new Int32Array(some.length)];
  draft.rough?.settle(some);
  for (let i = 0; i < some.length; i++) {
    const { rank, error } = rankAt(standings, draft, some[i]!, at[i]!);
    ranks[i] = rank;
    errors[i] = error;
  }
  return { ranks, errors };
}

function rankAt(standings: Standings, draft: Draft, moment: number, at = moment): { readonly rank: number; readonly error: number } {
  const score = draft.scores[moment]!;
  if (Number.isNaN(score)) throw new Error(`The draft's score at moment ${moment} is NaN.`);
  const { low, high } = countAtLeast(standings, at, score);
  let own = 0;
  if (draft.presentScores !== null) {
    const place = placeOf(standings, draft, moment, at);
    const counted = place >= 0 && place < standings.kept ? standings.scores[at * standings.kept + place]! >= score : draft.presentScores[moment]! >= score;
    own = counted ? 1 : 0;
  }
  return { rank: 1 + ((low + high) >> 1) - own, error: (high - low + 1) >> 1 };
}

/**
 * Place of the draft's old entry in the moment's list, 0 for the best; -1 where it is not listed. Its present score says whether looking is
 * worth while; the margin covers that the cached scores may come from another order of summation.
 */
export function placeOf(standings: Standings, draft: Draft, moment: number, at = moment): number {
  const present = draft.presentScores![moment]!;
  const margin = 1e-4 * (1 + Math.abs(present));
  if (present + margin < standings.scores[at * standings.kept + standings.listed - 1]!) return -1;
  const base = at * standings.listed;
  for (let place = 0; place < standings.listed; place++) if (standings.rows[base + place] === draft.row) return place;
  return -1;
}

/** Adds `by` to the slots of the moment's top K. */
export function countTop(standings: Standings, moment: number, k: number, slots: Int32Array, by: number): void {
  const base = moment * standings.listed;
  for (let place = 0; place < k && place < standings.listed; place++) {
    const row = standings.rows[base + place]!;
    if (row < 0) return;
    slots[row]! += by;
  }
}

/** Median of some ranks, the mean of the middle two where their number is even. Without any: 0. */
export function medianRank({ ranks, errors }: Placement): { readonly medianRank: number; readonly medianRankError: number } {
  if (ranks.length === 0) return { medianRank: 0, medianRankError: 0 };
  let exact = true;
  const [low, high] = [ranks.slice(), ranks.slice()];
  for (let i = 0; i < ranks.length; i++) {
    if (errors[i] === 0) continue;
    exact = false;
    low[i]! -= errors[i]!;
    high[i]! += errors[i]!;
  }
  const median = middle(ranks.slice());
  // The median of all lower ends and that of all upper ends enclose the true one.
  return { medianRank: median, medianRankError: exact ? 0 : Math.max(median - middle(low), middle(high) - median) };
}

/** Median of some values, which it leaves in another order. */
function middle(values: Int32Array): number {
  return (select(values, (values.length - 1) >> 1) + select(values, values.length >> 1)) / 2;
}

/** The n-th value (from 0) by Hoare's selection: sorting them all would take longer than the rest of a preview. */
function select(values: Int32Array, n: number): number {
  let [from, to] = [0, values.length - 1];
  while (from < to) {
    const pivot = values[(from + to) >> 1]!;
    let [left, right] = [from, to];
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const value = values[left]!;
      values[left++] = values[right]!;
      values[right--] = value;
    }
    if (n <= right) to = right;
    else if (n >= left) from = left;
    else break;
  }
  return values[n]!;
}
