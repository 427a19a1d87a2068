/** The launchers run on any Node; here on the system's own where there is one, which is what a fresh machine has. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const node = existsSync('/usr/bin/node') ? '/usr/bin/node' : process.execPath;
const setup = join(root, 'build', 'setup.js');

function shelfsight(...words: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(node, [join(root, 'build', 'shelfsight.js'), ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

test('the command line answers through the launcher with its own exit status', () => {
  const help = shelfsight('help');
  assert.equal(help.status, 0);
  assert.match(help.stdout, /^Usage: shelfsight/);
  const unknown = shelfsight('conquer');
  assert.deepEqual({ status: unknown.status, stdout: unknown.stdout }, { status: 1, stdout: '' });
  assert.match(unknown.stderr, /There is no command "conquer"/);
});

test('an unknown benchmark is named, with those there are', () => {
  const { status, stderr } = shelfsight('bench', 'warp-speed');
  assert.equal(status, 1);
  assert.match(stderr, /There is no benchmark warp-speed\. Choose from: .*import/);
});

test('the Node that runs our programs can run them', () => {
  const found = spawnSync(node, ['--input-type=module', '-e', `import { findNode } from ${JSON.stringify(setup)}; console.log(findNode());`], { encoding: 'utf8' });
  assert.equal(found.status, 0, found.stderr);
  const version = spawnSync(found.stdout.trim(), ['-p', 'process.features.typescript'], { encoding: 'utf8' });
  assert.equal(version.stdout.trim(), 'strip');
});

test('a signal to the launcher ends the program, and the launcher tells how', async () => {
  const program = "process.on('SIGTERM', () => { console.log('heard'); process.exit(7); }); console.log('ready'); setInterval(() => {}, 1000);";
  const launcher = spawn(node, ['--input-type=module', '-e', `import { runInstead } from ${JSON.stringify(setup)}; runInstead(process.execPath, ['-e', ${JSON.stringify(program)}]);`], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  launcher.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output === 'ready\n') launcher.kill('SIGTERM');
  });
  const [code] = await once(launcher, 'close') as [number | null];
  assert.deepEqual({ code, output }, { code: 7, output: 'ready\nheard\n' });
});
