import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorkspace } from '../../db/database.ts';
import { listEvaluations, readRanks, saveEvaluations } from '../../db/evaluations.ts';
import { workspace as firstVersion } from '../../db/migrations/1-workspace.ts';
import { getRun } from '../../db/runs.ts';
import { temporaryFolder, temporaryWorkspace } from '../helpers/database.ts';

const stored = { system: 'vsknn', dataHash: 'abc', repeats: 'allowed', report: { hit: 0.5 } } as const;
const evaluation = { ...stored, ranks: Uint8Array.of(1, 0, 20) };

test('a report replaces the one of the same system, data and switch; others stay, the latest first', async (t) => {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => saveEvaluations(db, [evaluation, { ...evaluation, repeats: 'removed' }]));
  await workspace.write((db) => saveEvaluations(db, [{ ...evaluation, report: { hit: 0.6 } }, { ...evaluation, system: 'r1' }, { ...evaluation, dataHash: 'def' }]));
  assert.deepEqual(listEvaluations(workspace.reader, 'vsknn'), [
    { ...stored, dataHash: 'def' }, { ...stored, report: { hit: 0.6 } }, { ...stored, repeats: 'removed' },
  ]);
  assert.deepEqual([...readRanks(workspace.reader, { ...stored, repeats: 'removed' })!], [1, 0, 20]);
  assert.equal(readRanks(workspace.reader, { ...stored, system: 'r2' }), null);
  assert.deepEqual(listEvaluations(workspace.reader).map(({ system }) => system), ['vsknn', 'r1', 'vsknn', 'vsknn']);
});

test('all reports of one call are stored, or none', async (t) => {
  const workspace = temporaryWorkspace(t);
  await assert.rejects(workspace.write((db) => saveEvaluations(db, [evaluation, { ...evaluation, repeats: 'forbidden' as 'allowed' }])), /CHECK/);
  assert.deepEqual(listEvaluations(workspace.reader), []);
});

test('a workspace of version 1 opens with its runs and their curves', async (t) => {
  const folder = temporaryFolder(t);
  const old = openWorkspace(folder, [firstVersion]);
  await old.write((db) => {
    db.exec(`INSERT INTO runs (run_id, model, head, mode, seed, config, status, device, started_at, evaluation, data_hash, data_version, hidden)
      VALUES ('r1', 'm2trec', 'tied', 'causal', 7, '{}', 'done', 'cpu', 1, '{}', 'abc', 0, '[]')`);
    db.exec(`INSERT INTO run_curve (run_id, step, kind, epoch, loss) VALUES ('r1', 10, 0, 0, 2.5)`);
  });
  await old.close();
  const workspace = openWorkspace(folder);
  t.after(() => workspace.close());
  assert.equal(getRun(workspace.reader, 'r1').status, 'done');
  assert.deepEqual(listEvaluations(workspace.reader), []);
});
