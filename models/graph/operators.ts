/**
 * The primitive operators: plain functions from values to values, checked at the call. A number stands for a scalar constant. Their meaning is
 * defined by `interpreter.ts`, their derivatives by `gradients.ts`. Composites follow at the end; sparse sums and losses have their own files.
 */
import { broadcastAxes, broadcastShapes, reduceShape, reshapeShape, resolveAxes, resolveAxis, sameShape } from './shapes.ts';
import { graphError, isOp, makeValue, scalar, showShape, type CustomPullback, type Dim, type DType, type Op, type Shape, type Value } from './value.ts';

export type Operand = Value | number;

// -- one operand, elementwise

type UnaryOp = 'neg' | 'exp' | 'log' | 'sqrt' | 'abs' | 'tanh' | 'sigmoid' | 'relu' | 'erf' | 'stopGradient';

function unary(op: UnaryOp, x: Value): Value {
  expectType(op, x, 'float32');
  return makeValue(op, [x], {}, x.shape, 'float32');
}

export const neg = (x: Value): Value => unary('neg', x);
export const exp = (x: Value): Value => unary('exp', x);
export const log = (x: Value): Value => unary('log', x);
export const sqrt = (x: Value): Value => unary('sqrt', x);
export const abs = (x: Value): Value => unary('abs', x);
export const tanh = (x: Value): Value => unary('tanh', x);
export const sigmoid = (x: Value): Value => unary('sigmoid', x);
export const relu = (x: Value): Value => unary('relu', x);
export const erf = (x: Value): Value => unary('erf', x);
/** The same numbers, through which no gradient flows. */
export const stopGradient = (x: Value): Value => unary('stopGradient', x);

export function not(x: Value): Value {
  expectType('not', x, 'bool');
  return makeValue('not', [x], {}, x.shape, 'bool');
}

export function cast(x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : makeValue('cast', [x], {}, x.shape, dtype);
}

export function clip(x: Value, minimum: number, maximum: number): Value {
  expectType('clip', x, 'float32');
  if (!(minimum <= maximum)) throw graphError('clip', `minimum ${minimum} above maximum ${maximum}`);
  return makeValue('clip', [x], { minimum, maximum }, x.shape, 'float32');
}

// -- several operands, elementwise with broadcasting

type BinaryOp = 'add' | 'sub' | 'mul' | 'div' | 'minimum' | 'maximum' | 'greater' | 'equal' | 'and';

function binary(op: BinaryOp, left: Operand, right: Operand, result?: DType): Value {
  const [a, b] = operands(op, left, right);
  const shape = broadcastShapes(op, a!.shape, b!.shape);
  const [x, y] = withoutExpand([a!, b!], shape);
  return makeValue(op, [x!, y!], {}, shape, result ?? a!.dtype);
}

export const add = (a: Operand, b: Operand): Value => binary('add', a, b);
export const sub = (a: Operand, b: Operand): Value => binary('sub', a, b);
export const mul = (a: Operand, b: Operand): Value => binary('mul', a, b);
export const div = (a: Operand, b: Operand): Value => binary('div', a, b);
export const minimum = (a: Operand, b: Operand): Value => binary('minimum', a, b);
export const maximum = (a: Operand, b: Operand): Value => binary('maximum', a, b);
export const greater = (a: Operand, b: Operand): Value => binary('greater', a, b, 'bool');
export const less = (a: Operand, b: Operand): Value => greater(b, a);
export const equal = (a: Operand, b: Operand): Value => binary('equal', a, b, 'bool');

export function and(a: Value, b: Value): Value {
  expectType('and', a, 'bool');
  return binary('and', a, b, 'bool');
}

/** `condition ? a : b`, element by element. */
export function where(condition: Value, left: Operand, right: Operand): Value {
  expectType('where', condition, 'bool');
  const [a, b] = operands('where', left, right);
  const shape = broadcastShapes('where', condition.shape, a!.shape, b!.shape);
  const [x, y] = withoutExpand([a!, b!], shape, condition.shape);
  return makeValue('where', [condition, x!, y!], {}, shape, a!.dtype);
}

// -- shape

/** Axis i of the result is axis `permutation[i]` of x; without a permutation the last two axes swap. */
export function transpose(x: Value, permutation?: readonly number[]): Value {
  const rank = x.shape.length;
  const order = permutation ?? [...Array(Math.max(rank - 2, 0)).keys(), rank - 1, rank - 2];
  if (order.length !== rank || [...order].sort((a, b) => a - b).some((axis, i) => axis !== i)) {
    throw graphError('transpose', `[${order}] is no permutation of the axes of ${showShape(x.shape)}`);
  }
  if (isOp(x, 'transpose')) return transpose(x.inputs[0]!, order.map((axis) => x.attributes.permutation[axis]!));
  if (order.every((axis, i) => axis === i)) return x;
  return makeValue('transpose', [x], { permutation: order }, order.map((axis) => x.shape[axis]!), x.dtype);
}

/**
 * One size may be -1: what is left over. Where several symbolic sizes appear that x does not have at the same place, they are read off `like`, a value
 * of the wanted shape.
 */
export function reshape(x: Value, shape: Shape, like?: Value): Value {
  const target = reshapeShape(x.shape, shape);
  if (isOp(x, 'reshape')) return reshape(x.inputs[0]!, target, like ?? x.inputs[1]);
  if (sameShape(x.shape, target)) return x;
  const unknown = target.filter((dim, axis) => typeof dim === 'string' && dim !== x.shape[axis]);
  return makeValue('reshape', like === undefined || unknown.length < 2 ? [x] : [x, like], {}, target, x.dtype);
}

/** Symbolic sizes that x does not have are read off `like`, a value of the wanted shape. */
export function expand(x: Value, shape: Shape, like?: Value): Value {
  if (!sameShape(broadcastShapes('expand', x.shape, shape), shape)) throw graphError('expand', `${showShape(x.shape)} does not stretch to ${showShape(shape)}`);
  if (sameShape(x.shape, shape)) return x;
  return makeValue('expand', like === undefined || shape.every((dim) => typeof dim === 'number') ? [x] : [x, like], {}, shape, x.dtype);
}

export function concat(parts: readonly Value[], axis: number): Value {
  const first = parts[0];
  if (first === undefined) throw graphError('concat', 'nothing to join');
  const along = resolveAxis('concat', axis, first.shape);
  for (const part of parts) {
    const fits = part.dtype === first.dtype && part.shape.length === first.shape.length && part.shape.every((dim, i) => i === along || dim === first.shape[i]);
    if (!fits) throw graphError('concat', `${parts.map(describe).join(' and ')} along axis ${along}`);
  }
  if (parts.length === 1) return first;
  const sizes = parts.map((part) => part.shape[along]!);
  const numbers = sizes.filter((size) => typeof size === 'number').reduce((sum, size) => sum + size, 0);
  const symbols = sizes.filter((size) => typeof size === 'string');
  const joined: Dim = symbols.length === 0 ? numbers : [...symbols, ...(numbers === 0 ? [] : [numbers])].join('+');
  return makeValue('concat', parts, { axis: along }, first.shape.map((dim, i) => (i === along ? joined : dim)), first.dtype);
}

/**
 * Elements `start` (included) to `end` (excluded; to the end if left out) along one axis; negative positions count from the end. Along a symbolic
 * size the result's size may have to be named.
 */
export function slice(x: Value, axis: number, start: number, end: number | null = null, named?: Dim): Value {
  const along = resolveAxis('slice', axis, x.shape);
  const size = x.shape[along]!;
  const result = (dim: Dim, from: number, to: number | null): Value =>
    makeValue('slice', [x], { axis: along, start: from, end: to }, x.shape.map((s, i) => (i === along ? dim : s)), x.dtype);
  if (typeof size === 'number') {
    const from = start < 0 ? start + size : start;
    const to = end === null ? size : end < 0 ? end + size : end;
    if (from < 0 || to > size || from > to) throw graphError('slice', `${start} to ${end ?? 'the end'} of axis ${along} of ${showShape(x.shape)}`);
    return from === 0 && to === size ? x : result(to - from, from, to);
  }
  if (named !== undefined) return result(named, start, end);
  if (end === null) return start === 0 ? x : result(start < 0 ? -start : `${size}-${start}`, start, end);
  if (start < 0 === end < 0) return result(end - start, start, end);
  throw graphError('slice', `the size of ${start} to ${end} of axis ${along} of ${showShape(x.shape)} is unknown: name it`);
}

/** Zeros before and after along one axis. Along a symbolic size the result's size is named by the caller. */
export function pad(x: Value, axis: number, before: number, after: number, named?: Dim): Value {
  const along = resolveAxis('pad', axis, x.shape);
  const size = x.shape[along]!;
  const dim = typeof size === 'number' ? before + size + after : named;
  if (dim === undefined) throw graphError('pad', `axis ${along} of ${showShape(x.shape)} is symbolic: name the result's`);
  return makeValue('pad', [x], { axis: along, before, after }, x.shape.map((s, i) => (i === along ? dim : s)), x.dtype);
}

/** Picks slices of x along an axis. Differentiable in x only where an index plan is fed: see `embedding` and `select`. */
export function gather(x: Value, indices: Value, axis = 0): Value {
  const along = resolveAxis('gather', axis, x.shape);
  expectType('gather', indices, 'int32');
  const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
  return makeValue('gather', [x, indices], { axis: along }, shape, x.dtype);
}

/** `base` with the rows named by `rows` (distinct!) replaced by `updates`. */
export function scatterRows(base: Value, rows: Value, updates: Value): Value {
  expectType('scatterRows', rows, 'int32');
  if (rows.shape.length !== 1 || !sameShape([rows.shape[0]!, ...base.shape.slice(1)], updates.shape)) {
    throw graphError('scatterRows', `${describe(updates)} at rows ${describe(rows)} of ${describe(base)}`);
  }
  return makeValue('scatterRows', [base, rows, updates], {}, base.shape, base.dtype);
}

// -- sums, products, order

/** Matrix product of the last two axes; leading axes broadcast. */
export function matmul(a: Value, b: Value, options: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {}): Value {
  const { transposeA = false, transposeB = false } = options;
  expectType('matmul', a, 'float32');
  expectType('matmul', b, 'float32');
  if (a.shape.length < 2 || b.shape.length < 2) throw graphError('matmul', `${showShape(a.shape)} times ${showShape(b.shape)}: both need two axes`);
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const inner = [a.shape.at(transposeA ? -2 : -1)!, b.shape.at(transposeB ? -1 : -2)!];
  if (inner[0] !== inner[1]) {
    throw graphError('matmul', `${showShape(a.shape)}${transposeA ? ' transposed' : ''} times ${showShape(b.shape)}${transposeB ? ' transposed' : ''}`);
  }
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  return makeValue('matmul', [a, b], { transposeA, transposeB }, [...batch, rows, columns], 'float32');
}

type Reduction = 'reduceSum' | 'reduceMean' | 'reduceMax';

function reduce(op: Reduction, x: Value, axes: number | readonly number[] | undefined, keepDims: boolean): Value {
  expectType(op, x, 'float32');
  const along = resolveAxes(op, axes ?? [...x.shape.keys()], x.shape);
  if (along.length === 0) return x;
  return makeValue(op, [x], { axes: along, keepDims }, reduceShape(x.shape, along, keepDims), 'float32');
}

/** Over all axes when none are named. */
export const reduceSum = (x: Value, axes?: number | readonly number[], keepDims = false): Value => reduce('reduceSum', x, axes, keepDims);
export const reduceMean = (x: Value, axes?: number | readonly number[], keepDims = false): Value => reduce('reduceMean', x, axes, keepDims);
export const reduceMax = (x: Value, axes?: number | readonly number[], keepDims = false): Value => reduce('reduceMax', x, axes, keepDims);

export function softmax(x: Value, axis = -1): Value {
  expectType('softmax', x, 'float32');
  return makeValue('softmax', [x], { axis: resolveAxis('softmax', axis, x.shape) }, x.shape, 'float32');
}

/** Running sum along an axis, the element itself included; `reverse` runs from the end. */
export function cumSum(x: Value, axis: number, options: { readonly reverse?: boolean } = {}): Value {
  expectType('cumSum', x, 'float32');
  return makeValue('cumSum', [x], { axis: resolveAxis('cumSum', axis, x.shape), reverse: options.reverse ?? false }, x.shape, 'float32');
}

/** (x - mean) / sqrt(variance + epsilon) * scale + bias over the last axis; scale and bias [width]. */
export function layerNorm(x: Value, scale: Value, bias: Value, epsilon = 1e-5): Value {
  expectType('layerNorm', x, 'float32');
  const width = x.shape.at(-1);
  if (width === undefined || !sameShape(scale.shape, [width]) || !sameShape(bias.shape, [width])) {
    throw graphError('layerNorm', `x ${showShape(x.shape)}, scale ${showShape(scale.shape)}, bias ${showShape(bias.shape)}`);
  }
  return makeValue('layerNorm', [x, scale, bias], { epsilon }, x.shape, 'float32');
}

/** Mean and inverse deviation [..., 1] that a `layerNorm` of the same operands used: the same node writes all three. */
export function layerNormStatistics(out: Value<'layerNorm'>): { readonly mean: Value; readonly inverse: Value } {
  const shape = [...out.shape.slice(0, -1), 1];
  return {
    mean: makeValue('layerNormMean', out.inputs, out.attributes, shape, 'float32'),
    inverse: makeValue('layerNormInverse', out.inputs, out.attributes, shape, 'float32'),
  };
}

/** The k largest along the last axis, largest first; of equals the lower index comes first. */
export function topK(x: Value, k: number): { readonly values: Value; readonly indices: Value } {
  expectType('topK', x, 'float32');
  const size = x.shape.at(-1);
  if (size === undefined || k < 1 || (typeof size === 'number' && k > size)) throw graphError('topK', `${k} of ${showShape(x.shape)}`);
  const shape = [...x.shape.slice(0, -1), k];
  return { values: makeValue('topKValues', [x], { k }, shape, 'float32'), indices: makeValue('topKIndices', [x], { k }, shape, 'int32') };
}

export function argMax(x: Value, axis = -1): Value {
  expectType('argMax', x, 'float32');
  const along = resolveAxis('argMax', axis, x.shape);
  return makeValue('argMax', [x], { axis: along }, reduceShape(x.shape, [along], false), 'int32');
}

/**
 * `output` with its gradient replaced: `pullback` answers for `inputs`, and the way `output` was computed is not differentiated.
 * Whatever depends on something to be differentiated must be among `inputs`.
 */
export function customGradient(inputs: readonly Value[], output: Value, pullback: CustomPullback): Value {
  return makeValue('custom', [output, ...inputs], { pullback }, output.shape, output.dtype);
}

// -- composites

/** A stretched 0: cheap to name, and recognised where gradients are added. */
export function zeros(shape: Shape, like?: Value): Value {
  return expand(scalar(0), shape, like);
}

/** `base` with `updates` added to the rows named by `rows` (distinct!). */
export function addRows(base: Value, rows: Value, updates: Value): Value {
  return scatterRows(base, rows, add(gather(base, rows), updates));
}

/** Gaussian error linear unit, exact: x / 2 * (1 + erf(x / sqrt 2)). */
export function gelu(x: Value): Value {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}

/** x W + b: x [..., in], weight [in, out], bias [out]. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  const product = matmul(x, weight);
  return bias === undefined ? product : add(product, bias);
}

/** x / max(|x|, epsilon) along the last axis. */
export function l2Normalize(x: Value, epsilon = 1e-12): Value {
  return div(x, sqrt(maximum(reduceSum(mul(x, x), -1, true), epsilon * epsilon)));
}

/** log(sum(exp(x))) along an axis, safe for any finite x. */
export function logSumExp(x: Value, axis = -1, keepDims = false): Value {
  const along = resolveAxis('logSumExp', axis, x.shape);
  const largest = stopGradient(reduceMax(x, along, true));
  const result = add(log(reduceSum(exp(sub(x, largest)), along, true)), largest);
  return keepDims ? result : reshape(result, reduceShape(x.shape, [along], false));
}

/** Sums `x` over the axes along which `shape` was stretched to its shape: the gradient of broadcasting. */
export function unbroadcast(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  return reshape(reduceSum(x, broadcastAxes(shape, x.shape)), shape);
}

// -- checks

export function describe(x: Value): string {
  return `${x.dtype} ${showShape(x.shape)}`;
}

function expectType(op: Op | 'topK', x: Value, dtype: DType): void {
  if (x.dtype !== dtype) throw graphError(op, `takes ${dtype}, not ${describe(x)}`);
}

/** Numbers become scalars of the other operands' type; all operands must have one type. */
function operands(op: Op, ...given: readonly Operand[]): readonly Value[] {
  const dtype = given.find((operand) => typeof operand !== 'number')?.dtype ?? 'float32';
  const values = given.map((operand) => (typeof operand === 'number' ? scalar(operand, dtype === 'int32' ? 'int32' : 'float32') : operand));
  if (values.some((value) => value.dtype !== dtype)) throw graphError(op, values.map(describe).join(' with '));
  return values;
}

/** An operator that broadcasts anyway need not be given a stretched copy: 60 % of the Expand nodes of a gradient graph go this way. */
function withoutExpand(values: readonly Value[], shape: Shape, ...others: readonly Shape[]): readonly Value[] {
  const result = [...values];
  for (const [i, value] of result.entries()) {
    if (!isOp(value, 'expand')) continue;
    const rest = result.filter((_, j) => j !== i).map((other) => other.shape);
    if (sameShape(broadcastShapes(value.op, value.inputs[0]!.shape, ...rest, ...others), shape)) result[i] = value.inputs[0]!;
  }
  return result;
}
