/** The back-test over a real workspace: by date and by list, to its end, stopped and resumed; what is kept, told and refused. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { BacktestProgress } from '../../electron/api/backtest.ts';
import { spearman } from '../../models/calibration.ts';
import { writeDatedShop } from '../helpers/dated-shop.ts';
import { closeAndRemove, importShop, openTestEngine, quick } from '../helpers/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-backtest-'));
const files = writeDatedShop();
let engine = await openTestEngine(folder);
after(() => closeAndRemove(engine, folder, files.folder));

/** Subscribe before the start; answers with everything that was told up to the end. */
function awaitEnd(until: (progress: BacktestProgress) => boolean = ({ status }) => status !== 'running'): Promise<readonly BacktestProgress[]> {
  const told: BacktestProgress[] = [];
  return new Promise((resolve) => {
    const stop = engine.on('backtest.progress', (progress) => {
      told.push(progress);
      if (!until(progress)) return;
      stop();
      resolve(told);
    });
  });
}

async function liveSkus(): Promise<readonly string[]> {
  return (await engine.api.catalog.list({ status: 'live', sort: 'sku', offset: 0, limit: 1_000 })).rows.map(({ sku }) => sku);
}

test('an empty workspace says what is missing', async () => {
  const { backtest } = engine.api;
  assert.deepEqual(await backtest.options({}), { range: null, suggested: null, fewest: 10, sessions: 0, liveSkus: 0 });
  assert.equal(await backtest.latest({}), null);
  assert.deepEqual(await backtest.list({}), []);
  await assert.rejects(backtest.start({ since: '2026-01-01' }), { code: 'invalid', message: /catalogue is empty/ });
  await assert.rejects(backtest.start({}), { code: 'invalid', message: /either the date .* or a list/ });
  await assert.rejects(backtest.start({ since: 'soon' }), { code: 'invalid', message: /“soon” is no date/ });
  await assert.rejects(backtest.get({ id: 'nothing' }), { code: 'not-found' });
});

let finished = '';

test('launches since a date: trained without them, previewed, compared, kept; the model in use stays as it is', async () => {
  await importShop(engine, files);
  const { backtest, training } = engine.api;
  const options = await backtest.options({});
  assert.ok(options.range !== null && options.range[0] < Date.parse(files.since) && Date.parse(files.since) < options.range[1]);
  assert.ok(options.suggested !== null && options.suggested > options.range[0] && options.suggested < options.range[1]);
  const { launches, knownEvents } = await backtest.launches({ since: files.since });
  assert.ok(launches > 100 && knownEvents > 1_000);

  await assert.rejects(backtest.start({ since: '2040-01-01' }), { code: 'invalid', message: /No SKU was first seen/ });
  await assert.rejects(backtest.start({ since: '2001-01-01' }), { code: 'invalid', message: /no event before/ });
  await assert.rejects(backtest.start({ since: files.since, config: { head: 'id' } }), { code: 'invalid', message: /needs the tied head/ });

  const ended = awaitEnd();
  const { id } = await backtest.start({ since: files.since, config: quick, device: 'cpu' });
  finished = id;
  await assert.rejects(training.start({}), { code: 'busy', message: /A back-test is going on/ });
  await assert.rejects(backtest.start({ since: files.since }), { code: 'busy' });
  await assert.rejects(backtest.remove({ id }), { code: 'busy' });
  const told = await ended;
  assert.equal(told.at(-1)!.status, 'done', told.at(-1)!.message ?? '');
  assert.deepEqual([...new Set(told.map(({ phase }) => phase))], ['training', 'previewing', 'done']);
  assert.ok(told.some(({ phase, training: inner }) => phase === 'previewing' && inner !== null && inner.step > 0), 'previewing tells how far it is');

  const detail = await backtest.get({ id });
  const report = detail.report!;
  assert.deepEqual([detail.status, detail.launches, report.launches, report.reported.n + report.chosenOn.n], ['done', launches, launches, launches]);
  assert.equal(report.replay.events, knownEvents, 'it learned from what was known, no more and no less');
  assert.equal((await engine.api.workspace.status({})).model, null, 'its model is not put to use');
  const { rows, total } = await backtest.rows({ id, sort: 'factor', descending: true, offset: 0, limit: 1_000 });
  assert.equal(total, launches);
  const reported = rows.filter(({ part }) => part === 'reported');
  assert.ok(Math.abs(spearman(reported.map(({ predicted }) => predicted), reported.map(({ actual }) => actual)) - report.predictors[0]!.spearman) < 1e-12, 'the figure is that of the rows');
  assert.ok(rows.every(({ firstSeen }, index) => firstSeen! >= Date.parse(files.since) && (index === 0 || rows[index - 1]!.factor >= rows[index]!.factor)));
  assert.ok(report.predictors[0]!.spearman > 0.2, `even a tiny model ranks launches of the demo shop: ${report.predictors[0]!.spearman}`);

  const run = await training.run({ runId: detail.runId! });
  assert.equal(run.status, 'done');
  await assert.rejects(training.resume({ runId: detail.runId! }), { code: 'invalid' });
  // Its artifact knows no brand or leaf that came with a launch only, and counts only SKUs that were known.
  const features = JSON.parse(readFileSync(join(folder, 'models', detail.runId!, 'model', 'features.json'), 'utf8')) as { visible: number };
  assert.equal(features.visible, report.replay.visible);
});

test('rows are found, filtered and paged; the file has every launch and no formula', async () => {
  const { backtest } = engine.api;
  const all = await backtest.rows({ id: finished, sort: 'sku', descending: false, offset: 0, limit: 1_000 });
  const page = await backtest.rows({ id: finished, sort: 'sku', descending: false, offset: 5, limit: 3 });
  assert.deepEqual(page.rows, all.rows.slice(5, 8));
  const { sku, reasons } = all.rows.find((row) => row.reasons.length > 0)!;
  assert.deepEqual((await backtest.rows({ id: finished, search: sku, offset: 0, limit: 10 })).rows.map((row) => row.sku), [sku]);
  const having = await backtest.rows({ id: finished, reason: reasons[0]!.code, offset: 0, limit: 1_000 });
  assert.deepEqual(having.rows.map((row) => row.sku).sort(), all.rows.filter((row) => row.reasons.some(({ code }) => code === reasons[0]!.code)).map((row) => row.sku).sort());
  const { name, text } = await backtest.export({ id: finished });
  assert.equal(name, `${finished}.csv`);
  assert.equal(text.trimEnd().split('\r\n').length, all.total + 1);
  assert.doesNotMatch(text, /(^|,)[=+@]/m);
});

test('beside a preview: the error of launches like it, the narrowest group that has enough', async () => {
  const { backtest } = engine.api;
  const { report } = await backtest.get({ id: finished });
  const plain = (await backtest.latest({}))!;
  assert.deepEqual([plain.backtest, plain.by, plain.launches, plain.median], [finished, 'all', report!.reported.n, report!.predictors[0]!.factors!.median]);
  const normal = report!.groups.find(({ by, label }) => by === 'confidence' && label === 'normal')!;
  const like = (await backtest.latest({ confidence: 'normal', leaf: 'no such leaf' }))!;
  assert.deepEqual([like.by, like.label, like.launches, like.median], ['confidence', 'normal', normal.n, normal.median]);
});

test('a list of SKUs: a fold is hidden beside them; paused while it trains, it goes on to the same end', async () => {
  const { backtest, training } = engine.api;
  const hide = (await liveSkus()).filter((_, index) => index % 12 === 0);
  await assert.rejects(backtest.start({ hide: hide.slice(0, 3) }), { code: 'invalid', message: /names 3 SKUs; a back-test needs at least 10/ });
  await assert.rejects(backtest.start({ hide: [...hide, 'NO-SUCH-SKU'] }), { code: 'invalid', message: /"NO-SUCH-SKU"/ });
  const training_ = awaitEnd(({ training: inner }) => inner !== null && inner.step > 2);
  const { id } = await backtest.start({ hide, config: { ...quick, epochs: 4 }, device: 'cpu' });
  await training_;
  await backtest.pause({ id });
  const paused = await backtest.get({ id });
  assert.deepEqual([paused.status, paused.report], ['paused', null]);
  await assert.rejects(training.resume({ runId: paused.runId! }), { code: 'invalid', message: /Resume back-test/ });
  await assert.rejects(backtest.export({ id }), { code: 'invalid', message: /nothing to export/ });

  const ended = awaitEnd();
  await backtest.resume({ id });
  assert.equal((await ended).at(-1)!.status, 'done');
  const detail = await backtest.get({ id });
  assert.deepEqual([detail.since, detail.launches, detail.report!.reported.n], [null, hide.length, hide.length]);
  assert.ok(detail.report!.chosenOn.n > 0 && detail.report!.chosenOn.what.startsWith('other SKUs'));
  assert.equal((await backtest.latest({}))!.backtest, id, 'the latest');
  assert.equal((await backtest.latest({ run: (await backtest.get({ id: finished })).runId! }))!.backtest, finished, 'or that of the run');
});

test('cancelled it stops and stays stopped; removed it is gone, its run stays', async () => {
  const { backtest, training } = engine.api;
  const going = awaitEnd(({ training: inner }) => inner !== null && inner.step > 0);
  const { id } = await backtest.start({ since: files.since, config: { ...quick, epochs: 50 }, device: 'cpu' });
  await going;
  await backtest.cancel({ id });
  await backtest.cancel({ id });
  const stopped = await backtest.get({ id });
  assert.equal(stopped.status, 'stopped');
  await backtest.remove({ id });
  await assert.rejects(backtest.get({ id }), { code: 'not-found' });
  assert.equal((await training.runs({})).filter(({ runId }) => runId === stopped.runId).length, 1);
  assert.equal((await backtest.list({})).length, 2);
});

test('an app that ended in between finds it stopped, and goes on with it', async () => {
  const going = awaitEnd(({ training: inner }) => inner !== null && inner.step > 2);
  const { id } = await engine.api.backtest.start({ since: files.since, config: { ...quick, epochs: 3 }, device: 'cpu' });
  await going;
  await engine.close();
  engine = await openTestEngine(folder);
  assert.equal((await engine.api.backtest.get({ id })).status, 'paused');
  const ended = awaitEnd();
  await engine.api.backtest.resume({ id });
  assert.equal((await ended).at(-1)!.status, 'done');
});

test('once the data have changed it is stale, and what was stopped cannot go on', async () => {
  const { backtest, catalog } = engine.api;
  const going = awaitEnd(({ training: inner }) => inner !== null && inner.step > 0);
  const { id } = await backtest.start({ since: files.since, config: { ...quick, epochs: 50 }, device: 'cpu' });
  await going;
  await backtest.pause({ id });
  await catalog.import({ file: await engine.adoptFile(files.drafts), kind: 'catalog', asDrafts: false, job: 'live' });
  await assert.rejects(backtest.resume({ id }), { code: 'invalid', message: /have changed since/ });
  assert.equal((await backtest.latest({}))!.stale, true);
});
