/** A few disks that are too small, for every operation. Many sizes: disk-full.nightly.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cannotMount, fillDisks } from './disk-full.ts';
import { operations } from './operations.ts';

for (const name of Object.keys(operations)) {
  test(`a full disk, ${name}: a sentence, the old state, and with more room it goes on`, { skip: cannotMount }, async () => {
    const seed = process.pid; // other sizes in every run of this test: every one must do
    const { violations } = await fillDisks(name, name.endsWith('MB') ? 2 : 4, seed);
    assert.deepEqual(violations, [], `seed ${seed}`);
  });
}
