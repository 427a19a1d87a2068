/** Models of every kind leave as files that say the same as the model that is served, and are read by nothing but those files. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Tokenizer } from '@huggingface/tokenizers';
import { readArtifact } from '../../models/artifact.ts';
import { exportModel } from '../../models/export.ts';
import type { Vocabulary } from '../../models/export-jobs.ts';
import { ExportedModel } from '../../models/export-recipe.ts';
import { scoresNewSkus } from '../../models/config.ts';
import { encodeCatalog, loadModel } from '../../models/loaded.ts';
import { train } from '../../models/train.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { systems, tinyJob } from '../fault/tiny-shop.ts';

const kinds = { ...systems, 'M2TRec, paper': { model: 'm2trec', head: 'id', mode: 'prefix' } };

for (const [system, settings] of Object.entries(kinds)) {
  test(`${system}: the exported files, opened afresh, compute what the model computes`, async (t) => {
    const job = tinyJob(system in systems ? system : 'M2TRec', temporaryFolder(t), { epochs: 1, ...settings });
    assert.equal((await train(job, { threads: 1, onProgress: () => {}, stopRequested: () => false })).status, 'done');
    const into = temporaryFolder(t);
    const { parity, rows, memory } = await exportModel({ folder: job.folder, into, dataset: job.dataset });
    const { manifest, memory: kept } = readArtifact(job.folder);
    assert.deepEqual([parity.items, parity.sessions], [120, 64]);
    const outputs = ['keys', 'queries', 'vectors', ...(['m2trec', 'mutrec-id'].includes(job.config.model) ? manifest.shape.levels.map(({ name }) => `labels.${name}`) : [])];
    assert.deepEqual(Object.keys(parity.differences).sort(), outputs.sort());
    assert.ok(parity.maxDifference < 1e-4, JSON.stringify(parity.differences));
    assert.deepEqual(JSON.parse(readFileSync(join(into, 'parity.json'), 'utf8')), JSON.parse(JSON.stringify(parity)));
    assert.deepEqual([rows === null, memory === null], [scoresNewSkus(job.config), kept === null]);
    assert.equal(readdirSync(into).includes('memory.bin'), kept !== null);
  });
}

test('a report that is not of these files tells on them', async (t) => {
  const job = tinyJob('M2TRec', temporaryFolder(t), { epochs: 1 });
  await train(job, { threads: 1, onProgress: () => {}, stopRequested: () => false });
  const into = temporaryFolder(t);
  const { parity } = await exportModel({ folder: job.folder, into, dataset: job.dataset });
  const file = join(into, 'vocabulary.json');
  const vocabulary = JSON.parse(readFileSync(file, 'utf8')) as Vocabulary;
  const keyOf = async (): Promise<number[]> => {
    const exported = await ExportedModel.open(into);
    const { key } = await exported.encodeItem(parity.examples!.item);
    await exported.dispose();
    return [...key];
  };
  const right = await keyOf();
  const served = await loadModel(job.folder, 1);
  const { vectors } = await encodeCatalog(served, job.dataset.items.slice(0, 1), job.dataset.ids.subarray(0, 1));
  await served.dispose();
  assert.ok(right.every((value, i) => Math.abs(value - vectors.keys[i]!) < 1e-4));
  assert.ok(parity.examples!.key.every((value, i) => Math.abs(value - right[i]!) < 1e-4));
  writeFileSync(file, JSON.stringify({ ...vocabulary, texts: vocabulary.texts.map((attribute) => ({ ...attribute, weights: attribute.weights.map(() => 1) })) }));
  assert.ok((await keyOf()).some((value, i) => Math.abs(value - right[i]!) > 1e-2), 'weights of tokens count');
});

test('tokenizers are read by Hugging Face’s library, with our ids', async (t) => {
  const job = tinyJob('M2TRec', temporaryFolder(t), { epochs: 1 });
  await train(job, { threads: 1, onProgress: () => {}, stopRequested: () => false });
  const into = temporaryFolder(t);
  await exportModel({ folder: job.folder, into, dataset: job.dataset });
  const { texts } = JSON.parse(readFileSync(join(into, 'vocabulary.json'), 'utf8')) as Vocabulary;
  const { features } = readArtifact(job.folder);
  assert.deepEqual(texts.map(({ name }) => name), ['title']);
  for (const [index, { tokenizer }] of texts.entries()) {
    const theirs = new Tokenizer(JSON.parse(readFileSync(join(into, tokenizer), 'utf8')) as object, {});
    for (const { title } of job.dataset.items) assert.deepEqual(theirs.encode(title).ids, features.texts[index]!.tokenizer.encode(title), title);
  }
});
