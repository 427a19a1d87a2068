/** Damaged files: read as they are where they can be, made anew where they are derived, refused with a sentence otherwise. More: damage.nightly.ts. */
import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPlain } from '../../db/connection.ts';
import { openWorkspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import { backUp } from '../../db/migrate.ts';
import { VectorCache } from '../../models/cache.ts';
import { readCheckpoint } from '../../models/checkpoint.ts';
import { Random } from '../../models/random.ts';
import { train } from '../../models/train.ts';
import { features, temporaryFolder } from '../helpers/database.ts';
import { damageFiles } from './damage.ts';
import { tinyJob } from './tiny-shop.ts';

for (const file of ['workspace.sqlite', 'workspace.sqlite-wal']) {
  test(`${file} damaged at random: opened, or refused with a sentence and not one byte changed`, async () => {
    const seed = process.pid; // other damages in every run of this test: every one must do
    const { violations } = await damageFiles(file, 60, seed);
    assert.deepEqual(violations, [], `seed ${seed}`);
  });
}

test('the log of another program beside the workspace, and that of the file before beside a restored copy, are noticed', async (t) => {
  const [folder, other] = [temporaryFolder(t), temporaryFolder(t)];
  const file = join(folder, 'workspace.sqlite');
  const workspace = openWorkspace(folder);
  const copy = await workspace.write((db) => backUp(db, join(folder, 'backups')));
  await workspace.write((db) => saveDraft(db, 'A', features({ title: 'Hinge' })));
  copyFileSync(`${file}-wal`, join(other, 'own-wal')); // as a killed process leaves it
  await workspace.close();
  const foreign = openPlain(join(other, 'foreign.sqlite'));
  foreign.exec(`PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(50000))`);
  copyFileSync(join(other, 'foreign.sqlite-wal'), join(other, 'foreign-wal'));
  foreign.close();

  for (const [database, log, message] of [[file, 'foreign-wal', /belongs to another database/], [copy, 'own-wal', /belongs to an earlier file of that name\. Move workspace\.sqlite-wal away/]] as const) {
    if (database !== file) copyFileSync(database, file);
    copyFileSync(join(other, log), `${file}-wal`);
    const before = [file, `${file}-wal`].map((name) => readFileSync(name).toString('base64'));
    assert.throws(() => openWorkspace(folder), { code: 'invalid', message });
    assert.deepEqual([file, `${file}-wal`].map((name) => readFileSync(name).toString('base64')), before);
    rmSync(`${file}-wal`);
    await openWorkspace(folder).close();
  }
});

test('vectors in the cache are computed again where a bit of them was changed or the end is missing', async (t) => {
  const folder = temporaryFolder(t);
  const cache = new VectorCache(folder);
  const numbers = Float32Array.from({ length: 500 }, (_, index) => index / 3);
  let computed = 0;
  const ask = (): Promise<Float32Array> => cache.numbers('vectors', async () => (computed++, numbers));
  await ask();
  const file = join(folder, readdirSync(folder)[0]!);
  const whole = readFileSync(file);
  const random = new Random(process.pid);
  for (let index = 0; index < 100; index++) {
    const bytes = Buffer.from(whole);
    const at = random.below(bytes.length);
    bytes[at]! ^= 1 << random.below(8);
    writeFileSync(file, index % 2 === 0 ? bytes : whole.subarray(0, at));
    assert.deepEqual(await ask(), numbers);
    assert.equal(computed, index + 2, `bit or end at ${at} went unnoticed`);
  }
});

test('a damaged checkpoint is passed over: the one before it counts, or none', async (t) => {
  const job = tinyJob('GRU4Rec', temporaryFolder(t), { epochs: 4 });
  let steps = 0;
  await train(job, { threads: 1, onProgress: () => {}, stopRequested: () => ++steps >= 80 });
  const newest = readCheckpoint(job.folder)!.run.step;
  const checkpoints = join(job.folder, 'checkpoints');
  const folder = join(checkpoints, readdirSync(checkpoints).sort((a, b) => Number(b) - Number(a))[0]!);
  const random = new Random(process.pid);
  for (const name of readdirSync(folder)) {
    const whole = readFileSync(join(folder, name));
    for (let index = 0; index < 10; index++) {
      const bytes = Buffer.from(whole);
      const at = random.below(bytes.length);
      bytes[at]! ^= 1 << random.below(7);
      writeFileSync(join(folder, name), index % 2 === 0 ? bytes : whole.subarray(0, at));
      const found = readCheckpoint(job.folder);
      assert.ok(found === null || found.run.step < newest, `${name}, ${index % 2 === 0 ? 'bit' : 'end'} at ${at}: read as if nothing were wrong`);
    }
    writeFileSync(join(folder, name), whole);
  }
  assert.equal(readCheckpoint(job.folder)!.run.step, newest);
});
