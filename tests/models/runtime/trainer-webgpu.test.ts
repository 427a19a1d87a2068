import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { probe } from '../../../models/runtime/devices.ts';
import { softwareGpu } from './software-gpu.ts';

interface Seen {
  readonly available: boolean;
  readonly placed: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly onCpu: readonly number[];
  readonly onGpu: readonly number[];
  readonly goneOn: { readonly gpu: readonly number[]; readonly reloaded: readonly number[]; readonly cpu: readonly number[] };
  readonly broken: { readonly applied: boolean; readonly unchanged: boolean };
  readonly grown: number;
}

test('training on WebGPU', { skip: softwareGpu.missing }, async (t) => {
  const child = fileURLToPath(new URL('./webgpu-child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [child], { env: softwareGpu.environment(), maxBuffer: 1 << 26 });
  const seen = JSON.parse(stdout) as Seen;

  await t.test('the probe finds the device', () => assert.equal(seen.available, true));
  await t.test('no node of a training step runs on the CPU, none is copied over', () => {
    assert.deepEqual(Object.keys(seen.placed), ['WebGpuExecutionProvider'], JSON.stringify(seen.placed['CPUExecutionProvider']));
    assert.deepEqual(Object.keys(seen.placed['WebGpuExecutionProvider']!).filter((name) => name.startsWith('Memcpy')), []);
  });
  await t.test('the losses are those of the CPU', () => close(seen.onGpu, seen.onCpu));
  await t.test('a saved state goes on as before, on this device and on the CPU', () => {
    close(seen.goneOn.reloaded, seen.goneOn.gpu);
    close(seen.goneOn.cpu, seen.goneOn.gpu);
  });
  await t.test('a step whose loss is not finite changes nothing', () => assert.deepEqual(seen.broken, { applied: false, unchanged: true }));
  await t.test('memory is flat over 20 steps that use 60 MB', () => assert.ok(seen.grown < 12, `${seen.grown} MB`));
});

test('a device that does not exist is reported, not thrown', async () => {
  assert.deepEqual(await probe('abacus'), { available: false, detail: 'abacus is not one of cpu, webgpu.', milliseconds: null });
  assert.equal((await probe('cpu')).available, true);
});

/** Rounding grows from step to step: 1e-4 relative over some ten steps at a high learning rate. */
function close(got: readonly number[], expected: readonly number[]): void {
  for (const [i, x] of expected.entries()) assert.ok(Math.abs(got[i]! - x) < 1e-4 * Math.abs(x), `step ${i}: ${got[i]} against ${x}`);
}
