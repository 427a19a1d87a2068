import assert from 'node:assert/strict';
import test from 'node:test';
import { ConfigError, configReasons, modelKinds, normalizeConfig, presets, variantOf } from '../../models/config.ts';

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
  assert.equal(problem({ model: 'trec-id', head: 'tied' }), 'trec-id reads item ids, so it has no tied head. Use --head id.');
  assert.match(problem({ learningrate: 1 }), /^Unknown setting "learningrate"\. Known: model, head, /);
  assert.match(problem(JSON.parse('{"__proto__": 1}') as Record<string, unknown>), /^Unknown setting "__proto__"/);
});

test('no setting takes anything but its own kind of value', () => {
  for (const name of Object.keys(presets.full)) {
    for (const value of [null, NaN, Infinity, -1, 1e12, 'x', true, {}, [1], [NaN]]) {
      if (name === 'attributes' && value === null) continue;
      assert.ok(problem({ [name]: value }).startsWith(`${name} `), `${name} ${String(value)}`);
    }
  }
});

test('models that read ids get the id head; variants read and predict what the paper says', () => {
  for (const model of modelKinds) {
    const { head } = normalizeConfig({ model });
    assert.equal(head, variantOf(model).input === 'id' ? 'id' : 'tied', model);
  }
  assert.deepEqual(['m2trec', 'metrec', 'trec-title', 'mutrec-id'].map((model) => Object.values(variantOf(model as 'm2trec')).join(' ')), ['metadata item+categories', 'metadata item', 'title item', 'id item+categories']);
});
