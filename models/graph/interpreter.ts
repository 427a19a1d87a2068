/**
 * The definition of every operator: slow, obvious, in double precision. Tests hold onnxruntime and the gradients against it.
 */
import { graphError, isOp, nameOf, showShape, type DType, type Op, type Shape, type Value } from './value.ts';

/** Numbers of any element type; booleans are 0 and 1. Row-major. */
export interface Numbers {
  readonly data: Float64Array;
  readonly dims: readonly number[];
}

/** What is fed, by name: tensors, or the like in double precision. */
export type ExactFeeds = Readonly<Record<string, { readonly dtype: DType; readonly data: ArrayLike<number | bigint>; readonly dims: readonly number[] }>>;

/** What parameters are worth, by name. */
export type Parameters = ReadonlyMap<string, ArrayLike<number>>;

/** Computes each of `outputs`. */
export function evaluate(outputs: readonly Value[], feeds: ExactFeeds = {}, parameters: Parameters = new Map()): Numbers[] {
  const run = new Run(feeds, parameters);
  return outputs.map((output) => run.evaluate(output));
}

class Run {
  readonly #feeds: ExactFeeds;
  readonly #parameters: Parameters;
  readonly #known = new Map<Value, Numbers>();
  readonly #sizes = new Map<string, number>();

  constructor(feeds: ExactFeeds, parameters: Parameters) {
    this.#feeds = feeds;
    this.#parameters = parameters;
  }

  evaluate(wanted: Value): Numbers {
    const stack = [wanted];
    while (stack.length > 0) {
      const value = stack.at(-1)!;
      const open = value.inputs.filter((operand) => !this.#known.has(operand));
      if (open.length > 0) {
        stack.push(...open);
        continue;
      }
      stack.pop();
      if (!this.#known.has(value)) this.#known.set(value, this.#compute(value));
    }
    return this.#known.get(wanted)!;
  }

  #compute(value: Value): Numbers {
    if (isOp(value, 'input')) return this.#fed(value);
    if (isOp(value, 'parameter')) {
      const data = this.#parameters.get(nameOf(value));
      if (data === undefined) throw graphError('parameter', `${nameOf(value)} has no value`);
      return numbers(value.shape as readonly number[], Float64Array.from(data));
    }
    const operands = value.inputs.map((operand) => this.#known.get(operand)!);
    const result = (rules[value.op] as Rule<Op>)(operands, value, (shape) => this.#dims(shape));
    this.#bind(value.op, value.shape, result.dims);
    return result;
  }

  #fed(value: Value): Numbers {
    const tensor = this.#feeds[nameOf(value)];
    if (tensor === undefined || tensor.dtype !== value.dtype) throw graphError('input', `${nameOf(value)} is fed ${tensor?.dtype ?? 'nothing'}, not ${value.dtype}`);
    this.#bind(`input ${nameOf(value)}`, value.shape, tensor.dims);
    return numbers(tensor.dims, Float64Array.from(tensor.data as ArrayLike<number>, Number));
  }

  /** Symbols get their size here, and the inferred shape is held against the true one. */
  #bind(what: string, shape: Shape, dims: readonly number[]): void {
    const mismatch = (): Error => graphError(what, `is ${showShape(dims)} where ${showShape(shape)} was promised`);
    if (shape.length !== dims.length) throw mismatch();
    for (const [axis, dim] of shape.entries()) {
      const known = typeof dim === 'number' ? dim : this.#sizes.get(dim);
      if (known === undefined) this.#sizes.set(dim as string, dims[axis]!);
      else if (known !== dims[axis]) throw mismatch();
    }
  }

  #dims(shape: Shape): readonly number[] {
    const size = (dim: string): number => {
      const known = this.#sizes.get(dim) ?? (Number.isNaN(Number(dim)) ? undefined : Number(dim));
      if (known !== undefined) return known;
      if (!dim.includes('*')) throw graphError('size', `${dim} is unknown`);
      return dim.split('*').reduce((product, factor) => product * size(factor), 1);
    };
    return shape.map((dim) => (typeof dim === 'number' ? dim : size(dim)));
  }
}

type Rule<K extends Op> = (operands: readonly Numbers[], value: Value<K>, dims: (shape: Shape) => readonly number[]) => Numbers;

const map = (f: (x: number) => number): Rule<Op> => ([x]) => numbers(x!.dims, x!.data.map(f));
const zip = (f: (a: number, b: number, c: number) => number): Rule<Op> => (operands) => {
  const rank = Math.max(...operands.map((operand) => operand.dims.length));
  const dims = Array.from({ length: rank }, (_, axis) => {
    const sizes = operands.map((operand) => operand.dims[axis - rank + operand.dims.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
  const [a, b, c] = operands.map((operand) => stretch(operand, dims));
  return build(dims, (_at, i) => f(a!.data[i]!, b!.data[i]!, c?.data[i] ?? 0));
};
const same: Rule<Op> = ([x]) => x!;

/** One rule per operator: a missing entry does not compile. */
const rules: { readonly [K in Op]: Rule<K> } = {
  input: unreachable,
  parameter: unreachable,
  constant: (_operands, value) => numbers(value.shape as readonly number[], Float64Array.from(value.attributes.data)),
  neg: map((x) => -x),
  exp: map(Math.exp),
  log: map(Math.log),
  sqrt: map(Math.sqrt),
  abs: map(Math.abs),
  tanh: map(Math.tanh),
  sigmoid: map((x) => 1 / (1 + Math.exp(-x))),
  relu: map((x) => Math.max(x, 0)),
  erf: map(errorFunction),
  not: map((x) => 1 - x),
  cast: ([x], value) => numbers(x!.dims, x!.data.map(castTo[value.dtype])),
  clip: ([x], { attributes: { minimum, maximum } }) => numbers(x!.dims, x!.data.map((y) => Math.min(Math.max(y, minimum), maximum))),
  add: zip((a, b) => a + b),
  sub: zip((a, b) => a - b),
  mul: zip((a, b) => a * b),
  div: zip((a, b) => a / b),
  minimum: zip((a, b) => Math.min(a, b)),
  maximum: zip((a, b) => Math.max(a, b)),
  greater: zip((a, b) => Number(a > b)),
  equal: zip((a, b) => Number(a === b)),
  and: zip((a, b) => a * b),
  where: zip((condition, a, b) => (condition === 1 ? a : b)),
  transpose: ([x], value) => {
    const { permutation } = value.attributes;
    return build(permutation.map((axis) => x!.dims[axis]!), (at) => {
      const source = Array<number>(at.length);
      for (const [i, axis] of permutation.entries()) source[axis] = at[i]!;
      return read(x!, source);
    });
  },
  reshape: ([x], value, dims) => {
    const from = value.inputs[0]!.shape;
    const kept = value.shape.map((dim, axis) => (dim === from[axis] ? x!.dims[axis]! : dim));
    const open = kept.findIndex((dim) => typeof dim === 'string');
    if (kept.filter((dim) => typeof dim === 'string').length !== 1) return numbers(dims(kept), x!.data);
    const rest = dims(kept.toSpliced(open, 1)).reduce((a, b) => a * b, 1);
    return numbers(dims(kept.with(open, x!.data.length / rest)), x!.data); // one unknown size is what is left over
  },
  expand: ([x], value, dims) => stretch(x!, dims(value.shape)),
  concat: (operands, { attributes: { axis } }) => {
    const size = operands.reduce((sum, part) => sum + part.dims[axis]!, 0);
    return build(operands[0]!.dims.map((dim, i) => (i === axis ? size : dim)), (at) => {
      let position = at[axis]!;
      const part = operands.find((candidate) => position < candidate.dims[axis]! || ((position -= candidate.dims[axis]!), false))!;
      return read(part, at.with(axis, position));
    });
  },
  slice: ([x], { attributes: { axis, start, end } }) => {
    const size = x!.dims[axis]!;
    const from = start < 0 ? start + size : start;
    const to = end === null ? size : end < 0 ? end + size : end;
    return build(x!.dims.map((dim, i) => (i === axis ? to - from : dim)), (at) => read(x!, at.with(axis, at[axis]! + from)));
  },
  pad: ([x], { attributes: { axis, before, after } }) =>
    build(x!.dims.map((dim, i) => (i === axis ? before + dim + after : dim)), (at) => {
      const position = at[axis]! - before;
      return position < 0 || position >= x!.dims[axis]! ? 0 : read(x!, at.with(axis, position));
    }),
  gather: ([x, indices], { attributes: { axis } }) => {
    const rank = indices!.dims.length;
    return build([...x!.dims.slice(0, axis), ...indices!.dims, ...x!.dims.slice(axis + 1)], (at) => {
      const index = read(indices!, at.slice(axis, axis + rank));
      if (index < 0 || index >= x!.dims[axis]!) throw new Error(`gather: index ${index} of ${x!.dims[axis]}`);
      return read(x!, [...at.slice(0, axis), index, ...at.slice(axis + rank)]);
    });
  },
  scatterRows: ([base, rows, updates]) => {
    const data = base!.data.slice();
    const width = base!.dims.slice(1).reduce((a, b) => a * b, 1);
    if (new Set(rows!.data).size !== rows!.data.length) throw new Error(`scatterRows: rows repeat in [${rows!.data}]`);
    for (const [i, row] of rows!.data.entries()) data.set(updates!.data.subarray(i * width, (i + 1) * width), row * width);
    return numbers(base!.dims, data);
  },
  matmul: ([a, b], { attributes: { transposeA, transposeB } }) => {
    const left = transposeA ? swapped(a!) : a!;
    const right = transposeB ? swapped(b!) : b!;
    const inner = left.dims.at(-1)!;
    const batch = zip((x) => x)([blank(left.dims.slice(0, -2)), blank(right.dims.slice(0, -2))], undefined as never, undefined as never).dims;
    const [l, r] = [stretch(left, [...batch, ...left.dims.slice(-2)]), stretch(right, [...batch, ...right.dims.slice(-2)])];
    return build([...batch, left.dims.at(-2)!, right.dims.at(-1)!], (at) => {
      const [stack, row, column] = [at.slice(0, -2), at.at(-2)!, at.at(-1)!];
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += read(l, [...stack, row, k]) * read(r, [...stack, k, column]);
      return sum;
    });
  },
  reduceSum: ([x], value) => reduced(x!, value.attributes, (items) => items.reduce((a, b) => a + b, 0)),
  reduceMean: ([x], value) => reduced(x!, value.attributes, (items) => items.reduce((a, b) => a + b, 0) / items.length),
  reduceMax: ([x], value) => reduced(x!, value.attributes, (items) => Math.max(...items)),
  softmax: ([x], { attributes: { axis } }) =>
    alongAxis(x!, axis, (items) => {
      const largest = Math.max(...items);
      const total = items.reduce((sum, item) => sum + Math.exp(item - largest), 0);
      return items.map((item) => Math.exp(item - largest) / total);
    }),
  cumSum: ([x], { attributes: { axis, reverse } }) =>
    alongAxis(x!, axis, (items) => items.map((_, i) => (reverse ? items.slice(i) : items.slice(0, i + 1)).reduce((a, b) => a + b, 0))),
  layerNorm: ([x, scale, bias], { attributes: { epsilon } }) =>
    alongAxis(x!, x!.dims.length - 1, (items) => {
      const { mean, inverse } = statistics(items, epsilon);
      return items.map((item, i) => (item - mean) * inverse * scale!.data[i]! + bias!.data[i]!);
    }),
  layerNormMean: ([x], { attributes: { epsilon } }) => reduced(x!, lastAxis(x!), (items) => statistics(items, epsilon).mean),
  layerNormInverse: ([x], { attributes: { epsilon } }) => reduced(x!, lastAxis(x!), (items) => statistics(items, epsilon).inverse),
  topKValues: ([x], { attributes: { k } }) => best(x!, k, (items, order) => order.map((i) => items[i]!)),
  topKIndices: ([x], { attributes: { k } }) => best(x!, k, (_items, order) => order),
  argMax: ([x], { attributes: { axis } }) => reduced(x!, { axes: [axis], keepDims: false }, (items) => items.indexOf(Math.max(...items))),
  stopGradient: same,
  custom: same,
};

const castTo: { readonly [K in DType]: (x: number) => number } = { float32: (x) => x, int32: Math.trunc, int64: Math.trunc, bool: (x) => Number(x !== 0) };

function unreachable(): never {
  throw new Error('fed values are read before any rule');
}

// -- row-major tensors

function numbers(dims: readonly number[], data: Float64Array): Numbers {
  return { dims, data };
}

function blank(dims: readonly number[]): Numbers {
  return numbers(dims, new Float64Array(dims.reduce((a, b) => a * b, 1)));
}

/** A tensor from what stands at each position. */
function build(dims: readonly number[], at: (position: readonly number[], index: number) => number): Numbers {
  const result = blank(dims);
  const position = dims.map(() => 0);
  for (let i = 0; i < result.data.length; i++) {
    result.data[i] = at(position, i);
    for (let axis = dims.length - 1; axis >= 0 && ++position[axis]! === dims[axis]; axis--) position[axis] = 0;
  }
  return result;
}

function read(x: Numbers, position: readonly number[]): number {
  let index = 0;
  for (const [axis, dim] of x.dims.entries()) index = index * dim + position[axis]!;
  return x.data[index]!;
}

function stretch(x: Numbers, dims: readonly number[]): Numbers {
  const offset = dims.length - x.dims.length;
  return build(dims, (at) => read(x, x.dims.map((dim, axis) => (dim === 1 ? 0 : at[axis + offset]!))));
}

function swapped(x: Numbers): Numbers {
  const rank = x.dims.length;
  return build([...x.dims.slice(0, -2), x.dims[rank - 1]!, x.dims[rank - 2]!], (at) => read(x, [...at.slice(0, -2), at[rank - 1]!, at[rank - 2]!]));
}

function lastAxis(x: Numbers): { readonly axes: readonly number[]; readonly keepDims: boolean } {
  return { axes: [x.dims.length - 1], keepDims: true };
}

function reduced(x: Numbers, { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean }, f: (items: readonly number[]) => number): Numbers {
  const kept = x.dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const inside = x.dims.map((dim, axis) => (axes.includes(axis) ? dim : 1));
  const result = build(kept, (at) => {
    const items: number[] = [];
    build(inside, (step) => items.push(read(x, at.map((position, axis) => position + step[axis]!))));
    return f(items);
  });
  return numbers(keepDims ? kept : x.dims.filter((_, axis) => !axes.includes(axis)), result.data);
}

/** Replaces each line along an axis by `f` of it; `f` may change its length. */
function alongAxis(x: Numbers, axis: number, f: (items: readonly number[]) => readonly number[], length = x.dims[axis]!): Numbers {
  const lines = new Map<string, readonly number[]>();
  return build(x.dims.with(axis, length), (at) => {
    const key = at.with(axis, 0).join();
    let line = lines.get(key);
    if (line === undefined) lines.set(key, (line = f(Array.from({ length: x.dims[axis]! }, (_, i) => read(x, at.with(axis, i))))));
    return line[at[axis]!]!;
  });
}

function best(x: Numbers, k: number, f: (items: readonly number[], order: readonly number[]) => readonly number[]): Numbers {
  const pick = (items: readonly number[]): readonly number[] => f(items, [...items.keys()].sort((a, b) => items[b]! - items[a]! || a - b).slice(0, k));
  return alongAxis(x, x.dims.length - 1, pick, k);
}

function statistics(items: readonly number[], epsilon: number): { readonly mean: number; readonly inverse: number } {
  const mean = items.reduce((a, b) => a + b, 0) / items.length;
  const variance = items.reduce((sum, item) => sum + (item - mean) ** 2, 0) / items.length;
  return { mean, inverse: 1 / Math.sqrt(variance + epsilon) };
}

/** erf x = 2 / sqrt(pi) * sum (-1)^n x^(2n+1) / (n! (2n+1)); the series serves to |x| = 4, where erf is 1 to 8 digits. */
function errorFunction(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
