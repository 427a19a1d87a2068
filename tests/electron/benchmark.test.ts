/** The benchmark over a real workspace: a queue that trains and evaluates for real, its table, its files, and what is told when it goes wrong. */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { BenchmarkProgress, BenchmarkRow, BenchmarkTable } from '../../electron/api/benchmark.ts';
import { awaitProgress, closeAndRemove, importShop, openTestEngine, quick, writeShop } from '../helpers/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-benchmark-'));
const files = writeShop();
let engine = await openTestEngine(folder);
after(() => closeAndRemove(engine, folder, files.folder));

/** Subscribe before the start; answers at the end of the queue with everything that was told. */
function awaitQueue(): Promise<readonly BenchmarkProgress[]> {
  const told: BenchmarkProgress[] = [];
  return new Promise((resolve) => {
    const stop = engine.on('benchmark.progress', (progress) => {
      told.push(progress);
      if (progress.status === 'running') return;
      stop();
      resolve(told);
    });
  });
}

const rowOf = (table: BenchmarkTable, label: string): BenchmarkRow => table.rows.find((row) => row.label === label)!;

test('an empty workspace has nothing to compare, and says so', async () => {
  const { benchmark } = engine.api;
  const table = await benchmark.table({});
  assert.deepEqual([table.data, table.rows, table.published, table.queue], [null, [], [], null]);
  assert.deepEqual(table.systems.map(({ key, comparable }) => [key, comparable])[0], ['popularity', false]);
  await assert.rejects(benchmark.start({ systems: ['popularity'] }), { code: 'invalid', message: /nothing to compare on yet/ });
  await assert.rejects(benchmark.export({ format: 'csv', repeats: 'allowed' }), { code: 'invalid' });
  await benchmark.cancel({});
});

test('the queue counts baselines, trains two seeds and a share, and evaluates each with both switches', async () => {
  await importShop(engine, files);
  const { benchmark, training } = engine.api;
  const ended = awaitQueue();
  const first = await benchmark.start({ systems: ['popularity', 'title-similarity', 'top-frequent-categories', 'm2trec', 'trec-id'], seeds: [1, 2], config: quick, device: 'cpu' });
  assert.equal(first.status, 'running');
  assert.deepEqual(first.tasks.map(({ kind, name, seed, status }) => [kind, name, seed, status]), [
    ['evaluate', 'popularity', null, 'running'], ['evaluate', 'title-similarity', null, 'waiting'], ['evaluate', 'top-frequent-categories', null, 'waiting'],
    ['train', 'm2trec', 1, 'waiting'], ['train', 'trec-id', 1, 'waiting'], ['train', 'm2trec', 2, 'waiting'], ['train', 'trec-id', 2, 'waiting'],
  ]);
  await assert.rejects(training.start({}), { code: 'busy', message: /A benchmark is going on/ });
  await assert.rejects(benchmark.start({ systems: ['markov'] }), { code: 'busy' });
  const told = await ended;
  const last = told.at(-1)!;
  assert.deepEqual([last.status, last.position, last.eta], ['done', 7, null]);
  assert.deepEqual(last.tasks.map(({ status, message }) => [status, message]), Array.from({ length: 7 }, () => ['done', null]));
  assert.ok(told.some(({ training: heard }) => heard !== null && heard.loss !== null), 'its trainings are heard');

  const table = await benchmark.table({});
  assert.deepEqual(table.queue, last);
  assert.equal((await engine.api.workspace.status({})).model, null, 'the shop’s model is not chosen by a benchmark');
  assert.deepEqual(table.rows.map(({ label, seeds }) => [label, seeds]), [
    ['Popularity', []], ['Title similarity', []], ['TRec-id', [1, 2]], ['M2TRec', [1, 2]], ['Top-N frequent categories', []],
  ]);
  const runs = table.systems.filter(({ name }) => name === 'm2trec');
  const [one, two] = runs.map(({ reports }) => reports.removed!.k['20']!.all.hit).sort((a, b) => a - b);
  const hit = rowOf(table, 'M2TRec').means.removed!['20']!.all!.measures.hit;
  assert.deepEqual([hit.lowest, hit.highest, hit.mean], [one, two, (one! + two!) / 2]);
  assert.ok(Math.abs(hit.spread! - Math.abs(one! - two!) / Math.SQRT2) < 1e-12);
  const { run } = runs[0]!;
  assert.ok(run!.parameters > 0 && run!.bytes! > 4 * run!.parameters && run!.chosenBy === 'ndcg@20');
  assert.deepEqual(run!.convergence.map(({ epoch }) => epoch), [1, 2]);
  assert.ok(run!.convergence[1]!.elapsed! > run!.convergence[0]!.elapsed! && run!.convergence[1]!.elapsed! <= run!.seconds);
  assert.ok(Object.keys(rowOf(table, 'M2TRec').categories).length > 0 && Object.keys(rowOf(table, 'TRec-id').categories).length === 0);
  const heuristic = rowOf(table, 'Top-N frequent categories');
  assert.deepEqual([heuristic.means, Object.keys(heuristic.categories).length > 0], [{ allowed: null, removed: null }, true]);
  assert.deepEqual(table.published, [], 'a shop of its own has no published figures');
});

test('two rows are compared prefix by prefix: the mean is that of the table, and a row does not differ from itself', async () => {
  const { benchmark } = engine.api;
  const table = await benchmark.table({});
  const [mine, its] = [rowOf(table, 'M2TRec'), rowOf(table, 'Popularity')];
  for (const repeats of ['allowed', 'removed'] as const) {
    for (const slice of ['all', 'tail'] as const) {
      const difference = await benchmark.difference({ group: mine.group, against: its.group, repeats, slice });
      const [one, other] = [mine, its].map((row) => row.means[repeats]!['20']![slice]!);
      assert.equal(difference.n, one!.n);
      for (const measure of ['hit', 'mrr'] as const) {
        const { mean, interval: [low, high], shown } = difference[measure];
        assert.ok(Math.abs(mean - (one!.measures[measure].mean - other!.measures[measure].mean)) < 1e-9, `${repeats} ${slice} ${measure}`);
        assert.ok(low <= mean && mean <= high && shown === (low > 0 || high < 0));
      }
    }
  }
  const same = await benchmark.difference({ group: mine.group, against: mine.group, repeats: 'allowed' });
  assert.deepEqual(same.hit, { mean: 0, interval: [0, 0], shown: false });
  await assert.rejects(benchmark.difference({ group: 'nobody', against: mine.group, repeats: 'allowed' }), { code: 'not-found' });
  await assert.rejects(benchmark.difference({ group: 'popularity', against: 'top-frequent-categories', repeats: 'allowed' }), { code: 'invalid', message: /has no figures/ });
});

test('what is there is not trained again; a share and a refit are runs of their own, told in words', async () => {
  const { benchmark } = engine.api;
  const nothing = await benchmark.start({ systems: ['popularity', 'm2trec'], seeds: [2], config: quick, device: 'cpu' });
  assert.deepEqual([nothing.status, nothing.tasks], ['done', []]);
  const ended = awaitQueue();
  const { tasks } = await benchmark.start({ systems: ['m2trec'], shares: [0.25, 1], fit: 'train+valid', config: quick, device: 'cpu' });
  assert.deepEqual(tasks.map(({ kind, share, fit }) => [kind, share, fit]), [['train', 1, 'train+valid'], ['train', 0.25, 'train'], ['train', 0.25, 'train+valid']]);
  assert.equal((await ended).at(-1)!.status, 'done');
  const table = await benchmark.table({});
  const rows = table.rows.filter(({ label }) => label === 'M2TRec');
  assert.deepEqual(rows.map(({ share, fit, seeds }) => [share, fit, seeds]), [[0.25, 'train', [1]], [0.25, 'train+valid', [1]], [1, 'train', [1, 2]], [1, 'train+valid', [1]]]);
  assert.match(rows[0]!.detail, /^tied head, causal, with memory, .*25 % of the sessions/);
  const refit = table.systems.find(({ key }) => key === rows[3]!.systems[0])!;
  const chosen = table.systems.find(({ key }) => key === rows[2]!.systems[0])!;
  assert.deepEqual([refit.run!.epochs, refit.run!.chosenBy], [chosen.run!.bestEpoch, null]);
  const part = table.systems.find(({ key }) => key === rows[0]!.systems[0])!;
  assert.ok(part.remarks.includes('It learned from 25 % of the training sessions.'), part.remarks.join());
});

test('a refit whose first run has lost its model fails with a sentence, and the queue goes on', async () => {
  const { benchmark } = engine.api;
  const first = (await benchmark.table({})).systems.find(({ name, run }) => name === 'm2trec' && run!.config.seed === 2)!;
  const model = join(folder, 'models', first.key);
  renameSync(model, `${model}-away`);
  const ended = awaitQueue();
  const { tasks } = await benchmark.start({ systems: ['m2trec', 'trec-id'], seeds: [2], fit: 'train+valid', config: quick, device: 'cpu' });
  assert.deepEqual(tasks.map(({ name, fit }) => [name, fit]), [['m2trec', 'train+valid'], ['trec-id', 'train+valid']]);
  const last = (await ended).at(-1)!;
  renameSync(`${model}-away`, model);
  assert.deepEqual(last.tasks.map(({ status }) => status), ['failed', 'done']);
  assert.match(last.tasks[0]!.message!, /^There is no finished model in .+\. Train it again, or choose another run\.$/);
});

test('a run that fails is told and the queue goes on; a cancel ends it and leaves what is done', async () => {
  const { benchmark } = engine.api;
  const failing = awaitQueue();
  await benchmark.start({ systems: ['metrec'], shares: [1, 0.5], config: { ...quick, learningRate: 1, clipNorm: 1e6, warmup: 0 }, device: 'cpu' }); // it diverges
  const { tasks, status } = (await failing).at(-1)!;
  assert.deepEqual([status, tasks.map((task) => task.status)], ['done', ['failed', 'failed']]);
  for (const { message, runId } of tasks) {
    assert.match(message!, /^Training stopped in step \d+: /);
    assert.equal((await engine.api.training.run({ runId: runId! })).message, message);
  }

  const before = (await benchmark.table({})).systems.length;
  const cancelled = awaitQueue();
  await benchmark.start({ systems: ['mutrec-id', 'trec-title'], config: { ...quick, epochs: 500, patience: 500 }, device: 'cpu' });
  await new Promise<void>((resolve) => {
    const stop = engine.on('benchmark.progress', ({ training }) => {
      if (training?.loss == null) return;
      stop();
      resolve();
    });
  });
  await benchmark.cancel({});
  const last = (await cancelled).at(-1)!;
  assert.deepEqual([last.status, last.training, last.tasks.map((task) => task.status)], ['cancelled', null, ['cancelled', 'cancelled']]);
  assert.equal((await benchmark.table({})).systems.length, before, 'an unfinished run is not in the table');
  await engine.api.training.evaluate({ system: { baseline: 'markov' } }); // the process is free again
});

test('a pause of its training ends the queue and leaves the process to whoever resumes', async () => {
  const { benchmark, training } = engine.api;
  const ended = awaitQueue();
  const paused = awaitProgress(engine, ({ loss }) => loss !== null);
  await benchmark.start({ systems: ['mutrec-id', 'trec-title'], config: { ...quick, epochs: 500, patience: 500 }, device: 'cpu' });
  const { runId } = await paused;
  await training.pause({ runId });
  const last = (await ended).at(-1)!;
  assert.deepEqual([last.status, last.tasks.map((task) => task.status)], ['cancelled', ['cancelled', 'cancelled']]);
  const going = awaitProgress(engine, (progress) => progress.runId === runId && progress.loss !== null);
  await training.resume({ runId });
  await going;
  await training.cancel({ runId });
});

test('closed in the middle of a queue, the app comes back with its reports and the run paused', async () => {
  const going = awaitProgress(engine, ({ loss }) => loss !== null);
  const before = await engine.api.benchmark.table({});
  await engine.api.benchmark.start({ systems: ['mutrec-id'], seeds: [9], config: { ...quick, epochs: 500, patience: 500 }, device: 'cpu' });
  const { runId } = await going;
  await engine.close();
  engine = await openTestEngine(folder);
  assert.equal((await engine.api.training.run({ runId })).status, 'paused');
  const table = await engine.api.benchmark.table({});
  assert.equal(JSON.stringify([table.rows, table.systems]), JSON.stringify([before.rows, before.systems]));
  assert.equal(table.queue, null);
  await engine.api.training.cancel({ runId });
});

test('the export is one line a row, slice and K, and a report with its data, models and machine', async () => {
  const { benchmark } = engine.api;
  const csv = await benchmark.export({ format: 'csv', repeats: 'removed' });
  const [header = '', ...lines] = csv.text.trimEnd().split('\r\n');
  assert.match(csv.name, /^benchmark-[0-9a-f]{8}-repeats-removed\.csv$/);
  assert.ok(lines.every((line) => line.split(',').length >= header.split(',').length));
  const popularity = lines.filter((line) => line.startsWith('Popularity,'));
  assert.deepEqual(popularity.map((line) => line.split(',')[12]), ['all', 'sparse', 'tail', 'cold']);
  const { text } = await benchmark.export({ format: 'markdown', repeats: 'allowed', k: 10 });
  const table = await benchmark.table({});
  const hit = rowOf(table, 'Popularity').means.allowed!['10']!.all!.measures.hit;
  for (const expected of [
    '# Benchmark, repeats allowed, @10', table.data!.hash, table.data!.split, `${(100 * hit.mean).toFixed(2)} ± ${(100 * hit.error).toFixed(2)}`,
    'sha256 of the weights', 'epoch chosen', 'ndcg@20', 'onnxruntime-node', 'better-sqlite3', 'processor', 'Gini of exposure',
  ]) assert.ok(text.includes(expected), expected);
});

test('another catalogue makes runs incomparable, with a sentence, and reports of baselines are measured anew', async () => {
  const { catalog, benchmark } = engine.api;
  const { file } = await catalog.openUpload({ name: 'more.csv', bytes: 24 });
  await catalog.writeUpload({ file, offset: 0, base64: Buffer.from('sku,title\nZ-1,New lamp\n\n').toString('base64') });
  await catalog.import({ file, kind: 'catalog', job: 'more' });
  const table = await benchmark.table({});
  assert.deepEqual(table.rows, []);
  const run = table.systems.find(({ kind }) => kind === 'run')!;
  assert.equal(run.comparable, false);
  assert.match(run.remarks[0]!, /changed since it was trained/);
  assert.notEqual(run.reports.allowed, null, 'its figures are kept, marked');
  assert.equal(table.systems.find(({ key }) => key === 'popularity')!.reports.allowed, null);
  await assert.rejects(benchmark.evaluate({ systems: [run.key] }), { code: 'invalid', message: /cannot be compared/ });
  const ended = awaitQueue();
  await benchmark.evaluate({ systems: ['popularity'] });
  assert.equal((await ended).at(-1)!.status, 'done');
  assert.deepEqual((await benchmark.table({})).rows.map(({ label }) => label), ['Popularity']);
});
