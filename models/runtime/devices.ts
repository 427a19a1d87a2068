/** The places a graph can run on, as onnxruntime names them. */
import { createRequire } from 'node:module';
import type { InferenceSession } from 'onnxruntime-node';

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
