/** Reverse-mode differentiation: one rule per operator, and the walk that applies them. */
import {
  add, addRows, cast, concat, cumSum, div, equal, exp, expand, gather, greater, layerNormStatistics, matmul, mul, neg, not, pad, reduceMean, reduceSum, reshape, scatterRows, slice, sub,
  transpose, unbroadcast, where, zeros,
} from './operators.ts';
import { reduceShape } from './shapes.ts';
import { constant, graphError, isOp, showShape, sizeOf, type Dim, type Op, type Shape, type Value } from './value.ts';

/** `g` is the gradient of `out`; answers the gradient of each operand, `null` where none flows. */
type Pullback<K extends Op> = (g: Value, out: Value<K>, inputs: readonly Value[]) => readonly (Value | null)[];

const none = (): readonly null[] => [];

/** One rule per operator: a missing entry does not compile. */
export const pullbacks: { readonly [K in Op]: Pullback<K> } = {
  input: none,
  parameter: none,
  constant: none,
  neg: (g) => [neg(g)],
  exp: (g, out) => [mul(g, out)], //                                          d e^x = e^x dx
  log: (g, _out, [x]) => [div(g, x!)], //                                     d log x = dx / x
  sqrt: (g, out) => [div(mul(g, 0.5), out)], //                               d sqrt x = dx / (2 sqrt x)
  abs: (g, _out, [x]) => [where(greater(x!, 0), g, where(greater(0, x!), neg(g), 0))],
  tanh: (g, out) => [mul(g, sub(1, mul(out, out)))], //                       d tanh x = (1 - tanh^2 x) dx
  sigmoid: (g, out) => [mul(g, mul(out, sub(1, out)))], //                    d s(x) = s (1 - s) dx
  relu: (g, out) => [mul(g, cast(greater(out, 0), 'float32'))], //            from the result, so that its operand need not be kept; Where takes 1.4 times as long
  erf: (g, _out, [x]) => [mul(g, mul(exp(neg(mul(x!, x!))), 2 / Math.sqrt(Math.PI)))],
  not: none,
  cast: (g, out, [x]) => [x!.dtype === 'float32' && out.dtype === 'float32' ? g : null],
  clip: (g, out, [x]) => [where(equal(x!, out), g, 0)],
  add: (g, _out, [a, b]) => [unbroadcast(g, a!.shape), unbroadcast(g, b!.shape)],
  sub: (g, _out, [a, b]) => [unbroadcast(g, a!.shape), neg(unbroadcast(g, b!.shape))],
  mul: (g, _out, [a, b]) => [unbroadcast(mul(g, b!), a!.shape), unbroadcast(mul(g, a!), b!.shape)], // d ab = b da + a db
  div: (g, out, [a, b]) => {
    const da = div(g, b!); //                                                 d a/b = da / b - a/b db / b
    return [unbroadcast(da, a!.shape), neg(unbroadcast(mul(da, out), b!.shape))];
  },
  minimum: (g, _out, [a, b]) => chosen(g, not(greater(a!, b!)), a!, b!),
  maximum: (g, _out, [a, b]) => chosen(g, not(greater(b!, a!)), a!, b!),
  greater: none,
  equal: none,
  and: none,
  where: (g, _out, [condition, a, b]) => [null, unbroadcast(where(condition!, g, 0), a!.shape), unbroadcast(where(condition!, 0, g), b!.shape)],
  transpose: (g, out) => [transpose(g, out.attributes.permutation.map((_, axis) => out.attributes.permutation.indexOf(axis)))],
  reshape: (g, _out, [x]) => [reshape(g, x!.shape, x!)],
  expand: (g, _out, [x]) => [unbroadcast(g, x!.shape)], //                    `like` lends its shape only
  concat: (g, out, inputs) => {
    const { axis } = out.attributes;
    const symbolic = inputs.filter((part) => typeof part.shape[axis] !== 'number').length;
    if (symbolic > 1) throw graphError('concat', `gradient along several symbolic sizes ${inputs.map((part) => showShape(part.shape)).join(', ')}`);
    const sizes = inputs.map((part) => part.shape[axis]!);
    const total = (some: readonly Dim[]): number => some.reduce<number>((sum, size) => sum + Number(size), 0);
    const open = sizes.findIndex((size) => typeof size === 'string'); // parts behind the symbolic one are counted from the end
    return sizes.map((size, i) => {
      const start = open < 0 || i <= open ? total(sizes.slice(0, i)) : -total(sizes.slice(i));
      const behind = open < 0 || i < open ? null : total(sizes.slice(i + 1));
      return slice(g, axis, start, behind === null ? start + Number(size) : behind === 0 ? null : -behind, size);
    });
  },
  slice: (g, out, [x]) => {
    const { axis, start, end } = out.attributes;
    const size = x!.shape[axis]!;
    if (typeof size === 'number') return [pad(g, axis, start, size - (end ?? size))];
    if (start >= 0 && (end === null || end < 0)) return [pad(g, axis, start, end === null ? 0 : -end, size)];
    throw graphError('slice', `gradient of ${start} to ${end ?? 'the end'} along the symbolic size ${size}; feed a selection instead`);
  },
  pad: (g, out, [x]) => {
    const { axis, before, after } = out.attributes;
    return [slice(g, axis, before, after === 0 ? null : -after, x!.shape[axis]!)];
  },
  gather: (_g, out) => {
    throw graphError('gather', `gradient of ${showShape(out.inputs[0]!.shape)} by unplanned indices; use embedding or select, which are fed the plan of the sum`);
  },
  scatterRows: (g, _out, [, rows, updates]) => [scatterRows(g, rows!, mul(updates!, 0)), null, gather(g, rows!, 0)],
  matmul: (g, out, [a, b]) => matmulPullback(g, out, a!, b!),
  reduceSum: (g, out, [x]) => [expand(keepAxes(g, out.attributes, x!.shape), x!.shape, x!)],
  reduceMean: (g, out, [x]) => {
    const sizes = out.attributes.axes.map((axis) => x!.shape[axis]!);
    if (sizes.some((size) => typeof size !== 'number')) throw graphError('reduceMean', `gradient over a symbolic size of ${showShape(x!.shape)}; divide a reduceSum by a fed count`);
    return [expand(mul(keepAxes(g, out.attributes, x!.shape), 1 / sizeOf(sizes)), x!.shape, x!)];
  },
  reduceMax: (g, out, [x]) => {
    const { axes } = out.attributes;
    const hit = cast(equal(x!, keepAxes(out, out.attributes, x!.shape)), 'float32');
    return [mul(div(keepAxes(g, out.attributes, x!.shape), reduceSum(hit, axes, true)), hit)];
  },
  softmax: (g, out) => {
    const weighted = mul(g, out); //                                          dx = s (g - sum(g s))
    return [sub(weighted, mul(out, reduceSum(weighted, out.attributes.axis, true)))];
  },
  cumSum: (g, out) => [cumSum(g, out.attributes.axis, { reverse: !out.attributes.reverse })],
  layerNorm: (g, out, [x, scale]) => {
    const { mean, inverse } = layerNormStatistics(out);
    const normal = mul(sub(x!, mean), inverse); //                            [..., width]
    const h = mul(g, scale!);
    const inner = sub(sub(h, reduceMean(h, -1, true)), mul(normal, reduceMean(mul(h, normal), -1, true)));
    return [mul(inner, inverse), unbroadcast(mul(g, normal), scale!.shape), unbroadcast(g, scale!.shape)];
  },
  layerNormMean: none, //                                                     only gradients read the statistics
  layerNormInverse: none,
  topKValues: (_g, out) => {
    throw graphError('topK', `no gradient through the order of ${showShape(out.inputs[0]!.shape)}`);
  },
  topKIndices: none,
  argMax: none,
  stopGradient: none,
  custom: (g, out, [, ...inputs]) => [null, ...out.attributes.pullback(g, out, inputs)],
};

/** d loss / d each of `wrt`: leaves or values in between. `loss` is a scalar. A value that does not reach the loss gets zeros. */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.shape.length !== 0 || loss.dtype !== 'float32') throw graphError('gradients', `the loss must be a float32 scalar, not ${loss.dtype} ${showShape(loss.shape)}`);
  const order = dependents(loss, new Set(wrt));
  const contributions = new Map<Value, Value[]>([[loss, [constant([1], [])]]]);
  const totals = new Map<Value, Value>();
  for (const value of order) {
    const parts = contributions.get(value);
    if (parts === undefined) continue;
    const total = sum(parts);
    totals.set(value, total);
    if (!value.inputs.some((operand) => order.has(operand))) continue; // nothing below is asked for: the value may have no rule for it
    const rule = pullbacks[value.op] as Pullback<Op>;
    for (const [i, gradient] of rule(total, value, value.inputs).entries()) {
      const operand = value.inputs[i]!;
      if (gradient === null || gradient === undefined || !order.has(operand)) continue;
      const known = contributions.get(operand);
      if (known === undefined) contributions.set(operand, [gradient]);
      else known.push(gradient);
    }
  }
  return wrt.map((value) => totals.get(value) ?? zeros(value.shape, value));
}

/** The values on a path from `wrt` to `loss`, last first. The computation inside a custom gradient is not on any path. */
function dependents(loss: Value, wrt: ReadonlySet<Value>): ReadonlySet<Value> {
  const reached = new Map<Value, boolean>();
  const stack = [loss];
  while (stack.length > 0) {
    const value = stack.at(-1)!;
    const operands = isOp(value, 'custom') ? value.inputs.slice(1) : value.op === 'stopGradient' ? [] : value.inputs;
    const open = operands.filter((operand) => !reached.has(operand));
    if (open.length > 0 && !reached.has(value)) {
      stack.push(...open);
      continue;
    }
    stack.pop();
    reached.set(value, wrt.has(value) || operands.some((operand) => reached.get(operand)));
  }
  return new Set([...reached.keys()].filter((value) => reached.get(value)).sort((a, b) => b.id - a.id));
}

/**
 * Adds contributions. Those of slices that tile an axis are joined, not padded and added: one copy instead of one per slice. Rows scattered into
 * zeros (embedding gradients) are added to their rows only.
 */
function sum(parts: readonly Value[]): Value {
  const tiled = tile(parts);
  if (tiled !== null) return tiled;
  const rows = parts.filter((part) => isOp(part, 'scatterRows') && isZero(part.inputs[0]!));
  const dense = parts.filter((part) => !rows.includes(part));
  const start = dense.length > 0 ? dense.reduce((total, part) => add(total, part)) : rows.shift()!;
  return rows.reduce((total, part) => addRows(total, part.inputs[1]!, part.inputs[2]!), start);
}

function isZero(value: Value): boolean {
  return isOp(value, 'expand') && isOp(value.inputs[0]!, 'constant') && value.inputs[0].attributes.data.every((x) => x === 0);
}

function tile(parts: readonly Value[]): Value | null {
  const axis = isOp(parts[0]!, 'pad') ? parts[0].attributes.axis : -1;
  const pads = parts.filter((part): part is Value<'pad'> => isOp(part, 'pad') && part.attributes.axis === axis).sort((a, b) => a.attributes.before - b.attributes.before);
  if (parts.length < 2 || pads.length !== parts.length) return null;
  let end = 0;
  for (const part of pads) {
    if (part.attributes.before !== end) return null;
    end += Number(part.inputs[0]!.shape[axis]);
  }
  return end === parts[0]!.shape[axis] ? concat(pads.map((part) => part.inputs[0]!), axis) : null;
}

/** Puts axes of size 1 back where a reduction removed them. */
function keepAxes(x: Value, { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean }, shape: Shape): Value {
  return keepDims ? x : reshape(x, reduceShape(shape, axes, true));
}

function chosen(g: Value, first: Value, a: Value, b: Value): readonly Value[] {
  return [unbroadcast(where(first, g, 0), a.shape), unbroadcast(where(first, 0, g), b.shape)];
}

/** d(AB): dA = G B', dB = A' G, each transposed like its operand. A plain matrix on the right of a stack is treated as one tall product. */
function matmulPullback(g: Value, out: Value<'matmul'>, a: Value, b: Value): readonly Value[] {
  const { transposeA, transposeB } = out.attributes;
  const da = transposeA ? matmul(b, g, { transposeA: transposeB, transposeB: true }) : matmul(g, b, { transposeB: !transposeB });
  if (b.shape.length === 2 && a.shape.length > 2 && !transposeA) {
    const tallA = reshape(a, [-1, a.shape.at(-1)!]);
    const tallG = reshape(g, [-1, g.shape.at(-1)!]);
    return [unbroadcast(da, a.shape), transposeB ? matmul(tallG, tallA, { transposeA: true }) : matmul(tallA, tallG, { transposeA: true })];
  }
  const db = transposeB ? matmul(g, a, { transposeA: true, transposeB: transposeA }) : matmul(a, g, { transposeA: !transposeA });
  return [unbroadcast(da, a.shape), unbroadcast(db, b.shape)];
}
