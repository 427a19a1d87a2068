import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ItemFeatures } from '../../db/records.ts';
import { encodeItems } from '../../models/encode.ts';
import { featuresFromJson, featuresToJson, fitFeatures, labelOf } from '../../models/features.ts';
import type { Features, FeaturesFile } from '../../models/features.ts';
import { Random } from '../../models/random.ts';
import { readDataset } from '../helpers/data.ts';

const blank: ItemFeatures = { title: '', description: '', brand: '', categoryPath: [], color: [], material: [], size: '', department: '', manufacturer: '', price: null, attrs: [] };

function item(fields: Partial<ItemFeatures>): ItemFeatures {
  return { ...blank, ...fields };
}

function fit(items: readonly ItemFeatures[], attributes?: readonly string[]): Features {
  return fitFeatures(items, new Uint8Array(items.length).fill(1), attributes === undefined ? {} : { attributes });
}

function names(features: Features): string[] {
  return [...features.texts, ...features.categories, ...features.numbers].map(({ name }) => name);
}

function reason(features: Features, name: string): string | undefined {
  return features.dropped.find((entry) => entry.name === name)?.reason;
}

const drill = item({ title: 'Cordless Drill 18V', brand: 'Makita', categoryPath: ['Tools', 'Power Tools', 'Drills'], color: ['teal'], price: 99 });
const paint = item({ title: 'Interior Paint White', brand: 'Behr', categoryPath: ['Paint', 'Interior', 'White'], color: ['white'], price: 30 });
const saw = item({ title: 'Circular Saw', brand: 'Makita', categoryPath: ['Tools', 'Power Tools', 'Saws'], color: ['teal'] });
const brush = item({ title: 'Paint Brush', brand: 'Purdy', categoryPath: ['Paint', 'Tools', 'Brushes'], price: 9 });
const shop = [drill, paint, saw, brush];

test('nothing of a hidden or draft row is learned: any change of it leaves the fitted features as they are', () => {
  const words = fc.string({ unit: 'grapheme', maxLength: 20 });
  const any = fc.record({
    title: words, description: words, brand: words, categoryPath: fc.array(words, { maxLength: 4 }), color: fc.array(words, { maxLength: 2 }), material: fc.array(words, { maxLength: 2 }),
    size: words, department: words, manufacturer: words, price: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })), attrs: fc.array(fc.tuple(words, words), { maxLength: 2 }),
  });
  const items = [...shop, ...shop.map((entry) => item({ ...entry, price: 5 }))];
  const visible = Uint8Array.from(items, (_, row) => (row % 3 === 1 ? 0 : 1));
  const expected = JSON.stringify(featuresToJson(fitFeatures(items, visible)));
  fc.assert(fc.property(fc.array(any, { minLength: items.length, maxLength: items.length }), (others) => {
    const changed = items.map((entry, row) => (visible[row] === 0 ? others[row]! : entry));
    assert.equal(JSON.stringify(featuresToJson(fitFeatures(changed, visible))), expected);
  }), { numRuns: 200 });
});

test('on real data, fitting without the hidden rows is fitting on a catalogue that never had them', () => {
  const { items } = readDataset('amazon_scientific');
  const random = new Random(1);
  const visible = Uint8Array.from(items, () => (random.below(10) === 0 ? 0 : 1));
  const without = items.filter((_, row) => visible[row] === 1);
  const attributes = ['title', 'brand', 'l1', 'l2', 'l3', 'leaf'];
  // Compared as text: the diff of two such objects would take gigabytes.
  assert.ok(JSON.stringify(featuresToJson(fitFeatures(items, visible, { attributes }))) === JSON.stringify(featuresToJson(fit(without, attributes))));
});

test('the order of the catalogue does not show', () => {
  assert.deepEqual(featuresToJson(fit(shop.toReversed())), featuresToJson(fit(shop)));
});

test('attributes are used where the catalogue fills them with more than one value', () => {
  const features = fit(shop);
  assert.deepEqual(names(features), ['title', 'color', 'brand', 'l1', 'l2', 'leaf', 'price']);
  assert.equal(reason(features, 'l3'), 'it divides the SKUs exactly as leaf does');
  assert.equal(reason(features, 'material'), 'no SKU fills it');
  assert.equal(reason(fit(shop.map((entry) => ({ ...entry, size: 'one' }))), 'size'), 'every SKU that fills it has the same value');
  const many = Array.from({ length: 300 }, (_, i) => item({ ...shop[i % 4]!, size: i < 2 ? `${i} m` : '' }));
  assert.equal(reason(fit(many), 'size'), 'only 2 of 300 SKUs fill it, fewer than 1 %');
  assert.deepEqual(names(fit([])), []);
});

test('amazon_scientific: L1 is constant and gives no level; diginetica has a leaf and nothing else', () => {
  const amazon = readDataset('amazon_scientific');
  const features = fitFeatures(amazon.items, amazon.live, { attributes: ['title', 'brand', 'l1', 'l2', 'l3', 'leaf'] });
  // By name there are 191 and 762 (and 1,546 spellings of brands): two names occur under two parents.
  assert.deepEqual(features.categories.map(({ name, keys }) => [name, keys.length - 1]), [['brand', 1539], ['l2', 25], ['l3', 192], ['leaf', 764]]);
  assert.equal(reason(features, 'l1'), 'every SKU that fills it has the same value');
  const digi = readDataset('diginetica');
  const leaves = fitFeatures(digi.items, digi.live);
  assert.deepEqual(names(leaves), ['leaf']);
  assert.equal(leaves.categories[0]!.keys.length - 1, 995);
  assert.equal(reason(leaves, 'l1'), 'it divides the SKUs exactly as leaf does');
  assert.equal(reason(leaves, 'l2'), 'no SKU fills it');
});

test('leaves of one name under different parents are different labels with the same face', () => {
  const items = [['Indoor', 'Lamps'], ['Outdoor', 'Lamps'], ['Outdoor', 'Grills']].map((categoryPath) => item({ categoryPath }));
  const leaf = fit(items).categories.find(({ name }) => name === 'leaf')!;
  assert.deepEqual(leaf.labels, ['', 'Lamps', 'Grills', 'Lamps']);
  assert.equal(new Set(items.map((entry) => labelOf(leaf, entry))).size, 3);
  assert.deepEqual([...leaf.counts], [0, 1, 1, 1]);
  assert.equal(labelOf(leaf, item({ categoryPath: ['Lamps'] })), 0);
  // A separator inside a name does not join two names into another path.
  assert.equal(labelOf(leaf, item({ categoryPath: ['Indoor > Lamps'] })), 0);
});

test('a brand is one brand however it is written; the commonest spelling is shown', () => {
  const brands = ['DeWALT', 'DEWALT', 'DEWALT ', 'dewalt', 'Black  & Decker', 'black & decker', '', '  '];
  const brand = fit(brands.map((name) => item({ brand: name }))).categories.find(({ name }) => name === 'brand')!;
  assert.deepEqual(brand.labels, ['', 'Black  & Decker', 'DEWALT']);
  assert.deepEqual([...brand.counts], [2, 2, 4]);
  assert.deepEqual([labelOf(brand, item({ brand: 'DeWalt' })), labelOf(brand, item({ brand: '__proto__' })), labelOf(brand, item({}))], [2, 0, 0]);
});

test('free columns are read on request only, by their header, whatever it is', () => {
  const items = [item({ title: 'a', attrs: [['Voltage', '18 V'], ['__proto__', 'x']] }), item({ title: 'b', attrs: [['Voltage', '12 V'], ['__proto__', 'y']] })];
  assert.deepEqual(names(fit(items)), ['title']);
  const features = fit(items, ['title', 'Voltage', '__proto__', 'constructor']);
  assert.deepEqual(names(features), ['title', 'Voltage', '__proto__']);
  assert.equal(reason(features, 'constructor'), 'no SKU fills it');
});

test('only what was asked for is fitted', () => {
  assert.deepEqual(names(fit(shop, ['title', 'leaf'])), ['title', 'leaf']);
});

test('document frequencies count SKUs, not occurrences', () => {
  const { tokenizer, documents } = fit([item({ title: 'paint paint paint' }), item({ title: 'paint brush' }), item({ title: 'brush' }), item({})]).texts[0]!;
  const count = (word: string): number => documents[tokenizer.encode(word)[0]!]!;
  assert.deepEqual([count('paint'), count('brush')], [2, 2]);
});

test('features survive JSON, and encode every item as before', () => {
  const { items, live } = readDataset('amazon_scientific');
  const priced = items.slice(0, 1000).map((entry, row) => ({ ...entry, price: row % 7 === 0 ? null : row / 10 }));
  const features = fitFeatures(priced, live.subarray(0, 1000), { titleVocabulary: 3000, descriptionVocabulary: 2000 });
  const again = featuresFromJson(JSON.parse(JSON.stringify(featuresToJson(features))) as FeaturesFile);
  assert.deepEqual(featuresToJson(again), featuresToJson(features));
  assert.deepEqual(encodeItems(again, priced), encodeItems(features, priced));
  assert.throws(() => featuresFromJson({ ...featuresToJson(features), version: 2 as 1 }), /version 2; this program reads version 1/);
});
