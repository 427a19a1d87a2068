/** Twenty kills at random moments, and one while it saves, of every kind of model. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { temporaryFolder } from '../helpers/database.ts';
import { publish, scaled } from './figures.ts';
import { killAndResume, type Outcome } from './kills.ts';
import { systems } from './tiny-shop.ts';

const outcomes: Outcome[] = [];
after(() => {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  publish({
    promise: 'R3', sweep: 'kills in a training', cases: sum(({ log }) => log.length), violations: sum(({ violations }) => violations.length),
    detail: `${outcomes.filter(({ violations }) => violations.length === 0).length} of ${outcomes.length} kinds of model came out with the bits of a run left in peace`,
  });
});

for (const [index, system] of Object.keys(systems).entries()) {
  test(`exact resume after SIGKILL again and again: ${system}`, async (t) => {
    const seed = Date.now() + index;
    const outcome = await killAndResume({ system, seed, kills: scaled(20), epochs: 100 }, temporaryFolder(t));
    outcomes.push(outcome);
    assert.deepEqual(outcome.violations, [], `seed ${seed}, killed at ${outcome.log.join('; ')}`);
  });
}
