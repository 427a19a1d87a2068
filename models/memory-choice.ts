/**
 * How much the memory counts beside a trained model, and how far back in time it looks: both chosen on validation prefixes, by lists without
 * what the session has seen. Those are shown to users; and where nobody comes back, lists with seen SKUs would punish any memory for them.
 */
import type { PrefixSet } from './examples.ts';
import type { Recall } from './memory.ts';
import { scoreBatches, type Scorer } from './scorer.ts';

/** Weights β that are tried, 0 among them: a memory that does not help is not used. */
export const memoryWeights = [0, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1, 1.6, 2.5, 4, 6.5, 10] as const;

/**
 * What a SKU that came before counts beside one that came after, tried in this order. Reviews follow the order in which SKUs came to the
 * market, so there looking back earns little; in visits of one day both directions say the same.
 */
export const memoryBackwards = [0.1, 0.5] as const;

export interface MemoryChoice {
  /** Index of the chosen recall, and β. */
  readonly recall: number;
  readonly weight: number;
  /** NDCG at K, seen SKUs removed, without a memory and with the chosen one. */
  readonly without: number;
  readonly measure: number;
}

/** The recall and weight of the best mean NDCG at `k`; ties go to the smaller weight. `isCandidate` [items]. */
export async function chooseMemory(scorer: Scorer, prefixes: PrefixSet, isCandidate: Uint8Array, recalls: readonly Recall[], k: number): Promise<MemoryChoice> {
  const candidates = Int32Array.from(isCandidate.keys()).filter((row) => isCandidate[row] === 1);
  const items = isCandidate.length;
  const unseen = Uint8Array.from(isCandidate);
  const gains = recalls.map(() => new Float64Array(memoryWeights.length));
  for await (const { from, batch, scores } of scoreBatches(scorer, prefixes, items)) {
    for (let b = 0; b + 1 < batch.offsets.length; b++) {
      const row = scores!.subarray(b * items, (b + 1) * items);
      const target = prefixes.items[prefixes.ends[from + b]!]!;
      const session = batch.items.subarray(batch.offsets[b], batch.offsets[b + 1]);
      for (const item of session) unseen[item] = 0;
      for (const [r, recall] of recalls.entries()) {
        if (unseen[target] === 0) break; // a miss under every weight
        const { values } = recall.recall(session);
        for (const [w, weight] of memoryWeights.entries()) gains[r]![w]! += gainOf(row, values, weight, target, candidates, unseen, k);
      }
      for (const item of session) unseen[item] = isCandidate[item]!;
    }
  }
  const n = Math.max(1, prefixes.ends.length);
  let best: MemoryChoice = { recall: 0, weight: 0, without: gains[0]![0]! / n, measure: gains[0]![0]! / n };
  for (const [recall, sums] of gains.entries()) {
    for (const [w, weight] of memoryWeights.entries()) if (sums[w]! / n > best.measure) best = { ...best, recall, weight, measure: sums[w]! / n };
  }
  return best;
}

/** 1 / log2(1 + rank) of the target with the memory added, ties against it; 0 beyond `k`. */
function gainOf(scores: Float32Array, recalled: Float64Array, weight: number, target: number, candidates: Int32Array, unseen: Uint8Array, k: number): number {
  const own = Math.fround(scores[target]! + weight * recalled[target]!);
  let rank = 0; // the target counts itself
  for (let c = 0; c < candidates.length; c++) {
    const row = candidates[c]!;
    if (unseen[row] === 1 && Math.fround(scores[row]! + weight * recalled[row]!) >= own && ++rank > k) return 0;
  }
  return 1 / Math.log2(1 + rank);
}
