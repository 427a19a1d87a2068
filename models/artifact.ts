/**
 * A trained model on disk: `<run>/model/` with both encoders as ONNX, the features (tokenizers as Hugging Face files, vocabularies, scales),
 * a model card, the memory, and `manifest.json` with the sha256 of every other file. Inference loads only what the manifest vouches for.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, giveUp, removeUnfinished, sha256, syncFolder, writeDurably } from './checkpoint.ts';
import type { TrainingConfig } from './config.ts';
import { writeEncoders } from './encoders.ts';
import { featuresFromJson, featuresToJson, type Features, type FeaturesFile } from './features.ts';
import { ForeignModel, vetModel } from './graph/vet.ts';
import { memoryFromBytes, memoryToBytes, type Memory } from './memory.ts';
import { seenBonus, type Model, type ModelShape } from './model.ts';
import type { Temperatures } from './temperature.ts';

/** Raised when the layout of the folder changes; a newer one is refused with a sentence. */
const formatVersion = 2;

export interface ModelManifest {
  readonly format: number;
  readonly config: TrainingConfig;
  readonly shape: ModelShape;
  readonly createdAt: number;
  readonly device: string;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly validation: Readonly<Record<string, number>>;
  /** Logits added to items already in the session, where seen items are not removed: earlier ones, the last one. */
  readonly seen: readonly [number, number];
  /** What the memory counts (β of `memory.ts`), and how it was chosen; null: no memory, or none that helped. */
  readonly memory: MemorySettings | null;
  /** What probabilities are made with: that of `item` divides scores as they are served, memory included; those of levels are inside the session encoder. */
  readonly temperatures: Temperatures;
  /** Fingerprint of catalogue and sessions it was trained on, and of its weights. */
  readonly dataHash: string;
  readonly weightsHash: string;
  readonly hidden: number;
  /** Moments it learned from. */
  readonly moments: number;
  /** Relative path -> sha256. */
  readonly files: Readonly<Record<string, string>>;
  /** sha256 of this manifest as JSON without blanks and without this field: a damaged manifest vouches for nothing. */
  readonly seal: string;
}

export interface MemorySettings {
  readonly weight: number;
  /** What a SKU that came before counts beside one that came after. */
  readonly backward: number;
  /** NDCG@20 on validation, seen SKUs removed, without it and with it; null where nothing was left to choose by. */
  readonly validation: { readonly without: number; readonly with: number } | null;
}

export interface Artifact {
  readonly manifest: ModelManifest;
  readonly features: Features;
  readonly itemEncoder: Uint8Array;
  readonly sessionEncoder: Uint8Array;
  /** [known items] workspace number of each row of the model's own tables, -1 where nothing was learned of it; empty for a model without. */
  readonly ids: Int32Array;
  /** Workspace numbers of the SKUs whose events were hidden from it. */
  readonly hidden: Int32Array;
  /** Null where the manifest has no settings for it. */
  readonly memory: Memory | null;
}

export type ArtifactInfo = Omit<ModelManifest, 'format' | 'files' | 'hidden' | 'config' | 'shape' | 'seen' | 'memory' | 'weightsHash' | 'seal'>;

/** The sha256 over all weights, parameters in alphabetical order. */
export function hashWeights(weights: ReadonlyMap<string, Float32Array>): string {
  return sha256(Buffer.concat([...weights].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, values]) => Buffer.from(values.buffer, values.byteOffset, values.byteLength))));
}

/** A memory as training leaves it. */
export interface RememberedPairs {
  readonly pairs: Memory;
  readonly settings: MemorySettings;
}

/** Writes `<folder>/model` whole or not at all. @throws FullDisk */
export function writeArtifact(folder: string, model: Model, weights: ReadonlyMap<string, Float32Array>, features: Features, rows: { readonly ids: Int32Array; readonly hidden: Int32Array }, memory: RememberedPairs | null, info: ArtifactInfo): ModelManifest {
  const temporary = join(folder, `model.tmp-${process.pid}-0`);
  mkdirSync(folder, { recursive: true });
  removeUnfinished(folder);
  mkdirSync(temporary);
  const files: Record<string, string> = {};
  const put = (name: string, bytes: Uint8Array): string => {
    try {
      return writeDurably(join(temporary, name), bytes);
    } catch (error) {
      return giveUp(temporary, 2 * bytesOf(weights), error);
    }
  };
  const write = (name: string, bytes: Uint8Array): void => void (files[name] = put(name, bytes));
  const encoders = writeEncoders(model, weights, info.temperatures);
  write('item-encoder.onnx', encoders.items);
  write('session-encoder.onnx', encoders.sessions);
  write('features.json', Buffer.from(JSON.stringify(featuresToJson(features))));
  for (const { name, tokenizer } of features.texts) write(`tokenizer-${name.replace(/[^\w-]/g, '_')}.json`, Buffer.from(JSON.stringify(tokenizer.toFile())));
  for (const [name, ids] of Object.entries(rows)) write(`${name}.bin`, Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength));
  if (memory !== null) write('memory.bin', memoryToBytes(memory.pairs));
  const unsealed: Omit<ModelManifest, 'seal'> = {
    format: formatVersion, config: model.config, shape: model.shape, ...info, hidden: rows.hidden.length, seen: seenBonus(weights), memory: memory === null ? null : memory.settings, weightsHash: hashWeights(weights), files,
  };
  const manifest: ModelManifest = { ...unsealed, seal: sha256(JSON.stringify(unsealed)) };
  put('manifest.json', Buffer.from(JSON.stringify(manifest, null, 2)));
  syncFolder(temporary);
  rmSync(join(folder, 'model'), { recursive: true, force: true });
  renameSync(temporary, join(folder, 'model'));
  syncFolder(folder);
  return manifest;
}

/** What is known of a model without reading it whole. @throws ArtifactError (a sentence) for a manifest that is missing, damaged, or from a newer version */
export function readManifest(folder: string): ModelManifest {
  const root = join(folder, 'model');
  if (!existsSync(join(root, 'manifest.json'))) throw new ArtifactError(`There is no finished model in ${folder}. Train it again, or choose another run.`);
  return parseManifest(readFileSync(join(root, 'manifest.json'), 'utf8'), root);
}

/** @throws ArtifactError (a sentence) for a model that is missing, from a newer version, or not what its manifest says. */
export function readArtifact(folder: string): Artifact {
  const root = join(folder, 'model');
  const manifest = readManifest(folder);
  // All files, also those that only other programs read: a folder is whole or it is not loaded.
  const files = new Map(Object.entries(manifest.files).map(([name, hash]) => [name, readVouched(root, name, hash)]));
  const read = (name: string): Buffer => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new ArtifactError(`The model in ${root} lacks ${name}. Train it again, or choose another run.`);
    return bytes;
  };
  const network = (name: string): Buffer => {
    const bytes = read(name);
    try {
      vetModel(bytes); // a hash vouches for what was written, not for who wrote it: a bundle may come from anywhere
    } catch (cause) {
      if (!(cause instanceof ForeignModel)) throw cause;
      throw new ArtifactError(`${name} in ${root} was not loaded: it holds ${cause.message}, which Shelfsight never writes. Train it again, or choose another run.`, { cause });
    }
    return bytes;
  };
  const numbers = (name: string): Int32Array => {
    const bytes = read(name);
    return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  };
  return {
    manifest,
    features: featuresFromJson(JSON.parse(read('features.json').toString('utf8')) as FeaturesFile),
    itemEncoder: network('item-encoder.onnx'),
    sessionEncoder: network('session-encoder.onnx'),
    ids: numbers('ids.bin'),
    hidden: numbers('hidden.bin'),
    memory: manifest.memory === null ? null : memoryFromBytes(read('memory.bin')),
  };
}

function readVouched(root: string, name: string, hash: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(root, name));
  } catch (cause) {
    throw new ArtifactError(`The model in ${root} lacks ${name}. Train it again, or choose another run.`, { cause });
  }
  if (sha256(bytes) !== hash) throw new ArtifactError(`${name} in ${root} is not what the model’s manifest vouches for, so it was not loaded. Train it again, or choose another run.`);
  return bytes;
}

/** Models of before temperatures were chosen have none, which is 1 everywhere. */
type StoredManifest = Omit<ModelManifest, 'temperatures'> & Partial<Pick<ModelManifest, 'temperatures'>>;

function parseManifest(text: string, root: string): ModelManifest {
  const damaged = (cause?: unknown): ArtifactError =>
    new ArtifactError(`The manifest of the model in ${root} is damaged, so the model was not loaded. Train it again, or choose another run.`, { cause });
  let manifest: StoredManifest | null;
  try {
    manifest = JSON.parse(text) as StoredManifest | null;
  } catch (cause) {
    throw damaged(cause);
  }
  if (typeof manifest !== 'object' || manifest === null) throw damaged();
  const { seal, ...unsealed } = manifest;
  if (Number.isInteger(manifest.format) && manifest.format !== formatVersion) {
    throw new ArtifactError(`The model in ${root} was written by another version of Shelfsight (format ${manifest.format}, this one reads ${formatVersion}). Open it with that version, or train it again.`);
  }
  if (sha256(JSON.stringify(unsealed)) !== seal) throw damaged();
  return { temperatures: {}, ...manifest };
}

export class ArtifactError extends Error {}
