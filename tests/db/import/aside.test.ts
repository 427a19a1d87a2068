/** Imports on a thread of their own: the same reports, the same errors, one writer at a time, and a cancel that is heard. */
import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Workspace } from '../../../db/database.ts';
import { StorageError } from '../../../db/errors.ts';
import { importAside, moveImportAside } from '../../../db/import/aside.ts';
import { importFile } from '../../../db/import/import.ts';
import type { ImportHooks } from '../../../db/import/request.ts';
import { temporaryWorkspace } from '../../helpers/database.ts';

const rows = 10_000;
const text = `sku,title,price\n${Array.from({ length: rows }, (_, index) => `S${index},Plain shirt number ${index},${index % 90 === 3 ? 'dear' : index % 90}\n`).join('')}S1,Shirt,1\n`;

function writeRows(workspace: Workspace): string {
  const path = join(workspace.folder, 'uploads', 'rows.csv');
  writeFileSync(path, text);
  assert.ok(statSync(path).size > 262_144, 'large enough for a thread');
  return path;
}
const bring = (workspace: Workspace, hooks: ImportHooks = {}) => importAside(workspace, writeRows(workspace), 'rows.csv', text.length, { kind: 'catalog' }, hooks);
const countItems = (workspace: Workspace): number => workspace.reader.prepare<[], number>(`SELECT count(*) FROM items`).pluck().get()!;

test('a thread reports what this one would, and others write before and behind it', async (t) => {
  const [aside, here] = [temporaryWorkspace(t), temporaryWorkspace(t)];
  const phases = new Set<string>();
  const importing = bring(aside, { onProgress: ({ phase }) => phases.add(phase) });
  const writing = aside.write((db) => db.prepare(`INSERT INTO data_version VALUES (7)`).run());
  const [report] = await Promise.all([importing, writing]);
  const { rejectedRows, ...same } = await importFile(here, writeRows(here), 'rows.csv', { kind: 'catalog' });
  assert.deepEqual(report, { ...same, rejectedRows: rejectedRows!.replace(here.folder, aside.folder) });
  assert.deepEqual([report.created, report.rejected, countItems(aside), [...phases]], [rows, 1, rows, ['reading', 'publishing', 'done']]);

  const { removed } = await moveImportAside(aside, { id: 1, way: 'undo' }, {});
  assert.deepEqual([removed, countItems(aside)], [rows, 0]);
  await assert.rejects(moveImportAside(aside, { id: 9, way: 'undo' }, {}), (error) => error instanceof StorageError && error.code === 'not-found' && error.message === 'There is no import 9.');
});

test('a cancel leaves nothing, whenever it comes', async (t) => {
  const workspace = temporaryWorkspace(t);
  assert.equal((await bring(workspace, { signal: AbortSignal.abort() })).outcome, 'cancelled');
  const controller = new AbortController();
  const report = await bring(workspace, { signal: controller.signal, onProgress: () => controller.abort() });
  assert.deepEqual([report.outcome, countItems(workspace)], ['cancelled', 0]);
  assert.equal((await bring(workspace)).created, rows);
});

test('a cancel is answered while the thread is writing; who writes next waits for it, and nothing of it stays', async (t) => {
  const workspace = temporaryWorkspace(t);
  const controller = new AbortController();
  const told: string[] = [];
  const { outcome } = await bring(workspace, {
    signal: controller.signal,
    onProgress({ phase }) {
      told.push(phase);
      if (phase === 'publishing') controller.abort();
    },
  });
  assert.deepEqual([outcome, told.filter((phase) => phase !== 'reading'), countItems(workspace)], ['cancelled', ['publishing'], 0]);
  assert.equal(await workspace.write(() => countItems(workspace)), 0);
  assert.deepEqual(readdirSync(join(workspace.folder, 'reports')), []);
  assert.equal((await bring(workspace)).created, rows);
});

test('a cancel that comes after the commit is too late, and says so', async (t) => {
  const workspace = temporaryWorkspace(t);
  const controller = new AbortController();
  const report = await bring(workspace, { signal: controller.signal, onProgress: ({ phase }) => phase === 'done' && controller.abort() });
  assert.deepEqual([report.outcome, report.created, countItems(workspace)], ['partial', rows, rows]);
});

test('a workspace that is closed takes no import', async (t) => {
  const workspace = temporaryWorkspace(t);
  await workspace.close();
  await assert.rejects(bring(workspace), (error) => error instanceof StorageError && /is closed\.$/.test(error.message));
});
