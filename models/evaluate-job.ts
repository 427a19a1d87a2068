/** `evaluate`: a finished run or a baseline, over the same prefixes and switches. */
import { fitBaseline } from './baselines/fit.ts';
import { compareRepeats, evaluateScorer, type Evaluation } from './evaluate.ts';
import type { Compared, CompareJob, EvaluateJob, EvaluationReport } from './jobs.ts';
import { encodeCatalog, loadModel, trainedScorer } from './loaded.ts';
import type { Scorer } from './scorer.ts';

/** @throws ArtifactError for a run without a model that its manifest vouches for. */
export function evaluate(job: EvaluateJob): Promise<EvaluationReport> {
  return withScorer(job, async (scorer, hidden) => (await evaluateScorer(scorer, { ...job, hidden })).report);
}

/** The reports of a benchmark. @throws ArtifactError as `evaluate` */
export function compare(job: CompareJob): Promise<{ readonly allowed: Compared; readonly removed: Compared }> {
  return withScorer(job, async (scorer, hidden) => {
    const { allowed, removed } = await compareRepeats(scorer, { ...job, hidden });
    const withRanks = ({ report, ranks }: Evaluation): Compared => ({ report, ranks: Uint8Array.from(ranks) });
    return { allowed: withRanks(allowed), removed: withRanks(removed) };
  });
}

/** Opens the system of a job for the length of `work`, which is told the rows whose events the system did not see. */
async function withScorer<T>({ dataset, system, hidden }: CompareJob, work: (scorer: Scorer, hidden: Int32Array) => Promise<T>): Promise<T> {
  if ('baseline' in system) return work(fitBaseline(system.baseline, dataset, hidden), hidden);
  const model = await loadModel(system.run);
  try {
    const { vectors, rows } = await encodeCatalog(model, dataset.items, dataset.ids);
    const hiddenIds = new Set(model.artifact.hidden);
    return await work(await trainedScorer(model, dataset, vectors, rows, system.alone), Int32Array.from(dataset.ids.keys()).filter((row) => hiddenIds.has(dataset.ids[row]!)));
  } finally {
    await model.dispose();
  }
}
