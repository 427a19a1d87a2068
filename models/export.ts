/**
 * A trained model as files for other programs: both networks as ONNX, the tokenizers as Hugging Face `tokenizer.json`, a vocabulary with
 * everything else between fields and inputs, the memory; and a report of how far the files, opened afresh and read by their own recipe,
 * are from the model as it is served.
 */
import { join } from 'node:path';
import { FullDisk, isFull } from '../db/full-disk.ts';
import type { ItemFeatures } from '../db/records.ts';
import type { Artifact } from './artifact.ts';
import { tokenRanges, tokenWeights } from './bags.ts';
import { syncFolder, writeDurably } from './checkpoint.ts';
import { variantOf } from './config.ts';
import { farthestValue } from './encode.ts';
import type { ExportedItem, ExportJob, ExportNumbers, Parity, Vocabulary } from './export-jobs.ts';
import { ExportedModel, type ExportedVector } from './export-recipe.ts';
import { labelPath, textOf, type Features } from './features.ts';
import { encodeCatalog, loadModel, type LoadedModel } from './loaded.ts';
import { inheritance, memoryToBytes, recency } from './memory.ts';
import { readsCategories } from './prepare.ts';
import { unsoftened } from './temperature.ts';

/** Sums of 32-bit numbers in another order differ by less; a wrong weight, token or mask by more. */
const limit = 1e-4;
const mostItems = 256;
const mostSessions = 64;
/** Numbers of an example vector: enough to see that a runtime agrees. */
const shown = 8;

/** Writes everything that the model knows of itself; the card and the SKUs behind its numbers are the caller's. @throws ArtifactError, FullDisk */
export async function exportModel({ folder, into, dataset }: ExportJob): Promise<ExportNumbers> {
  const model = await loadModel(folder);
  try {
    writeFiles(into, model.artifact, model.levels);
    const parity = await compareWithServed(into, model, dataset);
    writeDurably(join(into, 'parity.json'), Buffer.from(`${JSON.stringify(parity, null, 2)}\n`));
    syncFolder(into);
    const { ids, memory } = model.artifact;
    return { parity, rows: ids.length === 0 ? null : ids, memory: memory === null ? null : memory.skus };
  } catch (error) {
    const { itemEncoder, sessionEncoder } = model.artifact;
    throw isFull(error) ? new FullDisk(into, 2 * (itemEncoder.length + sessionEncoder.length), { cause: error }) : error;
  } finally {
    await model.dispose();
  }
}

function writeFiles(into: string, artifact: Artifact, levels: readonly string[]): void {
  const write = (name: string, bytes: Uint8Array | string): void => void writeDurably(join(into, name), typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  const vocabulary = vocabularyOf(artifact, levels);
  write('item-encoder.onnx', artifact.itemEncoder);
  write('session-encoder.onnx', artifact.sessionEncoder);
  for (const [index, { tokenizer }] of vocabulary.texts.entries()) write(tokenizer, JSON.stringify(artifact.features.texts[index]!.tokenizer.toFile()));
  write('vocabulary.json', JSON.stringify(vocabulary));
  if (artifact.memory !== null) write('memory.bin', memoryToBytes(artifact.memory));
}

/** Attributes the item encoder reads; a model of titles predicts categories at most. */
function inputsOf({ features, manifest: { config, shape } }: Artifact): Features {
  const none = { ...features, texts: [], categories: [], numbers: [] };
  if (variantOf(config.model).input === 'id') return none;
  return { ...none, texts: features.texts, ...(readsCategories(config) ? { categories: features.categories, numbers: shape.numbers > 0 ? features.numbers : [] } : {}) };
}

function vocabularyOf(artifact: Artifact, levels: readonly string[]): Vocabulary {
  const { features, manifest: { config: { model, head, mode, width, maxLength }, seen, memory, temperatures } } = artifact;
  const { value, above } = temperatures['item'] ?? unsoftened;
  const inputs = inputsOf(artifact);
  const ranges = tokenRanges(inputs).map(({ start }, index) => ({ start, weights: [...tokenWeights(inputs)[index]!] }));
  const files = new Set<string>();
  const fileOf = (name: string): string => {
    const base = `tokenizer-${name.replace(/[^\w-]/g, '_')}`;
    const file = files.has(`${base}.json`) ? `${base}-${files.size}.json` : `${base}.json`;
    files.add(file);
    return file;
  };
  return {
    version: 1,
    model: { model, head, mode, width, maxLength },
    texts: inputs.texts.map(({ name, limit: most }, index) => ({ name, tokenizer: fileOf(name), limit: most, ...ranges[index]! })),
    categories: inputs.categories.map(({ name, keys }, index) => ({ name, ...ranges[inputs.texts.length + index]!, keys })),
    numbers: inputs.numbers.map(({ name, mean, deviation }) => ({ name, mean, deviation, farthest: farthestValue })),
    outputs: levels.map((level) => ({ name: `labels.${level}`, labels: features.categories.find(({ name }) => name === level)!.labels })),
    seen,
    temperature: { value, above },
    memory: memory === null ? null : { weight: memory.weight, ...recency, ...inheritance },
  };
}

/** The fields of an item that the recipe asks for. */
function exportedItem(vocabulary: Vocabulary, item: ItemFeatures, row: number | null): ExportedItem {
  return Object.fromEntries([
    ...(row === null ? [] : [['row', row] as const]),
    ...vocabulary.texts.map(({ name }) => [name, textOf(item, name)] as const),
    ...vocabulary.categories.map(({ name }) => [name, labelPath(item, name) ?? []] as const),
    ...vocabulary.numbers.flatMap(({ name }) => (item.price === null ? [] : [[name, item.price] as const])),
  ].filter(([, value]) => typeof value === 'number' || value.length > 0));
}

/** Opens what was written and encodes items and sessions one by one, against the batches of the served model. */
async function compareWithServed(into: string, model: LoadedModel, dataset: ExportJob['dataset']): Promise<Parity> {
  const { ids } = model.artifact;
  const rowOf = new Map([...ids].map((id, row) => [id, row]));
  const readable = (item: number): boolean => item >= 0 && dataset.live[item] === 1 && (ids.length === 0 || rowOf.has(dataset.ids[item]!));
  const sessions = sessionsOf(dataset, readable, model.artifact.manifest.config.maxLength);
  const items = [...new Set([...spread([...dataset.items.keys()].filter(readable), mostItems), ...sessions.flat()])];
  const place = new Map(items.map((item, index) => [item, index]));
  const served = await encodeCatalog(model, items.map((item) => dataset.items[item]!), Int32Array.from(items, (item) => dataset.ids[item]!));
  const { vectors, keys, width, keyWidth } = served.vectors;
  const offsets = new Int32Array(sessions.length + 1);
  for (const [s, session] of sessions.entries()) offsets[s + 1] = offsets[s]! + session.length;
  const { queries, labels } = await model.encoders.encodePrefixes({ offsets, items: Int32Array.from(sessions.flat(), (item) => place.get(item)!) }, vectors);

  const differences: Record<string, number> = {};
  const compare = (name: string, actual: Float32Array, all: Float32Array, index: number, size: number): void => {
    differences[name] = Math.max(differences[name] ?? 0, furthest(actual, all.subarray(index * size, (index + 1) * size)));
  };
  const exported = await ExportedModel.open(into);
  try {
    const { vocabulary } = exported;
    const fieldsOf = (item: number): ExportedItem => exportedItem(vocabulary, dataset.items[item]!, ids.length === 0 ? null : rowOf.get(dataset.ids[item]!)!);
    const alone: ExportedVector[] = [];
    for (const [index, item] of items.entries()) {
      alone[index] = await exported.encodeItem(fieldsOf(item));
      compare('vectors', alone[index].vector, vectors, index, width);
      compare('keys', alone[index].key, keys, index, keyWidth);
    }
    let first: Float32Array | null = null;
    for (const [index, session] of sessions.entries()) {
      const out = await exported.encodeSession(session.map((item) => alone[place.get(item)!]!.vector));
      first ??= out['queries']!;
      compare('queries', out['queries']!, queries, index, keyWidth);
      for (const [level, { name, labels: names }] of vocabulary.outputs.entries()) compare(name, out[name]!, labels[level]!, index, names.length);
    }
    const numbers = (values: Float32Array): readonly number[] => [...values.subarray(0, shown)].map((value) => Number(value.toPrecision(6)));
    return {
      items: items.length, sessions: sessions.length, differences, maxDifference: Math.max(0, ...Object.values(differences)), limit,
      examples: first === null ? null : { item: fieldsOf(items[0]!), key: numbers(alone[0]!.key), session: sessions[0]!.map(fieldsOf), query: numbers(first) },
    };
  } finally {
    await exported.dispose();
  }
}

/** Largest |Δ|; a number that is none, or is missing, is further away than any. */
function furthest(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  return expected.reduce((most, value, i) => Math.max(most, Number.isNaN(value - actual[i]!) ? Infinity : Math.abs(value - actual[i]!)), 0);
}

/** The last readable items of some sessions that have any, oldest first. */
function sessionsOf({ sessions: { offsets, items } }: ExportJob['dataset'], readable: (item: number) => boolean, maxLength: number): readonly (readonly number[])[] {
  return spread([...offsets.subarray(1).keys()], mostSessions)
    .map((s) => [...items.subarray(offsets[s]!, offsets[s + 1]!)].filter(readable).slice(-maxLength))
    .filter((session) => session.length > 0);
}

/** At most so many of them, from all over the list. */
function spread<T>(list: readonly T[], most: number): readonly T[] {
  return list.length <= most ? list : Array.from({ length: most }, (_, index) => list[Math.floor((index * list.length) / most)]!);
}
