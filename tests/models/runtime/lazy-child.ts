/** Run by lazy.test.ts with a software GPU: trains tables by rows on it and prints what it saw. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placements } from '../../../models/runtime/placement.ts';
import { createTrainer } from '../../../models/runtime/trainer.ts';
import { distanceFromReference, lazyBatch, lazyModel, learningRate, optimizer, unnamedStoodStill } from './lazy-model.ts';
import { hashOf } from './saved-state.ts';

const prefix = join(mkdtempSync(join(tmpdir(), 'shelfsight-profile-')), 'step');
const trainer = await createTrainer({ ...lazyModel(), device: 'webgpu', optimizer, profile: prefix });
for (let step = 0; step < 4; step++) await trainer.step(lazyBatch(step), { learningRate });
const middle = await trainer.readState();
for (let step = 4; step < 8; step++) await trainer.step(lazyBatch(step), { learningRate });
const state = await trainer.readState();
await trainer.dispose();

const goOn = async (device: 'cpu' | 'webgpu') => {
  const other = await createTrainer({ ...lazyModel(), device, optimizer });
  await other.loadState(middle);
  for (let step = 4; step < 8; step++) await other.step(lazyBatch(step), { learningRate });
  const end = await other.readState();
  await other.dispose();
  return end;
};
const hashes = [hashOf(state), hashOf(await goOn('webgpu'))];
const onCpu = distanceFromReference(await goOn('cpu'));
process.stdout.write(JSON.stringify({ placed: placements(prefix), distance: distanceFromReference(state), stoodStill: unnamedStoodStill(state), hashes, onCpu }));
