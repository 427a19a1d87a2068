/** Twenty kills at random moments, and one while it saves, of every kind of model. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../helpers/database.ts';
import { killAndResume } from './kills.ts';
import { systems } from './tiny-shop.ts';

for (const [index, system] of Object.keys(systems).entries()) {
  test(`exact resume after 20 times SIGKILL: ${system}`, async (t) => {
    const seed = Date.now() + index;
    const { log, violations } = await killAndResume({ system, seed, kills: 20, epochs: 100 }, temporaryFolder(t));
    console.log(`${system}: ${log.length} kills, ${violations.length} violations (seed ${seed}; ${log.join('; ')})`);
    assert.deepEqual(violations, []);
  });
}
