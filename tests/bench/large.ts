/**
 * A catalogue of the size of the paper's second data set (575,000 SKUs), made by a seed: one training step of the tied head with shared
 * negatives, its memory, and a projection for 39 million sessions. `--items=575000`, `--sessions=60000`, `--steps=40`, `--threads=2`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matmulName, openMatmul } from './parts/matmul-rate.ts';
import { readProfile } from './parts/profile.ts';
import { measureSteps, type StepsJob } from './parts/steps.ts';
import type { BenchResult } from './run.ts';
import { printTimings, summarize } from './timing.ts';

export const title = 'one training step over 575,000 SKUs (synthetic), tied head with shared negatives, and a projection';

const warmUp = 3;
const profiled = 8;
/** The paper's second set (its table 1): sessions; 3 items each are assumed, as it does not say, so 2 predictions each. */
const projected = { sessions: 39e6, predictions: 2 };
/** Matrix-product rates that projections assume, TFLOP/s, and the share of them that a step reaches. */
const devices = [
  { name: 'laptop GPU', teraflops: 5, share: 0.3 },
  { name: 'one large GPU', teraflops: 50, share: 0.3 },
] as const;

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const items = Number(options['items'] ?? 575_000);
  const threads = Number(options['threads'] ?? 2);
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-large-'));
  const prefix = join(folder, 'profile');
  const job: StepsJob = {
    data: { synthetic: { items, sessions: Number(options['sessions'] ?? 60_000), seed: 1 } },
    settings: { negatives: Number(options['negatives'] ?? 4096), titleVocabulary: 50_000, maxLength: 20 }, device: 'cpu', threads, steps: Number(options['steps'] ?? 40), warmUp, profile: prefix, profiled,
  };
  const matmul = await openMatmul(threads);
  const measured = await measureSteps(job, matmul);
  const profile = readProfile(prefix, warmUp);
  await matmul.dispose();
  rmSync(folder, { recursive: true, force: true });

  const timings = [
    summarize('feeds', measured.steps.map(({ feeds }) => feeds)), summarize('graph and optimiser', measured.steps.map(({ step }) => step)),
    summarize('both', measured.steps.map(({ feeds, step }) => feeds + step)), summarize(matmulName, measured.matmuls),
  ];
  const [, , both, product] = timings as [typeof timings[0], typeof timings[0], typeof timings[0], typeof timings[0]];
  const perStep = measured.steps.reduce((sum, { moments }) => sum + moments, 0) / measured.steps.length;
  const steps = (projected.sessions * projected.predictions) / perStep;
  const rate = matmul.rate(product!.median);
  const hours = (milliseconds: number): number => (milliseconds * steps) / 3.6e6;
  const cpuHours = hours(both!.median);
  const others = devices.map(({ name, teraflops, share }) => ({ name, teraflops, share, hours: hours(profile.flop / (teraflops * share) / 1e9) }));
  const { megabytes } = measured;
  return {
    lines: [
      `${measured.candidates.toLocaleString('en')} SKUs, ${measured.tokens.toLocaleString('en')} tokens, ${measured.parameters.toLocaleString('en')} parameters, ${measured.negatives.toLocaleString('en')} shared negatives, ${threads} threads; made by seed 1`,
      printTimings(timings),
      `peak memory ${megabytes.peak} MB, reached while ${megabytes.peak > megabytes.model ? 'training' : megabytes.model > megabytes.attributes ? 'placing words' : 'reading attributes'} (catalogue and sessions ${megabytes.data} MB, attributes read ${megabytes.attributes} MB, model made ${megabytes.model} MB; ${megabytes.end} MB at the end); preparing ${measured.prepareSeconds.toFixed(1)} s, compiling ${measured.compileSeconds.toFixed(1)} s`,
      `a step is ${(profile.flop / 1e9).toFixed(1)} GFLOP of matrix products: ${((100 * profile.flop) / rate / 1e6 / both!.median).toFixed(0)} % of the time at this machine's ${rate.toFixed(0)} GFLOP/s`,
      ...profile.operators.slice(0, 8).map(({ operator, milliseconds, calls }) => `  ${operator.padEnd(22)} ${((100 * milliseconds) / profile.graph).toFixed(1).padStart(5)} % of the graph  ${milliseconds.toFixed(2).padStart(7)} ms  ${calls.toFixed(0).padStart(5)} calls`),
      `projection, one epoch of 39 M sessions of 3 items each (assumed): ${steps.toFixed(0)} steps of ${perStep.toFixed(0)} predictions`,
      `  this machine, at the median above: ${cpuHours.toFixed(1)} h`,
      ...others.map(({ name, teraflops, share, hours: needed }) => `  ${name}, assuming ${teraflops} TFLOP/s of float32 products of which a step reaches ${100 * share} %: ${needed < 1 ? `${(60 * needed).toFixed(0)} min` : `${needed.toFixed(1)} h`}, if feeds are made in time (they need ${hours(timings[0]!.median).toFixed(1)} h of one core here)`),
    ],
    figures: { threads, timings, megabytes, profile, projection: { steps, perStep, cpuHours, devices: others }, candidates: measured.candidates, tokens: measured.tokens, parameters: measured.parameters, negatives: measured.negatives, prepareSeconds: measured.prepareSeconds },
  };
}
