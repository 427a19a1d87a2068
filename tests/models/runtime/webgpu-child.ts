/** Run by trainer-webgpu.test.ts with a software GPU: trains on it and prints what it saw. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floats } from '../../../models/graph/tensor.ts';
import { probe } from '../../../models/runtime/devices.ts';
import { placements } from '../../../models/runtime/placement.ts';
import { createTrainer } from '../../../models/runtime/trainer.ts';
import type { Trainer } from '../../../models/runtime/training.ts';
import { optimizer, smallModel } from './small-model.ts';

/** So large a table that weights or moments which a step does not let go of are seen within twenty steps: 3 MB each. */
const model = smallModel(20_000);
const learningRate = 1e-2;

async function losses(trainer: Trainer, from: number, to: number): Promise<number[]> {
  const seen: number[] = [];
  for (let step = from; step < to; step++) seen.push((await trainer.step(model.batch(step), { learningRate })).loss);
  return seen;
}

const cpu = await createTrainer({ ...model, device: 'cpu', threads: 1, optimizer });
const prefix = join(mkdtempSync(join(tmpdir(), 'shelfsight-profile-')), 'step');
const gpu = await createTrainer({ ...model, device: 'webgpu', optimizer, profile: prefix });
const onCpu = await losses(cpu, 0, 8);
const onGpu = await losses(gpu, 0, 8);

// State travels between devices.
const state = await gpu.readState();
const other = await createTrainer({ ...model, device: 'webgpu', optimizer });
await other.loadState(state);
await cpu.loadState(state);
const goneOn = { gpu: await losses(gpu, 8, 11), reloaded: await losses(other, 8, 11), cpu: await losses(cpu, 8, 11) };
await gpu.dispose();

// A step that overflows changes nothing. (Not tried with a NaN: shaders may assume that there is none.)
const before = await other.readWeights();
const feeds = model.batch(1);
const huge = Object.entries(feeds).filter(([name]) => name.startsWith('pool.') && name.endsWith('.weights')).map(([name, { data, dims }]) => [name, floats((data as Float32Array).map((x) => x * 1e30), dims)] as const);
const broken = await other.step({ ...feeds, ...Object.fromEntries(huge) }, { learningRate });
const after = await other.readWeights();
const unchanged = [...before].every(([name, data]) => Buffer.from(data.buffer).equals(Buffer.from(after.get(name)!.buffer)));

const batches = [0, 1, 2, 3].map((seed) => model.batch(seed));
const run = async (steps: number): Promise<number> => {
  for (let step = 0; step < steps; step++) await other.step(batches[step % 4]!, { learningRate: 1e-4 });
  return process.memoryUsage().rss / 2 ** 20;
};
const start = await run(10);
const end = await run(20);
await other.dispose();
await cpu.dispose();
process.stdout.write(JSON.stringify({ available: (await probe('webgpu')).available, placed: placements(prefix), onCpu, onGpu, goneOn, broken: { applied: broken.applied, unchanged }, grown: end - start }));
