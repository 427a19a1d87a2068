/** Tensors with numbers in them: what is fed to a graph and what comes back. */
import type { DType } from './value.ts';

export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

export interface Tensor {
  readonly dtype: DType;
  readonly data: TensorData;
  readonly dims: readonly number[];
}

/** Tensors by the name of the input they belong to. */
export type Feeds = Readonly<Record<string, Tensor>>;

export function floats(data: Float32Array | readonly number[], dims?: readonly number[]): Tensor {
  return { dtype: 'float32', data: data instanceof Float32Array ? data : Float32Array.from(data), dims: dims ?? [data.length] };
}

export function ints(data: Int32Array | readonly number[], dims?: readonly number[]): Tensor {
  return { dtype: 'int32', data: data instanceof Int32Array ? data : Int32Array.from(data), dims: dims ?? [data.length] };
}

export function booleans(data: readonly boolean[], dims?: readonly number[]): Tensor {
  return { dtype: 'bool', data: Uint8Array.from(data, Number), dims: dims ?? [data.length] };
}
