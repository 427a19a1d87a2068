/**
 * Looks through an ONNX file before any runtime does: only what `onnx.ts` writes may be in it. What a stranger's file could bring does not
 * exist there: external data (which the runtime would read from other files), subgraphs (a `Loop` that never ends cannot be stopped), functions
 * and operators of other domains.
 */
export const operatorTypes = [
  'Abs', 'Add', 'And', 'ArgMax', 'Cast', 'Clip', 'Concat', 'CumSum', 'Div', 'Equal', 'Erf', 'Exp', 'Expand', 'Gather', 'Gemm', 'Greater', 'Identity',
  'LayerNormalization', 'Log', 'MatMul', 'Max', 'Min', 'Mul', 'Neg', 'Not', 'Pad', 'ReduceMax', 'ReduceMean', 'ReduceSum', 'Relu', 'Reshape',
  'ScatterND', 'Shape', 'Sigmoid', 'Slice', 'Softmax', 'Sqrt', 'Sub', 'Tanh', 'TopK', 'Transpose', 'Where',
] as const;
export type OperatorType = (typeof operatorTypes)[number];

/** The fields a message may have, by number; a rule says what is in one. */
interface Schema {
  readonly name: string;
  readonly fields: Readonly<Record<number, 'plain' | 'operator' | Schema>>;
}

const attribute: Schema = { name: 'attribute', fields: { 1: 'plain', 2: 'plain', 3: 'plain', 8: 'plain', 20: 'plain' } };
const node: Schema = { name: 'node', fields: { 1: 'plain', 2: 'plain', 3: 'plain', 4: 'operator', 5: attribute } };
const tensor: Schema = { name: 'tensor', fields: { 1: 'plain', 2: 'plain', 8: 'plain', 9: 'plain' } };
const graph: Schema = { name: 'graph', fields: { 1: node, 2: 'plain', 5: tensor, 11: 'plain', 12: 'plain' } };
const opset: Schema = { name: 'opset', fields: { 2: 'plain' } };
const model: Schema = { name: 'model', fields: { 1: 'plain', 2: 'plain', 7: graph, 8: opset, 14: 'plain' } };

export class ForeignModel extends Error {}

const known: ReadonlySet<string> = new Set(operatorTypes);
const text = new TextDecoder();

/** @throws ForeignModel saying what this file holds that ours never do. Reads headers only: milliseconds, whatever the weights weigh. */
export function vetModel(bytes: Uint8Array): void {
  vet(bytes, model);
}

function vet(bytes: Uint8Array, schema: Schema): void {
  const reader = new Reader(bytes);
  while (!reader.done) {
    const key = reader.varint();
    const field = key >> 3n;
    const content = reader.field(Number(key & 7n));
    const rule = schema.fields[Number(field)];
    if (rule === undefined) throw new ForeignModel(`field ${field} of its ${schema.name}`);
    if (rule === 'plain') continue;
    if (content === null) throw new ForeignModel(`field ${field} of its ${schema.name} as a number`);
    if (rule !== 'operator') vet(content, rule);
    else if (!known.has(text.decode(content))) throw new ForeignModel(`the operator ${JSON.stringify(text.decode(content.subarray(0, 40)))}`);
  }
}

/** The wire format of protocol buffers. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.byteLength;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ForeignModel('a number that does not end');
  }

  /** What follows the key: the bytes of a string or message, null for a number. */
  field(wireType: number): Uint8Array | null {
    if (wireType === 0) {
      this.varint();
      return null;
    }
    const length = wireType === 2 ? Number(this.varint()) : wireType === 5 ? 4 : wireType === 1 ? 8 : Infinity;
    const from = this.#at;
    if (length > this.#bytes.byteLength - from) throw new ForeignModel('a field that does not end');
    this.#at += length;
    return wireType === 2 ? this.#bytes.subarray(from, this.#at) : null;
  }
}
