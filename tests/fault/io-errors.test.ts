/** A write or a sync that fails, in a few of the operations. All of them, more often: io-errors.nightly.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breakDisk, cannotTrace } from './crashes.ts';
import { operations } from './operations.ts';

const few = /^(import of a catalogue|undo of an import|a copy at closing|a salvage|migration from version 1 .*)$/;

for (const name of Object.keys(operations).filter((name) => few.test(name))) {
  test(`a disk that breaks, ${name}: a sentence and the old state, or the new`, { skip: cannotTrace }, async () => {
    const seed = process.pid; // other calls in every run of this test: every one must do
    const { violations } = await breakDisk(name, 2, seed);
    assert.deepEqual(violations, [], `seed ${seed}`);
  });
}
