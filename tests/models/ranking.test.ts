import assert from 'node:assert/strict';
import test from 'node:test';
import { Random } from '../../models/random.ts';
import { topRows } from '../../models/ranking.ts';
import { RowProducts, rowsPerTile } from '../../models/row-products.ts';

/** The same by sorting everything. */
function sorted(scores: Float32Array, eligible: Uint8Array, count: number): number[] {
  return [...scores.keys()].filter((row) => eligible[row] === 1).sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count);
}

test('the best rows are those of a full sort, equal scores in row order', () => {
  const random = new Random(3);
  for (const [rows, levels, share, count] of [[5, 3, 1, 20], [3000, 7, 0.5, 20], [3000, 1e9, 0.9, 1], [3000, 40, 0.002, 20], [100, 5, 0, 3]] as const) {
    const scores = Float32Array.from({ length: rows }, () => (random.uniform() < 0.05 ? -Infinity : random.below(levels)));
    const eligible = Uint8Array.from(scores, () => (random.uniform() < share ? 1 : 0));
    assert.deepEqual(topRows(scores, eligible, count), sorted(scores, eligible, count));
  }
});

test('tiles without a good row may be skipped', () => {
  const random = new Random(4);
  const rows = 5 * rowsPerTile + 100;
  const products = new RowProducts(Float32Array.from({ length: 4 * rows }, () => Math.round(2 * random.normal())), 4);
  for (let time = 0; time < 20; time++) {
    const scores = products.multiply(Float32Array.from({ length: 4 }, () => Math.round(random.normal())));
    const eligible = Uint8Array.from(scores, (score) => (random.uniform() < 0.5 && score < 12 ? 1 : 0)); // the largest of a tile may not compete
    assert.deepEqual(topRows(scores, eligible, 20, products.tops), sorted(scores, eligible, 20));
  }
});
