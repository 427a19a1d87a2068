/** All data of a customer leave a workspace by one action, while screens stay connected to it. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { openWorkspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import { openWipeable } from '../../electron/wipe.ts';
import { features, temporaryFolder } from '../helpers/database.ts';
import { workers } from '../helpers/shop.ts';

/** A workspace with drafts, a backup, and a file in each place where data of a customer may lie. */
async function fill(folder: string): Promise<void> {
  for (const sku of ['A', 'B']) {
    const workspace = openWorkspace(folder);
    await workspace.write((db) => saveDraft(db, sku, features({ title: `Confidential hinge ${sku}` })));
    await workspace.close();
  }
  for (const name of ['models/run', 'cache', 'uploads', 'reports', 'set-aside/2026', 'backups']) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'of-theirs'), 'Confidential hinge');
  }
  writeFileSync(join(folder, 'notes.txt'), 'not ours');
}

/** Files that still hold a word of the customer's. */
const traces = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes('Confidential')).map((entry) => entry.name);

test('nothing of it is left on the disk, what is not ours stays, and the same calls go on in an empty workspace', async (t) => {
  const folder = temporaryFolder(t);
  await fill(folder);
  const engine = await openWipeable(folder, workers);
  t.after(() => engine.close());
  const heard: string[] = [];
  engine.on('workspace.changed', ({ what }) => heard.push(...what));
  await assert.rejects(engine.api.workspace.wipe({ name: 'another' }), { code: 'invalid', message: `This workspace is called "${basename(folder)}". Give its name exactly to wipe it.` });
  await assert.rejects(engine.api.workspace.wipe({} as { name: string }), { code: 'invalid' });
  assert.equal((await engine.api.workspace.status({})).drafts, 2);
  assert.notDeepEqual(traces(folder), []);

  await engine.api.workspace.wipe({ name: basename(folder) });
  assert.deepEqual(traces(folder), []);
  assert.equal(readFileSync(join(folder, 'notes.txt'), 'utf8'), 'not ours');
  assert.equal(existsSync(join(folder, 'set-aside')), false);
  assert.ok(heard.includes('drafts') && heard.includes('model'));
  assert.equal((await engine.api.workspace.status({})).drafts, 0);
  await engine.api.launch.saveDraft({ sku: 'C', features: features({ title: 'Another shop’s hinge' }), currency: '' });
  assert.equal((await engine.api.workspace.status({})).drafts, 1);
  assert.equal((await engine.api.launch.edits({})).length, 1);
});

test('calls during a wipe are told of it, and it is not begun twice', async (t) => {
  const folder = temporaryFolder(t);
  await fill(folder);
  const engine = await openWipeable(folder, workers);
  t.after(() => engine.close());
  const name = basename(folder);
  const outcomes = await Promise.allSettled([engine.api.workspace.wipe({ name }), engine.api.workspace.wipe({ name })]);
  assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'fulfilled']);
  assert.deepEqual(traces(folder), []);
});

test('an engine without a host around it refuses', async (t) => {
  const { openEngine } = await import('../../electron/engine.ts');
  const folder = temporaryFolder(t);
  const engine = await openEngine(folder, workers);
  t.after(() => engine.close());
  await assert.rejects(engine.api.workspace.wipe({ name: basename(folder) }), { code: 'invalid', message: /cannot wipe a workspace/ });
});
