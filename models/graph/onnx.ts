/**
 * Writes a graph as an ONNX file (opset 18). Only what the outputs need is written, equal subexpressions once, and every name is made up here:
 * the same graph always gives the same bytes.
 */
import { bytesField, floatField, intField, join, messageField, stringField, type Message } from './protobuf.ts';
import { graphError, isOp, nameOf, showShape, sizeOf, type ConstantData, type Dim, type DType, type Op, type Shape, type Value } from './value.ts';
import type { OperatorType } from './vet.ts';

export interface ModelOptions {
  /** Name in the file -> value. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** Inputs that stay in the interface even if nothing reads them. */
  readonly inputs?: readonly Value[];
  /** Parameters are fed like inputs, or their `values` (by name) become part of the file. */
  readonly parametersAs: 'inputs' | 'initializers';
  readonly values?: ReadonlyMap<string, Float32Array>;
  /** Values to be written in place of others, e.g. a slice of a flat tensor in place of each parameter. */
  readonly replace?: ReadonlyMap<Value, Value>;
  readonly metadata?: Readonly<Record<string, string>>;
}

type Attribute = number | { readonly float: number } | readonly number[];
type Attributes = Readonly<Record<string, Attribute>>;
type Emit<K extends Op> = (writer: Writer, operands: readonly string[], value: Value<K>) => string;

/** Intermediate Representation 8 is the one that came with opset 18. */
const irVersion = 8;
const opset = 18;
const elementTypes: { readonly [K in DType]: number } = { float32: 1, int32: 6, int64: 7, bool: 9 };
const largest = 2n ** 63n - 1n; // "to the end" for Slice

export function writeModel(options: ModelOptions): Uint8Array {
  const writer = new Writer(options);
  const names = new Map<Value, string>();
  const wanted = [...(options.inputs ?? []), ...Object.values(options.outputs)];
  for (const value of topological(wanted, options.replace)) {
    const replacement = options.replace?.get(value);
    const name = replacement === undefined ? (emitters[value.op] as Emit<Op>)(writer, value.inputs.map((operand) => names.get(operand)!), value) : names.get(replacement)!;
    names.set(value, name);
    writer.noteShape(name, value.shape);
  }
  return writer.model(Object.entries(options.outputs).map(([name, value]) => ({ name, from: names.get(value)!, value })));
}

/** Operands before their users, in an order that depends on the graph alone. */
function topological(outputs: readonly Value[], replace?: ReadonlyMap<Value, Value>): readonly Value[] {
  const done = new Set<Value>();
  const stack = [...outputs].reverse();
  while (stack.length > 0) {
    const value = stack.at(-1)!;
    const replacement = replace?.get(value);
    const operands = replacement !== undefined ? [replacement] : isOp(value, 'custom') ? value.inputs.slice(0, 1) : value.inputs;
    const open = operands.filter((operand) => !done.has(operand));
    if (done.has(value) || open.length === 0) {
      done.add(value);
      stack.pop();
    } else stack.push(...open.reverse());
  }
  return [...done];
}

const plain = (type: OperatorType): Emit<Op> => (writer, operands) => writer.node(type, operands);
const alias: Emit<Op> = (_writer, operands) => operands[0]!;

/** One rule per operator: a missing entry does not compile. */
const emitters: { readonly [K in Op]: Emit<K> } = {
  input: (writer, _operands, value) => writer.graphInput(value),
  parameter: (writer, _operands, value) => writer.parameter(value),
  constant: (writer, _operands, value) => writer.constant(value.attributes.data, value.dtype, value.shape as readonly number[]),
  neg: plain('Neg'),
  exp: plain('Exp'),
  log: plain('Log'),
  sqrt: plain('Sqrt'),
  abs: plain('Abs'),
  tanh: plain('Tanh'),
  sigmoid: plain('Sigmoid'),
  relu: plain('Relu'),
  erf: plain('Erf'),
  not: plain('Not'),
  cast: (writer, operands, value) => writer.node('Cast', operands, { to: elementTypes[value.dtype] }),
  clip: (writer, [x], { attributes: { minimum, maximum } }) => writer.node('Clip', [x!, writer.float(minimum), writer.float(maximum)]),
  add: plain('Add'),
  sub: plain('Sub'),
  mul: plain('Mul'),
  div: plain('Div'),
  minimum: plain('Min'),
  maximum: plain('Max'),
  greater: plain('Greater'),
  equal: plain('Equal'),
  and: plain('And'),
  where: plain('Where'),
  transpose: (writer, operands, value) => writer.node('Transpose', operands, { perm: value.attributes.permutation }),
  reshape: (writer, [x, like], value) => writer.node('Reshape', [x!, writer.reshapeTarget(value.inputs[0]!.shape, value.shape, like)]),
  expand: (writer, [x, like], value) => writer.node('Expand', [x!, writer.expandTarget(value.inputs[0]!.shape, value.shape, like)]),
  concat: (writer, operands, value) => writer.node('Concat', operands, { axis: value.attributes.axis }),
  slice: (writer, [x], { attributes: { axis, start, end } }) => writer.node('Slice', [x!, writer.ints([start]), writer.ints([end ?? largest]), writer.ints([axis])]),
  pad: (writer, [x], { attributes: { axis, before, after }, shape }) => {
    const amounts = [before, after].flatMap((amount) => shape.map((_, i) => (i === axis ? amount : 0)));
    return writer.node('Pad', [x!, writer.ints(amounts)]);
  },
  gather: (writer, operands, value) => writer.node('Gather', operands, { axis: value.attributes.axis }),
  scatterRows: (writer, [base, rows, updates]) => {
    // In this order: WebGPU reshapes int32, but not int64.
    const indices = writer.node('Cast', [writer.node('Reshape', [rows!, writer.ints([-1, 1])])], { to: elementTypes.int64 });
    return writer.node('ScatterND', [base!, indices, updates!]);
  },
  matmul: (writer, [a, b], value) => {
    const { transposeA, transposeB } = value.attributes;
    const [rankA, rankB] = value.inputs.map((operand) => operand.shape.length);
    // Gemm transposes for free, but holds two axes only.
    if (rankA === 2 && rankB === 2 && (transposeA || transposeB)) return writer.node('Gemm', [a!, b!], { transA: Number(transposeA), transB: Number(transposeB) });
    return writer.node('MatMul', [transposeA ? writer.swapped(a!, rankA!) : a!, transposeB ? writer.swapped(b!, rankB!) : b!]);
  },
  reduceSum: (writer, operands, value) => writer.reduction('ReduceSum', operands[0]!, value.attributes),
  reduceMean: (writer, operands, value) => writer.reduction('ReduceMean', operands[0]!, value.attributes),
  reduceMax: (writer, operands, value) => writer.reduction('ReduceMax', operands[0]!, value.attributes),
  softmax: (writer, operands, value) => writer.node('Softmax', operands, { axis: value.attributes.axis }),
  cumSum: (writer, [x], { attributes: { axis, reverse } }) => writer.node('CumSum', [x!, writer.integer(axis)], { reverse: Number(reverse) }),
  layerNorm: (writer, operands, value) => writer.layerNorm(operands, value.attributes.epsilon)[0]!,
  layerNormMean: (writer, operands, value) => writer.layerNorm(operands, value.attributes.epsilon)[1]!,
  layerNormInverse: (writer, operands, value) => writer.layerNorm(operands, value.attributes.epsilon)[2]!,
  topKValues: (writer, [x], value) => writer.topK(x!, value.attributes.k)[0]!,
  topKIndices: (writer, [x], value) => writer.node('Cast', [writer.topK(x!, value.attributes.k)[1]!], { to: elementTypes.int32 }),
  argMax: (writer, [x], value) => writer.node('Cast', [writer.node('ArgMax', [x!], { axis: value.attributes.axis, keepdims: 0 })], { to: elementTypes.int32 }),
  stopGradient: alias,
  custom: alias,
};

interface Node {
  readonly type: OperatorType;
  readonly operands: readonly string[];
  readonly attributes: Attributes;
  readonly results: readonly string[];
}

/** Collects nodes, constants and names. Asking twice for the same node gives the same names. */
class Writer {
  readonly #options: ModelOptions;
  readonly #nodes = new Map<string, Node>();
  readonly #constants = new Map<string, { readonly name: string; readonly message: Message }>();
  readonly #inputs = new Map<string, Value>();
  /** Where the size that a symbol stands for can be read. */
  readonly #sizes = new Map<string, { readonly name: string; readonly axis: number }>();
  #count = 0;

  constructor(options: ModelOptions) {
    this.#options = options;
  }

  node(type: OperatorType, operands: readonly string[], attributes: Attributes = {}): string {
    return this.#add(type, operands, attributes, 1)[0]!;
  }

  layerNorm(operands: readonly string[], epsilon: number): readonly string[] {
    return this.#add('LayerNormalization', operands, { axis: -1, epsilon: { float: epsilon } }, 3);
  }

  topK(x: string, k: number): readonly string[] {
    return this.#add('TopK', [x, this.ints([k])], { axis: -1, largest: 1, sorted: 1 }, 2);
  }

  reduction(type: OperatorType, x: string, { axes, keepDims }: { readonly axes: readonly number[]; readonly keepDims: boolean }): string {
    return this.node(type, [x, this.ints(axes)], { keepdims: Number(keepDims) });
  }

  swapped(x: string, rank: number): string {
    return this.node('Transpose', [x], { perm: [...Array(rank - 2).keys(), rank - 1, rank - 2] });
  }

  #add(type: OperatorType, operands: readonly string[], attributes: Attributes, results: number): readonly string[] {
    const key = JSON.stringify([type, operands, attributes]);
    const known = this.#nodes.get(key);
    if (known !== undefined) return known.results;
    const node = { type, operands, attributes, results: Array.from({ length: results }, () => `%${this.#count++}`) };
    this.#nodes.set(key, node);
    return node.results;
  }

  graphInput(value: Value): string {
    const name = nameOf(value);
    const known = this.#inputs.get(name);
    if (known !== undefined && known !== value) throw graphError(value.op, `two values are named ${name}`);
    this.#inputs.set(name, value);
    return name;
  }

  parameter(value: Value): string {
    const name = nameOf(value);
    if (this.#options.parametersAs === 'inputs') return this.graphInput(value);
    const data = this.#options.values?.get(name);
    if (data === undefined || data.length !== sizeOf(value.shape)) throw graphError('parameter', `${data?.length ?? 'no'} values for ${name} ${showShape(value.shape)}`);
    this.#constants.set(`parameter ${name}`, { name, message: tensor(name, 'float32', value.shape as readonly number[], data) });
    return name;
  }

  constant(data: ConstantData | BigInt64Array, dtype: DType, dims: readonly number[]): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key = `${dtype} ${dims.join()} ${Buffer.from(bytes).toString('latin1')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known.name;
    const name = `%c${this.#constants.size}`;
    this.#constants.set(key, { name, message: tensor(name, dtype, dims, data) });
    return name;
  }

  ints(values: readonly (number | bigint)[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), 'int64', [values.length]);
  }

  integer(value: number): string {
    return this.constant(BigInt64Array.of(BigInt(value)), 'int64', []);
  }

  float(value: number): string {
    return this.constant(Float32Array.of(value), 'float32', []);
  }

  noteShape(name: string, shape: Shape): void {
    for (const [axis, dim] of shape.entries()) {
      if (typeof dim === 'string' && !this.#sizes.has(dim)) this.#sizes.set(dim, { name, axis });
    }
  }

  /** A constant where one can be had: 0 keeps the size at the same place, -1 is what is left. Shape nodes would run on the CPU. */
  reshapeTarget(from: Shape, to: Shape, like?: string): string {
    let free = true;
    const target = to.map((dim, axis) => {
      if (typeof dim === 'number') return dim;
      if (dim === from[axis]) return 0;
      if (!free) return null;
      free = false;
      return -1;
    });
    return target.every((size) => size !== null) ? this.ints(target) : this.#join(to, like);
  }

  /** 1 keeps a size, so that only stretched symbolic sizes have to be looked up. */
  expandTarget(from: Shape, to: Shape, like?: string): string {
    const offset = to.length - from.length;
    return this.#join(to.map((dim, axis) => (dim === from[axis - offset] ? 1 : dim)), like);
  }

  #join(shape: Shape, like?: string): string {
    if (shape.every((dim) => typeof dim === 'number')) return this.ints(shape);
    if (like !== undefined) return this.node('Shape', [like]); // unlike the Concat below, it runs on the GPU
    return this.node('Concat', shape.map((dim) => this.#size(dim)), { axis: 0 });
  }

  #size(dim: Dim): string {
    if (typeof dim === 'number') return this.ints([dim]);
    const source = this.#sizes.get(dim);
    if (source !== undefined) return this.node('Shape', [source.name], { start: source.axis, end: source.axis + 1 });
    const factors = dim.split('*');
    if (factors.length < 2) throw graphError('reshape', `nothing in the graph has the size ${dim}`);
    return factors.map((factor) => this.#size(Number.isNaN(Number(factor)) ? factor : Number(factor))).reduce((a, b) => this.node('Mul', [a, b]));
  }

  /** A normalisation whose statistics nobody reads writes only its result. */
  #trimmed(nodes: readonly Node[], outputs: readonly string[]): readonly Node[] {
    const read = new Set([...outputs, ...nodes.flatMap((node) => node.operands)]);
    return nodes.map((node) => (node.type === 'LayerNormalization' && !node.results.slice(1).some((name) => read.has(name)) ? { ...node, results: node.results.slice(0, 1) } : node));
  }

  model(outputs: readonly { readonly name: string; readonly from: string; readonly value: Value }[]): Uint8Array {
    const renamed = new Map<string, string>();
    const computed = new Set([...this.#nodes.values()].flatMap((node) => node.results));
    const copies: Message[] = [];
    for (const { name, from } of outputs) {
      if (computed.has(from) && !renamed.has(from)) renamed.set(from, name);
      else copies.push(nodeMessage({ type: 'Identity', operands: [renamed.get(from) ?? from], attributes: {}, results: [name] }, new Map()));
    }
    const graph = messageField(
      7,
      ...this.#trimmed([...this.#nodes.values()], outputs.map(({ from }) => from)).map((node) => nodeMessage(node, renamed)),
      ...copies,
      stringField(2, 'shelfsight'),
      ...[...this.#constants.values()].map(({ message }) => message),
      ...[...this.#inputs].map(([name, value]) => valueInfo(11, name, value)),
      ...outputs.map(({ name, value }) => valueInfo(12, name, value)),
    );
    const metadata = Object.entries(this.#options.metadata ?? {}).map(([key, value]) => messageField(14, stringField(1, key), stringField(2, value)));
    return join([...intField(1, irVersion), ...stringField(2, 'shelfsight'), ...graph, ...messageField(8, intField(2, opset)), ...metadata.flat()]);
  }
}

// -- ONNX messages; the field numbers are those of onnx.proto

function nodeMessage({ type, operands, attributes, results }: Node, renamed: ReadonlyMap<string, string>): Message {
  const name = (given: string): string => renamed.get(given) ?? given;
  return messageField(
    1,
    ...operands.map((operand) => stringField(1, name(operand))),
    ...results.map((result) => stringField(2, name(result))),
    stringField(3, `${type}_${name(results[0]!)}`),
    stringField(4, type),
    ...Object.entries(attributes).map(([key, value]) => messageField(5, stringField(1, key), attributeMessage(value))),
  );
}

function attributeMessage(value: Attribute): Message {
  if (typeof value === 'number') return [...intField(3, value), ...intField(20, 2)];
  if ('float' in value) return [...floatField(2, value.float), ...intField(20, 1)];
  return [...value.flatMap((item) => intField(8, item)), ...intField(20, 7)];
}

function tensor(name: string, dtype: DType, dims: readonly number[], data: ConstantData | BigInt64Array): Message {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return messageField(5, dims.flatMap((dim) => intField(1, dim)), intField(2, elementTypes[dtype]), stringField(8, name), bytesField(9, bytes));
}

function valueInfo(field: number, name: string, { shape, dtype }: Value): Message {
  const dims = shape.flatMap((dim) => messageField(1, typeof dim === 'number' ? intField(1, dim) : stringField(2, dim)));
  return messageField(field, stringField(1, name), messageField(2, messageField(1, intField(1, elementTypes[dtype]), messageField(2, dims))));
}
