/** The live SKUs a draft is measured against: the nearest by item vector, the closer the weightier. */
import type { Likeness, Neighbour } from './ranking.ts';
import type { Served } from './served.ts';

/** How many, and how sharply closeness counts. */
const comparison = { count: 20, sharpness: 20 } as const;

export interface Comparable {
  readonly row: number;
  /** Cosine of the item vectors. */
  readonly similarity: number;
  /** All of them add up to 1. */
  readonly weight: number;
}

function weigh(nearest: readonly Neighbour[]): readonly Comparable[] {
  const weights = nearest.map(({ score }) => Math.exp(comparison.sharpness * (score - 1)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return nearest.map(({ row, score }, i) => ({ row, similarity: score, weight: weights[i]! / total }));
}

/** @param row of the draft where the catalogue holds it, else -1 */
export function findComparable({ live }: Served, likeness: Likeness, row: number): readonly Comparable[] {
  return weigh(likeness.nearest(live, row, comparison.count));
}

/** Weighted share of the comparable SKUs that satisfy the condition. */
export function shareOf(comparable: readonly Comparable[], condition: (row: number) => boolean): number {
  return comparable.reduce((sum, { row, weight }) => sum + (condition(row) ? weight : 0), 0);
}
