/**
 * Whether probabilities come true: pairs of a probability and what happened, in bins of equally many pairs by probability, and
 *
 *   ECE = Σ over bins of (pairs of the bin / all pairs) · |observed share − mean probability|      (Guo et al. 2017, equal-mass bins)
 *
 * The interval of an observed share is Wilson's.
 */
import type { Reliability, ReliabilityBin } from './report-jobs.ts';

const bins = 10;

export class ReliabilityPairs {
  readonly #probabilities: number[] = [];
  readonly #outcomes: number[] = [];

  add(probability: number, happened: boolean): void {
    this.#probabilities.push(probability);
    this.#outcomes.push(happened ? 1 : 0);
  }

  result(): Reliability {
    const n = this.#probabilities.length;
    const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => this.#probabilities[a]! - this.#probabilities[b]! || a - b);
    const found: ReliabilityBin[] = [];
    for (let bin = 0; bin < bins; bin++) {
      const rows = order.subarray(Math.round((bin * n) / bins), Math.round(((bin + 1) * n) / bins));
      if (rows.length === 0) continue;
      const mean = (values: readonly number[]): number => rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
      const observed = mean(this.#outcomes);
      found.push({ n: rows.length, predicted: mean(this.#probabilities), observed, interval: wilson(observed, rows.length) });
    }
    const over = (value: (bin: ReliabilityBin) => number): number => found.reduce((sum, bin) => sum + (bin.n / n) * value(bin), 0);
    return { n, error: over(({ predicted, observed }) => Math.abs(observed - predicted)), bias: over(({ predicted, observed }) => predicted - observed), bins: found };
  }
}

/** Wilson's 95 % interval of a share (1927): inside 0…1 even where nothing or everything happened. */
export function wilson(share: number, n: number): readonly [number, number] {
  const z = 1.96;
  const middle = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}
