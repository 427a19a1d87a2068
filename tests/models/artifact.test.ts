import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ArtifactError, hashWeights, readArtifact, readManifest, writeArtifact, type ModelManifest } from '../../models/artifact.ts';
import { sha256 } from '../../models/checkpoint.ts';
import { writeEncoders } from '../../models/encoders.ts';
import { featuresToJson, fitFeatures } from '../../models/features.ts';
import { messageField, stringField } from '../../models/graph/protobuf.ts';
import { nameOf } from '../../models/graph/value.ts';
import { countMemory } from '../../models/memory.ts';
import { createModel } from '../../models/network.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { item } from '../helpers/sessions.ts';
import { smallConfig } from './slice.ts';

const items = [
  item('steel hex bolt', 'Acme', 'Hardware', 'Bolts'), item('brass hex bolt', 'Boltix', 'Hardware', 'Bolts'), item('steel hex nut', 'Acme', 'Hardware', 'Nuts'),
  item('power drill', 'Drillex', 'Tools', 'Drills'), item('hammer drill', 'Drillex', 'Tools', 'Drills'),
];
const features = fitFeatures(items, new Uint8Array(items.length).fill(1), { titleVocabulary: 100 });
const model = createModel(smallConfig(), { tokens: 300, numbers: 0, items: 0, levels: [{ name: 'leaf', labels: 4 }] });
const weights = new Map(model.parameters.map(({ value, initial }) => [nameOf(value), initial]));
const rows = { ids: new Int32Array(0), hidden: Int32Array.of(7, 70_000) };
const temperatures = {
  item: { value: 1.5, above: { knee: 8, value: 4 }, n: 900, validation: { without: 7.8, with: 7 } },
  leaf: { value: 1.25, above: null, n: 900, validation: { without: 2.5, with: 2.4 } },
};
const info = { createdAt: 1, device: 'cpu', epochs: 3, bestEpoch: 2, validation: { 'ndcg@20': 0.125 }, temperatures, dataHash: 'data', moments: 9 };
const memory = {
  pairs: countMemory({ items: Int32Array.of(0, 1, 2, 1, 3), offsets: Int32Array.of(0, 3, 5), sessions: Int32Array.of(0, 1) }, Int32Array.of(70, 71, 72, 73, 74), 0.5),
  settings: { weight: 0.3, backward: 0.5, validation: { without: 0.1, with: 0.125 } },
};
const write = (run: string): ModelManifest => writeArtifact(run, model, weights, features, rows, memory, info);

/** The error's one sentence or two, which must say what to do. */
function refusal(run: string): string {
  try {
    readArtifact(run);
  } catch (error) {
    assert.ok(error instanceof ArtifactError, String(error));
    return error.message;
  }
  assert.fail('the model was loaded');
}

test('a model comes back as it was written', (t) => {
  const run = temporaryFolder(t);
  const manifest = write(run);
  const artifact = readArtifact(run);
  assert.deepEqual(artifact.manifest, JSON.parse(JSON.stringify(manifest)));
  assert.deepEqual(readManifest(run), artifact.manifest);
  assert.deepEqual(featuresToJson(artifact.features), featuresToJson(features));
  const encoders = writeEncoders(model, weights, temperatures);
  assert.notDeepEqual(Buffer.from(encoders.sessions), Buffer.from(writeEncoders(model, weights, {}).sessions));
  assert.deepEqual([Buffer.from(artifact.itemEncoder), Buffer.from(artifact.sessionEncoder)], [Buffer.from(encoders.items), Buffer.from(encoders.sessions)]);
  assert.deepEqual([artifact.ids, artifact.hidden], [rows.ids, rows.hidden]);
  assert.deepEqual([artifact.memory, manifest.memory], [memory.pairs, memory.settings]);
  assert.deepEqual([manifest.weightsHash, manifest.hidden], [hashWeights(weights), 2]);
  assert.deepEqual(Object.keys(manifest.files).sort(), readdirSync(join(run, 'model')).filter((name) => name !== 'manifest.json').sort());
  for (const [name, hash] of Object.entries(manifest.files)) assert.equal(sha256(readFileSync(join(run, 'model', name))), hash, name);
});

test('the hash of weights tells every number and does not ask for their order', () => {
  assert.equal(hashWeights(new Map([...weights].reverse())), hashWeights(weights));
  const [name, values] = [...weights][3]!;
  assert.notEqual(hashWeights(new Map(weights).set(name, values.map((x, i) => (i === 0 ? x + 1e-6 : x)))), hashWeights(weights));
});

test('one flipped bit in any file is refused', (t) => {
  const run = temporaryFolder(t);
  const manifest = write(run);
  for (const name of Object.keys(manifest.files)) {
    const file = join(run, 'model', name);
    const bytes = readFileSync(file);
    if (bytes.length === 0) continue; // ids of a model without rows of its own
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      writeFileSync(file, changed);
      assert.equal(refusal(run), `${name} in ${join(run, 'model')} is not what the model’s manifest vouches for, so it was not loaded. Train it again, or choose another run.`);
    }
    writeFileSync(file, bytes);
  }
  readArtifact(run);
});

/** The 17th digit of a number may change while the number does not. */
function saysTheSame(changed: Buffer, bytes: Buffer): boolean {
  try {
    return JSON.stringify(JSON.parse(changed.toString('utf8'))) === JSON.stringify(JSON.parse(bytes.toString('utf8')));
  } catch {
    return false;
  }
}

test('one flipped bit anywhere in the manifest is refused', (t) => {
  const run = temporaryFolder(t);
  write(run);
  const file = join(run, 'model', 'manifest.json');
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    if (saysTheSame(changed, bytes)) continue;
    writeFileSync(file, changed);
    assert.match(refusal(run), /is damaged, so the model was not loaded|another version of Shelfsight/, `byte ${at}`);
  }
});

test('what is missing or cut off is named', (t) => {
  const run = temporaryFolder(t);
  assert.equal(refusal(run), `There is no finished model in ${run}. Train it again, or choose another run.`);
  mkdirSync(join(run, 'model'));
  assert.equal(refusal(run), `There is no finished model in ${run}. Train it again, or choose another run.`);
  for (const name of Object.keys(write(run).files)) {
    rmSync(join(run, 'model', name));
    assert.equal(refusal(run), `The model in ${join(run, 'model')} lacks ${name}. Train it again, or choose another run.`);
    write(run);
  }
  truncateSync(join(run, 'model', 'item-encoder.onnx'), 1000);
  assert.match(refusal(run), /^item-encoder\.onnx in .* is not what/);
  for (const text of ['', 'null', '[]', '{}', '{"format":2}']) {
    writeFileSync(join(run, 'model', 'manifest.json'), text);
    assert.match(refusal(run), /^The manifest of the model in .* is damaged/, text);
  }
});

test('a manifest of before temperatures were chosen opens, and has none', (t) => {
  const run = temporaryFolder(t);
  const { seal: _seal, temperatures: _chosen, ...older } = write(run);
  writeFileSync(join(run, 'model', 'manifest.json'), JSON.stringify({ ...older, seal: sha256(JSON.stringify(older)) }));
  const { manifest } = readArtifact(run);
  assert.deepEqual([manifest.temperatures, manifest.weightsHash], [{}, older.weightsHash]);
});

test('a newer format is refused with both numbers', (t) => {
  const run = temporaryFolder(t);
  const manifest = write(run);
  writeFileSync(join(run, 'model', 'manifest.json'), JSON.stringify({ ...manifest, format: 3, somethingNew: true }));
  assert.equal(refusal(run), `The model in ${join(run, 'model')} was written by another version of Shelfsight (format 3, this one reads 2). Open it with that version, or train it again.`);
});

test('writing again replaces the model and clears what a killed process left', (t) => {
  const run = temporaryFolder(t);
  mkdirSync(join(run, 'model.tmp-4711-0'));
  write(run);
  writeFileSync(join(run, 'model', 'stray.txt'), 'x');
  write(run);
  assert.deepEqual([readdirSync(run), existsSync(join(run, 'model', 'stray.txt'))], [['model'], false]);
});

test('a network that is not one of ours is refused, also where the hashes are right', (t) => {
  const run = temporaryFolder(t);
  const { seal: _, ...manifest } = write(run);
  const loop = Buffer.concat(messageField(7, messageField(1, stringField(4, 'Loop'))));
  writeFileSync(join(run, 'model', 'session-encoder.onnx'), loop);
  const forged = { ...manifest, files: { ...manifest.files, 'session-encoder.onnx': sha256(loop) } };
  writeFileSync(join(run, 'model', 'manifest.json'), JSON.stringify({ ...forged, seal: sha256(JSON.stringify(forged)) }));
  assert.match(refusal(run), /session-encoder\.onnx in .* was not loaded: it holds the operator "Loop", which Shelfsight never writes\. Train it again, or choose another run\.$/);
});
