/** GRU4Rec's, NARM's and STAMP's training steps against PyTorch in float64: `build/oracle/session_step.py` says how the numbers came about. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { normalizeConfig } from '../../models/config.ts';
import { placeSessions } from '../../models/places.ts';
import { assertClose, baselines, deviationsOnGpu, stepDeviations } from './training-step.ts';
import { softwareGpu } from './runtime/software-gpu.ts';

test('the oracle reaches every parameter, and sessions lie back to back', () => {
  for (const { name, gradients } of baselines.cases) {
    assert.deepEqual(Object.entries(gradients).filter(([, { norm }]) => !(norm > 1e-6)).map(([parameter]) => parameter), [], name);
  }
  const { maxLength } = baselines.config;
  const lengths = baselines.sessions.flatMap(({ length }) => Array.from({ length: Math.ceil((length - 1) / maxLength!) }, (_, window) => Math.min(maxLength!, length - 1 - window * maxLength!)));
  const { batch, starts } = placeSessions(normalizeConfig({ ...baselines.config, model: 'gru4rec' }), Int32Array.from(lengths));
  assert.deepEqual([batch, [...starts]], [4, [0, 6, 7, 8, 12, 14, 18, 23]]);
});

for (const step of baselines.cases) {
  test(`on the CPU: ${step.name}`, async () => assertClose(await stepDeviations(baselines, step, 'cpu', 2), step));
}

/** NARM contains GRU4Rec's unit; shaders take seconds to compile in software. */
const onGpu = ['NARM, shared sample', 'STAMP'];

test('on WebGPU', { skip: softwareGpu.missing }, async (t) => {
  const seen = await deviationsOnGpu('baselines', onGpu);
  for (const name of onGpu) await t.test(name, () => assertClose(seen[name]!, baselines.cases.find((step) => step.name === name)!));
});
