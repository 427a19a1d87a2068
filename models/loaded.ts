/** A finished run opened for evaluation or serving: artifact, encoders and the vectors of a catalogue. */
import type { ItemFeatures } from '../db/records.ts';
import { readArtifact, type Artifact } from './artifact.ts';
import { Encoders, type ItemVectors } from './encoders.ts';
import { openModel } from './runtime/session.ts';
import { scoresNewSkus, variantOf } from './config.ts';
import { Recall, type Likeness } from './memory.ts';
import { keyWidth } from './network.ts';
import { categoryLevels, encoderItems, Products, TrainedScorer } from './trained.ts';

export interface LoadedModel {
  readonly artifact: Artifact;
  readonly encoders: Encoders;
  readonly products: Products;
  /** Names of the levels it predicts. */
  readonly levels: readonly string[];
  /** CPU threads; undefined: as many as there are. */
  readonly threads: number | undefined;
  dispose(): Promise<void>;
}

/** @throws ArtifactError where the manifest does not vouch for what is there. */
export async function loadModel(folder: string, threads?: number): Promise<LoadedModel> {
  const artifact = readArtifact(folder);
  const { config, shape } = artifact.manifest;
  const options = threads === undefined ? {} : { threads };
  const levels = variantOf(config.model).tasks === 'item+categories' ? shape.levels.map(({ name }) => name) : [];
  const encoders = new Encoders(
    await openModel(artifact.itemEncoder, options), await openModel(artifact.sessionEncoder, options),
    { config, levels },
  );
  const products = await Products.open(keyWidth(config), threads);
  return {
    artifact, encoders, products, levels, threads,
    dispose: async () => {
      await encoders.dispose();
      await products.dispose();
    },
  };
}

/** Items whose tokens are in memory at once. */
const itemsAtOnce = 8_192;

/** Vectors of a catalogue, and the model's own row of each item (null for metadata in, tied head out). `encoded` takes the share that is done. */
export async function encodeCatalog(model: LoadedModel, items: readonly ItemFeatures[], ids: Int32Array, encoded: (share: number) => void = () => {}): Promise<{ readonly vectors: ItemVectors; readonly rows: Int32Array | null }> {
  const { features, manifest, ids: known } = model.artifact;
  const { config } = manifest;
  const [width, keys] = [config.width, keyWidth(config)];
  const vectors = { count: items.length, width, keyWidth: keys, vectors: new Float32Array(items.length * width), keys: new Float32Array(items.length * keys) };
  const rows = known.length === 0 ? null : new Int32Array(items.length);
  for (let from = 0; from < items.length; from += itemsAtOnce) {
    const part = encoderItems(features, config, items.slice(from, from + itemsAtOnce), ids.subarray(from, from + itemsAtOnce), known);
    const some = await model.encoders.encodeItems(part);
    vectors.vectors.set(some.vectors, from * width);
    vectors.keys.set(some.keys, from * keys);
    if (part.rows !== null) rows?.set(part.rows, from);
    encoded((from + part.count) / items.length);
  }
  return { vectors, rows };
}

/** The model's memory in the rows of a catalogue, with what it counts; null where it has none. `ids` as `Dataset.ids`. */
export async function openMemory(model: LoadedModel, ids: Int32Array, vectors: ItemVectors, how: Pick<Likeness, 'kept' | 'compared'> = {}): Promise<{ readonly recall: Recall; readonly weight: number } | null> {
  const { memory, manifest } = model.artifact;
  if (memory === null || manifest.memory === null) return null;
  const likeness = scoresNewSkus(manifest.config) ? { vectors: vectors.vectors, width: vectors.width, threads: model.threads, ...how } : null;
  return { recall: await Recall.open(memory, ids, likeness), weight: manifest.memory.weight };
}

/** `alone`: without the memory, the model by itself. */
export async function trainedScorer(model: LoadedModel, { items, ids }: { readonly items: readonly ItemFeatures[]; readonly ids: Int32Array }, vectors: ItemVectors, rows: Int32Array | null, alone = false): Promise<TrainedScorer> {
  const { features, manifest } = model.artifact;
  return new TrainedScorer({
    name: `${manifest.config.model} (${manifest.config.head})`, config: manifest.config, features, encoders: model.encoders, products: model.products,
    vectors, rows, seen: manifest.seen, memory: alone ? null : await openMemory(model, ids, vectors), levels: categoryLevels(features, items, model.levels),
  });
}
