import assert from 'node:assert/strict';
import test from 'node:test';
import { Random } from '../../models/random.ts';
import { RowProducts, rowsPerTile } from '../../models/row-products.ts';

for (const [rows, width] of [[1, 1], [7, 3], [300, 16], [41, 129], [2 * rowsPerTile, 8], [2 * rowsPerTile + 17, 5]] as const) {
  test(`products of ${rows} rows of ${width} are the plain sums, and the largest of each tile is known`, () => {
    const random = new Random(rows);
    const draw = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
    const matrix = draw(rows * width);
    if (rows > 300) matrix.fill(-1, (rows - 20) * width).fill(1, 0, width); // all products of the last tile below 0 for a positive vector
    const products = new RowProducts(matrix, width);
    for (let time = 0; time < 3; time++) {
      const vector = time === 2 ? draw(width).map(Math.abs) : draw(width);
      const found = products.multiply(vector).slice();
      assert.equal(found.length, rows);
      for (const [row, value] of found.entries()) {
        const terms = Array.from(vector, (x, i) => x * matrix[row * width + i]!);
        assert.ok(Math.abs(value - terms.reduce((a, b) => a + b)) < 1e-6 * terms.reduce((a, b) => a + Math.abs(b), 1), `row ${row}`);
      }
      const tops = Array.from({ length: Math.ceil(rows / rowsPerTile) }, (_, tile) => Math.max(...found.subarray(tile * rowsPerTile, (tile + 1) * rowsPerTile)));
      assert.deepEqual([...products.tops], tops);
      products.multiply(draw(width));
      assert.deepEqual(products.multiply(vector), found);
      products.multiply(draw(width));
      const some = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => row === rows - 1 || row % 7 === 3);
      const again = products.multiplySome(vector, some);
      assert.deepEqual(some.reduce((least, row) => least + (again[row] === found[row] ? 1 : 0), 0), some.length, 'the same bits alone as among all');
    }
    assert.throws(() => products.multiply(new Float32Array(width + 1)), /a vector of/);
  });
}
