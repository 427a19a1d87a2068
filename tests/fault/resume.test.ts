/** Killed at a random moment and while it saves, every kind of model comes out with the bits of a run left in peace. More kills: resume.nightly.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochBatches } from '../../models/batch.ts';
import { prepareTraining } from '../../models/prepare.ts';
import { Random } from '../../models/random.ts';
import { train } from '../../models/train.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { killAndResume } from './kills.ts';
import { systems, tinyJob } from './tiny-shop.ts';

for (const [index, system] of Object.keys(systems).entries()) {
  test(`exact resume after SIGKILL: ${system}`, async (t) => {
    const seed = process.pid + index; // other moments in every run of this test: every one must do
    const { log, violations } = await killAndResume({ system, seed, kills: 1, epochs: 12 }, temporaryFolder(t));
    assert.deepEqual(violations, [], `seed ${seed}, killed at ${log.join('; ')}`);
  });
}

for (const system of ['M2TRec', 'GRU4Rec']) {
  test(`stopped in every epoch, of which some have more steps than others, a run ends with the same bits: ${system}`, async (t) => {
    const job = tinyJob(system, temporaryFolder(t), { epochs: 5 });
    const { dataset, config } = job;
    const { rows } = prepareTraining(dataset, config, new Int32Array(0));
    const random = new Random(config.seed);
    const steps = Array.from({ length: 5 }, () => epochBatches(rows, config, random).length);
    assert.ok(steps.some((count) => count !== steps[0]), steps.join());
    const goOn = (folder: string, stretch: number) => {
      let done = 0;
      return train({ ...job, folder, resume: true }, { threads: 1, onProgress: () => {}, stopRequested: () => ++done >= stretch });
    };
    const whole = await goOn(temporaryFolder(t), Infinity);
    for (let epoch = 0; epoch < 4; epoch++) assert.equal((await goOn(job.folder, 25)).status, 'stopped');
    assert.equal((await goOn(job.folder, Infinity)).weightsHash, whole.weightsHash);
  });
}
