import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { checkpointAside, openPlain, openReadable, openWritable } from '../../db/connection.ts';
import { openWorkspace } from '../../db/database.ts';
import type { Migration } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { saveDraft } from '../../db/drafts.ts';
import { features, temporaryFolder, temporaryWorkspace } from '../helpers/database.ts';

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

test('every connection has the pragmas, read back', (t) => {
  const workspace = temporaryWorkspace(t);
  for (const db of [openWritable(workspace.file), openReadable(workspace.file), workspace.openImport(), workspace.openSnapshot()]) {
    t.after(() => db.close());
    assert.deepEqual(
      ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema', 'cell_size_check', 'mmap_size'].map((name) => db.pragma(name, { simple: true })),
      ['wal', 2, 1, 0, 1, 0],
    );
  }
  assert.throws(() => workspace.reader.exec('DELETE FROM items'), /readonly/);
});

test('a long log is moved and cut; a reader that still needs it keeps it, and sees what it saw', async (t) => {
  const workspace = temporaryWorkspace(t);
  const writer = workspace.openImport();
  const snapshot = workspace.openSnapshot();
  t.after(() => [writer, snapshot].forEach((db) => db.close()));
  const logBytes = (): number => statSync(`${workspace.file}-wal`).size;
  const fill = (key: string): void => void writer.prepare(`INSERT INTO skus (sku, key) SELECT hex(zeroblob(3_000_000)), ?`).run(key);
  writer.pragma('wal_autocheckpoint = 0');
  fill('one');
  await checkpointAside(workspace.file);
  assert.equal(logBytes(), 0);

  snapshot.exec('BEGIN');
  const seen = (): unknown => snapshot.prepare('SELECT count(*) FROM skus').pluck().get();
  assert.equal(seen(), 1);
  fill('two');
  await checkpointAside(workspace.file);
  assert.deepEqual([logBytes() > 6_000_000, seen()], [true, 1]);
  snapshot.exec('ROLLBACK');
});

test('a second opener is told that the workspace is open', async (t) => {
  const folder = temporaryFolder(t);
  const first = openWorkspace(folder);
  assert.throws(() => openWorkspace(folder), { code: 'busy', message: /is open in another Shelfsight/ });
  await first.close();
  await openWorkspace(folder).close();
});

/** A workspace that was closed, and its file. */
async function closedWorkspace(t: TestContext): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = temporaryFolder(t);
  await openWorkspace(folder).close();
  return { folder, file: join(folder, 'workspace.sqlite') };
}

test('a newer, a foreign, a hand-edited and a damaged file are refused without changing one byte', async (t) => {
  const cases: readonly (readonly [RegExp, (file: string) => void])[] = [
    [/newer Shelfsight \(workspace version 99/, (file) => edit(file, 'PRAGMA user_version = 99')],
    [/another program/, (file) => edit(file, 'PRAGMA application_id = 1')],
    [/changed outside Shelfsight/, (file) => edit(file, 'CREATE TRIGGER planted AFTER INSERT ON items BEGIN DELETE FROM items; END')],
    [/changed outside Shelfsight/, (file) => edit(file, 'DROP VIEW live_items; CREATE VIEW live_items AS SELECT * FROM items')],
    [/not a database/, (file) => writeFileSync(file, 'sku,title\n1,x\n')],
    [/damaged/, (file) => writeFileSync(file, readFileSync(file).fill(0xff, 100, 4_096))],
  ];
  for (const [message, change] of cases) {
    const { folder, file } = await closedWorkspace(t);
    change(file);
    const before = sha256(file);
    assert.throws(() => openWorkspace(folder), { code: 'invalid', message });
    assert.equal(sha256(file), before);
    writeFileSync(file, ''); // the lock is free again: the next answer is about the file
    assert.throws(() => openWorkspace(folder), /not a database/);
  }
});

function edit(file: string, sql: string): void {
  const db = openPlain(file);
  db.exec(sql);
  db.close();
}

test('a workspace needs a folder', (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  assert.throws(() => openWorkspace(file), { code: 'invalid', message: /is a file/ });
});

const newest = migrations.at(-1)!.version;
const next: Migration = { version: newest + 1, sql: `CREATE TABLE notes (text TEXT NOT NULL) STRICT; INSERT INTO notes SELECT title FROM items;` };

test('migrating backs up first, keeps the rows and sets the version with the tables', async (t) => {
  const folder = temporaryFolder(t);
  const first = openWorkspace(folder);
  await first.write((db) => saveDraft(db, 'A1', features({ title: 'Hinge' })));
  await first.close();

  const workspace = openWorkspace(folder, [...migrations, next]);
  assert.equal(workspace.reader.prepare('SELECT text FROM notes').pluck().get(), 'Hinge');
  assert.equal(workspace.reader.pragma('user_version', { simple: true }), newest + 1);
  await workspace.close();

  const [backup = ''] = readdirSync(join(folder, 'backups'));
  const copy = openPlain(join(folder, 'backups', backup), { readonly: true });
  assert.deepEqual([copy.pragma('user_version', { simple: true }), copy.prepare('SELECT sku FROM items').pluck().all()], [newest, ['A1']]);
  copy.close();
  assert.throws(() => openWorkspace(folder), { code: 'invalid', message: /newer Shelfsight/ });
});

test('a migration that fails leaves version and tables as they were', async (t) => {
  const { folder } = await closedWorkspace(t);
  const broken: Migration = { version: newest + 1, sql: `CREATE TABLE notes (text TEXT) STRICT; INSERT INTO nowhere VALUES (1);` };
  assert.throws(() => openWorkspace(folder, [...migrations, broken]), /no such table: nowhere/);
  const workspace = openWorkspace(folder);
  assert.equal(workspace.reader.prepare(`SELECT count(*) FROM sqlite_master WHERE name = 'notes'`).pluck().get(), 0);
  await workspace.close();
});

test('what a killed process was writing is swept, what has its name is kept', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'models'));
  writeFileSync(join(folder, 'models', 'weights.bin.tmp-123-0'), 'half');
  writeFileSync(join(folder, 'models', 'weights.bin'), 'whole');
  writeFileSync(join(folder, 'workspace.sqlite.tmp-123-0'), 'half');
  await openWorkspace(folder).close();
  assert.deepEqual([existsSync(join(folder, 'models', 'weights.bin.tmp-123-0')), existsSync(join(folder, 'models', 'weights.bin')), existsSync(join(folder, 'workspace.sqlite.tmp-123-0'))], [false, true, false]);
});

test('writers take turns, and one that fails does not stop the next', async (t) => {
  const workspace = temporaryWorkspace(t);
  const order: string[] = [];
  const slow = workspace.write(async () => {
    order.push('slow begins');
    await new Promise((resolve) => setImmediate(resolve));
    order.push('slow ends');
    throw new Error('no luck');
  });
  const quick = workspace.write(() => order.push('quick'));
  await assert.rejects(slow, /no luck/);
  await quick;
  assert.deepEqual(order, ['slow begins', 'slow ends', 'quick']);
});

test('after closing nothing is written any more', async (t) => {
  const workspace = openWorkspace(temporaryFolder(t));
  await workspace.close();
  await workspace.close();
  await assert.rejects(workspace.write(() => undefined), { code: 'invalid', message: /is closed/ });
});
