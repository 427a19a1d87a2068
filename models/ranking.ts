/** Small rankings for screens: nearest items, best rows, and probabilities over those that compete. */
import { RowProducts, rowsPerTile } from './row-products.ts';

/** The items of a catalogue by their likeness to a vector. */
export class Neighbours {
  readonly #products: RowProducts;
  /** [items] lengths of the vectors: a hair below 1, by how little text an item has. */
  readonly #lengths: Float32Array;

  /** `vectors` row-major [items, width]. */
  constructor(vectors: Float32Array, width: number) {
    this.#products = new RowProducts(vectors, width);
    this.#lengths = Float32Array.from({ length: vectors.length / width }, (_, row) => length(vectors.subarray(row * width, (row + 1) * width)));
  }

  /** The `count` nearest eligible rows by cosine, 0 for a vector of zeros. `exclude` is left out (-1: none). */
  nearest(vector: Float32Array, eligible: Uint8Array, exclude: number, count: number): { readonly row: number; readonly score: number }[] {
    const own = length(vector);
    const scores = this.#products.multiply(vector);
    for (let row = 0; row < scores.length; row++) scores[row] = scores[row] === 0 ? 0 : scores[row]! / (own * this.#lengths[row]!);
    const allowed = exclude < 0 ? eligible : eligible.map((flag, row) => (row === exclude ? 0 : flag));
    return topRows(scores, allowed, count).map((row) => ({ row, score: scores[row]! }));
  }
}

function length(vector: Float32Array): number {
  let square = 0;
  for (let i = 0; i < vector.length; i++) square += vector[i]! ** 2;
  return Math.sqrt(square);
}

/**
 * Rows of the best scores among the eligible, best first; equal scores in row order.
 * @param tops the largest score of each `rowsPerTile` rows where that is known (`RowProducts.tops`): tiles without a good one are not read
 */
export function topRows(scores: Float32Array, eligible: Uint8Array, count: number, tops: Float32Array | null = null): number[] {
  const best: number[] = [];
  let bar = NaN; // what a score must exceed, once the list is full; nothing is at most NaN
  const step = tops === null ? scores.length : rowsPerTile;
  for (let start = 0, tile = 0; start < scores.length; start += step, tile++) {
    if (tops !== null && tops[tile]! <= bar) continue;
    const end = Math.min(start + step, scores.length);
    for (let row = start; row < end; row++) {
      const score = scores[row]!;
      if (score <= bar || eligible[row] !== 1) continue;
      let place = best.length < count ? best.length : count - 1;
      while (place > 0 && scores[best[place - 1]!]! < score) {
        best[place] = best[place - 1]!;
        place--;
      }
      best[place] = row;
      if (best.length === count) bar = scores[best[count - 1]!]!;
    }
  }
  return best;
}

/** Softmax over the competing rows, as a function of a score. */
export function softmaxOver(scores: Float32Array, competing: Uint8Array): (score: number) => number {
  let top = -Infinity;
  for (let row = 0; row < scores.length; row++) if (competing[row] === 1 && scores[row]! > top) top = scores[row]!;
  let sum = 0;
  for (let row = 0; row < scores.length; row++) if (competing[row] === 1) sum += Math.exp(scores[row]! - top);
  return (score) => Math.exp(score - top) / sum;
}
