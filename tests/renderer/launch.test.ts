/** The draft page in words and small drawings: its address, the words of a title, what differs between two texts, a SKU's history. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ItemFeatures } from '../../db/records.ts';
import type { ItemHistory } from '../../electron/api/what-if.ts';
import { formatAddress, parseAddress } from '../../renderer/state/address.ts';
import { displacedTable } from '../../renderer/screens/launch/displaced.ts';
import { compareForms, emptyForm, featuresOf, readFields, withFeatures } from '../../renderer/screens/launch/form.ts';
import { describeHistory, drawHistory, historySize, summarizeHistory } from '../../renderer/screens/launch/history.ts';
import { effectViews, firstViews, previewViews, readViews, writeViews } from '../../renderer/screens/launch/views.ts';
import { describeGroup, whereWords } from '../../renderer/screens/launch/where.ts';
import { markDifferences, splitTitle } from '../../renderer/screens/launch/words.ts';
import { rowOf, items } from './harness/shop.ts';

const features: ItemFeatures = {
  title: 'Oak table', description: 'Solid.', brand: 'Halden', categoryPath: ['Furniture', 'Tables', 'Dining', 'Oak'], color: ['oak', 'white'], material: ['oak'], size: '', department: '', manufacturer: '', price: 12.5, attrs: [['legs', '4']],
};

test('every pair of sides survives the address of any SKU; unknown words and missing ones change nothing', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom(...previewViews), fc.constantFrom(...effectViews), fc.boolean(), (sku, preview, effect, brief) => {
    const address = parseAddress(formatAddress('launch', sku, writeViews({ preview, effect, brief })))!;
    assert.equal(address.detail, sku);
    assert.deepEqual(readViews(address.view!, firstViews), { preview, effect, brief });
  }));
  const before = { preview: 'why', effect: 'nearest', brief: true } as const;
  assert.deepEqual([readViews('', before), readViews('todo', before), readViews('losers.later', before)], [{ ...before, brief: false }, { ...before, preview: 'todo', brief: false }, { ...before, effect: 'losers', brief: false }]);
});

test('a title is shown word by word with the model’s word for each; signs stay with the word before them', () => {
  const tokens = new Set(['20', 'volt', 'max', 'drill', 'driver', 'stain', 'resistant', 'grüße']);
  const shown = (title: string): readonly string[] => splitTitle(title, tokens).map(({ text, token }) => `${text}=${token ?? ''}`);
  assert.deepEqual(shown('20-Volt MAX Drill/Driver, new'), ['20-=20', 'Volt=volt', 'MAX=max', 'Drill/=drill', 'Driver,=driver', 'new=']);
  assert.deepEqual([shown('  '), shown('Stain-Resistant'), shown('GRÜSSE Grüße (stain)')], [[], ['Stain-=stain', 'Resistant=resistant'], ['GRÜSSE=', 'Grüße=grüße', '(stain)=stain']]);
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (title) => {
    assert.equal(splitTitle(title, tokens).map(({ text }) => text).join(''), title.replaceAll(/\s+/g, ''));
  }));
});

test('two texts are compared field by field and word by word', () => {
  const a = withFeatures(emptyForm('A'), features, 'EUR');
  const b = withFeatures(a, { ...features, title: 'Oak round table', price: null, attrs: [['legs', '3'], ['shape', 'round']] });
  assert.deepEqual(featuresOf(a), features);
  assert.deepEqual(compareForms(a, a), []);
  assert.deepEqual(compareForms(a, b).map(({ field, a: left, b: right }) => [field, left, right]), [['Title', 'Oak table', 'Oak round table'], ['Price', '12.5 EUR', ''], ['legs', '4', '3'], ['shape', '', 'round']]);
  assert.deepEqual(markDifferences('Oak round oak table', 'Oak table').filter(({ differs }) => differs).map(({ text }) => text), ['round', 'oak']);
  assert.equal(readFields(emptyForm('A')).get('Price'), '');
});

test('a history is drawn from zero within its frame, whatever its length, and told in words', () => {
  const week = 7 * 86_400_000;
  const history = (periods: ItemHistory['periods']): ItemHistory => ({ item: rowOf([...items.values()][0]!), events: 12, sessions: 9, splits: { none: 0, train: 10, valid: 0, test: 2 }, types: { view: 11, cart: 1, purchase: 0, other: 0 }, periods });
  const long = Array.from({ length: 500 }, (_, index) => ({ start: index * week, events: index % 7 }));
  const bars = drawHistory(long);
  assert.ok(bars.length <= historySize.width / 2 && bars.every(({ x, y, width, height }) => x >= 0 && x + width <= historySize.width + 1e-9 && y >= 0 && y + height === historySize.height));
  assert.deepEqual(drawHistory([{ start: 0, events: 0 }, { start: week, events: 4 }]).map(({ height }) => height), [0, historySize.height]);
  assert.equal(summarizeHistory(history(null)), ': train 10, test 2');
  const dated = history({ unit: 'week', counts: [{ start: Date.UTC(2026, 0, 5), events: 3 }, { start: Date.UTC(2026, 2, 2), events: 9 }] });
  assert.equal(describeHistory(dated), '12 recorded events in 9 sessions (view 11, cart 1), Jan 2026 – Mar 2026. Most in the week of 2 Mar 2026: 9.');
});

test('groups of moments have names, also where there is nothing to name', () => {
  assert.deepEqual([describeGroup('length', { label: '1', moments: 1, entered: 0 }), describeGroup('length', { label: '3-4', moments: 1, entered: 0 }), describeGroup('brand', { label: '', moments: 1, entered: 0 }), describeGroup('entry', { label: 'SKU-9', moments: 1, entered: 0 })], ['1 item', '3-4 items', 'No brand', 'SKU-9']);
  assert.deepEqual(Object.keys(whereWords), ['category', 'length', 'entry', 'brand']);
});

test('who loses leaves as one table: every row as wide as its head, groups and rest included', () => {
  const item = rowOf([...items.values()][0]!);
  const table = displacedTable({
    displaced: [{ item, slots: 3, before: 0.2, after: 0.1, places: 1.5, protected: true }],
    displacedBy: [{ by: 'brand', groups: [{ label: 'A', skus: 1, slots: 3, own: true }], rest: { groups: 2, skus: 4, slots: 5 } }],
  });
  assert.deepEqual(table.map((row) => row.length), Array(4).fill(11));
  assert.deepEqual(table.map((row) => row[6]), ['slots lost', 3, 3, 5]);
});
