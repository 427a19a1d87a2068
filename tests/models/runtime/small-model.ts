/** A small model with every part of the product's: bags of tokens, packed transformer encoder, chunked softmax over tied or free items. */
import { chunkedCrossEntropy } from '../../../models/graph/losses.ts';
import * as g from '../../../models/graph/operators.ts';
import { select, selectionFeeds, selectionInput, unselect } from '../../../models/graph/selection.ts';
import { embedding, indexFeeds, indexInput, sparseFeeds, sparseInput, sparseMatmul } from '../../../models/graph/sparse.ts';
import { floats, type Feeds } from '../../../models/graph/tensor.ts';
import { input, parameter, type Value } from '../../../models/graph/value.ts';
import type { Trainable } from '../../../models/runtime/training.ts';

export interface SmallModel {
  readonly loss: Value;
  readonly parameters: readonly Trainable[];
  readonly constantFeeds: Feeds;
  /** A batch of 24 sessions; the same number gives the same batch. */
  batch(seed: number): Feeds;
}

const [items, width, inner, heads, batch, maxLength] = [150, 16, 48, 4, 24, 6];

/** Small numbers that are the same on every machine (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `tokens`: rows of its largest table. */
export function smallModel(tokens = 200): SmallModel {
  const random = randomFrom(7);
  const parameters: Trainable[] = [];
  const weights = (name: string, dims: readonly number[], scale = 0.3): Value => {
    const value = parameter(name, dims);
    const initial = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => (scale === 1 ? 1 : (2 * random() - 1) * scale));
    parameters.push({ value, initial, weightDecay: dims.length > 1 });
    return value;
  };
  const bags = sparseInput('bags', { rows: items, columns: tokens });
  const clicked = indexInput('clicked', ['tokens'], items);
  const places = indexInput('places', ['tokens'], maxLength);
  const targets = indexInput('targets', ['batch'], items);
  const packed = selectionInput('packed', { from: ['batch', 'length'], taken: ['tokens'] });
  const pool = sparseInput('pool', { rows: 'batch', columns: 'tokens' });
  const mask = input('mask', ['batch', 1, 1, 'length']);

  const vectors = g.linear(sparseMatmul(bags, weights('token', [tokens, 12])), weights('project', [12, width]), weights('project.bias', [width]));
  let x = g.add(embedding(vectors, clicked), embedding(weights('place', [maxLength, width]), places)); // [tokens, width]
  const all = unselect(g.linear(x, weights('qkv', [width, 3 * width]), weights('qkv.bias', [3 * width])), packed); // [batch, length, 3 width]
  const head = (i: number): Value => g.transpose(g.reshape(g.slice(all, 2, i * width, (i + 1) * width), ['batch', 'length', heads, width / heads]), [0, 2, 1, 3]);
  const scores = g.add(g.mul(g.matmul(head(0), head(1), { transposeB: true }), 0.5), mask);
  const joined = g.reshape(g.transpose(g.matmul(g.softmax(scores), head(2)), [0, 2, 1, 3]), ['batch', 'length', width]);
  x = g.layerNorm(g.add(x, g.linear(select(joined, packed), weights('out', [width, width]))), weights('scale', [width], 1), weights('shift', [width]));
  x = g.add(x, g.linear(g.relu(g.linear(x, weights('up', [width, inner]), weights('up.bias', [inner]))), weights('down', [inner, width])));
  const queries = g.mul(g.l2Normalize(sparseMatmul(pool, x)), 8); // [batch, width]
  const tied = chunkedCrossEntropy(queries, g.l2Normalize(vectors), targets, { chunk: 64, bound: 10 });
  const free = chunkedCrossEntropy(sparseMatmul(pool, x), weights('free', [items, width]), targets, { chunk: 64 });
  const loss = g.mul(g.reduceSum(g.add(tied, free)), 1 / batch);

  const offsets = [0];
  const indices: number[] = [];
  for (let item = 0; item < items; item++) {
    indices.push(0, ...Array.from({ length: item % 9 }, () => Math.floor(tokens * random() ** 2))); // token 0 is in every bag
    offsets.push(indices.length);
  }
  return {
    loss,
    parameters,
    constantFeeds: sparseFeeds(bags, { offsets, indices, weights: indices.map(() => 0.2), columns: tokens }),
    batch: (seed) => {
      const draw = randomFrom(1000 + seed);
      const lengths = Array.from({ length: batch }, () => 1 + Math.floor(draw() * maxLength));
      lengths[0] = maxLength; // the padded length is the same for every batch
      const positions = lengths.flatMap((length, row) => Array.from({ length }, (_, t) => row * maxLength + t));
      const masks = new Float32Array(batch * maxLength).fill(-1e9);
      for (const at of positions) masks[at] = 0;
      const rows = [0];
      for (const length of lengths) rows.push(rows.at(-1)! + length);
      const pick = (count: number): Int32Array => Int32Array.from({ length: count }, () => Math.floor(items * draw() ** 3));
      return {
        ...selectionFeeds(packed, Int32Array.from(positions), { from: [batch, maxLength] }),
        ...indexFeeds(clicked, pick(positions.length)),
        ...indexFeeds(places, Int32Array.from(positions, (at) => at % maxLength)),
        ...indexFeeds(targets, pick(batch)),
        ...sparseFeeds(pool, { offsets: rows, indices: [...positions.keys()], weights: lengths.flatMap((length) => Array<number>(length).fill(1 / length)), columns: positions.length }),
        mask: floats(masks, [batch, 1, 1, maxLength]),
      };
    },
  };
}

export const optimizer = { weightDecay: 0.01, clipNorm: 1 } as const;
