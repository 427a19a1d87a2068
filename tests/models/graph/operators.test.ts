import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'node:test';
import { gradients } from '../../../models/graph/gradients.ts';
import { evaluate, type ExactFeeds } from '../../../models/graph/interpreter.ts';
import { nameOf } from '../../../models/graph/value.ts';
import { softwareGpu } from '../runtime/software-gpu.ts';
import { cases } from './cases.ts';
import { deviation, probe } from './compare.ts';

/** float32 rounding in sums of a few hundred terms. */
const tolerance = 1e-5;

for (const item of cases.filter((each) => each.wrt.length > 0)) {
  test(`the gradient of ${item.name} is the slope`, () => {
    const loss = probe(item);
    const derivatives = gradients(loss, item.wrt);
    const analytic = evaluate(derivatives, item.feeds);
    const step = 1e-5;
    for (const [i, value] of item.wrt.entries()) {
      const name = nameOf(value);
      const given = Float64Array.from(item.feeds[name]!.data as Float32Array);
      const at = (k: number, x: number): number => {
        const moved: ExactFeeds = { ...item.feeds, [name]: { ...item.feeds[name]!, data: given.with(k, x) } };
        return evaluate([loss], moved)[0]!.data[0]!;
      };
      const slopes = given.map((x, k) => (at(k, x + step) - at(k, x - step)) / (2 * step));
      for (const [k, slope] of slopes.entries()) {
        const got = analytic[i]!.data[k]!;
        assert.ok(Math.abs(got - slope) <= 1e-6 * Math.max(1, Math.abs(slope)), `${name}[${k}]: ${got}, slope ${slope}`);
      }
    }
  });
}

test('onnxruntime on the CPU agrees with the interpreter on every operator and gradient', async () => {
  const wrong: string[] = [];
  for (const item of cases) {
    const worst = await deviation(item, 'cpu', 2);
    if (!(worst <= tolerance)) wrong.push(`${item.name}: ${worst}`);
  }
  assert.deepEqual(wrong, []);
});

test('onnxruntime on WebGPU agrees with the interpreter on every operator and gradient', { skip: softwareGpu.missing }, async () => {
  const child = fileURLToPath(new URL('./webgpu-child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [child], { env: softwareGpu.environment(), maxBuffer: 1 << 26 });
  const worst = JSON.parse(stdout) as Record<string, number | string>;
  assert.deepEqual(Object.keys(worst), cases.map((item) => item.name));
  assert.deepEqual(Object.entries(worst).filter(([, x]) => !(typeof x === 'number' && x <= tolerance)), []);
});
