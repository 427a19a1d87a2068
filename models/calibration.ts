/**
 * How well predicted counts agree with counts that came: rank correlation, error factors, calibration. measures.md 2.4.
 *
 *   q       = (P + 0.5) / (R + 0.5)           error factor max(q, 1/q): 1 is exact, 2 is twice or half
 *   scale   so that median log((R + 0.5) / (scale P + 0.5)) = 0   one number, chosen on other launches than it is reported on
 *
 * Spearman's coefficient is the correlation of mean ranks, so ties need no correction (Kendall 1948, chapter 3).
 */
import { Random } from './random.ts';

const half = 0.5;
const resamples = 1_000;
/** Scales are looked for within e^±25. */
const farthestScale = 25;
const bisections = 60;

/** [n] places 0 … n - 1 in ascending order; equal values share their mean place. */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + to - 1) / 2;
    from = to;
  }
  return ranks;
}

/** 0 where either side is constant: nothing was ranked. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let [meanA, meanB] = [0, 0];
  for (let i = 0; i < n; i++) [meanA, meanB] = [meanA + a[i]! / n, meanB + b[i]! / n];
  let [both, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    both += (a[i]! - meanA) * (b[i]! - meanB);
    ofA += (a[i]! - meanA) ** 2;
    ofB += (b[i]! - meanB) ** 2;
  }
  return ofA * ofB < 1e-12 ? 0 : both / Math.sqrt(ofA * ofB);
}

export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return correlation(ranksOf(a), ranksOf(b));
}

export interface RankAgreement {
  readonly spearman: number;
  /** 95 % of the resamples of launches lie between. */
  readonly interval: readonly [number, number];
}

/**
 * Rank correlations of several predictions with the same counts, and of each pair's difference: launches are drawn with replacement, the
 * same ones for every prediction, so that differences are paired.
 */
export class RankBootstrap {
  readonly #estimates: readonly number[];
  /** [predictions][resamples] */
  readonly #drawn: readonly Float64Array[];

  constructor(predictions: readonly ArrayLike<number>[], actual: ArrayLike<number>, seed: number) {
    const n = actual.length;
    this.#estimates = predictions.map((prediction) => spearman(prediction, actual));
    this.#drawn = predictions.map(() => new Float64Array(resamples));
    const random = new Random(seed);
    const picks = new Int32Array(n);
    for (let resample = 0; resample < resamples; resample++) {
      for (let i = 0; i < n; i++) picks[i] = random.below(n);
      const truth = ranksOf(Float64Array.from(picks, (pick) => actual[pick]!));
      for (const [index, prediction] of predictions.entries()) this.#drawn[index]![resample] = correlation(ranksOf(Float64Array.from(picks, (pick) => prediction[pick]!)), truth);
    }
  }

  agreement(index: number): RankAgreement {
    return { spearman: this.#estimates[index]!, interval: middle(this.#drawn[index]!) };
  }

  /** Correlation of one less that of another. `shown` is false where the interval holds 0. */
  difference(index: number, other: number): { readonly mean: number; readonly interval: readonly [number, number]; readonly shown: boolean } {
    const interval = middle(this.#drawn[index]!.map((value, resample) => value - this.#drawn[other]![resample]!));
    return { mean: this.#estimates[index]! - this.#estimates[other]!, interval, shown: interval[0] > 0 || interval[1] < 0 };
  }
}

/** Of `values`, 2.5 % below and above. */
function middle(values: Float64Array): readonly [number, number] {
  const sorted = values.slice().sort();
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}

/** Of values in ascending order, linear between them; NaN without any. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  if (sorted.length === 0) return NaN;
  return sorted[low]! + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)]! - sorted[low]!);
}

export function errorFactor(predicted: number, actual: number): number {
  const q = (predicted + half) / (actual + half);
  return Math.max(q, 1 / q);
}

/**
 * The factor on predictions that leaves as many launches above as below. Where no factor does, since half of them are predicted at nothing,
 * the one that makes the sums equal; 1 without launches.
 */
export function chooseScale(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  const n = predicted.length;
  let [forecast, came] = [0, 0];
  for (let i = 0; i < n; i++) [forecast, came] = [forecast + predicted[i]!, came + actual[i]!];
  if (n === 0 || forecast === 0 || came === 0) return 1;
  /** Above 0: too small for most. Falls as the scale grows. */
  const middle = (logScale: number): number => quantile(Float64Array.from({ length: n }, (_, i) => Math.log((actual[i]! + half) / (Math.exp(logScale) * predicted[i]! + half))).sort(), 0.5);
  let [low, high] = [-farthestScale, farthestScale];
  if (middle(high) > 0 || middle(low) < 0) return came / forecast;
  for (let step = 0; step < bisections; step++) {
    const between = (low + high) / 2;
    if (middle(between) > 0) low = between;
    else high = between;
  }
  return Math.exp((low + high) / 2);
}

export interface ErrorFactors {
  readonly n: number;
  readonly median: number;
  /** Four of five launches were closer. */
  readonly p80: number;
  /** Sum of predictions over sum of counts; null where nothing came. 1 is calibrated. */
  readonly calibration: number | null;
}

export function errorFactors(predicted: ArrayLike<number>, actual: ArrayLike<number>): ErrorFactors | null {
  const n = predicted.length;
  if (n === 0) return null;
  const factors = Float64Array.from({ length: n }, (_, i) => errorFactor(predicted[i]!, actual[i]!)).sort();
  let [forecast, came] = [0, 0];
  for (let i = 0; i < n; i++) [forecast, came] = [forecast + predicted[i]!, came + actual[i]!];
  return { n, median: quantile(factors, 0.5), p80: quantile(factors, 0.8), calibration: came === 0 ? null : forecast / came };
}

/** One tenth of the launches, by what was predicted. */
export interface CalibrationBin {
  readonly n: number;
  readonly predicted: number;
  readonly actual: number;
  /** 95 % bootstrap interval of the mean count. */
  readonly interval: readonly [number, number];
}

/** Means by tenths of the predictions, lowest first; fewer bins where there are fewer than five launches to each. */
export function calibrationBins(predicted: ArrayLike<number>, actual: ArrayLike<number>, seed: number, most = 10): readonly CalibrationBin[] {
  const n = predicted.length;
  const bins = Math.max(1, Math.min(most, Math.floor(n / 5)));
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => predicted[a]! - predicted[b]! || a - b);
  const random = new Random(seed);
  if (n === 0) return [];
  return Array.from({ length: bins }, (_, bin) => {
    const members = order.slice(Math.floor((bin * n) / bins), Math.floor(((bin + 1) * n) / bins));
    const mean = (values: ArrayLike<number>): number => members.reduce((sum, i) => sum + values[i]!, 0) / members.length;
    const drawn = new Float64Array(resamples);
    for (let resample = 0; resample < resamples; resample++) {
      for (let i = 0; i < members.length; i++) drawn[resample]! += actual[members[random.below(members.length)]!]! / members.length;
    }
    return { n: members.length, predicted: mean(predicted), actual: mean(actual), interval: middle(drawn) };
  });
}
