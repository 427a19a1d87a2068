/** The error of past launches as a sentence. */
import type { ErrorToExpect } from '../../../electron/api/backtest.ts';
import { formatCount, formatPlural } from '../../state/format.ts';

/** `2.1`; above 10 no digit after the point is earned. */
export function formatOff(factor: number): string {
  return factor >= 10 ? formatCount(factor) : factor.toFixed(1);
}

export function formatDay(milliseconds: number): string {
  return new Date(milliseconds).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}

/** Of what the preview shows: exposure, read as clicks. */
export function describeError({ by, label, launches, exposureMedian, at, stale }: ErrorToExpect): string {
  const like = by === 'all' ? 'Drafts' : by === 'category' ? `Drafts like this (${label})` : `Drafts like this (${label} confidence)`;
  return `${like} were off by a factor of ${formatOff(exposureMedian)} in ${formatPlural(launches, 'past launch', 'past launches')}; back-test of ${formatDay(at)}${stale ? ', before the data changed' : ''}.`;
}

export function defineError({ median, p80 }: ErrorToExpect): string {
  return `Median of the larger of predicted / actual and actual / predicted, half a click added to both; exposure is read as clicks with one factor chosen on other launches. The forecast of clicks, which also looks at comparable SKUs, was off by ${formatOff(median)}, four of five times by less than ${formatOff(p80)}.`;
}
