/** The cases of the hostile manifest that have no file: what happens to a file while it is read, and what cannot be read at all. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openWorkspace } from '../../../db/database.ts';
import { importFile } from '../../../db/import/import.ts';
import { readItemStats } from '../../../db/items.ts';
import { codes, temporaryFolder, temporaryWorkspace } from '../../helpers/database.ts';

const rows = (count: number): string => `sku,title,description\n${Array.from({ length: count }, (_, index) => `S${index},Plain shirt ${index},${'A fine shirt. '.repeat(8)}\n`).join('')}`;
const database = join(import.meta.dirname, '../../../db');

test('p02: a file that is cut while it is read is refused', async (t) => {
  const workspace = temporaryWorkspace(t);
  const path = join(workspace.folder, 'uploads', 'a.csv');
  const text = rows(3_000);
  writeFileSync(path, text);
  const report = await importFile(workspace, path, 'a.csv', { kind: 'catalog' }, { onProgress: ({ phase }) => phase === 'reading' && truncateSync(path, text.length / 2) });
  assert.deepEqual([report.outcome, codes(report), readItemStats(workspace.reader).live], ['reject_file', ['E_FILE_CHANGED'], 0]);
  assert.match(report.issues[0]!.message, new RegExp(`size ${text.length}, now ${text.length / 2}`));
});

test('p03: a file that is deleted while it is read is read to its end', { skip: process.platform === 'win32' }, async (t) => {
  const workspace = temporaryWorkspace(t);
  const path = join(workspace.folder, 'uploads', 'a.csv');
  writeFileSync(path, rows(3_000));
  let deleted = false;
  const report = await importFile(workspace, path, 'a.csv', { kind: 'catalog' }, {
    onProgress() {
      if (!deleted) unlinkSync(path);
      deleted = true;
    },
  });
  assert.deepEqual([deleted, report.outcome, report.created, codes(report)], [true, 'ok', 3_000, []]);
});

test('p05, p08: a folder, a circle of links, a missing file', async (t) => {
  const workspace = temporaryWorkspace(t);
  const path = (name: string): string => join(workspace.folder, 'uploads', name);
  mkdirSync(path('folder'));
  symlinkSync(path('b'), path('a'));
  symlinkSync(path('a'), path('b'));
  for (const [name, message] of [['folder', /This is a folder/], ['a', /ELOOP/], ['nothing', /ENOENT/]] as const) {
    const report = await importFile(workspace, path(name), name, { kind: 'catalog' });
    assert.deepEqual([report.outcome, codes(report)], ['reject_file', ['E_FILE_READ']]);
    assert.match(report.issues[0]!.message, message);
  }
});

/** Imports in another process and prints the report. */
const program = `
  import { openWorkspace } from ${JSON.stringify(join(database, 'database.ts'))};
  import { importFile } from ${JSON.stringify(join(database, 'import/import.ts'))};
  const [folder, file] = process.argv.slice(1);
  const workspace = openWorkspace(folder);
  const report = await importFile(workspace, file, 'a.csv', { kind: 'catalog' });
  await workspace.close();
  console.log(JSON.stringify(report));`;

function importElsewhere(command: string, leading: readonly string[], folder: string, file: string) {
  const { stdout, stderr, status } = spawnSync(command, [...leading, process.execPath, '--input-type=module', '-e', program, folder, file], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

const mayChangeUser = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;

test('p04: a file without permission', { skip: mayChangeUser ? false : 'needs root and setpriv to become a plain user' }, (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o777);
  const file = join(folder, 'secret.csv');
  writeFileSync(file, rows(2), { mode: 0o000 });
  const report = importElsewhere('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups'], join(folder, 'workspace'), file);
  assert.deepEqual([report.outcome, report.issues.map(({ code, message }: { code: string; message: string }) => [code, /permission denied \(EACCES\)/.test(message)])], ['reject_file', [['E_FILE_READ', true]]]);
});

const mayMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

test('p13: a full disk: nothing is imported, the catalogue is as it was, and it works again with more space', { skip: mayMount ? false : 'needs unshare with user namespaces' }, async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'big.csv');
  writeFileSync(file, rows(60_000));
  const script = `mkdir -p "$0" && mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"`;
  const report = importElsewhere('unshare', ['-rm', 'sh', '-c', script, join(folder, 'small')], join(folder, 'small/workspace'), file);
  assert.deepEqual([report.outcome, report.importId, report.issues.map(({ code }: { code: string }) => code)], ['reject_file', null, ['E_DISK_FULL']]);
  assert.match(report.issues[0].message, /needed about \d+ MB, \d MB free\). Nothing was imported; your catalogue is unchanged/);
  const workspace = openWorkspace(join(folder, 'large'));
  assert.equal((await importFile(workspace, file, 'a.csv', { kind: 'catalog' })).created, 60_000);
  await workspace.close();
});
