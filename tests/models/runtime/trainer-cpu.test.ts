import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { mul, reduceSum } from '../../../models/graph/operators.ts';
import { embedding, indexFeeds, indexInput } from '../../../models/graph/sparse.ts';
import { floats } from '../../../models/graph/tensor.ts';
import { input, parameter } from '../../../models/graph/value.ts';
import { createTrainer } from '../../../models/runtime/trainer.ts';
import type { Trainer } from '../../../models/runtime/training.ts';
import { hashOf, save } from './saved-state.ts';
import { optimizer, smallModel } from './small-model.ts';

const model = smallModel();

async function train(trainer: Trainer, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < to; step++) losses.push((await trainer.step(model.batch(step), { learningRate: 1e-2 })).loss);
  return losses;
}

test('training lowers the loss', async () => {
  const trainer = await createTrainer({ ...model, threads: 2, optimizer });
  const losses: number[] = [];
  for (let step = 0; step < 60; step++) losses.push((await trainer.step(model.batch(step % 3), { learningRate: 1e-2 })).loss);
  assert.ok(losses.at(-1)! < 0.5 * losses[0]!, `${losses[0]} to ${losses.at(-1)}`);
  await trainer.dispose();
});

test('the same seed gives the same bits at any number of threads, and after a restart in another process', async () => {
  const hashes: string[] = [];
  for (const threads of [1, 2, 4]) {
    const trainer = await createTrainer({ ...model, threads, optimizer });
    await train(trainer, 0, 12);
    hashes.push(hashOf(await trainer.readState()));
    await trainer.dispose();
  }
  const trainer = await createTrainer({ ...model, threads: 2, optimizer });
  await train(trainer, 0, 5);
  const path = join(mkdtempSync(join(tmpdir(), 'shelfsight-resume-')), 'state.json');
  writeFileSync(path, save(await trainer.readState()));
  await trainer.dispose();
  hashes.push(execFileSync(process.execPath, [fileURLToPath(new URL('./resume-child.ts', import.meta.url)), path, '5', '12'], { encoding: 'utf8' }));
  assert.equal(new Set(hashes).size, 1, hashes.join('\n'));
});

test('repeated rows of a table receive every update, run after run, with several threads', async () => {
  const [rows, width, positions] = [50, 32, 4000];
  const table = parameter('table', [rows, width]);
  const index = indexInput('index', ['positions'], rows);
  const weights = input('weights', ['positions', width]);
  const trainer = await createTrainer({ loss: reduceSum(mul(embedding(table, index), weights)), parameters: [{ value: table, initial: new Float32Array(rows * width) }], threads: 4 });
  const chosen = Int32Array.from({ length: positions }, (_, i) => (i % 3 === 0 ? 0 : (i * i) % rows));
  const numbers = Float32Array.from({ length: positions * width }, (_, i) => ((i * 7919) % 1000) / 1000);
  const sums = new Float64Array(rows * width);
  for (const [i, row] of chosen.entries()) for (let k = 0; k < width; k++) sums[row * width + k]! += numbers[i * width + k]!;
  const expected = Math.hypot(...sums);
  const norms = new Set<number>();
  const feeds = { ...indexFeeds(index, chosen), weights: floats(numbers, [positions, width]) };
  for (let run = 0; run < 40; run++) norms.add((await trainer.step(feeds, { learningRate: 0 })).gradientNorm);
  await trainer.dispose();
  assert.equal(norms.size, 1);
  assert.ok(Math.abs([...norms][0]! - expected) < 1e-6 * expected, `${[...norms][0]} against ${expected}`);
});

test('a step whose loss is not finite changes nothing', async () => {
  const trainer = await createTrainer({ ...model, threads: 1, optimizer });
  await train(trainer, 0, 2);
  const before = hashOf(await trainer.readState());
  const feeds = model.batch(2);
  const broken = { ...feeds, mask: floats(new Float32Array(feeds['mask']!.data.length).fill(NaN), feeds['mask']!.dims) };
  const { applied, loss } = await trainer.step(broken, { learningRate: 1e-2 });
  assert.deepEqual({ applied, finite: Number.isFinite(loss), same: hashOf(await trainer.readState()) === before }, { applied: false, finite: false, same: true });
  assert.equal((await trainer.step(feeds, { learningRate: 1e-2 })).applied, true);
  await trainer.dispose();
});

test('a state that does not fit is refused by name', async () => {
  const trainer = await createTrainer({ ...model, threads: 1, optimizer });
  const state = await trainer.readState();
  const weights = new Map(state.weights).set('qkv', new Float32Array(3));
  await assert.rejects(trainer.loadState({ ...state, weights }), /weights of qkv \[16,48\] has 3 numbers/);
  await trainer.dispose();
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('memory is flat over 2,000 steps', async () => {
  const trainer = await createTrainer({ ...model, threads: 1, optimizer });
  const feeds = [0, 1, 2, 3].map((seed) => model.batch(seed));
  const run = async (steps: number): Promise<number> => {
    for (let step = 0; step < steps; step++) await trainer.step(feeds[step % 4]!, { learningRate: 1e-3 });
    collectGarbage(); // what the collector has not come round to is no leak
    return process.memoryUsage().rss / 2 ** 20;
  };
  let before = await run(400);
  const growths: number[] = [];
  for (let part = 0; part < 4; part++) {
    const after = await run(400);
    growths.push(after - before);
    before = after;
  }
  await trainer.dispose();
  // A leaked set of gradients per step would be 18 MB in every part; the allocator takes one more block in one of them now and then.
  assert.ok(growths.toSorted((a, b) => a - b)[1]! < 6, `${growths.map((grown) => grown.toFixed(1))} MB in 400 steps each`);
});
