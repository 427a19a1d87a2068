import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseColumns, fitColumns, moveColumn, toggleColumn } from '../../renderer/components/columns.ts';
import type { Column } from '../../renderer/components/columns.ts';
import { boardMark, formatQuery, readQuery, wholeBoard } from '../../renderer/screens/launch/board/query.ts';
import type { BoardQuery } from '../../renderer/screens/launch/board/query.ts';
import { readPlace, togetherDetail } from '../../renderer/screens/launch/place.ts';
import { formatAddress, parseAddress } from '../../renderer/state/address.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0); // an address has no -0
const question: fc.Arbitrary<BoardQuery> = fc.record({
  search: fc.oneof(fc.constant(''), text),
  filters: fc.record({
    brand: text, category: text, confidence: fc.constantFrom('normal', 'low', 'none'), missing: fc.constantFrom('title', 'color', 'price'), readinessBelow: share, exposureBelow: share, dead: fc.constant(true),
  }, { requiredKeys: [], noNullPrototype: true }),
  sort: fc.constantFrom('sku', 'title', 'brand', 'category', 'exposure', 'reach', 'medianRank', 'readiness', 'confidence', 'missing'),
  descending: fc.boolean(),
  columns: fc.oneof(fc.constant(null), fc.uniqueArray(fc.constantFrom('title', 'reach', 'price', 'exposure'), { minLength: 1 })),
});

test('an address of the board brings back its search, filters and order', () => {
  fc.assert(fc.property(question, (query) => {
    const { detail } = parseAddress(formatAddress('launch', formatQuery(query)))!;
    const place = readPlace(detail);
    assert.equal(place.kind, 'board');
    assert.deepEqual({ ...readQuery(place.kind === 'board' ? place.question : '') }, { ...query });
  }));
  assert.equal(formatQuery(wholeBoard), '');
  assert.equal(formatQuery({ ...wholeBoard, filters: { brand: 'Calderra', dead: true }, sort: 'readiness', descending: false }), `${boardMark}brand=Calderra&dead=yes&sort=readiness`);
});

test('what an address says that the board does not know is left out', () => {
  assert.deepEqual(readQuery('sort=colour&order=sideways&missing=soul&readinessBelow=7&dead=maybe&confidence=high&search=oak&columns=soul'), { ...wholeBoard, search: 'oak' });
});

const column = (key: string, width: string, more: Partial<Column> = {}): Column => ({ key, label: key, width, ...more });
const grid = [column('name', 'minmax(100px, 1fr)', { always: true }), column('brand', '60px', { from: 400 }), column('reach', '50px'), column('price', '70px', { extra: true })];
const keys = (columns: readonly Column[]) => columns.map(({ key }) => key).join(' ');

test('a grid shows its own columns or those chosen for it, never without the one that says which row it is', () => {
  const shown = (chosen: readonly string[] | null) => keys(chooseColumns(grid, chosen));
  assert.deepEqual([shown(null), shown(['price', 'name', 'reach']), shown(['reach', 'gone', 'reach']), shown(['name', 'brand', 'reach'])], ['name brand reach', 'price name reach', 'name reach', 'name brand reach']);
  assert.deepEqual([toggleColumn(grid, 'brand'), toggleColumn(grid.slice(0, 2), 'price')], [['name', 'reach', 'price'], ['name', 'brand', 'price']]);
  assert.deepEqual([moveColumn(grid, 'brand', -1), moveColumn(grid, 'name', -1), moveColumn(grid, 'price', 1)].map((moved) => moved.join(' ')), ['brand name reach price', 'name brand reach price', 'name brand reach price']);
});

test('where there is no room a grid leaves out what is made for wider ones, or the last of those that were chosen', () => {
  const fits = (chosen: readonly string[] | null, width: number, besides = 0) => keys(fitColumns(chooseColumns(grid, chosen), width, besides));
  assert.deepEqual([fits(null, 399), fits(null, 400), fits(null, 0)], ['name reach', 'name brand reach', 'name brand reach']); // 0: not measured yet
  // 2 x 16 at the ends, 12 between: 32 + 100 + 12 + 60 + 12 + 70 = 286
  const chosen = ['name', 'brand', 'price'];
  assert.deepEqual([fits(chosen, 286), fits(chosen, 285), fits(chosen, 300, 32), fits(chosen, 90)], ['name brand price', 'name brand', 'name brand', 'name']);
});

test('an address of a joint launch brings back its drafts, whatever their SKUs hold', () => {
  fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (skus) => {
    assert.deepEqual(readPlace(parseAddress(formatAddress('launch', togetherDetail(skus)))!.detail), { kind: 'together', skus });
  }));
  assert.deepEqual([readPlace(''), readPlace('NEW-1'), readPlace('+new'), readPlace('+together:%E0,B')], [
    { kind: 'board', question: '' }, { kind: 'draft', sku: 'NEW-1' }, { kind: 'draft', sku: '+new' }, { kind: 'together', skus: ['%E0', 'B'] },
  ]);
});
