/** The session lab, category demand and the model report through the services, on a shop that was trained on for real. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import Papa from 'papaparse';
import type { CategoryNode } from '../../electron/api/categories.ts';
import type { ReportProgress } from '../../electron/api/report.ts';
import type { Engine } from '../../electron/engine.ts';
import { csvTable } from '../../electron/services/csv.ts';
import { htmlPage, markdownPage, type Block } from '../../electron/services/report-page.ts';
import { awaitEnd, closeAndRemove, fillTrainedShop, openTestEngine, quick, writeShop } from '../helpers/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-categories-'));
const files = writeShop();
let engine: Engine;
let runId: string;
let session: readonly string[];

before(async () => {
  await fillTrainedShop(folder);
  engine = await openTestEngine(folder);
  ({ runId } = (await engine.api.workspace.status({})).model!);
  session = (await engine.api.sessions.list({ offset: 0, limit: 100 })).rows.find(({ length }) => length >= 4)!.skus.slice(0, 4);
});
after(() => closeAndRemove(engine, folder, files.folder));

/** Ends with the first progress that is not `running`. */
function reportEnd(): Promise<ReportProgress> {
  return new Promise((resolve) => {
    const stop = engine.on('report.progress', (progress) => {
      if (progress.status === 'running') return;
      stop();
      resolve(progress);
    });
  });
}

test('SKUs are described in the order asked for, unknown ones as null', async () => {
  const rows = await engine.api.categories.items({ skus: [session[1]!, 'nobody', session[0]!] });
  assert.deepEqual(rows.map((row) => row?.sku ?? null), [session[1], null, session[0]]);
});

test('every level of the tree sums to 1, drafts may stand in the session and compete, unknown SKUs are named', async () => {
  const answer = await engine.api.categories.recommend({ session: ['NEW-1001', ...session, 'nobody'], withDrafts: true, k: 1_000 });
  assert.deepEqual(answer.unknown, ['nobody']);
  assert.ok(answer.items.some(({ item }) => item.status === 'draft') && answer.items.every(({ item }) => item.sku !== 'NEW-1001'));
  const sums = new Map(answer.tree.levels.map(({ level, none }) => [level, none]));
  const visit = ({ roots, rest }: { readonly roots: readonly CategoryNode[]; readonly rest: CategoryNode['rest'] }): void => {
    for (const { level, probability } of rest) sums.set(level, sums.get(level)! + probability);
    for (const node of roots) {
      sums.set(node.level, sums.get(node.level)! + node.probability);
      visit({ roots: node.children, rest: node.rest });
    }
  };
  visit(answer.tree);
  assert.ok(sums.size >= 3);
  for (const [level, sum] of sums) assert.ok(Math.abs(sum - 1) < 1e-3, `${level} ${sum}`);
});

test('contributions tell the place of each item in what was asked, unknown SKUs left out', async () => {
  const { positions, items, labels } = await engine.api.categories.contributions({ session: [session[0]!, 'nobody', session[1]!, session[2]!], k: 5 });
  assert.deepEqual(positions.map(({ place, item }) => [place, item.sku]), [[0, session[0]], [2, session[1]], [3, session[2]]]);
  assert.ok(positions.every((position) => position.items.length === items.length && position.labels.length === labels.length && position.moved >= 0 && position.moved <= 1));
});

test('demand sums to its moments, a category is named by its path, and its cells open the moments behind them', async () => {
  const whole = await engine.api.categories.demand({ level: 'l2' });
  assert.ok(whole.honest && whole.labelled > 0 && whole.panel.seed === 1);
  const total = (of: 'predicted' | 'actual'): number => whole.categories.reduce((sum, one) => sum + one[of], whole.rest[of]);
  assert.ok(Math.abs(total('predicted') - whole.labelled) < 0.01);
  assert.equal(total('actual'), whole.labelled);
  const [row, column] = [0, whole.flows.actual[0]!.slice(0, -1).findIndex((count) => count > 0)];
  const [from, to] = [whole.flows.paths[row]!, whole.flows.paths[column]!];
  const { total: count, moments } = await engine.api.categories.demandMoments({ level: 'l2', from, to, which: 'went', offset: 0, limit: 5 });
  assert.equal(count, whole.flows.actual[row]![column]);
  for (const { next, items, sessionId } of moments) {
    assert.deepEqual([next!.categoryPath.slice(0, 2), items.at(-1)!.categoryPath.slice(0, 2)], [to, from]);
    assert.ok((await engine.api.sessions.get({ sessionId })).session.skus.includes(next!.sku));
  }
  const followed = await engine.api.categories.demand({ level: 'l2', from: from.map((name) => name.toUpperCase()) });
  assert.deepEqual([followed.chosen.from, followed.chosen.moments], [from, whole.flows.actual[row]!.reduce((sum, cell) => sum + cell, 0)]);
});

test('a segment narrows the moments, and what cannot be is refused in words', async () => {
  const [whole, entry, long] = await Promise.all([{}, { entry: [(await engine.api.categories.demand({ level: 'l1' })).categories[0]!.path[0]!] }, { least: 3 }].map((segment) => engine.api.categories.demand({ segment })));
  assert.ok(entry!.moments > 0 && entry!.moments < whole!.moments && long!.moments > 0 && long!.moments < whole!.moments);
  await assert.rejects(engine.api.categories.demand({ segment: { sku: 'nobody' } }), { code: 'invalid', message: /"nobody" is not in the catalogue/ });
  await assert.rejects(engine.api.categories.demand({ segment: { least: 5, most: 2 } }), { code: 'invalid', message: /Widen the length/ });
});

test('a report is measured once, kept, read beside what the benchmark has measured, and exported', async () => {
  const empty = await engine.api.report.read({ runId });
  assert.deepEqual([empty.report, empty.measuredAt, empty.beside], [null, null, []]);
  assert.ok(empty.apart.some(({ key, reason }) => key === 'popularity' && /not evaluated/.test(reason)));
  await assert.rejects(engine.api.report.export({ runId, format: 'csv' }), { code: 'invalid', message: /no report yet/ });
  const evaluation = await engine.api.training.evaluate({ system: { run: runId } });
  await engine.api.training.evaluate({ system: { baseline: 'popularity' } });

  const heard: (number | null)[] = [];
  const stop = engine.on('report.progress', ({ done }) => void heard.push(done));
  const ended = reportEnd();
  assert.equal((await engine.api.report.measure({ runId })).status, 'running');
  await assert.rejects(engine.api.training.evaluate({}), { code: 'busy' });
  assert.equal((await ended).message, null);
  stop();
  assert.ok(heard.length > 2 && heard.at(-1) === 1);

  const { report, beside, presentHash, run } = await engine.api.report.read({ runId });
  assert.equal(report!.items.allowed['20']!.all!.measures.hit.value.toFixed(9), evaluation.k['20']!.all.hit.toFixed(9));
  assert.deepEqual([report!.data.hash, run.dataHash], [presentHash, presentHash]);
  assert.deepEqual(beside.map(({ key }) => key).sort(), [runId, 'popularity'].sort());
  assert.ok(report!.confusion.some(({ pairs }) => pairs.some(({ examples }) => examples.some(({ target }) => target !== null))));

  const csv = await engine.api.report.export({ runId, format: 'csv' });
  const rows = Papa.parse<Record<string, string>>(csv.text.trimEnd(), { header: true });
  assert.deepEqual(rows.errors, []);
  const hit = rows.data.find((row) => row['part'] === 'measure' && row['task'] === 'item' && row['repeats'] === 'allowed' && row['k'] === '20' && row['slice'] === 'all' && row['measure'] === 'hit')!;
  assert.equal(Number(hit['value']), report!.items.allowed['20']!.all!.measures.hit.value);
  for (const [format, start] of [['markdown', /^# Model report: M2TRec, run /], ['html', /^<!doctype html>/]] as const) {
    const page = await engine.api.report.export({ runId, format });
    assert.match(page.text, start);
    for (const part of [report!.data.hash, report!.protocol.split, 'Expected calibration error', 'temperature', 'Gini']) assert.ok(page.text.includes(part), `${format} ${part}`);
  }
});

test('a model that is measured on other data than it learned from is told apart, and nothing stands beside it', async () => {
  await engine.api.catalog.import({ file: await engine.adoptFile(files.drafts), kind: 'catalog', job: 'drafts go live' });
  const stale = await engine.api.report.read({ runId });
  assert.notEqual(stale.presentHash, stale.report!.data.hash);
  const ended = reportEnd();
  await engine.api.report.measure({ runId });
  assert.equal((await ended).message, null);
  const { report, run, beside, presentHash } = await engine.api.report.read({ runId });
  assert.deepEqual([report!.data.hash === presentHash, run.dataHash === presentHash, beside], [true, false, []]);
  assert.match((await engine.api.report.export({ runId, format: 'markdown' })).text, /learned from an earlier state of the data/);
});

test('a report that is cancelled leaves the stored one as it was, and the process is free again', async () => {
  const before = (await engine.api.report.read({ runId })).measuredAt;
  const ended = reportEnd();
  await engine.api.report.measure({ runId });
  await engine.api.report.cancel({});
  assert.equal((await ended).status, 'cancelled');
  await engine.api.report.cancel({}); // safe to call twice
  assert.equal((await engine.api.report.read({ runId })).measuredAt, before);
  const again = reportEnd();
  await engine.api.report.measure({ runId });
  assert.equal((await again).status, 'done');
});

test('cells that a spreadsheet would run are neutralised, and a name is never markup', () => {
  const [formula, markup] = ['=HYPERLINK("http://x")', '<img src=x onerror=alert(1)>'];
  assert.equal(csvTable([[formula!, '=1+1']]), `"'=HYPERLINK(""http://x"")",'=1+1\r\n`);
  const blocks: readonly Block[] = [{ kind: 'title', text: markup! }, { kind: 'list', entries: [[markup!, markup!]] }, { kind: 'table', title: markup!, columns: ['a|b'], rows: [[markup!]] }];
  for (const page of [htmlPage(blocks), markdownPage(blocks)]) assert.ok(!page.includes('<img'));
  assert.ok(markdownPage(blocks).includes('a\\|b'));
});

test('a run that does not exist, and one without category tasks, are told apart', async () => {
  await assert.rejects(engine.api.report.read({ runId: 'nobody' }), { code: 'not-found' });
  const ended = awaitEnd(engine);
  const { runId: single } = await engine.api.training.start({ preset: 'small', model: 'metrec', device: 'cpu', config: { ...quick, epochs: 1 } });
  assert.equal((await ended).status, 'done');
  await assert.rejects(engine.api.categories.demand({ run: single }), { code: 'no-model', message: /predicts no categories/ });
  const answer = await engine.api.categories.recommend({ session, run: single });
  assert.deepEqual([answer.categories, answer.tree], [[], { levels: [], roots: [], rest: [] }]);
});
