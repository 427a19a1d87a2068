/** Small rankings for screens: nearest items, best rows, and probabilities over those that compete. */
import { scoreMoments } from './placement.ts';

/** Lengths of row vectors: [rows, width] -> [rows]. */
export function vectorLengths(vectors: Float32Array, width: number): Float32Array {
  return Float32Array.from({ length: vectors.length / width }, (_, row) => {
    let square = 0;
    for (let at = row * width; at < (row + 1) * width; at++) square += vectors[at]! ** 2;
    return Math.sqrt(square);
  });
}

/** The `count` nearest rows by cosine, 0 for a vector of zeros; `lengths` [rows] of `vectorLengths`. `exclude` is left out (-1: none). */
export function nearest(vector: Float32Array, vectors: Float32Array, lengths: Float32Array, eligible: Uint8Array, exclude: number, count: number): { readonly row: number; readonly score: number }[] {
  const own = vectorLengths(vector, vector.length)[0]!;
  const scores = scoreMoments(vectors, vector);
  for (let row = 0; row < scores.length; row++) scores[row] = scores[row] === 0 ? 0 : scores[row]! / (own * lengths[row]!);
  const allowed = exclude < 0 ? eligible : eligible.map((flag, row) => (row === exclude ? 0 : flag));
  return topRows(scores, allowed, count).map((row) => ({ row, score: scores[row]! }));
}

/** Rows of the best scores among the eligible, best first; equal scores in row order. */
export function topRows(scores: Float32Array, eligible: Uint8Array, count: number): number[] {
  const best: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    if (eligible[row] !== 1 || (best.length === count && scores[row]! <= scores[best[count - 1]!]!)) continue;
    let place = best.length < count ? best.length : count - 1;
    while (place > 0 && scores[best[place - 1]!]! < scores[row]!) {
      best[place] = best[place - 1]!;
      place--;
    }
    best[place] = row;
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
