/** What a back-test's trainer receives: nothing of a launch, and nothing from the date on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitCodes } from '../../db/records.ts';
import { firstSeenTimes, knownBefore, knownWithout, launchesSince, type TimedDataset } from '../../models/backtest-split.ts';
import type { TrainingPart } from '../../models/backtest-jobs.ts';
import { featuresToJson } from '../../models/features.ts';
import { tokenizeText, weighTokens } from '../../models/baselines/title-similarity.ts';
import { prepareTraining, tokenStart } from '../../models/prepare.ts';
import { Random } from '../../models/random.ts';
import { tinyConfig, tinyShop } from '../fault/tiny-shop.ts';
import { datasetOf, item, sessionTable } from '../helpers/sessions.ts';

const day = 86_400_000;
const since = 50 * day;

/** The tiny shop with a clock: one session a day; every eighth SKU is launched on day 50 and not seen before; those have words, a brand and a leaf of their own. */
function datedShop(): TimedDataset {
  const shop = tinyShop();
  const isLaunch = (row: number): boolean => row % 8 === 3;
  const items = shop.items.map((known, row) => (isLaunch(row) ? item(`xyzzy plugh ${known.title}`, 'Nowhere', 'Hardware', 'Oddities') : known));
  const random = new Random(5);
  const offsets = [0];
  const rows: number[] = [];
  const times: number[] = [];
  for (let session = 0; session + 1 < shop.sessions.offsets.length; session++) {
    for (let event = shop.sessions.offsets[session]!; event < shop.sessions.offsets[session + 1]!; event++) {
      const row = shop.sessions.items[event]!;
      const time = session * day + (event - shop.sessions.offsets[session]!) * 60_000;
      if (isLaunch(row) && time < since) continue;
      rows.push(row);
      times.push(random.uniform() < 0.02 && !isLaunch(row) ? -1 : time); // a few events have no time
    }
    offsets.push(rows.length);
  }
  return { ...datasetOf(items, { offsets: Int32Array.from(offsets), items: Int32Array.from(rows), splits: new Uint8Array(rows.length) }), times: Float64Array.from(times) };
}

/** Everything the trainer fits before its first step, as text. */
function fitted({ dataset, hidden }: TrainingPart): string {
  const prepared = prepareTraining(dataset, tinyConfig('M2TRec'), hidden);
  assert.ok(tokenStart(prepared, tinyConfig('M2TRec')) !== null);
  return JSON.stringify([featuresToJson(prepared.features), prepared.shape, [...prepared.data.candidates], [...prepared.data.eventShares], Object.values(prepared.rows).map((part) => (typeof part === 'number' ? part : [...part]))]);
}

test('launches are the live SKUs first seen on or after the date, in that order', () => {
  const items = ['a', 'b', 'c', 'd', 'e'].map((title) => item(title));
  const data = { ...datasetOf(items, sessionTable([[[0, 1, 2], '...'], [[2, 1, 3, 4], '....']]), [3]), times: Float64Array.of(10, 40, 60, 70, 80, 90, -1) };
  assert.deepEqual([...firstSeenTimes(data, data.times)], [10, 40, 60, 90, -1]);
  assert.deepEqual([...launchesSince(data, 40).rows], [1, 2], 'a draft is no launch, and of the last one nobody knows when it came');
  assert.deepEqual([...launchesSince(data, 41).rows], [2], 'the date itself counts, what was seen before does not');
});

test('before a date: no event from the date on, none without a time, and no event or text of a launch', () => {
  const data = datedShop();
  const { rows } = launchesSince(data, since);
  assert.ok(rows.length >= 10);
  const part = knownBefore(data, since);
  assert.ok(part.times!.length > 100 && part.times!.every((time) => time >= 0 && time < since));
  assert.equal(part.dataset.sessions.items.length, data.times.filter((time) => time >= 0 && time < since).length, 'and nothing else is lost');
  const launched = new Set(rows);
  assert.ok(part.dataset.sessions.items.every((row) => !launched.has(row)));
  assert.ok(rows.every((row) => part.hidden.includes(row) && part.dataset.items[row]!.title === '' && part.dataset.items[row]!.categoryPath.length === 0));
  assert.deepEqual([...new Set(part.dataset.sessions.splits)].sort(), [splitCodes.train, splitCodes.valid], 'its last sessions choose the epoch; no test part is wasted');
  assert.notEqual(part.dataset.hash, data.hash, 'a run on it is not taken for one on everything');
});

test('vocabularies, labels, document counts and event shares do not know the launches', () => {
  const data = datedShop();
  const { rows } = launchesSince(data, since);
  assert.ok([...rows].filter((row) => tokenizeText(data.items[row]!).includes('xyzzy')).length >= 10, 'the words are there to leak');
  for (const part of [knownBefore(data, since), knownWithout(data, rows)]) {
    const text = fitted(part);
    assert.doesNotMatch(text, /xyzzy|plugh|nowhere|oddities/i);
    const { offsets } = weighTokens({ sequences: { offsets: new Int32Array(1), items: new Int32Array(0), sessions: new Int32Array(0) }, items: part.dataset.items, learnable: Uint8Array.from(data.items, (_, row) => (part.hidden.includes(row) ? 0 : 1)) });
    assert.ok(rows.every((row) => offsets[row] === offsets[row + 1]), 'title similarity sees no text of theirs');
  }
});

test('whatever happened from the date on, the trainer would have received the same', () => {
  const data = datedShop();
  const { rows } = launchesSince(data, since);
  const launched = new Set(rows);
  // Another future: every later event is of another SKU, every launch has another text.
  const other: TimedDataset = {
    ...data,
    items: data.items.map((known, row) => (launched.has(row) ? item('another title', 'Another', 'Another') : known)),
    sessions: { ...data.sessions, items: data.sessions.items.map((row, event) => (data.times[event]! >= since ? (launched.has(row) ? row : (row + 8) % data.items.length) : row)) },
  };
  const [one, two] = [knownBefore(data, since), knownBefore(other, since)];
  assert.equal(fitted(one), fitted(two));
  assert.deepEqual([...one.dataset.sessions.items], [...two.dataset.sessions.items]);
});

test('a list: the events of its SKUs are gone, sessions close up, the file’s split stays', () => {
  const items = ['a', 'b', 'c', 'd'].map((title) => item(title));
  const data = datasetOf(items, sessionTable([[[0, 1, 2, 3], 'ttvx'], [[1, 1], 'tx'], [[1, 0], 'tt']]));
  const part = knownWithout(data, Int32Array.of(1));
  assert.deepEqual([...part.dataset.sessions.offsets], [0, 3, 4]);
  assert.deepEqual([...part.dataset.sessions.items], [0, 2, 3, 0]);
  assert.deepEqual([...part.dataset.sessions.splits], [1, 2, 3, 1]);
  assert.deepEqual([...part.hidden], [1]);
  assert.equal(part.dataset.items[1]!.title, '');
  assert.equal(data.items[1]!.title, 'b', 'the dataset itself is not touched');
});
