import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import Papa from 'papaparse';
import { limits } from '../../../db/import/limits.ts';
import { RecordReader } from '../../../db/import/record-reader.ts';
import type { FileRecord } from '../../../db/import/record-reader.ts';
import { shared } from '../../helpers/database.ts';

/** Reads a text in chunks of the given length; the answer must not depend on it. */
function read(text: string, { delimiter = ',', chunk = text.length || 1 } = {}) {
  const records: FileRecord[] = [];
  const reader = new RecordReader(delimiter, (record) => records.push(record));
  for (let start = 0; start < text.length; start += chunk) reader.write(text.slice(start, start + chunk));
  return { records, open: reader.end(), visited: reader.visited };
}

const fieldsOf = (text: string, options?: Parameters<typeof read>[1]) => read(text, options).records.map((record) => record.fields);

test('fields, quotes, doubled quotes, line ends of every kind', () => {
  assert.deepEqual(fieldsOf('a,"b ""c"",d",\r\n"x\ny",,z\rlast'), [['a', 'b "c",d', ''], ['x\ny', '', 'z'], ['last']]);
});

test('lines are physical: CRLF, LF and a lone CR each end one, also inside quotes', () => {
  const { records } = read('h1,h2\r\n"two\r\nlines",b\r\n\r\n"a\rb\nc","d"\nlast,row');
  assert.deepEqual(records.map(({ line, lines }) => ({ line, lines })), [
    { line: 1, lines: null }, { line: 2, lines: [2, 3] }, { line: 5, lines: [5, 7] }, { line: 8, lines: null },
  ]);
});

test('text behind a closing quote ends its record at the line break and costs no other', () => {
  const { records } = read('a,b\n"x"y,"z\nnext,row\n');
  assert.deepEqual(records.map(({ fields, faults }) => [fields.length, faults.map((fault) => fault.kind)]), [[2, []], [1, ['trailing']], [2, []]]);
});

test('an open quote is named by the line where it opens', () => {
  assert.deepEqual(read('a,b\nc,"d\ne\nf').open, { line: 2, field: 1, endLine: 4 });
  assert.equal(read('a,b\nc,"d"').open, null);
});

test('a field beyond the limit is a fault, is not kept, and the next record is whole', () => {
  const long = 'x'.repeat(limits.fieldCharacters + 1);
  for (const chunk of [65_536, long.length * 3]) {
    const { records } = read(`a,"${long}"\nb,${long}\nc,d\n`, { chunk });
    assert.deepEqual(records.map(({ fields, faults }) => [fields[0], fields[1], faults]), [
      ['a', '', [{ kind: 'too-long', field: 1, characters: long.length }]],
      ['b', '', [{ kind: 'too-long', field: 1, characters: long.length }]],
      ['c', 'd', []],
    ]);
  }
});

test('every character is visited once: time is linear, whatever the input', () => {
  const patterns = ['a,b\n', '"', '""', '"a', ',', '\r\n', '\r', '"a""b",', 'x"y,', ' '];
  for (const pattern of patterns) {
    for (const size of [10_000, 20_000, 40_000]) {
      const text = pattern.repeat(size);
      const { visited } = read(text, { chunk: 4_096 });
      assert.equal(visited, text.length, JSON.stringify(pattern));
    }
  }
});

test('the size of the chunks does not matter', () => {
  const text = 'a,"b\r\n""c""",d\r\n\r\n"x"y,z\n"open\r\n","é😀",\r';
  const whole = read(text);
  for (let chunk = 1; chunk < text.length; chunk += 1) assert.deepEqual(read(text, { chunk }).records, whole.records);
});

test('reads what PapaParse writes', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '"', ',', ';', '\t', ' ', "'", '\n', '\r\n', '|') });
  fc.assert(fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 8 }), fc.constantFrom(',', ';', '\t', '|'), fc.constantFrom('\n', '\r\n'), (rows, delimiter, newline) => {
    const text = Papa.unparse(rows, { delimiter, newline });
    assert.deepEqual(fieldsOf(text, { delimiter, chunk: 7 }), rows);
  }), { numRuns: 300, seed: 7 });
});

const spectrum = join(shared, 'fixtures/hostile/csv-spectrum');
if (existsSync(spectrum)) {
  const errata = JSON.parse(readFileSync(join(spectrum, 'errata.json'), 'utf8')) as Record<string, { expected: unknown }>;
  for (const file of globSync(join(spectrum, 'csvs/*.csv')).sort()) {
    const name = basename(file, '.csv');
    test(`csv-spectrum: ${name}`, () => {
      const [header = [], ...rows] = fieldsOf(readFileSync(file, 'utf8'));
      const expected = errata[name]?.expected ?? JSON.parse(readFileSync(join(spectrum, `json/${name}.json`), 'utf8'));
      assert.deepEqual(rows.map((row) => Object.fromEntries(header.map((column, index) => [column, row[index]]))), expected);
    });
  }
} else test('csv-spectrum', { skip: `${spectrum} is not here` }, () => undefined);
