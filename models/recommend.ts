/** Next items and next categories after a session, over the whole catalogue. */
import type { RecommendJob, RecommendNumbers } from './jobs.ts';
import { softmaxOver, topLabels, topRows } from './ranking.ts';
import type { CategoryLevel } from './scorer.ts';
import type { Served } from './served.ts';
import { logitOf } from './temperature.ts';
import { readableItems } from './trained.ts';

/** Labels listed per level; the others are their sum, `rest`. */
const labelsShown = 8;

export async function recommend(served: Served, request: RecommendJob): Promise<RecommendNumbers> {
  const { model, vectors, memory, levels } = served;
  const batch = readableItems(model.artifact.manifest.config, { offsets: Int32Array.of(0, request.rows.length), items: request.rows }, served.rows);
  const { queries, labels } = await model.encoders.encodePrefixes(batch, vectors.vectors);
  const scores = served.keys.multiply(queries);
  memory?.recall.add(request.rows, memory.weight, scores);
  const competing = competingRows(served, request.rows, request.extra);
  const top = topRows(scores, competing, request.k, memory === null ? served.keys.tops : null);
  const probability = softmaxOver(scores, competing, logitOf(model.artifact.manifest.temperatures['item']));
  return {
    items: top.map((row) => ({ row, score: scores[row]!, probability: probability(scores[row]!) })),
    categories: levels.map((level, index) => {
      const probabilities = labels[index]!;
      const best = topLabels(probabilities, labelsShown);
      const listed = best.map((label) => ({ label: level.labels[label]!, probability: probabilities[label]! }));
      return {
        level: level.name, labels: listed, rest: Math.max(0, 1 - listed.reduce((sum, entry) => sum + entry.probability, 0)),
        frequent: shares(level, request.rows).map(({ label }) => label),
        fromTopItems: shares(level, Int32Array.from(top)),
      };
    }),
    tree: served.tree().describe(labels),
  };
}

/** [items] 1 for live rows and the extra ones, without what the session holds already. */
export function competingRows(served: Served, session: Int32Array, extra: Int32Array): Uint8Array {
  const competing = Uint8Array.from(served.live);
  for (const row of extra) competing[row] = 1;
  for (const row of session) competing[row] = 0;
  return competing;
}

/** Labels of some rows, most frequent first (the later seen first among equals), with their share. */
function shares(level: CategoryLevel, rows: Int32Array): { readonly label: string; readonly probability: number }[] {
  const counts = new Map<number, number>();
  for (const row of [...rows].reverse()) if (level.labelOf[row]! >= 0) counts.set(level.labelOf[row]!, (counts.get(level.labelOf[row]!) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, labelsShown).map(([label, count]) => ({ label: level.labels[label]!, probability: count / total }));
}
