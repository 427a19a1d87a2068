import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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
  assert.deepEqual(readQuery('sort=colour&order=sideways&missing=soul&readinessBelow=7&dead=maybe&confidence=high&search=oak'), { ...wholeBoard, search: 'oak' });
});

test('an address of a joint launch brings back its drafts, whatever their SKUs hold', () => {
  fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (skus) => {
    assert.deepEqual(readPlace(parseAddress(formatAddress('launch', togetherDetail(skus)))!.detail), { kind: 'together', skus });
  }));
  assert.deepEqual([readPlace(''), readPlace('NEW-1'), readPlace('+new'), readPlace('+together:%E0,B')], [
    { kind: 'board', question: '' }, { kind: 'draft', sku: 'NEW-1' }, { kind: 'draft', sku: '+new' }, { kind: 'together', skus: ['%E0', 'B'] },
  ]);
});
