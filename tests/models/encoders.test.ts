/** The networks of a saved model against those that training validates with: same weights, fed or written inside. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { writeArtifact } from '../../models/artifact.ts';
import { openTrainingEncoders, weightFeeds } from '../../models/encoders.ts';
import { nameOf } from '../../models/graph/value.ts';
import { loadModel } from '../../models/loaded.ts';
import { createModel } from '../../models/network.ts';
import { prepareTraining, tokenStart } from '../../models/prepare.ts';
import { Random } from '../../models/random.ts';
import { encoderItems } from '../../models/trained.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { firstSessions, smallConfig } from './slice.ts';

const dataset = firstSessions(40);
const count = dataset.items.length;
/** A long prefix (longer than the model looks back), a short one, one with a repeat; a session as it goes on, read twice at one point; another that begins as it did. */
const sessions = [Array.from({ length: 14 }, (_, i) => (i * 7) % count), [3], [5, 6, 5], [5, 6, 5, 9], [5, 6, 5, 9], [5, 6, 5, 9, 2, 8], [5, 6], [5, 7]];
const prefixes = { offsets: Int32Array.from([0, ...sessions.map((_, i) => sessions.slice(0, i + 1).flat().length)]), items: Int32Array.from(sessions.flat()) };

const largest = (a: Float32Array, b: Float32Array): number => {
  assert.equal(a.length, b.length);
  return a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i]!)), 0);
};

for (const overrides of [{}, { mode: 'prefix', head: 'id' }, { model: 'mutrec-id' }, { model: 'trec-title', mode: 'prefix' }, { model: 'trec-id', head: 'tied' }, { model: 'gru4rec' }, { model: 'narm' }, { model: 'stamp' }]) {
  test(`serving equals training: ${JSON.stringify(overrides)}`, async (t) => {
    const config = smallConfig(overrides);
    const prepared = prepareTraining(dataset, config, new Int32Array(0));
    const model = createModel(config, prepared.shape, tokenStart(prepared, config));
    const random = new Random(5);
    const weights = new Map(model.parameters.map(({ value, initial }) => [nameOf(value), initial.map((x) => x + 0.1 * random.normal())]));
    const run = temporaryFolder(t);
    const ids = model.shape.items > 0 ? dataset.ids : new Int32Array(0);
    writeArtifact(run, model, weights, prepared.features, { ids, hidden: new Int32Array(0) }, null, { createdAt: 0, device: 'cpu', epochs: 1, bestEpoch: 1, validation: {}, temperatures: {}, dataHash: '', moments: 1 });
    const training = await openTrainingEncoders(model, { threads: 1 });
    training.weights = weightFeeds(model, weights);
    const saved = await loadModel(run, 1);
    const ours = encoderItems(prepared.features, config, dataset.items, dataset.ids, ids);
    const [before, after] = [await training.encodeItems(ours), await saved.encoders.encodeItems(encoderItems(saved.artifact.features, saved.artifact.manifest.config, dataset.items, dataset.ids, saved.artifact.ids))];
    assert.ok(largest(before.vectors, after.vectors) < 1e-5 && largest(before.keys, after.keys) < 1e-5);
    const [asked, served] = [await training.encodePrefixes(prefixes, before.vectors), await saved.encoders.encodePrefixes(prefixes, after.vectors)];
    assert.ok(largest(asked.queries, served.queries) < 1e-5);
    assert.equal(served.labels.length, saved.levels.length);
    for (const [level, labels] of asked.labels.entries()) assert.ok(largest(labels, served.labels[level]!) < 1e-5);
    // A batch does not change its members: padding is silent, and the last items alone count.
    for (let b = 0; b < sessions.length; b++) {
      const items = prefixes.items.slice(prefixes.offsets[b], prefixes.offsets[b + 1]);
      const last = items.slice(-config.maxLength);
      for (const alone of [items, last]) {
        const { queries } = await saved.encoders.encodePrefixes({ offsets: Int32Array.of(0, alone.length), items: alone }, after.vectors);
        assert.ok(largest(queries, served.queries.slice(b * queries.length, (b + 1) * queries.length)) < 1e-5);
      }
    }
    await training.dispose();
    await saved.dispose();
  });
}
