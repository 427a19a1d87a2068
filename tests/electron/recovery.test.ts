/** A workspace that is refused: the services offer what can be done about it, do it, and are the workspace's from then on. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { openWorkspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import type { Recovered, Recovery } from '../../electron/api/workspace.ts';
import { openEngine, openOrRecover } from '../../electron/engine.ts';
import { leaves, spoil } from '../helpers/damage.ts';
import { features, temporaryFolder } from '../helpers/database.ts';
import { workers } from '../helpers/shop.ts';

/** A workspace with one draft more than its only backup. */
async function fill(folder: string): Promise<string> {
  for (const sku of ['A', 'B']) {
    const workspace = openWorkspace(folder);
    await workspace.write((db) => saveDraft(db, sku, features({ title: `Hinge ${sku}` })));
    await workspace.close();
  }
  return join(folder, 'workspace.sqlite');
}

test('every method says why, the backup is offered and restored, and the screens hear of it', async (t) => {
  const folder = temporaryFolder(t);
  const file = await fill(folder);
  spoil(file, leaves(file, 'items'));
  await assert.rejects(openEngine(folder, workers), { code: 'invalid', message: /is damaged\. Restore a backup or salvage/ });

  const engine = await openOrRecover(folder, workers);
  t.after(() => engine.close());
  const heard: string[] = [];
  engine.onEvent((name) => heard.push(name));
  for (const call of [engine.api.workspace.status({}), engine.api.catalog.stats({}), engine.api.training.runs({})]) await assert.rejects(call, { code: 'invalid', message: /is damaged/ });
  const recovery = await engine.api.workspace.recovery({});
  assert.deepEqual({ ...recovery, message: recovery!.message, backups: recovery!.backups.length }, { refusal: 'damaged', message: `${file} is damaged.`, folder, ways: ['restore', 'salvage', 'fresh'], backups: 1 });
  await assert.rejects(engine.api.workspace.recover({ way: 'restore', backup: '../workspace.sqlite' }), { code: 'not-found' });
  await assert.rejects(engine.api.workspace.status({}), { message: /is damaged/ });

  const { setAside } = await engine.api.workspace.recover({ way: 'restore' });
  assert.ok(readFileSync(join(setAside, 'workspace.sqlite')).includes(Buffer.alloc(100, 0xa5)));
  assert.deepEqual(heard, ['workspace.changed']);
  assert.equal((await engine.api.workspace.status({})).drafts, 1);
  assert.equal(await engine.api.workspace.recovery({}), null);
  await assert.rejects(engine.api.workspace.recover({ way: 'fresh' }), { code: 'invalid', message: /nothing to recover from/ });
});

test('the command offers the same, and does what it is told', async (t) => {
  const folder = temporaryFolder(t);
  const file = await fill(folder);
  const shelfsight = (...words: readonly string[]) => spawnSync(process.execPath, [resolve(import.meta.dirname, '../../electron/cli.ts'), 'recover', folder, ...words], { encoding: 'utf8' });
  assert.deepEqual([shelfsight().status, shelfsight('--fresh', '--salvage').status], [0, 1]);
  assert.match(shelfsight('--fresh').stderr, /nothing to recover from/);

  writeFileSync(`${file}-wal`, 'of another file');
  const offered = shelfsight('--json');
  assert.equal(offered.status, 1, offered.stderr);
  const { refusal, ways } = JSON.parse(offered.stdout) as Recovery;
  assert.deepEqual([refusal, ways], ['stray-log', ['log', 'restore']]);
  const done = shelfsight('--set-log-aside', '--json');
  assert.equal(done.status, 0, done.stderr);
  const { setAside } = JSON.parse(done.stdout) as Recovered;
  assert.equal(readFileSync(join(setAside, 'workspace.sqlite-wal'), 'utf8'), 'of another file');
  assert.match(shelfsight().stdout, /opens as it is/);
});
