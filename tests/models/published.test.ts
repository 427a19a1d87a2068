import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publishedFor } from '../../models/published.ts';

test('published figures stand only beside the sets they are near to', () => {
  const digi = publishedFor({ items: 43_097, sessions: 202_633, events: 982_961 });
  assert.deepEqual(digi.map(({ rows }) => rows.length), [8, 7, 1]);
  for (const { near, source, protocol, rows } of digi) {
    assert.match(near, /^Near the/);
    assert.ok(source !== '' && protocol !== '');
    for (const { all } of rows) for (const value of Object.values(all)) assert.ok(value === null || (value > 0 && value < 1));
  }
  assert.equal(publishedFor({ items: 4_344, sessions: 8_317, events: 58_492 }).length, 1);
  assert.deepEqual(publishedFor({ items: 43_097, sessions: 202_633, events: 982_960 }), []);
});
