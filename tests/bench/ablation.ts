/**
 * What each part of the default M2TRec is worth: variants that differ from it in one setting, on amazon_scientific, under the switches of
 * `trained`. `--seeds=1,2,3`, `--variants=alone,metrec` (the default runs beside any choice), `--cold=yes` trains each again with SKUs
 * hidden. All variants with three seeds train 36 models, 72 with hidden SKUs: choose for a short run.
 */
import { seedMean } from '../../electron/services/benchmark-rows.ts';
import { bootstrapDifference } from '../../models/bootstrap.ts';
import { normalizeConfig } from '../../models/config.ts';
import { compare, evaluate } from '../../models/evaluate-job.ts';
import { hiddenSet, splitSessions, testPrefixes } from '../../models/examples.ts';
import { categoryLevels } from '../../models/features.ts';
import type { EvaluationReport } from '../../models/jobs.ts';
import { readDataset, type NamedDataset } from '../helpers/data.ts';
import { exposureOf, hitOf, jobOf, Lines, measureCold, measureColdBar, none, trainOnce, type ColdReports } from './parts/training.ts';
import type { BenchResult } from './run.ts';

export const title = 'M2TRec and variants that differ in one setting (repeats removed, ties against us, whole catalogue ranked)';

interface Variant {
  readonly setting: string;
  readonly overrides: Readonly<Record<string, unknown>>;
  /** The same runs as the default's, scored without their memory. */
  readonly alone?: true;
}

/** What the default reads of a catalogue (`models/prepare.ts`), and descriptions. */
const withDescriptions = ['title', 'description', 'brand', ...categoryLevels, 'color', 'material', 'size', 'department', 'price'];

const variants: Readonly<Record<string, Variant>> = {
  default: { setting: 'as in models/config.ts, with memory', overrides: {} },
  alone: { setting: 'the same runs scored without their memory', overrides: {}, alone: true },
  'no-tasks': { setting: 'categoryWeight 0', overrides: { categoryWeight: 0 } },
  'paper-tasks': { setting: 'categoryWeight 1', overrides: { categoryWeight: 1 } },
  'no-token-dropout': { setting: 'tokenDropout 0', overrides: { tokenDropout: 0 } },
  'no-attribute-dropout': { setting: 'attributeDropout 0', overrides: { attributeDropout: 0 } },
  prefix: { setting: 'mode prefix', overrides: { mode: 'prefix' } },
  'one-layer': { setting: 'layers 1', overrides: { layers: 1 } },
  'feed-forward-2048': { setting: 'feedForward 2048', overrides: { feedForward: 2048 } },
  'width-64': { setting: 'width 64', overrides: { width: 64 } },
  descriptions: { setting: 'attributes with description', overrides: { attributes: withDescriptions } },
  'trec-title': { setting: 'model trec-title', overrides: { model: 'trec-title' } },
  metrec: { setting: 'model metrec', overrides: { model: 'metrec' } },
};

/** One run as a variant scores it. */
interface Measured {
  readonly valid: EvaluationReport;
  readonly test: EvaluationReport;
  /** [test prefixes] within the top 20, else 0 */
  readonly ranks: Uint8Array;
}

const figures = {
  'validation NDCG@20': ({ valid }: Measured) => valid.k['20']!.all.ndcg,
  'HR@20': ({ test }: Measured) => test.k['20']!.all.hit,
  'HR@10': ({ test }: Measured) => test.k['10']!.all.hit,
  'NDCG@10': ({ test }: Measured) => test.k['10']!.all.ndcg,
  'MRR@20': ({ test }: Measured) => test.k['20']!.all.mrr,
} as const satisfies Record<string, (measured: Measured) => number>;

/** What a prefix adds to a measure whose difference is tested. */
const gains: Readonly<Record<string, (rank: number) => number>> = {
  'HR@20': (rank) => (rank > 0 ? 1 : 0),
  'NDCG@10': (rank) => (rank > 0 && rank <= 10 ? 1 / Math.log2(1 + rank) : 0),
};

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const dataset = readDataset('amazon_scientific');
  const seeds = (options['seeds'] ?? '1,2,3').split(',').map(Number);
  const wanted = chooseVariants(options['variants']);
  const lines = new Lines();
  const measured = await trainVariants(wanted, seeds, dataset, lines);
  const cold = options['cold'] === 'yes' ? await trainCold(wanted, seeds, dataset, lines) : null;
  const reports = Object.fromEntries([...measured].map(([name, runs]) => [name, { ...variants[name], runs: runs.map(({ valid, test }) => ({ valid, test })) }]));
  return { lines, figures: { data: dataset.files, seeds, reports, cold } };
}

function chooseVariants(asked: string | undefined): readonly string[] {
  const names = asked?.split(',') ?? Object.keys(variants);
  const unknown = names.filter((name) => !Object.hasOwn(variants, name));
  if (unknown.length > 0) throw new Error(`There is no variant ${unknown.join(', ')}. Choose from: ${Object.keys(variants).join(', ')}.`);
  return Object.keys(variants).filter((name) => name === 'default' || names.includes(name));
}

/** Names that one training serves: the default's is scored with and without its memory. */
function trainings(wanted: readonly string[]): readonly (readonly string[])[] {
  return wanted.filter((name) => !variants[name]!.alone).map((name) => (name === 'default' ? wanted.filter((other) => other === name || variants[other]!.alone) : [name]));
}

async function trainVariants(wanted: readonly string[], seeds: readonly number[], dataset: NamedDataset, lines: string[]): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const sessions = testPrefixes(dataset.sessions, splitSessions(dataset.sessions), dataset.live).sessions;
  const all = new Map<string, readonly Measured[]>();
  lines.push(`amazon_scientific, seed ${seeds.join(', ')}: mean ± standard deviation over the seeds, percent, n ${sessions.length}; against the default: mean difference of the seeds, 95 % interval over the sessions`,
    `  ${'variant'.padEnd(nameWidth)}${Object.keys(figures).map((name) => name.padStart(20)).join('')} | ${Object.keys(gains).join(' | ')} against the default | seconds of training`);
  for (const names of trainings(wanted)) {
    const runs = await inTurn(seeds, (seed) => trainOnce(dataset, normalizeConfig({ ...variants[names[0]!]!.overrides, seed }), none, (folder) => inTurn(names, (name) => measure(dataset, systemOf(name, folder)))));
    const seconds = seedMean(runs.map(({ result }) => result.seconds), []).mean;
    names.forEach((name, index) => {
      all.set(name, runs.map(({ measured }) => measured[index]!));
      lines.push(`  ${titleOf(name)}${row(all.get(name)!)} | ${name === 'default' ? '' : differences(all.get(name)!, all.get('default')!, sessions)} | ${seconds.toFixed(0)}`);
    });
  }
  return all;
}

async function measure(dataset: NamedDataset, system: ReturnType<typeof systemOf>): Promise<Measured> {
  const { removed: { report, ranks } } = await compare({ dataset, system, ks: [10, 20], hidden: none });
  return { valid: await evaluate({ ...jobOf(dataset, { prefixes: 'valid', excludeSeen: true }), system }), test: report, ranks };
}

function row(runs: readonly Measured[]): string {
  return Object.values(figures).map((figure) => spreadOf(runs.map((run) => 100 * figure(run)), 2).padStart(20)).join('');
}

function differences(runs: readonly Measured[], defaults: readonly Measured[], sessions: Int32Array): string {
  return Object.values(gains).map((gain) => {
    const { mean, interval, shown } = bootstrapDifference(poolSeeds(runs, gain), poolSeeds(defaults, gain), sessions, 1);
    return `${signed(mean)} [${interval.map(signed).join(', ')}]${shown ? '' : ' no difference shown'}`;
  }).join(' | ');
}

/** [test prefixes] means over the seeds: what is compared is the variant, not one of its runs. */
function poolSeeds(runs: readonly Measured[], gain: (rank: number) => number): Float64Array {
  return Float64Array.from(runs[0]!.ranks, (_, prefix) => runs.reduce((sum, { ranks }) => sum + gain(ranks[prefix]!), 0) / runs.length);
}

async function trainCold(wanted: readonly string[], seeds: readonly number[], dataset: NamedDataset, lines: string[]): Promise<Readonly<Record<string, unknown>>> {
  const hidden = seeds.map((seed) => hiddenSet(dataset.skus, seed));
  const bars = await inTurn(hidden, (rows) => measureColdBar(dataset, rows));
  const all: Record<string, unknown> = { bars };
  lines.push(`cold-10, hidden sets ${seeds.join(', ')}, every prefix whose target is hidden (n ${bars.map(({ own }) => own.k['20']!.all.n).join(', ')}): HR@20 over title similarity’s, mean ± standard deviation over the sets`,
    `  ${'variant'.padEnd(nameWidth)}  among hidden only | among all at equal exposure | exposure without offset (title similarity ${spreadOf(bars.map(exposureOf), 2)})`);
  for (const names of trainings(wanted)) {
    const runs = await inTurn(hidden, (rows) => trainOnce(dataset, normalizeConfig(variants[names[0]!]!.overrides), rows, (folder) => inTurn(names, (name) => measureCold(dataset, rows, systemOf(name, folder)))));
    names.forEach((name, index) => {
      const reports = runs.map(({ measured }) => measured[index]!);
      const ratios = (part: keyof ColdReports): string => spreadOf(reports.map((report, set) => hitOf(report[part]) / hitOf(bars[set]![part])), 3);
      lines.push(`  ${titleOf(name)}${ratios('own').padStart(19)} | ${ratios('equal').padStart(27)} | ${spreadOf(reports.map(exposureOf), 2)}`);
      all[name] = reports;
    });
  }
  return all;
}

function systemOf(name: string, run: string): { readonly run: string; readonly alone?: boolean } {
  return { run, alone: variants[name]!.alone ?? false };
}

const nameWidth = 2 + Math.max(...Object.entries(variants).map(([name, { setting }]) => `${name}: ${setting}`.length));

function titleOf(name: string): string {
  return `${name}: ${variants[name]!.setting}`.padEnd(nameWidth);
}

function spreadOf(values: readonly number[], digits: number): string {
  const { mean, spread } = seedMean(values, []);
  return `${mean.toFixed(digits)}${spread === null ? '' : ` ± ${spread.toFixed(digits)}`}`;
}

function signed(ratio: number): string {
  return `${ratio < 0 ? '−' : '+'}${Math.abs(100 * ratio).toFixed(2)}`;
}

/** One after another: each takes the whole machine. */
async function inTurn<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}
