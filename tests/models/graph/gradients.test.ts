import assert from 'node:assert/strict';
import test from 'node:test';
import { gradients } from '../../../models/graph/gradients.ts';
import { evaluate } from '../../../models/graph/interpreter.ts';
import * as g from '../../../models/graph/operators.ts';
import { floats, ints } from '../../../models/graph/tensor.ts';
import { input } from '../../../models/graph/value.ts';

test('a value in between is differentiated by as if it were fed, whatever made it', () => {
  const [table, rows, fed] = [input('table', [5, 2]), input('rows', ['R'], 'int32'), input('fed', ['R', 2])];
  const loss = (picked: typeof fed) => g.reduceSum(g.mul(g.tanh(picked), picked));
  const picked = g.gather(table, rows);
  const between = loss(picked);
  const [slope] = gradients(between, [picked]);
  const [expected] = gradients(loss(fed), [fed]);
  const feeds = { table: floats([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], [5, 2]), rows: ints([4, 0, 2]), fed: floats([0.9, 1, 0.1, 0.2, 0.5, 0.6], [3, 2]) };
  const [a, b] = evaluate([slope!, expected!], feeds);
  assert.deepEqual([...a!.data], [...b!.data]);
});

test('values on one path each get their own gradient', () => {
  const x = input('x', [2]);
  const y = g.exp(x);
  const [dx, dy] = gradients(g.reduceSum(g.mul(y, y)), [x, y]);
  const [slopeX, slopeY] = evaluate([dx!, dy!], { x: floats([0, 1]) });
  assert.deepEqual([...slopeY!.data], [2, 2 * Math.E]);
  assert.deepEqual([...slopeX!.data], [2, 2 * Math.E * Math.E]);
});
