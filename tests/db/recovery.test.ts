/** What can be done about a workspace that was refused; nothing of it is deleted. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listBackups } from '../../db/backups.ts';
import { openPlain } from '../../db/connection.ts';
import { openWorkspace, type Workspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import { migrations } from '../../db/migrations/index.ts';
import { recoverWorkspace } from '../../db/recovery.ts';
import { Random } from '../../models/random.ts';
import { operations } from '../fault/operations.ts';
import { readState } from '../fault/oracle.ts';
import { spoil, leaves } from '../helpers/damage.ts';
import { features, temporaryFolder } from '../helpers/database.ts';

const newest = migrations.at(-1)!.version;

async function within<T>(folder: string, work: (workspace: Workspace) => T | Promise<T>): Promise<T> {
  const workspace = openWorkspace(folder);
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

const titles = ({ reader }: Workspace): unknown => reader.prepare('SELECT title FROM items ORDER BY id').pluck().all();

test('a copy is kept when a workspace with data is closed, one a day, five in all and one of each version', async (t) => {
  const folder = temporaryFolder(t);
  const backups = join(folder, 'backups');
  await within(folder, () => {});
  assert.deepEqual(listBackups(folder), []);
  await within(folder, (workspace) => workspace.write((db) => saveDraft(db, 'A', features({ title: 'Hinge' }))));
  const [first] = listBackups(folder);
  assert.equal(first!.version, newest);
  assert.ok(Math.abs(Date.now() - first!.at) < 3_600_000);
  await within(folder, (workspace) => workspace.write((db) => saveDraft(db, 'B', features({ title: 'Bolt' }))));
  assert.deepEqual(listBackups(folder), [first]);

  for (let day = 1; day <= 7; day++) copyFileSync(join(backups, first!.name), join(backups, `workspace-v${newest}-2001-01-0${day}T00-00-00.000Z.sqlite`));
  const older = openPlain(join(backups, 'workspace-v1-2000-01-01T00-00-00.000Z.sqlite'));
  older.exec(`PRAGMA application_id = 0x53687366; PRAGMA user_version = 1; CREATE TABLE t (x)`);
  older.close();
  writeFileSync(join(backups, 'notes.sqlite'), 'not one');
  mkdirSync(join(backups, 'folder.sqlite'));
  rmSync(join(backups, first!.name));
  await within(folder, () => {});
  const names = listBackups(folder).map(({ name }) => /\d{4}-\d\d-\d\d/.exec(name)![0]);
  assert.deepEqual(names.slice(1), ['2001-01-07', '2001-01-06', '2001-01-05', '2001-01-04', '2000-01-01']);
  assert.ok(existsSync(join(backups, 'notes.sqlite')));
});

test('a backup takes the place of a damaged file, which is set aside', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'workspace.sqlite');
  await within(folder, (workspace) => workspace.write((db) => saveDraft(db, 'A', features({ title: 'Hinge' }))));
  await within(folder, (workspace) => workspace.write((db) => saveDraft(db, 'B', features({ title: 'Bolt' }))));
  await assert.rejects(recoverWorkspace(folder, 'restore'), { code: 'invalid', message: /opens as it is, so nothing was changed/ });

  spoil(file, leaves(file, 'items'));
  const damaged = readFileSync(file);
  assert.throws(() => openWorkspace(folder), { refusal: 'damaged' });
  await assert.rejects(recoverWorkspace(folder, 'restore', '../workspace.sqlite'), { code: 'not-found' });
  await assert.rejects(recoverWorkspace(folder, 'log'), { code: 'invalid', message: /No log is in the way/ });
  writeFileSync(`${file}-wal`, 'of the damaged file');
  const { setAside } = await recoverWorkspace(folder, 'restore');
  assert.ok(damaged.equals(readFileSync(join(setAside, 'workspace.sqlite'))));
  assert.equal(readFileSync(join(setAside, 'workspace.sqlite-wal'), 'utf8'), 'of the damaged file');
  assert.deepEqual(await within(folder, titles), ['Hinge']);
});

test('a damaged backup is not put in the place of a damaged file', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'workspace.sqlite');
  await within(folder, (workspace) => workspace.write((db) => saveDraft(db, 'A', features({ title: 'Hinge' }))));
  const backup = join(folder, 'backups', listBackups(folder)[0]!.name);
  for (const spoiled of [file, backup]) spoil(spoiled, leaves(spoiled, 'items'));
  const before = readFileSync(file);
  await assert.rejects(recoverWorkspace(folder, 'restore'), { refusal: 'damaged' });
  assert.ok(before.equals(readFileSync(file)));
  assert.deepEqual(readdirSync(folder).filter((name) => /tmp|set-aside/.test(name)), []);
});

test('a stray log is set aside alone; an empty workspace takes the place of a file that is none', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'workspace.sqlite');
  await within(folder, (workspace) => workspace.write((db) => saveDraft(db, 'A', features({ title: 'Hinge' }))));
  writeFileSync(`${file}-wal`, 'of another file');
  const { setAside } = await recoverWorkspace(folder, 'log');
  assert.deepEqual(readdirSync(setAside), ['workspace.sqlite-wal']);
  assert.deepEqual(await within(folder, titles), ['Hinge']);

  writeFileSync(file, 'sku,title');
  await assert.rejects(recoverWorkspace(folder, 'salvage'), { code: 'invalid', message: /Nothing can be read/ });
  await recoverWorkspace(folder, 'fresh');
  assert.deepEqual(await within(folder, titles), []);
});

test('what can be read is salvaged: every row of the pages that are whole, and the new workspace is whole', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'workspace.sqlite');
  await operations['undo of an import']!.prepare(folder);
  const { all, content } = await readState(folder);
  const rows = (table: string): Promise<readonly string[]> => within(folder, ({ reader }) => reader.prepare(`SELECT * FROM ${table}`).raw().all().map((row) => JSON.stringify(row)));
  const [items, events] = [await rows('items'), await rows('events')];
  const whole = readFileSync(file);

  // An index alone: everything is there.
  spoil(file, leaves(file, 'items_by_title').slice(0, 1));
  const { tables } = await recoverWorkspace(folder, 'salvage');
  assert.deepEqual(tables!.filter(({ lost }) => lost !== 0), []);
  assert.equal((await readState(folder)).content, content);

  const seed = process.pid; // other pages in every run of this test: every one must do
  const random = new Random(seed);
  for (const table of ['items', 'events', 'skus', 'imports', 'sessions', 'categories']) {
    writeFileSync(file, whole);
    const pages = leaves(file, table);
    const spoiled = pages[random.below(pages.length)]!;
    spoil(file, [spoiled]);
    await recoverWorkspace(folder, 'salvage');
    const { problems } = await readState(folder);
    assert.deepEqual(problems, [], `${table}, page ${spoiled}, seed ${seed}`);
    const [left, known] = [await rows(table === 'events' ? 'events' : 'items'), new Set(table === 'events' ? events : items)];
    if (table === 'items' || table === 'events') assert.ok(left.length > 0.6 * known.size && left.length < known.size && left.every((row) => known.has(row)), `${table}, page ${spoiled}, seed ${seed}: ${left.length} of ${known.size}`);
    else assert.equal(left.length, known.size, `${table}, page ${spoiled}, seed ${seed}: an item went with something else`);
  }
  // A copy that was not finished; the tables come first in the file, in the order in which they were filled.
  writeFileSync(file, whole.subarray(0, Math.floor(0.7 * whole.length)));
  await recoverWorkspace(folder, 'salvage');
  assert.deepEqual((await readState(folder)).problems, []);
  // Categories that are gone are made again of the items' own words, under other numbers.
  const [known, left] = [items, await rows('items')].map((list) => list.map((row) => JSON.stringify((JSON.parse(row) as unknown[]).slice(0, 5))));
  assert.ok(left!.length > 0 && left!.every((row) => known!.includes(row)), `${left!.length} of ${known!.length}`);
  writeFileSync(file, whole);
  assert.equal((await readState(folder)).all, all);
});
