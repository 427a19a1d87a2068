/**
 * Items as weighted bags over one joint token table. Every attribute (title sub-words, brand, category levels, …) owns a range of the
 * table, so that the whole item tower of Eqs. 2-4 is one sparse product: v_k = Σ w_kt E_t.
 *
 * Weights are tf·idf over the SKUs the model may learn from, and each item's weights have unit length over all attributes: a rare word
 * says more about an item than a frequent one, and a long title does not outweigh a short one.
 */
import type { EncodedItems } from './encode.ts';
import type { Features } from './features.ts';
import type { Random } from './random.ts';
import { padToken, unknownToken } from './tokenizer.ts';

/** Row i has the entries offsets[i] to offsets[i + 1]. */
export interface SparseRows {
  /** [rows + 1] */
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
  readonly weights: Float32Array;
}

export interface JointBags extends SparseRows {
  /** [entries] index of the attribute an entry belongs to. */
  readonly attributes: Uint8Array;
  /** Size of the joint table. */
  readonly tokens: number;
}

/** A sub-word of one or two SKUs would be those SKUs' id by another name, and a label of one SKU likewise: they are not read. */
const fewestItems = { text: 3, category: 2 } as const;

/** Where each attribute's tokens begin in the joint table, and how many they are: text attributes first, then categories. */
export function tokenRanges(features: Features): { readonly name: string; readonly start: number; readonly size: number }[] {
  let start = 0;
  return frequencies(features).map(({ name, items }) => {
    const range = { name, start, size: items.length };
    start += items.length;
    return range;
  });
}

/** Visible SKUs per token; label 0 (unknown or missing) and the special tokens count as none. */
function frequencies(features: Features): { readonly name: string; readonly items: Int32Array; readonly fewest: number }[] {
  const without = (counts: Int32Array, special: readonly number[]): Int32Array => counts.map((count, id) => (special.includes(id) ? 0 : count));
  return [
    ...features.texts.map(({ name, documents }) => ({ name, items: without(documents, [padToken, unknownToken]), fewest: fewestItems.text })),
    ...features.categories.map(({ name, counts }) => ({ name, items: without(counts, [0]), fewest: fewestItems.category })),
  ];
}

/** What each token of each attribute weighs, in the order of `tokenRanges`: log((1 + N) / (1 + n)) of N visible SKUs, 0 for what is not read. */
export function tokenWeights(features: Features): Float64Array[] {
  return frequencies(features).map(({ items, fewest }) => Float64Array.from(items, (count) => (count < fewest ? 0 : Math.log((1 + features.visible) / (1 + count)))));
}

/** Bags of all encoded items. Tokens and labels the model never saw weigh nothing. */
export function jointBags(features: Features, items: EncodedItems): JointBags {
  const idf = tokenWeights(features);
  const ranges = tokenRanges(features);
  const offsets = new Int32Array(items.count + 1);
  const ids: number[] = [];
  const weights: number[] = [];
  const owners: number[] = [];
  for (let row = 0; row < items.count; row++) {
    const from = ids.length;
    const seen = new Map<number, number>();
    const put = (attribute: number, id: number): void => {
      const weight = idf[attribute]![id] ?? 0;
      if (weight === 0) return;
      const token = ranges[attribute]!.start + id;
      const at = seen.get(token);
      if (at !== undefined) {
        weights[at]! += weight; // term frequency
        return;
      }
      seen.set(token, ids.length);
      ids.push(token);
      weights.push(weight);
      owners.push(attribute);
    };
    for (const [attribute, bag] of items.texts.entries()) {
      for (let e = bag.offsets[row]!; e < bag.offsets[row + 1]!; e++) put(attribute, bag.ids[e]!);
    }
    for (const [index, { labels }] of items.categories.entries()) put(items.texts.length + index, labels[row]!);
    let square = 0;
    for (let e = from; e < ids.length; e++) square += weights[e]! ** 2;
    const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
    for (let e = from; e < ids.length; e++) weights[e]! *= scale;
    offsets[row + 1] = ids.length;
  }
  return {
    offsets, ids: Int32Array.from(ids), weights: Float32Array.from(weights), attributes: Uint8Array.from(owners),
    tokens: ranges.reduce((sum, range) => sum + range.size, 0),
  };
}

/** The bags of some rows, in their order. */
export function selectBags(bags: JointBags, rows: Int32Array): JointBags {
  const offsets = new Int32Array(rows.length + 1);
  for (const [i, row] of rows.entries()) offsets[i + 1] = offsets[i]! + bags.offsets[row + 1]! - bags.offsets[row]!;
  const entries = offsets[rows.length]!;
  const out = { ids: new Int32Array(entries), weights: new Float32Array(entries), attributes: new Uint8Array(entries) };
  for (const [i, row] of rows.entries()) {
    const [from, to] = [bags.offsets[row]!, bags.offsets[row + 1]!];
    out.ids.set(bags.ids.subarray(from, to), offsets[i]);
    out.weights.set(bags.weights.subarray(from, to), offsets[i]);
    out.attributes.set(bags.attributes.subarray(from, to), offsets[i]);
  }
  return { offsets, ...out, tokens: bags.tokens };
}

/**
 * Weights with tokens and whole attributes of items silenced at random, the others scaled up so that the expected sum stays (inverted
 * dropout). An item is then recognised from any part of its text, which is what a SKU without history needs.
 */
export function dropTokens(bags: JointBags, tokenRate: number, attributeRate: number, random: Random): Float32Array {
  const out = new Float32Array(bags.weights.length);
  const scale = 1 / ((1 - tokenRate) * (1 - attributeRate));
  const tokenThreshold = tokenRate * 4294967296;
  const attributeThreshold = attributeRate * 4294967296;
  for (let row = 0; row + 1 < bags.offsets.length; row++) {
    let attribute = -1;
    let silent = false;
    for (let e = bags.offsets[row]!; e < bags.offsets[row + 1]!; e++) {
      if (bags.attributes[e] !== attribute) {
        attribute = bags.attributes[e]!;
        silent = random.uint32() < attributeThreshold;
      }
      if (!silent && random.uint32() >= tokenThreshold) out[e] = bags.weights[e]! * scale;
    }
  }
  return out;
}

/** The entries that weigh something: of a bag after `dropTokens` a third is silent, and need not be looked up. */
export function weightyEntries({ offsets, ids }: SparseRows, weights: Float32Array): SparseRows {
  const kept = { offsets: new Int32Array(offsets.length), ids: new Int32Array(ids.length), weights: new Float32Array(ids.length) };
  let end = 0;
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let e = offsets[row]!; e < offsets[row + 1]!; e++) {
      if (weights[e] === 0) continue;
      kept.ids[end] = ids[e]!;
      kept.weights[end++] = weights[e]!;
    }
    kept.offsets[row + 1] = end;
  }
  return { offsets: kept.offsets, ids: kept.ids.subarray(0, end), weights: kept.weights.subarray(0, end) };
}
