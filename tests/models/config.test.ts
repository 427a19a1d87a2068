import assert from 'node:assert/strict';
import test from 'node:test';
import { ConfigError, configReasons, modelKinds, negativesOf, normalizeConfig, presets, scoresNewSkus, variantOf } from '../../models/config.ts';

const problem = (overrides: Record<string, unknown>): string => {
  try {
    normalizeConfig(overrides);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  assert.fail(`${JSON.stringify(overrides)} was taken`);
};

test('every setting has a default and a reason for it', () => {
  assert.deepEqual(Object.keys(configReasons).sort(), Object.keys(presets.full).sort());
  for (const [name, reason] of Object.entries(configReasons)) assert.match(reason, /^.{20,}\.$/, name);
  assert.deepEqual(normalizeConfig({}), presets.full);
  assert.deepEqual(normalizeConfig({ seed: undefined }, 'small'), presets.small);
  // The presets obey their own rules.
  for (const preset of Object.values(presets)) assert.deepEqual(normalizeConfig({ ...preset }), preset);
});

test('a mistake is a sentence that names the setting, what it got and what it takes', () => {
  assert.equal(problem({ epochs: 0 }), 'epochs is 0; it must be a whole number from 1 to 1000.');
  assert.equal(problem({ epochs: 2.5 }), 'epochs is 2.5; it must be a whole number from 1 to 1000.');
  assert.equal(problem({ dropout: '0.5' }), 'dropout is 0.5; it must be a number from 0 to 0.9.');
  assert.equal(problem({ head: 'both' }), 'head is "both"; it must be one of tied, id.');
  assert.equal(problem({ attributes: [] }), 'attributes must be null or a list of attribute names.');
  assert.equal(problem({ width: 100, attentionHeads: 8 }), 'width 100 must be a multiple of attentionHeads 8.');
  assert.equal(problem({ model: 'stamp', head: 'id' }), 'stamp has one head and one way through a session. Leave out head and mode.');
  assert.equal(problem({ fit: 'all' }), 'fit is "all"; it must be one of train, train+valid.');
  assert.equal(problem({ memory: 'yes' }), 'memory is yes; it must be true, false, or a weight and a backward from 0 to 100.');
  assert.equal(problem({ share: 0 }), 'share is 0; it must be a number from 0.001 to 1.');
  assert.match(problem({ learningrate: 1 }), /^Unknown setting "learningrate"\. Known: model, head, /);
  assert.match(problem(JSON.parse('{"__proto__": 1}') as Record<string, unknown>), /^Unknown setting "__proto__"/);
});

test('no setting takes anything but its own kind of value', () => {
  for (const name of Object.keys(presets.full)) {
    for (const value of [null, NaN, Infinity, -1, 1e12, 'x', true, {}, [1], [NaN]]) {
      if ((name === 'attributes' && value === null) || (name === 'memory' && value === true)) continue;
      assert.ok(problem({ [name]: value }).startsWith(`${name} `), `${name} ${String(value)}`);
    }
  }
});

test('variants read and predict what the paper says, and only metadata with the tied head scores a new SKU', () => {
  const heads = Object.fromEntries(modelKinds.map((model) => [model, normalizeConfig({ model }).head]));
  assert.deepEqual(heads, { m2trec: 'tied', metrec: 'tied', 'trec-title': 'tied', 'trec-id': 'id', 'mutrec-id': 'id', gru4rec: 'tied', narm: 'tied', stamp: 'tied' });
  assert.deepEqual(modelKinds.map((model) => Object.values(variantOf(model)).join(' ')), [
    'metadata item+categories transformer', 'metadata item transformer', 'title item transformer', 'id item transformer', 'id item+categories transformer',
    'id item gru4rec', 'id item narm', 'id item stamp',
  ]);
  assert.deepEqual(modelKinds.filter((model) => scoresNewSkus(normalizeConfig({ model }))), ['m2trec', 'metrec', 'trec-title']);
  assert.equal(scoresNewSkus(normalizeConfig({ head: 'id' })), false);
  assert.equal(normalizeConfig({ model: 'trec-id', head: 'tied' }).head, 'tied', 'one vector per SKU may serve as input and output');
});

test('the softmax is exact while the catalogue allows, and shared beyond', () => {
  assert.deepEqual([5_000, 150_000, 150_001].map((count) => negativesOf(normalizeConfig({}), count)), [0, 0, 4096]);
  assert.deepEqual([5_000, 2_000].map((count) => negativesOf(normalizeConfig({ negatives: 2048 }), count)), [2048, 0]);
});
