/** Damaged files: read as they are where they can be, made anew where they are derived, refused with a sentence otherwise. More: damage.nightly.ts. */
import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPlain } from '../../db/connection.ts';
import { openWorkspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import { readHeader } from '../../db/inspection.ts';
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

/** What a process that was killed leaves beside `folder`'s file, under the names in `into`; the workspace is closed after. */
async function keepLog(folder: string, into: string, sku: string): Promise<void> {
  const workspace = openWorkspace(folder);
  await workspace.write((db) => saveDraft(db, sku, features({ title: 'Hinge' })));
  for (const end of ['', '-wal', '-shm']) copyFileSync(`${workspace.file}${end}`, join(into, `${sku}${end}`));
  await workspace.close();
}

test('a log or a journal that was written for another file is noticed and left; its index does no harm', async (t) => {
  const [folder, other] = [temporaryFolder(t), temporaryFolder(t)];
  const file = join(folder, 'workspace.sqlite');
  const copy = backUp(openPlain(await closedShop(folder), { readonly: true }), join(folder, 'backups'));
  let sibling = '';
  do { // one mark in 30,000 is near enough to another to be taken for it
    sibling = temporaryFolder(t);
  } while (Math.abs(readHeader(await closedShop(sibling))!.mark - readHeader(file)!.mark) < 100_000);
  await keepLog(folder, other, 'own');
  await keepLog(sibling, other, 'sibling');
  const closed = join(other, 'closed');
  copyFileSync(file, closed);
  const foreign = openPlain(join(other, 'foreign'));
  foreign.exec(`PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(50000))`);
  for (const name of ['wal', 'journal']) copyFileSync(join(other, 'foreign-wal'), join(other, `kept-${name}`));
  foreign.close();

  const strays = [
    [closed, 'own-wal', '-wal'], [closed, 'sibling-wal', '-wal'], [closed, 'kept-wal', '-wal'], [copy, 'own-wal', '-wal'], [join(other, 'own'), 'kept-wal', '-wal'],
    [join(other, 'own'), 'sibling-wal', '-wal'], [join(other, 'sibling'), 'own-wal', '-wal'],
    [closed, 'kept-journal', '-journal'],
  ] as const;
  for (const [database, stray, end] of strays) {
    copyFileSync(database, file);
    copyFileSync(join(other, stray), `${file}${end}`);
    const before = [file, `${file}${end}`].map((name) => readFileSync(name).toString('base64'));
    assert.throws(() => openWorkspace(folder), { code: 'invalid', refusal: 'stray-log', message: new RegExp(`^workspace\\.sqlite${end} beside .* was written for another file`) }, `${stray} beside ${database}`);
    assert.deepEqual([file, `${file}${end}`].map((name) => readFileSync(name).toString('base64')), before);
    rmSync(`${file}${end}`);
    await openWorkspace(folder).close();
  }

  copyFileSync(join(other, 'own'), file);
  copyFileSync(join(other, 'own-wal'), `${file}-wal`);
  copyFileSync(join(other, 'sibling-shm'), `${file}-shm`);
  const workspace = openWorkspace(folder);
  assert.deepEqual(workspace.reader.prepare('SELECT sku FROM items').pluck().all(), ['own']);
  await workspace.close();
});

/** Its file. */
async function closedShop(folder: string): Promise<string> {
  await openWorkspace(folder).close();
  return join(folder, 'workspace.sqlite');
}

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
