/** Killed at a random moment and while it saves, every kind of model comes out with the bits of a run left in peace. More kills: resume.nightly.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../helpers/database.ts';
import { killAndResume } from './kills.ts';
import { systems } from './tiny-shop.ts';

for (const [index, system] of Object.keys(systems).entries()) {
  test(`exact resume after SIGKILL: ${system}`, async (t) => {
    const seed = process.pid + index; // other moments in every run of this test: every one must do
    const { log, violations } = await killAndResume({ system, seed, kills: 1, epochs: 12 }, temporaryFolder(t));
    assert.deepEqual(violations, [], `seed ${seed}, killed at ${log.join('; ')}`);
  });
}
