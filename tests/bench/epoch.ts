/**
 * Where the time of a diginetica epoch goes, with the exact softmax and with shared negatives: feeds, graph by operator, optimiser; and how
 * far it is from the floor, its matrix products at the machine's rate. `--steps=60` of the epoch, or `--steps=all`; `--model=mutrec-id`,
 * `--negatives=4096`, `--threads=2`, `--data=diginetica`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDataset } from '../helpers/data.ts';
import { matmulName, openMatmul } from './parts/matmul-rate.ts';
import { readProfile, type Profile } from './parts/profile.ts';
import { measureSteps, type MeasuredSteps, type StepsJob } from './parts/steps.ts';
import type { BenchResult } from './run.ts';
import { quantile, summarize } from './timing.ts';

export const title = 'an epoch of diginetica: milliseconds a step, where they go, and the share of the floor';

const warmUp = 3;
const profiled = 10;
const operatorsShown = 12;

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const threads = Number(options['threads'] ?? 2);
  const steps = options['steps'] === 'all' ? null : Number(options['steps'] ?? 60);
  const dataset = readDataset(options['data'] === 'amazon_scientific' ? 'amazon_scientific' : 'diginetica');
  const { ids, items, live, sessions, hash } = dataset;
  const model = options['model'] ?? 'mutrec-id';
  const matmul = await openMatmul(threads);
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-epoch-'));
  const lines = [`sha256 of sessions.csv.gz ${dataset.files['sessions.csv.gz'].slice(0, 16)}…, ${threads} threads`, ''];
  const figures: Record<string, unknown> = { files: dataset.files, threads, model };
  for (const negatives of [0, Number(options['negatives'] ?? 4096)]) {
    const prefix = join(folder, `profile-${negatives}`);
    const job: StepsJob = { data: { dataset: { ids, items, live, sessions, hash } }, settings: { model, negatives, maxLength: 20 }, device: 'cpu', threads, steps, warmUp, profile: prefix, profiled };
    const measured = await measureSteps(job, matmul);
    const { summary, ...rest } = report(measured, readProfile(prefix, warmUp), matmul.rate);
    const name = negatives === 0 ? 'exact softmax' : `${negatives.toLocaleString('en')} shared negatives`;
    lines.push(`${model}, ${name}: ${measured.candidates.toLocaleString('en')} SKUs, ${measured.moments.toLocaleString('en')} predictions in ${measured.batches.toLocaleString('en')} steps, ${measured.parameters.toLocaleString('en')} parameters`, ...summary, '');
    figures[negatives === 0 ? 'exact' : 'sampled'] = rest;
  }
  await matmul.dispose();
  rmSync(folder, { recursive: true, force: true });
  return { lines, figures };
}

function report(measured: MeasuredSteps, profile: Profile, rateOf: (ms: number) => number): { readonly summary: readonly string[] } & Record<string, unknown> {
  const { steps, batches, megabytes } = measured;
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const feeds = summarize('feeds', steps.map((step) => step.feeds));
  const step = summarize('step', steps.map((each) => each.step));
  const whole = summarize('both', steps.map((each) => each.feeds + each.step));
  const mean = sum(whole.all) / steps.length;
  const epoch = (mean * batches) / 1000;
  const matmul = summarize(matmulName, measured.matmuls);
  const rate = rateOf(matmul.median);
  const floor = profile.flop / rate / 1e6;
  const spread = steps.length < batches ? Math.sqrt(sum(whole.all.map((ms) => (ms - mean) ** 2)) / (steps.length - 1) / steps.length) / mean : 0;
  const outside = Math.max(0, sum(step.all) / steps.length - profile.graph);
  const shown = profile.operators.slice(0, operatorsShown);
  const number = (value: number): string => value.toFixed(value < 10 ? 2 : 1).padStart(7);
  const times = (name: string, values: readonly number[]): string => {
    const sorted = [...values].sort((a, b) => a - b);
    return `  ${name.padEnd(22)} min ${number(sorted[0]!)}  median ${number(quantile(sorted, 0.5))}  mean ${number(sum(values) / values.length)} ms`;
  };
  return {
    epochSeconds: epoch, steps: steps.length, batches, timings: { feeds, step, whole, matmul }, profile, rate, floor, shareOfFloor: floor / mean, outside, megabytes, parameters: measured.parameters, moments: measured.moments,
    prepareSeconds: measured.prepareSeconds, compileSeconds: measured.compileSeconds,
    summary: [
      `  epoch ${epoch.toFixed(0)} s${steps.length < batches ? ` (mean of ${steps.length} of ${batches} steps, ±${(100 * spread).toFixed(1)} %)` : ''}, peak memory ${megabytes.peak} MB (${megabytes.model} MB before the first step); preparing ${measured.prepareSeconds.toFixed(1)} s, compiling ${measured.compileSeconds.toFixed(1)} s`,
      times('feeds and step', whole.all), times('feeds', feeds.all), times('step', step.all),
      `  of a mean step: feeds ${((100 * sum(feeds.all)) / sum(whole.all)).toFixed(0)} %, graph ${((100 * profile.graph) / mean).toFixed(0)} %, optimiser and copies ${((100 * outside) / mean).toFixed(0)} %`,
      `  floor: ${(profile.flop / 1e9).toFixed(1)} GFLOP of matrix products at ${rate.toFixed(0)} GFLOP/s (${matmulName}, median of ${matmul.runs} in between, best ${rateOf(matmul.min).toFixed(0)}) = ${floor.toFixed(1)} ms, ${(100 * floor / mean).toFixed(0)} % of the time; `
        + `the products themselves run at ${(profile.flop / profile.products / 1e6).toFixed(0)} GFLOP/s`,
      ...shown.map(({ operator, milliseconds, calls }) => `  ${operator.padEnd(22)} ${((100 * milliseconds) / profile.graph).toFixed(1).padStart(5)} % of the graph  ${number(milliseconds)} ms  ${calls.toFixed(0).padStart(5)} calls`),
    ],
  };
}
