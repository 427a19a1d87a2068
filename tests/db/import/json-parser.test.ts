import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonParser, mostKeys } from '../../../db/import/json-parser.ts';
import { JsonFault, JsonNumber } from '../../../db/import/json-values.ts';
import type { JsonObject, JsonValue } from '../../../db/import/json-values.ts';

function read(text: string, chunk = text.length || 1): { readonly value: JsonValue; readonly visited: number } {
  let value: JsonValue = null;
  const parser = new JsonParser({ depth: 0, onRecord: (whole) => { value = whole; } });
  for (let start = 0; start < text.length; start += chunk) parser.write(text.slice(start, start + chunk));
  parser.end();
  return { value, visited: parser.visited };
}

function toPlain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(toPlain);
  return value instanceof Map ? Object.fromEntries([...value].map(([key, inner]) => [key, toPlain(inner)])) : value;
}

test('reads what JSON.stringify writes, whatever the chunks', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 2), (value, chunk, indent) => {
    const text = JSON.stringify(value, null, indent);
    assert.equal(JSON.stringify(toPlain(read(text, chunk).value)), JSON.stringify(JSON.parse(text)));
  }), { numRuns: 400, seed: 5 });
});

test('an object of very many keys is refused, and a very long list is cut, before either fills the memory', () => {
  const object = (keys: number): string => `{${Array.from({ length: keys }, (_, index) => `"k${index}":1`).join(',')}}`;
  assert.equal((read(object(mostKeys)).value as JsonObject).size, mostKeys);
  assert.throws(() => read(object(2 * mostKeys)), (error) => error instanceof JsonFault && error.code === 'E_TOO_MANY_COLUMNS');
  assert.equal((read(`[${'1,'.repeat(1_000_000)}1]`).value as JsonValue[]).length, 524_288);
});

test('every wrong text is refused at its first wrong character, and JSON.parse agrees that it is wrong', () => {
  const cases: readonly (readonly [text: string, line: number, character: number])[] = [
    ['[1,]', 1, 4], ['{"a":1,}', 1, 8], ['{"a"}', 1, 5], ['[01]', 1, 3], ['[1.]', 1, 4], ['[.5]', 1, 2], ['[1e]', 1, 4], ['[+1]', 1, 2], ['[-]', 1, 3], ['[1.2.3]', 1, 5], ['nul', 1, 4], ['NaN', 1, 1],
    ['tru]', 1, 4], ['[1 2]', 1, 4], ['"a\nb"', 1, 3], ['"\\x"', 1, 3], ['"\\u12G4"', 1, 6], ['{"a":1', 1, 7], ['[', 1, 2], ['[1]x', 1, 4], ['{a:1}', 1, 2], ["['a']", 1, 2], ['[1}', 1, 3],
    ['[\r\n1,\r\n  }', 3, 3], ['["😀", ]', 1, 7], ['[1]\n[2]', 2, 1], ['[\r"a"\n,1\n]]', 4, 2], ['[\r1\n,\n]', 4, 1], ['\ufeff[]', 1, 1], ['[\u00a01]', 1, 2],
  ];
  for (const [text, line, character] of cases) {
    assert.throws(() => JSON.parse(text), text);
    for (const chunk of [1, 3, text.length]) assert.throws(() => read(text, chunk), (error) => error instanceof JsonFault && error.line === line && error.character === character, `${JSON.stringify(text)} in chunks of ${chunk}`);
  }
});

test('digits stay as written, equal keys are told, hostile keys are keys', () => {
  assert.equal((read('9007199254740993').value as JsonNumber).text, '9007199254740993');
  let twice: readonly string[] = [];
  let found: JsonValue = null;
  const parser = new JsonParser({ depth: 1, onRecord: (value, _line, notes) => { found = value; twice = notes.duplicates; } });
  parser.write('[{"__proto__":{"x":1},"a":1,"a":2}]');
  parser.end();
  assert.deepEqual(twice, ['a']);
  assert.deepEqual([...(found as unknown as Map<string, unknown>).keys()], ['__proto__', 'a']);
  assert.equal(({} as Record<string, unknown>)['x'], undefined);
});

test('depth 64 is read, depth 65 refused', () => {
  assert.doesNotThrow(() => read('['.repeat(64) + ']'.repeat(64)));
  assert.throws(() => read('['.repeat(65) + ']'.repeat(65)), { code: 'E_JSON_DEPTH', line: 1, character: 65 });
});

test('every character is visited once', () => {
  for (const pattern of ['{"a":1},', '"x",', '1234567890,', '"\\u0041",', '[[]],', '  ', '"\\\\",']) {
    for (const size of [10_000, 20_000]) {
      const text = `[${pattern.repeat(size)}0]`;
      assert.equal(read(text, 4_096).visited, text.length, pattern);
    }
  }
});
