import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitBaseline } from '../../models/baselines/fit.ts';
import { fitLevels } from '../../models/baselines/categories.ts';
import { fitCooccurrence, fitMarkov } from '../../models/baselines/neighbors.ts';
import { fitLeafPopularity, fitPopularity } from '../../models/baselines/popularity.ts';
import type { BaselineData } from '../../models/baselines/popularity.ts';
import { fitTitleSimilarity } from '../../models/baselines/title-similarity.ts';
import { evaluateScorer } from '../../models/evaluate.ts';
import { hiddenSet, splitSessions, trainingSequences } from '../../models/examples.ts';
import type { Scorer } from '../../models/scorer.ts';
import { readDataset } from '../helpers/data.ts';
import { datasetOf, item, sessionTable } from '../helpers/sessions.ts';

const none = new Int32Array(0);
const items = [item('red lamp', '', 'Home', 'Lamps'), item('blue lamp', '', 'Home', 'Lamps'), item('red chair', '', 'Home', 'Chairs'), item('oak table', '', 'Home', 'Tables'), item('oak chair', '', 'Home', 'Chairs')];
const sessions = sessionTable([[[0, 1, 2], 'ttt'], [[0, 1, 0], 'ttt'], [[3, 0, 2], 'ttt'], [[0, 1], 'xx']]);
const hand = datasetOf(items, sessions);

async function scoreOne(scorer: Scorer, ...prefix: number[]): Promise<number[]> {
  const out = new Float32Array(items.length);
  await scorer.scores!({ offsets: Int32Array.of(0, prefix.length), items: Int32Array.from(prefix) }, out);
  return [...out];
}

test('Markov counts what came right after the last item, and falls back to popularity', async () => {
  const scores = await scoreOne(fitBaseline('markov', hand, none), 3, 0);
  assert.deepEqual(scores.map(Math.floor), [0, 2, 1, 0, 0]); // 0 -> 1 twice, 0 -> 2 once
  assert.ok(scores[0]! > scores[3]! && scores[3]! > scores[4]!); // 4, 1 and 0 training events
  assert.equal(scores[4], 0);
});

test('co-occurrence adds 1/distance in both directions, without the item itself', async () => {
  const scores = await scoreOne(fitBaseline('co-occurrence', hand, none), 0);
  // Item 1: next to 0 in two sessions, in the second on both sides: 3. Item 2: at distance 2 and at 1. Item 3: at 1.
  assert.deepEqual(scores.map((score) => Math.floor(score) / 2520), [0, 3, 1.5, 1, 0]);
});

test('VSKNN weighs neighbours by late shared items, and their items by rarity', async () => {
  const scores = await scoreOne(fitBaseline('vsknn', hand, none), 1, 2);
  // Prefix weights: 1 -> (1/2)² at two steps back, 2 -> (2/2)² at one. Two distinct items. n = 3 sessions; events 4, 2, 2, 1.
  const idf = (count: number): number => 1 + 5 * Math.log(3 / count);
  const [first, second, third] = [1.25 / 2, 0.25 / 2 / 2, 1 / 2]; // similarity · decay of the three sessions
  const expected = [(first + second + third) * idf(4), (first + second) * idf(2), (first + third) * idf(2), third * idf(1), -1];
  scores.forEach((score, row) => assert.ok(Math.abs(score - (1 + expected[row]!)) < 1e-5, `row ${row}: ${score} ${1 + expected[row]!}`));
});

test('title similarity prefers shared rare words, and equal texts get equal scores', async () => {
  const twins = datasetOf([...items.slice(0, 4), items[0]!], sessions);
  const scores = await scoreOne(fitBaseline('title-similarity', twins, none), 0);
  assert.equal(scores[0], scores[4]);
  assert.ok(scores[1]! > scores[3]!);
});

test('the category heuristics: the label seen most, of equals the last; the labels of the predicted items', async () => {
  const levels = fitLevels({ items, learnable: hand.live, sequences: trainingSequences(sessions, splitSessions(sessions), hand.live) });
  assert.deepEqual(levels.map((level) => level.name), ['leaf']); // l1 is constant, l2 divides as the leaf does
  const best = async (name: 'top-frequent-categories' | 'top-predicted-categories', ...prefix: number[]): Promise<string> => {
    const out = new Float32Array(levels[0]!.labels.length);
    await fitBaseline(name, hand, none).categories!.scores({ offsets: Int32Array.of(0, prefix.length), items: Int32Array.from(prefix) }, [out]);
    return levels[0]!.labels[out.indexOf(Math.max(...out))]!;
  };
  assert.deepEqual([await best('top-frequent-categories', 0, 2, 4), await best('top-frequent-categories', 0, 3)], ['Chairs', 'Tables']);
  assert.equal(await best('top-predicted-categories', 0), 'Lamps');
});

const scientific = readDataset('amazon_scientific');
const split = splitSessions(scientific.sessions);
const fitOn = (fit: 'train' | 'train+valid'): BaselineData =>
  ({ sequences: trainingSequences(scientific.sessions, split, scientific.live, fit), items: scientific.items, learnable: scientific.live });
const jobOf = (changes: { excludeSeen: boolean; hidden?: Int32Array; candidates?: 'targets' }) => ({
  dataset: scientific, ks: [10, 20], targets: changes.hidden ?? null, hidden: changes.hidden ?? none, candidates: changes.candidates ?? 'all',
  prefixes: 'test', equalExposure: false, excludeSeen: changes.excludeSeen,
} as const);

/** Reference rows of measures.md 3.3 (sci-loo): HR@10, HR@20, MRR@20, NDCG@10 in percent. */
const references: readonly (readonly [name: string, fit: (data: BaselineData) => Scorer, events: 'train' | 'train+valid', excludeSeen: boolean, row: readonly number[]])[] = [
  ['popularity', fitPopularity, 'train', false, [2.31, 3.80, 1.52, 1.62]], ['popularity', fitPopularity, 'train', true, [2.44, 3.80, 1.54, 1.67]],
  ['leaf popularity', fitLeafPopularity, 'train', false, [6.30, 8.97, 2.51, 3.25]], ['leaf popularity', fitLeafPopularity, 'train', true, [6.73, 9.35, 3.65, 4.23]],
  ['Markov', fitMarkov, 'train', false, [8.93, 10.63, 6.19, 6.75]], ['Markov', fitMarkov, 'train', true, [8.97, 10.65, 6.26, 6.81]],
  ['Markov', fitMarkov, 'train+valid', false, [9.61, 11.55, 6.71, 7.29]],
  ['co-occurrence', fitCooccurrence, 'train', false, [9.28, 11.47, 5.41, 6.22]], ['co-occurrence', fitCooccurrence, 'train', true, [9.45, 11.60, 6.23, 6.88]],
  ['co-occurrence', fitCooccurrence, 'train+valid', false, [9.87, 12.01, 5.67, 6.55]],
  ['TF-IDF, last 1', (data) => fitTitleSimilarity(data, 1), 'train', false, [9.47, 12.29, 3.33, 4.67]],
  ['TF-IDF, last 1', (data) => fitTitleSimilarity(data, 1), 'train', true, [10.05, 12.65, 6.02, 6.84]],
  ['TF-IDF, last 3', fitTitleSimilarity, 'train', false, [8.97, 12.78, 2.30, 3.64]], ['TF-IDF, last 3', fitTitleSimilarity, 'train', true, [10.57, 13.68, 5.61, 6.61]],
];

for (const [name, fit, events, excludeSeen, row] of references) {
  test(`sci-loo: ${name}, fit=${events}, repeats ${excludeSeen ? 'removed' : 'allowed'}, gives the reference row`, async () => {
    const { k } = (await evaluateScorer(fit(fitOn(events)), jobOf({ excludeSeen }))).report;
    const measured = [k['10']!.all.hit, k['20']!.all.hit, k['20']!.all.mrr, k['10']!.all.ndcg].map((value) => 100 * value);
    // 0.02: the references are rounded to 0.01, and our tokens hold letters of every script.
    measured.forEach((value, index) => assert.ok(Math.abs(value - row[index]!) <= 0.02, `${measured.map((v) => v.toFixed(2)).join(' / ')}, not ${row.join(' / ')}`));
  });
}

test('cold-10: title similarity gives the reference rows for three hidden sets', async () => {
  const measured: number[][] = [];
  for (const seed of [1, 2, 3]) {
    const hidden = hiddenSet(scientific.skus, seed);
    const scorer = fitBaseline('title-similarity', scientific, hidden);
    const hit = async (excludeSeen: boolean, candidates?: 'targets'): Promise<number> =>
      100 * (await evaluateScorer(scorer, jobOf({ excludeSeen, hidden, ...(candidates === undefined ? {} : { candidates }) }))).report.k['20']!.all.hit;
    measured.push([await hit(true), await hit(false), await hit(true, 'targets'), await hit(false, 'targets')]);
  }
  const reference = [[11.66, 11.09, 25.40, 25.29], [14.51, 13.21, 27.72, 27.59], [14.07, 13.05, 32.83, 32.57]];
  // One case of 772 is 0.13 points: with letters of every script one hidden-only case of seed 2 changes.
  measured.flat().forEach((value, index) => assert.ok(Math.abs(value - reference.flat()[index]!) <= 0.14, `${measured.map((row) => row.map((v) => v.toFixed(2)).join(' '))}`));
});
