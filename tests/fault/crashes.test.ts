/** Killed at a few of the system calls of every operation that changes a workspace. All the others in their turn: crashes.nightly.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cannotTrace, crash } from './crashes.ts';
import { operations } from './operations.ts';

for (const name of Object.keys(operations)) {
  test(`SIGKILL, ${name}: the old state or the new, and done again it is what it is without a kill`, { skip: cannotTrace }, async () => {
    const seed = process.pid; // other calls in every run of this test: every one must do
    const { kills, missed, violations } = await crash(name, name.startsWith('migration') ? 1 : name.endsWith('MB') ? 2 : 3, seed);
    assert.deepEqual(violations, [], `seed ${seed}`);
    assert.ok(kills > 0, `${missed} lives ended before their kill (seed ${seed})`);
  });
}
