/**
 * Trained rows of the quality tables, by the measures and switches of `quality`:
 *   amazon_scientific  leave-one-out test and hidden SKUs (cold-10), M2TRec with the tied head, `--seeds=1,2,3`
 *   diginetica         `--data=diginetica --epochs=1 --model=mutrec-id`: the size of a real shop, with the id head
 * Epochs are chosen on validation; test is read once per run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitBaseline } from '../../models/baselines/fit.ts';
import { normalizeConfig, type TrainingConfig } from '../../models/config.ts';
import { evaluate } from '../../models/evaluate-job.ts';
import { evaluateScorer } from '../../models/evaluate.ts';
import { hiddenSet } from '../../models/examples.ts';
import type { EvaluateJob, EvaluationReport, TrainJobResult } from '../../models/jobs.ts';
import { train } from '../../models/train.ts';
import { readDataset, type NamedDataset } from '../helpers/data.ts';
import type { BenchResult } from './run.ts';

export const title = 'M2TRec trained and tested on the real sets (repeats removed unless said, ties against us, whole catalogue ranked)';

const none = new Int32Array(0);

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const name = options['data'] === 'diginetica' ? 'diginetica' : 'amazon_scientific';
  const dataset = readDataset(name);
  const seeds = (options['seeds'] ?? (name === 'diginetica' ? '1' : '1,2,3')).split(',').map(Number);
  const overrides: Record<string, unknown> = name === 'diginetica' ? { model: options['model'] ?? 'mutrec-id', head: 'id', epochs: Number(options['epochs'] ?? 1), maxLength: 20 } : {};
  const lines = new Lines();
  const warm: Trained[] = [];
  lines.push(`${name}, test:   seed  HR@10  HR@20  NDCG@10  MRR@20 | repeats allowed HR@10  HR@20  NDCG@10  MRR@20 | without the memory HR@10  HR@20  NDCG@10  MRR@20 | training s, epochs (best), ms/step, peak MB`);
  for (const seed of seeds) {
    const trained = await trainOnce(dataset, normalizeConfig({ ...overrides, seed }), none, (run) => [
      evaluate(jobOf(dataset, run, { excludeSeen: true })), evaluate(jobOf(dataset, run, {})), evaluate(jobOf(dataset, run, { excludeSeen: true, system: { run, alone: true } })),
    ]);
    warm.push(trained);
    const [removed, allowed, alone] = trained.reports as [EvaluationReport, EvaluationReport, EvaluationReport];
    lines.push(`  ${trained.result.device} ${seed}: ${row(removed)} | ${row(allowed)} | ${row(alone)} | ${trained.result.seconds.toFixed(0)} s, ${trained.result.epochs} (${trained.result.bestEpoch}), ${trained.msPerStep.toFixed(0)} ms, ${trained.peakMB} MB`);
  }
  lines.push(`  mean:  ${meanRow(warm.map(({ reports }) => reports[0]!))} | ${meanRow(warm.map(({ reports }) => reports[1]!))} | ${meanRow(warm.map(({ reports }) => reports[2]!))}`);
  lines.push(...categoryLines(dataset, warm[0]!.reports[0]!, await Promise.all(['top-frequent-categories', 'top-predicted-categories'].map((baseline) => evaluate({ ...jobOf(dataset, '', {}), system: { baseline: baseline as 'top-frequent-categories' } })))));
  const cold = name === 'amazon_scientific' ? await coldRows(dataset, seeds, lines) : [];
  return { lines, figures: { data: dataset.files, warm: warm.map(({ result, reports }) => ({ result, reports })), cold } };
}

/** Lines for the report, shown on standard error as they come: a run takes minutes. */
class Lines extends Array<string> {
  override push(...lines: string[]): number {
    for (const line of lines) process.stderr.write(`\n${line}\n`);
    return super.push(...lines);
  }
}

interface Trained {
  readonly result: TrainJobResult;
  readonly reports: readonly EvaluationReport[];
  readonly msPerStep: number;
  readonly peakMB: number;
}

async function trainOnce(dataset: NamedDataset, config: TrainingConfig, hidden: Int32Array, reports: (folder: string) => Promise<EvaluationReport>[]): Promise<Trained> {
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-bench-'));
  let first = 0;
  let last = 0;
  let steps = 0;
  try {
    const result = await train({ dataset, config, device: 'cpu', hidden, folder, resume: false }, {
      stopRequested: () => false,
      onProgress: ({ phase, step, epoch, loss }) => {
        if (phase !== 'training' || epoch > 0) return; // the first epoch alone: no validation in between
        if (first === 0) first = performance.now();
        last = performance.now();
        steps = step;
        process.stderr.write(`\r${config.model}${hidden.length > 0 ? `, ${hidden.length} SKUs hidden,` : ''} seed ${config.seed} step ${step} loss ${loss?.toFixed(3)}   `);
      },
    });
    process.stderr.write('\n');
    const done: EvaluationReport[] = [];
    for (const report of reports(folder)) done.push(await report);
    return { result, reports: done, msPerStep: (last - first) / Math.max(1, steps - 1), peakMB: Math.round(process.resourceUsage().maxRSS / 1024) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Hidden SKUs over every prefix, beside untrained title similarity under the same switches. */
async function coldRows(dataset: NamedDataset, seeds: readonly number[], lines: string[]): Promise<EvaluationReport[][]> {
  lines.push('cold-10, every prefix whose target is hidden, HR@20: among hidden only, ours / title similarity = ratio | among all at equal exposure | exposure without offset | n');
  const all: EvaluationReport[][] = [];
  for (const seed of seeds) {
    const hidden = hiddenSet(dataset.skus, seed);
    const among = { targets: hidden, hidden, prefixes: 'all', excludeSeen: true, ks: [20] } as const;
    const { reports: [own, equal, ownAlone, equalAlone] } = await trainOnce(dataset, normalizeConfig({}), hidden, (run) => [undefined, true].flatMap((alone) => [
      evaluate(jobOf(dataset, run, { ...among, candidates: 'targets', system: { run, ...(alone && { alone }) } })), evaluate(jobOf(dataset, run, { ...among, equalExposure: true, system: { run, ...(alone && { alone }) } })),
    ])) as { reports: [EvaluationReport, EvaluationReport, EvaluationReport, EvaluationReport] } & Trained;
    const similarity = fitBaseline('title-similarity', dataset, hidden);
    const { report: barOwn } = await evaluateScorer(similarity, jobOf(dataset, '', { ...among, candidates: 'targets' }));
    const { report: barEqual } = await evaluateScorer(similarity, jobOf(dataset, '', { ...among, equalExposure: true }));
    const hit = (report: EvaluationReport): number => 100 * report.k['20']!.all.hit;
    const ratio = (report: EvaluationReport, bar: EvaluationReport): string => `${hit(report).toFixed(2)} / ${hit(bar).toFixed(2)} = ${(hit(report) / hit(bar)).toFixed(3)}`;
    const line = (amongHidden: EvaluationReport, amongAll: EvaluationReport): string => `${ratio(amongHidden, barOwn)} | ${ratio(amongAll, barEqual)} | ${amongAll.exposure!.ratioWithoutOffset.toFixed(2)}`;
    lines.push(`  seed ${seed}: ${line(own, equal)} (title similarity ${barEqual.exposure!.ratioWithoutOffset.toFixed(2)}) | ${own.k['20']!.all.n}`, `    without the memory: ${line(ownAlone, equalAlone)}`);
    all.push([own, equal, ownAlone, equalAlone, barOwn, barEqual]);
  }
  return all;
}

function categoryLines(dataset: NamedDataset, ours: EvaluationReport, heuristics: readonly EvaluationReport[]): string[] {
  const shown = ({ categories }: EvaluationReport, level: string): string => ['1', '5'].map((k) => (100 * categories[level]!.hit[k]!).toFixed(1)).join(' / ');
  return Object.keys(ours.categories).map((level) => `  category ${level.padEnd(4)} HIT@1 / @5: M2TRec ${shown(ours, level)}, `
    + heuristics.filter(({ categories }) => categories[level] !== undefined).map((report) => `${report.system} ${shown(report, level)}`).join(', ') + ` (n ${ours.categories[level]!.n}, unlabelled ${ours.categories[level]!.unlabelled})`);
}

function jobOf(dataset: NamedDataset, run: string, changes: Partial<EvaluateJob>): EvaluateJob {
  return { dataset, system: { run }, ks: [10, 20], targets: null, hidden: none, candidates: 'all', prefixes: 'test', equalExposure: false, excludeSeen: false, ...changes };
}

const columns = ({ k }: EvaluationReport): number[] => [k['10']!.all.hit, k['20']!.all.hit, k['10']!.all.ndcg, k['20']!.all.mrr];
const row = (report: EvaluationReport): string => columns(report).map((ratio) => (100 * ratio).toFixed(2).padStart(6)).join('  ');

function meanRow(reports: readonly EvaluationReport[]): string {
  return columns(reports[0]!).map((_, index) => (100 * reports.reduce((sum, report) => sum + columns(report)[index]!, 0) / reports.length).toFixed(2).padStart(6)).join('  ');
}
