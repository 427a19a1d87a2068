/** Where a draft stands at each moment of the panel, by comparing its scores with the cached standings. */
import type { Panel } from './panel.ts';
import { countAtLeast } from './standings.ts';
import type { Standings } from './standings.ts';

export interface Draft {
  /** [moments] its scores with the metadata to be previewed. */
  readonly scores: Float32Array;
  /** Its row where the catalogue holds the SKU, else -1. */
  readonly row: number;
  /** [moments] its scores with the catalogue's metadata, by the same arithmetic as `scores`; null where `row` is no candidate. */
  readonly presentScores: Float32Array | null;
}

export interface Placement {
  /** [moments] rank among the other candidates; the middle of the bracket where it is not exact. */
  readonly ranks: Int32Array;
  /** [moments] the true rank lies within this distance; 0 where exact. */
  readonly errors: Int32Array;
}

/**
 * Ranks of a draft at all moments. Its own old entry does not count.
 * @throws Error on a NaN score.
 */
export function placeDraft(standings: Standings, draft: Draft): Placement {
  const ranks = new Int32Array(standings.moments);
  const errors = new Int32Array(standings.moments);
  for (let moment = 0; moment < standings.moments; moment++) {
    const score = draft.scores[moment]!;
    if (Number.isNaN(score)) throw new Error(`The draft's score at moment ${moment} is NaN.`);
    const { low, high } = countAtLeast(standings, moment, score);
    let own = 0;
    if (draft.presentScores !== null) {
      const place = placeOf(standings, moment, draft);
      const counted = place >= 0 ? standings.scores[moment * standings.kept + place]! >= score : draft.presentScores[moment]! >= score;
      own = counted ? 1 : 0;
    }
    ranks[moment] = 1 + ((low + high) >> 1) - own;
    errors[moment] = (high - low + 1) >> 1;
  }
  return { ranks, errors };
}

/**
 * Place of the draft's old entry in the moment's list, 0 for the best; -1 where it is not listed. Its present score says whether looking is
 * worth while; the margin covers that the cached scores may come from another order of summation.
 */
export function placeOf(standings: Standings, moment: number, draft: Draft): number {
  const present = draft.presentScores![moment]!;
  const margin = 1e-4 * (1 + Math.abs(present));
  if (present + margin < standings.scores[moment * standings.kept + standings.listed - 1]!) return -1;
  const base = moment * standings.listed;
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

/** [sessions] 1 where the session holds the row, its last event included. */
export function sessionsWith(panel: Panel, row: number): Uint8Array {
  const flags = new Uint8Array(panel.sessions.length);
  if (row < 0) return flags;
  for (let session = 0; session < flags.length; session++) {
    for (let i = panel.itemOffsets[session]!; i < panel.itemOffsets[session + 1]!; i++) if (panel.items[i] === row) flags[session] = 1;
  }
  return flags;
}

/** Median of the ranks at the counted moments, the mean of the middle two where their number is even. Without moments: 0. */
export function medianRank(counted: Int32Array, { ranks, errors }: Placement): { readonly medianRank: number; readonly medianRankError: number } {
  if (counted.length === 0) return { medianRank: 0, medianRankError: 0 };
  const median = middle(counted, (moment) => ranks[moment]!);
  // The median of all lower ends and that of all upper ends enclose the true one.
  const low = middle(counted, (moment) => ranks[moment]! - errors[moment]!);
  const high = middle(counted, (moment) => ranks[moment]! + errors[moment]!);
  return { medianRank: median, medianRankError: Math.max(median - low, high - median) };
}

/** Median of whole numbers >= 0 by counting: sorting 10,000 of them would take longer than all the rest of a preview. */
function middle(list: Int32Array, valueOf: (entry: number) => number): number {
  let most = 0;
  for (const entry of list) most = Math.max(most, valueOf(entry));
  const counts = new Int32Array(most + 1);
  for (const entry of list) counts[valueOf(entry)]!++;
  const nth = (n: number): number => {
    let value = 0;
    for (let below = counts[0]!; below <= n; below += counts[++value]!);
    return value;
  };
  return (nth((list.length - 1) >> 1) + nth(list.length >> 1)) / 2;
}
