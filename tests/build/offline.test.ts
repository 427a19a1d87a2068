/** The way through makes no connection: import, train and preview under a system-call trace. Unix sockets and loopback are not a network. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { generateDemo } from '../../build/demo/generate.ts';
import { targets } from './network.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'shelfsight-offline-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const skip = !existsSync('/usr/bin/strace') ? 'strace is not installed'
  : spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status !== 0 ? 'strace may not trace here'
  : false;

/** Runs a program under the trace and returns every internet address that it or its children turned to. */
function trace(program: string, words: readonly string[]): readonly string[] {
  const log = join(folder, 'trace.log');
  const done = spawnSync('strace', ['-f', '--seccomp-bpf', '-qq', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-o', log, program, ...words], { cwd: root, encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  return targets(readFileSync(log, 'utf8'));
}

test('the trace sees a connection where there is one', { skip }, () => {
  // 192.0.2.1 is set aside for documentation: nothing answers there, and nothing is sent.
  const program = "const socket = require('node:dgram').createSocket('udp4'); socket.connect(9, '192.0.2.1', () => socket.close());";
  assert.deepEqual(trace(process.execPath, ['-e', program]), ['192.0.2.1']);
});

test('import, training and preview connect to nothing', { skip }, () => {
  const files = generateDemo(join(folder, 'files'));
  // The first 400 sessions are enough to go through every part.
  const sessions = readFileSync(files.sessions, 'utf8').split('\n');
  writeFileSync(files.sessions, `${sessions.filter((line, index) => index === 0 || line < 's00400').join('\n')}\n`);
  const workspace = join(folder, 'workspace');
  const cli = join(root, 'electron', 'cli.ts');
  const found = [
    ['import', workspace, '--catalog', files.catalog, '--sessions', files.sessions],
    ['train', workspace, '--epochs', '1', '--device', 'cpu'],
    ['preview', workspace, '--drafts', files.drafts],
  ].flatMap((words) => trace(process.execPath, [cli, ...words]));
  assert.deepEqual(found, []);
});
