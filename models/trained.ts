/**
 * A trained model as a scorer: item and session vectors from the encoders, scores as their product. The same class serves validation
 * while training, evaluation, and the cached vectors of a launch preview.
 */
import { variantOf, type TrainingConfig } from './config.ts';
import { encodeItems } from './encode.ts';
import type { Encoders, EncoderItems, ItemVectors, SessionVectors } from './encoders.ts';
import type { Features } from './features.ts';
import { matmul } from './graph/operators.ts';
import { floats } from './graph/tensor.ts';
import { input } from './graph/value.ts';
import { writeModel } from './graph/onnx.ts';
import type { ItemFeatures } from '../db/records.ts';
import type { Recall } from './memory.ts';
import { inputBags, joinNumbers, readsCategories } from './prepare.ts';
import { openModel, type Model as Network } from './runtime/session.ts';
import type { CategoryLevel, PrefixBatch, Scorer } from './scorer.ts';

/** Items as the encoder reads them. `known` maps workspace numbers to the model's own rows, for ids; absent: metadata only. */
export function encoderItems(features: Features, config: TrainingConfig, items: readonly ItemFeatures[], ids: Int32Array, known: Int32Array): EncoderItems {
  const metadata = variantOf(config.model).input !== 'id';
  const encoded = encodeItems(features, items);
  const numbers = metadata && readsCategories(config) ? joinNumbers(encoded) : null;
  let rows: Int32Array | null = null;
  if (known.length > 0) {
    const rowOf = new Map([...known].map((id, row) => [id, row] as const).filter(([id]) => id >= 0)); // -1: a row the model learned nothing of
    rows = ids.map((id) => rowOf.get(id) ?? -1);
  }
  return { bags: metadata ? inputBags(features, encoded, config) : null, numbers, columns: numbers === null ? 0 : 2 * encoded.numbers.length, rows, count: items.length };
}

/** Cells of one product: bounds memory for any number of keys. */
const cellsPerProduct = 4_000_000;

/** Queries to multiply at once with so many keys. */
export function queriesAtOnce(keys: number): number {
  return Math.max(1, Math.floor(cellsPerProduct / Math.max(1, keys)));
}

/** Products of two tall matrices: queries [m, width] x keys [n, width] -> [m, n]. One compiled graph for every size. */
export class Products {
  readonly #network: Network;
  readonly #width: number;

  private constructor(network: Network, width: number) {
    this.#network = network;
    this.#width = width;
  }

  static async open(width: number, threads?: number): Promise<Products> {
    const scores = matmul(input('queries', ['m', width]), input('keys', ['n', width]), { transposeB: true });
    return new Products(await openModel(writeModel({ outputs: { scores }, parametersAs: 'inputs' }), threads === undefined ? {} : { threads }), width);
  }

  async multiply(queries: Float32Array, keys: Float32Array): Promise<Float32Array> {
    const feeds = { queries: floats(queries, [queries.length / this.#width, this.#width]), keys: floats(keys, [keys.length / this.#width, this.#width]) };
    return (await this.#network.run(feeds))['scores']!.data as Float32Array;
  }

  dispose(): Promise<void> {
    return this.#network.dispose();
  }
}

/** What a `TrainedScorer` is made of. */
export interface TrainedParts {
  readonly name: string;
  readonly config: TrainingConfig;
  readonly features: Features;
  readonly encoders: Encoders;
  readonly products: Products;
  readonly vectors: ItemVectors;
  /** [items] row of the model's own tables, -1 where it has none; null for metadata in and tied head out. */
  readonly rows: Int32Array | null;
  /** See `ModelManifest.seen`. */
  readonly seen: readonly [number, number];
  /** What was seen together, and what it counts; null: the model alone. */
  readonly memory: { readonly recall: Recall; readonly weight: number } | null;
  readonly levels: readonly CategoryLevel[];
}

export class TrainedScorer implements Scorer {
  readonly name: string;
  readonly fit: TrainingConfig['fit'];
  readonly categories?: NonNullable<Scorer['categories']>;
  readonly #parts: TrainedParts;
  #latest: { readonly batch: PrefixBatch; readonly sessions: SessionVectors } | null = null;

  constructor(parts: TrainedParts) {
    this.name = parts.name;
    this.fit = parts.config.fit;
    this.#parts = parts;
    if (parts.levels.length > 0) {
      this.categories = {
        levels: parts.levels,
        scores: async (batch, out) => {
          const { labels } = await this.#encode(batch);
          for (const [level, values] of labels.entries()) out[level]!.set(values);
        },
      };
    }
  }

  async #encode(batch: PrefixBatch): Promise<SessionVectors> {
    if (this.#latest?.batch === batch) return this.#latest.sessions;
    const { encoders, vectors, rows, config } = this.#parts;
    const sessions = await encoders.encodePrefixes(readableItems(config, batch, rows), vectors.vectors);
    this.#latest = { batch, sessions };
    return sessions;
  }

  async scores(batch: PrefixBatch, out: Float32Array): Promise<void> {
    const { products, vectors, rows, seen, memory } = this.#parts;
    const { queries } = await this.#encode(batch);
    out.set(await products.multiply(queries, vectors.keys));
    const n = vectors.count;
    for (let b = 0; b + 1 < batch.offsets.length; b++) {
      const last = batch.offsets[b + 1]! - 1;
      const done = new Set<number>();
      for (let at = last; at >= batch.offsets[b]!; at--) {
        const item = batch.items[at]!;
        if (!done.has(item)) out[b * n + item]! += seen[at === last ? 1 : 0];
        done.add(item);
      }
      memory?.recall.add(batch.items.subarray(batch.offsets[b], last + 1), memory.weight, out.subarray(b * n, (b + 1) * n));
      if (rows !== null) for (let item = 0; item < n; item++) if (rows[item]! < 0) out[b * n + item] = -Infinity; // no row: cannot be scored
    }
  }
}

/** What a model can read of prefixes. Id input knows no vector for a new item: it is skipped, unless the prefix has nothing else. */
export function readableItems(config: TrainingConfig, batch: PrefixBatch, rows: Int32Array | null): PrefixBatch {
  if (rows === null || variantOf(config.model).input !== 'id') return batch;
  const offsets = new Int32Array(batch.offsets.length);
  const items: number[] = [];
  for (let b = 0; b + 1 < batch.offsets.length; b++) {
    const all = batch.items.subarray(batch.offsets[b]!, batch.offsets[b + 1]!);
    const known = all.filter((row) => rows[row]! >= 0);
    for (const row of known.length > 0 ? known : all.subarray(-1)) items.push(row);
    offsets[b + 1] = items.length;
  }
  return { offsets, items: Int32Array.from(items) };
}

/** The predicted levels with the label of every item; label 0 of the features (unknown or missing) is no label. */
export function categoryLevels(features: Features, items: readonly ItemFeatures[], levels: readonly string[]): CategoryLevel[] {
  const encoded = encodeItems({ ...features, texts: [], numbers: [] }, items);
  return levels.map((name) => {
    const index = features.categories.findIndex((attribute) => attribute.name === name);
    return { name, labels: features.categories[index]!.labels, labelOf: encoded.categories[index]!.labels.map((label) => (label === 0 ? -1 : label)) };
  });
}
