/** A workspace on a medium that cannot be written to: everything can be looked at, nothing changes, and every refusal is a sentence. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { openWorkspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import { features, temporaryFolder } from '../helpers/database.ts';
import { fillTrainedShop, removeFolder, writeShop, type ShopFiles } from '../helpers/shop.ts';
import { cannotMount } from './disk-full.ts';

const shop = mkdtempSync(join(tmpdir(), 'shelfsight-read-only-'));
let files: ShopFiles;

before(async () => {
  files = writeShop();
  await fillTrainedShop(shop);
});
after(() => {
  removeFolder(shop);
  removeFolder(files.folder);
});

interface Seen {
  readonly readOnly: boolean;
  readonly live: number;
  readonly drafts: number;
  readonly exposure: number;
  readonly refusals: readonly string[];
}

/** sha256 of every file below. */
function hashes(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile()).sort();
  return Object.fromEntries(names.map((name) => [name, createHash('sha256').update(readFileSync(join(folder, name))).digest('hex')]));
}

/** With a folder for temporary files of its own, where a look that was killed has left its copy: nothing is in it in the end. */
function look(t: TestContext, words: readonly string[], folder: string): Seen {
  const temporary = temporaryFolder(t);
  chmodSync(temporary, 0o777);
  const abandoned = join(temporary, 'shelfsight-view-killed');
  mkdirSync(abandoned);
  chmodSync(abandoned, 0o777);
  for (const name of ['workspace.lock', 'workspace.sqlite']) writeFileSync(join(abandoned, name), '', { mode: 0o666 });
  const [program = '', ...rest] = [...words, process.execPath, join(import.meta.dirname, 'view-child.ts'), folder, files.catalog];
  const seen = spawnSync(program, rest, { encoding: 'utf8', env: { ...process.env, TMPDIR: temporary } });
  assert.equal(seen.status, 0, seen.stderr);
  const found = JSON.parse(seen.stdout.trim()) as Seen;
  if (found.readOnly) assert.deepEqual(readdirSync(temporary).filter((name) => name.startsWith('shelfsight-view-')), []);
  return found;
}

test('on a medium for reading only', { skip: cannotMount }, async (t) => {
  const writable = look(t, [], copy(shop, temporaryFolder(t)));
  assert.equal(writable.readOnly, false);

  const folder = copy(shop, temporaryFolder(t));
  const before = hashes(folder);
  const mount = ['unshare', '-rm', 'sh', '-c', 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"', folder];
  const seen = look(t, mount, folder);
  assert.deepEqual({ ...seen, refusals: [] }, { ...writable, readOnly: true, refusals: [] });
  assert.equal(seen.refusals.length, 4);
  for (const sentence of seen.refusals) assert.match(sentence, /^invalid: .*(can only be read|cannot be written to), so nothing was changed\. Give yourself permission/);
  assert.deepEqual(hashes(folder), before);
});

test('with changes that lie in the log only, as a killed process leaves them', { skip: cannotMount }, async (t) => {
  const [folder, killed] = [temporaryFolder(t), temporaryFolder(t)];
  const workspace = openWorkspace(folder);
  await workspace.write((db) => saveDraft(db, 'A', features({ title: 'Hinge' })));
  copy(folder, killed);
  await workspace.close();
  assert.ok(statSync(join(killed, 'workspace.sqlite-wal')).size > 0);
  const program = `import { openWorkspace } from ${JSON.stringify(join(import.meta.dirname, '../../db/database.ts'))};
    const workspace = openWorkspace(process.argv[1]); console.log(workspace.readOnly, workspace.reader.prepare('SELECT title FROM items').pluck().get()); await workspace.close();`;
  const seen = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"', killed, process.execPath, '--input-type=module', '-e', program, killed], { encoding: 'utf8' });
  assert.equal(seen.stdout, 'true Hinge\n', seen.stderr);
});

// Root may write anywhere, so a plain user looks; where the checkout lies in root's home that user cannot run the product.
const asUser = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const cannotBeUser = process.getuid?.() !== 0 ? 'only root can become another user'
  : spawnSync(asUser[0]!, [...asUser.slice(1), process.execPath, '--input-type=module', '-e', `await import(${JSON.stringify(join(import.meta.dirname, '../../db/database.ts'))})`]).status === 0 ? false
  : 'a plain user cannot read this checkout';

test('in a folder that belongs to somebody else', { skip: cannotBeUser }, (t) => {
  const folder = copy(shop, temporaryFolder(t));
  chmodSync(files.folder, 0o755);
  for (const name of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    chmodSync(join(folder, name), statSync(join(folder, name)).isFile() ? 0o444 : 0o555);
  }
  const before = hashes(folder);
  const seen = look(t, asUser, folder);
  assert.equal(seen.readOnly, true);
  assert.equal(seen.refusals.filter((sentence) => sentence.startsWith('invalid: ')).length, 4, seen.refusals.join('\n'));
  assert.deepEqual(hashes(folder), before);
});

function copy(from: string, to: string): string {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  return to;
}
