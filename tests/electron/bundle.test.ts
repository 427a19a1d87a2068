/** A workspace as one file: what goes in comes out, and nothing else is let in. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { listDraftSkus } from '../../db/board.ts';
import { openWorkspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import { activateRun, createRun, listRuns, updateRun } from '../../db/runs.ts';
import { saveBundle, unpackBundle } from '../../electron/services/bundle.ts';
import { writeZip } from '../../electron/services/zip-file.ts';
import { features, newRun, temporaryFolder } from '../helpers/database.ts';

const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 251));

test('a bundle holds the workspace with the model in use, and opens as one of its own', async (t) => {
  const parent = temporaryFolder(t);
  const folder = join(parent, 'Herbst · 2026');
  const workspace = openWorkspace(folder);
  await workspace.write((db) => {
    saveDraft(db, 'NEW-1', features({ title: 'A draft' }));
    for (const runId of ['older', 'in-use']) {
      createRun(db, newRun(runId));
      updateRun(db, runId, { status: 'done' });
      mkdirSync(join(folder, 'models', runId, 'model'), { recursive: true });
      writeFileSync(join(folder, 'models', runId, 'model', 'memory.bin'), noise);
    }
    activateRun(db, 'in-use');
  });
  const file = join(parent, 'shop.zip');
  const saved = await saveBundle(folder, file, '0.1.0');
  assert.deepEqual([saved.run, saved.bytes], ['in-use', readFileSync(file).length]);
  await assert.rejects(saveBundle(folder, file, '0.1.0'), { code: 'invalid', message: /is there already, so nothing was written/ });
  await workspace.close();
  const into = join(parent, 'workspaces');
  const folders = [await unpackBundle(file, into), await unpackBundle(file, into)];
  assert.deepEqual([folders, readdirSync(into).sort()], [['Herbst 2026', 'Herbst 2026 2'].map((name) => join(into, name)), ['Herbst 2026', 'Herbst 2026 2']]);
  const opened = openWorkspace(folders[0]!);
  t.after(() => opened.close());
  assert.deepEqual([listDraftSkus(opened.reader, { runId: null, offset: 0, limit: 9 }), listRuns(opened.reader).map(({ runId }) => runId), readdirSync(join(folders[0]!, 'models'))], [['NEW-1'], ['in-use'], ['in-use']]);
  assert.ok(readFileSync(join(folders[0]!, 'models', 'in-use', 'model', 'memory.bin')).equals(noise));
});

async function archive(t: TestContext, files: Readonly<Record<string, string>>): Promise<{ readonly file: string; readonly parent: string }> {
  const folder = temporaryFolder(t);
  const file = join(folder, 'a.zip');
  const handle = await open(file, 'wx');
  const zip = writeZip(handle);
  for (const [name, text] of Object.entries(files)) await zip.add(name, { text });
  await zip.finish();
  await handle.close();
  return { file, parent: join(folder, 'workspaces') };
}

test('an archive that is no bundle, holds more than one, or is cut is refused and leaves nothing', async (t) => {
  const card = JSON.stringify({ format: 1, name: '../../etc' });
  const whole = { 'bundle.json': card, 'workspace.sqlite': 'rows' };
  for (const [files, why] of [
    [{ 'catalog.csv': 'sku' }, /it holds no workspace/], [{ ...whole, '../evil': 'x' }, /it holds "\.\.\/evil", which no bundle does/], [{ ...whole, 'models/r/model/../../x.bin': 'x' }, /which no bundle does/],
    [{ ...whole, 'bundle.json': '{"format":2}' }, /written by a newer Shelfsight/], [{ ...whole, 'bundle.json': 'no' }, /does not say what it is/],
  ] as const) {
    const { file, parent } = await archive(t, files);
    await assert.rejects(unpackBundle(file, parent), { code: 'invalid', message: why });
  }
  const { file, parent } = await archive(t, whole);
  assert.equal(await unpackBundle(file, parent), join(parent, 'etc')); // the name of a folder, never a path
  writeFileSync(file, readFileSync(file).subarray(0, -30));
  await assert.rejects(unpackBundle(file, parent), { code: 'invalid', message: /This file is no bundle that can be opened: .*ZIP archive that cannot be read/ });
  const damaged = await archive(t, { ...whole, 'workspace.sqlite': 'r'.repeat(5_000) });
  const bytes = readFileSync(damaged.file);
  bytes[bytes.indexOf('workspace.sqlite') + 20]! ^= 0xff;
  writeFileSync(damaged.file, bytes);
  await assert.rejects(unpackBundle(damaged.file, damaged.parent), { code: 'invalid' });
  assert.deepEqual(readdirSync(damaged.parent), []);
});
