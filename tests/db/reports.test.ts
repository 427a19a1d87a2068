import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRun } from '../../db/runs.ts';
import { readReport, saveReport } from '../../db/reports.ts';
import { temporaryWorkspace } from '../helpers/database.ts';

const run = { runId: 'r1', model: 'm2trec', head: 'tied', mode: 'causal', seed: 1, config: {}, device: 'cpu', dataHash: 'abc', dataVersion: 1, hidden: [] } as const;

test('a report replaces the one of the same run and data, and the latest is read', async (t) => {
  const workspace = temporaryWorkspace(t);
  assert.equal(readReport(workspace.reader, 'r1'), null);
  await workspace.write((db) => createRun(db, run));
  await workspace.write((db) => saveReport(db, { runId: 'r1', dataHash: 'abc', report: { hit: 0.5 }, measuredAt: 1 }));
  await workspace.write((db) => saveReport(db, { runId: 'r1', dataHash: 'abc', report: { hit: 0.6 }, measuredAt: 2 }));
  assert.deepEqual(readReport(workspace.reader, 'r1'), { runId: 'r1', dataHash: 'abc', report: { hit: 0.6 }, measuredAt: 2 });
  await workspace.write((db) => saveReport(db, { runId: 'r1', dataHash: 'def', report: { hit: 0.7 }, measuredAt: 3 }));
  assert.deepEqual(readReport(workspace.reader, 'r1')!.dataHash, 'def');
});

test('a report needs its run', async (t) => {
  const workspace = temporaryWorkspace(t);
  await assert.rejects(workspace.write((db) => saveReport(db, { runId: 'nobody', dataHash: 'abc', report: {}, measuredAt: 1 })), /FOREIGN KEY/);
});
