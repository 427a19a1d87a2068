import assert from 'node:assert/strict';
import test from 'node:test';
import { dropTokens, jointBags, selectBags, tokenRanges, weightyEntries } from '../../models/bags.ts';
import { encodeItems } from '../../models/encode.ts';
import { fitFeatures } from '../../models/features.ts';
import { Random } from '../../models/random.ts';
import { item } from '../helpers/sessions.ts';
import { firstSessions } from './slice.ts';

/** Each word in at least three titles, so that it is read. */
const items = [
  item('steel bolt', 'Acme', 'Hardware', 'Bolts'), item('steel bolt steel', 'Acme', 'Hardware', 'Bolts'), item('brass bolt', 'Boltix', 'Hardware', 'Bolts'),
  item('steel nut', 'Boltix', 'Tools', 'Nuts'), item('brass nut', 'Lone', 'Tools', 'Nuts'), item('brass nut', '', 'Tools', 'Nuts'),
];
const features = fitFeatures(items, new Uint8Array(items.length).fill(1), { titleVocabulary: 200 });
const bags = jointBags(features, encodeItems(features, items));
const ranges = tokenRanges(features);

/** Weights of an item by attribute and token. */
function named(row: number): Record<string, number> {
  return Object.fromEntries([...bags.ids.subarray(bags.offsets[row], bags.offsets[row + 1])].map((id, i) => {
    const range = ranges.findLast(({ start }) => start <= id)!;
    const text = features.texts.find(({ name }) => name === range.name);
    const label = text === undefined ? features.categories.find(({ name }) => name === range.name)!.labels[id - range.start]! : text.tokenizer.tokens[id - range.start]!;
    return [`${range.name}:${label}`, bags.weights[bags.offsets[row]! + i]!];
  }));
}

test('weights are tf·idf over all attributes and of unit length, by hand', () => {
  // idf = ln(7 / (1 + SKUs with it)): steel, bolt, brass, nut are in 3 each, Acme in 2, Bolts in 3. L1 says what the leaf says, and is dropped.
  assert.deepEqual(features.categories.map(({ name }) => name), ['brand', 'leaf']);
  const [three, two] = [Math.log(7 / 4), Math.log(7 / 3)];
  const raw = { 'title:steel': 2 * three, 'title:bolt': three, 'brand:Acme': two, 'leaf:Bolts': three };
  const length = Math.hypot(...Object.values(raw));
  const found = named(1);
  assert.deepEqual(Object.keys(found).sort(), Object.keys(raw).sort());
  for (const [name, weight] of Object.entries(raw)) assert.ok(Math.abs(found[name]! - weight / length) < 1e-6, name);
});

test('a brand of one SKU would be its id: it is not read; a missing one is no token', () => {
  assert.deepEqual(Object.keys(named(4)).filter((name) => name.startsWith('brand')), []);
  assert.deepEqual(Object.keys(named(5)).filter((name) => name.startsWith('brand')), []);
});

test('every bag of a real catalogue has unit length or nothing in it, and ids of its own attributes', () => {
  const { items: real } = firstSessions(60);
  const visible = Uint8Array.from(real, (_, row) => (row % 5 === 0 ? 0 : 1));
  const fitted = fitFeatures(real, visible, { titleVocabulary: 500 });
  const all = jointBags(fitted, encodeItems(fitted, real));
  const owners = tokenRanges(fitted);
  for (let row = 0; row < real.length; row++) {
    const weights = all.weights.subarray(all.offsets[row], all.offsets[row + 1]);
    if (weights.length > 0) assert.ok(Math.abs(Math.hypot(...weights) - 1) < 1e-6, `row ${row}`);
    assert.equal(new Set(all.ids.subarray(all.offsets[row], all.offsets[row + 1])).size, weights.length);
  }
  for (const [entry, id] of all.ids.entries()) {
    const { start, size } = owners[all.attributes[entry]!]!;
    assert.ok(id >= start && id < start + size);
  }
  assert.equal(all.tokens, owners.reduce((sum, { size }) => sum + size, 0));
  const some = selectBags(all, Int32Array.of(7, 2, 7));
  for (const [i, row] of [7, 2, 7].entries()) {
    for (const part of ['ids', 'weights', 'attributes'] as const) assert.deepEqual(some[part].slice(some.offsets[i], some.offsets[i + 1]), all[part].slice(all.offsets[row], all.offsets[row + 1]));
  }
});

test('dropped tokens keep the expected weight; whole attributes go together', () => {
  const random = new Random(1);
  const [tokenRate, attributeRate, draws] = [0.3, 0.2, 20_000];
  const sums = new Float64Array(bags.weights.length);
  let titleGone = 0;
  for (let draw = 0; draw < draws; draw++) {
    const weights = dropTokens(bags, tokenRate, attributeRate, random);
    for (const [entry, weight] of weights.entries()) sums[entry]! += weight / draws;
    if (weights[0] === 0 && weights[1] === 0) titleGone++; // item 0: steel, bolt
    for (const [entry, weight] of weights.entries()) assert.ok(weight === 0 || Math.abs(weight - bags.weights[entry]! / 0.56) < 1e-6);
  }
  for (const [entry, sum] of sums.entries()) assert.ok(Math.abs(sum / bags.weights[entry]! - 1) < 0.035, `entry ${entry}: ${sum} of ${bags.weights[entry]}`);
  const expected = attributeRate + (1 - attributeRate) * tokenRate ** 2;
  assert.ok(Math.abs(titleGone / draws - expected) < 0.012, `${titleGone / draws} against ${expected}`);
});

test('without dropout the weights stay as they are', () => {
  assert.deepEqual(dropTokens(bags, 0, 0, new Random(1)), bags.weights);
});

test('silent entries are left out, the others keep their row and order', () => {
  const bag = { offsets: Int32Array.of(0, 2, 2, 5), ids: Int32Array.of(4, 3, 2, 1, 0), weights: new Float32Array(5) };
  const { offsets, ids, weights } = weightyEntries(bag, Float32Array.of(0, 0.5, 0.25, 0, 0.125));
  assert.deepEqual([[...offsets], [...ids], [...weights]], [[0, 1, 1, 3], [3, 2, 0], [0.5, 0.25, 0.125]]);
});
