/** From a dataset to everything a training run reads. Nothing of a hidden SKU, a draft or a held-out event gets past this file. */
import type { Dataset } from './jobs.ts';
import { jointBags, selectBags, type JointBags } from './bags.ts';
import type { ItemData, TrainingRows } from './batch.ts';
import { trainingRows } from './batch.ts';
import { negativesOf, scoresNewSkus, variantOf, type TrainingConfig } from './config.ts';
import { encodeItems, type EncodedItems } from './encode.ts';
import { learnableRows, sampleSequences, splitSessions, trainingSequences, validationPrefixes, type PrefixSet, type Sequences, type SessionSplit } from './examples.ts';
import { categoryLevels, fitFeatures, isCategoryLevel, type Features } from './features.ts';
import { cooccurrenceOf, leadingTokenVectors } from './lsa.ts';
import type { ModelShape } from './model.ts';
import { headOf } from './network.ts';

export interface Prepared {
  readonly features: Features;
  readonly data: ItemData;
  readonly shape: ModelShape;
  /** Sessions that are learned from. */
  readonly sequences: Sequences;
  readonly rows: TrainingRows;
  readonly validation: PrefixSet;
  readonly split: SessionSplit;
  /** [items] 1 where the model may learn of the item: live and not hidden. */
  readonly learnable: Uint8Array;
}

/** Sub-words and labels that the variant reads; descriptions are long and earn little, so they are read only when asked for. */
function attributesOf(config: TrainingConfig): readonly string[] | undefined {
  if (variantOf(config.model).input === 'title') return ['title', ...categoryLevels];
  return config.attributes ?? ['title', 'brand', ...categoryLevels, 'color', 'material', 'size', 'department', 'price'];
}

/** Levels that are read as input; TRec-title knows them as tasks at most, id variants never read metadata. */
export function readsCategories(config: TrainingConfig): boolean {
  return variantOf(config.model).input === 'metadata';
}

/** @throws Error (a sentence) where no session is left to learn from. */
export function prepareTraining(dataset: Dataset, config: TrainingConfig, hidden: Int32Array): Prepared {
  const learnable = learnableRows(dataset.live, hidden);
  const split = splitSessions(dataset.sessions);
  const sequences = sampleSequences(trainingSequences(dataset.sessions, split, learnable, config.fit), config.share, config.seed);
  if (sequences.sessions.length === 0) {
    throw new Error('There is no session with two or more live SKUs of the catalogue to learn from. Import sessions whose SKUs are in the catalogue.');
  }
  const attributes = attributesOf(config);
  const features = fitFeatures(dataset.items, learnable, { titleVocabulary: config.titleVocabulary, ...(attributes === undefined ? {} : { attributes }) });
  const encoded = encodeItems(features, dataset.items);
  const metadata = variantOf(config.model).input !== 'id';
  const bags = metadata ? inputBags(features, encoded, config) : null;
  const candidates = Int32Array.from(learnable.keys()).filter((row) => learnable[row] === 1);
  const labels = features.categories
    .map(({ name }, index) => ({ name, labelOf: encoded.categories[index]!.labels.map((label) => (label === 0 ? -1 : label)), size: features.categories[index]!.keys.length }))
    .filter(({ name }) => isCategoryLevel(name) && variantOf(config.model).tasks === 'item+categories');
  const numbers = metadata && readsCategories(config) ? joinNumbers(encoded) : null;
  const columns = numbers === null ? 0 : 2 * encoded.numbers.length;
  const rows = trainingRows(sequences, config);
  return {
    features, split, learnable, sequences,
    data: {
      bags: bags === null ? null : encodesAll(config, candidates.length) ? selectBags(bags, candidates) : bags,
      numbers, columns, labels, candidates, eventShares: eventShares(sequences.items, dataset.items.length), count: dataset.items.length,
    },
    shape: {
      tokens: bags?.tokens ?? 0, numbers: columns, items: scoresNewSkus(config) ? 0 : dataset.items.length,
      levels: labels.map(({ name, size }) => ({ name, labels: size })),
    },
    rows,
    validation: validationPrefixes(dataset.sessions, split, learnable),
  };
}

/** Whether every step encodes all items that may be recommended. */
function encodesAll(config: TrainingConfig, candidates: number): boolean {
  return headOf(config) !== 'rows' && negativesOf(config, candidates) === 0;
}

function eventShares(events: Int32Array, items: number): Float32Array {
  const shares = new Float32Array(items);
  for (const row of events) shares[row]! += 1 / events.length;
  return shares;
}

/** Joint bags of what the variant reads: TRec-title leaves brand and categories out. */
export function inputBags(features: Features, encoded: EncodedItems, config: TrainingConfig): JointBags {
  if (readsCategories(config)) return jointBags(features, encoded);
  return jointBags({ ...features, categories: [] }, { ...encoded, categories: [] });
}

/** Numeric attributes side by side, row-major [items, 2 per attribute]; null without any. */
export function joinNumbers(encoded: EncodedItems): Float32Array | null {
  const columns = 2 * encoded.numbers.length;
  if (columns === 0) return null;
  const out = new Float32Array(encoded.count * columns);
  for (const [index, { values }] of encoded.numbers.entries()) {
    for (let row = 0; row < encoded.count; row++) out.set(values.subarray(2 * row, 2 * row + 2), row * columns + 2 * index);
  }
  return out;
}

/** Item vectors are brought to unit length anyway; shorter token vectors move faster (cold exposure 1.09x against 1.07x of title similarity). */
const startScale = 0.5;

/** First token vectors from the metadata and the training sequences of the SKUs the model may learn from. */
export function tokenStart(prepared: Prepared, config: TrainingConfig): Float32Array | null {
  const { bags, candidates, count } = prepared.data;
  if (bags === null) return null;
  const slot = new Int32Array(count).fill(-1);
  for (const [i, row] of candidates.entries()) slot[row] = i;
  const cooccurrence = cooccurrenceOf(prepared.rows, slot, candidates.length);
  const learned = encodesAll(config, candidates.length) ? bags : selectBags(bags, candidates);
  return leadingTokenVectors(learned, bags.tokens, cooccurrence, config.width, config.seed).map((x) => startScale * x);
}
