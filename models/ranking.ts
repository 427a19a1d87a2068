/** Small rankings for screens: nearest items, best rows, and probabilities over those that compete. */
import { CompactRows, type Approximate } from './compact-rows.ts';
import { rowsPerTile } from './row-products.ts';

export interface Neighbour {
  readonly row: number;
  /** Cosine, 0 for a vector of zeros. */
  readonly score: number;
}

/** The likeness of all items to one vector; ends with the next search. */
export interface Likeness {
  /** The `count` nearest eligible rows; equal ones in row order. `exclude` is left out (-1: none). */
  nearest(eligible: Uint8Array, exclude: number, count: number): readonly Neighbour[];
}

/** The items of a catalogue by their likeness to a vector. */
export class Neighbours {
  readonly #rows: CompactRows;
  readonly #vectors: Float32Array;
  readonly #width: number;

  /** `vectors` row-major [items, width]; they are kept, and must not change. */
  constructor(vectors: Float32Array, width: number) {
    this.#vectors = vectors;
    this.#width = width;
    this.#rows = new CompactRows(vectors.length / width, width, (row) => unit(this.#row(row)));
  }

  /** Two searches cost as much as one. */
  search(first: Float32Array, second = first): readonly [Likeness, Likeness] {
    const [a, b] = [unit(first), unit(second)];
    const [near, far] = this.#rows.multiply(a, b);
    return [this.#likeness(a, near), this.#likeness(b, far)];
  }

  #likeness(vector: Float32Array, { values, tops, error }: Approximate): Likeness {
    return {
      nearest: (eligible, exclude, count) => {
        const likely = topRows(values, eligible, count + 1, tops);
        // Whoever may be among the best although the compact rows say less: both sides may be off.
        const bar = likely.length <= count ? -Infinity : values[likely.at(-1)!]! - 2 * error;
        const found: Neighbour[] = [];
        for (let tile = 0; tile < tops.length; tile++) {
          if (tops[tile]! < bar) continue;
          const end = Math.min((tile + 1) * rowsPerTile, values.length);
          for (let row = tile * rowsPerTile; row < end; row++) if (values[row]! >= bar && eligible[row] === 1 && row !== exclude) found.push({ row, score: cosine(vector, this.#row(row)) });
        }
        return found.sort((x, y) => y.score - x.score || x.row - y.row).slice(0, count);
      },
    };
  }

  #row(row: number): Float32Array {
    return this.#vectors.subarray(row * this.#width, (row + 1) * this.#width);
  }
}

/** A vector at length 1, or of zeros. */
function unit(vector: Float32Array): Float32Array {
  const size = length(vector);
  return size === 0 ? vector : vector.map((value) => value / size);
}

function cosine(unitVector: Float32Array, vector: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += unitVector[i]! * vector[i]!;
  return sum === 0 ? 0 : sum / length(vector);
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

/** Labels of the best probabilities of a level, as `topRows`; label 0 is none of them: it says that there is no category. */
export function topLabels(probabilities: Float32Array, count: number): number[] {
  return topRows(probabilities, new Uint8Array(probabilities.length).fill(1, 1), count);
}

/** Softmax over the competing rows, as a function of a score; `logit` rises with it (`logitOf`). */
export function softmaxOver(scores: Float32Array, competing: Uint8Array, logit: (score: number) => number): (score: number) => number {
  let top = -Infinity;
  for (let row = 0; row < scores.length; row++) if (competing[row] === 1 && scores[row]! > top) top = scores[row]!;
  const most = logit(top);
  let sum = 0;
  for (let row = 0; row < scores.length; row++) if (competing[row] === 1) sum += Math.exp(logit(scores[row]!) - most);
  return (score) => Math.exp(logit(score) - most) / sum;
}
