import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddress, parseAddress } from '../../renderer/state/address.ts';
import { rowAfterKey, rowsInView, scrollToShow, trackOf } from '../../renderer/state/rows.ts';
import { colorsOf, glyphOf, monogramOf, needsDarkMark } from '../../renderer/state/swatch.ts';
import { readSessionAddress, sessionAddress } from '../../renderer/screens/categories/session-address.ts';
import { answersOf } from '../../renderer/screens/catalog/answers.ts';
import { groupsOf, placeOf, sections } from '../../renderer/screens/catalog/issues.ts';
import { toBase64, upload } from '../../renderer/screens/catalog/upload.ts';
import { featuresOf, formOf, problemOf, readPrice } from '../../renderer/screens/launch/form.ts';
import { drawCurve, smooth } from '../../renderer/screens/training/chart.ts';
import { checklistOf } from '../../renderer/screens/home/checklist.ts';
import type { ImportMapping, IssueGroup, IssueSeverity, Item } from '../../db/records.ts';

test('any SKU survives an address, and so does any session', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (sku) => {
    assert.deepEqual(parseAddress(formatAddress('launch', sku)), { screen: 'launch', detail: sku });
  }));
  fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1 }), (skus) => {
    assert.deepEqual(readSessionAddress(parseAddress(formatAddress('categories', sessionAddress(skus)))!.detail), skus);
  }));
  assert.deepEqual([parseAddress('#/nowhere'), parseAddress(''), parseAddress('#/catalog/%E0%A4%A')], [null, null, { screen: 'catalog', detail: '' }]);
});

test('only rows in view are drawn, whatever the length of the list', () => {
  assert.deepEqual(rowsInView(0, 280, 28, 600_000), { first: 0, end: 18 });
  assert.deepEqual(rowsInView(28 * 300_000, 280, 28, 600_000), { first: 299_992, end: 300_018 });
  assert.deepEqual(rowsInView(28 * 50, 280, 28, 3), { first: 3, end: 3 });
  assert.deepEqual([scrollToShow(4, 0, 280, 28), scrollToShow(10, 0, 280, 28), scrollToShow(2, 100, 280, 28)], [0, 28, 56]);
});

test('a list longer than a page can be is reached to its last row', () => {
  assert.deepEqual(trackOf(600_000, 36, 500), { length: 21_600_000, ratio: 1 });
  fc.assert(fc.property(fc.integer({ min: 700_000, max: 5_000_000 }), fc.constantFrom(28, 36, 44), fc.integer({ min: 100, max: 2_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (total, rowHeight, height, share) => {
    const { length, ratio } = trackOf(total, rowHeight, height);
    assert.ok(length <= 30_000_000);
    const index = Math.round(share * (total - 1));
    const scrollTop = scrollToShow(index, 0, height, rowHeight) / ratio;
    assert.ok(scrollTop <= length - height + 1e-6, 'as far as the page scrolls');
    const { first, end } = rowsInView(scrollTop * ratio, height, rowHeight, total);
    const top = index * rowHeight + scrollTop - scrollTop * ratio - scrollTop; // on the screen
    assert.ok(first <= index && index < end && top > -1e-3 && top + rowHeight < height + 1e-3);
  }));
});

test('keys move within the list and stop at its ends', () => {
  const from5 = (key: string): number | null => rowAfterKey(key, 5, 20, 9);
  assert.deepEqual(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', 'x'].map(from5), [6, 4, 14, 0, 0, 19, null]);
  assert.equal(rowAfterKey('ArrowDown', 0, 0, 9), null);
});

test('a SKU without a picture looks the same everywhere: colours, glyph and letters come from its words', () => {
  assert.deepEqual([colorsOf(['Matte Black', 'oak']), colorsOf(['WEISS/grau']), colorsOf(['12 in.']), colorsOf(['constructor __proto__'])], [['#26272b', '#c39a62'], ['#fafaf8', '#8b9097'], [], []]);
  assert.deepEqual([glyphOf(['Tools', 'Power Tools', 'Drills & Drivers']), glyphOf(['Garden', 'Irrigation']), glyphOf([], 'LED lamp'), glyphOf(['Other'])], ['drill', 'water', 'light', 'box']);
  assert.deepEqual(['Stanley Tools', 'bosch', '', '3M'].map(monogramOf), ['ST', 'Bo', '', '3m']);
  assert.deepEqual([needsDarkMark('#fafaf8'), needsDarkMark('#20325f')], [true, false]);
});

test('issues: blockers apart from warnings, each says its place, and an answer is offered where one mends them all', () => {
  const issue = { code: 'E_B', severity: 'row', file: 'a.csv', line: 1204, column: 'price', value: 'x', message: 'E_B.' } as const;
  assert.equal(placeOf(issue), 'line 1,204, column price: “x”');
  const group = (code: string, severity: IssueSeverity, answer: keyof ImportMapping | null): IssueGroup => ({ code, severity, count: 1, fix: '', answer, examples: [] });
  const groups = [group('E_TITLE_EMPTY', 'row', 'untitled'), group('W_PRICE_UNREADABLE', 'warn', 'priceDecimal'), group('E_SKU_EMPTY', 'row', 'columns'), group('I_DELIMITER', 'info', 'delimiter'), group('W_ROW_EMPTY', 'warn', null)];
  assert.deepEqual(sections.map(({ title, severities }) => [title, groupsOf(groups, severities).map(({ code }) => code)]), [['Blockers', ['E_TITLE_EMPTY', 'E_SKU_EMPTY']], ['Warnings', ['W_PRICE_UNREADABLE', 'W_ROW_EMPTY']], ['Notes', ['I_DELIMITER']]]);
  assert.deepEqual(groups.map((one) => answersOf(one, {}).map(({ change }) => change)), [[{ untitled: 'allow' }], [{ priceDecimal: ',' }, { priceDecimal: '.' }], [null], [null], []]);
  assert.deepEqual(groups.slice(0, 2).map((one) => answersOf(one, { untitled: 'allow', priceDecimal: ',' }).map(({ change }) => change)), [[], [{ priceDecimal: '.' }]]);
});

test('a file travels whole, in order, in pieces', async () => {
  const bytes = Uint8Array.from({ length: 1_300_001 }, (_, index) => (index * 31) % 256);
  const pieces: { offset: number; data: Buffer }[] = [];
  const api = {
    openUpload: async (request: { name: string; bytes: number }) => ({ file: `${request.name}:${request.bytes}` }),
    writeUpload: async ({ offset, base64 }: { offset: number; base64: string }) => {
      const data = Buffer.from(base64, 'base64');
      pieces.push({ offset, data });
      return { received: offset + data.length };
    },
  };
  const sent: number[] = [];
  const token = await upload(api, new File([bytes], 'shop.csv'), (count) => sent.push(count), () => true);
  assert.deepEqual([token, pieces.length, sent.at(-1)], ['shop.csv:1300001', 3, 1_300_001]);
  assert.deepEqual(Buffer.concat(pieces.map((piece) => piece.data)), Buffer.from(bytes));
  assert.equal(toBase64(new Uint8Array([255, 0, 7])), '/wAH');
});

const item: Item = {
  sku: 'A-1', title: 'Grout', brand: 'Bondarra', categoryPath: ['Tile', 'Setting', 'Grout', 'Sanded'], color: ['White', 'Grey'], material: [], size: '', department: '', manufacturer: '', description: 'For joints.', price: 19.97,
  attrs: [['__proto__', 'x'], ['Coverage', '20 sq. ft.']], groupId: '', class: '', currency: 'USD', availability: '', imageUrl: '', createdAt: null, status: 'draft',
};

test('a draft goes through the form unchanged', () => {
  const { title, brand, categoryPath, color, material, size, department, manufacturer, description, price, attrs } = item;
  assert.deepEqual(featuresOf(formOf(item)), { title, brand, categoryPath, color, material, size, department, manufacturer, description, price, attrs });
});

test('prices are read with either decimal mark, and what is none is named', () => {
  assert.deepEqual(['12.5', '12,50', ' 1 200 ', '', 'on request', '-3', '1e9'].map(readPrice), [12.5, 12.5, 1200, null, null, null, null]);
  assert.match(problemOf({ ...formOf(item), price: 'on request' }) ?? '', /“on request” is not a price/);
  assert.match(problemOf({ ...formOf(item), sku: ' ' }) ?? '', /Give the draft a SKU/);
  assert.equal(problemOf(formOf(item)), null);
});

test('the loss curve: one point per step, epochs where validation was measured, a calm line that does not lag', () => {
  const points = [1, 2, 3, 4].map((step) => (step === 4 ? { step, epoch: 1, loss: 5 - step, validation: { 'hr@20': 0.5 } } : { step, epoch: 1, loss: 5 - step }));
  const chart = drawCurve(points, 400, 100);
  assert.deepEqual([chart.raw.split(' ').length, chart.epochs, chart.last?.text], [4, [{ at: 400, epoch: 1 }], '1.000']);
  assert.equal(drawCurve([], 400, 100).last, null);
  const line = Array.from({ length: 120 }, (_, index) => 10 - index / 20);
  smooth(line).forEach((value, index) => assert.ok(Math.abs(value - line[index]!) < 1e-9));
});

test('the checklist ticks itself from what the workspace says', () => {
  const status = { folder: '/w', name: 'w', demo: false, readOnly: false, live: 0, drafts: 0, sessions: 0, model: null, running: null, compute: 'idle', version: '0' } as const;
  const done = (change: object): boolean[] => checklistOf({ ...status, ...change }).map((step) => step.done);
  assert.deepEqual([done({}), done({ live: 3 }), done({ live: 3, sessions: 2, drafts: 1 })], [[false, false, false, false], [true, false, false, false], [true, true, false, false]]);
  assert.deepEqual(done({ live: 3, sessions: 2, drafts: 1, model: { runId: 'r', model: 'm2trec', head: 'tied', trainedAt: 0, stale: null } }), [true, true, true, true]);
});
