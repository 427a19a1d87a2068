/** Names and sentences of a back-test. */
import type { BacktestReport, BacktestSummary, PredictorName, ReasonCode } from '../../../electron/api/backtest.ts';
import { formatCount, formatPlural } from '../../state/format.ts';

export const predictorWords = {
  forecast: { label: 'Forecast', about: 'clicks of comparable SKUs, and the model’s own' },
  clicks: { label: 'Model’s clicks', about: 'probabilities of the preview, summed' },
  exposure: { label: 'Exposure', about: 'what the preview shows, read as clicks' },
  'category-popularity': { label: 'Popularity of the category', about: 'baseline: mean clicks of its leaf' },
  'title-similarity': { label: 'Title similarity', about: 'baseline: clicks of the nearest titles' },
} as const satisfies Record<PredictorName, { readonly label: string; readonly about: string }>;

export const reasonWords = {
  'unknown-brand': 'Brand never seen', 'no-brand': 'No brand', 'thin-text': 'Thin title', 'unknown-words': 'Words never seen', 'rare-category': 'Rare category', 'crowded-category': 'Crowded category',
  'far-neighbours': 'Few comparable SKUs', 'uneven-neighbours': 'Comparable SKUs differ', 'few-moments': 'Launched shortly before the end', chance: 'Within chance',
} as const satisfies Record<ReasonCode, string>;

export const statusWords = { running: 'Running', paused: 'Paused', stopped: 'Stopped', done: 'Done', failed: 'Failed' } as const satisfies Record<BacktestSummary['status'], string>;

export function nameBacktest({ since, launches }: Pick<BacktestSummary, 'since' | 'launches'>): string {
  return since === null ? `${formatPlural(launches, 'hidden SKU')}` : `Since ${formatDate(since)}`;
}

export function formatDate(milliseconds: number): string {
  return new Date(milliseconds).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
}

export function formatCorrelation(value: number): string {
  return value.toFixed(2).replace('-', '−');
}

/** One decimal below 100 for expected counts. */
export function formatExpected(value: number): string {
  return value >= 100 ? formatCount(value) : value.toFixed(1);
}

/** What the figures say, in a sentence or two. */
export function judge({ predictors, reported, ownHalf }: BacktestReport): string {
  const baselines = predictors.filter(({ name }) => name.endsWith('popularity') || name.endsWith('similarity'));
  const [ahead, even, behind] = [baselines.filter(({ behind: gap }) => gap!.shown && gap!.mean > 0), baselines.filter(({ behind: gap }) => !gap!.shown), baselines.filter(({ behind: gap }) => gap!.shown && gap!.mean < 0)];
  const names = (list: typeof baselines): string => list.map(({ name }) => predictorWords[name].label.toLowerCase()).join(' and ');
  const parts = [
    ...(ahead.length > 0 ? [`ranks launches better than ${names(ahead)}`] : []),
    ...(even.length > 0 ? [`is no better than ${names(even)} as far as ${formatCount(reported.n)} launches can tell`] : []),
    ...(behind.length > 0 ? [`is worse than ${names(behind)}`] : []),
  ];
  return `The forecast ${parts.join('; ')}. For scale: who had seen one half of each SKU’s own clicks would rank the other half at ${formatCorrelation(ownHalf)}.`;
}
