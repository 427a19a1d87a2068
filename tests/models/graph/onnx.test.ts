import assert from 'node:assert/strict';
import test from 'node:test';
import { gradients } from '../../../models/graph/gradients.ts';
import { writeModel } from '../../../models/graph/onnx.ts';
import { add, exp, layerNorm, matmul, mul, reduceSum } from '../../../models/graph/operators.ts';
import { floats } from '../../../models/graph/tensor.ts';
import { constant, input, parameter, type Value } from '../../../models/graph/value.ts';
import { openModel } from '../../../models/runtime/session.ts';

/** How often each operator is written: names of nodes start with it. */
function operators(bytes: Uint8Array): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [, type] of Buffer.from(bytes).toString('latin1').matchAll(/([A-Z][A-Za-z]+)_(?:%\d+|y\d?)/g)) counts[type!] = (counts[type!] ?? 0) + 1;
  return counts;
}

function network(): { readonly x: Value; readonly w: Value; readonly loss: Value } {
  const x = input('x', ['batch', 4]);
  const w = parameter('w', [4, 4]);
  return { x, w, loss: reduceSum(mul(exp(matmul(x, w)), exp(matmul(x, w)))) };
}

test('the same graph gives the same bytes, however often it is built', () => {
  const write = (): Uint8Array => {
    const { w, loss } = network();
    return writeModel({ outputs: { y: loss, y1: gradients(loss, [w])[0]! }, parametersAs: 'inputs', metadata: { run: '7' } });
  };
  assert.deepEqual(write(), write());
});

test('equal expressions are written once, unused ones never', () => {
  const { loss, x } = network();
  exp(x);
  assert.deepEqual(operators(writeModel({ outputs: { y: loss }, parametersAs: 'inputs' })), { MatMul: 1, Exp: 1, Mul: 1, ReduceSum: 1 });
});

test('parameters become part of the file, and must be complete', async () => {
  const { loss } = network();
  const values = new Map([['w', Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0))]]);
  const model = await openModel(writeModel({ outputs: { y: loss }, parametersAs: 'initializers', values }));
  assert.deepEqual(model.inputs, ['x']);
  const { y } = await model.run({ x: floats([0, 0, 0, 0, 0, 0, 0, 0], [2, 4]) });
  assert.deepEqual([...y!.data], [8]);
  await model.dispose();
  assert.throws(() => writeModel({ outputs: { y: loss }, parametersAs: 'initializers' }), /no values for w \[4, 4\]/);
});

test('an output may be an input, a constant, or the same value twice; names may not clash', async () => {
  const x = input('x', [2]);
  const sum = add(x, 1);
  const model = await openModel(writeModel({ outputs: { copy: x, fixed: constant([3]), one: sum, two: sum }, parametersAs: 'inputs' }));
  const results = await model.run({ x: floats([1, 2]) });
  assert.deepEqual(Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...data]])), { copy: [1, 2], fixed: [3], one: [2, 3], two: [2, 3] });
  await model.dispose();
  assert.throws(() => writeModel({ outputs: { y: add(x, input('x', [2])) }, parametersAs: 'inputs' }), /two values are named x/);
});

test('a replaced parameter is computed from its replacement', async () => {
  const { w, loss } = network();
  const seed = input('seed', [4, 4]);
  const model = await openModel(writeModel({ outputs: { y: loss }, parametersAs: 'inputs', replace: new Map([[w, mul(seed, 0)]]) }));
  assert.deepEqual([...model.inputs].sort(), ['seed', 'x']);
  const { y } = await model.run({ x: floats([1, 1, 1, 1], [1, 4]), seed: floats(new Float32Array(16).fill(9), [4, 4]) });
  assert.deepEqual([...y!.data], [4]);
  await model.dispose();
});

test('statistics of a normalisation are written only where a gradient reads them', () => {
  const x = input('x', [2, 4]);
  const [scale, bias] = [parameter('scale', [4]), parameter('bias', [4])];
  const y = layerNorm(x, scale, bias);
  const plain = writeModel({ outputs: { y }, parametersAs: 'inputs' });
  const both = writeModel({ outputs: { y, y1: gradients(reduceSum(y), [scale])[0]! }, parametersAs: 'inputs' });
  assert.deepEqual([operators(plain)['LayerNormalization'], operators(both)['LayerNormalization']], [1, 1]);
});
