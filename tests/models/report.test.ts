/** A model's report, held against the evaluation of the benchmark and against counts by hand. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ConfusionCounts } from '../../models/confusion.ts';
import { evaluateScorer } from '../../models/evaluate.ts';
import { splitSessions, testPrefixes } from '../../models/examples.ts';
import { labelKey, type CategoryAttribute } from '../../models/features.ts';
import { bootstrapMeans, SessionMean } from '../../models/intervals.ts';
import { Random } from '../../models/random.ts';
import { ReliabilityPairs, wilson } from '../../models/reliability.ts';
import { measureReport } from '../../models/report.ts';
import { reportMeasures, reportSlices } from '../../models/report-jobs.ts';
import type { Scorer } from '../../models/scorer.ts';
import type { Temperatures } from '../../models/temperature.ts';
import { datasetOf, item, sessionTable } from '../helpers/sessions.ts';

const close = (actual: number, expected: number, tolerance = 1e-9): void => assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

const size = 30;
const random = new Random(11);
const table = Array.from({ length: size }, () => Array.from({ length: size }, () => 3 * random.uniform()));
const sessions = sessionTable(Array.from({ length: 120 }, (_, session) => {
  const rows = Array.from({ length: 2 + random.below(5) }, () => random.below(session < 90 ? size - 4 : size));
  return [rows, (session < 90 ? 't' : 'x').repeat(rows.length)] as const;
}));
const names = ['Paint', 'Bath', 'Tile'];
const dataset = datasetOf(Array.from({ length: size }, (_, row) => (row % 7 === 6 ? item(`item ${row}`) : item(`item ${row}`, '', 'Home', names[row % 3]!))), sessions);
const keys = ['', ...names.map((name) => labelKey(['Home', name])).sort()];
const attribute = { kind: 'category', name: 'leaf', keys, labels: keys, counts: new Int32Array(4), filled: size, indices: new Map(keys.map((key, index) => [key, index])) } as const satisfies CategoryAttribute;
const labelOf = Int32Array.from(dataset.items, ({ categoryPath }) => (categoryPath.length === 0 ? -1 : keys.indexOf(labelKey(categoryPath))));

/** Scores by the last item; the labels of the last item are likely again. */
const scorer: Scorer = {
  name: 'table',
  async scores({ offsets, items }, out) {
    for (let b = 0; b < offsets.length - 1; b++) out.set(table[items[offsets[b + 1]! - 1]!]!, b * size);
  },
  categories: {
    levels: [{ name: 'leaf', labels: keys, labelOf }],
    async scores({ offsets, items }, out) {
      for (let b = 0; b < offsets.length - 1; b++) {
        const label = labelOf[items[offsets[b + 1]! - 1]!]!;
        for (let c = 0; c < 4; c++) out[0]![b * 4 + c] = c === 0 ? 0.01 : c === label ? 0.59 : 0.2 + c / 1000;
      }
    },
  },
};
const measure = (temperatures: Temperatures = {}) => measureReport(scorer, { dataset, hidden: new Int32Array(0), attributes: [attribute], temperatures, pathOf: (_, label) => keys[label]!.split('\u001f') });

test('every measure is the one of the benchmark, under both switches, with an interval around it', async () => {
  const report = await measure();
  for (const repeats of ['allowed', 'removed'] as const) {
    const job = { dataset, ks: [5, 10, 20], targets: null, hidden: new Int32Array(0), candidates: 'all', prefixes: 'test', equalExposure: false, excludeSeen: repeats === 'removed' } as const;
    const { report: evaluation } = await evaluateScorer(scorer, job);
    for (const [k, buckets] of Object.entries(report.items[repeats])) {
      for (const slice of reportSlices) {
        const [own, other] = [buckets[slice], evaluation.k[k]![slice]];
        assert.equal(own === null, other.n === 0);
        if (own === null) continue;
        assert.equal(own.n, other.n);
        for (const name of reportMeasures) {
          const { value, interval: [low, high] } = own.measures[name];
          close(value, other[name]);
          assert.ok(low <= value && value <= high && low >= 0 && high <= 1, `${repeats} ${k} ${slice} ${name}`);
        }
      }
    }
    close(report.exposure[repeats].coverage, evaluation.coverage);
    close(report.exposure[repeats].gini!, evaluation.gini!);
    const leaf = evaluation.categories['leaf']!;
    assert.deepEqual([report.categories['leaf']!.unlabelled, report.categories['leaf']!.slices.all!.n], [leaf.unlabelled, leaf.n]);
    for (const k of ['1', '5', '20']) close(report.categories['leaf']!.slices.all!.hit[k]!.value, leaf.hit[k]!);
  }
  assert.equal(report.prefixes, report.items.allowed['5']!.all!.n);
});

test('the Lorenz curve runs from 0 to 1 below the diagonal, and tells the Gini index', async () => {
  const { exposure, clicks } = await measure();
  for (const { lorenz } of [exposure.allowed, exposure.removed, clicks]) {
    assert.deepEqual([lorenz.length, lorenz[0], lorenz.at(-1)], [51, 0, 1]);
    lorenz.forEach((value, index) => assert.ok(value <= index / 50 + 1e-9 && (index === 0 || value >= lorenz[index - 1]!)));
  }
  // Gini = 1 - 2 · area under the curve; the curve has a point for every 2 % of the SKUs only.
  const area = clicks.lorenz.slice(1).reduce((sum, value, index) => sum + (value + clicks.lorenz[index]!) / 100, 0);
  close(1 - 2 * area, clicks.gini!, 0.03);
  assert.equal(exposure.allowed.top[0]!.slots, Math.max(...exposure.allowed.top.map(({ slots }) => slots)));
});

test('calibration pairs are every first guess and every listed one, and confusion counts the wrong first guesses', async () => {
  const { calibration, confusion, prefixes, categories } = await measure();
  const of = (task: string, which: string) => calibration.find((one) => one.task === task && one.of === which)!;
  const labelled = categories['leaf']!.slices.all!.n;
  const { items: events, starts, ends } = testPrefixes(dataset.sessions, splitSessions(dataset.sessions), dataset.live);
  const going = [...ends.keys()].filter((prefix) => !events.subarray(starts[prefix], ends[prefix]).includes(events[ends[prefix]!]!)).length; // on to a SKU that the session does not hold
  assert.ok(going < prefixes);
  assert.deepEqual([of('item', 'first').n, of('item', 'listed').n, of('leaf', 'first').n, of('leaf', 'listed').n], [going, 20 * going, labelled, 3 * labelled]);
  const [own] = confusion;
  close(own!.wrong / own!.n, 1 - categories['leaf']!.slices.all!.hit['1']!.value); // no tie at the top
  assert.equal(own!.siblings, own!.wrong); // all hang below Home
  assert.equal(own!.pairs.reduce((sum, { count }) => sum + count, 0), own!.wrong);
  for (const { examples, count, actual, predicted, of: all } of own!.pairs) {
    assert.ok(examples.length === Math.min(3, count) && count <= all && actual.join() !== predicted.join());
    for (const { target, session } of examples) {
      assert.equal(labelKey(dataset.items[target]!.categoryPath), actual.join('\u001f'));
      assert.ok(dataset.sessions.items.subarray(dataset.sessions.offsets[session], dataset.sessions.offsets[session + 1]).includes(target));
    }
  }
});

test('items are promised by the softmax of what competes, at their temperature', async () => {
  const softening = { value: 0.5, above: { knee: 2, value: 3 } };
  const temperatures = { item: { ...softening, n: 90, validation: { without: 3, with: 2 } } };
  const { calibration, items } = await measure(temperatures);
  const { items: events, starts, ends } = testPrefixes(dataset.sessions, splitSessions(dataset.sessions), dataset.live);
  const pairs = new ReliabilityPairs();
  for (const [prefix, end] of ends.entries()) {
    const session = [...events.subarray(starts[prefix], end)];
    if (session.includes(events[end]!)) continue;
    const weights = table[session.at(-1)!]!.map((score, row) => (session.includes(row) ? 0 : Math.exp(Math.min(Math.fround(score), 2) / 0.5 + Math.max(0, Math.fround(score) - 2) / 3)));
    const best = weights.indexOf(Math.max(...weights));
    pairs.add(weights[best]! / weights.reduce((sum, weight) => sum + weight, 0), best === events[end]);
  }
  const { bins, error, bias, temperature } = calibration[0]!;
  const expected = pairs.result();
  assert.deepEqual([calibration[0]!.task, calibration[0]!.of, temperature], ['item', 'first', temperatures.item]);
  close(error, expected.error);
  close(bias, expected.bias);
  for (const [index, bin] of bins.entries()) close(bin.predicted, expected.bins[index]!.predicted);
  assert.deepEqual(items, (await measure()).items, 'ranks stay');
});

test('the same report twice, number for number', async () => {
  const [one, other] = [await measure(), await measure()];
  assert.equal(JSON.stringify({ ...one, seconds: 0 }), JSON.stringify({ ...other, seconds: 0 }));
});

test('an interval of means is as wide as the binomial one where prefixes are independent, wider where sessions stick together', async () => {
  const [alone, together] = [new SessionMean(), new SessionMean()];
  const draws = new Random(4);
  for (let session = 0; session < 400; session++) {
    const lean = draws.uniform() < 0.3 ? 1 : 0;
    for (let prefix = 0; prefix < 5; prefix++) {
      alone.add(session, draws.uniform() < 0.3 ? 1 : 0);
      together.add(session, lean);
    }
  }
  const [free, stuck] = await bootstrapMeans([alone, together], 400, { seed: 1 });
  const half = ({ interval: [low, high] }: { interval: readonly [number, number] }): number => (high - low) / 2;
  close(half(free!), 1.96 * Math.sqrt((0.3 * 0.7) / 2000), 0.003);
  close(half(stuck!), 1.96 * Math.sqrt((0.3 * 0.7) / 400), 0.006);
  assert.deepEqual([free!.value, stuck!.value], [alone.value, together.value]);
});

test('reliability by hand: bins of equal size, their distance to the diagonal, intervals inside 0…1', () => {
  const pairs = new ReliabilityPairs();
  for (let i = 0; i < 100; i++) pairs.add(i < 50 ? 0.2 : 0.8, i < 50 ? i % 5 === 0 : i % 2 === 0); // kept at 0.2, half of 0.8
  const { n, error, bias, bins } = pairs.result();
  assert.deepEqual([n, bins.length, bins.map(({ n: size }) => size)], [100, 10, Array<number>(10).fill(10)]);
  close(error, 0.5 * 0.3);
  close(bias, 0.5 * 0.3);
  for (const { observed, interval: [low, high] } of bins) assert.ok(low <= observed && observed <= high && low >= 0 && high <= 1);
  // Wilson 1927 for 1 of 10: 0.0179 to 0.4042.
  wilson(0.1, 10).forEach((bound, index) => close(bound, [0.0179, 0.4042][index]!, 5e-4));
  assert.deepEqual(wilson(0, 20)[0], 0);
});

test('only siblings are listed as pairs; every wrong guess is counted', () => {
  const own = ['', 'a\u001fx', 'a\u001fy', 'b\u001fx'];
  const counts = new ConfusionCounts(own);
  counts.add(Float32Array.of(0.9, 0.05, 0.03, 0.02), 1, 0, 0); // label 0 is no guess: right
  counts.add(Float32Array.of(0, 0.7, 0.2, 0.1), 2, 1, 5);
  counts.add(Float32Array.of(0, 0.6, 0.3, 0.1), 2, 2, 6);
  counts.add(Float32Array.of(0, 0.6, 0.3, 0.1), 3, 3, 7);
  const { n, wrong, siblings, pairs } = counts.result();
  assert.deepEqual([n, wrong, siblings], [4, 3, 2]);
  assert.deepEqual(pairs.map(({ actual, predicted, count, of, examples }) => [actual, predicted, count, of, examples.map(({ session }) => session)]), [[2, 1, 2, 2, [1, 2]]]);
});
