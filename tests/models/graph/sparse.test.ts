import assert from 'node:assert/strict';
import test from 'node:test';
import { writeModel } from '../../../models/graph/onnx.ts';
import { sparseFeeds, sparseInput, sparseMatmul, transposeSparse, type CompressedRows } from '../../../models/graph/sparse.ts';
import { floats } from '../../../models/graph/tensor.ts';
import { input } from '../../../models/graph/value.ts';
import { openModel, type Model } from '../../../models/runtime/session.ts';

const width = 5;
const matrix = sparseInput('matrix', { rows: 'rows', columns: 'columns' });
const y = sparseMatmul(matrix, input('x', ['columns', width]));
const back = sparseMatmul(transposeSparse(matrix), input('g', ['rows', width]));

/** Both products in double precision, entry by entry. */
function expected({ offsets, indices, weights, columns }: CompressedRows, x: Float32Array, g: Float32Array): { readonly y: Float64Array; readonly back: Float64Array } {
  const rows = offsets.length - 1;
  const result = { y: new Float64Array(rows * width), back: new Float64Array(columns * width) };
  for (let row = 0; row < rows; row++) {
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
      for (let k = 0; k < width; k++) {
        result.y[row * width + k]! += (weights?.[i] ?? 1) * x[indices[i]! * width + k]!;
        result.back[indices[i]! * width + k]! += (weights?.[i] ?? 1) * g[row * width + k]!;
      }
    }
  }
  return result;
}

const lengths: Readonly<Record<string, readonly number[]>> = {
  'one entry': [1],
  'nothing at all': [0, 0, 0],
  'every length to 70, empty rows between': Array.from({ length: 140 }, (_, i) => (i % 2 === 0 ? i / 2 : 0)),
  'the edges of every level': [32, 33, 64, 65, 1024, 1025, 2049],
  'one row of 40,000 among short ones': [3, 40_000, 0, 7],
};

let model: Model;
test.before(async () => {
  model = await openModel(writeModel({ outputs: { y, back }, parametersAs: 'inputs' }), { threads: 2 });
});
test.after(() => model.dispose());

for (const [name, rowLengths] of Object.entries(lengths)) {
  test(`both products are exact for ${name}`, async () => {
    const columns = 50;
    const offsets = [0];
    for (const length of rowLengths) offsets.push(offsets.at(-1)! + length);
    const count = offsets.at(-1)!;
    const pick = (i: number, modulus: number): number => (i * i + 3 * i) % modulus;
    const data = { offsets, indices: Int32Array.from({ length: count }, (_, i) => pick(i, columns)), weights: Float32Array.from({ length: count }, (_, i) => pick(i, 11) / 8 - 0.5), columns };
    const x = Float32Array.from({ length: columns * width }, (_, i) => pick(i, 17) / 16 - 0.5);
    const g = Float32Array.from({ length: rowLengths.length * width }, (_, i) => pick(i, 13) / 16 - 0.3);
    const results = await model.run({ ...sparseFeeds(matrix, data), x: floats(x, [columns, width]), g: floats(g, [rowLengths.length, width]) });
    const right = expected(data, x, g);
    for (const which of ['y', 'back'] as const) {
      const scale = right[which].reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
      const worst = right[which].reduce((most, value, i) => Math.max(most, Math.abs(value - Number(results[which]!.data[i]))), 0);
      assert.ok(worst <= 2e-6 * scale, `${which}: ${worst} of ${scale}`);
    }
  });
}

test('rows of every length are padded by less than a half', () => {
  const offsets = [0];
  for (let row = 0; row < 4000; row++) offsets.push(offsets.at(-1)! + (row % 400 === 0 ? 2000 : 1 + (row % 30)));
  const feeds = sparseFeeds(matrix, { offsets, indices: new Int32Array(offsets.at(-1)!), columns: 1 });
  const padded = Object.entries(feeds).filter(([name]) => /^matrix\.rows\.\d.*index$/.test(name)).reduce((sum, [, { data }]) => sum + data.length, 0);
  assert.ok(padded < 1.5 * offsets.at(-1)!, `${padded} for ${offsets.at(-1)}`);
});
