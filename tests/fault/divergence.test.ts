/** A training that goes astray ends within a step, whatever it trains, and keeps what was good. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hashWeights, readArtifact } from '../../models/artifact.ts';
import { epochBatches, stepFeeds } from '../../models/batch.ts';
import { readCheckpoint, writeCheckpoint } from '../../models/checkpoint.ts';
import { floats } from '../../models/graph/tensor.ts';
import type { TrainJob, TrainJobResult } from '../../models/jobs.ts';
import { createModel } from '../../models/network.ts';
import { trainingObjective } from '../../models/objective.ts';
import { prepareTraining } from '../../models/prepare.ts';
import { Random } from '../../models/random.ts';
import { createTrainer } from '../../models/runtime/trainer.ts';
import type { TrainerState } from '../../models/runtime/training.ts';
import { train } from '../../models/train.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { systems, tinyJob } from './tiny-shop.ts';

/** Trains to the end, or until `stopAt` steps were done. */
function run(job: TrainJob, stopAt = Infinity): Promise<TrainJobResult> {
  let steps = 0;
  return train(job, { threads: 1, onProgress: () => {}, stopRequested: () => ++steps >= stopAt });
}

const hashes = ({ weights, m, v }: TrainerState): readonly string[] => [weights, m, v].map(hashWeights);

for (const system of Object.keys(systems)) {
  test(`${system}: a learning rate of 1,000 ends the run in the second step, without a model`, async (t) => {
    const job = tinyJob(system, temporaryFolder(t));
    // The range of the setting refuses it; a driver gone wrong does not ask.
    const result = await run({ ...job, config: { ...job.config, learningRate: 1e3, warmup: 0 } });
    assert.deepEqual([result.status, result.steps, result.weightsHash, readdirSync(job.folder)], ['failed', 1, '', []]);
    assert.match(result.message!, /^Training stopped in step 2: (the loss was no longer a number|the loss of \S+ is many times that of guessing), which a lower learning rate usually cures\.$/);
  });

  test(`${system}: going astray later on keeps the model of the best epoch`, async (t) => {
    const job = tinyJob(system, temporaryFolder(t), { epochs: 4 });
    const { steps: perEpoch } = await run(tinyJob(system, temporaryFolder(t), { epochs: 1 }));
    assert.equal((await run(job, perEpoch + 2)).status, 'stopped');
    const checkpoint = readCheckpoint(job.folder)!;
    const weights = new Map([...checkpoint.trainer.weights].map(([name, values]) => [name, values.map((x) => 1e20 * x)]));
    writeCheckpoint(job.folder, { ...checkpoint, trainer: { ...checkpoint.trainer, weights } });
    const result = await run({ ...job, resume: true });
    assert.deepEqual([result.status, result.steps, result.bestEpoch, result.weightsHash], ['failed', perEpoch + 2, 1, hashWeights(checkpoint.best!)]);
    assert.match(result.message!, new RegExp(`^Training stopped in step ${perEpoch + 3}: .* The weights of epoch 1 were kept\\.$`));
    assert.equal(readArtifact(job.folder).manifest.weightsHash, result.weightsHash);
    assert.equal(existsSync(join(job.folder, 'checkpoints')), false);
  });

  test(`${system}: a step that was refused has changed nothing, and the next one goes on`, async () => {
    const { dataset, config } = tinyJob(system, '');
    const prepared = prepareTraining(dataset, config, new Int32Array(0));
    const objective = trainingObjective(createModel(config, prepared.shape), prepared.data.candidates.length);
    const trainer = await createTrainer({ threads: 1, loss: objective.loss, parameters: objective.parameters, optimizer: { weightDecay: 0.01, clipNorm: 1 } });
    const random = new Random(1);
    const [first, second] = epochBatches(prepared.rows, config, random).map((batch) => stepFeeds(objective, prepared.data, prepared.rows, batch, config, random));
    await trainer.step(first!, { learningRate: 1e-3 });
    const before = await trainer.readState();
    const wrong = { ...second!, share: floats(new Float32Array(second!['share']!.data.length).fill(NaN)) };
    assert.equal((await trainer.step(wrong, { learningRate: 1e-3 })).applied, false);
    const after = await trainer.readState();
    assert.deepEqual([after.step, ...hashes(after)], [before.step, ...hashes(before)]);
    const { applied, loss } = await trainer.step(second!, { learningRate: 1e-3 });
    assert.ok(applied && loss > 0 && loss < 20, String(loss));
    assert.notDeepEqual(hashes(await trainer.readState()), hashes(before));
    await trainer.dispose();
  });
}
