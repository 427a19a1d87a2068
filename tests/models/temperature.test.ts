/** Temperatures held against a slow grid, against what they must not change, and against what they must not have seen. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { splitCodes } from '../../db/records.ts';
import { readArtifact } from '../../models/artifact.ts';
import { Encoders, writeEncoders } from '../../models/encoders.ts';
import { exportModel } from '../../models/export.ts';
import { ExportedModel } from '../../models/export-recipe.ts';
import { splitSessions, testPrefixes } from '../../models/examples.ts';
import type { Dataset, TrainJob } from '../../models/jobs.ts';
import { encodeCatalog, loadModel, trainedScorer, type LoadedModel } from '../../models/loaded.ts';
import { nameOf } from '../../models/graph/value.ts';
import { createModel } from '../../models/network.ts';
import { Random } from '../../models/random.ts';
import { openModel as openNetwork } from '../../models/runtime/session.ts';
import { softmaxOver } from '../../models/ranking.ts';
import { scoreBatches } from '../../models/scorer.ts';
import { openModel } from '../../models/serve.ts';
import { chooseTemperature, chooseWithKnee, fewestMoments, likelihood, type ScoredMoments } from '../../models/temperature-choice.ts';
import { logitOf, type Temperatures } from '../../models/temperature.ts';
import { train } from '../../models/train.ts';
import { tinyConfig, tinyJob } from '../fault/tiny-shop.ts';
import { temporaryFolder } from '../helpers/database.ts';

const close = (actual: number, expected: number, tolerance = 1e-9): void => assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
const effects = { onProgress: () => {}, stopRequested: () => false, threads: 1 } as const;

/** What came was drawn from the softmax of logits; scores are what `distort` makes of those. Some do not compete. */
function drawn(seed: number, n: number, distort: (logit: number) => number): ScoredMoments {
  const random = new Random(seed);
  const width = 30;
  const scores = new Float32Array(n * width);
  const targets = new Int32Array(n);
  for (let moment = 0; moment < n; moment++) {
    const logits = Array.from({ length: width }, () => (random.uniform() < 0.1 ? -Infinity : 1.5 * random.normal()));
    logits[0] = 0;
    const weights = logits.map((logit) => Math.exp(logit));
    let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    targets[moment] = Math.max(0, weights.findIndex((weight) => (left -= weight) < 0));
    scores.set(logits.map((logit) => (logit === -Infinity ? logit : distort(logit))), moment * width);
  }
  return { scores, width, targets };
}

/** Mean -log p by the definition. */
function slowLoss({ scores, width, targets }: ScoredMoments, logit: (score: number) => number): number {
  return targets.reduce((sum, target, moment) => {
    const row = [...scores.subarray(moment * width, (moment + 1) * width)];
    return sum - Math.log(Math.exp(logit(row[target]!)) / row.reduce((total, score) => total + Math.exp(logit(score)), 0));
  }, 0) / targets.length;
}

const grid = Array.from({ length: 61 }, (_, i) => 10 ** (i / 30 - 1)); // 0.1 … 10

test('no temperature on a slow grid is better than the chosen one, and the true one comes back', () => {
  for (const [seed, truth] of [[1, 0.5], [2, 1], [3, 2.5]] as const) {
    const moments = drawn(seed, 1500, (logit) => truth * logit);
    const { value, above, n, validation } = chooseTemperature(moments, null)!;
    assert.deepEqual([above, n], [null, 1500]);
    close(validation.without, slowLoss(moments, (score) => score));
    close(validation.with, slowLoss(moments, (score) => score / value));
    for (const other of grid) assert.ok(validation.with <= slowLoss(moments, (score) => score / other), `${other} is better than ${value}`);
    close(Math.log(value), Math.log(truth), 0.1); // three standard errors
  }
});

test('nor is any pair of temperatures below and above a knee', () => {
  const moments = drawn(4, 400, (logit) => 1.5 * Math.min(logit, 1) + 4 * Math.max(0, logit - 1));
  const { value, above, validation } = chooseTemperature(moments, 1.5)!;
  close(validation.with, slowLoss(moments, logitOf({ value, above })));
  for (const first of grid.filter((_, i) => i % 4 === 0)) {
    for (const second of grid.filter((_, i) => i % 4 === 0)) assert.ok(validation.with <= slowLoss(moments, logitOf({ value: first, above: { knee: 1.5, value: second } })), `${first}, ${second}`);
  }
  assert.ok(validation.with < chooseTemperature(moments, null)!.validation.with - 0.001, 'two numbers say what one cannot');
});

test('the knee lies where scores begin to say less', () => {
  const knees = [0.75, 3].map((truth) => {
    const moments = drawn(7, 800, (logit) => Math.min(logit, truth) + 5 * Math.max(0, logit - truth));
    const [chosen, known, none] = [chooseWithKnee(moments)!, chooseTemperature(moments, truth)!, chooseTemperature(moments, null)!];
    assert.ok(chosen.validation.with < known.validation.with + 0.01, `${chosen.validation.with} against ${known.validation.with} at the true knee`);
    assert.ok(chosen.validation.with < none.validation.with - 0.01, 'without a knee it says less');
    return chosen.above!.knee;
  });
  assert.ok(knees[0]! < 0.75 && knees[1]! > 2, String(knees));
  assert.equal(chooseWithKnee(drawn(6, fewestMoments - 1, (logit) => logit)), null);
});

test('slopes and curvatures are those of finite differences', () => {
  const moments = drawn(5, 60, (logit) => 2 * logit);
  const step = 1e-4;
  const [s, r] = [0.7, 0.4];
  const at = (ds: number, dr: number) => likelihood(moments, 1, s + ds * step, r + dr * step);
  const { slope, curvature } = at(0, 0);
  const [byS, byR] = [[at(1, 0), at(-1, 0)], [at(0, 1), at(0, -1)]] as const;
  for (const [index, [up, down]] of [byS, byR].entries()) close(slope[index]!, (up.loss - down.loss) / (2 * step), 1e-6);
  close(curvature[0], (byS[0].slope[0] - byS[1].slope[0]) / (2 * step), 1e-6);
  close(curvature[1], (byR[0].slope[0] - byR[1].slope[0]) / (2 * step), 1e-6);
  close(curvature[2], (byR[0].slope[1] - byR[1].slope[1]) / (2 * step), 1e-6);
});

test('a model that is always right, one that knows nothing, and too few moments', () => {
  const width = 5;
  const always = (score: number): ScoredMoments => ({ width, targets: new Int32Array(100), scores: Float32Array.from({ length: 100 * width }, (_, at) => (at % width === 0 ? score : 0)) });
  close(chooseTemperature(always(1), null)!.value, 0.1); // the coldest
  close(chooseTemperature(always(-1), null)!.value, 100);
  close(chooseTemperature(always(0), null)!.value, 1); // every temperature says the same
  close(chooseTemperature(always(0), 7)!.above!.value, 1); // nothing lies above the knee
  const few = drawn(6, fewestMoments - 1, (logit) => 3 * logit);
  assert.equal(chooseTemperature(few, null), null);
});

test('logits rise with scores, over the knee and far from it', () => {
  for (const above of [null, { knee: 2, value: 9 }, { knee: -1, value: 0.2 }]) {
    const logit = logitOf({ value: 1.7, above });
    const values = Array.from({ length: 401 }, (_, i) => logit((i - 200) / 10));
    assert.ok(values.every((value, i) => i === 0 || value > values[i - 1]!));
    assert.equal(logit(-Infinity), -Infinity);
  }
});

async function trained(t: TestContext, overrides: Readonly<Record<string, unknown>> = {}, change: (job: TrainJob) => TrainJob = (job) => job): Promise<TrainJob> {
  const job = change(tinyJob('M2TRec', temporaryFolder(t), { epochs: 2, ...overrides }));
  assert.equal((await train(job, effects)).status, 'done');
  return job;
}

async function scoresOf(model: LoadedModel, dataset: Dataset): Promise<readonly Float32Array[]> {
  const { vectors, rows } = await encodeCatalog(model, dataset.items, dataset.ids);
  const found: Float32Array[] = [];
  for await (const { batch, scores } of scoreBatches(await trainedScorer(model, dataset, vectors, rows), testPrefixes(dataset.sessions, splitSessions(dataset.sessions), dataset.live), dataset.items.length)) {
    for (let b = 0; b + 1 < batch.offsets.length; b++) found.push(scores!.slice(b * dataset.items.length, (b + 1) * dataset.items.length));
  }
  return found;
}

const order = (values: ArrayLike<number>): readonly number[] => Array.from(values, (_, row) => row).sort((a, b) => values[b]! - values[a]! || a - b);

test('training chooses one for every head, and they change no order', async (t) => {
  const [job, plain] = [await trained(t), await trained(t, { fit: 'train+valid' })];
  const { manifest } = readArtifact(job.folder);
  assert.deepEqual(Object.keys(manifest.temperatures).sort(), ['item', ...manifest.shape.levels.map(({ name }) => name)].sort());
  for (const { n, validation } of Object.values(manifest.temperatures)) assert.ok(n >= fewestMoments && validation.with <= validation.without);
  assert.deepEqual(readArtifact(plain.folder).manifest.temperatures, {}, 'nothing is left to choose by');

  const model = await loadModel(job.folder, 1);
  t.after(() => model.dispose());
  const items = await scoresOf(model, job.dataset);
  const everyone = new Uint8Array(job.dataset.items.length).fill(1);
  for (const scores of items.slice(0, 20)) {
    const probability = softmaxOver(scores, everyone, logitOf(manifest.temperatures['item']));
    assert.deepEqual(order(Float64Array.from(scores, (score) => probability(score))), order(scores));
  }
});

test('those of categories are inside the network, which lists labels in the same order', async (t) => {
  const config = tinyConfig('M2TRec');
  const model = createModel(config, { tokens: 50, numbers: 0, items: 0, levels: [{ name: 'leaf', labels: 40 }] });
  const weights = new Map(model.parameters.map(({ value, initial }) => [nameOf(value), initial]));
  const random = new Random(7);
  const vectors = Float32Array.from({ length: 30 * config.width }, () => random.normal());
  const batch = { offsets: Int32Array.of(0, 2, 5, 6), items: Int32Array.of(3, 9, 27, 1, 0, 14) };
  const labelsAt = async (temperatures: Temperatures): Promise<Float32Array> => {
    const { items, sessions } = writeEncoders(model, weights, temperatures);
    const encoders = new Encoders(await openNetwork(items), await openNetwork(sessions), { config, levels: ['leaf'] });
    t.after(() => encoders.dispose());
    return (await encoders.encodePrefixes(batch, vectors)).labels[0]!;
  };
  const [plain, warm] = [await labelsAt({}), await labelsAt({ leaf: { value: 2.5, above: null, n: 100, validation: { without: 3, with: 2 } } })];
  for (let row = 0; row < 3; row++) {
    const [before, after] = [plain, warm].map((all) => all.subarray(row * 40, (row + 1) * 40));
    assert.deepEqual(order(after!), order(before!));
    const powers = before!.reduce((sum, p) => sum + p ** (1 / 2.5), 0);
    after!.forEach((p, label) => close(p, before![label]! ** (1 / 2.5) / powers, 1e-6));
  }
});

test('test events and hidden SKUs have no say in them', async (t) => {
  const hidden = Int32Array.of(3, 50);
  const job = await trained(t, {}, (whole) => ({ ...whole, hidden }));
  const changed = await trained(t, {}, (whole) => {
    const { codes } = splitSessions(whole.dataset.sessions);
    const items = whole.dataset.sessions.items.map((row, event) => (codes[event] === splitCodes.test || hidden.includes(row) ? hidden[event % 2]! : row));
    return { ...whole, hidden, dataset: { ...whole.dataset, sessions: { ...whole.dataset.sessions, items } } };
  });
  const [own, other] = [job, changed].map(({ folder }) => readArtifact(folder).manifest);
  assert.deepEqual([other!.temperatures, other!.weightsHash], [own!.temperatures, own!.weightsHash]);
});

test('an exported model answers the probabilities of the app', async (t) => {
  const job = await trained(t, { memory: false });
  const { items, ids, live, sessions } = job.dataset;
  const served = await openModel({ folder: job.folder, cache: temporaryFolder(t), items, ids, live, sessions, panel: { sessions: 50, seed: 1 }, k: 10 });
  t.after(() => served.dispose());
  const into = temporaryFolder(t);
  await exportModel({ folder: job.folder, into, dataset: job.dataset });
  const exported = await ExportedModel.open(into);
  t.after(() => exported.dispose());
  assert.notEqual(exported.vocabulary.temperature.value, 1);

  const rows = Int32Array.of(8, 16);
  const answer = await served.recommend({ rows, k: items.length, extra: new Int32Array(0) });
  const all = await Promise.all(items.map(({ title, brand, categoryPath }) => exported.encodeItem({
    title, ...(brand === '' ? {} : { brand: [brand] }), l1: [categoryPath[0]!], l2: [...categoryPath], leaf: [...categoryPath],
  })));
  const out = await exported.encodeSession([...rows].map((row) => all[row]!.vector));
  const competing = [...items.keys()].filter((row) => !rows.includes(row));
  const probabilities = exported.probabilities(competing.map((row) => all[row]!.key.reduce((sum, value, i) => sum + value * out['queries']![i]!, 0)));
  const theirs = new Map(competing.map((row, index) => [row, probabilities[index]!]));
  assert.equal(answer.items.length, competing.length);
  for (const { row, probability } of answer.items) close(theirs.get(row)!, probability, 1e-5);
  for (const { level, labels } of answer.categories) {
    const { labels: names } = exported.vocabulary.outputs.find(({ name }) => name === `labels.${level}`)!;
    for (const { label, probability } of labels) close(out[`labels.${level}`]![names.indexOf(label)]!, probability, 1e-5);
  }
});
