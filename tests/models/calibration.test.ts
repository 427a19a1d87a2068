import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrationBins, chooseScale, correlation, errorFactor, errorFactors, quantile, RankBootstrap, ranksOf, spearman } from '../../models/calibration.ts';

const near = (actual: number, expected: number, tolerance = 1e-12): void => assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

test('equal values share the mean of their places', () => {
  assert.deepEqual([...ranksOf([3, 1, 3, 2, 3])], [3, 0, 3, 1, 3]);
  assert.deepEqual([...ranksOf([])], []);
});

test('Spearman is 1 for the same order, -1 for the reverse, and the known figure with ties', () => {
  assert.equal(spearman([1, 2, 3, 4], [10, 20, 30, 4000]), 1);
  assert.equal(spearman([1, 2, 3, 4], [4, 3, 2, 1]), -1);
  // Five pairs without ties: 1 - 6 Σd² / (n (n² - 1)), d = 1, 1, 0, 1, 1.
  near(spearman([1, 2, 3, 4, 5], [2, 1, 3, 5, 4]), 1 - (6 * 4) / (5 * 24));
  // Ties by hand: places 0, 1.5, 1.5, 3 against 0, 1, 2, 3 is 4.5 / sqrt(4.5 · 5).
  near(spearman([1, 2, 2, 3], [1, 2, 3, 4]), 4.5 / Math.sqrt(4.5 * 5));
  assert.equal(spearman([7, 7, 7], [1, 2, 3]), 0, 'a constant ranks nothing');
  near(correlation([1, 2, 3], [2, 4, 6]), 1);
});

test('the bootstrap holds the estimate, is the same for the same seed, and pairs its differences', () => {
  const actual = Array.from({ length: 80 }, (_, i) => i);
  const good = actual.map((value) => value + 12 * Math.sin(value * 7));
  const poor = actual.map((value) => value + 90 * Math.sin(value * 5));
  const ranks = new RankBootstrap([good, poor, good], actual, 3);
  const again = new RankBootstrap([good, poor, good], actual, 3);
  assert.deepEqual(ranks.agreement(0), again.agreement(0));
  for (const index of [0, 1]) {
    const { spearman: value, interval } = ranks.agreement(index);
    assert.ok(interval[0] < value && value < interval[1], `${interval[0]} < ${value} < ${interval[1]}`);
  }
  assert.deepEqual(ranks.difference(0, 2), { mean: 0, interval: [0, 0], shown: false }, 'of a prediction with itself nothing is left to chance');
  const gap = ranks.difference(0, 1);
  assert.ok(gap.shown && gap.mean > 0 && gap.interval[0] > 0);
  assert.equal(ranks.difference(1, 0).mean, -gap.mean);
});

test('error factors count twice and half alike, and a missed zero is finite', () => {
  assert.equal(errorFactor(3.5, 1.5), 2);
  assert.equal(errorFactor(1.5, 3.5), 2);
  assert.equal(errorFactor(0, 0), 1);
  assert.equal(errorFactor(4.5, 0), 10);
  assert.deepEqual(errorFactors([1.5, 3.5, 0, 4.5], [3.5, 3.5, 0, 0]), { n: 4, median: 1.5, p80: quantile([1, 1, 2, 10], 0.8), calibration: 9.5 / 7 });
  assert.equal(errorFactors([1, 2], [0, 0])!.calibration, null, 'nothing came');
  assert.equal(errorFactors([], []), null);
});

test('the scale leaves as many launches above as below, or makes the sums equal', () => {
  const predicted = [10, 20, 30, 40, 50];
  near(chooseScale(predicted, predicted.map((value) => 3 * value)), 3, 1e-9);
  const [odd, mixed] = [[4, 1, 30, 8, 2], [9, 1, 20, 40, 0]];
  const scale = chooseScale(odd, mixed);
  const above = odd.filter((value, i) => value * scale > mixed[i]! + 1e-6).length;
  assert.deepEqual([above, odd.length - above], [2, 3], 'one of five is met exactly');
  near(chooseScale([0, 0, 0, 4], [2, 2, 2, 2]), 2, 1e-12); // most are predicted at nothing: the sums decide
  assert.equal(chooseScale([0, 0], [1, 2]), 1);
  assert.equal(chooseScale([], []), 1);
});

test('bins are tenths in the order of the prediction, fewer where launches are few, with the mean inside the interval', () => {
  const predicted = Array.from({ length: 100 }, (_, i) => 99 - i);
  const bins = calibrationBins(predicted, predicted.map((value) => 2 * value), 1);
  assert.deepEqual(bins.map(({ n }) => n), new Array(10).fill(10));
  assert.deepEqual(bins.map(({ predicted: mean }) => mean), [4.5, 14.5, 24.5, 34.5, 44.5, 54.5, 64.5, 74.5, 84.5, 94.5]);
  assert.ok(bins.every(({ actual, predicted: mean, interval }) => Math.abs(actual - 2 * mean) < 1e-9 && interval[0] < actual && actual < interval[1]));
  assert.equal(calibrationBins([1, 2, 3], [1, 2, 3], 1).length, 1);
  assert.deepEqual(calibrationBins([], [], 1), []);
});
