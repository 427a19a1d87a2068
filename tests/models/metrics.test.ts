import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bootstrapDifference } from '../../models/bootstrap.ts';
import { TopList, discountedGainAt, giniIndex, hitAt, reciprocalRankAt, standTarget } from '../../models/metrics.ts';
import type { Ties } from '../../models/metrics.ts';

const everything = (n: number): Int32Array => Int32Array.from({ length: n }, (_, row) => row);
const standAmong = (scores: readonly number[], target: number, k: number) => {
  const values = Float32Array.from(scores);
  const list = new TopList(k + 1);
  list.fill(values, everything(scores.length));
  return { list, standing: standTarget(list, values, everything(scores.length), new Uint8Array(scores.length).fill(1), target) };
};

test('ties: against counts every equal score as better, for none, expected takes the mean over all orders', () => {
  // Two better, three others tied with the target: its place is 3, 4, 5 or 6.
  const { standing } = standAmong([9, 8, 5, 5, 5, 5, 1], 3, 4);
  assert.deepEqual(standing, { better: 2, tied: 3 });
  assert.deepEqual((['against', 'expected', 'for'] as const).map((ties) => hitAt(standing, ties, 4)), [0, (4 - 2) / (3 + 1), 1]);
  assert.deepEqual(reciprocalRankAt(standing, 'for', 4), 1 / 3);
  assert.deepEqual(reciprocalRankAt(standing, 'expected', 4), (1 / 3 + 1 / 4) / 4);
  assert.deepEqual(reciprocalRankAt(standing, 'against', 6), 1 / 6);
  assert.deepEqual(discountedGainAt(standing, 'for', 4), 1 / Math.log2(4));
});

test('a tie across the border leaves its places empty', () => {
  const { list } = standAmong([9, 5, 5, 5, 8], 0, 3);
  assert.deepEqual([list.cut(1), list.cut(2), list.cut(3)], [1, 2, 2]);
  assert.deepEqual([...list.rows.slice(0, list.cut(3))], [0, 4]);
});

test('a score that is not a number ends the run, and one of -Infinity is never listed', () => {
  assert.throws(() => standAmong([1, NaN, 2], 0, 2), /row 1 is not a number/);
  const { list, standing } = standAmong([1, -Infinity, -Infinity], 1, 2);
  assert.deepEqual([list.cut(2), standing], [1, null]);
});

test('lists and standings agree with the definition for any scores', () => {
  const scores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 30 });
  fc.assert(fc.property(scores, fc.nat(), fc.integer({ min: 1, max: 8 }), (values, pick, k) => {
    const target = pick % values.length;
    const { list, standing } = standAmong(values, target, k);
    const rank = (row: number): number => 1 + values.filter((score, other) => other !== row && score >= values[row]!).length;
    assert.deepEqual(
      [...list.rows.slice(0, list.cut(k))].sort((a, b) => a - b),
      [...values.keys()].filter((row) => rank(row) <= k),
    );
    const better = values.filter((score) => score > values[target]!).length;
    const tied = values.filter((score) => score === values[target]).length - 1;
    const expected: Record<Ties, number> = {
      against: rank(target) <= k ? 1 : 0, for: 1 + better <= k ? 1 : 0, expected: Math.min(1, Math.max(0, (k - better) / (tied + 1))),
    };
    for (const ties of ['against', 'for', 'expected'] as const) assert.ok(Math.abs(hitAt(standing, ties, k) - expected[ties]) < 1e-12, ties);
    assert.equal(reciprocalRankAt(standing, 'against', k), rank(target) <= k ? 1 / rank(target) : 0);
  }));
});

test('the Gini index: 0 where slots are shared evenly, near 1 where one candidate has them all, as the mean difference defines it', () => {
  assert.equal(giniIndex(Int32Array.of(3, 3, 3, 3)), 0);
  assert.equal(giniIndex(Int32Array.of(0, 8, 0, 0)), 3 / 4);
  assert.equal(giniIndex(Int32Array.of(0, 0)), null);
  fc.assert(fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }), (slots) => {
    const sum = slots.reduce((total, value) => total + value, 0);
    if (sum === 0) return;
    const differences = slots.flatMap((a) => slots.map((b) => Math.abs(a - b))).reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(giniIndex(Int32Array.from(slots))! - differences / (2 * slots.length * sum)) < 1e-12);
  }));
});

test('the paired bootstrap shows a clear difference, none for equal systems, and draws whole sessions', () => {
  const n = 400;
  const sessions = Int32Array.from({ length: n }, (_, i) => i >> 2);
  const b = Float64Array.from({ length: n }, (_, i) => i % 2);
  const better = Float64Array.from({ length: n }, (_, i) => (i % 2 === 1 || i % 4 === 0 ? 1 : 0));
  const clear = bootstrapDifference(better, b, sessions, 1);
  assert.deepEqual([clear.mean, clear.interval, clear.shown], [0.25, [0.25, 0.25], true]); // the same gain in every session: no spread
  const noisy = Float64Array.from(b, (value, i) => ((i >> 2) % 2 === 0 ? 1 - value : value)); // swaps hits inside sessions only
  assert.deepEqual(bootstrapDifference(noisy, b, sessions, 1), { mean: 0, interval: [0, 0], shown: false });
  const shifted = Float64Array.from(b, (value, i) => value + ((i >> 2) % 2 === 0 ? 1 : -1));
  const none = bootstrapDifference(shifted, b, sessions, 1);
  assert.ok(none.interval[0] < 0 && none.interval[1] > 0 && !none.shown);
  assert.deepEqual(bootstrapDifference(shifted, b, sessions, 1), none);
});
