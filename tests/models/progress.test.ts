import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainJobProgress } from '../../models/jobs.ts';
import { Progress } from '../../models/progress.ts';

test('the first step is told however short the phase before it was, and later ones have their losses in the next event', () => {
  const told: TrainJobProgress[] = [];
  const progress = new Progress((event) => void told.push(event), 'cpu', 2, 16);
  const position = { step: 1, steps: 4, epoch: 0, epochs: 2 };
  progress.phase('compiling', 'Compiling');
  progress.step(position, 3);
  progress.step({ ...position, step: 2 }, 2);
  progress.phase('validating', null);
  assert.deepEqual(told.map(({ phase, step }) => [phase, step]).slice(0, 2), [['compiling', 0], ['training', 1]]);
  assert.deepEqual([told.at(-1)!.phase, told.at(-1)!.step], ['validating', 2]);
  assert.equal(told.flatMap(({ loss }) => loss ?? []).reduce((sum, loss) => sum + loss, 0), 5);
});
