/** What a hidden SKU, a draft or the test part must not change. Each test fails where its guard is taken out (see the guard's name). */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ItemFeatures, SessionTable } from '../../db/records.ts';
import { fitBaseline } from '../../models/baselines/fit.ts';
import { epochBatches, stepFeeds } from '../../models/batch.ts';
import { evaluate } from '../../models/evaluate-job.ts';
import { evaluateScorer } from '../../models/evaluate.ts';
import { learnableRows, splitSessions, trainingCounts, trainingSequences, validationPrefixes } from '../../models/examples.ts';
import { featuresToJson, fitFeatures } from '../../models/features.ts';
import { nameOf } from '../../models/graph/value.ts';
import { baselineNames } from '../../models/jobs.ts';
import type { Dataset } from '../../models/jobs.ts';
import { createModel } from '../../models/network.ts';
import { trainingObjective } from '../../models/objective.ts';
import { prepareTraining } from '../../models/prepare.ts';
import { Random } from '../../models/random.ts';
import { createTrainer } from '../../models/runtime/trainer.ts';
import type { PrefixBatch, Scorer } from '../../models/scorer.ts';
import { drawSharedSample } from '../../models/shared-sample.ts';
import { train } from '../../models/train.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { datasetOf, item, sessionTable } from '../helpers/sessions.ts';
import { firstSessions, smallConfig, smallJob } from './slice.ts';

const items: readonly ItemFeatures[] = [
  item('steel hex bolt', 'Acme', 'Hardware', 'Fasteners', 'Bolts'), item('steel hex nut', 'Acme', 'Hardware', 'Fasteners', 'Nuts'),
  item('brass wood screw', 'Bolt & Co', 'Hardware', 'Fasteners', 'Screws'), item('steel wood screw', 'Acme', 'Hardware', 'Fasteners', 'Screws'),
  item('brass hex nut', 'Bolt & Co', 'Hardware', 'Fasteners', 'Nuts'), item('power drill', 'Drillex', 'Tools', 'Power tools', 'Drills'),
  item('hammer drill', 'Drillex', 'Tools', 'Power tools', 'Drills'), item('drill bit set', 'Drillex', 'Tools', 'Accessories', 'Bits'),
];
const hiddenRow = 4;
const hidden = Int32Array.of(hiddenRow);
const sessions: readonly (readonly [readonly number[], string])[] = [
  [[0, 4, 1, 2], 'ttvx'], [[4, 3, 2, 0], 'tttv'], [[1, 4, 4, 0, 3], 'tttvx'], [[5, 6, 7, 5], 'tttx'], [[2, 3, 4, 1, 6], 'ttvvx'], [[4, 5], 'tt'],
];
const dataset = datasetOf(items, sessionTable(sessions));
const prefixes: PrefixBatch = { offsets: Int32Array.of(0, 1, 3, 5, 6), items: Int32Array.of(0, 1, 3, 5, 7, 2) };

/** Scores of all rows, or of all labels of all levels by name, for the fixed prefixes. */
async function score(scorer: Scorer): Promise<Record<string, number[]>> {
  const batch = prefixes.offsets.length - 1;
  if (scorer.scores !== undefined) {
    const out = new Float32Array(batch * items.length);
    await scorer.scores(prefixes, out);
    return { items: [...out] };
  }
  const { levels, scores } = scorer.categories!;
  const out = levels.map((level) => new Float32Array(batch * level.labels.length));
  await scores(prefixes, out);
  return Object.fromEntries(levels.map(({ name, labels }, level) => [`${name}: ${labels.join(', ')}`, [...out[level]!]]));
}

const without = (scores: Record<string, number[]>, row: number): Record<string, number[]> =>
  ({ ...scores, ...(scores['items'] === undefined ? {} : { items: scores['items'].filter((_, cell) => cell % items.length !== row) }) });

const edited = (change: (events: { items: number[]; letters: string[] }) => void): SessionTable => sessionTable(sessions.map(([rows, letters]) => {
  const events = { items: [...rows], letters: [...letters] };
  change(events);
  return [events.items, events.letters.join('')] as const;
}));

test('no event of a hidden SKU or a draft reaches fit, validation or counts (learnableRows)', () => {
  for (const [live, hide] of [[dataset.live, hidden], [datasetOf(items, dataset.sessions, [hiddenRow]).live, new Int32Array(0)]] as const) {
    const learnable = learnableRows(live, hide);
    const split = splitSessions(dataset.sessions);
    const validation = validationPrefixes(dataset.sessions, split, learnable);
    assert.ok(!trainingSequences(dataset.sessions, split, learnable, 'train+valid').items.includes(hiddenRow));
    assert.ok(validation.ends.length > 0 && !validation.items.includes(hiddenRow));
    assert.equal(trainingCounts(dataset.sessions, split, learnable)[hiddenRow], 0);
  }
});

test('what a hidden SKU was clicked for changes no baseline: its events might as well not be there', async () => {
  const closed = datasetOf(items, edited((events) => {
    const kept = [...events.items.keys()].filter((event) => events.items[event] !== hiddenRow);
    Object.assign(events, { items: kept.map((event) => events.items[event]!), letters: kept.map((event) => events.letters[event]!) });
  }));
  for (const name of baselineNames) {
    assert.deepEqual(await score(fitBaseline(name, dataset, hidden)), await score(fitBaseline(name, closed, hidden)), name);
  }
});

test('the text of a hidden SKU or a draft changes no score of another SKU, no label and no vocabulary', async () => {
  const rewritten = items.map((known, row) => (row === hiddenRow ? item('steel hex bolt power drill xyzzy xyzzy', 'Nowhere', 'Toys', 'Puzzles', 'Mazes') : known));
  const other: Dataset = { ...dataset, items: rewritten };
  const draft = (data: Dataset): Dataset => ({ ...data, live: datasetOf(items, dataset.sessions, [hiddenRow]).live });
  for (const name of baselineNames) {
    assert.deepEqual(without(await score(fitBaseline(name, dataset, hidden)), hiddenRow), without(await score(fitBaseline(name, other, hidden)), hiddenRow), name);
    assert.deepEqual(
      without(await score(fitBaseline(name, draft(dataset), new Int32Array(0))), hiddenRow),
      without(await score(fitBaseline(name, draft(other), new Int32Array(0))), hiddenRow), `${name}, draft`,
    );
  }
  const learnable = learnableRows(dataset.live, hidden);
  assert.deepEqual(featuresToJson(fitFeatures(items, learnable)), featuresToJson(fitFeatures(rewritten, learnable)));
});

test('test events, and validation events that the file gives, reach neither counts nor baselines', async () => {
  const changed = datasetOf(items, edited((events) => {
    events.items = events.items.map((row, event) => (events.letters[event] === 't' ? row : 6));
  }));
  const counts = (data: Dataset): number[] => [...trainingCounts(data.sessions, splitSessions(data.sessions), data.live)];
  assert.deepEqual(counts(dataset), counts(changed));
  for (const name of baselineNames) {
    assert.deepEqual(await score(fitBaseline(name, dataset, hidden)), await score(fitBaseline(name, changed, hidden)), name);
  }
});

test('a carved validation part is counted by baselines, a test part never', async () => {
  const whole: readonly (readonly [readonly number[], string])[] = [...Array.from({ length: 10 }, (_, s) => [[s % 4, (s + 1) % 4], 'tt'] as const), [[5, 6], 'xx']];
  const counts = await score(fitBaseline('popularity', datasetOf(items, sessionTable(whole)), new Int32Array(0)));
  assert.deepEqual(counts['items']!.slice(0, items.length), [5, 6, 5, 4, 0, 0, 0, 0]);
});

test('popularity, Markov, co-occurrence and neighbours cannot reach a hidden SKU, among all SKUs or among hidden ones', async () => {
  const twoHidden = Int32Array.of(hiddenRow, 6);
  for (const name of ['popularity', 'markov', 'co-occurrence', 'vsknn'] as const) {
    for (const candidates of ['all', 'targets'] as const) {
      const { report } = await evaluateScorer(fitBaseline(name, dataset, twoHidden), {
        dataset, ks: [1], targets: twoHidden, hidden: twoHidden, candidates, prefixes: 'all', equalExposure: false, excludeSeen: false,
      });
      const { all, cold } = report.k['1']!;
      assert.deepEqual([all.n, cold.n, all.hit], [6, 6, 0], `${name} ${candidates}`);
    }
  }
});

/** Systems with a row per SKU: every head, way through a session and softmax. */
const shared = { batch: 16, negatives: 60 };
const rowSystems: readonly Readonly<Record<string, unknown>>[] = [
  { model: 'trec-id' }, { model: 'mutrec-id', mode: 'prefix' }, { model: 'trec-id', head: 'tied' }, { model: 'gru4rec' }, { model: 'narm' }, { model: 'stamp' },
  { model: 'trec-id', ...shared }, { model: 'mutrec-id', head: 'tied', ...shared }, { model: 'stamp', ...shared },
];

for (const settings of rowSystems) {
  test(`hidden SKUs and drafts reach neither event shares, nor samples, nor rows of tables: ${JSON.stringify(settings)}`, async () => {
    const whole = firstSessions(80);
    const draft = (row: number): boolean => row % 11 === 5;
    const data = { ...whole, live: whole.live.map((_, row) => (draft(row) ? 0 : 1)) };
    const hiddenRows = Int32Array.from(data.items.keys()).filter((row) => row % 7 === 3);
    const away = Int32Array.from(data.items.keys()).filter((row) => row % 7 === 3 || draft(row));
    assert.ok(data.sessions.items.some((row, event) => away.includes(row) && data.sessions.splits[event] === 1));
    const config = smallConfig(settings);
    const prepared = prepareTraining(data, config, hiddenRows);
    const { eventShares, candidates } = prepared.data;
    assert.ok(away.every((row) => eventShares[row] === 0) && !candidates.some((row) => away.includes(row)));
    assert.ok(Math.abs(eventShares.reduce((a, b) => a + b, 0) - 1) < 1e-5);

    const model = createModel(config, prepared.shape);
    const objective = trainingObjective(model, candidates.length);
    assert.equal(objective.negatives, config.negatives);
    const random = new Random(2);
    if (config.negatives > 0) {
      const drawn = new Set(Array.from({ length: 30 }, () => [...drawSharedSample(prepared.data, Int32Array.of(candidates[0]!), config.negatives, random).rows]).flat());
      assert.ok(drawn.size > candidates.length / 2 && !away.some((row) => drawn.has(row)));
    }
    const trainer = await createTrainer({ threads: 1, loss: objective.loss, parameters: objective.parameters, optimizer: { weightDecay: 0.1 } });
    for (const batch of epochBatches(prepared.rows, config, random)) {
      await trainer.step(stepFeeds(objective, prepared.data, prepared.rows, batch, config, random), { learningRate: 0.01 });
    }
    const weights = await trainer.readWeights();
    await trainer.dispose();
    // The exact softmax over free rows pushes every row of the head down; rows that are read stay.
    for (const name of config.negatives > 0 && config.head === 'id' ? ['item.ids', 'head.items'] : ['item.ids']) {
      const { initial, value } = model.parameters.find((parameter) => nameOf(parameter.value) === name)!;
      const width = value.shape[1] as number;
      const moved = [...data.items.keys()].filter((row) => weights.get(name)!.subarray(row * width, (row + 1) * width).some((x, i) => !Object.is(x, initial[row * width + i])));
      assert.deepEqual(moved.filter((row) => away.includes(row)), []);
      assert.ok(moved.length > candidates.length / 2, `${moved.length} rows of ${name} moved`);
    }
  });
}

/** Trains for an epoch and evaluates the hidden SKUs. */
async function evaluateHidden(t: TestContext, settings: Readonly<Record<string, unknown>>, candidates: 'all' | 'targets'): Promise<Awaited<ReturnType<typeof evaluate>>> {
  const data = firstSessions(80);
  const rows = Int32Array.from(data.items.keys()).filter((row) => row % 7 === 3);
  const job = { ...smallJob(data, temporaryFolder(t), { epochs: 1, ...settings }), hidden: rows };
  assert.equal((await train(job, { threads: 1, onProgress: () => {}, stopRequested: () => false })).status, 'done');
  return evaluate({ dataset: data, system: { run: job.folder }, ks: [5], targets: rows, hidden: new Int32Array(0), candidates, prefixes: 'all', equalExposure: false, excludeSeen: false });
}

for (const settings of [{ model: 'trec-id' }, { model: 'trec-id', head: 'tied' }, { model: 'metrec', head: 'id' }, { model: 'gru4rec' }, { model: 'narm' }, { model: 'stamp' }]) {
  test(`a system with a row per SKU cannot score a SKU that was hidden from it: ${JSON.stringify(settings)}`, async (t) => {
    for (const candidates of ['all', 'targets'] as const) {
      const { k, unscored } = await evaluateHidden(t, settings, candidates);
      assert.ok(k['5']!.all.n > 0);
      assert.deepEqual([unscored, k['5']!.all.hit, k['5']!.cold.hit], [k['5']!.all.n, 0, 0], candidates);
    }
  });
}

test('a system that reads metadata scores every SKU that was hidden from it', async (t) => {
  const { k, unscored } = await evaluateHidden(t, {}, 'targets');
  assert.ok(k['5']!.all.n > 0 && k['5']!.all.hit > 0);
  assert.equal(unscored, 0);
});
