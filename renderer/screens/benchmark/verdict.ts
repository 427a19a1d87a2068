/**
 * The paper claims that learning the categories too makes training converge faster. What the runs at hand say about it, in
 * words made from their numbers: no sentence here is written before the numbers are.
 */
import { formatSeconds } from '../../state/format.ts';

export interface CurvePoint {
  readonly epoch: number;
  /** Since the training began; null where the run did not say. */
  readonly seconds: number | null;
  /** The validation measure, 0…1. */
  readonly value: number;
}

export interface Curve {
  readonly label: string;
  readonly seed: number;
  readonly points: readonly CurvePoint[];
}

/** Two runs that differ in nothing but the tasks. */
export interface Pair {
  readonly one: Curve;
  readonly many: Curve;
}

export interface Verdict {
  readonly sentence: string;
  readonly epochs: 'sooner' | 'as soon' | 'later';
  readonly time: 'sooner' | 'as soon' | 'later' | null;
}

/** The level that both runs reach is the lower of their bests: there they can be compared, whichever is better in the end. */
export function comparePair({ one, many }: Pair, measure: string): Verdict | null {
  const [bestOne, bestMany] = [bestOf(one), bestOf(many)];
  if (bestOne === null || bestMany === null) return null;
  const level = Math.min(bestOne.value, bestMany.value);
  const [first, second] = [reach(one, level)!, reach(many, level)!];
  const epochs = order(second.epoch, first.epoch);
  const time = first.seconds === null || second.seconds === null ? null : order(second.seconds, first.seconds);
  const times = time === null ? '' : `, after ${formatSeconds(second.seconds)} against ${formatSeconds(first.seconds)}`;
  return {
    epochs, time,
    sentence:
      `Seed ${many.seed}: ${many.label} reaches ${measure} ${percent(level)} at epoch ${second.epoch} against ${first.epoch} of ${one.label}${times}. ` +
      `Best: ${percent(bestMany.value)} against ${percent(bestOne.value)}.`,
  };
}

/** What the verdicts say together. */
export function summarize(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  const count = (part: 'epochs' | 'time', what: string): number => verdicts.filter((verdict) => verdict[part] === what).length;
  const all = verdicts.length;
  const inEpochs = `in fewer epochs in ${count('epochs', 'sooner')} of ${all} ${all === 1 ? 'pair' : 'pairs'}`;
  const timed = verdicts.filter((verdict) => verdict.time !== null).length;
  const inTime = timed === 0 ? '' : `, in less time in ${count('time', 'sooner')} of ${timed}`;
  const epochsHold = count('epochs', 'sooner') === all;
  const outcome = epochsHold && (timed === 0 || count('time', 'sooner') === timed) ? 'the claim holds here' : count('epochs', 'sooner') === 0 && count('time', 'sooner') === 0 ? 'the claim does not hold here' : 'the claim holds here only in part';
  return `Learning the categories too reaches the level of both ${inEpochs}${inTime}: ${outcome}.${all < 3 ? ' Fewer than three pairs: chance is not ruled out.' : ''}`;
}

function bestOf(curve: Curve): CurvePoint | null {
  return curve.points.reduce<CurvePoint | null>((best, point) => (best === null || point.value > best.value ? point : best), null);
}

function reach(curve: Curve, level: number): CurvePoint | undefined {
  return curve.points.find((point) => point.value >= level);
}

function order(mine: number, other: number): 'sooner' | 'as soon' | 'later' {
  return mine < other ? 'sooner' : mine > other ? 'later' : 'as soon';
}

const percent = (value: number): string => `${(value * 100).toFixed(2)}\u00a0%`;
