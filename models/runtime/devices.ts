/** The places a graph can run on, as onnxruntime names them. */
import { createRequire } from 'node:module';
import type { InferenceSession } from 'onnxruntime-node';
import { writeModel } from '../graph/onnx.ts';
import { add, matmul } from '../graph/operators.ts';
import { input } from '../graph/value.ts';

/** To admit 'cuda', 'dml' or 'coreml': add the name here and an entry below, and let it pass the device tests. */
export type Device = 'cpu' | 'webgpu';

// One provider only: naming several does not fall back, it throws (engine.md).
export const providers: { readonly [D in Device]: readonly InferenceSession.ExecutionProviderConfig[] } = {
  cpu: ['cpu'],
  webgpu: ['webgpu'],
};

/** onnxruntime-node is CommonJS and loads its shared library at once, so it is loaded when first needed. */
export function loadRuntime(): typeof import('onnxruntime-node') {
  return createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node');
}

export function isDevice(name: string): name is Device {
  return name in providers;
}

/**
 * Whether a device computes correctly here. Call it in a process that may be lost: a broken driver can take the process with it.
 */
export async function probe(name: string): Promise<{ readonly available: boolean; readonly detail: string }> {
  if (!isDevice(name)) return { available: false, detail: `${name} is not one of ${Object.keys(providers).join(', ')}` };
  const { InferenceSession, Tensor } = loadRuntime();
  const x = input('x', [2, 2]);
  try {
    const session = await InferenceSession.create(writeModel({ outputs: { y: add(matmul(x, x), 1) }, parametersAs: 'inputs' }), { executionProviders: providers[name], logSeverityLevel: 3 });
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]) });
    await session.release();
    const expected = '8,11,16,23';
    const got = String(y?.data);
    return got === expected ? { available: true, detail: name } : { available: false, detail: `${name} answered ${got} where ${expected} is right` };
  } catch (error) {
    return { available: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
