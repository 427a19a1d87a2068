/**
 * The untrained bar for new SKUs: TF-IDF over title, brand and category path, cosine to the mean of the last items. Document frequencies
 * and vocabulary come from learnable rows alone; a hidden SKU's text is read only to score it.
 */
import type { ItemFeatures } from '../../db/records.ts';
import type { Scorer } from '../scorer.ts';
import type { BaselineData } from './popularity.ts';

/** Items of the prefix that are averaged. measures.md 3.3 prints 3 and 1; 3 is the headline. */
const lastItems = 3;

export function fitTitleSimilarity(data: BaselineData, last = lastItems): Scorer {
  const vectors = weighTokens(data);
  const postings = invert(vectors);
  const itemCount = data.items.length;
  const query = new Float64Array(postings.offsets.length - 1);
  return {
    name: 'title-similarity',
    async scores(prefixes, out) {
      out.fill(0);
      for (let b = 0; b < prefixes.offsets.length - 1; b++) {
        const end = prefixes.offsets[b + 1]!;
        const touched: number[] = [];
        for (let i = Math.max(prefixes.offsets[b]!, end - last); i < end; i++) {
          const row = prefixes.items[i]!;
          for (let t = vectors.offsets[row]!; t < vectors.offsets[row + 1]!; t++) {
            const token = vectors.tokens[t]!;
            if (query[token] === 0) touched.push(token);
            query[token]! += vectors.weights[t]!;
          }
        }
        const base = b * itemCount;
        // One order of summation for all queries: items with equal text must get equal scores.
        for (const token of touched.sort((x, y) => x - y)) {
          const weight = query[token]!;
          query[token] = 0;
          for (let p = postings.offsets[token]!; p < postings.offsets[token + 1]!; p++) {
            out[base + postings.tokens[p]!]! += weight * postings.weights[p]!;
          }
        }
      }
    },
  };
}

/** Rows of a sparse matrix: row r holds `tokens[offsets[r]] ..` with `weights`. */
interface SparseVectors {
  readonly offsets: Int32Array;
  readonly tokens: Int32Array;
  readonly weights: Float32Array;
}

export function tokenizeText(item: ItemFeatures): string[] {
  return [item.title, item.brand, ...item.categoryPath].join(' ').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** A token of one learnable text alone connects nothing that can be learned from, and only lengthens its item's vector. */
const fewestDocuments = 2;

/** [items, tokens] tf · idf, every row of length 1 (or empty); idf = ln(n / df) over the learnable rows. */
export function weighTokens({ items, learnable }: BaselineData): SparseVectors {
  const texts = items.map(tokenizeText);
  const documents = new Map<string, number>();
  let n = 0;
  texts.forEach((tokens, row) => {
    if (learnable[row] !== 1) return;
    n++;
    for (const token of new Set(tokens)) documents.set(token, (documents.get(token) ?? 0) + 1);
  });
  const ids = new Map<string, number>();
  const idf: number[] = [];
  for (const [token, count] of documents) {
    if (count < fewestDocuments || count === n) continue; // in every text: idf 0
    ids.set(token, ids.size);
    idf.push(Math.log(n / count));
  }
  const offsets = [0];
  const rows: number[] = [];
  const weights: number[] = [];
  for (const tokens of texts) {
    const counts = new Map<number, number>();
    for (const token of tokens) {
      const id = ids.get(token);
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const entries = [...counts].sort((a, b) => a[0] - b[0]).map(([id, count]) => [id, count * idf[id]!] as const);
    const length = Math.sqrt(entries.reduce((sum, [, weight]) => sum + weight * weight, 0));
    for (const [id, weight] of entries) {
      rows.push(id);
      weights.push(weight / length);
    }
    offsets.push(rows.length);
  }
  return { offsets: Int32Array.from(offsets), tokens: Int32Array.from(rows), weights: Float32Array.from(weights) };
}

/** The transposed matrix. Its rows are tokens; its `tokens` are item rows. */
function invert(vectors: SparseVectors): SparseVectors {
  const width = vectors.tokens.reduce((most, token) => Math.max(most, token + 1), 0);
  const offsets = new Int32Array(width + 1);
  for (const token of vectors.tokens) offsets[token + 1]!++;
  for (let token = 0; token < width; token++) offsets[token + 1]! += offsets[token]!;
  const next = offsets.slice(0, width);
  const tokens = new Int32Array(vectors.tokens.length);
  const weights = new Float32Array(vectors.tokens.length);
  for (let row = 0; row < vectors.offsets.length - 1; row++) {
    for (let t = vectors.offsets[row]!; t < vectors.offsets[row + 1]!; t++) {
      const place = next[vectors.tokens[t]!]!++;
      tokens[place] = row;
      weights[place] = vectors.weights[t]!;
    }
  }
  return { offsets, tokens, weights };
}
