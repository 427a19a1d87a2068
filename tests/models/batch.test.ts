/** The tensors of a step, counted by hand. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { epochBatches, stepFeeds, trainingRows, type ItemData } from '../../models/batch.ts';
import { negativesOf } from '../../models/config.ts';
import { createModel } from '../../models/network.ts';
import { trainingObjective } from '../../models/objective.ts';
import { layoutFeeds, placeSessions } from '../../models/places.ts';
import { Random } from '../../models/random.ts';
import { smallConfig } from './slice.ts';

const sequencesOf = (...sessions: readonly (readonly number[])[]) => {
  const offsets = [0];
  for (const session of sessions) offsets.push(offsets.at(-1)! + session.length);
  return { offsets: Int32Array.from(offsets), items: Int32Array.from(sessions.flat()), sessions: Int32Array.from(sessions.keys()) };
};
const sequences = sequencesOf([10, 11, 12, 13, 14], [11, 10], [12, 12, 10]);
const show = (rows: ReturnType<typeof trainingRows>): string[] => [...rows.starts.keys()].map((row) => `${[...rows.items.subarray(rows.starts[row], rows.ends[row])]} > ${rows.items[rows.ends[row]!]}`);

test('causal rows are windows of maxLength inputs, prefix rows one per prediction', () => {
  const causal = trainingRows(sequences, smallConfig({ maxLength: 3 }));
  assert.deepEqual(show(causal), ['10,11,12 > 13', '13 > 14', '11 > 10', '12,12 > 10']);
  assert.equal(causal.moments, 7);
  const prefix = trainingRows(sequences, smallConfig({ maxLength: 3, mode: 'prefix' }));
  assert.deepEqual(show(prefix), ['10 > 11', '10,11 > 12', '10,11,12 > 13', '11,12,13 > 14', '11 > 10', '12 > 12', '12,12 > 10']);
  assert.equal(prefix.moments, 7);
});

test('an epoch holds every row once, in batches of about the moments asked for, in another order each time', () => {
  const rows = trainingRows(sequencesOf(...Array.from({ length: 300 }, (_, s) => Array.from({ length: 2 + (s % 9) }, (_, i) => i))), smallConfig());
  const random = new Random(1);
  const [first, second] = [epochBatches(rows, smallConfig(), random), epochBatches(rows, smallConfig(), random)];
  for (const batches of [first, second]) {
    assert.deepEqual(batches.flatMap((batch) => [...batch]).sort((a, b) => a - b), [...rows.starts.keys()]);
    const sizes = batches.map((batch) => batch.reduce((sum, row) => sum + rows.ends[row]! - rows.starts[row]!, 0));
    assert.equal(sizes.filter((size) => size < 128).length, 1); // the last one of the epoch
    assert.ok(sizes.every((size) => size < 128 + 10));
  }
  assert.notDeepEqual(first, second);
  // Alike in length: hardly anything is padded.
  const [cells, filled] = first.reduce(([all, used], batch) => {
    const lengths = [...batch].map((row) => rows.ends[row]! - rows.starts[row]!);
    return [all + batch.length * Math.max(...lengths), used + lengths.reduce((a, b) => a + b, 0)];
  }, [0, 0]);
  assert.ok(filled! / cells! > 0.75, `${filled} of ${cells}`);
});

test('a causal batch never holds more events than a shared sample has room for', () => {
  const config = { ...smallConfig({ maxLength: 10, batch: 64 }), negatives: 0 };
  for (const lengths of [() => 2, (s: number) => 2 + (s % 30), (s: number) => (s % 7 === 0 ? 11 : 2)]) {
    const rows = trainingRows(sequencesOf(...Array.from({ length: 400 }, (_, s) => Array.from({ length: lengths(s) }, (_, i) => i))), config);
    for (const batch of epochBatches(rows, config, new Random(3))) {
      const events = batch.reduce((sum, row) => sum + rows.ends[row]! + 1 - rows.starts[row]!, 0);
      assert.ok(events <= negativesOf(config, 200_000) && events <= 2 * (64 + 10), `${events} events`);
    }
  }
  assert.deepEqual([512, 4096].map((batch) => negativesOf({ ...config, batch, maxLength: 50 }, 200_000)), [4096, 8292]);
  assert.equal(negativesOf(config, 150_000), 0);
  assert.equal(negativesOf({ ...config, negatives: 300 }, 300), 0); // a sample of all would be the exact softmax
});

const numbers = (tensor: { readonly data: ArrayLike<number | bigint>; readonly dims: readonly number[] } | undefined): unknown => ({ dims: tensor!.dims, data: Array.from(tensor!.data, (x) => Number(Number(x).toFixed(6))) });

test('the layout of a causal batch: mask, running mean plus last, steps back', () => {
  const feeds = layoutFeeds(smallConfig(), placeSessions(smallConfig(), Int32Array.of(3, 1)));
  assert.deepEqual(numbers(feeds['present']), { dims: [2, 3, 1], data: [1, 1, 1, 1, 0, 0] });
  assert.deepEqual(numbers(feeds['mask']), { dims: [1, 1, 3, 3], data: [0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0] });
  assert.deepEqual(numbers(feeds['pool']), { dims: [3, 3], data: [2, 0, 0, 0.5, 1.5, 0, 0.333333, 0.333333, 1.333333] });
  assert.deepEqual(numbers(feeds['age']), { dims: [3, 3], data: [0, 0, 0, 1, 0, 0, 2, 1, 0] });
  assert.deepEqual(numbers(feeds['past']), { dims: [3, 3], data: [1, 0, 0, 1, 1, 0, 1, 1, 1] });
});

test('the layout of a prefix batch: padding is masked, the mean counts items only', () => {
  const feeds = layoutFeeds(smallConfig({ mode: 'prefix' }), placeSessions(smallConfig({ mode: 'prefix' }), Int32Array.of(2, 3)));
  assert.deepEqual(numbers(feeds['present']), { dims: [2, 3, 1], data: [1, 1, 0, 1, 1, 1] });
  assert.deepEqual(numbers(feeds['mask']), { dims: [2, 1, 1, 3], data: [0, 0, -1e9, 0, 0, 0] });
  assert.deepEqual(numbers(feeds['pool']), { dims: [2, 1, 3], data: [0.5, 0.5, 0, 0.333333, 0.333333, 0.333333] });
  assert.deepEqual(numbers(feeds['age']), { dims: [2, 1, 3], data: [1, 0, 0, 2, 1, 0] });
  assert.deepEqual(numbers(feeds['past']), { dims: [2, 1, 3], data: [1, 1, 0, 1, 1, 1] });
});

test('a packed batch: sessions back to back, nothing carried over or looked at across their borders', () => {
  const config = smallConfig({ model: 'gru4rec', maxLength: 4 });
  const places = placeSessions(config, Int32Array.of(2, 1, 3));
  assert.deepEqual([places.batch, places.length, [...places.starts]], [2, 4, [0, 2, 4]]);
  assert.deepEqual([places.moment(0, 1), places.moment(1, 0), places.moment(2, 2)], [1, 2, 6]);
  const feeds = layoutFeeds(config, places);
  assert.deepEqual(numbers(feeds['carry']), { dims: [2, 4, 1], data: [0, 1, 0, 0, 0, 1, 1, 0] });
  assert.deepEqual(numbers(feeds['past']), { dims: [2, 4, 4], data: [
    1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0,
    1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0,
  ] });
  assert.deepEqual((numbers(feeds['mean']) as { data: number[] }).data.slice(16), [1, 0, 0, 0, 0.5, 0.5, 0, 0, 0.333333, 0.333333, 0.333333, 0, 0, 0, 0, 0]);
});

/** Items 0 to 14, of which 10 to 14 may be recommended. */
const data: ItemData = {
  bags: { offsets: Int32Array.of(0, 1, 2, 3, 4, 5), ids: Int32Array.of(0, 1, 2, 3, 0), weights: new Float32Array(5).fill(1), attributes: new Uint8Array(5), tokens: 4 },
  numbers: null, columns: 0, labels: [{ name: 'leaf', labelOf: Int32Array.from({ length: 15 }, (_, row) => (row === 13 ? -1 : row % 3)) }],
  candidates: Int32Array.of(10, 11, 12, 13, 14), eventShares: new Float32Array(15), count: 15,
};

test('moments, targets, labels and pairs already seen of a tied causal batch', () => {
  const config = smallConfig({ maxLength: 4 });
  const model = createModel(config, { tokens: 4, numbers: 0, items: 0, levels: [{ name: 'leaf', labels: 3 }] });
  const objective = trainingObjective(model, 5);
  const rows = trainingRows(sequencesOf([10, 11, 10, 13], [12, 12]), config); // inputs 10 11 10 and 12
  const feeds = stepFeeds(objective, data, rows, Int32Array.of(0, 1), config, new Random(1));
  const of = (name: string): unknown => (numbers(feeds[name]) as { data: unknown }).data;
  assert.deepEqual(of('positions.items.indices'), [0, 1, 0, 2, 0, 0]); // padding points to the first item and is silenced
  assert.deepEqual(of('moments.indices'), [0, 1, 2, 3]);
  assert.deepEqual(of('targets.indices'), [1, 0, 3, 2]);
  assert.deepEqual(of('labels.leaf'), [11 % 3, 10 % 3, -1, 12 % 3]);
  assert.deepEqual(of('share'), [0.25, 0.25, 0.25, 0.25]);
  // Pairs by moment, the item just looked at first: 10 | 11 10 | 10 11 | 12; the target is among them at the second (10) and the fourth (12).
  assert.deepEqual(of('own.items.indices'), [0, 1, 0, 0, 1, 2]);
  assert.deepEqual(of('own.last'), [1, 1, 0, 1, 0, 1]);
  assert.deepEqual(of('own.target'), [0, 0, 1, 0, 0, 1]);
  assert.equal(objective.dropouts.length, 1 + 2 * config.layers);
  for (const name of objective.dropouts) assert.deepEqual(feeds[name]!.dims, [2, 3]);
});

test('a prefix batch with the id head encodes only what it looks at, and targets are rows of the catalogue', () => {
  const config = smallConfig({ maxLength: 4, mode: 'prefix', head: 'id' });
  const model = createModel(config, { tokens: 4, numbers: 0, items: 15, levels: [{ name: 'leaf', labels: 3 }] });
  const objective = trainingObjective(model, 5);
  const rows = trainingRows(sequencesOf([12, 10, 14]), config); // 12 > 10 and 12 10 > 14
  const whole = { ...data, bags: { ...data.bags!, offsets: Int32Array.of(...new Array<number>(10).fill(0), 0, 1, 2, 3, 4, 5) } };
  const feeds = stepFeeds(objective, whole, rows, Int32Array.of(1, 0), config, new Random(1));
  const of = (name: string): unknown => (numbers(feeds[name]) as { data: unknown }).data;
  assert.deepEqual(of('positions.items.indices'), [1, 0, 1, 0]); // encoded rows: 10, 12
  assert.deepEqual(of('moments.indices'), [0, 1]); // one session vector per row
  assert.deepEqual(of('targets.indices'), [14, 10]);
  assert.ok(!Object.keys(feeds).some((name) => name.startsWith('own')));
});

test('the same state of the generator feeds the same numbers', () => {
  const config = smallConfig({ maxLength: 4 });
  const objective = trainingObjective(createModel(config, { tokens: 4, numbers: 0, items: 0, levels: [{ name: 'leaf', labels: 3 }] }), 5);
  const rows = trainingRows(sequencesOf([10, 11, 10, 13], [12, 12]), config);
  const feed = (random: Random) => stepFeeds(objective, data, rows, Int32Array.of(0, 1), config, random);
  const random = new Random(4);
  random.uint32();
  const { state } = random;
  const first = feed(random);
  assert.deepEqual(feed(new Random(state)), first);
  assert.notDeepEqual(feed(random), first);
});

test('beside a shared sample every item of a moment’s own session is paired with its correction, but for the target', () => {
  const config = smallConfig({ model: 'gru4rec', maxLength: 4, batch: 8, negatives: 24 });
  const model = createModel(config, { tokens: 0, numbers: 0, items: 40, levels: [] });
  const objective = trainingObjective(model, 40);
  const rows = trainingRows(sequencesOf([10, 11, 10, 13, 11], [12, 12]), config); // 10 > 11, 11 > 10, 10 > 13, 13 > 11 and 12 > 12
  const many: ItemData = { ...data, bags: null, labels: [], candidates: Int32Array.from({ length: 40 }, (_, i) => i), eventShares: new Float32Array(40).fill(1 / 40), count: 40 };
  const feeds = stepFeeds(objective, many, rows, Int32Array.of(0, 1), config, new Random(1));
  const of = (name: string): number[] => (numbers(feeds[name]) as { data: number[] }).data;
  assert.equal(of('rows').length, 24);
  const rowOf = (slot: number): number => of('rows')[slot]!;
  // 10: to come 10 (seen) 13 11=target | 11 10, to come 13 | 10 11 | 13 10 11 | 12
  assert.deepEqual(of('own.items.indices').map(rowOf), [10, 13, 11, 10, 13, 10, 11, 13, 10, 11, 12]);
  assert.deepEqual(of('own.last'), [1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1]);
  assert.deepEqual(of('own.earlier'), [0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0]);
  assert.deepEqual(of('own.target'), [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1]);
  for (const [pair, value] of of('own.correction').entries()) {
    const slot = of('own.items.indices')[pair]!;
    assert.equal(value, of('own.target')[pair] === 1 ? 0 : of('correction')[slot]!, `pair ${pair}`);
  }
});
