import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionTable } from '../../db/records.ts';
import {
  allPrefixes, hiddenSet, learnableRows, sampleSequences, selectPrefixes, splitSessions, testPrefixes, trainingCounts, trainingSequences, validationPrefixes,
} from '../../models/examples.ts';
import type { PrefixSet, Sequences } from '../../models/examples.ts';
import { readDataset } from '../helpers/data.ts';
import { sessionTable } from '../helpers/sessions.ts';

const none = new Int32Array(0);

/** Rows of each session beside its letters. */
function table(items: readonly (readonly number[])[], splits: readonly string[]): SessionTable {
  return sessionTable(items.map((rows, session) => [rows, splits[session]!]));
}

/** Prefixes as readable text: `1,2>3,4` is the prefix 1, 2 with target 3 and rest 3, 4. */
function show(prefixes: PrefixSet): string[] {
  return [...prefixes.ends.keys()].map((i) => {
    const input = prefixes.items.subarray(prefixes.starts[i]!, prefixes.ends[i]!);
    return `${input.join(',')}>${prefixes.items.subarray(prefixes.ends[i]!, prefixes.restEnds[i]!).join(',')}`;
  });
}

const live = new Uint8Array(10).fill(1);

test('a session whose events carry different parts gives one target per part, and the rest stays within it', () => {
  const sessions = table([[1, 2, 3, 4], [5, 6, 7]], ['ttvx', 'tvx']);
  const split = splitSessions(sessions);
  assert.equal(split.validation, 'given');
  assert.deepEqual(show(validationPrefixes(sessions, split, live)), ['1,2>3', '5>6']);
  assert.deepEqual(show(testPrefixes(sessions, split, live)), ['1,2,3>4', '5,6>7']);
  assert.deepEqual(show(allPrefixes(sessions, live)), ['1>2,3,4', '1,2>3,4', '1,2,3>4', '5>6,7', '5,6>7']);
  const fit = trainingSequences(sessions, split, live);
  assert.deepEqual([[...fit.offsets], [...fit.items], [...fit.sessions]], [[0, 2], [1, 2], [0]]);
  assert.deepEqual([...trainingSequences(sessions, split, live, 'train+valid').items], [1, 2, 3, 5, 6]);
});

test('where sessions are split whole, every prefix of a test session counts and validation is the last tenth of training', () => {
  const sessions = table([...Array.from({ length: 10 }, (_, s) => [s, (s + 1) % 10]), [1, 2, 3]], [...Array(10).fill('tt'), 'xxx']);
  const split = splitSessions(sessions);
  assert.deepEqual([split.test, split.validation], ['given', 'carved']);
  assert.deepEqual(show(validationPrefixes(sessions, split, live)), ['9>0']);
  assert.deepEqual(show(testPrefixes(sessions, split, live)), ['1>2,3', '1,2>3']);
  assert.equal(trainingSequences(sessions, split, live).sessions.length, 9);
  // The carved tenth is training data of the file: it counts as occurrences.
  assert.deepEqual([...trainingCounts(sessions, split, live)], Array(10).fill(2));
});

test('without a split the last tenth of the sessions by order is the test, and the tenth before it validation', () => {
  const sessions = table(Array.from({ length: 20 }, (_, s) => [s % 10, (s + 1) % 10]), Array(20).fill('..'));
  const split = splitSessions(sessions);
  assert.deepEqual([split.test, split.validation], ['order', 'carved']);
  assert.deepEqual([...testPrefixes(sessions, split, live).sessions], [18, 19]);
  assert.deepEqual([...validationPrefixes(sessions, split, live).sessions], [16, 17]);
  assert.match(split.description, /last 10 % of the sessions/);
});

test('hidden, draft and unknown SKUs leave training and validation, and the session closes up', () => {
  const sessions = table([[1, 9, 2], [8, 3], [1, -1, 2, 4, 9]], ['ttt', 'tt', 'tttvx']);
  const split = splitSessions(sessions);
  const drafts = Uint8Array.from(live);
  drafts[8] = 0;
  const learnable = learnableRows(drafts, Int32Array.of(9));
  const fit = trainingSequences(sessions, split, learnable);
  assert.deepEqual([[...fit.offsets], [...fit.items], [...fit.sessions]], [[0, 2, 4], [1, 2, 1, 2], [0, 2]]);
  assert.deepEqual(show(validationPrefixes(sessions, split, learnable)), ['1,2>4']);
  assert.deepEqual(show(testPrefixes(sessions, split, drafts)), ['1,2,4>9']);
  assert.equal(trainingCounts(sessions, split, learnable)[9], 0);
});

test('evaluation keeps hidden SKUs as inputs; a draft or an unknown SKU is no target and is counted', () => {
  const sessions = table([[9, 1, 8, -1, 2]], ['xxxxx']);
  const drafts = Uint8Array.from(live);
  drafts[8] = 0;
  const prefixes = testPrefixes(sessions, splitSessions(sessions), drafts);
  assert.deepEqual(show(prefixes), ['9>1,8,2', '9,1,8>2']);
  assert.equal(prefixes.leftOut, 2);
  assert.deepEqual(show(selectPrefixes(prefixes, (target) => target === 2)), ['9,1,8>2']);
});

test('a share of the sequences: whole ones, in order, by the seed alone', () => {
  const lengths = Array.from({ length: 200 }, (_, s) => 2 + (s % 5));
  const offsets = [0];
  for (const length of lengths) offsets.push(offsets.at(-1)! + length);
  const all: Sequences = { offsets: Int32Array.from(offsets), items: Int32Array.from({ length: offsets.at(-1)! }, (_, event) => event), sessions: Int32Array.from(lengths, (_, s) => 1000 + s) };
  const itemsOf = ({ items, offsets }: Sequences, s: number): readonly number[] => [...items.subarray(offsets[s]!, offsets[s + 1]!)];
  assert.equal(sampleSequences(all, 1, 7), all);
  for (const share of [0.1, 0.25, 0.5]) {
    const sample = sampleSequences(all, share, 7);
    assert.deepEqual([sample.sessions.length, sample.offsets.length, sample.offsets[0], sample.items.length], [200 * share, 200 * share + 1, 0, sample.offsets.at(-1)]);
    for (const [i, session] of sample.sessions.entries()) {
      assert.ok(i === 0 || session > sample.sessions[i - 1]!);
      assert.deepEqual(itemsOf(sample, i), itemsOf(all, session - 1000));
    }
    assert.deepEqual(sampleSequences(all, share, 7), sample);
    assert.notDeepEqual(sampleSequences(all, share, 8).sessions, sample.sessions);
  }
  assert.equal(sampleSequences(all, 0.001, 7).sessions.length, 1); // never none
  const drawn = new Float64Array(200);
  for (let seed = 0; seed < 2000; seed++) for (const session of sampleSequences(all, 0.25, seed).sessions) drawn[session - 1000]! += 1 / 2000;
  assert.ok(drawn.every((frequency) => Math.abs(frequency - 0.25) < 0.05), `${Math.min(...drawn)} to ${Math.max(...drawn)}`); // five standard errors
});

test('the hidden set is the one the protocol names', () => {
  const scientific = readDataset('amazon_scientific').skus;
  const first = hiddenSet(scientific, 1);
  assert.deepEqual([first.length, ...[...first.slice(0, 2)].map((row) => scientific[row])], [434, 'B00EZ89A54', 'B003O509PY']);
  const diginetica = readDataset('diginetica').skus;
  const second = hiddenSet(diginetica, 1);
  assert.deepEqual([second.length, ...[...second.slice(0, 2)].map((row) => diginetica[row])], [4310, '16545', '19986']);
});

test('amazon_scientific has the sizes of the protocol', () => {
  const { sessions, live: rows, skus } = readDataset('amazon_scientific');
  const split = splitSessions(sessions);
  const fit = trainingSequences(sessions, split, rows);
  const prefixes = testPrefixes(sessions, split, rows);
  const hidden = [1, 2, 3].map((seed) => new Set(hiddenSet(skus, seed)));
  assert.deepEqual({
    trainEvents: fit.items.length, trainPrefixes: fit.items.length - fit.sessions.length, test: prefixes.ends.length,
    all: allPrefixes(sessions, rows).ends.length, coldItems: trainingCounts(sessions, split, rows).filter((count) => count === 0).length,
    coldTargets: hidden.map((set) => selectPrefixes(prefixes, (target) => set.has(target)).ends.length),
  }, { trainEvents: 41858, trainPrefixes: 33541, test: 8317, all: 58492 - 8317, coldItems: 17, coldTargets: [866, 772, 789] });
});

test('diginetica has the sizes of the protocol', () => {
  const { sessions, live: rows, skus } = readDataset('diginetica');
  const split = splitSessions(sessions);
  const fit = trainingSequences(sessions, split, learnableRows(rows, none));
  const whole = trainingSequences(sessions, split, rows, 'train+valid');
  const valid = validationPrefixes(sessions, split, rows);
  const prefixes = testPrefixes(sessions, split, rows);
  const fitted = new Set(fit.items);
  const hidden = [1, 2, 3].map((seed) => new Set(hiddenSet(skus, seed)));
  assert.deepEqual({
    fitSessions: fit.sessions.length, fitPrefixes: fit.items.length - fit.sessions.length, wholePrefixes: whole.items.length - whole.sessions.length,
    valid: valid.ends.length, validOnlyTargets: selectPrefixes(valid, (target) => !fitted.has(target)).ends.length, test: prefixes.ends.length,
    coldTargets: hidden.map((set) => selectPrefixes(prefixes, (target) => set.has(target)).ends.length),
  }, {
    fitSessions: 168003, fitPrefixes: 649944, wholePrefixes: 719470, valid: 69526, validOnlyTargets: 505, test: 60858,
    coldTargets: [5713, 5997, 6093],
  });
});
