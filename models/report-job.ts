/** `report`: a finished run opened, measured and closed. */
import { CategoryTree } from './category-tree.ts';
import { encodeCatalog, loadModel, trainedScorer } from './loaded.ts';
import { measureReport } from './report.ts';
import type { ReportJob, ReportNumbers } from './report-jobs.ts';

/** Milliseconds between two words of progress. */
const interval = 200;

/** `onProgress` hears 0…1. @throws ArtifactError for a run without a model that its manifest vouches for. */
export async function report({ dataset, run }: ReportJob, onProgress: (done: number) => void): Promise<ReportNumbers> {
  const model = await loadModel(run);
  let told = -Infinity;
  try {
    const { vectors, rows } = await encodeCatalog(model, dataset.items, dataset.ids);
    const scorer = await trainedScorer(model, dataset, vectors, rows);
    const hidden = new Set(model.artifact.hidden);
    const attributes = model.levels.map((name) => model.artifact.features.categories.find((attribute) => attribute.name === name)!);
    const tree = new CategoryTree(attributes);
    return await measureReport(scorer, {
      dataset, attributes, temperatures: model.artifact.manifest.temperatures, hidden: Int32Array.from(dataset.ids.keys()).filter((row) => hidden.has(dataset.ids[row]!)), pathOf: (level, label) => tree.pathOf(level, label),
    }, async (done) => {
      if (performance.now() - told < interval && done < 1) return;
      told = performance.now();
      onProgress(done);
      await new Promise((resolve) => setImmediate(resolve)); // lets the word out
    });
  } finally {
    await model.dispose();
  }
}
