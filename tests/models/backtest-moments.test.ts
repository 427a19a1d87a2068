import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectMoments, countClicks, sampleMoments } from '../../models/backtest-moments.ts';
import { gatherPrefixes } from '../../models/scorer.ts';
import { datasetOf, item, sessionTable } from '../helpers/sessions.ts';

const items = ['a', 'b', 'c', 'd'].map((title) => item(title));
/** Row 3 is a draft; the second session holds a SKU that the catalogue does not know. */
const data = datasetOf(items, sessionTable([[[0, 1, 2, 1], '....'], [[2, -1, 0, 3, 1], '.....'], [[1], '.']]), [3]);

test('a moment has a live SKU that came next and something before it', () => {
  const moments = collectMoments(data, null);
  assert.deepEqual([...moments.items], [0, 1, 2, 1, 2, 0, 3, 1, 1]);
  assert.deepEqual([...moments.starts], [0, 0, 0, 4, 4]);
  assert.deepEqual([...moments.ends], [1, 2, 3, 5, 7]);
});

test('R counts the moments at which a SKU came next for the first time; X are those whose context does not hold it', () => {
  const { after, moments, clicks } = countClicks(collectMoments(data, null), items.length, null);
  assert.deepEqual([...after], [5, 5, 5, 5]);
  // Contexts: 0 | 0 1 | 0 1 2 | 2 | 2 0 3; then came 1, 2, 1, 0, 1.
  assert.deepEqual([...moments], [5 - 4, 5 - 2, 5 - 3, 5 - 1]);
  assert.deepEqual([...clicks], [1, 2, 1, 0], 'the second 1 of the first session is no first click');
});

test('with a clock only what comes after the first event counts, and only moments from the date on', () => {
  const times = Float64Array.of(10, 20, 30, 40, 50, 55, 60, 65, 70, 80);
  const firstSeen = Float64Array.of(10, 20, 30, 65);
  const all = countClicks(collectMoments(data, times), items.length, firstSeen);
  assert.deepEqual([...all.after], [5, 4, 3, 1], 'the first event itself is not after it');
  assert.deepEqual([...all.clicks], [1, 1, 0, 0], 'being seen first is no click');
  const later = collectMoments(data, times, 55);
  assert.deepEqual([...later.times!], [60, 70]);
  assert.deepEqual([...countClicks(later, items.length, firstSeen).clicks], [1, 1, 0, 0]);
});

test('the number of moments after a launch does not depend on how often it was clicked', () => {
  const often = datasetOf(items, sessionTable([[[0, 1], '..'], [[0, 1, 2], '...'], [[2, 1, 0], '...']]));
  const seldom = datasetOf(items, sessionTable([[[0, 2], '..'], [[0, 2, 2], '...'], [[2, 2, 0], '...']]));
  const of = (dataset: typeof data): number => countClicks(collectMoments(dataset, null), items.length, null).after[1]!;
  assert.equal(of(often), of(seldom));
});

test('a sample is drawn by its seed alone and keeps its order; batches hold the contexts', () => {
  assert.deepEqual([...sampleMoments(4, 10, 1)], [0, 1, 2, 3]);
  const some = sampleMoments(1000, 50, 1);
  assert.equal(some.length, 50);
  assert.deepEqual([...some], [...sampleMoments(1000, 50, 1)]);
  assert.deepEqual([...some], [...some].sort((a, b) => a - b));
  const batch = gatherPrefixes(collectMoments(data, null), Int32Array.of(1, 4));
  assert.deepEqual([[...batch.offsets], [...batch.items]], [[0, 2, 5], [0, 1, 2, 0, 3]]);
});
