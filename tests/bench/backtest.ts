/**
 * The launch back-test on the real sets: hidden SKUs (cold-10, `--seeds=1,2,3`), previewed as drafts by a model that knows nothing of them,
 * against the popularity of their category and title similarity. `--data=amazon_scientific` or `--data=diginetica` runs one of them;
 * `--epochs=N` trains shorter. What the two sets can carry at most stands below: one half of a SKU's own clicks against the other half, and
 * on diginetica, whose SKUs have nothing but a category, the true mean of each category among the hidden SKUs, which no forecast can know.
 */
import { planHidden, trainingDataOf } from '../../electron/services/backtest-plan.ts';
import type { StoredDataset } from '../../db/dataset.ts';
import { backtest } from '../../models/backtest.ts';
import { reportBacktest, type BacktestReport, type LaunchResult } from '../../models/backtest-report.ts';
import { spearman } from '../../models/calibration.ts';
import { normalizeConfig } from '../../models/config.ts';
import { hiddenSet } from '../../models/examples.ts';
import { readDataset, type DataName } from '../helpers/data.ts';
import { Lines, trainOnce } from './parts/training.ts';
import type { BenchResult } from './run.ts';

export const title = 'launch back-test of hidden SKUs: forecast clicks against what came (rank correlation, median error factor), and both baselines';

/** diginetica has no words to learn from and ten times the SKUs: a shared sample of negatives and few epochs. */
const settings: Readonly<Record<DataName, Readonly<Record<string, unknown>>>> = {
  amazon_scientific: { epochs: 6 },
  diginetica: { epochs: 2, negatives: 4096, maxLength: 20 },
};

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const lines = new Lines();
  const figures: Record<string, unknown> = {};
  for (const name of ['amazon_scientific', 'diginetica'] as const) {
    if (options['data'] !== undefined && options['data'] !== name) continue;
    const seeds = (options['seeds'] ?? '1,2,3').split(',').map(Number);
    const reports: BacktestReport[] = [];
    for (const seed of seeds) {
      const { report, launches, leafOf, seconds } = await backtestHidden(name, seed, options['epochs'] === undefined ? {} : { epochs: Number(options['epochs']) });
      const oracle = name === 'diginetica' ? `category oracle ${categoryOracle(launches, leafOf).toFixed(3)}, ` : '';
      lines.push(...describe(name, seed, report, seconds), `    ${oracle}one half of a SKU's own clicks ${report.ownHalf.toFixed(3)}`);
      reports.push(report);
    }
    lines.push(...means(name, reports));
    figures[name] = { files: readDataset(name).files, seeds, reports };
  }
  return { lines, figures };
}

async function backtestHidden(name: DataName, seed: number, overrides: Readonly<Record<string, unknown>>) {
  const data = readDataset(name);
  const stored: StoredDataset = { ...data, times: new Float64Array(0), sessionIds: [], dataVersion: 0 };
  const config = normalizeConfig({ ...settings[name], ...overrides, seed });
  const plan = planHidden(stored, Array.from(hiddenSet(data.skus, seed), (row) => data.skus[row]!), seed, null);
  const { dataset, hidden } = trainingDataOf(stored, plan);
  const rows = Int32Array.from([...plan.launches, ...plan.fold]);
  const { measured, result } = await trainOnce({ ...data, ...dataset }, config, hidden, (run) =>
    backtest({ run, known: plan.part, dataset: data, clock: null, rows, k: 20, seed: 1 }, ({ step, steps }) => process.stderr.write(`\r${name} seed ${seed}: ${step} of ${steps} moments   `)));
  const leafOf = (row: number): string => data.items[row]!.categoryPath.join(' > ');
  const textOf = (row: number) => ({ words: data.items[row]!.title.split(/\s+/).filter(Boolean).length, brand: data.items[row]!.brand, leaf: data.items[row]!.categoryPath.at(-1) ?? '' });
  return { ...reportBacktest(measured, plan.fold.length, textOf, 1), leafOf, seconds: result.seconds };
}

/** The mean clicks of all hidden SKUs of the same category, itself among them: no forecast from the category alone ranks better on average. */
function categoryOracle(launches: readonly LaunchResult[], leafOf: (row: number) => string): number {
  const sums = new Map<string, readonly [clicks: number, skus: number]>();
  for (const { row, actual } of launches) {
    const [clicks, skus] = sums.get(leafOf(row)) ?? [0, 0];
    sums.set(leafOf(row), [clicks + actual, skus + 1]);
  }
  return spearman(launches.map(({ row }) => sums.get(leafOf(row))![0] / sums.get(leafOf(row))![1]), launches.map(({ actual }) => actual));
}

function describe(name: DataName, seed: number, { launches, mix, predictors, replay }: BacktestReport, seconds: number): string[] {
  return [
    `${name} seed ${seed}: ${launches} hidden, ${replay.visible} SKUs learned from in ${seconds.toFixed(0)} s, ${replay.sampled} of ${replay.moments} moments replayed in ${replay.seconds.toFixed(0)} s, model's share ${mix.toFixed(2)}`,
    '    prediction           Spearman [95 %]          forecast ahead by [95 %]    median factor  80 % below  sum/sum',
    ...predictors.map(({ name: predictor, spearman: value, interval, behind, factors }) => `    ${predictor.padEnd(20)} ${value.toFixed(3).padStart(6)} [${interval.map((end) => end.toFixed(3)).join(', ')}]`.padEnd(52)
      + (behind === null ? '' : `${behind.mean.toFixed(3)} [${behind.interval.map((end) => end.toFixed(3)).join(', ')}]${behind.shown ? '' : ' no'}`).padEnd(28)
      + `${factors!.median.toFixed(2).padStart(13)} ${factors!.p80.toFixed(2).padStart(11)} ${factors!.calibration!.toFixed(2).padStart(8)}`),
  ];
}

function means(name: DataName, reports: readonly BacktestReport[]): string[] {
  const mean = (of: (report: BacktestReport) => number): string => (reports.reduce((sum, report) => sum + of(report), 0) / reports.length).toFixed(3);
  return [`${name}, mean of ${reports.length} seeds: ${reports[0]!.predictors.map(({ name: predictor }, index) => `${predictor} ${mean(({ predictors }) => predictors[index]!.spearman)} / ${mean(({ predictors }) => predictors[index]!.factors!.median)}`).join(', ')} (Spearman / median factor); own half ${mean(({ ownHalf }) => ownHalf)}`];
}
