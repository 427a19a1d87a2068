import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../renderer/state/delta.ts';
import { formatBytes, formatCount, formatFactor, formatMetric, formatMetricName, formatPrice, formatProbability, formatSeconds, formatShare } from '../../renderer/state/format.ts';

test('shares keep about three digits and never turn an absent number into zero', () => {
  assert.deepEqual([0.121, 0.0184, 0.00184, 0.00000012, 0, null, Number.NaN].map((ratio) => formatShare(ratio)), ['12.1 %', '1.84 %', '0.184 %', '0.000 %', '0 %', '–', '–']);
});

test('probabilities say 0 and 100 only where they are exact', () => {
  assert.deepEqual([0, 0.004, 0.38, 0.997, 1].map(formatProbability), ['0 %', '< 1 %', '38 %', '> 99 %', '100 %']);
});

test('times, sizes, counts, prices and factors read as a person says them', () => {
  assert.deepEqual([0.4, 42.2, 185, 7800].map(formatSeconds), ['under 1 s', '42 s', '3 min 05 s', '2 h 10 min']);
  assert.deepEqual([12, 4_200, 492_123, 23_400_000].map(formatBytes), ['12 B', '4.2 kB', '492 kB', '23 MB']);
  assert.deepEqual([formatCount(2041), formatCount(null), formatPrice(12.5, 'EUR'), formatPrice(null, 'EUR'), formatFactor(4.23), formatFactor(1240)], ['2,041', '–', '12.50 EUR', '', '4.2×', '1,240×']);
});

test('metrics: names as the literature writes them, losses in nats, counts as counts', () => {
  assert.deepEqual(['hr@20', 'l1-hit@1', 'leaf_hit@5'].map(formatMetricName), ['HR@20', 'L1 HIT@1', 'Leaf HIT@5']);
  assert.deepEqual([formatMetric('hr@20', 0.6913), formatMetric('loss', 4.1239), formatMetric('n', 2828)], ['69.13 %', '4.124', '2,828']);
});

test('a change has a mark, a sign and words; a smaller rank is better; what cannot be seen is no change', () => {
  const { mark, text, meaning } = compare('share', 0.0147, 0.0184);
  assert.deepEqual({ mark, text, meaning }, { mark: '▲', text: '+0.37', meaning: 'better' });
  assert.deepEqual([compare('rank', 938, 986).meaning, compare('rank', 30, 9).mark, compare('rank', 30, 9).text], ['worse', '▲', '−21']);
  assert.deepEqual([compare('share', 0.018401, 0.018404).meaning, compare('share', 0, 0).text], ['same', '0']);
});
