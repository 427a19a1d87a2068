/** The error of past launches as a sentence. */
import type { ErrorToExpect } from '../../../electron/api/backtest.ts';
import { formatCount } from '../../state/format.ts';

/** `2.1`; above 10 no digit after the point is earned. */
export function formatOff(factor: number): string {
  return factor >= 10 ? formatCount(factor) : factor.toFixed(1);
}

export function formatDay(milliseconds: number): string {
  return new Date(milliseconds).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}

export function describeError({ by, label, launches, exposureMedian, median, at, stale }: ErrorToExpect): string {
  const like = by === 'category' ? `Launches in ${label}` : by === 'confidence' ? `Drafts of ${label} confidence` : 'Past launches';
  return `${like}: exposure was off by a factor of ${formatOff(exposureMedian)}, the forecast of clicks by ${formatOff(median)} (medians, ${formatCount(launches)} launches; back-test of ${formatDay(at)}${stale ? ', data has changed since' : ''}).`;
}
