/** The SKUs that share a softmax, and how often each is expected among them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Random } from '../../models/random.ts';
import { drawSharedSample, type Population } from '../../models/shared-sample.ts';

/** Rows 0 to 399 with popularity like 1 / rank; the rows after them may not be drawn. */
const count = 400;
const raw = Array.from({ length: count }, (_, row) => 1 / (row + 2));
const total = raw.reduce((a, b) => a + b);
const population: Population = { candidates: Int32Array.from(raw.keys()), eventShares: Float32Array.from({ length: count + 20 }, (_, row) => (raw[row] ?? 0) / total) };

/** Events drawn by popularity. */
function drawEvents(events: number, random: Random): Int32Array {
  return Int32Array.from({ length: events }, () => {
    let left = random.uniform() * total;
    return Math.min(count - 1, raw.findIndex((weight) => (left -= weight) < 0));
  });
}

test('a sample holds the batch first, in order, then others, none twice and none that may not be drawn', () => {
  const random = new Random(3);
  for (let draw = 0; draw < 200; draw++) {
    const events = drawEvents(60, random);
    const { rows, correction } = drawSharedSample(population, events, 120, random);
    const distinct = [...new Set(events)];
    assert.deepEqual([...rows.subarray(0, distinct.length)], distinct);
    assert.deepEqual([new Set(rows).size, rows.length, correction.length], [120, 120, 120]);
    assert.ok(rows.every((row) => row < count));
    assert.ok(correction.every((logarithm) => logarithm <= 0 && Number.isFinite(logarithm)));
  }
});

test('the same generator draws the same sample, another one another', () => {
  const events = Int32Array.of(3, 1, 3);
  const draw = (seed: number): readonly number[] => [...drawSharedSample(population, events, 30, new Random(seed)).rows];
  assert.deepEqual(draw(8), draw(8));
  assert.notDeepEqual(draw(8), draw(9));
});

test('the correction is what makes a sum over samples the sum over all: weighted by it, every row counts once', () => {
  const random = new Random(5);
  const runs = 20_000;
  const weight = new Float64Array(count);
  const drawn = new Float64Array(count);
  const expected = new Float64Array(count);
  for (let run = 0; run < runs; run++) {
    const { rows, correction } = drawSharedSample(population, drawEvents(60, random), 120, random);
    for (const [i, row] of rows.entries()) {
      weight[row]! += Math.exp(-correction[i]!) / runs;
      drawn[row]! += 1 / runs;
      expected[row]! += Math.exp(correction[i]!) / runs;
    }
  }
  const mean = (values: Float64Array, from: number, to: number): number => values.subarray(from, to).reduce((a, b) => a + b) / (to - from);
  // The head is in nearly every sample, the tail in a quarter of them; the standard error of each mean is below 0.002.
  for (const [from, to] of [[0, 5], [5, 20], [20, 100], [100, count]] as const) {
    const sum = mean(weight, from, to);
    assert.ok(Math.abs(sum - 1) < 0.006, `rows ${from} to ${to} count ${sum} times`);
  }
  assert.ok(drawn[0]! > 0.98 && mean(drawn, 100, count) < 0.3, `${drawn[0]} and ${mean(drawn, 100, count)} of the samples`);
  // How often a row is drawn, against what the samples that hold it say of it.
  for (const row of [0, 3, 40, 150, 399]) {
    const said = expected[row]! / drawn[row]!;
    assert.ok(Math.abs(drawn[row]! / said - 1) < 0.03, `row ${row} is in ${drawn[row]} of the samples, which say ${said}`);
  }
});

test('a batch that does not fit is refused, one that fills the sample is not', () => {
  const events = Int32Array.of(1, 2, 2, 3, 4);
  assert.throws(() => drawSharedSample(population, events, 3, new Random(1)), ({ message }: Error) => message === 'a batch of 5 events does not fit a sample of 3 SKUs');
  assert.deepEqual([...drawSharedSample(population, events, 4, new Random(1)).rows], [1, 2, 3, 4]);
});
