/** A workspace knows its own log, however often it began anew and whoever wrote it, and no other's. */
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { backUp, migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { openPlain } from '../../db/connection.ts';
import { openWorkspace, type Workspace } from '../../db/database.ts';
import { readHeader } from '../../db/inspection.ts';
import { isOwnLog } from '../../db/log.ts';
import { temporaryFolder } from '../helpers/database.ts';

/** What a process that is killed now would leave. */
function copyAsKilled({ folder }: Workspace, into: string): string {
  for (const name of ['workspace.sqlite', 'workspace.sqlite-wal']) copyFileSync(join(folder, name), join(into, name));
  return join(into, 'workspace.sqlite');
}

const beginning = (file: string): number => readFileSync(`${file}-wal`).readUInt32BE(16);
const mark = (file: string): number => readHeader(file)!.mark;

test('a log begun anew by either of two connections stays its own, and what it holds is there', async (t) => {
  const [folder, killed] = [temporaryFolder(t), temporaryFolder(t)];
  const workspace = openWorkspace(folder);
  const other = workspace.openImport();
  assert.equal(beginning(workspace.file), mark(workspace.file));
  const write = (db: ReturnType<Workspace['openImport']>, run: number): void => void db.prepare(`INSERT INTO mappings VALUES (?, ?, 1, '')`).run(`shape ${run}`, 'x'.repeat(6_000_000));
  for (let run = 1; run <= 6; run++) {
    await workspace.write((db) => write(run % 2 === 0 ? db : other, run)); // more than a log holds before it is moved into the file
    const file = copyAsKilled(workspace, killed);
    assert.equal(isOwnLog(`${file}-wal`, readHeader(file)!), true, `run ${run}`);
  }
  assert.ok(beginning(workspace.file) - mark(workspace.file) >= 4, 'it did not begin anew');
  const first = mark(workspace.file);
  other.close();
  await workspace.close();

  const again = openWorkspace(killed);
  assert.equal(again.reader.prepare('SELECT count(*) FROM mappings').pluck().get(), 6);
  assert.equal(mark(again.file), first);
  await again.close();
  assert.equal(readHeader(again.file)!.logged, false);
});

test('every workspace has a mark of its own, which a copy from backups keeps', async (t) => {
  const [one, other, restored] = [temporaryFolder(t), temporaryFolder(t), temporaryFolder(t)];
  const files: string[] = [];
  for (const folder of [one, other]) {
    const workspace = openWorkspace(folder);
    files.push(workspace.file);
    await workspace.close();
  }
  assert.notEqual(mark(files[0]!), mark(files[1]!));
  const db = openPlain(files[0]!, { readonly: true });
  copyFileSync(backUp(db, join(one, 'backups')), join(restored, 'workspace.sqlite'));
  db.close();
  await openWorkspace(restored).close();
  assert.ok(Math.abs(mark(join(restored, 'workspace.sqlite')) - mark(files[0]!)) < 10);
});

test('a log that a process without marks left is read, and the file gets its mark with the next one', async (t) => {
  const [folder, killed] = [temporaryFolder(t), temporaryFolder(t)];
  const file = join(folder, 'workspace.sqlite');
  const db = openPlain(file);
  db.pragma('journal_mode = WAL');
  migrate(db, migrations);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.exec(`INSERT INTO mappings VALUES ('shape', 'file', 1, '')`);
  for (const name of ['', '-wal']) copyFileSync(`${file}${name}`, join(killed, `workspace.sqlite${name}`));
  db.close();
  for (let run = 0; run < 2; run++) {
    const workspace = openWorkspace(killed);
    assert.equal(workspace.reader.prepare('SELECT count(*) FROM mappings').pluck().get(), 1);
    assert.equal(mark(workspace.file) >= 2 ** 24, run === 1);
    await workspace.close();
  }
});
