/** `evaluate`: a finished run or a baseline, over the same prefixes and switches. */
import { fitBaseline } from './baselines/fit.ts';
import { evaluateScorer } from './evaluate.ts';
import type { EvaluateJob, EvaluationReport } from './jobs.ts';
import { encodeCatalog, loadModel, trainedScorer } from './loaded.ts';

/** @throws ArtifactError for a run without a model that its manifest vouches for. */
export async function evaluate(job: EvaluateJob): Promise<EvaluationReport> {
  const { dataset, system } = job;
  if ('baseline' in system) return (await evaluateScorer(fitBaseline(system.baseline, dataset, job.hidden), job)).report;
  const model = await loadModel(system.run);
  try {
    const { vectors, rows } = await encodeCatalog(model, dataset.items, dataset.ids);
    const hiddenIds = new Set(model.artifact.hidden);
    const hidden = Int32Array.from(dataset.ids.keys()).filter((row) => hiddenIds.has(dataset.ids[row]!));
    return (await evaluateScorer(trainedScorer(model, dataset.items, vectors, rows), { ...job, hidden })).report;
  } finally {
    await model.dispose();
  }
}
