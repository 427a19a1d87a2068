/** One or more cases for every operator and composite: each is held against finite differences, and against onnxruntime on each device. */
import { chunkedCrossEntropy, softmaxCrossEntropy } from '../../../models/graph/losses.ts';
import * as g from '../../../models/graph/operators.ts';
import { select, selectionFeeds, selectionInput, unselect } from '../../../models/graph/selection.ts';
import { embedding, indexFeeds, indexInput, sparseFeeds, sparseInput, sparseMatmul } from '../../../models/graph/sparse.ts';
import { booleans, floats, ints, type Feeds, type Tensor } from '../../../models/graph/tensor.ts';
import { constant, input, isOp, type Dim, type Op, type Value } from '../../../models/graph/value.ts';

export interface Case {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly feeds: Feeds;
  /** What to differentiate by; nothing for what has no derivative. */
  readonly wrt: readonly Value[];
}

/** Numbers in (-1, 1) that are the same on every run, spread so that no two are close: maxima and comparisons have no ties. */
export function spread(count: number, seed = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (((i + seed) * 0.6180339887498949 + seed * seed * 0.0414213562) % 1) * 2 - 1);
}

interface Operand {
  readonly tensor: Tensor;
  readonly shape?: readonly Dim[];
}

/** float32 operand of a fixed or symbolic shape. */
function real(dims: readonly number[], options: { readonly seed?: number; readonly scale?: number; readonly shift?: number; readonly shape?: readonly Dim[] } = {}): Operand {
  const { seed = 1, scale = 1, shift = 0, shape } = options;
  const data = spread(dims.reduce((a, b) => a * b, 1), seed).map((x) => x * scale + shift);
  return { tensor: floats(data, dims), ...(shape === undefined ? {} : { shape }) };
}

const whole = (data: readonly number[], dims?: readonly number[]): Operand => ({ tensor: ints(data, dims) });
const truth = (data: readonly boolean[], dims?: readonly number[]): Operand => ({ tensor: booleans(data, dims) });

function define(name: string, operands: readonly Operand[], build: (...values: Value[]) => Value | readonly Value[], options: { readonly differentiable?: boolean } = {}): Case {
  const inputs = operands.map(({ tensor, shape }, i) => input(`x${i}`, shape ?? tensor.dims, tensor.dtype));
  const built = build(...inputs);
  const outputs = Array.isArray(built) ? (built as readonly Value[]) : [built as Value];
  const feeds = Object.fromEntries(operands.map(({ tensor }, i) => [`x${i}`, tensor]));
  const wrt = options.differentiable === false ? [] : inputs.filter((value) => value.dtype === 'float32');
  return { name, inputs, outputs, feeds, wrt };
}

const a23 = real([2, 3]);
const b23 = real([2, 3], { seed: 7 });
const positive = real([2, 3], { scale: 0.5, shift: 1 });
const unary = (f: (x: Value) => Value, operand = real([3, 5], { scale: 2 })) => (name: string): Case => define(name, [operand], f);
const binary = (f: (a: Value, b: Value) => Value, right = b23) => (name: string): Case[] => [
  define(name, [a23, right], f),
  define(`${name}, row stretched`, [real([4, 2, 3], { seed: 3 }), { tensor: floats(right.tensor.data.slice(0, 3) as Float32Array, [3]) }], f),
  define(`${name}, both stretched`, [real([2, 1, 3], { seed: 5 }), { tensor: floats(right.tensor.data.slice(0, 2) as Float32Array, [2, 1]) }], f),
];
const comparison = (f: (a: Value, b: Value) => Value) => (name: string): Case => define(name, [whole([1, 2, 3, 2], [2, 2]), whole([2, 2], [2])], (a, b) => g.cast(f(a, b), 'float32'), { differentiable: false });

type Cases = (name: string) => Case | readonly Case[];

/** Total over the operators: one without a case does not compile. Leaves are in every case. */
export const operatorCases: { readonly [K in Op]: Cases } = {
  input: (name) => define(name, [a23], (x) => x),
  parameter: (name) => define(name, [a23], (x) => x),
  constant: (name) => define(name, [a23], (x) => g.add(x, constant([1, 2, 3]))),
  neg: unary(g.neg),
  exp: unary(g.exp),
  log: unary(g.log, positive),
  sqrt: unary(g.sqrt, positive),
  abs: unary(g.abs),
  tanh: unary(g.tanh),
  sigmoid: unary(g.sigmoid),
  relu: unary(g.relu),
  erf: unary(g.erf, real([3, 5], { scale: 3 })),
  not: (name) => define(name, [truth([true, false, true])], (x) => g.cast(g.not(x), 'float32')),
  cast: (name) => [
    define(`${name} to int32`, [real([5], { scale: 9 })], (x) => g.cast(x, 'int32'), { differentiable: false }),
    define(`${name} from bool`, [truth([true, false])], (x) => g.cast(x, 'float32')),
  ],
  clip: unary((x) => g.clip(x, -0.4, 0.7)),
  add: binary(g.add),
  sub: binary(g.sub),
  mul: binary(g.mul),
  div: binary(g.div, positive),
  minimum: binary(g.minimum),
  maximum: binary(g.maximum),
  greater: comparison(g.greater),
  equal: comparison(g.equal),
  and: (name) => define(name, [truth([true, true, false, false]), truth([true, false, true, false])], (a, b) => g.cast(g.and(a, b), 'float32')),
  where: (name) => define(name, [truth([true, false], [2, 1]), a23, real([3], { seed: 4 })], g.where),
  transpose: (name) => [
    define(name, [real([2, 3, 4])], (x) => g.transpose(x, [2, 0, 1])),
    define(`${name}, last two`, [real([2, 3, 4])], (x) => g.transpose(x)),
  ],
  reshape: (name) => [
    define(name, [real([2, 6])], (x) => g.reshape(x, [3, -1])),
    define(`${name}, symbolic`, [real([2, 3, 4], { shape: ['batch', 'length', 4] })], (x) => [g.reshape(x, [-1, 4]), g.reshape(x, ['batch', 'length', 2, 2]), g.reshape(g.exp(g.reshape(x, [-1, 2])), ['batch', 'length', 4], x)]),
  ],
  expand: (name) => [
    define(name, [real([2, 1])], (x) => g.expand(x, [3, 2, 4])),
    define(`${name}, symbolic`, [real([1, 3]), real([5], { shape: ['n'] })], (x, n) => [g.expand(x, ['n', 3], g.mul(g.reshape(n, ['n', 1]), x)), n]),
  ],
  concat: (name) => [
    define(name, [a23, real([2, 1], { seed: 9 })], (a, b) => g.concat([a, b, a], 1)),
    define(`${name}, symbolic`, [real([1, 3]), real([4, 3], { shape: ['n', 3], seed: 3 }), real([2, 3], { seed: 6 })], (a, b, c) => g.concat([a, b, c], 0)),
  ],
  slice: (name) => [
    define(name, [real([3, 5])], (x) => g.slice(x, 1, 1, -1)),
    define(`${name}, tiles`, [real([3, 6])], (x) => [0, 2, 4].map((start, i) => g.mul(g.slice(x, 1, start, start + 2), i + 1))),
    define(`${name}, symbolic`, [real([5, 2], { shape: ['n', 2] })], (x) => [g.slice(x, 0, 1), g.slice(x, 0, 1, -1, 'n-2')]),
  ],
  pad: (name) => define(name, [a23], (x) => g.pad(x, 1, 2, 1)),
  gather: (name) => define(name, [real([4, 3]), whole([3, 0, 3, 1], [2, 2])], (x, i) => [g.gather(x, i), g.gather(x, constant([2, 0], [2], 'int32'), 1)], { differentiable: false }),
  scatterRows: (name) => define(name, [real([4, 3]), whole([3, 0]), real([2, 3], { seed: 5 })], (x, rows, updates) => g.scatterRows(x, rows, updates)),
  matmul: (name) => [
    ...[0, 1, 2, 3].map((bits) => {
      const [transposeA, transposeB] = [(bits & 1) > 0, (bits & 2) > 0];
      return define(`${name} ${transposeA ? "A'" : 'A'} ${transposeB ? "B'" : 'B'}`, [real(transposeA ? [4, 3] : [3, 4]), real(transposeB ? [5, 4] : [4, 5], { seed: 2 })], (a, b) => g.matmul(a, b, { transposeA, transposeB }));
    }),
    ...[0, 1, 2, 3].map((bits) => {
      const [transposeA, transposeB] = [(bits & 1) > 0, (bits & 2) > 0];
      return define(`${name}, stacks, ${bits}`, [real(transposeA ? [2, 3, 4, 3] : [2, 3, 3, 4]), real(transposeB ? [3, 5, 4] : [3, 4, 5], { seed: 2 })], (a, b) => g.matmul(a, b, { transposeA, transposeB }));
    }),
    define(`${name}, stack times matrix`, [real([2, 3, 4], { shape: ['batch', 'length', 4] }), real([4, 5], { seed: 2 })], (a, b) => g.matmul(a, b)),
    define(`${name}, stack times matrix transposed`, [real([2, 3, 4]), real([5, 4], { seed: 2 })], (a, b) => g.matmul(a, b, { transposeB: true })),
  ],
  reduceSum: (name) => [
    define(name, [real([2, 3, 4])], (x) => [g.reduceSum(x, 1), g.reduceSum(x, [0, 2], true), g.reduceSum(x)]),
    define(`${name}, symbolic`, [real([2, 3, 4], { shape: ['batch', 'length', 4] })], (x) => g.reduceSum(x, 1)),
  ],
  reduceMean: (name) => define(name, [real([2, 3, 4])], (x) => [g.reduceMean(x, -1, true), g.reduceMean(x, [0, 1])]),
  reduceMax: (name) => define(name, [real([2, 3, 4])], (x) => [g.reduceMax(x, -1), g.reduceMax(x, [0, 1], true)]),
  softmax: (name) => [define(name, [real([2, 3, 4], { scale: 5 })], (x) => g.softmax(x)), define(`${name}, middle`, [real([2, 3, 4])], (x) => g.softmax(x, 1))],
  cumSum: (name) => define(name, [real([2, 3, 2])], (x) => [g.cumSum(x, 1), g.cumSum(x, 1, { reverse: true })]),
  layerNorm: (name) => define(name, [real([2, 3, 8]), real([8], { seed: 2 }), real([8], { seed: 3 })], (x, scale, bias) => g.layerNorm(x, scale, bias)),
  layerNormMean: (name) => define(name, [real([2, 8]), real([8], { seed: 2 })], (x, s) => statistics(g.layerNorm(x, s, s)).mean, { differentiable: false }),
  layerNormInverse: (name) => define(name, [real([2, 8]), real([8], { seed: 2 })], (x, s) => statistics(g.layerNorm(x, s, s)).inverse, { differentiable: false }),
  topKValues: (name) => define(name, [real([3, 7])], (x) => g.topK(x, 4).values, { differentiable: false }),
  topKIndices: (name) => define(name, [real([3, 7])], (x) => g.topK(x, 4).indices, { differentiable: false }),
  argMax: (name) => define(name, [real([3, 7])], (x) => [g.argMax(x), g.argMax(x, 0)], { differentiable: false }),
  stopGradient: (name) => define(name, [a23], (x) => g.stopGradient(g.exp(x)), { differentiable: false }),
  custom: (name) => define(name, [a23], (x) => g.customGradient([x], g.mul(g.exp(x), 2), (gradient, out) => [g.mul(gradient, out)])),
};

function statistics(out: Value): ReturnType<typeof g.layerNormStatistics> {
  if (!isOp(out, 'layerNorm')) throw new Error('layerNorm gives a layerNorm');
  return g.layerNormStatistics(out);
}

function withFeeds(base: Case, feeds: Feeds): Case {
  return { ...base, feeds: { ...base.feeds, ...feeds } };
}

/** Rows of 0, 1, 2 ... entries, one of 40 and one of 1,100: every group width and three levels occur. */
export function unevenRows(rows: number, columns: number): { readonly offsets: number[]; readonly indices: number[]; readonly weights: number[]; readonly columns: number } {
  const offsets = [0];
  const indices: number[] = [];
  const weights: number[] = [];
  for (let row = 0; row < rows; row++) {
    const entries = row === rows - 1 ? 1100 : row === rows - 2 ? 40 : row;
    for (let k = 0; k < entries; k++) {
      indices.push((row * 5 + k * 3) % columns);
      weights.push(((row + k) % 7) / (entries + 1) - 0.2);
    }
    offsets.push(indices.length);
  }
  return { offsets, indices, weights, columns };
}

function compositeCases(): readonly Case[] {
  const bags = sparseInput('bags', { rows: 'bags', columns: 9 });
  const uneven = unevenRows(9, 9);
  const picks = indexInput('picks', ['batch', 3], 5);
  const tokens = selectionInput('tokens', { from: ['batch', 'length'], taken: ['tokens'] });
  const targets = indexInput('targets', [6], 7);
  const repeated = Int32Array.of(2, 2, 6, 0, 2, 6);
  const correction = input('correction', [7]);
  const corrected = (name: string, bound: number | undefined, scale: number): Case => {
    const operands = [real([6, 4], { scale: 3 * scale }), real([7, 4], { seed: 5 })];
    const build = (s: Value, e: Value): Value => chunkedCrossEntropy(s, e, targets, { chunk: 3, correction, ...(bound === undefined ? {} : { bound }) });
    return withFeeds(define(name, operands, build), { ...indexFeeds(targets, repeated), correction: floats([-9, 0.5, -4, 1.5, 0, -2, -12]) });
  };
  const logits = [real([6, 4], { scale: 3, shape: [6, 4] }), real([7, 4], { seed: 5 })];
  return [
    define('gelu', [real([3, 5], { scale: 2 })], g.gelu),
    define('linear', [real([2, 3, 4]), real([4, 5], { seed: 2 }), real([5], { seed: 3 })], g.linear),
    define('l2Normalize', [real([3, 4])], (x) => g.l2Normalize(x)),
    define('logSumExp', [real([3, 4], { scale: 5 })], (x) => g.logSumExp(x)),
    withFeeds(define('sparseMatmul', [real([9, 3])], (x) => sparseMatmul(bags, x)), sparseFeeds(bags, uneven)),
    withFeeds(define('embedding', [real([5, 3])], (table) => embedding(table, picks)), indexFeeds(picks, Int32Array.of(4, 4, 0, 1, 4, 4), [2, 3])),
    withFeeds(define('embedding used twice', [real([5, 3])], (table) => [g.matmul(embedding(table, picks), table, { transposeB: true })]), indexFeeds(picks, Int32Array.of(4, 4, 0, 1, 4, 4), [2, 3])),
    withFeeds(define('select', [real([2, 3, 2], { shape: ['batch', 'length', 2] })], (x) => [select(x, tokens), unselect(g.exp(select(x, tokens)), tokens)]), selectionFeeds(tokens, Int32Array.of(0, 1, 3, 5), { from: [2, 3] })),
    define('softmaxCrossEntropy', [real([4, 5], { scale: 3 }), whole([2, 0, -1, 4])], softmaxCrossEntropy),
    withFeeds(define('chunkedCrossEntropy', logits, (s, e) => chunkedCrossEntropy(s, e, targets, { chunk: 3 })), indexFeeds(targets, repeated)),
    withFeeds(define('chunkedCrossEntropy, bounded', logits, (s, e) => chunkedCrossEntropy(s, e, targets, { chunk: 3, bound: 20 })), indexFeeds(targets, repeated)),
    corrected('chunkedCrossEntropy, corrected', undefined, 1),
    corrected('chunkedCrossEntropy, corrected, far beyond the range of exp', undefined, 40),
    corrected('chunkedCrossEntropy, corrected, bounded', 20, 1),
  ];
}

export const cases: readonly Case[] = [...Object.entries(operatorCases).flatMap(([name, make]) => make(name)), ...compositeCases()];
