/** The live SKUs a draft is measured against: the nearest by item vector, the closer the weightier. */
import type { Served } from './served.ts';

/** How many, and how sharply closeness counts. */
export const comparison = { count: 20, sharpness: 20 } as const;

export interface Comparable {
  readonly row: number;
  /** Cosine of the item vectors. */
  readonly similarity: number;
  /** All of them add up to 1. */
  readonly weight: number;
}

/** Weights of nearest rows. */
export function weigh(nearest: readonly { readonly row: number; readonly score: number }[]): readonly Comparable[] {
  const weights = nearest.map(({ score }) => Math.exp(comparison.sharpness * (score - 1)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return nearest.map(({ row, score }, i) => ({ row, similarity: score, weight: weights[i]! / total }));
}

export function findComparable({ neighbours, live }: Served, vector: Float32Array, row: number): readonly Comparable[] {
  return weigh(neighbours.nearest(vector, live, row, comparison.count));
}

/** Weighted share of the comparable SKUs that satisfy the condition. */
export function shareOf(comparable: readonly Comparable[], condition: (row: number) => boolean): number {
  return comparable.reduce((sum, { row, weight }) => sum + (condition(row) ? weight : 0), 0);
}
