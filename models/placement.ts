/** Where a draft stands at each moment of the panel, by comparing its scores with the cached standings. */
import type { Panel } from './panel.ts';
import { countAtLeast, ladderRanks, ladderStep } from './standings.ts';
import type { Standings } from './standings.ts';

export interface Draft {
  /** [moments] its scores with the metadata to be previewed. */
  readonly scores: Float32Array;
  /** Its row where the catalogue holds the SKU, else -1. */
  readonly row: number;
  /** [moments] its scores with the catalogue's metadata, by the same arithmetic as `scores`; null where `row` is no candidate. */
  readonly presentScores: Float32Array | null;
}

/** Rank of a draft that stands too far behind to be counted out. */
export const farBehind = 2 ** 30;

export interface Placement {
  /** [moments] rank among the other candidates; the middle of the bracket where it is not exact. */
  readonly ranks: Int32Array;
  /** [moments] the true rank lies within this distance; 0 where exact. */
  readonly errors: Int32Array;
  /** [moments] which of `ladderRanks` is the first that the rank does not exceed; their number where it exceeds all. */
  readonly labels: Uint8Array;
}

/**
 * Ranks of a draft at all moments. Its own old entry does not count.
 * @throws Error on a NaN score.
 */
export function placeDraft(standings: Standings, draft: Draft): Placement {
  const { moments } = standings;
  const placement = { ranks: new Int32Array(moments), errors: new Int32Array(moments), labels: new Uint8Array(moments) };
  for (let moment = 0; moment < moments; moment++) placeAt(standings, draft, moment, placement);
  return placement;
}

/**
 * The same by the ladder alone, for moments that it settles: ranks above `k` are `farBehind`. Reads one cache line a moment.
 * @throws Error on a NaN score.
 */
export function placeInTop(standings: Standings, draft: Draft, k: number): Placement {
  if (draft.presentScores !== null) return placeDraft(standings, draft);
  const { moments, ladder } = standings;
  const placement = { ranks: new Int32Array(moments).fill(farBehind), errors: new Int32Array(moments), labels: new Uint8Array(moments) };
  const gate = k === standings.k ? ladderStep - 1 : ladderRanks.findIndex((rank) => rank >= k);
  for (let moment = 0, base = 0; moment < moments; moment++, base += ladderStep) {
    const score = draft.scores[moment]!;
    let label = ladderRanks.length;
    while (label > 0 && score > ladder[base + label - 1]!) label--;
    placement.labels[moment] = label;
    if (gate < 0 || score > ladder[base + gate]! || score !== score) placeAt(standings, draft, moment, placement);
    if (placement.ranks[moment]! > k) placement.ranks[moment] = farBehind;
  }
  return placement;
}

/** Ranks of a draft at some moments. */
export function placeAtSome(standings: Standings, draft: Draft, some: Int32Array): Pick<Placement, 'ranks' | 'errors'> {
  const [ranks, errors] = [new Int32Array(some.length), new Int32Array(some.length)];
  for (let i = 0; i < some.length; i++) {
    const { rank, error } = rankAt(standings, draft, some[i]!);
    ranks[i] = rank;
    errors[i] = error;
  }
  return { ranks, errors };
}

function placeAt(standings: Standings, draft: Draft, moment: number, { ranks, errors, labels }: Placement): void {
  const { rank, error } = rankAt(standings, draft, moment);
  ranks[moment] = rank;
  errors[moment] = error;
  let label = 0;
  while (label < ladderRanks.length && rank > ladderRanks[label]!) label++;
  labels[moment] = label;
}

function rankAt(standings: Standings, draft: Draft, moment: number): { readonly rank: number; readonly error: number } {
  const score = draft.scores[moment]!;
  if (Number.isNaN(score)) throw new Error(`The draft's score at moment ${moment} is NaN.`);
  const { low, high } = countAtLeast(standings, moment, score);
  let own = 0;
  if (draft.presentScores !== null) {
    const place = placeOf(standings, moment, draft);
    const counted = place >= 0 && place < standings.kept ? standings.scores[moment * standings.kept + place]! >= score : draft.presentScores[moment]! >= score;
    own = counted ? 1 : 0;
  }
  return { rank: 1 + ((low + high) >> 1) - own, error: (high - low + 1) >> 1 };
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

/** Median of some ranks, the mean of the middle two where their number is even. Without any: 0. */
export function medianRank({ ranks, errors }: Pick<Placement, 'ranks' | 'errors'>): { readonly medianRank: number; readonly medianRankError: number } {
  if (ranks.length === 0) return { medianRank: 0, medianRankError: 0 };
  const median = middle(ranks);
  if (errors.every((error) => error === 0)) return { medianRank: median, medianRankError: 0 };
  // The median of all lower ends and that of all upper ends enclose the true one.
  const low = middle(ranks.map((rank, i) => rank - errors[i]!));
  const high = middle(ranks.map((rank, i) => rank + errors[i]!));
  return { medianRank: median, medianRankError: Math.max(median - low, high - median) };
}

/** Median of whole numbers >= 0 by counting: sorting them would take longer than all the rest of a preview. */
function middle(values: Int32Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]!);
  const counts = new Int32Array(most + 1);
  for (let i = 0; i < values.length; i++) counts[values[i]!]!++;
  const nth = (n: number): number => {
    let value = 0;
    for (let below = counts[0]!; below <= n; below += counts[++value]!);
    return value;
  };
  return (nth((values.length - 1) >> 1) + nth(values.length >> 1)) / 2;
}
