/** promises.md R4: before a change is told as done, the log that holds it was synced. SQLite's own default would sync six times in 200 changes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../helpers/database.ts';
import { cannotTrace } from './crashes.ts';

const changes = 20;

test('every change is on the disk before it is told', { skip: cannotTrace }, (t) => {
  const folder = temporaryFolder(t);
  const log = join(folder, 'calls.log');
  const database = join(import.meta.dirname, '../../db');
  const program = `
    import { writeSync } from 'node:fs';
    import { openWorkspace } from ${JSON.stringify(join(database, 'database.ts'))};
    import { saveView } from ${JSON.stringify(join(database, 'views.ts'))};
    const workspace = openWorkspace(process.argv[1]);
    for (let change = 0; change < ${changes}; change++) {
      await workspace.write((db) => saveView(db, { name: 'view ' + change, detail: 'sort=sku' }, false));
      writeSync(1, 'told\\n');
    }
    await workspace.close();`;
  const done = spawnSync('strace', ['-f', '-qq', '-y', '-s', '8', '-e', 'trace=write,pwrite64,fsync,fdatasync', '-o', log, process.execPath, '--input-type=module', '-e', program, join(folder, 'workspace')], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  assert.equal(done.stdout, 'told\n'.repeat(changes));
  let [told, written, synced] = [0, false, false];
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, call, file = ''] = /^\d+ +(\w+)\(\d+<([^>]*)>/.exec(line) ?? [];
    if (call === 'pwrite64' && file.endsWith('-wal')) [written, synced] = [true, false];
    else if (call?.endsWith('sync') === true && file.endsWith('-wal')) synced = true;
    else if (call === 'write' && line.includes('"told')) {
      assert.deepEqual([written, synced], [true, true], `change ${told}`);
      [told, written] = [told + 1, false];
    }
  }
  assert.equal(told, changes);
});
