import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutText, DecimalEvidence, findMojibake, isNullWord, priceNumber, readPath, readPosition, readPrice, readTime, removeControls } from '../../../db/import/values.ts';

/** Prices of one column, as the import reads them. */
function prices(values: readonly string[], chosen?: '.' | ','): (number | null)[] {
  const evidence = new DecimalEvidence();
  for (const value of values) evidence.add(value);
  return values.map((value) => {
    const shape = readPrice(value);
    return shape === null ? null : priceNumber(shape, chosen ?? evidence.decimal, chosen !== undefined);
  });
}

test('a price that says itself which separator marks decimals', () => {
  assert.deepEqual(prices(['12.50']), [12.5]);
  assert.deepEqual(prices(['12,50', '7,00']), [12.5, 7]);
  assert.deepEqual(prices(['1.234,50 €', '1 234,50', "1'234,50", '12']), [1234.5, 1234.5, 1234.5, 12]);
  assert.deepEqual(prices(['$1,234.56', '1,234,567', 'USD 3.10', '0.999']), [1234.56, 1234567, 3.1, 0.999]);
});

test('three digits behind one separator are read as the rest of the column, or not at all', () => {
  assert.deepEqual(prices(['1.234', '9.95']), [1.234, 9.95]);
  assert.deepEqual(prices(['1.234', '9,95']), [1234, 9.95]);
  assert.deepEqual(prices(['1.234', '2.500']), [null, null]);
  assert.deepEqual(prices(['1.234', '2.500'], ','), [1234, 2500]);
  assert.deepEqual(prices(['1.234', '9,95', '9.95']), [null, 9.95, 9.95]);
  assert.deepEqual(prices(['12.50', '9,95'], '.'), [12.5, null]);
});

test('what is no price is unreadable', () => {
  for (const value of ['-5', '0x10', '1e309', 'Infinity', 'free', '１２', '1.2.3', '12,34,5', '1,2345.6', '--', '.5', '5.', '', '9'.repeat(400)]) assert.deepEqual(prices([value]), [null], value);
});

test('times: units by size, strict ISO 8601, nothing guessed', () => {
  const instant = Date.UTC(2023, 10, 14, 22, 13, 20);
  for (const value of ['1700000000', '1700000000000', '1700000000000000', '1700000000000000000', '2023-11-14T22:13:20Z', '2023-11-14 22:13:20', '2023-11-14T23:13:20+01:00']) assert.equal(readTime(value)?.ms, instant, value);
  assert.equal(readTime('1700000000.25')?.ms, instant + 250);
  assert.equal(readTime('2024-02-29')?.ms, Date.UTC(2024, 1, 29));
  for (const value of ['2024-02-30T10:00:00Z', '2023-02-29', '-5', '12', '99999999999999999', '1-Mar', '05/06/2024', '2024-1-1', '2024-01-01T25:00', 'SKU-1', '', '2024-01-01T10:00:00+25:00']) assert.equal(readTime(value), null, value);
  assert.deepEqual(['0', '12', '-1', '1.5', '', 'x'].map(readPosition), [0, 12, null, null, null, null]);
});

test('paths are split at " > " and nowhere else unasked', () => {
  const levels = (value: string, separator?: string) => readPath(value, separator, 10).levels;
  assert.deepEqual(levels('A > B>C > D/E|F'), ['A', 'B>C', 'D/E|F']);
  assert.deepEqual(levels('<b>c</b>'), ['<b>c</b>']);
  assert.deepEqual(levels('A/B/C', '/'), ['A', 'B', 'C']);
  assert.deepEqual(levels('A>B', '>'), ['A', 'B']);
  assert.deepEqual(readPath('A >  > B >', undefined, 10), { levels: ['A', 'B'], emptyLevels: true, tooDeep: false });
  assert.deepEqual(readPath('1 > 2 > 3', undefined, 2), { levels: ['1', '2'], emptyLevels: false, tooDeep: true });
});

test('a cut falls between graphemes', () => {
  const family = '👩‍👩‍👧‍👦';
  assert.equal(cutText('short', 10), null);
  assert.equal(cutText(`${'a'.repeat(8)}${family}b`, 10), 'a'.repeat(8));
  assert.equal(cutText('😀'.repeat(12), 10), '😀'.repeat(10));
  assert.equal([...cutText(`e${'\u0301'.repeat(5_000)}`, 1_000)!].length, 1_000);
});

test('missing values, control characters, wrongly decoded text', () => {
  assert.deepEqual(['NULL', ' n/a ', 'NaN', 'none', '-', '#REF!', 'nano', '--', '0'].map(isNullWord), [true, true, true, true, true, true, false, false, false]);
  assert.deepEqual(removeControls('a\x01b\tc\nd\x85e\x9ff\x0b'), { text: 'ab\tc\nd\x85ef\x0b', removed: 2 });
  assert.equal(findMojibake('CafÃ© au lait'), 'Ã©');
  assert.equal(findMojibake('itâ€™s'), 'â€™');
  for (const text of ['Café', 'Größe Ø 12', 'naïve élève', '日本語', '“quoted”']) assert.equal(findMojibake(text), null, text);
});
