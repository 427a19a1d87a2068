/** Mistakes are reported where the graph is built, with the operator, the shapes and the builder's line. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { gradients } from '../../../models/graph/gradients.ts';
import { chunkedCrossEntropy, softmaxCrossEntropy } from '../../../models/graph/losses.ts';
import * as g from '../../../models/graph/operators.ts';
import { selectionFeeds, selectionInput } from '../../../models/graph/selection.ts';
import { embedding, indexFeeds, indexInput, sparseFeeds, sparseInput, sparseMatmul } from '../../../models/graph/sparse.ts';
import { constant, input } from '../../../models/graph/value.ts';

const a = input('a', [2, 3]);
const n = input('n', ['batch', 3]);
const whole = input('i', [2], 'int32');
const index = indexInput('clicks', [2], 5);

const mistakes: readonly (readonly [string, () => unknown, RegExp])[] = [
  ['sizes that do not broadcast', () => g.add(a, constant([1, 2])), /^add: cannot broadcast \[2, 3\] with \[2\] \(built at .*errors\.test\.ts/],
  ['symbols that differ', () => g.mul(n, input('m', ['sessions', 3])), /mul: cannot broadcast \[batch, 3\] with \[sessions, 3\]/],
  ['inner sizes', () => g.matmul(a, a), /matmul: \[2, 3\] times \[2, 3\]/],
  ['one axis only', () => g.matmul(a, constant([1, 2, 3])), /both need two axes/],
  ['element types', () => g.add(a, whole), /add: float32 \[2, 3\] with int32 \[2\]/],
  ['exp of integers', () => g.exp(whole), /exp: takes float32, not int32/],
  ['reshape', () => g.reshape(a, [4, -1]), /reshape: \[2, 3\] does not hold as many elements as \[4, -1\]/],
  ['reshape of symbols', () => g.reshape(n, ['tokens', 3]), /\[batch, 3\] does not hold as many elements as \[tokens, 3\]/],
  ['axis', () => g.softmax(a, 2), /softmax: axis 2 of \[2, 3\]/],
  ['axes twice', () => g.reduceSum(a, [1, -1]), /an axis appears twice/],
  ['slice', () => g.slice(a, 1, 2, 5), /slice: 2 to 5 of axis 1 of \[2, 3\]/],
  ['slice of a symbol', () => g.slice(n, 0, 1, -1), /unknown: name it/],
  ['permutation', () => g.transpose(a, [0, 0]), /no permutation/],
  ['concat', () => g.concat([a, n], 1), /concat: float32 \[2, 3\] and float32 \[batch, 3\]/],
  ['layerNorm', () => g.layerNorm(a, constant([1]), constant([1])), /layerNorm: x \[2, 3\], scale \[1\], bias \[1\]/],
  ['constant', () => constant([1, 2], [3]), /constant: 2 numbers do not fill \[3\]/],
  ['size', () => input('b', [-1]), /bad size in \[-1\]/],
  ['top k', () => g.topK(a, 4), /topK: 4 of \[2, 3\]/],
  ['loss', () => gradients(a, [a]), /must be a float32 scalar/],
  ['unplanned gather', () => gradients(g.reduceSum(g.gather(a, whole)), [a]), /use embedding or select/],
  ['table', () => embedding(a, index), /clicks points to 5 rows, the table is float32 \[2, 3\]/],
  ['sparse', () => sparseMatmul(sparseInput('bags', { rows: 4, columns: 9 }), a), /bags \[4, 9\] times float32 \[2, 3\]/],
  ['cross-entropy', () => softmaxCrossEntropy(a, constant([1], [1], 'int32')), /logits float32 \[2, 3\], targets int32 \[1\]/],
  ['head', () => chunkedCrossEntropy(a, input('e', [7, 3]), index), /targets int32 \[2\] into 5/],
  ['correction', () => chunkedCrossEntropy(a, input('e', [5, 3]), index, { correction: input('q', [4]) }), /a correction float32 \[4\] of 5 items/],
  ['bound', () => chunkedCrossEntropy(a, input('e', [5, 3]), index, { bound: 90 }), /overflows/],
];
for (const [name, build, message] of mistakes) {
  test(`${name}: the error says what and where`, () => {
    assert.throws(build, (error: Error) => message.test(error.message) || assert.fail(error.message));
  });
}

test('feeds that do not fit are refused by name', () => {
  const bags = sparseInput('bags', { rows: 'rows', columns: 9 });
  assert.throws(() => sparseFeeds(bags, { offsets: [0, 2], indices: [1, 9], columns: 9 }), /bags: index 9 at entry 1 is not below 9/);
  assert.throws(() => sparseFeeds(bags, { offsets: [0, 3], indices: [1, 2], columns: 9 }), /offsets end at 3, with 2 indices/);
  assert.throws(() => indexFeeds(index, Int32Array.of(0, 5)), /clicks: indices from 0 to 5, but the table has 5 rows/);
  const packed = selectionInput('packed', { from: ['batch', 2], taken: ['tokens'] });
  assert.throws(() => selectionFeeds(packed, Int32Array.of(1, 1), { from: [2, 2] }), /packed: position 1 is outside \[2, 2\] or taken twice/);
});
