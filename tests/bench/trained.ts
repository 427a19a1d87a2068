/**
 * Trained rows of the quality tables, by the measures and switches of `quality`:
 *   amazon_scientific  leave-one-out test and hidden SKUs (cold-10), M2TRec with the tied head, `--seeds=1,2,3`
 *   diginetica         `--data=diginetica --epochs=1 --model=mutrec-id`: the size of a real shop, with the id head
 * Epochs are chosen on validation; test is read once per run.
 */
import { normalizeConfig } from '../../models/config.ts';
import { evaluate } from '../../models/evaluate-job.ts';
import { hiddenSet } from '../../models/examples.ts';
import type { EvaluationReport } from '../../models/jobs.ts';
import { readDataset, type NamedDataset } from '../helpers/data.ts';
import { exposureOf, hitOf, jobOf, Lines, measureCold, measureColdBar, none, trainOnce, type ColdReports, type Trained } from './parts/training.ts';
import type { BenchResult } from './run.ts';

export const title = 'M2TRec trained and tested on the real sets (repeats removed unless said, ties against us, whole catalogue ranked)';

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const name = options['data'] === 'diginetica' ? 'diginetica' : 'amazon_scientific';
  const dataset = readDataset(name);
  const seeds = (options['seeds'] ?? (name === 'diginetica' ? '1' : '1,2,3')).split(',').map(Number);
  const overrides: Record<string, unknown> = name === 'diginetica' ? { model: options['model'] ?? 'mutrec-id', head: 'id', epochs: Number(options['epochs'] ?? 1), maxLength: 20 } : {};
  const lines = new Lines();
  const warm: Trained<readonly EvaluationReport[]>[] = [];
  lines.push(`${name}, test:   seed  HR@10  HR@20  NDCG@10  MRR@20 | repeats allowed HR@10  HR@20  NDCG@10  MRR@20 | without the memory HR@10  HR@20  NDCG@10  MRR@20 | training s, epochs (best), ms/step, peak MB`);
  for (const seed of seeds) {
    const trained = await trainOnce(dataset, normalizeConfig({ ...overrides, seed }), none, (run) => Promise.all([
      evaluate({ ...jobOf(dataset, { excludeSeen: true }), system: { run } }), evaluate({ ...jobOf(dataset, {}), system: { run } }),
      evaluate({ ...jobOf(dataset, { excludeSeen: true }), system: { run, alone: true } }),
    ]));
    warm.push(trained);
    const [removed, allowed, alone] = trained.measured as [EvaluationReport, EvaluationReport, EvaluationReport];
    lines.push(`  ${trained.result.device} ${seed}: ${row(removed)} | ${row(allowed)} | ${row(alone)} | ${trained.result.seconds.toFixed(0)} s, ${trained.result.epochs} (${trained.result.bestEpoch}), ${trained.msPerStep.toFixed(0)} ms, ${trained.peakMB} MB`);
  }
  lines.push(`  mean:  ${meanRow(warm.map(({ measured }) => measured[0]!))} | ${meanRow(warm.map(({ measured }) => measured[1]!))} | ${meanRow(warm.map(({ measured }) => measured[2]!))}`);
  lines.push(...categoryLines(dataset, warm[0]!.measured[0]!, await Promise.all(['top-frequent-categories', 'top-predicted-categories'].map((baseline) => evaluate({ ...jobOf(dataset, {}), system: { baseline: baseline as 'top-frequent-categories' } })))));
  const cold = name === 'amazon_scientific' ? await coldRows(dataset, seeds, lines) : [];
  return { lines, figures: { data: dataset.files, warm: warm.map(({ result, measured }) => ({ result, reports: measured })), cold } };
}

/** Hidden SKUs over every prefix, beside untrained title similarity under the same switches. */
async function coldRows(dataset: NamedDataset, seeds: readonly number[], lines: string[]): Promise<ColdReports[][]> {
  lines.push('cold-10, every prefix whose target is hidden, HR@20: among hidden only, ours / title similarity = ratio | among all at equal exposure | exposure without offset | n');
  const all: ColdReports[][] = [];
  for (const seed of seeds) {
    const hidden = hiddenSet(dataset.skus, seed);
    const { measured: [ours, alone] } = await trainOnce(dataset, normalizeConfig({}), hidden, async (run) => [await measureCold(dataset, hidden, { run }), await measureCold(dataset, hidden, { run, alone: true })] as const);
    const bar = await measureColdBar(dataset, hidden);
    const ratio = (report: EvaluationReport, its: EvaluationReport): string => `${(100 * hitOf(report)).toFixed(2)} / ${(100 * hitOf(its)).toFixed(2)} = ${(hitOf(report) / hitOf(its)).toFixed(3)}`;
    const line = (cold: ColdReports): string => `${ratio(cold.own, bar.own)} | ${ratio(cold.equal, bar.equal)} | ${exposureOf(cold).toFixed(2)}`;
    lines.push(`  seed ${seed}: ${line(ours)} (title similarity ${exposureOf(bar).toFixed(2)}) | ${ours.own.k['20']!.all.n}`, `    without the memory: ${line(alone)}`);
    all.push([ours, alone, bar]);
  }
  return all;
}

function categoryLines(dataset: NamedDataset, ours: EvaluationReport, heuristics: readonly EvaluationReport[]): string[] {
  const shown = ({ categories }: EvaluationReport, level: string): string => ['1', '5'].map((k) => (100 * categories[level]!.hit[k]!).toFixed(1)).join(' / ');
  return Object.keys(ours.categories).map((level) => `  category ${level.padEnd(4)} HIT@1 / @5: M2TRec ${shown(ours, level)}, `
    + heuristics.filter(({ categories }) => categories[level] !== undefined).map((report) => `${report.system} ${shown(report, level)}`).join(', ') + ` (n ${ours.categories[level]!.n}, unlabelled ${ours.categories[level]!.unlabelled})`);
}

const columns = ({ k }: EvaluationReport): number[] => [k['10']!.all.hit, k['20']!.all.hit, k['10']!.all.ndcg, k['20']!.all.mrr];
const row = (report: EvaluationReport): string => columns(report).map((ratio) => (100 * ratio).toFixed(2).padStart(6)).join('  ');

function meanRow(reports: readonly EvaluationReport[]): string {
  return columns(reports[0]!).map((_, index) => (100 * reports.reduce((sum, report) => sum + columns(report)[index]!, 0) / reports.length).toFixed(2).padStart(6)).join('  ');
}
