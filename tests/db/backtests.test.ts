import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backtestOfRun, createBacktest, deleteBacktest, getBacktest, latestBacktest, listBacktestLaunches, listBacktests, saveBacktest, updateBacktest, type BacktestLaunch } from '../../db/backtests.ts';
import { readClock, readFirstSeen } from '../../db/backtest-clock.ts';
import { readDataset } from '../../db/dataset.ts';
import { importText, temporaryWorkspace } from '../helpers/database.ts';

const asked = { definition: { since: 5 }, launches: 2, dataHash: 'abc', dataVersion: 0 };
const launch = (sku: string, given: Partial<BacktestLaunch> = {}): BacktestLaunch => ({
  sku, title: `Title ${sku}`, brand: 'Acme', categoryPath: ['Tools', 'Drills'], firstSeen: 7, predicted: 3, clicks: 2, exposure: 40, category: 2.5, similarity: 2.75, actual: 4, moments: 100, factor: 1.5,
  part: 'reported', confidence: 'normal', reasons: [], ...given,
});

test('a back-test is kept with its launches, whole or not at all', async (t) => {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => createBacktest(db, { id: 'b1', ...asked }));
  assert.deepEqual((({ status, report, runId, stale }) => ({ status, report, runId, stale }))(getBacktest(workspace.reader, 'b1')), { status: 'running', report: null, runId: null, stale: false });
  assert.equal(latestBacktest(workspace.reader), null, 'one that goes on is no result');
  await workspace.write((db) => updateBacktest(db, 'b1', { runId: 'r1', seconds: 3 }));
  assert.equal(backtestOfRun(workspace.reader, 'r1'), 'b1');
  assert.equal(backtestOfRun(workspace.reader, 'r2'), null);

  const rows = [launch('A'), launch('B', { firstSeen: null, reasons: [{ code: 'chance', detail: 'by chance' }], factor: 9, part: 'chosen' })];
  await assert.rejects(workspace.write((db) => saveBacktest(db, 'b1', { n: 1 }, [...rows, launch('C', { part: 'neither' as 'chosen' })])), /CHECK/);
  assert.deepEqual([getBacktest(workspace.reader, 'b1').report, listBacktestLaunches(workspace.reader, 'b1', { offset: 0, limit: 10 }).total], [null, 0]);
  await workspace.write((db) => saveBacktest(db, 'b1', { n: 2 }, rows));
  assert.deepEqual([latestBacktest(workspace.reader)!.id, getBacktest(workspace.reader, 'b1').status, getBacktest(workspace.reader, 'b1').report], ['b1', 'done', { n: 2 }]);
  assert.deepEqual(listBacktestLaunches(workspace.reader, 'b1', { offset: 0, limit: 10 }), { total: 2, rows: [rows[1], rows[0]] }, 'the farthest off first, as they were saved');

  await workspace.write((db) => deleteBacktest(db, 'b1'));
  assert.deepEqual([listBacktests(workspace.reader), listBacktestLaunches(workspace.reader, 'b1', { offset: 0, limit: 10 }).total], [[], 0]);
  await assert.rejects(workspace.write((db) => updateBacktest(db, 'b1', { status: 'done' })), { code: 'not-found' });
});

test('launches are sorted, searched in every text and filtered by reason, as SQL', async (t) => {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => {
    createBacktest(db, { id: 'b1', ...asked });
    createBacktest(db, { id: 'b2', ...asked });
    saveBacktest(db, 'b1', {}, [launch('A', { predicted: 1 }), launch('B%', { predicted: 3, brand: 'Öhm' }), launch('C', { predicted: 2, reasons: [{ code: 'no-brand', detail: '' }, { code: 'chance', detail: '' }], categoryPath: ['Garden'] })]);
    saveBacktest(db, 'b2', {}, [launch('D')]);
  });
  const skus = (query: Partial<Parameters<typeof listBacktestLaunches>[2]>): readonly string[] => listBacktestLaunches(workspace.reader, 'b1', { offset: 0, limit: 10, ...query }).rows.map(({ sku }) => sku);
  assert.deepEqual(skus({ sort: 'predicted' }), ['B%', 'C', 'A']);
  assert.deepEqual(skus({ sort: 'predicted', descending: false, offset: 1, limit: 1 }), ['C']);
  assert.deepEqual(skus({ search: 'title b' }), ['B%']);
  assert.deepEqual(skus({ search: '%' }), ['B%'], 'a sign of LIKE is a sign like any other');
  assert.deepEqual(skus({ search: 'garden' }), ['C']);
  assert.deepEqual(skus({ reason: 'chance' }), ['C']);
  assert.deepEqual(skus({ reason: 'thin-text' }), []);
});

test('times come with the events where asked for, sorted as the events are; SKUs are first seen where all their events have a time', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Drill\nB,Saw\nC,Lamp\n');
  await importText(workspace, 'session_id,sku,timestamp\nlate,A,2026-02-01T00:00:00Z\nlate,B,2026-02-01T00:01:00Z\nearly,A,2026-01-01T00:00:00Z\nearly,X,2026-01-01T00:02:00Z\n', { kind: 'sessions' });
  await importText(workspace, 'session_id,sku,position\nuntimed,C,0\nuntimed,B,1\n', { kind: 'sessions' });
  const at = (text: string): number => Date.parse(text);
  const { times, sessions, skus } = await readDataset(workspace, { drafts: false, times: true });
  const timed = Array.from(times, (time, event) => [sessions.items[event]! < 0 ? null : skus[sessions.items[event]!], time]);
  assert.deepEqual(timed, [['C', -1], ['B', -1], ['A', at('2026-01-01T00:00:00Z')], [null, at('2026-01-01T00:02:00Z')], ['A', at('2026-02-01T00:00:00Z')], ['B', at('2026-02-01T00:01:00Z')]]);
  assert.equal((await readDataset(workspace, { drafts: false })).times.length, 0, 'nobody else carries them');
  assert.deepEqual(readFirstSeen(workspace.reader), [at('2026-01-01T00:00:00Z')], 'of B and C nobody knows when they came');
  assert.deepEqual(readClock(workspace.reader, at('2026-01-15T00:00:00Z')), { first: at('2026-01-01T00:00:00Z'), last: at('2026-02-01T00:01:00Z'), sessions: 3, before: 2 });
});
