/** Contributions and category demand of a trained model, held against plain recommendations and recounted by hand. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { splitCodes } from '../../db/records.ts';
import { splitSessions } from '../../models/examples.ts';
import { labelKey } from '../../models/features.ts';
import type { DemandSegment } from '../../models/category-jobs.ts';
import { loadModel } from '../../models/loaded.ts';
import { openModel, type ServedModel } from '../../models/serve.ts';
import { train } from '../../models/train.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { firstSessions, smallJob } from './slice.ts';

const dataset = firstSessions(300);
const none = new Int32Array(0);
const everything: DemandSegment = { entry: null, least: 1, most: null, row: -1, brand: null };
const close = (actual: number, expected: number, tolerance = 1e-5): void => assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

let folder: Promise<string> | null = null;
async function serving(t: TestContext): Promise<{ readonly served: ServedModel; readonly folder: string }> {
  folder ??= (async () => {
    const own = temporaryFolder({ after: (done: () => void) => void process.once('exit', done) } as TestContext);
    const { status } = await train(smallJob(dataset, own, { epochs: 2 }), { onProgress: () => {}, stopRequested: () => false, threads: 1 });
    assert.equal(status, 'done');
    return own;
  })();
  const { items, ids, live, sessions } = dataset;
  const served = await openModel({ folder: await folder, cache: temporaryFolder(t), items, ids, live, sessions, panel: { sessions: 250, seed: 3 }, k: 10 });
  t.after(() => served.dispose());
  return { served, folder: await folder };
}

test('a contribution is the difference between two recommendations', async (t) => {
  const { served } = await serving(t);
  const rows = Int32Array.of(4, 17, 80, 17);
  const k = dataset.items.length;
  const { items, labels, positions } = await served.contributions({ rows, k, extra: none });
  const whole = await served.recommend({ rows, k, extra: none });
  assert.deepEqual(items.map(({ row }) => row), whole.items.map(({ row }) => row));
  items.forEach(({ probability }, index) => close(probability, whole.items[index]!.probability));
  assert.deepEqual(positions.map(({ position }) => position), [0, 1, 2, 3]);
  // The first 17 goes, the second stays: the same SKUs compete, so a plain recommendation must agree.
  const without = await served.recommend({ rows: Int32Array.of(4, 80, 17), k, extra: none });
  const left = new Map(without.items.map(({ row, probability }) => [row, probability]));
  const effects = positions[1]!;
  items.forEach(({ row, probability }, index) => close(effects.items[index]!, probability - left.get(row)!));
  close(effects.moved, items.reduce((sum, { row, probability }) => sum + Math.abs(probability - left.get(row)!), 0) / 2);
  labels.forEach(({ level, path, probability }, index) => {
    const [with_, without_] = [whole, without].map(({ categories }) => categories.find((one) => one.level === level)!.labels);
    assert.equal(with_!.find(({ label }) => label === path.at(-1))!.probability, probability);
    const other = without_!.find(({ label }) => label === path.at(-1));
    if (other !== undefined) close(effects.labels[index]!, probability - other.probability);
  });
  const few = await served.contributions({ rows, k: 5, extra: none });
  const best = new Set(without.items.slice(0, 5).map(({ row }) => row));
  assert.equal(few.positions[1]!.replaced, whole.items.slice(0, 5).filter(({ row }) => !best.has(row)).length);
  assert.deepEqual((await served.contributions({ rows: Int32Array.of(4), k: 5, extra: none })).positions, []);
});

test('the tree of a recommendation holds the listed labels, and every level sums to 1', async (t) => {
  const { served } = await serving(t);
  const { tree, categories } = await served.recommend({ rows: Int32Array.of(4, 17), k: 20, extra: none });
  assert.deepEqual(tree.levels.map(({ level }) => level), served.info.levels);
  const sums = new Map(tree.levels.map(({ level, none: left }) => [level, left]));
  const found = new Map<string, number>();
  const visit = ({ roots, rest }: { roots: typeof tree.roots; rest: typeof tree.rest }): void => {
    for (const { level, probability } of rest) sums.set(level, sums.get(level)! + probability);
    for (const node of roots) {
      sums.set(node.level, sums.get(node.level)! + node.probability);
      found.set(`${node.level} ${node.label} ${node.probability}`, node.probability);
      visit({ roots: node.children, rest: node.rest });
    }
  };
  visit(tree);
  for (const sum of sums.values()) close(sum, 1, 1e-3);
  for (const { level, labels } of categories) assert.ok(found.has(`${level} ${labels[0]!.label} ${labels[0]!.probability}`), level);
});

test('demand counts what came next in held-out events, and its probabilities are those of recommendations', async (t) => {
  const { served } = await serving(t);
  const { levels, categories, labelled, moments, panel, honest, chosen, rest } = await served.demand({ level: 'leaf', segment: everything, from: null });
  assert.deepEqual(levels, served.info.levels);
  assert.ok(honest && panel.heldOut < panel.moments, 'the set holds out the last events of each session');
  assert.equal(moments, panel.heldOut);
  close(categories.reduce((sum, { predicted }) => sum + predicted, rest.predicted), labelled, 1e-2);
  assert.equal(categories.reduce((sum, { actual }) => sum + actual, rest.actual), labelled);
  assert.ok(chosen.moments > 0 && chosen.from!.path.length > 0);
  // Recounted from the sessions: the last two events of each are held out.
  const { codes } = splitSessions(dataset.sessions);
  const all = await served.demandMoments({ level: 'leaf', segment: everything, from: null, to: categories[0]!.key, which: 'went', offset: 0, limit: 1_000 });
  assert.equal(all.total, categories[0]!.actual);
  for (const { session, next, rows, probability } of all.moments.slice(0, 20)) {
    const [start, end] = [dataset.sessions.offsets[session]!, dataset.sessions.offsets[session + 1]!];
    const at = [...dataset.sessions.items.subarray(start, end).keys()].find((event) => event > 0 && dataset.sessions.items[start + event] === next && dataset.sessions.items[start + event - 1] === rows.at(-1))!;
    assert.notEqual(codes[start + at], splitCodes.train);
    assert.equal(labelKey(dataset.items[next]!.categoryPath), categories[0]!.key);
    const { tree } = await served.recommend({ rows: dataset.sessions.items.slice(start, start + at), k: 1, extra: none });
    const probabilities: number[] = [];
    const visit = (nodes: typeof tree.roots): void => nodes.forEach((node) => { if (node.level === 'leaf' && labelKey(node.path) === categories[0]!.key) probabilities.push(node.probability); visit(node.children); });
    visit(tree.roots);
    if (probabilities.length > 0) close(probability, probabilities[0]!);
  }
});

test('a segment looks back only, and an unknown category has no moments', async (t) => {
  const { served } = await serving(t);
  const whole = await served.demand({ level: 'l2', segment: everything, from: null });
  const [short, long] = [await served.demand({ level: 'l2', segment: { ...everything, most: 4 }, from: null }), await served.demand({ level: 'l2', segment: { ...everything, least: 5 }, from: null })];
  assert.equal(short.moments + long.moments, whole.moments);
  const sold = dataset.sessions.items[0]!;
  const holding = await served.demandMoments({ level: 'l2', segment: { ...everything, row: sold }, from: null, to: null, which: 'went', offset: 0, limit: 100 });
  assert.ok(holding.total > 0);
  for (const { session, next } of holding.moments) {
    const events = dataset.sessions.items.subarray(dataset.sessions.offsets[session], dataset.sessions.offsets[session + 1]);
    assert.ok(events.indexOf(sold) >= 0 && events.indexOf(sold) < events.lastIndexOf(next));
  }
  const brand = dataset.items[sold]!.brand;
  assert.ok((await served.demand({ level: 'l2', segment: { ...everything, brand }, from: null })).moments >= holding.total);
  const entry = labelKey(dataset.items[sold]!.categoryPath.slice(0, 2));
  const entered = await served.demandMoments({ level: 'l2', segment: { ...everything, entry }, from: null, to: null, which: 'went', offset: 0, limit: 1_000 });
  for (const { session } of entered.moments) assert.ok(labelKey(dataset.items[dataset.sessions.items[dataset.sessions.offsets[session]!]!]!.categoryPath).startsWith(entry));
  const nowhere = await served.demand({ level: 'l2', segment: { ...everything, entry: 'nowhere' }, from: 'nowhere' });
  assert.deepEqual([nowhere.moments, nowhere.labelled, nowhere.categories, nowhere.chosen.moments], [0, 0, [], 0]);
});

test('went, missed and expected: the moments that went there are those expected there and those missed', async (t) => {
  const { served } = await serving(t);
  const { categories } = await served.demand({ level: 'l2', segment: everything, from: null });
  const to = categories[0]!.key;
  const ask = async (which: 'went' | 'missed' | 'expected') => (await served.demandMoments({ level: 'l2', segment: everything, from: null, to, which, offset: 0, limit: 1_000 }));
  const [went, missed, expected] = [await ask('went'), await ask('missed'), await ask('expected')];
  assert.equal(went.total, missed.total + went.moments.filter((moment) => moment.expected.key === to).length);
  assert.ok(missed.moments.every((moment) => moment.expected.key !== to) && expected.moments.every((moment) => moment.expected.key === to));
  assert.deepEqual(went.moments.map(({ probability }) => probability), went.moments.map(({ probability }) => probability).sort((a, b) => b - a));
});

test('the features that demand names its categories by are those of the model', async (t) => {
  const { served, folder: run } = await serving(t);
  const model = await loadModel(run, 1);
  t.after(() => model.dispose());
  const { categories } = await served.demand({ level: 'leaf', segment: everything, from: null });
  const keys = new Set(model.artifact.features.categories.find(({ name }) => name === 'leaf')!.keys);
  assert.ok(categories.every(({ key, path }) => keys.has(key) && labelKey(path) === key));
});
