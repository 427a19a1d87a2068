/** kill -9 during an import: the catalogue is the old one or the new one, whole, and the next import works. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openWorkspace } from '../../../db/database.ts';
import { importFile } from '../../../db/import/import.ts';
import { listImports } from '../../../db/imports.ts';
import { temporaryFolder } from '../../helpers/database.ts';

const database = join(import.meta.dirname, '../../../db');
const count = 4_000;
const rows = (title: string): string => `sku,title\n${Array.from({ length: count }, (_, index) => `S${index},${title}\n`).join('')}`;

/**
 * An import asks its signal between chunks and between slices whether to go on; this one kills its process at the k-th question.
 * Prints how often it was asked where it was not.
 */
const program = `
  import { openWorkspace } from ${JSON.stringify(join(database, 'database.ts'))};
  import { importFile } from ${JSON.stringify(join(database, 'import/import.ts'))};
  const [folder, file, k] = process.argv.slice(1);
  let asked = 0;
  const signal = { aborted: false, throwIfAborted() { asked += 1; if (asked === Number(k)) process.kill(process.pid, 'SIGKILL'); } };
  const report = await importFile(openWorkspace(folder), file, 'new.csv', { kind: 'catalog' }, { signal });
  console.log(asked, report.updated);
  process.kill(process.pid, 'SIGKILL');`;

test('killed at any point, a workspace shows one published catalogue', async (t) => {
  const folder = temporaryFolder(t);
  const files = { old: join(folder, 'old.csv'), renewed: join(folder, 'new.csv') };
  writeFileSync(files.old, rows('Old'));
  writeFileSync(files.renewed, rows('New'));
  const killedAt = (workspace: string, k: number): string => spawnSync(process.execPath, ['--input-type=module', '-e', program, workspace, files.renewed, String(k)], { encoding: 'utf8' }).stdout;
  const prepare = async (name: string): Promise<string> => {
    const path = join(folder, name);
    const workspace = openWorkspace(path);
    await importFile(workspace, files.old, 'old.csv', { kind: 'catalog' });
    await workspace.close();
    return path;
  };

  // Once to the end, to know the points; killed only after its report, it must have published.
  const whole = await prepare('whole');
  const [asked = 0, updated] = killedAt(whole, 0).trim().split(' ').map(Number);
  assert.equal(updated, count);
  assert.deepEqual(await look(whole, files.renewed), { titles: ['New'], imports: 2, again: 'unchanged' });

  const points = [1, Math.ceil(asked / 4), Math.ceil(asked / 2), Math.ceil((asked * 3) / 4), asked];
  for (const k of new Set(points)) {
    const path = await prepare(`killed-${k}`);
    // Slices are cut by time: where this run has fewer of them it ends published instead.
    const finished = killedAt(path, k) !== '';
    const expected = finished ? { titles: ['New'], imports: 2, again: 'unchanged' } : { titles: ['Old'], imports: 1, again: 'updated' };
    assert.deepEqual(await look(path, files.renewed), expected, `killed at ${k} of ${asked}`);
  }
});

/** What a new process finds, and what the same import does there. */
async function look(path: string, renewed: string): Promise<{ titles: readonly unknown[]; imports: number; again: 'updated' | 'unchanged' | 'mixed' }> {
  const workspace = openWorkspace(path);
  assert.equal(workspace.reader.pragma('integrity_check', { simple: true }), 'ok');
  assert.deepEqual(workspace.reader.pragma('foreign_key_check'), []);
  const titles = workspace.reader.prepare('SELECT DISTINCT title FROM items').pluck().all();
  assert.equal(workspace.reader.prepare('SELECT count(*) FROM items').pluck().get(), count);
  const imports = listImports(workspace.reader).length;
  const report = await importFile(workspace, renewed, 'new.csv', { kind: 'catalog' });
  assert.deepEqual(workspace.reader.prepare('SELECT DISTINCT title FROM items').pluck().all(), ['New']);
  await workspace.close();
  return { titles, imports, again: report.updated === count ? 'updated' : report.unchanged === count ? 'unchanged' : 'mixed' };
}
