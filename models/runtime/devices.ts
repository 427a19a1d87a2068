/** The places a graph can run on, as onnxruntime names them. */
import { createRequire } from 'node:module';
import type { InferenceSession } from 'onnxruntime-node';
import { writeModel } from '../graph/onnx.ts';
import { matmul, mul, reduceMean } from '../graph/operators.ts';
import { input } from '../graph/value.ts';

/** To admit 'cuda', 'dml' or 'coreml': add the name here and an entry below, and let it pass the device tests. */
export type Device = 'cpu' | 'webgpu';

// One provider only: naming several does not fall back, it throws (engine.md).
export const providers: { readonly [D in Device]: readonly InferenceSession.ExecutionProviderConfig[] } = {
  cpu: ['cpu'],
  webgpu: ['webgpu'],
};

/**
 * onnxruntime-node is CommonJS and loads its shared library at once, so it is loaded when first needed.
 * From 1.29 on it reports sessions, models and errors over the network and keeps a device id in the user's home, unless told not to before
 * it loads (microsoft/onnxruntime#27379).
 */
export function loadRuntime(): typeof import('onnxruntime-node') {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  return createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');
}

export function isDevice(name: string): name is Device {
  return name in providers;
}

/** What a device was seen to do. */
export interface Verdict {
  readonly available: boolean;
  /** Why not, or how fast. */
  readonly detail: string;
  /** Time of a fixed piece of work, `probeWork`; null where it is not available. Emulated GPUs give themselves away by it. */
  readonly milliseconds: number | null;
}

/** Two products of 512 x 512 matrices in a row: 0.5 GFLOP, seconds on an emulated GPU and a blink on any other. */
const probeSize = 512;
const probeProducts = 2;

/**
 * Whether a device computes correctly here, and how fast. Call it in a process that may be lost: a broken driver can take the process
 * with it.
 */
export async function probe(name: string): Promise<Verdict> {
  const refused = (detail: string): Verdict => ({ available: false, detail, milliseconds: null });
  if (!isDevice(name)) return refused(`${name} is not one of ${Object.keys(providers).join(', ')}.`);
  const { InferenceSession, Tensor } = loadRuntime();
  const x = input('x', ['n', 'n']);
  let product = x;
  for (let i = 0; i < probeProducts; i++) product = mul(matmul(product, x), 2 / probeSize);
  try {
    const session = await InferenceSession.create(writeModel({ outputs: { y: reduceMean(product, [0, 1]) }, parametersAs: 'inputs' }), { executionProviders: providers[name], logSeverityLevel: 3 });
    const ones = new Tensor('float32', new Float32Array(probeSize * probeSize).fill(1), [probeSize, probeSize]);
    let milliseconds = Infinity;
    for (let run = 0; run < 3; run++) { // the first one compiles
      const started = performance.now();
      const { y } = await session.run({ x: ones });
      const expected = 2 ** probeProducts;
      const got = Number(y?.data[0]);
      if (Math.abs(got - expected) > 1e-3) return refused(`${name} answered ${got} where ${expected} is right.`);
      milliseconds = Math.min(milliseconds, performance.now() - started);
    }
    await session.release();
    return { available: true, detail: `A test product took ${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms.`, milliseconds };
  } catch (error) {
    // onnxruntime's texts carry paths of its build machine; the cause is almost always this one.
    const message = error instanceof Error ? error.message : String(error);
    return refused(/adapter|instance|device/i.test(message) ? 'No usable graphics adapter was found on this machine.' : `${name} could not be started.`);
  }
}
