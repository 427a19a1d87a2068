/** A write or a sync that fails, in a few of the operations. All of them, more often: io-errors.nightly.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breakDisk, cannotTrace } from './crashes.ts';
import { operations } from './operations.ts';

const all = Object.keys(operations);
const few = ['import of a catalogue', 'import of the first sessions', 'undo of an import', 'a copy at closing', 'a salvage'];
const upgrades = all.filter((name) => name.startsWith('migration'));

for (const name of [...few, upgrades[process.pid % upgrades.length]!]) { // another version in every run: every one must do
  test(`a disk that breaks, ${name}: a sentence and the old state, or the new`, { skip: cannotTrace }, async () => {
    const seed = process.pid; // other calls in every run of this test: every one must do
    const { violations } = await breakDisk(name, 2, seed);
    assert.deepEqual(violations, [], `seed ${seed}`);
  });
}
