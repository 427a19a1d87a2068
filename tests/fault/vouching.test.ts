/** A model of any kind is loaded as it was written, or not at all. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ArtifactError } from '../../models/artifact.ts';
import { evaluate } from '../../models/evaluate-job.ts';
import { loadModel } from '../../models/loaded.ts';
import { Random } from '../../models/random.ts';
import { train } from '../../models/train.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { systems, tinyJob } from './tiny-shop.ts';

/** One byte of the file changed, or, where there is none, one more. */
function damage(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return Buffer.of(0);
  const changed = Buffer.from(bytes);
  changed[random.below(bytes.length)]! ^= 1 << random.below(7);
  return changed;
}

for (const [index, system] of Object.keys(systems).entries()) {
  test(`${system}: one byte changed in any file, or a file gone, and the model is refused`, async (t) => {
    const seed = process.pid + index; // another byte in every run of this test: every one must do
    const random = new Random(seed);
    const job = tinyJob(system, temporaryFolder(t), { epochs: 1 });
    assert.equal((await train(job, { threads: 1, onProgress: () => {}, stopRequested: () => false })).status, 'done');
    const load = async (): Promise<void> => (await loadModel(job.folder, 1)).dispose();
    const refused = (error: unknown): boolean => error instanceof ArtifactError && /Train it again, or choose another run\.|Open it with that version, or train it again\./.test(error.message);
    const files = readdirSync(join(job.folder, 'model'));
    for (const wanted of ['item-encoder.onnx', 'session-encoder.onnx', 'features.json', 'ids.bin', 'hidden.bin', 'manifest.json']) assert.ok(files.includes(wanted), wanted);
    for (const name of files) {
      const file = join(job.folder, 'model', name);
      const bytes = readFileSync(file);
      writeFileSync(file, damage(bytes, random));
      await assert.rejects(load(), refused, `${name} changed, seed ${seed}`);
      rmSync(file);
      await assert.rejects(load(), refused, `${name} gone`);
      writeFileSync(file, bytes);
    }
    await load();
    const report = await evaluate({ dataset: job.dataset, system: { run: job.folder }, ks: [5], targets: null, hidden: new Int32Array(0), candidates: 'all', prefixes: 'test', equalExposure: false, excludeSeen: false });
    assert.equal(report.k['5']!.all.n, 120);
  });
}
