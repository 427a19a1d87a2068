/**
 * The SKUs that share one step's softmax where the catalogue is too large to compare with all of it: those of the batch, and others drawn
 * uniformly up to a fixed number. The logit of a negative is lowered by the logarithm of how often it is expected in such a sample; the
 * positive's is not, as it is not sampled (logQ on negatives only: arXiv 2507.09331). Popular SKUs come along with many batches, so without
 * the correction they would be pushed down.
 */
import type { Random } from './random.ts';

export interface SharedSample {
  /** [size] catalogue rows, distinct: the batch's first. */
  readonly rows: Int32Array;
  /** [size] log of the expected number of times (at most 1) that a sample holds the row. */
  readonly correction: Float32Array;
}

export interface Population {
  /** Catalogue rows that may be drawn. */
  readonly candidates: Int32Array;
  /** [items of the catalogue] share of all training events. */
  readonly eventShares: Float32Array;
}

/** @param events catalogue rows of the batch's inputs and targets, repeats included, all of them candidates; `size` distinct ones at most. */
export function drawSharedSample({ candidates, eventShares }: Population, events: Int32Array, size: number, random: Random): SharedSample {
  const taken = new Uint8Array(eventShares.length);
  const rows = new Int32Array(size);
  let count = 0;
  const take = (row: number): void => {
    if (taken[row] === 1) return;
    taken[row] = 1;
    rows[count++] = row;
  };
  for (const row of events) {
    if (count === size && taken[row] === 0) throw new Error(`a batch of ${events.length} events does not fit a sample of ${size} SKUs`);
    take(row);
  }
  const notDrawn = Math.log1p((count - size) / (candidates.length - count)); // log of the chance of an SKU outside the batch
  while (count < size) take(candidates[random.below(candidates.length)]!);
  // A row is in the sample unless neither an event of the batch nor a draw names it.
  const correction = Float32Array.from(rows, (row) => Math.log(-Math.expm1(notDrawn + events.length * Math.log1p(-eventShares[row]!))));
  return { rows, correction };
}
