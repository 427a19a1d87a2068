/** promises.md R12: a backend that is told to go in the middle of an import leaves the old state or the new, and nothing that it has answered is lost. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openWorkspace } from '../../db/database.ts';
import { methods, type Api } from '../../electron/api/index.ts';
import type { ImportProgress } from '../../electron/api/catalog.ts';
import { createClient } from '../../electron/transport/channel.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { workers } from '../helpers/shop.ts';
import { readState } from './oracle.ts';

const rows = 5_000;
const text = Buffer.from(['sku,title', ...Array.from({ length: rows }, (_, row) => `sku-${row},Hinge of oak ${row} ${'long '.repeat(10)}`), ''].join('\n'));

for (const [signal, phase] of [['SIGTERM', 'publishing'], ['SIGHUP', 'publishing'], ['SIGTERM', 'done']] as const) {
  test(`${signal} while an import is ${phase}`, async (t) => {
    const folder = join(temporaryFolder(t), 'workspace');
    const backend = await workers('backend', [folder]);
    t.after(() => backend.stop(0));
    const client = createClient<Api, { 'import.progress': ImportProgress }>(backend.connect(), methods, { lost: 'backend-lost', lostMessage: 'gone' });
    const { catalog } = client.api;
    const { file } = await catalog.openUpload({ name: 'rows.csv', bytes: text.length });
    for (let offset = 0; offset < text.length; offset += 2 ** 19) await catalog.writeUpload({ file, offset, base64: text.subarray(offset, offset + 2 ** 19).toString('base64') });
    const stop = client.on('import.progress', (progress) => {
      if (progress.phase !== phase) return;
      stop();
      process.kill(backend.pid, signal);
    });
    const answered = await catalog.import({ file, kind: 'catalog', asDrafts: false, job: 'j' }).then(({ outcome }) => outcome, (error: Error) => error.message);
    assert.deepEqual(await backend.exited, { code: 0, signal: null });

    const { problems } = await readState(folder);
    assert.deepEqual(problems, []);
    const workspace = openWorkspace(folder);
    const items = workspace.reader.prepare('SELECT count(*) FROM items').pluck().get();
    await workspace.close();
    assert.ok(items === rows || (items === 0 && answered !== 'ok'), `${String(items)} SKUs, answered: ${answered}`);
  });
}
