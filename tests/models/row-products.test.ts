import assert from 'node:assert/strict';
import test from 'node:test';
import { Random } from '../../models/random.ts';
import { RowProducts } from '../../models/row-products.ts';

for (const [rows, width] of [[1, 1], [7, 3], [300, 16], [41, 129]] as const) {
  test(`products of ${rows} rows of ${width} are the plain sums`, () => {
    const random = new Random(rows);
    const draw = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
    const matrix = draw(rows * width);
    const products = new RowProducts(matrix, width);
    for (let time = 0; time < 3; time++) {
      const vector = draw(width);
      const found = products.multiply(vector);
      assert.equal(found.length, rows);
      for (const [row, value] of found.entries()) {
        const terms = Array.from(vector, (x, i) => x * matrix[row * width + i]!);
        assert.ok(Math.abs(value - terms.reduce((a, b) => a + b)) < 1e-6 * terms.reduce((a, b) => a + Math.abs(b), 1), `row ${row}`);
      }
      assert.deepEqual(products.multiply(vector), found);
    }
    assert.throws(() => products.multiply(new Float32Array(width + 1)), /a vector of/);
  });
}
