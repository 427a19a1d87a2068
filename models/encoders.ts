/**
 * The two networks a trained model is served by, item encoder and session encoder, and the object that runs them. Training validates
 * through the very same graphs (weights fed), the artifact stores them (weights inside), so a figure on a training screen and one from a
 * saved model come from one code.
 */
import type { JointBags } from './bags.ts';
import { variantOf, type TrainingConfig } from './config.ts';
import { writeModel } from './graph/onnx.ts';
import { gather, matmul, mul, reshape, softmax } from './graph/operators.ts';
import { floats, ints, type Feeds } from './graph/tensor.ts';
import { input, type Value } from './graph/value.ts';
import { isPacked, positionShape, sessionLayout } from './layout.ts';
import { categoryLogits, itemVectors, predictsCategories } from './m2trec.ts';
import { idVectors, type Model } from './model.ts';
import { itemsCompared, sessionQueries, sessionVectors } from './network.ts';
import { layoutFeeds, placeSessions } from './places.ts';
import { openModel, type Model as Network } from './runtime/session.ts';
import type { PrefixBatch } from './scorer.ts';
import type { Temperatures } from './temperature.ts';

/** Item encoder: tokens and weights [items, 1, length], numbers [items, columns], rows [items] -> vectors [items, d], keys [items, d'] . */
export function itemEncoder(model: Model): Record<string, Value> {
  const { shape, config } = model;
  const rows = input('rows', ['items'], 'int32');
  let vectors: Value;
  if (variantOf(config.model).input === 'id') {
    vectors = idVectors(gather(model.weight('item.ids'), rows));
  } else {
    const words = gather(model.weight('item.tokens'), input('tokens', ['items', 'length'], 'int32')); // [items, length, d]
    const pooled = reshape(matmul(input('weights', ['items', 1, 'length']), words), ['items', config.width]);
    vectors = itemVectors(model, pooled, shape.numbers > 0 ? input('numbers', ['items', shape.numbers]) : null);
  }
  return { vectors, keys: itemsCompared(model, vectors, () => gather(model.weight('head.items'), rows)) };
}

/** Session encoder: items [B, T, d] and their layout -> queries [moments, d'], and a probability per label of each level at its temperature. */
export function sessionEncoder(model: Model, temperatures: Temperatures): Record<string, Value> {
  const everywhere = sessionVectors(model, input('items', [...positionShape(model.config), model.config.width]), sessionLayout(model.config));
  const sessions = gather(everywhere, input('moments', ['moments'], 'int32'));
  const outputs: Record<string, Value> = { queries: sessionQueries(model, sessions) };
  if (predictsCategories(model)) {
    for (const { name } of model.shape.levels) outputs[`labels.${name}`] = softmax(mul(categoryLogits(model, name, sessions), 1 / (temperatures[name]?.value ?? 1)));
  }
  return outputs;
}

/** Both encoders as ONNX bytes with the weights inside, and the temperatures of the levels. */
export function writeEncoders(model: Model, weights: ReadonlyMap<string, Float32Array>, temperatures: Temperatures): { readonly items: Uint8Array; readonly sessions: Uint8Array } {
  const values = new Map(weights);
  return {
    items: writeModel({ outputs: itemEncoder(model), parametersAs: 'initializers', values }),
    sessions: writeModel({ outputs: sessionEncoder(model, temperatures), parametersAs: 'initializers', values }),
  };
}

/** Vectors of items, row-major [items, width]. */
export interface ItemVectors {
  readonly count: number;
  readonly width: number;
  readonly vectors: Float32Array;
  /** Rows the head compares with; [items, keyWidth]. */
  readonly keys: Float32Array;
  readonly keyWidth: number;
}

export interface SessionVectors {
  /** [moments, keyWidth] */
  readonly queries: Float32Array;
  /** Per level row-major [moments, labels]. */
  readonly labels: readonly Float32Array[];
}

/** Numbers the item encoder reads besides the bags. */
export interface EncoderItems {
  readonly bags: JointBags | null;
  readonly numbers: Float32Array | null;
  readonly columns: number;
  /** [items] rows of the model's own tables, for ids; -1 where the model does not know the item. */
  readonly rows: Int32Array | null;
  readonly count: number;
}

const itemsPerRun = 512;
const sessionsPerRun = 256;

/** What the encoders need to know of a model besides its graphs. */
export interface EncoderLayout {
  readonly config: TrainingConfig;
  readonly levels: readonly string[];
}

/** Runs a pair of opened encoders. `weights` are fed along while training; a saved model has them inside. */
export class Encoders {
  readonly #items: Network;
  readonly #sessions: Network;
  readonly #layout: EncoderLayout;
  weights: Feeds = {};

  constructor(items: Network, sessions: Network, layout: EncoderLayout) {
    this.#items = items;
    this.#sessions = sessions;
    this.#layout = layout;
  }

  /** Encodes all items, the shortest bags first so that little is padded. */
  async encodeItems(items: EncoderItems): Promise<ItemVectors> {
    const { width } = this.#layout.config;
    const order = Int32Array.from({ length: items.count }, (_, i) => i);
    const { bags } = items;
    const size = (row: number): number => (bags === null ? 0 : bags.offsets[row + 1]! - bags.offsets[row]!);
    if (bags !== null) order.sort((a, b) => size(a) - size(b) || a - b);
    const vectors = new Float32Array(items.count * width);
    let keys = new Float32Array(0);
    let keyWidth = 0;
    for (let from = 0; from < items.count; from += itemsPerRun) {
      const part = order.subarray(from, from + itemsPerRun);
      const out = await this.#items.run({ ...this.weights, ...itemFeeds(items, part) });
      const [some, key] = [out['vectors']!, out['keys']!];
      keyWidth = key.dims[1]!;
      if (keys.length === 0) keys = new Float32Array(items.count * keyWidth);
      for (const [i, row] of part.entries()) {
        vectors.set((some.data as Float32Array).subarray(i * width, (i + 1) * width), row * width);
        keys.set((key.data as Float32Array).subarray(i * keyWidth, (i + 1) * keyWidth), row * keyWidth);
      }
    }
    return { count: items.count, width, vectors, keys, keyWidth };
  }

  /**
   * Encodes the moment after each prefix; `vectors` [items, width]. Longer prefixes are cut to the last `maxLength` items. Prefixes that go
   * on from one another, as those of one session do, are read once where the model does not look ahead.
   */
  async encodePrefixes(prefixes: PrefixBatch, vectors: Float32Array): Promise<SessionVectors> {
    const count = prefixes.offsets.length - 1;
    const { config, levels } = this.#layout;
    const { width } = config;
    const lengthOf = (b: number): number => Math.min(config.maxLength, prefixes.offsets[b + 1]! - prefixes.offsets[b]!);
    const first = firstOfEach(prefixes, isPacked(config) || config.mode === 'causal' ? config.maxLength : 0);
    const longest = Int32Array.from(first.keys()).filter((b) => b === count - 1 || first[b + 1] === b + 1);
    const order = longest.sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
    let out: Float32Array = new Float32Array(0);
    const labels: Float32Array[] = [];
    for (let from = 0; from < order.length; from += sessionsPerRun) {
      const part = order.subarray(from, from + sessionsPerRun);
      const lengths = part.map(lengthOf);
      const placed = placeSessions(config, lengths);
      const asked: number[] = [];
      const moments: number[] = [];
      const items = new Float32Array(placed.batch * placed.length * width);
      for (const [i, b] of part.entries()) {
        const start = prefixes.offsets[b + 1]! - lengths[i]!;
        for (let t = 0; t < lengths[i]!; t++) {
          const row = prefixes.items[start + t]!;
          items.set(vectors.subarray(row * width, (row + 1) * width), (placed.starts[i]! + t) * width);
        }
        for (let shorter = first[b]!; shorter <= b; shorter++) {
          asked.push(shorter);
          moments.push(placed.moment(i, lengthOf(shorter) - 1));
        }
      }
      const result = await this.#sessions.run({
        ...this.weights, ...layoutFeeds(config, placed), 'steps.indices': ints(Int32Array.from({ length: placed.length }, (_, i) => i)),
        items: floats(items, [placed.batch, placed.length, width]), moments: ints(Int32Array.from(moments)),
      });
      const keyWidth = result['queries']!.dims[1]!;
      if (out.length === 0) out = new Float32Array(count * keyWidth);
      scatter(result['queries']!.data as Float32Array, asked, keyWidth, out);
      for (const [level, name] of levels.entries()) {
        const { data, dims } = result[`labels.${name}`]!;
        labels[level] ??= new Float32Array(count * dims[1]!);
        scatter(data as Float32Array, asked, dims[1]!, labels[level]);
      }
    }
    return { queries: out, labels };
  }

  async dispose(): Promise<void> {
    await this.#items.dispose();
    await this.#sessions.dispose();
  }
}

/** [prefixes] the first of those before each that it goes on from, one after another; itself where it begins anew or is too long. */
function firstOfEach({ offsets, items }: PrefixBatch, longest: number): Int32Array {
  const first = new Int32Array(offsets.length - 1);
  for (let b = 0; b < first.length; b++) {
    const [start, length] = [offsets[b]!, offsets[b + 1]! - offsets[b]!];
    const before = b === 0 ? Infinity : start - offsets[b - 1]!;
    let goesOn = before <= length && length <= longest;
    for (let i = 0; goesOn && i < before; i++) goesOn = items[start - before + i] === items[start + i];
    first[b] = goesOn ? first[b - 1]! : b;
  }
  return first;
}

function scatter(from: Float32Array, rows: readonly number[], width: number, to: Float32Array): void {
  for (const [i, row] of rows.entries()) to.set(from.subarray(i * width, (i + 1) * width), row * width);
}

function itemFeeds(items: EncoderItems, part: Int32Array): Feeds {
  const { bags, numbers, columns, rows } = items;
  const feeds: Record<string, ReturnType<typeof floats>> = {};
  if (rows !== null) feeds['rows'] = ints(part.map((row) => Math.max(0, rows[row]!)));
  if (bags !== null) {
    const length = Math.max(1, ...part.map((row) => bags.offsets[row + 1]! - bags.offsets[row]!));
    const tokens = new Int32Array(part.length * length);
    const weights = new Float32Array(part.length * length);
    for (const [i, row] of part.entries()) {
      const [from, to] = [bags.offsets[row]!, bags.offsets[row + 1]!];
      tokens.set(bags.ids.subarray(from, to), i * length);
      weights.set(bags.weights.subarray(from, to), i * length);
    }
    feeds['tokens'] = ints(tokens, [part.length, length]);
    feeds['weights'] = floats(weights, [part.length, 1, length]);
  }
  if (numbers !== null) {
    const some = new Float32Array(part.length * columns);
    for (const [i, row] of part.entries()) some.set(numbers.subarray(row * columns, (row + 1) * columns), i * columns);
    feeds['numbers'] = floats(some, [part.length, columns]);
  }
  return feeds;
}

/** Opens both encoders of a model in training: weights are fed with every run. */
export async function openTrainingEncoders(model: Model, options: { readonly threads?: number } = {}): Promise<Encoders> {
  const open = (outputs: Record<string, Value>): Promise<Network> => openModel(writeModel({ outputs, parametersAs: 'inputs' }), options);
  return new Encoders(await open(itemEncoder(model)), await open(sessionEncoder(model, {})), encoderLayout(model));
}

export function encoderLayout(model: Model): EncoderLayout {
  return { config: model.config, levels: predictsCategories(model) ? model.shape.levels.map(({ name }) => name) : [] };
}

/** Weights as feeds of a graph whose parameters are inputs. */
export function weightFeeds(model: Model, weights: ReadonlyMap<string, Float32Array>): Feeds {
  return Object.fromEntries(model.parameters.map(({ value }) => {
    const name = (value.attributes as { readonly name: string }).name;
    return [name, floats(weights.get(name)!, value.shape as readonly number[])];
  }));
}
