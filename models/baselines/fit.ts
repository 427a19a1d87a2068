/** The untrained systems every trained one is read against, by name. */
import { fitTopFrequentCategories, fitTopPredictedCategories } from './categories.ts';
import { fitCooccurrence, fitMarkov } from './neighbors.ts';
import { fitPopularity } from './popularity.ts';
import type { BaselineData } from './popularity.ts';
import { fitTitleSimilarity } from './title-similarity.ts';
import { fitVsknn } from './vsknn.ts';
import { learnableRows, splitSessions, trainingSequences } from '../examples.ts';
import type { BaselineName, Dataset } from '../jobs.ts';
import type { Scorer } from '../scorer.ts';

const fits: { readonly [N in BaselineName]: (data: BaselineData) => Scorer } = {
  popularity: fitPopularity,
  markov: fitMarkov,
  'co-occurrence': fitCooccurrence,
  vsknn: fitVsknn,
  'title-similarity': fitTitleSimilarity,
  'top-frequent-categories': fitTopFrequentCategories,
  // The better list of the two that need no training: text where there is any (measured: 12.7 against 11.4 HR@20 on amazon_scientific).
  'top-predicted-categories': (data) => fitTopPredictedCategories(data, data.items.some((item) => item.title !== '') ? fitTitleSimilarity(data) : fitVsknn(data)),
};

/**
 * Counts a baseline on a dataset without the `hidden` rows. A validation part that the file gives stays out, as it does for a trained
 * model; one that we carved out of the training sessions is counted (`fit=100`), as published figures do.
 */
export function fitBaseline(name: BaselineName, dataset: Dataset, hidden: Int32Array): Scorer {
  const split = splitSessions(dataset.sessions);
  const fit = split.validation === 'carved' ? 'train+valid' : 'train';
  const learnable = learnableRows(dataset.live, hidden);
  const scorer = fits[name]({ sequences: trainingSequences(dataset.sessions, split, learnable, fit), items: dataset.items, learnable });
  return { ...scorer, fit };
}
