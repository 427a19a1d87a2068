/** The services over a real workspace, a real trained model and real compute processes, which are killed on the way. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ItemFeatures } from '../../db/records.ts';
import { childrenOf } from '../helpers/processes.ts';
import { awaitEnd, awaitProgress, closeAndRemove, importShop, openTestEngine, quick, writeShop } from '../helpers/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-engine-'));
const files = writeShop();
let engine = await openTestEngine(folder);
after(() => closeAndRemove(engine, folder, files.folder));

const features: ItemFeatures = {
  title: 'Norrow Brookline White 3 in. x 6 in. Ceramic Wall Tile', description: '', brand: 'Norrow', categoryPath: ['Flooring & Tile', 'Tile', 'Wall Tile'],
  color: ['white'], material: ['ceramic'], size: '', department: '', manufacturer: '', price: 30, attrs: [],
};
const preview = () => engine.api.launch.preview({ sku: 'NEW-1', features });
/** Long enough to be interrupted. */
const endless = { config: { ...quick, epochs: 500, patience: 500 }, device: 'cpu' };

test('an empty workspace says what to do', async () => {
  await assert.rejects(engine.api.training.start({}), { code: 'invalid', message: /catalogue is empty/ });
  await assert.rejects(preview(), { code: 'no-model', message: /Train one first/ });
  await assert.rejects(engine.api.launch.explain({ sku: 'NEW-1', features }), { code: 'no-model' });
  await assert.rejects(engine.api.categories.recommend({ session: ['a'] }), { code: 'no-model' });
  await assert.rejects(engine.api.training.evaluate({}), { code: 'no-model' });
});

test('a file goes up in chunks under a random name, is looked at and imported, and is gone', async () => {
  const { catalog } = engine.api;
  const bytes = readFileSync(files.catalog);
  const changes: string[] = [];
  const stop = engine.on('workspace.changed', ({ what }) => void changes.push(...what));
  const { file } = await catalog.openUpload({ name: '../../catalog.csv', bytes: bytes.length });
  await assert.rejects(catalog.inspect({ file }), { code: 'invalid', message: /arrived only in part/ });
  for (let offset = 0; offset < bytes.length; offset += 300_000) {
    await catalog.writeUpload({ file, offset, base64: bytes.subarray(offset, offset + 300_000).toString('base64') });
  }
  await assert.rejects(catalog.writeUpload({ file, offset: bytes.length, base64: 'YQ==' }), { code: 'invalid' });
  assert.deepEqual(readdirSync(join(folder, 'uploads')), [file]);
  const inspection = await catalog.inspect({ file });
  assert.deepEqual([inspection.kind, inspection.delimiter, inspection.problems], ['catalog', ',', []]);
  const report = await catalog.import({ file, kind: 'catalog', job: 'one' });
  assert.deepEqual([report.outcome, report.created, report.rejected], ['ok', 2210, 0]);
  assert.deepEqual([readdirSync(join(folder, 'uploads')), changes], [[], ['catalog', 'drafts']]);
  stop();
  await assert.rejects(catalog.inspect({ file }), { code: 'not-found' });
  assert.equal((await catalog.stats({})).live, 2210);
});

test('progress says what is done with a file: checked, imported, taken back, done again', async () => {
  const { catalog } = engine.api;
  const told: string[] = [];
  const stop = engine.on('import.progress', ({ does, file }) => void told.push(`${does} ${file}`));
  const file = join(files.folder, 'two.csv');
  writeFileSync(file, 'sku,title\nX-1,Vase\nX-2,Lamp\n');
  const ask = async (dryRun: boolean) => catalog.import({ file: await engine.adoptFile(file), kind: 'catalog', asDrafts: true, dryRun, job: `two ${dryRun}` });
  await ask(true);
  const { importId } = await ask(false);
  for (const way of ['undo', 'redo', 'undo'] as const) await catalog.moveImport({ importId: importId!, way, job: way });
  stop();
  assert.deepEqual(told.filter((line, index) => line !== told[index - 1]), ['check', 'import', 'undo', 'redo', 'undo'].map((does) => `${does} two.csv`));
});

test('the way through: import, train, preview, board, recommend, evaluate', async () => {
  await importShop(engine, files);
  const ended = awaitEnd(engine);
  const { runId } = await engine.api.training.start({ config: quick, device: 'cpu' });
  assert.equal((await ended).status, 'done');
  const run = await engine.api.training.run({ runId });
  assert.deepEqual([run.status, run.active, run.epochs, run.device, run.stale], ['done', true, 2, 'cpu', false]);
  assert.ok(run.curve.length > 2 && run.curve.some(({ validation }) => validation !== undefined), 'a curve with its validations');

  const status = await engine.api.workspace.status({});
  assert.deepEqual([status.model?.runId, status.model?.stale, status.running, status.live, status.drafts], [runId, null, null, 2210, 12]);

  const seen = await preview();
  assert.equal(seen.provenance.run, runId);
  assert.equal(seen.slotsGained, seen.slotsLost);
  assert.ok(seen.exposure >= seen.exposureInterval[0] && seen.exposure <= seen.exposureInterval[1]);
  assert.equal(seen.similar[0]?.item.categoryPath[0], 'Flooring & Tile');
  const { provenance, ...numbers } = seen;
  const { provenance: again, ...sameNumbers } = await preview();
  assert.deepEqual([sameNumbers, again.panel], [numbers, provenance.panel]);

  const { total, rows } = await engine.api.launch.drafts({ offset: 0, limit: 100, sort: 'exposure', descending: true });
  assert.deepEqual([total, rows.map(({ exposure }) => exposure)], [12, Array(12).fill(null)]);
  assert.deepEqual(await engine.api.launch.refreshBoard({}), { previewed: 12 });
  const board = (await engine.api.launch.drafts({ offset: 0, limit: 100, sort: 'exposure', descending: true })).rows.map(({ exposure }) => exposure!);
  assert.deepEqual(board, [...board].sort((a, b) => b - a));
  assert.deepEqual(await engine.api.launch.refreshBoard({}), { previewed: 0 });

  const { rows: sessions } = await engine.api.sessions.list({ offset: 0, limit: 1 });
  const answer = await engine.api.categories.recommend({ session: [...sessions[0]!.skus, 'no such SKU'], k: 5 });
  assert.deepEqual([answer.items.length, answer.unknown, answer.run], [5, ['no such SKU'], runId]);
  for (const { level, labels, rest } of answer.categories) {
    const sum = rest + labels.reduce((total, { probability }) => total + probability, 0);
    assert.ok(Math.abs(sum - 1) < 1e-3, `${level} sums to ${sum}`);
  }

  const report = await engine.api.training.evaluate({});
  const popularity = await engine.api.training.evaluate({ system: { baseline: 'popularity' }, ks: [20] });
  assert.equal(report.data.hash, popularity.data.hash);
  assert.ok(report.k['20']!.all.hit > popularity.k['20']!.all.hit, 'better than popularity');
  assert.deepEqual((await engine.api.training.run({ runId })).evaluation, report);
  // Another protocol is answered, and does not take the place of the plain report.
  const targets = (await engine.api.catalog.list({ offset: 0, limit: 50 })).rows.map(({ sku }) => sku);
  assert.equal((await engine.api.training.evaluate({ targets, equalExposure: true })).protocol.equalExposure, true);
  assert.deepEqual((await engine.api.training.run({ runId })).evaluation, report);
  await assert.rejects(engine.api.training.evaluate({ equalExposure: true }), { code: 'invalid', message: /needs a list of target SKUs/ });
  await assert.rejects(engine.api.training.evaluate({ targets, equalExposure: true, candidates: 'targets' }), { code: 'invalid', message: /leave out candidates/ });
});

test('drafts: saved, found by the board and by a session, deleted; a live SKU is refused', async () => {
  const { launch, categories, catalog } = engine.api;
  assert.equal((await launch.saveDraft({ sku: 'NEW-1', features })).created, true);
  assert.equal((await launch.saveDraft({ sku: 'NEW-1', features: { ...features, price: 31 } })).created, false);
  const { unknown } = await categories.recommend({ session: ['NEW-1'], k: 3 });
  assert.deepEqual(unknown, []);
  await launch.deleteDrafts({ skus: ['NEW-1'] });
  await assert.rejects(launch.deleteDrafts({ skus: ['NEW-1'] }), { code: 'not-found' });
  await assert.rejects(categories.recommend({ session: ['NEW-1'], k: 3 }), { code: 'invalid', message: /NEW-1/ });
  const { rows } = await catalog.list({ offset: 0, limit: 1 });
  await assert.rejects(launch.saveDraft({ sku: rows[0]!.sku, features }), { code: 'invalid', message: /live already/ });
});

test('while a training runs previews answer, a second one is refused; pause keeps a checkpoint, resume goes on, cancel ends', async () => {
  const { training, workspace } = engine.api;
  const active = (await workspace.status({})).model!.runId;
  const stepping = awaitProgress(engine, ({ phase, step }) => phase === 'training' && step > 0);
  const { runId } = await training.start(endless);
  await stepping;
  assert.equal((await preview()).provenance.run, active);
  await assert.rejects(training.start(endless), { code: 'busy' });
  await assert.rejects(training.evaluate({}), { code: 'busy' });
  await training.pause({ runId });
  const paused = await training.run({ runId });
  assert.equal(paused.status, 'paused');
  assert.deepEqual((await workspace.status({})).running, { runId, paused: true });

  const again = awaitProgress(engine, ({ phase, step }) => phase === 'training' && step > 0);
  await training.resume({ runId });
  const { step } = await again;
  assert.ok(step >= paused.curve.at(-1)!.step, `went on at step ${step}`);
  await training.cancel({ runId });
  await training.cancel({ runId });
  assert.equal((await training.run({ runId })).status, 'stopped');
  assert.equal((await workspace.status({})).model!.runId, active);
});

test('compute killed in the middle of a training: the app goes on, the run can be resumed, the model in use stays', async () => {
  const { training, workspace } = engine.api;
  const active = (await workspace.status({})).model!.runId;
  const stepping = awaitProgress(engine, ({ phase, step }) => phase === 'training' && step > 0);
  const { runId } = await training.start(endless);
  await stepping;
  const ended = awaitEnd(engine);
  const pids = childrenOf(process.pid, 'compute.ts');
  assert.ok(pids.length >= 1 && pids.length <= 2, `${pids.length} compute processes`);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  assert.equal((await ended).status, 'stopped');
  assert.match((await training.run({ runId })).message!, /Resume goes on from the last checkpoint/);
  assert.equal((await preview()).provenance.run, active);

  const again = awaitProgress(engine, ({ phase, step }) => phase === 'training' && step > 0);
  await training.resume({ runId });
  await again;
  await training.cancel({ runId });
  assert.equal((await workspace.status({})).model!.runId, active);
});

test('a model in use turns stale with the data, and its previews say so', async () => {
  const path = join(files.folder, 'one-more.csv');
  writeFileSync(path, 'sku,title\nONE-MORE,One more tile\n');
  await engine.api.catalog.import({ file: await engine.adoptFile(path), kind: 'catalog', job: 'one more' });
  assert.match((await engine.api.workspace.status({})).model!.stale!, /changed since/);
  const { warnings } = await preview();
  assert.ok(warnings.some(({ code }) => code === 'stale-model'));
  assert.ok(statSync(path).isFile(), 'a file of the user stays where it is');
});

test('a run that was going on when the app ended is stopped, and what was staged is gone, after the next start', async () => {
  const stepping = awaitProgress(engine, ({ phase, step }) => phase === 'training' && step > 0);
  const { runId } = await engine.api.training.start(endless);
  await stepping;
  await engine.api.catalog.openUpload({ name: 'a.csv', bytes: 1 });
  await engine.close();
  engine = await openTestEngine(folder);
  assert.equal((await engine.api.training.run({ runId })).status, 'paused');
  assert.deepEqual(readdirSync(join(folder, 'uploads')), []);
});

test('a second process is refused with a sentence', async () => {
  await assert.rejects(openTestEngine(folder), { code: 'busy', message: /open in another Shelfsight/ });
});

test('a GPU that is lost in the middle of a training: it goes on on the CPU from the last checkpoint, visibly', async (context) => {
  const { training } = engine.api;
  const gpu = (await training.devices({})).find(({ device }) => device === 'webgpu')!;
  if (!gpu.available) return context.skip('no GPU adapter, real or emulated');
  const stepping = awaitProgress(engine, ({ phase, step, device }) => phase === 'training' && step > 0 && device === 'webgpu');
  // The model with the fewest shaders: an emulated GPU compiles each for long.
  const { runId } = await training.start({ model: 'stamp', ...endless, device: 'webgpu' });
  await stepping;
  const goingOn = awaitProgress(engine, ({ phase, step, device }) => phase === 'training' && step > 0 && device === 'cpu');
  for (const pid of childrenOf(process.pid, 'compute.ts')) process.kill(pid, 'SIGKILL');
  assert.match((await goingOn).message!, /^webgpu failed .* goes on on the CPU from the last checkpoint/);
  assert.equal((await training.run({ runId })).device, 'cpu');
  await training.cancel({ runId });
});
