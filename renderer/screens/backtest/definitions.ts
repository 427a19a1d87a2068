/** "How was this computed?" for every number of a back-test. */
import type { BacktestDetail, BacktestReport } from '../../../electron/api/backtest.ts';
import { formatCount, formatShare } from '../../state/format.ts';
import { formatCorrelation } from './words.ts';

export type Topic = 'forecast' | 'spearman' | 'factor' | 'calibration' | 'predictors' | 'scatter' | 'deciles' | 'reasons' | 'ownHalf';

export interface Definition {
  readonly title: string;
  readonly means: (report: BacktestReport, detail: BacktestDetail) => string;
}

export const definitions: { readonly [T in Topic]: Definition } = {
  forecast: {
    title: 'Forecast clicks',
    means: ({ mix }) => `Clicks per moment of the 20 known SKUs nearest by the model’s item vectors, and of the launch’s brand and category (each shrunk towards the level above), averaged on a log scale; with the model’s own clicks at a share of ${formatShare(mix)}, which was chosen on other launches. A click is a moment at which the SKU came next; it counts being chosen under the exposure the shop gave, not demand as such.`,
  },
  spearman: {
    title: 'Rank correlation',
    means: ({ reported }) => `Spearman’s coefficient between forecast and actual clicks over ${formatCount(reported.n)} launches (${reported.what}); 1 is the same order, 0 none. The interval is of 1,000 bootstrap resamples of launches.`,
  },
  factor: {
    title: 'Error factor',
    means: ({ chosenOn }) => `The larger of q and 1/q with q = (predicted + 0.5) / (actual + 0.5): 2 means twice or half. Each prediction is multiplied by one number, chosen on ${chosenOn.what} (${formatCount(chosenOn.n)}) so that as many are above as below, and reported on launches it has not seen.`,
  },
  calibration: {
    title: 'Sum of predictions over sum of clicks',
    means: () => '1 is calibrated in total. Predictions are scaled for the typical launch; a few launches with very many clicks carry much of the sum, so a total below 1 is usual.',
  },
  predictors: {
    title: 'Side by side',
    means: () => 'All on the same launches, each scaled in the same way. Differences are paired: the same resampled launches for both. “Not shown” means that the 95 % interval of the difference holds 0.',
  },
  scatter: { title: 'Predicted and actual', means: (_, { points, launches }) => `A point a launch${points.length < launches ? ` (${formatCount(points.length)} of ${formatCount(launches)}, evenly picked)` : ''}, half a click added to both so that 0 has a place on a log axis. On the line they agree; the band is a factor of 2 either way.` },
  deciles: { title: 'Calibration by decile', means: ({ reported }) => `Launches in ten equal groups by forecast (${reported.what}): mean forecast against mean actual clicks, with the 95 % bootstrap interval of the mean. On the line the forecast is right on average.` },
  reasons: { title: 'Where it is off', means: () => 'What the data say about each launch before its clicks are known, and the median error factor of the launches it holds for, beside that of the others. A reason whose two medians are alike explains nothing here.' },
  ownHalf: { title: 'One half against the other', means: ({ ownHalf }) => `Every launch’s clicks are split into two random halves (20 times): one half ranks the other at ${formatCorrelation(ownHalf)}. Counts are partly chance: by this figure, who knew every SKU’s true rate would rank the whole counts at about ${formatCorrelation(Math.sqrt(Math.max(0, (2 * ownHalf) / (1 + ownHalf))))} (Spearman-Brown).` },
};
