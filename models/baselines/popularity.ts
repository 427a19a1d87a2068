import type { ItemFeatures } from '../../db/records.ts';
import type { Sequences } from '../examples.ts';
import type { Scorer } from '../scorer.ts';

/** What a baseline may learn from. Text and events of rows that are not learnable (hidden, drafts) must not change anything it learns. */
export interface BaselineData {
  readonly sequences: Sequences;
  readonly items: readonly ItemFeatures[];
  /** [items] 1 for rows that may be learned from */
  readonly learnable: Uint8Array;
}

/** [items] training events per row */
export function countItems({ sequences, items }: BaselineData): Float32Array {
  const counts = new Float32Array(items.length);
  for (const row of sequences.items) counts[row]!++;
  return counts;
}

/** [items] popularity scaled into 0..1 (below 1): the order every other baseline falls back to. Rows without an event all tie at 0. */
export function popularityFallback(data: BaselineData): Float32Array {
  const counts = countItems(data);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  return counts.map((count) => count / (most + 1));
}

/** The same list for everybody: training events per SKU. */
export function fitPopularity(data: BaselineData): Scorer {
  const counts = countItems(data);
  return {
    name: 'popularity',
    async scores(prefixes, out) {
      for (let b = 0; b < prefixes.offsets.length - 1; b++) out.set(counts, b * counts.length);
    },
  };
}

/** SKUs of the last item's leaf by training events, then everything else by training events. SKUs without a leaf are one group. */
export function fitLeafPopularity(data: BaselineData): Scorer {
  const fallback = popularityFallback(data);
  const members = new Map<string, number[]>();
  const leaves = data.items.map((item) => item.categoryPath.at(-1) ?? '');
  leaves.forEach((leaf, row) => members.set(leaf, [...(members.get(leaf) ?? []), row]));
  return {
    name: 'leaf-popularity',
    async scores(prefixes, out) {
      for (let b = 0; b < prefixes.offsets.length - 1; b++) {
        const base = b * fallback.length;
        out.set(fallback, base);
        const leaf = leaves[prefixes.items[prefixes.offsets[b + 1]! - 1]!]!;
        for (const row of members.get(leaf)!) out[base + row]! += 1;
      }
    },
  };
}
