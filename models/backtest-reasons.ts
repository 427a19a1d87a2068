/** What a launch's data say about how sure its prediction can be: each is told from numbers, and the report says whether it mattered. */
import type { LaunchNumbers } from './backtest-jobs.ts';

export const reasonCodes = ['unknown-brand', 'no-brand', 'thin-text', 'unknown-words', 'rare-category', 'crowded-category', 'far-neighbours', 'uneven-neighbours', 'few-moments', 'chance'] as const;
export type ReasonCode = (typeof reasonCodes)[number];

export interface Reason {
  readonly code: ReasonCode;
  /** The evidence, in words. */
  readonly detail: string;
}

/** What the launch's text has, which its numbers do not tell. */
export interface LaunchText {
  readonly words: number;
  readonly brand: string;
  readonly leaf: string;
}

/** Where the distribution of all launches of a back-test ends. */
export interface ReasonLimits {
  /** A tenth of the launches has its nearest comparable SKU farther away. */
  readonly near: number;
  /** A tenth is in leaves with more SKUs. */
  readonly crowded: number;
  /** A tenth has neighbours that differ more. */
  readonly spread: number;
  /** With a clock a tenth was replayed over fewer moments. */
  readonly moments: number;
}

const fewWords = 4;
const fewSkus = 5;

export function reasonLimits(launches: readonly LaunchNumbers[]): ReasonLimits {
  const at = (share: number, of: (launch: LaunchNumbers) => number): number => Float64Array.from(launches, of).sort()[Math.min(launches.length - 1, Math.floor(share * launches.length))] ?? 0;
  return { near: at(0.1, ({ nearest }) => nearest), crowded: at(0.9, ({ inLeaf }) => inLeaf), spread: at(0.9, ({ spread }) => spread), moments: at(0.1, ({ moments }) => moments) };
}

/** Every reason that holds, whether the prediction was good or not. */
export function reasonsFor(launch: LaunchNumbers, text: LaunchText, limits: ReasonLimits, predicted: number): readonly Reason[] {
  const { inLeaf, ofBrand, nearest, spread, moments, actual, warnings } = launch;
  const reasons: Reason[] = [];
  const add = (holds: boolean, code: ReasonCode, detail: string): void => void (holds && reasons.push({ code, detail }));
  add(text.brand === '', 'no-brand', 'It names no brand.');
  add(text.brand !== '' && ofBrand === 0, 'unknown-brand', `No known SKU is of the brand “${text.brand}”.`);
  add(text.words < fewWords, 'thin-text', text.words === 0 ? 'It has no title.' : `Its title has ${text.words} word${text.words === 1 ? '' : 's'}.`);
  add(warnings.some(({ code }) => code === 'unknown-tokens'), 'unknown-words', warnings.find(({ code }) => code === 'unknown-tokens')?.message ?? '');
  add(inLeaf < fewSkus, 'rare-category', text.leaf === '' ? 'It has no category.' : inLeaf === 0 ? `No known SKU is in “${text.leaf}”.` : `Only ${inLeaf} known SKU${inLeaf === 1 ? ' is' : 's are'} in “${text.leaf}”.`);
  add(inLeaf > limits.crowded, 'crowded-category', `It shares “${text.leaf}” with ${inLeaf} known SKUs.`);
  add(nearest < limits.near, 'far-neighbours', `Its nearest known SKU has a likeness of ${nearest.toFixed(2)}; nine of ten launches have one above ${limits.near.toFixed(2)}.`);
  add(spread > limits.spread, 'uneven-neighbours', `The SKUs most like it differ among themselves by a factor of ${spread.toFixed(1)}.`);
  add(launch.firstSeen !== null && moments < limits.moments, 'few-moments', `It was replayed over ${moments} moments only.`);
  add(withinChance(predicted, actual), 'chance', `With ${predicted.toFixed(1)} clicks expected, ${actual} is within what chance alone gives.`);
  return reasons;
}

/** Whether a Poisson count of this mean falls as far out as `actual` in at least 5 % of cases, either side. */
export function withinChance(mean: number, actual: number): boolean {
  if (mean <= 0) return actual === 0;
  let term = Math.exp(-mean);
  if (term === 0) return Math.abs(actual - mean) < 2 * Math.sqrt(mean); // large means: the normal law
  let below = 0; // P(count < actual)
  for (let count = 0; count < actual; count++) {
    below += term;
    term *= mean / (count + 1);
  }
  return below + term >= 0.025 && 1 - below >= 0.025; // P(count <= actual), P(count >= actual)
}
