/** The Transformers' training steps against PyTorch in float64: `build/oracle/m2trec_step.py` says how the numbers came about. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { normalizeConfig } from '../../models/config.ts';
import { seenBonus } from '../../models/model.ts';
import { createModel } from '../../models/network.ts';
import { nameOf } from '../../models/graph/value.ts';
import { assertClose, deviationsOnGpu, stepDeviations, transformers } from './training-step.ts';
import { softwareGpu } from './runtime/software-gpu.ts';

test('the oracle reaches every parameter', () => {
  for (const { name, gradients } of transformers.cases) {
    assert.deepEqual(Object.entries(gradients).filter(([, { norm }]) => !(norm > 1e-6)).map(([parameter]) => parameter), [], name);
  }
});

for (const step of transformers.cases) {
  test(`on the CPU: ${step.name}`, async () => assertClose(await stepDeviations(transformers, step, 'cpu', 2), step));
}

/** Between them every mode, head and kind of input, with and without a shared sample; shaders take seconds to compile in software. */
const onGpu = ['tied, causal', 'id input, prefix', 'shared sample, tied metadata'];

test('on WebGPU', { skip: softwareGpu.missing }, async (t) => {
  const seen = await deviationsOnGpu('transformers', onGpu);
  for (const name of onGpu) await t.test(name, () => assertClose(seen[name]!, transformers.cases.find((step) => step.name === name)!));
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
