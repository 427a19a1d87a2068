/** "How was this computed?" for every figure of a model report. */
import type { CalibrationReport, ModelReport } from '../../../electron/api/report.ts';
import { formatCount, formatLevel, formatShare } from '../../state/format.ts';
import type { ReportTopic } from './report.svelte.ts';

interface Definition {
  readonly title: string;
  readonly means: (report: ModelReport) => string;
  readonly value: (report: ModelReport) => string;
}

export const definitions: { readonly [T in ReportTopic]: Definition } = {
  measures: {
    title: 'Next item',
    means: () => 'Every moment of the test sessions, all live SKUs ranked, ties against the model. HIT@K: the next item is in the top K. MRR@K: 1 / its rank. NDCG@K: 1 / log2(1 + rank). Recall@K (rest): share of the items still to come that are in the top K. AnyHit@K (rest): at least one of them is. Sparse: the session holds an item with fewer than 10 training events. Tail: the next item has fewer than 10. Cold: it has none.',
    value: ({ prefixes, sessions, protocol }) => `n = ${formatCount(prefixes)} moments in ${formatCount(sessions)} sessions. Intervals: 95 % of ${formatCount(protocol.resamples)} resamples of whole sessions, seed ${protocol.seed}. ${formatCount(protocol.leftOut)} next items are not in the catalogue and count nowhere.`,
  },
  categories: {
    title: 'Next category',
    means: () => 'HIT@K: the category of the next item is among the K most probable labels of its level, ties against the model. MRR and NDCG at 20. Next items without a category at the level are left out and counted.',
    value: ({ categories }) => Object.entries(categories).map(([level, { unlabelled }]) => `${formatLevel(level)}: ${formatCount(unlabelled)} without a category`).join('; '),
  },
  beside: {
    title: 'Beside other systems',
    means: () => 'Stored evaluations of the benchmark on the same data hash, split and protocol; nothing else may stand in this table. ± is 1.96 standard errors over the moments; whether a difference is more than chance, the benchmark screen tells by a paired bootstrap.',
    value: ({ data, protocol }) => `Data ${data.hash.slice(0, 12)}. ${protocol.split}`,
  },
  calibration: {
    title: 'Do probabilities come true?',
    means: ({ calibration }) => `Probabilities are sorted into ten bins of equally many; each point is the mean probability of a bin against the share that came true, with Wilson’s 95 % interval. On the diagonal a promise is kept; below it the model promises too much. Expected calibration error: the mean distance to the diagonal. First guess: the most probable answer of each moment. Everything listed: the 20 items or 8 categories that a screen shows. ${calibration[0]?.temperature === undefined ? 'Measured by an earlier version, with repeats allowed; measure again for probabilities as they are shown now.' : 'As in the session lab, items of the session do not compete, and moments that go back to one of them are left out.'} ${chosenOn(calibration)}`,
    value: ({ calibration }) => calibration.filter(({ of }) => of === 'first').map(({ task, error, temperature }) => `${task === 'item' ? 'Items' : formatLevel(task)} ${formatShare(error)} at temperature ${formatTemperature(temperature)}`).join(', '),
  },
  confusion: {
    title: 'Taken for a sibling',
    means: () => 'Where the first guess is another category under the same parent. Count: moments whose next item was in the first category while the model guessed the second; of: all moments that went to the first. Examples are the surest mistakes.',
    value: ({ confusion }) => confusion.map(({ level, wrong, siblings, n }) => `${formatLevel(level)}: ${formatShare(n === 0 ? null : wrong / n)} of first guesses wrong, ${formatShare(wrong === 0 ? null : siblings / wrong)} of those a sibling`).join('; '),
  },
  exposure: {
    title: 'Who takes the slots',
    means: () => 'Top-20 slots of every test moment by SKU. Coverage: the share of live SKUs in any top 20. Gini index: 0 where all have equally many slots, near 1 where a few have all. The curve: the share of slots that the least exposed SKUs have together; the grey one is that of the test’s own next items. Exposure is being recommended, never sales.',
    value: ({ exposure, clicks }) => `Gini ${exposure.allowed.gini?.toFixed(3) ?? '–'} with repeats allowed, ${exposure.removed.gini?.toFixed(3) ?? '–'} without seen items; the clicks themselves ${clicks.gini?.toFixed(3) ?? '–'}.`,
  },
};

function chosenOn(calibration: readonly CalibrationReport[]): string {
  const most = Math.max(0, ...calibration.map(({ temperature }) => temperature?.n ?? 0));
  if (most === 0) return 'This model has no temperatures: its probabilities are as it was trained.';
  return `Probabilities are made at temperatures chosen on ${formatCount(most)} validation moments, never on the test: scores are divided by them, which changes no order. Items have a second one above a score, chosen there too, where memory piles up.`;
}

/** `1.50`, or with the one above the knee `1.50, 3.82 above a score of 8.8`. */
export function formatTemperature(temperature: CalibrationReport['temperature']): string {
  if (temperature === undefined || temperature === null) return '1';
  const { value, above } = temperature;
  return above === null ? value.toFixed(2) : `${value.toFixed(2)}, ${above.value.toFixed(2)} above a score of ${above.knee.toFixed(1)}`;
}
