/** The paper's two untrained ways to name the next category, per level of the category tree. They rank labels, not items. */
import { TopList } from '../metrics.ts';
import { categoryLevels, fitFeatures, labelOf } from '../features.ts';
import type { CategoryLevel, Scorer } from '../scorer.ts';
import type { BaselineData } from './popularity.ts';

/** Length of the predicted list whose labels are counted; the paper's N. */
const predictedItems = 20;

/** The levels that say something (a constant level is no task), with labels of learnable rows only. */
export function fitLevels({ items, learnable }: BaselineData): CategoryLevel[] {
  const features = fitFeatures(items, learnable, { attributes: categoryLevels });
  return features.categories.map((attribute) => ({
    name: attribute.name, labels: attribute.labels, labelOf: Int32Array.from(items, (item) => labelOf(attribute, item) || -1),
  }));
}

/** Labels by how often they occur in the prefix; of equals, the one seen last. */
export function fitTopFrequentCategories(data: BaselineData): Scorer {
  const levels = fitLevels(data);
  return {
    name: 'top-frequent-categories',
    categories: {
      levels,
      async scores({ offsets, items }, out) {
        levels.forEach(({ labels, labelOf: labelOfRow }, level) => {
          const scores = out[level]!.fill(0);
          for (let b = 0; b < offsets.length - 1; b++) {
            const length = offsets[b + 1]! - offsets[b]!;
            for (let place = 0; place < length; place++) {
              const label = labelOfRow[items[offsets[b]! + place]!]!;
              if (label < 0) continue;
              const cell = b * labels.length + label;
              scores[cell] = Math.floor(scores[cell]!) + 1 + (place + 1) / (length + 1);
            }
          }
        });
      },
    },
  };
}

/** Labels by how often they occur among the first items that `scorer` predicts; of equals, the one predicted first. */
export function fitTopPredictedCategories(data: BaselineData, scorer: Scorer): Scorer {
  const levels = fitLevels(data);
  const itemCount = data.items.length;
  const candidates = Int32Array.from(data.learnable.keys()).filter((row) => data.learnable[row] === 1);
  const list = new TopList(predictedItems);
  return {
    name: 'top-predicted-categories',
    categories: {
      levels,
      async scores(prefixes, out) {
        const batch = prefixes.offsets.length - 1;
        const itemScores = new Float32Array(batch * itemCount);
        await scorer.scores!(prefixes, itemScores);
        for (const scores of out) scores.fill(0);
        for (let b = 0; b < batch; b++) {
          list.fill(itemScores.subarray(b * itemCount, (b + 1) * itemCount), candidates);
          for (let place = 0; place < list.size; place++) {
            levels.forEach(({ labels, labelOf: labelOfRow }, level) => {
              const label = labelOfRow[list.rows[place]!]!;
              if (label < 0) return;
              const cell = b * labels.length + label;
              // The first place of a label adds a fraction that decides between equal counts.
              out[level]![cell]! += out[level]![cell] === 0 ? 1 + (predictedItems - place) / (predictedItems + 1) : 1;
            });
          }
        }
      },
    },
  };
}
