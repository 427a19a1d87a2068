/** What a reset of the demo goes back to: catalogue and drafts as they were imported, with the first model and nothing later. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listDraftSkus } from '../../db/board.ts';
import { openWorkspace } from '../../db/database.ts';
import type { WritableDB } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import { activateRun, activeRun, createRun, listRuns, updateRun } from '../../db/runs.ts';
import type { Api } from '../../electron/api/index.ts';
import { withDepartures } from '../../electron/departure.ts';
import { keepImported, keepTrained, restoreStart } from '../../electron/services/demo-start.ts';
import { demoMark } from '../../electron/services/workspace.ts';
import { features, newRun, temporaryFolder } from '../helpers/database.ts';

test('a reset brings back what was imported with the first model; without a start it leaves an empty demo', async (t) => {
  const folder = temporaryFolder(t);
  const workspace = openWorkspace(folder);
  const train = (db: WritableDB, runId: string): void => {
    createRun(db, newRun(runId));
    updateRun(db, runId, { status: 'done' });
    activateRun(db, runId);
    mkdirSync(join(folder, 'models', runId));
    writeFileSync(join(folder, 'models', runId, 'model'), runId);
  };
  writeFileSync(join(folder, demoMark), '{}');
  await workspace.write((db) => void saveDraft(db, 'NEW-1', features({ title: 'As imported' })));
  keepImported(folder);
  await workspace.write((db) => void saveDraft(db, 'NEW-2', features({ title: 'Written while the model was trained' })));
  keepTrained(folder);
  assert.equal(existsSync(join(folder, 'start', 'ready.json')), false); // there is no model yet
  await workspace.write((db) => train(db, 'first'));
  keepTrained(folder);
  await workspace.write((db) => train(db, 'later'));
  keepTrained(folder);
  await workspace.close();
  restoreStart(folder);
  const again = openWorkspace(folder);
  assert.deepEqual([listDraftSkus(again.reader, { runId: null, offset: 0, limit: 10 }), readdirSync(join(folder, 'models'))], [['NEW-1'], ['first']]);
  assert.deepEqual([listRuns(again.reader).map(({ runId }) => runId), activeRun(again.reader)?.runId], [['first'], 'first']);
  keepImported(folder); // made anew, and not trained yet
  await again.close();
  restoreStart(folder);
  assert.deepEqual([existsSync(join(folder, 'workspace.sqlite')), readdirSync(join(folder, 'models'))], [false, []]);
});

test('only the demo is reset, and a shell is told where the user goes', async (t) => {
  const folder = temporaryFolder(t);
  assert.throws(() => restoreStart(folder), { code: 'invalid', message: /is not the demo workspace, so nothing was reset/ });
  const told: string[] = [];
  const at = (demo: boolean) => withDepartures({ api: { workspace: { status: async () => ({ demo, folder }) } } as unknown as Api, unpackBundle: async () => folder }, (departure) => void told.push(JSON.stringify(departure))).workspace;
  await at(false).openDemo({});
  await at(true).resetDemo({});
  await assert.rejects(at(false).resetDemo({}), { code: 'invalid', message: /is not the demo workspace/ });
  await assert.rejects(at(true).openDemo({ folder: '/etc' } as {}), { code: 'invalid' });
  await at(true).openBundle({ file: '00000000-0000' });
  assert.deepEqual(told, ['"demo"', '"start"', JSON.stringify({ folder })]);
});
