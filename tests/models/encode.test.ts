import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ItemFeatures } from '../../db/records.ts';
import { describeTokens, encodeItems, warningsFor } from '../../models/encode.ts';
import { fitFeatures } from '../../models/features.ts';
import { readDataset } from '../helpers/data.ts';

const blank: ItemFeatures = { title: '', description: '', brand: '', categoryPath: [], color: [], material: [], size: '', department: '', manufacturer: '', price: null, attrs: [] };

function item(fields: Partial<ItemFeatures>): ItemFeatures {
  return { ...blank, ...fields };
}

const shop = [
  item({ title: 'cordless drill', brand: 'Makita', categoryPath: ['Tools', 'Drills'], price: 99 }),
  item({ title: 'cordless saw', brand: 'Makita', categoryPath: ['Tools', 'Saws'], price: 9 }),
  item({ title: 'drill saw', brand: 'Bosch', categoryPath: ['Garden', 'Saws'] }),
  item({ title: '', brand: '', categoryPath: [] }),
];
const features = fitFeatures(shop, new Uint8Array(4).fill(1));

test('items become token bags, labels and standardised prices', () => {
  const encoded = encodeItems(features, shop);
  const title = features.texts[0]!;
  const [cordless, drill, saw] = ['cordless', 'drill', 'saw'].map((word) => title.tokenizer.encode(word)[0]!);
  assert.deepEqual([...encoded.texts[0]!.offsets], [0, 2, 4, 6, 6]);
  assert.deepEqual([...encoded.texts[0]!.ids], [cordless, drill, cordless, saw, drill, saw]);
  assert.deepEqual(encoded.categories.map(({ name, labels }) => [name, ...labels]), [['brand', 2, 2, 1, 0], ['l1', 2, 2, 1, 0], ['leaf', 2, 3, 1, 0]]);
  assert.deepEqual([...encoded.numbers[0]!.values], [1, 0, -1, 0, 0, 1, 0, 1]); // log 100 and log 10 lie one deviation from their mean
});

test('an outlier is cut at four standard deviations, a missing price is flagged', () => {
  const values = encodeItems(features, [item({ price: 1e12 }), item({ price: 0 }), item({ price: null })]).numbers[0]!.values;
  assert.deepEqual([...values].map((value) => Math.round(value * 100) / 100), [4, 0, -3, 0, 0, 1]);
});

test('one item encodes as it does in the catalogue', () => {
  const { items, live } = readDataset('amazon_scientific');
  const fitted = fitFeatures(items, live);
  const all = encodeItems(fitted, items);
  for (const row of [0, 17, 4343]) {
    const one = encodeItems(fitted, [items[row]!]);
    for (const [index, bag] of all.texts.entries()) assert.deepEqual(one.texts[index]!.ids, bag.ids.slice(bag.offsets[row], bag.offsets[row + 1]));
    for (const [index, { labels }] of all.categories.entries()) assert.equal(one.categories[index]!.labels[0], labels[row]);
  }
  const longest = (name: string): number => {
    const { offsets } = all.texts.find((bag) => bag.name === name)!;
    return Math.max(...offsets.subarray(1).map((offset, row) => offset - offsets[row]!));
  };
  assert.deepEqual([longest('title') <= 64, longest('description')], [true, 128]);
});

test('a hostile text is read as far as its tokens go', () => {
  const encoded = encodeItems(features, [item({ title: 'z'.repeat(1_000_000) }), item({ title: 'drill '.repeat(1_000_000) })]);
  assert.deepEqual([...encoded.texts[0]!.offsets], [0, 64, 128]);
});

test('a text is shown as the model reads it', () => {
  const { notes, words, unknown, unknownShare } = describeTokens(features, item({ title: 'Cordless sawdrill ☃ 5' }));
  assert.deepEqual(notes, [
    { field: 'title', token: 'cordless', count: 2 },
    { field: 'title', token: 'saw-', count: 2 },
    { field: 'title', token: '-drill', count: 2 },
    { field: 'title', token: '☃', count: 0 },
    { field: 'title', token: '5', count: 0 },
  ]);
  assert.deepEqual([words, unknown, unknownShare], [2, ['sawdrill'], 0.5]);
  assert.equal(describeTokens(features, blank).unknownShare, 0);
});

test('warnings say what is missing and what the model does instead', () => {
  assert.deepEqual(warningsFor(features, shop[0]!), []);
  const strange = item({ title: 'zorbium drill quaxel', brand: ' Acme ', categoryPath: ['Tools', 'Lasers'] });
  assert.deepEqual(warningsFor(features, strange), [
    { code: 'unknown-tokens', message: '2 of 3 words are new to the model (“zorbium”, “quaxel”). It reads them in pieces, which says little about the product.' },
    { code: 'unknown-brand', message: 'The brand “Acme” is not among the 4 SKUs it learned from. It counts as no brand.' },
    { code: 'unknown-category', message: 'The category “Tools > Lasers” is not among the 4 SKUs it learned from. It is read as “Tools”.' },
  ]);
  assert.deepEqual(warningsFor(features, blank).map(({ code }) => code), ['no-title']);
  assert.match(warningsFor(features, item({ title: 'drill', categoryPath: ['Toys'] }))[0]!.message, /No part of it is known\.$/);
});

test('few real SKUs that the model never saw are called unreadable', () => {
  const { items } = readDataset('amazon_scientific');
  const visible = Uint8Array.from(items, (_, row) => (row % 10 === 0 ? 0 : 1));
  const fitted = fitFeatures(items, visible, { attributes: ['title', 'brand', 'l2', 'l3', 'leaf'] });
  const hidden = items.filter((_, row) => visible[row] === 0);
  const flagged = hidden.filter((entry) => warningsFor(fitted, entry).some(({ code }) => code === 'unknown-tokens')).length;
  assert.ok(flagged / hidden.length < 0.03, `${flagged} of ${hidden.length}`);
});
