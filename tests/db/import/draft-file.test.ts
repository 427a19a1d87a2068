/** Reports and rejected rows survive a power loss whole or not at all: bytes first, then the name, then the folder. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cannotTrace } from '../../fault/crashes.ts';
import { temporaryFolder } from '../../helpers/database.ts';

test('a file is on the disk before it has its name', { skip: cannotTrace }, (t) => {
  const folder = temporaryFolder(t);
  const log = join(folder, 'calls.log');
  const program = `
    import { DraftFile } from ${JSON.stringify(join(import.meta.dirname, '../../../db/import/draft-file.ts'))};
    const file = new DraftFile(${JSON.stringify(folder)}, 'issues');
    file.add('one line\\n');
    file.publish('report.jsonl');`;
  const done = spawnSync('strace', ['-f', '-qq', '-y', '-s', '0', '-e', 'trace=fsync,rename', '-o', log, process.execPath, '--input-type=module', '-e', program], {
    encoding: 'utf8', env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' }, // its files are renamed too
  });
  assert.equal(done.status, 0, done.stderr);
  assert.equal(readFileSync(join(folder, 'report.jsonl'), 'utf8'), 'one line\n');
  // `fsync(21</folder/name>) = 0`, `rename(…)`
  const calls = readFileSync(log, 'utf8').split('\n').filter((line) => line.includes(folder) || line.includes('rename(')).map((line) => /(?:fsync|rename)\((?:\d+<([^>]*)>)?/.exec(line)!);
  assert.deepEqual(calls.map(([call, path]) => (path === undefined ? call : path === folder ? 'fsync folder' : 'fsync file')), ['fsync file', 'rename(', 'fsync folder']);
});
