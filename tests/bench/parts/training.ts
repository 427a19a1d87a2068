/** What the benchmarks of trained systems share: one training and what is read of it, and the measures of hidden SKUs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitBaseline } from '../../../models/baselines/fit.ts';
import type { TrainingConfig } from '../../../models/config.ts';
import { evaluate } from '../../../models/evaluate-job.ts';
import { evaluateScorer } from '../../../models/evaluate.ts';
import type { EvaluateJob, EvaluationReport, TrainJobResult } from '../../../models/jobs.ts';
import { train } from '../../../models/train.ts';
import type { NamedDataset } from '../../helpers/data.ts';

export const none = new Int32Array(0);

/** Lines for the report, shown on standard error as they come: a run takes minutes. */
export class Lines extends Array<string> {
  override push(...lines: string[]): number {
    for (const line of lines) process.stderr.write(`\n${line}\n`);
    return super.push(...lines);
  }
}

export interface Trained<T> {
  readonly result: TrainJobResult;
  readonly measured: T;
  readonly msPerStep: number;
  readonly peakMB: number;
}

/** Trains on the CPU in a folder of its own, which lasts as long as `measure` reads the run. */
export async function trainOnce<T>(dataset: NamedDataset, config: TrainingConfig, hidden: Int32Array, measure: (run: string) => Promise<T>): Promise<Trained<T>> {
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
    const measured = await measure(folder);
    return { result, measured, msPerStep: (last - first) / Math.max(1, steps - 1), peakMB: Math.round(process.resourceUsage().maxRSS / 1024) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function jobOf(dataset: NamedDataset, changes: Partial<EvaluateJob>): Omit<EvaluateJob, 'system'> {
  return { dataset, ks: [10, 20], targets: null, hidden: none, candidates: 'all', prefixes: 'test', equalExposure: false, excludeSeen: false, ...changes };
}

/** Hidden SKUs over every prefix whose target is one, lists of 20, repeats removed. */
export interface ColdReports {
  /** among hidden SKUs only */
  readonly own: EvaluationReport;
  /** among all, at equal exposure */
  readonly equal: EvaluationReport;
}

/** `hidden` must be what the run did not see. */
export function measureCold(dataset: NamedDataset, hidden: Int32Array, system: EvaluateJob['system']): Promise<ColdReports> {
  return collectCold(dataset, hidden, (job) => evaluate({ ...job, system }));
}

/** The bar: untrained title similarity under the same switches. */
export function measureColdBar(dataset: NamedDataset, hidden: Int32Array): Promise<ColdReports> {
  const similarity = fitBaseline('title-similarity', dataset, hidden);
  return collectCold(dataset, hidden, async (job) => (await evaluateScorer(similarity, job)).report);
}

async function collectCold(dataset: NamedDataset, hidden: Int32Array, report: (job: Omit<EvaluateJob, 'system'>) => Promise<EvaluationReport>): Promise<ColdReports> {
  const among = { targets: hidden, hidden, prefixes: 'all', excludeSeen: true, ks: [20] } as const;
  return { own: await report(jobOf(dataset, { ...among, candidates: 'targets' })), equal: await report(jobOf(dataset, { ...among, equalExposure: true })) };
}

/** HR@20 */
export function hitOf({ k }: EvaluationReport): number {
  return k['20']!.all.hit;
}

/** Share of the hidden SKUs in the lists over their share of the clicks, with no offset on their scores. */
export function exposureOf({ equal }: ColdReports): number {
  return equal.exposure!.ratioWithoutOffset;
}
