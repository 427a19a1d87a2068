/**
 * The untrained rows of every quality table, on the real sets: what a trained model has to beat. `--data=amazon_scientific` or
 * `--data=diginetica` runs one of them. Trained rows come from `shelfsight evaluate`, with the same switches.
 */
import { fitBaseline } from '../../models/baselines/fit.ts';
import { fitLeafPopularity } from '../../models/baselines/popularity.ts';
import { bootstrapDifference } from '../../models/bootstrap.ts';
import { evaluateScorer } from '../../models/evaluate.ts';
import type { Evaluation } from '../../models/evaluate.ts';
import { hiddenSet, splitSessions, trainingSequences } from '../../models/examples.ts';
import type { BaselineName, EvaluateJob, EvaluationReport } from '../../models/jobs.ts';
import { standardError } from '../../models/metrics.ts';
import type { Scorer } from '../../models/scorer.ts';
import { readDataset } from '../helpers/data.ts';
import type { DataName, NamedDataset } from '../helpers/data.ts';
import type { BenchResult } from './run.ts';

export const title = 'untrained systems by the measures of every table (ties against us, whole catalogue ranked)';

const none = new Int32Array(0);
const ks = [10, 20];

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const lines: string[] = [];
  const figures: Record<string, unknown> = {};
  for (const name of ['amazon_scientific', 'diginetica'] as const) {
    if (options['data'] !== undefined && options['data'] !== name) continue;
    const dataset = readDataset(name);
    const reports = await compareBaselines(name, dataset, lines);
    figures[name] = { files: dataset.files, reports, ...(name === 'amazon_scientific' ? { cold: await compareCold(dataset, lines) } : {}) };
  }
  return { lines, figures };
}

async function compareBaselines(name: DataName, dataset: NamedDataset, lines: string[]): Promise<EvaluationReport[]> {
  const split = splitSessions(dataset.sessions);
  const titles = name === 'amazon_scientific';
  const names: readonly BaselineName[] = ['popularity', 'markov', 'co-occurrence', 'vsknn', ...(titles ? ['title-similarity'] as const : [])];
  const fit = split.validation === 'carved' ? 'train+valid' : 'train';
  const leaf: Scorer = { ...fitLeafPopularity({ sequences: trainingSequences(dataset.sessions, split, dataset.live, fit), items: dataset.items, learnable: dataset.live }), fit };
  const scorers = [leaf, ...names.map((baseline) => fitBaseline(baseline, dataset, none))];
  lines.push(
    `${name}: ${dataset.items.length} SKUs, ${dataset.sessions.offsets.length - 1} sessions, ${dataset.sessions.items.length} events; fit=${fit}. ${split.description}`,
    ...Object.entries(dataset.files).map(([file, hash]) => `  ${file} sha256 ${hash}`),
    '  system             repeats   HR@10  HR@20 (±se)    MRR@20 NDCG@10 Recall@20(rest) AnyHit@20 | sparse   tail   cold | tie gap  coverage      n    s',
  );
  const reports: EvaluationReport[] = [];
  const removed: Evaluation[] = [];
  for (const scorer of scorers) {
    for (const excludeSeen of [false, true]) {
      process.stderr.write(`${name} ${scorer.name}\n`);
      const evaluation = await evaluateScorer(scorer, jobOf(dataset, { excludeSeen }));
      reports.push(evaluation.report);
      lines.push(printRow(evaluation.report));
      if (excludeSeen) removed.push(evaluation);
    }
  }
  lines.push(...compareToBest(removed));
  for (const baseline of ['top-frequent-categories', 'top-predicted-categories'] as const) {
    const { report } = await evaluateScorer(fitBaseline(baseline, dataset, none), jobOf(dataset, {}));
    reports.push(report);
    const levels = Object.entries(report.categories).map(([level, { n, unlabelled, hit }]) => `${level} ${[1, 5, 20].map((k) => percent(hit[k]!)).join(' / ')} (n ${n}, unlabelled ${unlabelled})`);
    lines.push(`  ${baseline}, HIT@1 / @5 / @20: ${levels.join(', ')}`);
  }
  return reports;
}

/** HR@20 with repeats removed, each system against the best: paired bootstrap over sessions, 95 %. */
function compareToBest(evaluations: readonly Evaluation[]): string[] {
  const hits = ({ ranks }: Evaluation): Float64Array => Float64Array.from(ranks, (rank) => (rank > 0 ? 1 : 0));
  const best = evaluations.reduce((a, b) => (a.report.k['20']!.all.hit >= b.report.k['20']!.all.hit ? a : b));
  return evaluations.filter((evaluation) => evaluation !== best).map((evaluation) => {
    const { mean, interval, shown } = bootstrapDifference(hits(best), hits(evaluation), best.sessions, 1);
    return `  HR@20, repeats removed, ${best.report.system} over ${evaluation.report.system}: ${percent(mean)} [${interval.map(percent).join(', ')}]${shown ? '' : ': no difference shown'}`;
  });
}

/** Title similarity on hidden SKUs: the bar for new SKUs. */
async function compareCold(dataset: NamedDataset, lines: string[]): Promise<EvaluationReport[]> {
  const reports: EvaluationReport[] = [];
  lines.push('cold-10, title-similarity, HR@20, repeats removed: hidden SKUs among all / among hidden only (test prefixes); the same over every prefix, among all at equal exposure');
  for (const seed of [1, 2, 3]) {
    const hidden = hiddenSet(dataset.skus, seed);
    const scorer = fitBaseline('title-similarity', dataset, hidden);
    const evaluate = async (changes: Partial<EvaluateJob>): Promise<EvaluationReport> => {
      const { report } = await evaluateScorer(scorer, jobOf(dataset, { targets: hidden, hidden, excludeSeen: true, ...changes }));
      reports.push(report);
      return report;
    };
    const shown = ({ k }: EvaluationReport): string => percent(k['20']!.all.hit);
    const [all, among] = [await evaluate({}), await evaluate({ candidates: 'targets' })];
    const [equal, every] = [await evaluate({ prefixes: 'all', equalExposure: true }), await evaluate({ prefixes: 'all', candidates: 'targets' })];
    lines.push(`  seed ${seed}, ${hidden.length} hidden: ${shown(all)} / ${shown(among)} (n ${all.k['20']!.all.n}, exposure ratio ${all.exposureRatio!.toFixed(2)}); `
      + `${shown(equal)} / ${shown(every)} (n ${equal.k['20']!.all.n}, exposure ratio ${equal.exposureRatio!.toFixed(2)}, offset ${equal.protocol.offset.toFixed(4)}, `
      + `population ${equal.exposure!.prefixes} of ${equal.exposure!.of})`);
  }
  return reports;
}

function jobOf(dataset: NamedDataset, changes: Partial<EvaluateJob>): Omit<EvaluateJob, 'system'> {
  return { dataset, ks, targets: null, hidden: none, candidates: 'all', prefixes: 'test', equalExposure: false, excludeSeen: false, ...changes };
}

function printRow({ system, protocol, k, tieGap, coverage, seconds }: EvaluationReport): string {
  const [ten, { all, sparse, tail, cold }] = [k['10']!.all, k['20']!];
  const slice = ({ n, hit }: { n: number; hit: number }): string => (n === 0 ? '     -' : percent(hit));
  return `  ${system.padEnd(18)} ${protocol.repeats.padEnd(8)} ${percent(ten.hit)} ${percent(all.hit)} (${percent(standardError(all.hit, all.n)).trim()}) `
    + `${percent(all.mrr).padStart(9)} ${percent(ten.ndcg).padStart(7)} ${percent(all.recall).padStart(15)} ${percent(all.anyHit).padStart(9)} | `
    + `${slice(sparse)} ${slice(tail)} ${slice(cold)} | ${percent(tieGap).padStart(7)} ${percent(coverage).padStart(9)} ${String(all.n).padStart(6)} ${seconds.toFixed(1).padStart(4)}`;
}

function percent(ratio: number): string {
  return (100 * ratio).toFixed(2).padStart(6);
}
