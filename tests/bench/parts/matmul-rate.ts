/** What the machine's cores can multiply, by the library that ours runs on: the floor of everything made of matrix products. */
import { matmul, slice } from '../../../models/graph/operators.ts';
import { writeModel } from '../../../models/graph/onnx.ts';
import { floats } from '../../../models/graph/tensor.ts';
import { input } from '../../../models/graph/value.ts';
import { Random } from '../../../models/random.ts';
import { openModel } from '../../../models/runtime/session.ts';

const size = 2048;

export const matmulName = `matmul ${size}³`;

export interface MatmulRate {
  run(): Promise<unknown>;
  /** GFLOP/s of a run that took so many milliseconds. */
  rate(milliseconds: number): number;
  dispose(): Promise<void>;
}

export async function openMatmul(threads: number): Promise<MatmulRate> {
  // One row comes back: copying 16 MB out is no part of the product.
  const row = slice(matmul(input('a', [size, size]), input('b', [size, size])), 0, 0, 1);
  const model = await openModel(writeModel({ outputs: { row }, parametersAs: 'inputs' }), { threads });
  const random = new Random(1);
  const matrix = (): Float32Array => Float32Array.from({ length: size * size }, () => random.normal());
  const feeds = { a: floats(matrix(), [size, size]), b: floats(matrix(), [size, size]) };
  return {
    run: () => model.run(feeds),
    rate: (milliseconds) => (2 * size ** 3) / milliseconds / 1e6,
    dispose: () => model.dispose(),
  };
}
