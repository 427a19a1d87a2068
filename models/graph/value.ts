/**
 * Symbolic tensors. A `Value` is immutable and knows how it came about: an operator, its operands and its attributes. Shapes and element
 * types are inferred when an operator is called, so a mistake is reported at the line that made it; names are given only when a graph is
 * written (`onnx.ts`).
 */

/** A size: a number, or a symbol bound by the tensors fed in a run (`'tokens'`). `'batch*length'` is a product, `'a+b'` a sum. */
export type Dim = number | string;
export type Shape = readonly Dim[];
export type DType = 'float32' | 'int32' | 'int64' | 'bool';
export type ConstantData = Float32Array | Int32Array;

/** The whole language: every operator and its attributes. Sizes come from the shapes of operands and result, so they are not repeated here. */
export interface OpAttributes {
  // leaves
  input: { readonly name: string };
  parameter: { readonly name: string };
  constant: { readonly data: ConstantData };
  // one operand, elementwise
  neg: object;
  exp: object;
  log: object;
  sqrt: object;
  abs: object; //                 derivative 0 at 0
  tanh: object;
  sigmoid: object;
  relu: object; //                derivative 0 at 0
  erf: object; //                 Gauss error function; gelu is made of it
  not: object; //                 bool -> bool
  cast: object; //                to the dtype of the result; float -> int truncates, bool -> 0 or 1
  clip: { readonly minimum: number; readonly maximum: number }; // derivative 1 inside and on the edge
  // two or three operands, elementwise with numpy broadcasting
  add: object;
  sub: object;
  mul: object;
  div: object;
  minimum: object; //             a tie sends the whole gradient to the first operand
  maximum: object;
  greater: object; //             -> bool
  equal: object; //               -> bool
  and: object; //                 bool, bool -> bool
  where: object; //               condition, then, else
  // shape
  transpose: { readonly permutation: readonly number[] };
  reshape: object; //             row-major, to the shape of the result; a second operand lends sizes that must be looked up
  expand: object; //              numpy broadcast to the shape of the result; likewise
  concat: { readonly axis: number };
  slice: { readonly axis: number; readonly start: number; readonly end: number | null }; // null: to the end
  pad: { readonly axis: number; readonly before: number; readonly after: number }; //       with zeros
  gather: { readonly axis: number }; // x, int32 indices of any shape; result shape = x[:axis] + indices + x[axis+1:]
  scatterRows: object; //         base [V, ...], int32 rows [U] (distinct), updates [U, ...]: base with these rows replaced
  // sums, products, order
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean }; // transposition of the last two axes; numpy batch rules
  reduceSum: { readonly axes: readonly number[]; readonly keepDims: boolean };
  reduceMean: { readonly axes: readonly number[]; readonly keepDims: boolean };
  reduceMax: { readonly axes: readonly number[]; readonly keepDims: boolean }; // ties share the gradient equally
  softmax: { readonly axis: number };
  cumSum: { readonly axis: number; readonly reverse: boolean };
  layerNorm: { readonly epsilon: number }; //          x, scale, bias; over the last axis
  layerNormMean: { readonly epsilon: number }; //      the mean that layerNorm of the same operands used   [..., 1]
  layerNormInverse: { readonly epsilon: number }; //   1 / sqrt(variance + epsilon), likewise              [..., 1]
  topKValues: { readonly k: number }; //               over the last axis, largest first
  topKIndices: { readonly k: number }; //              -> int32
  argMax: { readonly axis: number }; //                -> int32, the first of equals; the axis goes
  // gradient control
  stopGradient: object;
  custom: { readonly pullback: CustomPullback }; //    operands: the output computed, then the inputs it is differentiated by
}

export type Op = keyof OpAttributes;
/** Gradient of a composite: from the gradient of its output to that of each input; `null` for one that is not differentiated. */
export type CustomPullback = (gradient: Value, output: Value, inputs: readonly Value[]) => readonly (Value | null)[];

export interface Value<K extends Op = Op> {
  /** Order of construction: operands always have smaller numbers. Never written to a graph. */
  readonly id: number;
  readonly op: K;
  readonly inputs: readonly Value[];
  readonly attributes: OpAttributes[K];
  readonly shape: Shape;
  readonly dtype: DType;
}

let constructed = 0;

/** For the operator files only: a new value with the shape they inferred. */
export function makeValue<K extends Op>(op: K, inputs: readonly Value[], attributes: OpAttributes[K], shape: Shape, dtype: DType): Value {
  return Object.freeze({ id: constructed++, op, inputs, attributes, shape, dtype });
}

/** A tensor fed in each run. */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
  return makeValue('input', [], { name }, checkShape('input', shape), dtype);
}

/** A trainable tensor: fixed size, float32. */
export function parameter(name: string, shape: readonly number[]): Value {
  return makeValue('parameter', [], { name }, checkShape('parameter', shape), 'float32');
}

export function constant(data: ConstantData | readonly number[], shape?: readonly number[], dtype?: 'float32' | 'int32'): Value {
  const type = dtype ?? (data instanceof Int32Array ? 'int32' : 'float32');
  const typed = type === 'int32' ? Int32Array.from(data) : Float32Array.from(data);
  const dims = shape ?? [typed.length];
  if (sizeOf(dims) !== typed.length) throw graphError('constant', `${typed.length} numbers do not fill ${showShape(dims)}`);
  return makeValue('constant', [], { data: typed }, dims, type);
}

export function scalar(x: number, dtype: 'float32' | 'int32' = 'float32'): Value {
  return constant([x], [], dtype);
}

export function isOp<K extends Op>(value: Value, op: K): value is Value<K> {
  return value.op === op;
}

/** The name of an input or parameter. */
export function nameOf(value: Value): string {
  if (isOp(value, 'input') || isOp(value, 'parameter')) return value.attributes.name;
  throw graphError(value.op, 'only inputs and parameters have names');
}

/** Product of numeric sizes; `[]` is 1. */
export function sizeOf(shape: Shape): number {
  return shape.reduce<number>((product, dim) => {
    if (typeof dim !== 'number') throw graphError('size', `${showShape(shape)} has a symbolic size`);
    return product * dim;
  }, 1);
}

export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

const here = new URL('.', import.meta.url).href;

/** An error that names the operator and the first line outside this folder that led to it. */
export function graphError(op: string, message: string): Error {
  const caller = new Error().stack?.split('\n').slice(1).find((line) => !line.includes(here) && !line.includes('<anonymous>'));
  return new Error(`${op}: ${message}${caller === undefined ? '' : ` (built ${caller.trim()})`}`);
}

function checkShape(op: string, shape: Shape): Shape {
  for (const dim of shape) {
    if (typeof dim === 'number' ? !Number.isInteger(dim) || dim < 0 : dim === '') throw graphError(op, `bad size in ${showShape(shape)}`);
  }
  return Object.freeze([...shape]);
}
