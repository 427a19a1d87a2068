import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listDrafts } from '../../db/board.ts';
import { saveDraft } from '../../db/drafts.ts';
import { getItem } from '../../db/items.ts';
import { draftsWithoutNumbers, savePreviews } from '../../db/previews.ts';
import { activateRun, activeRun, addCurvePoints, createRun, getRun, listRuns, readCurve, readEpochs, updateRun } from '../../db/runs.ts';
import { readDataVersion } from '../../db/version.ts';
import { features, importText, newRun, temporaryWorkspace } from '../helpers/database.ts';

const numbers = { exposure: 0.02, exposureInterval: [0.01, 0.03], reach: 0.1, medianRank: 14, confidence: 'normal', averageExposure: 0.03, readiness: { score: 0.7, parts: [{ name: 'fields', score: 0.7, weight: 1, detail: '5 of 7 fields.' }], missing: ['size'] } } as const;

test('a run is created, changed field by field, and read back', async (t) => {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => {
    createRun(db, newRun('r1'));
    updateRun(db, 'r1', { status: 'done', seconds: 12.5, epochs: 3, bestEpoch: 2, parameters: 1_000, attributes: [{ name: 'title' }], validation: { hit: 0.5 }, message: 'Stopped early' });
    updateRun(db, 'r1', {});
  });
  const { startedAt, ...run } = getRun(workspace.reader, 'r1');
  assert.ok(startedAt > 1_700_000_000_000);
  assert.deepEqual(run, {
    ...newRun('r1'), status: 'done', seconds: 12.5, epochs: 3, bestEpoch: 2, parameters: 1_000, attributes: [{ name: 'title' }], validation: { hit: 0.5 },
    message: 'Stopped early', active: false, stale: false,
  });
  await assert.rejects(workspace.write((db) => updateRun(db, 'nobody', { status: 'done' })), { code: 'not-found' });
  assert.throws(() => getRun(workspace.reader, 'nobody'), { code: 'not-found' });
});

test('one finished run is active; the newest stands first', async (t) => {
  const workspace = temporaryWorkspace(t);
  assert.equal(activeRun(workspace.reader), null);
  await workspace.write((db) => {
    for (const id of ['r1', 'r2', 'r3']) createRun(db, newRun(id));
    for (const id of ['r1', 'r2']) updateRun(db, id, { status: 'done' });
    activateRun(db, 'r1');
    activateRun(db, 'r2');
  });
  assert.equal(activeRun(workspace.reader)?.runId, 'r2');
  assert.deepEqual(listRuns(workspace.reader).map(({ runId, active }) => [runId, active]), [['r3', false], ['r2', true], ['r1', false]]);
  await assert.rejects(workspace.write((db) => activateRun(db, 'r3')), { code: 'invalid', message: /Run r3 is running/ });
  assert.equal(activeRun(workspace.reader)?.runId, 'r2');
});

test('a run is stale once live items or events have changed, not for a draft', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Hinge\n');
  const stale = () => getRun(workspace.reader, 'r1').stale;
  await workspace.write((db) => createRun(db, newRun('r1', readDataVersion(db))));
  await workspace.write((db) => saveDraft(db, 'N', features({ title: 'New' })));
  await importText(workspace, 'sku,title\nA,Hinge\n');
  assert.equal(stale(), false);
  await importText(workspace, 'session_id,sku,position\ns,A,0\n', { kind: 'sessions' });
  assert.equal(stale(), true);
});

test('curves keep their points; a step trained again replaces its point', async (t) => {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => {
    createRun(db, newRun('r1'));
    addCurvePoints(db, 'r1', [{ step: 10, epoch: 0, loss: 2.5 }, { step: 20, epoch: 0, loss: 2.25 }, { step: 20, epoch: 0, loss: 2.25, elapsed: 1.5, validation: { hit: 0.5 } }]);
    addCurvePoints(db, 'r1', [{ step: 20, epoch: 0, loss: 2 }]);
  });
  assert.deepEqual(readCurve(workspace.reader, 'r1'), [{ step: 10, epoch: 0, loss: 2.5 }, { step: 20, epoch: 0, loss: 2 }, { step: 20, epoch: 0, loss: 2.25, elapsed: 1.5, validation: { hit: 0.5 } }]);
  assert.deepEqual(readEpochs(workspace.reader, 'r1'), [{ step: 20, epoch: 0, loss: 2.25, elapsed: 1.5, validation: { hit: 0.5 } }]);
  await assert.rejects(workspace.write((db) => addCurvePoints(db, 'r1', [{ step: 30, epoch: 0, loss: NaN }])), /NOT NULL/);
});

test('the board shows numbers for this run and this text, sorted, those without last', async (t) => {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => {
    createRun(db, newRun('r1'));
    for (const sku of ['N1', 'N2', 'N3']) saveDraft(db, sku, features({ title: `Vase ${sku}` }));
    const contentHash = (sku: string): string => getItem(db, sku).contentHash;
    savePreviews(db, 'r1', [
      { ...numbers, sku: 'N1', contentHash: contentHash('N1') }, { ...numbers, exposure: 0.5, sku: 'N2', contentHash: contentHash('N2') },
      { ...numbers, sku: 'gone', contentHash: 'x' },
    ]);
  });
  const board = (descending: boolean) => listDrafts(workspace.reader, { runId: 'r1', sort: 'exposure', descending, offset: 0, limit: 10 }).rows.map(({ sku, exposure }) => [sku, exposure]);
  assert.deepEqual(board(true), [['N2', 0.5], ['N1', 0.02], ['N3', null]]);
  assert.deepEqual(board(false), [['N1', 0.02], ['N2', 0.5], ['N3', null]]);
  assert.deepEqual(draftsWithoutNumbers(workspace.reader, 'r1').map(({ sku }) => sku), ['N3']);

  const [row] = listDrafts(workspace.reader, { runId: 'r1', search: 'vase n1', offset: 0, limit: 10 }).rows;
  assert.deepEqual(row, { sku: 'N1', title: 'Vase N1', brand: '', categoryPath: [], color: [], price: null, currency: '', status: 'draft', events: 0, ...numbers, missing: ['brand', 'category', 'color', 'material', 'price'] });

  await workspace.write((db) => saveDraft(db, 'N2', features({ title: 'Vase, changed' })));
  assert.deepEqual(board(true), [['N1', 0.02], ['N2', null], ['N3', null]]);
  assert.deepEqual(draftsWithoutNumbers(workspace.reader, 'r1').map(({ sku }) => sku), ['N2', 'N3']);
  assert.deepEqual(listDrafts(workspace.reader, { runId: null, offset: 0, limit: 10 }).rows.map(({ exposure }) => exposure), [null, null, null]);
});
