/** Files that a stranger could seal with a true hash: what the runtime would follow out of the file, or never end, is refused before it sees them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { modelKinds, normalizeConfig } from '../../../models/config.ts';
import { writeEncoders } from '../../../models/encoders.ts';
import { bytesField, intField, join, messageField, stringField, type Message } from '../../../models/graph/protobuf.ts';
import { ForeignModel, vetModel } from '../../../models/graph/vet.ts';
import { nameOf } from '../../../models/graph/value.ts';
import { createModel } from '../../../models/network.ts';

const refusal = (bytes: Uint8Array): string => {
  try {
    vetModel(bytes);
  } catch (error) {
    assert.ok(error instanceof ForeignModel, String(error));
    return error.message;
  }
  return 'let through';
};

const file = (...graph: readonly Message[]): Uint8Array => join([...intField(1, 8), ...messageField(7, ...graph), ...messageField(8, intField(2, 18))]);
const node = (type: string, ...more: readonly Message[]): Message => messageField(1, stringField(1, 'x'), stringField(2, 'y'), stringField(4, type), ...more);

test('both networks of every model are let through', () => {
  for (const model of modelKinds) {
    const network = createModel(normalizeConfig({ model }), { tokens: 30, numbers: 1, items: 9, levels: [{ name: 'leaf', labels: 4 }] });
    const { items, sessions } = writeEncoders(network, new Map(network.parameters.map(({ value, initial }) => [nameOf(value), initial])), {});
    assert.deepEqual([refusal(items), refusal(sessions)], ['let through', 'let through'], model);
  }
});

test('what ours never hold is refused by its name', () => {
  const loop = messageField(5, stringField(1, 'body'), messageField(6, node('Identity')), intField(20, 5));
  const outside = messageField(5, intField(1, 1), intField(2, 1), stringField(8, 'w'), messageField(13, stringField(1, 'location'), stringField(2, '/etc/passwd')), intField(14, 1));
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['let through', file(node('Add'))],
    ['the operator "Loop"', file(node('Loop', loop))],
    ['the operator "If"', file(node('If'))],
    ['field 6 of its attribute', file(node('Add', loop))],
    ['field 7 of its node', file(node('Add', stringField(7, 'com.microsoft')))],
    ['field 13 of its tensor', file(outside)],
    ['field 15 of its graph', file(messageField(15, outside))],
    ['field 25 of its model', join(messageField(25, stringField(1, 'f')))],
    ['field 1 of its opset', join(messageField(8, stringField(1, 'com.microsoft'), intField(2, 1)))],
    ['the operator "Loop"', file(node('Add', stringField(4, 'Loop')))], // the last of two counts for the runtime
    ['field 7 of its model as a number', join(intField(7, 1))],
    ['a field that does not end', join(bytesField(7, new Uint8Array(9))).subarray(0, 6)],
    ['a number that does not end', new Uint8Array(20).fill(0xff)],
    ['a field that does not end', Uint8Array.of(0x0b)], // a group, which no writer makes any more
  ];
  for (const [expected, bytes] of cases) assert.equal(refusal(bytes), expected);
});
