/** Tables of which each step updates the rows it names. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as g from '../../../models/graph/operators.ts';
import { floats, ints } from '../../../models/graph/tensor.ts';
import { input, parameter } from '../../../models/graph/value.ts';
import { createTrainer } from '../../../models/runtime/trainer.ts';
import { distanceFromReference, lazyBatch, lazyModel, learningRate, optimizer, referenceAfter, unnamedStoodStill } from './lazy-model.ts';
import { hashOf } from './saved-state.ts';
import { softwareGpu } from './software-gpu.ts';

test('each named row moves as in plain lazy Adam, every other stays to the bit', async () => {
  const trainer = await createTrainer({ ...lazyModel(), threads: 1, optimizer });
  const norms: number[] = [];
  for (let step = 0; step < 8; step++) norms.push((await trainer.step(lazyBatch(step), { learningRate })).gradientNorm);
  const state = await trainer.readState();
  await trainer.dispose();
  for (const [i, norm] of referenceAfter(8).norms.entries()) assert.ok(Math.abs(norms[i]! - norm) < 1e-5 * norm, `norm of step ${i}: ${norms[i]} against ${norm}`);
  const distance = distanceFromReference(state);
  assert.ok(distance < 2e-5, `${distance}`); // some hundred roundings of float32, over 8 steps of a rate of 0.03
  assert.ok(unnamedStoodStill(state));
});

test('the same steps give the same bits at any number of threads, after a reload, and whatever came before', async () => {
  const hashes: string[] = [];
  for (const threads of [1, 2]) {
    const trainer = await createTrainer({ ...lazyModel(), threads, optimizer });
    for (let step = 0; step < 4; step++) await trainer.step(lazyBatch(step), { learningRate });
    const middle = await trainer.readState();
    for (let step = 4; step < 8; step++) await trainer.step(lazyBatch(step), { learningRate });
    hashes.push(hashOf(await trainer.readState()));
    await trainer.loadState(middle); // with room for more rows than the first run had
    for (let step = 4; step < 8; step++) await trainer.step(lazyBatch(step), { learningRate });
    hashes.push(hashOf(await trainer.readState()));
    await trainer.dispose();
    const other = await createTrainer({ ...lazyModel(), threads, optimizer });
    await other.loadState(middle);
    for (let step = 4; step < 8; step++) await other.step(lazyBatch(step), { learningRate });
    hashes.push(hashOf(await other.readState()));
    await other.dispose();
  }
  assert.equal(new Set(hashes).size, 1, hashes.join('\n'));
});

test('a step whose loss is not finite changes no row', async () => {
  const trainer = await createTrainer({ ...lazyModel(), threads: 1, optimizer });
  await trainer.step(lazyBatch(1), { learningRate });
  const before = hashOf(await trainer.readState());
  const feeds = lazyBatch(2);
  const { applied } = await trainer.step({ ...feeds, sessions: floats(new Float32Array(feeds['sessions']!.data.length).fill(NaN), feeds['sessions']!.dims) }, { learningRate });
  assert.deepEqual({ applied, same: hashOf(await trainer.readState()) === before }, { applied: false, same: true });
  await trainer.dispose();
});

test('rows that repeat, lie outside or are missing are refused by name', async () => {
  const trainer = await createTrainer({ ...lazyModel(), threads: 1, optimizer });
  const before = hashOf(await trainer.readState());
  const feeds = lazyBatch(0);
  await assert.rejects(trainer.step({ ...feeds, 'items.rows': ints([3, 5, 3]) }, { learningRate }), /items\.rows names row 3 of items twice or outside its 400 rows/);
  await assert.rejects(trainer.step({ ...feeds, 'items.rows': ints([3, 400, 5]) }, { learningRate }), /row 400 of items/);
  await assert.rejects(trainer.step({ ...feeds, 'items.rows': ints([]) }, { learningRate }), /names no rows of items/);
  assert.equal(hashOf(await trainer.readState()), before);
  assert.equal((await trainer.step(feeds, { learningRate })).applied, true); // a refusal leaves nothing behind
  await trainer.dispose();
});

test('a table that the loss also reads elsewhere is refused', async () => {
  const table = parameter('table', [6, 4]);
  const indices = input('rows', ['R'], 'int32');
  const picked = g.gather(table, indices);
  const make = (loss = g.reduceSum(picked), rows = { picked, indices }) => createTrainer({ loss, parameters: [{ value: table, initial: new Float32Array(24), rows }] });
  await assert.rejects(async () => make(g.add(g.reduceSum(picked), g.reduceSum(table))), /the loss reads table beside its picked rows/);
  await assert.rejects(async () => make(g.reduceSum(picked), { picked: g.exp(picked), indices }), /the picked rows of table are not gather\(table, indices\)/);
});

interface Seen {
  readonly placed: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly distance: number;
  readonly stoodStill: boolean;
  readonly hashes: readonly string[];
  readonly onCpu: number;
}

test('rows of tables on WebGPU', { skip: softwareGpu.missing }, async (t) => {
  const child = fileURLToPath(new URL('./lazy-child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [child], { env: softwareGpu.environment(), maxBuffer: 1 << 26 });
  const seen = JSON.parse(stdout) as Seen;
  await t.test('no node of a step runs on the CPU, none is copied over', () => {
    assert.deepEqual(Object.keys(seen.placed), ['WebGpuExecutionProvider'], JSON.stringify(seen.placed['CPUExecutionProvider']));
    assert.deepEqual(Object.keys(seen.placed['WebGpuExecutionProvider']!).filter((name) => name.startsWith('Memcpy')), []);
  });
  await t.test('each named row moves as in plain lazy Adam, every other stays to the bit', () => {
    assert.ok(seen.distance < 2e-5, `${seen.distance}`);
    assert.ok(seen.stoodStill);
  });
  await t.test('a saved state goes on to the same bits, and on the CPU to the same numbers', () => {
    assert.equal(seen.hashes[1], seen.hashes[0]);
    assert.ok(seen.onCpu < 2e-5, `${seen.onCpu}`);
  });
});
