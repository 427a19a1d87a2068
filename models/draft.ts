/** A draft on its way from metadata to scores at every moment of the panel: the two steps that every keystroke costs. */
import type { ItemFeatures } from '../db/records.ts';
import type { DraftRequest } from './exposure.ts';
import { inheritance } from './memory.ts';
import type { Likeness } from './ranking.ts';
import type { Served } from './served.ts';
import { encoderItems } from './trained.ts';

export interface EncodedDraft {
  /** [width] item vector, and [keyWidth] what the head compares with. */
  readonly vector: Float32Array;
  readonly key: Float32Array;
}

/** Encodes items in one run of the item encoder. Each comes out as it would alone. */
export async function encodeDrafts({ model }: Served, items: readonly ItemFeatures[]): Promise<readonly EncodedDraft[]> {
  const { features, manifest, ids } = model.artifact;
  const { vectors, keys, width, keyWidth } = await model.encoders.encodeItems(encoderItems(features, manifest.config, items, new Int32Array(items.length).fill(-1), ids));
  return items.map((_, i) => ({ vector: vectors.subarray(i * width, (i + 1) * width), key: keys.subarray(i * keyWidth, (i + 1) * keyWidth) }));
}

/**
 * score(m) = h_m · key, and what the memory adds: the draft is a SKU without events, whatever the catalogue holds, and inherits from the
 * seen SKUs nearest to what was typed.
 * @param likeness of all SKUs to the draft's vector
 * @param row of the SKU where the catalogue holds it, else -1
 */
export function scoreDraft({ moments, vectors, memory, live }: Served, { key }: EncodedDraft, likeness: Likeness, row: number, k: number): DraftRequest {
  const scores = moments.multiply(key).slice();
  const presentScores = row >= 0 && live[row] === 1 ? moments.multiply(vectors.keys.subarray(row * vectors.keyWidth, (row + 1) * vectors.keyWidth)).slice() : null;
  if (memory !== null) {
    memory.moments.addNewcomer(likeness.nearest(memory.recall.seen, row, inheritance.count), scores);
    if (presentScores !== null) memory.moments.add(row, presentScores);
  }
  return { k, row, scores, presentScores };
}
