/** A GPU that is not there when it is needed, through the engine: the run goes on on the CPU, and says so. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TrainingProgress } from '../../electron/api/training.ts';
import type { Engine } from '../../electron/engine.ts';
import type { ModelManifest } from '../../models/artifact.ts';
import { readCheckpoint } from '../../models/checkpoint.ts';
import type { TrainingConfig } from '../../models/config.ts';
import { awaitEnd, awaitProgress, importShop, openTestEngine, quick, removeFolder, writeShop, type ShopFiles } from '../helpers/shop.ts';
import { softwareGpu } from '../models/runtime/software-gpu.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-engine-'));
let files: ShopFiles;
let engine: Engine;

/** Compute processes that start from now on find an adapter, or none: they look for it where the environment says. */
function plug(adapter: boolean): void {
  Object.assign(process.env, softwareGpu.environment(), adapter ? {} : { VK_ICD_FILENAMES: join(folder, 'no-driver.json') });
}

before(async () => {
  files = writeShop();
  plug(true);
  engine = await openTestEngine(folder);
  await importShop(engine, files);
});
after(async () => {
  await engine.close();
  removeFolder(folder);
  removeFolder(files.folder);
});

const runFolder = (runId: string): string => join(folder, 'models', runId);
const weightsOf = (runId: string): string => (JSON.parse(readFileSync(join(runFolder(runId), 'model', 'manifest.json'), 'utf8')) as ModelManifest).weightsHash;
const goesOn = /^webgpu failed \([^]+\)\. Training goes on on the CPU from the last checkpoint\.$/;

/** Trains to the end and tells what was heard on the way. */
async function trainOn(device: string, config: Partial<TrainingConfig>): Promise<{ readonly runId: string; readonly messages: readonly string[] }> {
  const messages: string[] = [];
  const stop = engine.on('training.progress', ({ message }) => void (message !== null && messages.push(message)));
  const ended = awaitEnd(engine);
  const { runId } = await engine.api.training.start({ config, device });
  assert.equal((await ended).status, 'done');
  stop();
  await nextTurn(); // the end is told a moment before the process is free for another run
  return { runId, messages };
}

test('an adapter that was there when it was tried and is gone when training starts', { skip: softwareGpu.missing }, async () => {
  const devices = await engine.api.training.devices({});
  assert.ok(devices.find(({ device }) => device === 'webgpu')!.available, JSON.stringify(devices));
  plug(false); // no compute process runs yet but the trial's, which has ended
  for (const model of ['gru4rec', 'm2trec'] as const) {
    const config = { ...quick, model, epochs: 1 };
    const gpu = await trainOn('webgpu', config);
    const cpu = await trainOn('cpu', config);
    assert.ok(gpu.messages.some((message) => goesOn.test(message)), gpu.messages.join('\n'));
    const run = await engine.api.training.run({ runId: gpu.runId });
    assert.equal(run.device, 'cpu');
    assert.match(run.message!, goesOn);
    assert.equal(weightsOf(gpu.runId), weightsOf(cpu.runId));
  }
});

test('a run that was paused on the GPU and is taken up where there is none: from its checkpoint, on the CPU', { skip: softwareGpu.missing }, async () => {
  plug(true);
  await engine.close();
  engine = await openTestEngine(folder);
  const stepping = awaitProgress(engine, ({ status, phase, step }) => status !== 'running' || (phase === 'training' && step > 0));
  const { runId } = await engine.api.training.start({ config: { ...quick, model: 'stamp', epochs: 2 }, device: 'webgpu' });
  assert.deepEqual([(await stepping).status, (await stepping).device], ['running', 'webgpu']);
  await engine.api.training.pause({ runId });
  const { step } = readCheckpoint(runFolder(runId))!.run;
  assert.ok(step > 0);
  await engine.close();

  plug(false);
  engine = await openTestEngine(folder);
  const heard: TrainingProgress[] = [];
  const stop = engine.on('training.progress', (progress) => void heard.push(progress));
  const ended = awaitEnd(engine);
  await engine.api.training.resume({ runId });
  assert.equal((await ended).status, 'done');
  stop();
  assert.ok(heard.some(({ message }) => message !== null && goesOn.test(message)));
  // Of any phase: what was left may be done before a first step is told of.
  const first = heard.find(({ device, step: at }) => device === 'cpu' && at > 0)!;
  assert.ok(first.step >= step, `went on at step ${first.step} from a checkpoint at ${step}`);
  const run = await engine.api.training.run({ runId });
  assert.deepEqual([run.device, run.status], ['cpu', 'done']);
  assert.match(run.message!, goesOn);
});
