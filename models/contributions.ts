/**
 * What each item of a session contributed: everything is predicted again without it (leave one out). The items of the whole session stay
 * out of the list in every variant, so a difference is the model's and not a place that became free.
 */
import type { ContributionNumbers, ContributionsJob } from './category-jobs.ts';
import { softmaxOver, topLabels, topRows } from './ranking.ts';
import { competingRows } from './recommend.ts';
import type { Served } from './served.ts';
import { logitOf } from './temperature.ts';
import { readableItems } from './trained.ts';

/** Labels that are followed at each level. */
const labelsFollowed = 3;
/** Variants of one answer: a session's last items speak loudest, and older ones than the model reads say nothing. */
const mostVariants = 32;

export async function contributions(served: Served, { rows, k, extra }: ContributionsJob): Promise<ContributionNumbers> {
  const { model, vectors, memory } = served;
  const { manifest } = model.artifact;
  const tree = served.tree();
  const first = Math.max(0, rows.length - Math.min(manifest.config.maxLength, mostVariants));
  const positions = Array.from({ length: rows.length - first }, (_, i) => first + i);
  const variants = [rows, ...positions.map((position) => rows.filter((_, place) => place !== position))].filter((variant) => variant.length > 0);
  const offsets = Int32Array.from({ length: variants.length + 1 }, (_, i) => variants.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  const batch = { offsets, items: Int32Array.from(variants.flatMap((variant) => [...variant])) };
  const { queries, labels } = await model.encoders.encodePrefixes(readableItems(manifest.config, batch, served.rows), vectors.vectors);

  const competing = competingRows(served, rows, extra);
  const width = vectors.keyWidth;
  const logit = logitOf(manifest.temperatures['item']);
  /** [items] probabilities of a variant; the scores are overwritten by the next. */
  const rank = (variant: number): { readonly top: readonly number[]; readonly probabilities: Float32Array } => {
    const scores = served.keys.multiply(queries.subarray(variant * width, (variant + 1) * width));
    memory?.recall.add(variants[variant]!, memory.weight, scores);
    const top = topRows(scores, competing, k);
    const probability = softmaxOver(scores, competing, logit);
    return { top, probabilities: scores.map((score, row) => (competing[row] === 1 ? probability(score) : 0)) };
  };
  const whole = rank(0);
  const followed = served.levels.flatMap(({ name, labels: names }, level) => {
    const own = labels[level]!.subarray(0, names.length);
    return topLabels(own, labelsFollowed).map((label) => ({ level, label, name }));
  });
  const labelAt = (variant: number, level: number, label: number): number => labels[level]![variant * served.levels[level]!.labels.length + label]!;
  const shown = new Set(whole.top);
  return {
    items: whole.top.map((row) => ({ row, probability: whole.probabilities[row]! })),
    labels: followed.map(({ level, label, name }) => ({ level: name, path: tree.pathOf(level, label), probability: labelAt(0, level, label) })),
    positions: variants.slice(1).map((_, i) => {
      const without = rank(i + 1);
      return {
        position: positions[i]!,
        items: whole.top.map((row) => whole.probabilities[row]! - without.probabilities[row]!),
        labels: followed.map(({ level, label }) => labelAt(0, level, label) - labelAt(i + 1, level, label)),
        replaced: without.top.filter((row) => !shown.has(row)).length,
        moved: whole.probabilities.reduce((sum, value, row) => sum + Math.abs(value - without.probabilities[row]!), 0) / 2,
      };
    }),
  };
}
