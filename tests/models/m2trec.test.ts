/** M2TRec's training step against PyTorch in float64: `build/oracle/m2trec_step.py` says how the numbers came about. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { normalizeConfig } from '../../models/config.ts';
import { createModel, seenBonus } from '../../models/model.ts';
import { nameOf } from '../../models/graph/value.ts';
import { fixture, stepDeviations, type Deviations, type StepCase } from './m2trec-step.ts';
import { softwareGpu } from './runtime/software-gpu.ts';

/** Relative L2; float32 against float64. */
const tolerance = 1e-5;

function assertClose({ loss, gradients, moments }: Deviations, step: StepCase): void {
  assert.equal(moments, step.moments);
  assert.ok(loss < tolerance, `loss deviates by ${loss}`);
  const off = Object.entries(gradients).filter(([, deviation]) => !(deviation < tolerance));
  assert.deepEqual(off, []);
}

test('the oracle reaches every parameter', () => {
  for (const { name, gradients } of fixture.cases) {
    assert.deepEqual(Object.entries(gradients).filter(([, { norm }]) => !(norm > 1e-6)).map(([parameter]) => parameter), [], name);
  }
});

for (const step of fixture.cases) {
  test(`on the CPU: ${step.name}`, async () => assertClose(await stepDeviations(step, 'cpu', 2), step));
}

/** Between them every mode, head and kind of input; shaders take seconds to compile in software. */
const onGpu = fixture.cases.filter(({ name }) => ['tied, causal', 'id input, prefix'].includes(name));

test('on WebGPU', { skip: softwareGpu.missing }, async (t) => {
  const child = fileURLToPath(new URL('./m2trec-child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [child, ...onGpu.map(({ name }) => name)], { env: softwareGpu.environment(), maxBuffer: 1 << 26 });
  const seen = JSON.parse(stdout) as Record<string, Deviations>;
  assert.equal(Object.keys(seen).length, 2);
  for (const step of onGpu) await t.test(step.name, () => assertClose(seen[step.name]!, step));
});

test('each variant owns the parameters it reads, and the same seed draws the same ones', () => {
  const shape = { tokens: 12, numbers: 2, items: 5, levels: [{ name: 'l1', labels: 3 }] };
  const names = (overrides: Record<string, unknown>): string[] => createModel(normalizeConfig({ width: 16, ...overrides }), shape).parameters.map(({ value }) => nameOf(value));
  const own = (list: readonly string[]): string[] => list.filter((name) => !name.startsWith('session.')).sort();
  assert.deepEqual(own(names({})), ['head.key', 'head.seen', 'head.temperature', 'item.bias', 'item.numbers', 'item.tokens', 'task.l1', 'task.l1.bias']);
  assert.deepEqual(own(names({ model: 'metrec', head: 'id' })), ['head.items', 'item.bias', 'item.numbers', 'item.tokens']);
  assert.deepEqual(own(names({ model: 'trec-id' })), ['head.items', 'item.ids']);
  const initial = (seed: number): readonly Float32Array[] => createModel(normalizeConfig({ width: 16, seed }), shape).parameters.map((parameter) => parameter.initial);
  assert.deepEqual(initial(1), initial(1));
  assert.notDeepEqual(initial(1), initial(2));
});

test('the bonus of items already seen is stored at a fifth of its size', () => {
  assert.deepEqual(seenBonus(new Map([['head.seen', Float32Array.of(-0.5, 0.25)]])), [-2.5, 1.25]);
  assert.deepEqual(seenBonus(new Map()), [0, 0]);
});
