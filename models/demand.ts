/**
 * Category demand: where shoppers are predicted to go next against where they went, over the moments of a panel.
 *
 *   predicted(c)    = Σ over moments of p(c | session so far)            by the category head of the level
 *   actual(c)       = moments whose next SKU is in c
 *   difference      = predicted − actual; its variance is the larger of Σ over sessions of (d_s − mean)² (what other sessions would have
 *                     given) and Σ p (1 − p) (what a calibrated prediction misses by itself); the interval is ± 1.96 of its root
 *   flow(f, c)      = the same sums over the moments whose last item is in f
 *
 * Only moments whose next SKU has a category at the level count, so predicted and actual both sum to their number.
 */
import type { CategoryDemand } from './category-jobs.ts';

/** What is known of each moment, one level at a time. */
export interface DemandMoments {
  /** [moments] */
  readonly sessions: Int32Array;
  /** [moments] label of the last item, -1 without one */
  readonly from: Int32Array;
  /** [moments] label of the next item, -1 without one */
  readonly next: Int32Array;
  /** row-major [moments, labels] */
  readonly probabilities: Float32Array;
  readonly labels: number;
}

/** Rows and columns are `labels`, then one for all others. */
export interface FlowMatrix {
  readonly labels: readonly number[];
  readonly predicted: readonly (readonly number[])[];
  readonly actual: readonly (readonly number[])[];
}

export interface Demand {
  /** Those of the segment, and those of them whose next SKU has a category. */
  readonly moments: number;
  readonly labelled: number;
  readonly sessions: number;
  /** Largest of predicted and actual first; every label but 0 that either has. */
  readonly categories: readonly CategoryDemand[];
  /** Predicted mass of "no category" (label 0). */
  readonly none: number;
  readonly flows: FlowMatrix;
}

/** 97.5 % quantile of the standard normal distribution. */
const quantile = 1.96;

/** @param member [moments] 1 for moments of the segment */
export function sumDemand(moments: DemandMoments, member: Uint8Array, flowLabels: number): Demand {
  const { sessions, from, next, probabilities, labels } = moments;
  const predicted = new Float64Array(labels);
  const actual = new Float64Array(labels);
  const origins = new Float64Array(labels);
  const own = new Float64Array(labels); // Σ p (1 - p)
  const squares = new Float64Array(labels); // Σ over sessions of d_s²
  const session = new Float64Array(labels);
  let [all, labelled, groups] = [0, 0, 0];
  let current = -1;
  const close = (): void => {
    if (current < 0) return;
    groups++;
    for (let c = 0; c < labels; c++) {
      squares[c]! += session[c]! ** 2;
      session[c] = 0;
    }
  };
  for (let m = 0; m < sessions.length; m++) {
    if (member[m] !== 1) continue;
    all++;
    if (next[m]! < 0) continue;
    labelled++;
    if (sessions[m] !== current) {
      close();
      current = sessions[m]!;
    }
    if (from[m]! >= 0) origins[from[m]!]!++;
    for (let c = 0, at = m * labels; c < labels; c++, at++) {
      const p = probabilities[at]!;
      predicted[c]! += p;
      own[c]! += p * (1 - p);
      session[c]! += p;
    }
    actual[next[m]!]!++;
    session[next[m]!]!--;
  }
  close();
  const categories: CategoryDemand[] = [];
  for (let label = 1; label < labels; label++) {
    if (predicted[label]! < leastShown && actual[label] === 0) continue;
    const difference = predicted[label]! - actual[label]!;
    const between = groups < 2 ? 0 : (squares[label]! - difference ** 2 / groups) * (groups / (groups - 1));
    const half = quantile * Math.sqrt(Math.max(between, own[label]!));
    categories.push({ label, predicted: predicted[label]!, actual: actual[label]!, difference, interval: [difference - half, difference + half], from: origins[label]! });
  }
  categories.sort((a, b) => Math.max(b.predicted, b.actual) - Math.max(a.predicted, a.actual) || a.label - b.label);
  const shown = [...categories].sort((a, b) => b.actual + b.from + b.predicted - a.actual - a.from - a.predicted).slice(0, flowLabels).map(({ label }) => label);
  return { moments: all, labelled, sessions: groups, categories, none: predicted[0]!, flows: sumFlows(moments, member, shown) };
}

/** Below this a predicted count is a rounding of thousands of tiny probabilities; what is left out is told as a rest. */
const leastShown = 0.05;

export function sumFlows({ from, next, probabilities, labels }: DemandMoments, member: Uint8Array, shown: readonly number[]): FlowMatrix {
  const size = shown.length + 1;
  const place = new Int32Array(labels).fill(shown.length);
  for (const [index, label] of shown.entries()) place[label] = index;
  const sums = Array.from({ length: size }, () => new Float64Array(labels)); // by row, then label: folded into columns at the end
  const actual = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let m = 0; m < from.length; m++) {
    if (member[m] !== 1 || next[m]! < 0) continue;
    const row = from[m]! < 0 ? shown.length : place[from[m]!]!;
    const own = sums[row]!;
    for (let c = 0, at = m * labels; c < labels; c++, at++) own[c]! += probabilities[at]!;
    actual[row]![place[next[m]!]!]!++;
  }
  const predicted = sums.map((own) => {
    const columns = new Array<number>(size).fill(0);
    for (let c = 0; c < labels; c++) columns[place[c]!]! += own[c]!;
    return columns;
  });
  return { labels: shown, predicted, actual };
}

/** Where the moments of one category go (`from` null: all moments): its labels by predicted or actual count. */
export function sumFrom({ from, next, probabilities, labels }: DemandMoments, member: Uint8Array, origin: number | null): { readonly moments: number; readonly to: readonly { readonly label: number; readonly predicted: number; readonly actual: number }[] } {
  const predicted = new Float64Array(labels);
  const actual = new Float64Array(labels);
  let count = 0;
  for (let m = 0; m < from.length; m++) {
    if (member[m] !== 1 || next[m]! < 0 || (origin !== null && from[m] !== origin)) continue;
    count++;
    for (let c = 0, at = m * labels; c < labels; c++, at++) predicted[c]! += probabilities[at]!;
    actual[next[m]!]!++;
  }
  const to = Array.from({ length: labels }, (_, label) => ({ label, predicted: predicted[label]!, actual: actual[label]! }))
    .filter(({ predicted: p, actual: a }) => p > 0 || a > 0)
    .sort((a, b) => Math.max(b.predicted, b.actual) - Math.max(a.predicted, a.actual) || a.label - b.label);
  return { moments: count, to };
}
