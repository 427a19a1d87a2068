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
export function scoreDraft(served: Served, { key }: EncodedDraft, likeness: Likeness, row: number, k: number): DraftRequest {
  const { moments, vectors, memory, live } = served;
  const scores = addRecalled(moments.multiply(key).slice(), recallDraft(served, likeness, row));
  const presentScores = row >= 0 && live[row] === 1 ? moments.multiply(vectors.keys.subarray(row * vectors.keyWidth, (row + 1) * vectors.keyWidth)).slice() : null;
  if (presentScores !== null && memory !== null) memory.moments.add(row, presentScores);
  return { k, row, scores, presentScores };
}

/** The same scores where they matter: first as near as a byte a number comes, then exact at the moments that are asked for. */
export function scoreRoughly(served: Served, draft: EncodedDraft, likeness: Likeness, row: number, k: number): DraftRequest {
  const { moments, compactMoments, live } = served;
  if (row >= 0 && live[row] === 1) return scoreDraft(served, draft, likeness, row, k);
  const recalled = recallDraft(served, likeness, row);
  const { values, rowErrors, length, rest } = compactMoments.multiplyOne(draft.key);
  const scores = addRecalled(values.slice(), recalled);
  return {
    k, row, scores, presentScores: null,
    rough: {
      errors: rowErrors, length, rest: rest + rounding,
      settle(some) {
        const products = moments.multiplySome(draft.key, some);
        for (let i = 0; i < some.length; i++) scores[some[i]!] = products[some[i]!]! + (recalled === null ? 0 : recalled[some[i]!]!);
      },
    },
  };
}

/** Of adding what is recalled to a score, in float32; both are far below 100. */
const rounding = 1e-5;

/** [moments] what the memory adds; null without one. */
function recallDraft({ memory, panel }: Served, likeness: Likeness, row: number): Float32Array | null {
  if (memory === null) return null;
  const recalled = new Float32Array(panel.ends.length);
  memory.moments.addNewcomer(likeness.nearest(memory.recall.seen, row, inheritance.count), recalled);
  return recalled;
}

function addRecalled(scores: Float32Array, recalled: Float32Array | null): Float32Array {
  if (recalled !== null) for (let moment = 0; moment < scores.length; moment++) scores[moment]! += recalled[moment]!;
  return scores;
}
