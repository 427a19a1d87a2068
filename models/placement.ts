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
 * score(m) = h_m · v for every moment: [moments, width] x [width] -> [moments].
 * @param vectors row-major [moments, width]
 */
export function scoreMoments(vectors: Float32Array, vector: Float32Array): Float32Array {
  const width = vector.length;
  const moments = vectors.length / width;
  if (!Number.isInteger(moments)) throw new Error(`${vectors.length} numbers are no rows of width ${width}.`);
  const scores = new Float32Array(moments);
  const unrolled = width - (width % 4);
  for (let moment = 0, at = 0; moment < moments; moment++) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let i = 0;
    for (; i < unrolled; i += 4, at += 4) {
      a += vectors[at]! * vector[i]!;
      b += vectors[at + 1]! * vector[i + 1]!;
      c += vectors[at + 2]! * vector[i + 2]!;
      d += vectors[at + 3]! * vector[i + 3]!;
    }
    for (; i < width; i++, at++) a += vectors[at]! * vector[i]!;
    scores[moment] = a + b + (c + d);
  }
  return scores;
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
      const place = placeOf(standings, moment, draft.row);
      const counted = place >= 0 ? standings.scores[moment * standings.kept + place]! >= score : draft.presentScores[moment]! >= score;
      own = counted ? 1 : 0;
    }
    ranks[moment] = 1 + ((low + high) >> 1) - own;
    errors[moment] = (high - low + 1) >> 1;
  }
  return { ranks, errors };
}

/** Place of a row in the moment's list, 0 for the best; -1 where it is not listed. */
export function placeOf(standings: Standings, moment: number, row: number): number {
  const base = moment * standings.listed;
  for (let place = 0; place < standings.listed; place++) if (standings.rows[base + place] === row) return place;
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
export function medianRank(counted: Int32Array, ranks: Int32Array, errors: Int32Array): { readonly medianRank: number; readonly medianRankError: number } {
  if (counted.length === 0) return { medianRank: 0, medianRankError: 0 };
  const middle = (list: Int32Array): number => {
    list.sort();
    return (list[(list.length - 1) >> 1]! + list[list.length >> 1]!) / 2;
  };
  const median = middle(Int32Array.from(counted, (moment) => ranks[moment]!));
  if (errors.every((error) => error === 0)) return { medianRank: median, medianRankError: 0 };
  // The median of all lower ends and that of all upper ends enclose the true one.
  const low = middle(Int32Array.from(counted, (moment) => ranks[moment]! - errors[moment]!));
  const high = middle(Int32Array.from(counted, (moment) => ranks[moment]! + errors[moment]!));
  return { medianRank: median, medianRankError: Math.max(median - low, high - median) };
}
