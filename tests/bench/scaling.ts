/**
 * What an epoch costs against the size of the data: 12.5 to 100 % of diginetica's sessions, and 1x to 8x of a synthetic catalogue with the
 * sessions held fast. Writes the plot to build/readme/scaling.svg. `--steps=20` a point, `--threads=2`, `--items=10000` at 1x.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDataset } from '../helpers/data.ts';
import { describeMachine } from './machine.ts';
import { matmulName, openMatmul } from './parts/matmul-rate.ts';
import { exponent, plotPanels, type Series } from './parts/plot.ts';
import { measureSteps, type StepsJob } from './parts/steps.ts';
import type { BenchResult } from './run.ts';
import { summarize } from './timing.ts';

export const title = 'an epoch against the number of sessions and of SKUs, with the exponent';

const warmUp = 3;
const negatives = 4096;
const shopSessions = 40_000;
const plotFile = join(import.meta.dirname, '../../build/readme/scaling.svg');

interface Point {
  readonly series: string;
  readonly size: number;
  readonly seconds: number;
  readonly msPerStep: number;
  readonly batches: number;
  readonly peak: number;
}

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const steps = Number(options['steps'] ?? 20);
  const threads = Number(options['threads'] ?? 2);
  const base = Number(options['items'] ?? 10_000);
  const { ids, items, live, sessions, hash } = readDataset('diginetica');
  const dataset = { ids, items, live, sessions, hash };
  const matmul = await openMatmul(threads);
  const matmuls: number[] = [];
  const measure = async (series: string, size: number | null, data: StepsJob['data'], settings: StepsJob['settings']): Promise<Point> => {
    const measured = await measureSteps({ data, settings: { maxLength: 20, ...settings }, device: 'cpu', threads, steps, warmUp, profile: null, profiled: 0 }, matmul);
    matmuls.push(...measured.matmuls);
    const both = summarize(series, measured.steps.map((step) => step.feeds + step.step));
    const seconds = (both.median * measured.batches) / 1000;
    process.stderr.write(`${series}: ${size ?? measured.moments} -> ${seconds.toFixed(1)} s\n`);
    return { series, size: size ?? measured.moments, seconds, msPerStep: both.median, batches: measured.batches, peak: measured.megabytes.peak };
  };
  const bySessions: Point[] = [];
  for (const share of [0.125, 0.25, 0.5, 1]) {
    bySessions.push(await measure('exact softmax', null, { dataset }, { model: 'mutrec-id', share }));
    bySessions.push(await measure('4,096 shared negatives', null, { dataset }, { model: 'mutrec-id', share, negatives }));
  }
  const byItems: Point[] = [];
  for (const factor of [1, 2, 4, 8]) {
    const data = { synthetic: { items: base * factor, sessions: shopSessions, seed: 1 } };
    byItems.push(await measure('exact softmax', base * factor, data, {}));
    byItems.push(await measure('4,096 shared negatives', base * factor, data, { negatives }));
  }
  await matmul.dispose();

  const [sessionSeries, itemSeries] = [seriesOf(bySessions), seriesOf(byItems)];
  const machine = describeMachine();
  writeFileSync(plotFile, plotPanels([
    { heading: 'Diginetica: sessions', across: 'predictions in the epoch', up: 'seconds an epoch', series: sessionSeries },
    { heading: 'Synthetic shop: catalogue', across: 'SKUs', up: 'seconds an epoch', series: itemSeries },
  ], `${machine.cpu}, ${threads} threads, median of ${steps} steps a point; ${machine.date.slice(0, 10)}`));
  const rows = (points: readonly Point[], unit: string): string[] => points.map(({ series, size, seconds, msPerStep, batches, peak }) =>
    `  ${series.padEnd(24)} ${size.toLocaleString('en').padStart(9)} ${unit}  ${seconds.toFixed(1).padStart(7)} s an epoch  ${msPerStep.toFixed(1).padStart(7)} ms a step x ${batches}  peak ${peak} MB`);
  return {
    lines: [
      `medians of ${steps} steps, ${threads} threads; ${matmulName} in between: ${matmul.rate(summarize('', matmuls).median).toFixed(0)} GFLOP/s`,
      'diginetica, mutrec-id:', ...rows(bySessions, 'predictions'),
      `synthetic shop, m2trec, ${shopSessions.toLocaleString('en')} sessions:`, ...rows(byItems, 'SKUs'),
      ...sessionSeries.map(({ name, points }) => `exponent over sessions, ${name.replace(/ \(.*/, '')}: ${exponent(points).toFixed(2)}`),
      ...itemSeries.map(({ name, points }) => `exponent over SKUs, ${name.replace(/ \(.*/, '')}: ${exponent(points).toFixed(2)}`),
      'plot: build/readme/scaling.svg',
    ],
    figures: { threads, steps, bySessions, byItems, exponents: { sessions: sessionSeries.map(({ points }) => exponent(points)), items: itemSeries.map(({ points }) => exponent(points)) } },
  };
}

function seriesOf(points: readonly Point[]): Series[] {
  return [...Map.groupBy(points, ({ series }) => series)].map(([name, some]) => {
    const xy = some.map(({ size, seconds }) => ({ x: size, y: seconds }));
    return { name: `${name} (exponent ${exponent(xy).toFixed(2)})`, points: xy };
  });
}
