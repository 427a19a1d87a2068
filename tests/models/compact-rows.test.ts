import assert from 'node:assert/strict';
import test from 'node:test';
import { CompactRows } from '../../models/compact-rows.ts';
import { Random } from '../../models/random.ts';
import { Neighbours } from '../../models/ranking.ts';
import { rowsPerTile } from '../../models/row-products.ts';

for (const [rows, width] of [[1, 1], [7, 3], [300, 16], [41, 129], [2 * rowsPerTile + 17, 8]] as const) {
  test(`products of ${rows} rows of ${width} lie within the bound that is told, two at a time`, () => {
    const random = new Random(rows);
    const matrix = Float32Array.from({ length: rows * width }, () => random.normal() * (random.below(20) === 0 ? 30 : 1));
    matrix.fill(0, 0, width); // a row of zeros has no scale
    const compact = new CompactRows(rows, width, (row) => matrix.subarray(row * width, (row + 1) * width));
    for (const large of [1, 1e4]) {
      const vectors = [0, 1].map(() => Float32Array.from({ length: width }, () => large * random.normal())) as [Float32Array, Float32Array];
      const alone = vectors.map((vector) => [...compact.multiplyOne(vector).values]);
      for (const [i, { values, tops, error, rowErrors, length, rest }] of compact.multiply(...vectors).entries()) {
        assert.deepEqual([...values], alone[i]);
        for (const [row, value] of values.entries()) {
          const exact = vectors[i]!.reduce((sum, x, column) => sum + x * matrix[row * width + column]!, 0);
          const bound = length * rowErrors[row]! + rest;
          assert.ok(bound <= error && Math.abs(value - exact) <= bound, `row ${row}: ${value}, exactly ${exact}, bound ${bound} of ${error}`);
        }
        assert.deepEqual([...tops], Array.from(tops, (_, tile) => Math.max(...values.subarray(tile * rowsPerTile, (tile + 1) * rowsPerTile))));
        assert.equal(values[0], 0);
      }
    }
    assert.deepEqual([...compact.multiply(new Float32Array(width), new Float32Array(width))[0].values], Array(rows).fill(0));
    assert.throws(() => compact.multiply(new Float32Array(width + 1), new Float32Array(width)), /a vector of/);
  });
}

test('the nearest rows are those of exact cosines, however alike they are', () => {
  const random = new Random(8);
  const [rows, width] = [3000, 24];
  const centre = Float32Array.from({ length: width }, () => random.normal());
  const spreads = [1, 0.01, 0.0001, 0]; // the last are one and the same vector
  const vectors = Float32Array.from({ length: rows * width }, (_, i) => centre[i % width]! + spreads[Math.trunc(i / width) % 4]! * random.normal());
  const neighbours = new Neighbours(vectors, width);
  const size = (vector: Float32Array): number => Math.hypot(...vector);
  for (let time = 0; time < 10; time++) {
    const asked = [0, 1].map(() => centre.map((value) => value + 0.3 * random.normal())) as [Float32Array, Float32Array];
    const eligible = Uint8Array.from({ length: rows }, () => (random.uniform() < 0.6 ? 1 : 0));
    for (const [i, likeness] of neighbours.search(...asked).entries()) {
      const exact = Array.from({ length: rows }, (_, row) => {
        const vector = vectors.subarray(row * width, (row + 1) * width);
        return vector.reduce((sum, value, column) => sum + value * asked[i]![column]!, 0) / (size(vector) * size(asked[i]!));
      });
      const best = [...eligible.keys()].filter((row) => eligible[row] === 1 && row !== 5).sort((a, b) => exact[b]! - exact[a]!).slice(0, 20);
      const found = likeness.nearest(eligible, 5, 20);
      assert.equal(found.length, 20);
      for (const [place, { row, score }] of found.entries()) {
        assert.ok(eligible[row] === 1 && row !== 5);
        assert.ok(Math.abs(score - exact[row]!) < 1e-6 && Math.abs(score - exact[best[place]!]!) < 1e-6, `place ${place}: ${score}, best ${exact[best[place]!]}`);
      }
    }
  }
  assert.equal(neighbours.search(centre)[0].nearest(Uint8Array.from({ length: rows }, (_, row) => (row < 3 ? 1 : 0)), 1, 20).length, 2);
});
