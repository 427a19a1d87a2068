/**
 * Figures of a back-test. What is chosen by what came is chosen on other launches than it is reported on: with a clock on the earlier
 * half, reported on the later; without one on a fold of SKUs that were hidden beside the launches. Chosen are two numbers:
 *
 *   mix     F'(j) + 0.5 = (F(j) + 0.5)^(1 - mix) (P(j) + 0.5)^mix    how much the model's own clicks P say beside the forecast F
 *   scale   one factor on each prediction, see `chooseScale`
 */
import type { BacktestNumbers, LaunchNumbers } from './backtest-jobs.ts';
import { reasonCodes, reasonLimits, reasonsFor, type LaunchText, type Reason, type ReasonCode } from './backtest-reasons.ts';
import { calibrationBins, chooseScale, errorFactor, errorFactors, quantile, RankBootstrap, spearman, type CalibrationBin, type ErrorFactors } from './calibration.ts';
import { Random } from './random.ts';

/** The predictor first, then what the preview itself shows, then the baselines. */
export const predictorNames = ['forecast', 'clicks', 'exposure', 'category-popularity', 'title-similarity'] as const;
export type PredictorName = (typeof predictorNames)[number];
export const backtestBaselines = ['category-popularity', 'title-similarity'] as const;

const predictions: { readonly [Name in PredictorName]: (launch: LaunchNumbers, mix: number) => number } = {
  forecast: ({ forecast, clicks }, mix) => Math.max(0, (forecast + 0.5) ** (1 - mix) * (clicks + 0.5) ** mix - 0.5),
  clicks: ({ clicks }) => clicks,
  exposure: ({ exposure }) => exposure,
  'category-popularity': ({ category }) => category,
  'title-similarity': ({ title }) => title,
};

export interface PredictorFigures {
  readonly name: PredictorName;
  readonly spearman: number;
  readonly interval: readonly [number, number];
  /** The factor on its predictions. */
  readonly scale: number;
  /** On the reported launches; null without any. */
  readonly factors: ErrorFactors | null;
  /** Forecast less this one, in rank correlation; null for the forecast. */
  readonly behind: { readonly mean: number; readonly interval: readonly [number, number]; readonly shown: boolean } | null;
}

/** How far off the reported launches of a kind were. */
export interface ErrorGroup {
  readonly by: 'all' | 'confidence' | 'category';
  readonly label: string;
  readonly n: number;
  /** Of the forecast, and of what the preview shows. */
  readonly median: number;
  readonly p80: number;
  readonly exposureMedian: number;
}

export interface ReasonFigures {
  readonly code: ReasonCode;
  readonly n: number;
  /** Median error factor of the launches it holds for, and of the others; null without any. */
  readonly median: number | null;
  readonly others: number | null;
}

export interface BacktestReport {
  /** All launches; the figures are of those reported, in words. */
  readonly launches: number;
  readonly reported: { readonly n: number; readonly what: string };
  readonly chosenOn: { readonly n: number; readonly what: string };
  /** 0: the model's own clicks say nothing beside the forecast; 1: they say all. */
  readonly mix: number;
  readonly predictors: readonly PredictorFigures[];
  readonly bins: { readonly [Name in 'forecast' | 'clicks']: readonly CalibrationBin[] };
  readonly groups: readonly ErrorGroup[];
  readonly reasons: readonly ReasonFigures[];
  /** What no metadata could beat: one half of a SKU's own clicks against the other half, mean of 20 random halvings. */
  readonly ownHalf: number;
  readonly replay: Omit<BacktestNumbers, 'launches'>;
}

export interface LaunchResult {
  readonly row: number;
  readonly firstSeen: number | null;
  readonly predicted: number;
  readonly clicks: number;
  /** Slots at K over its moments, not scaled. */
  readonly exposure: number;
  readonly category: number;
  readonly title: number;
  readonly actual: number;
  readonly moments: number;
  /** Of the forecast. */
  readonly factor: number;
  readonly part: 'chosen' | 'reported';
  readonly confidence: 'normal' | 'low';
  readonly reasons: readonly Reason[];
}

export interface BacktestOutcome {
  readonly report: BacktestReport;
  readonly launches: readonly LaunchResult[];
}

/** Groups with fewer launches say nothing. */
const fewestOfGroup = 20;
const mostCategories = 40;
const fewestToChoose = 20;

/** @param fold how many of the numbers, at their end, are no launches but the fold that factors are chosen on. `textOf` a row. */
export function reportBacktest(numbers: BacktestNumbers, fold: number, textOf: (row: number) => LaunchText, seed: number): BacktestOutcome {
  const { launches: all, ...replay } = numbers;
  const launches = all.slice(0, all.length - fold);
  const earlier = fold > 0 ? 0 : Math.floor(launches.length / 2);
  const chosenOn = fold > 0 ? all.slice(launches.length) : launches.slice(0, earlier);
  const reported = launches.slice(earlier);
  const mix = chooseMix(chosenOn);
  const values = (of: readonly LaunchNumbers[], name: PredictorName): Float64Array => Float64Array.from(of, (launch) => predictions[name](launch, mix));
  const counts = (of: readonly LaunchNumbers[]): Float64Array => Float64Array.from(of, ({ actual }) => actual);

  const ranks = new RankBootstrap(predictorNames.map((name) => values(reported, name)), counts(reported), seed);
  const scales = Object.fromEntries(predictorNames.map((name) => [name, chooseScale(values(chosenOn, name), counts(chosenOn))])) as Record<PredictorName, number>;
  const scaled = (of: readonly LaunchNumbers[], name: PredictorName): Float64Array => values(of, name).map((value) => value * scales[name]);
  const predictors = predictorNames.map((name, index) => {
    const { spearman: agreement, interval } = ranks.agreement(index);
    return { name, spearman: agreement, interval, scale: scales[name], factors: errorFactors(scaled(reported, name), counts(reported)), behind: index === 0 ? null : ranks.difference(0, index) };
  });

  const limits = reasonLimits(launches);
  const results = launches.map((launch, index): LaunchResult => {
    const predicted = predictions.forecast(launch, mix) * scales.forecast;
    return {
      row: launch.row, firstSeen: launch.firstSeen, predicted, actual: launch.actual, moments: launch.moments, exposure: launch.exposure,
      clicks: launch.clicks * scales.clicks, category: launch.category * scales['category-popularity'], title: launch.title * scales['title-similarity'],
      factor: errorFactor(predicted, launch.actual), part: index < earlier ? 'chosen' : 'reported', confidence: confidenceOf(launch),
      reasons: reasonsFor(launch, textOf(launch.row), limits, predicted),
    };
  });
  const finished = results.filter(({ part }) => part === 'reported');
  const exposures = scaled(reported, 'exposure');
  const groupOf = (by: ErrorGroup['by'], label: string, holds: (result: LaunchResult) => boolean): ErrorGroup[] => {
    const members = finished.flatMap((result, i) => (holds(result) ? [{ factor: result.factor, exposure: errorFactor(exposures[i]!, result.actual) }] : []));
    if (members.length < (by === 'all' ? 1 : fewestOfGroup)) return [];
    const factors = Float64Array.from(members, ({ factor }) => factor).sort();
    return [{ by, label, n: members.length, median: quantile(factors, 0.5), p80: quantile(factors, 0.8), exposureMedian: quantile(Float64Array.from(members, ({ exposure }) => exposure).sort(), 0.5) }];
  };
  const categories = [...new Set(finished.map(({ row }) => textOf(row).leaf))].filter((leaf) => leaf !== '');
  return {
    launches: results,
    report: {
      launches: launches.length, mix, predictors, replay,
      reported: { n: reported.length, what: fold > 0 ? 'all launches' : 'the later half of the launches' },
      chosenOn: { n: chosenOn.length, what: fold > 0 ? 'other SKUs that were hidden beside the launches' : 'the earlier half of the launches' },
      bins: { forecast: calibrationBins(scaled(reported, 'forecast'), counts(reported), seed), clicks: calibrationBins(scaled(reported, 'clicks'), counts(reported), seed) },
      groups: [
        ...groupOf('all', 'all', () => true),
        ...(['normal', 'low'] as const).flatMap((confidence) => groupOf('confidence', confidence, (result) => result.confidence === confidence)),
        ...categories.flatMap((leaf) => groupOf('category', leaf, ({ row }) => textOf(row).leaf === leaf)).sort((a, b) => b.n - a.n).slice(0, mostCategories),
      ],
      reasons: reasonCodes.map((code) => {
        const having = finished.filter(({ reasons }) => reasons.some((reason) => reason.code === code));
        const medianOf = (of: readonly LaunchResult[]): number | null => (of.length === 0 ? null : quantile(Float64Array.from(of, ({ factor }) => factor).sort(), 0.5));
        return { code, n: having.length, median: medianOf(having), others: medianOf(finished.filter((result) => !having.includes(result))) };
      }).filter(({ n }) => n > 0),
      ownHalf: ownHalf(counts(reported), seed),
    },
  };
}

/** Least squares of the logarithms, an intercept apart, within 0 … 1; 0 where there is too little to choose by. */
export function chooseMix(launches: readonly LaunchNumbers[]): number {
  if (launches.length < fewestToChoose) return 0;
  const apart = launches.map(({ forecast, clicks }) => Math.log((clicks + 0.5) / (forecast + 0.5)));
  const missing = launches.map(({ forecast, actual }) => Math.log((actual + 0.5) / (forecast + 0.5)));
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [meanApart, meanMissing] = [mean(apart), mean(missing)];
  let [both, square] = [0, 0];
  for (const [i, x] of apart.entries()) {
    both += (x - meanApart) * (missing[i]! - meanMissing);
    square += (x - meanApart) ** 2;
  }
  return square < 1e-9 ? 0 : Math.min(1, Math.max(0, both / square));
}

/** Low where the model has to guess: product.md section 8. */
function confidenceOf({ warnings }: LaunchNumbers): 'normal' | 'low' {
  return warnings.some(({ code }) => code === 'unknown-brand' || code === 'unknown-tokens' || code === 'no-title') ? 'low' : 'normal';
}

const halvings = 20;

function ownHalf(actual: Float64Array, seed: number): number {
  const random = new Random(seed);
  let sum = 0;
  for (let halving = 0; halving < halvings; halving++) {
    const one = actual.map((count) => {
      let taken = 0;
      for (let click = 0; click < count; click++) if (random.uniform() < 0.5) taken++;
      return taken;
    });
    sum += spearman(one, actual.map((count, i) => count - one[i]!)) / halvings;
  }
  return sum;
}
