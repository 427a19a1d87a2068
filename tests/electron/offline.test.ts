/** promises.md S5: no connection but the browser host's own loopback socket, by the system calls of every process on the way through. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { childrenOf } from '../helpers/processes.ts';
import { quick, removeFolder, writeShop } from '../helpers/shop.ts';

const electron = resolve(import.meta.dirname, '../../electron');
const skip = existsSync('/usr/bin/strace') ? false : 'strace is not installed';

/** Runs a program of ours under a trace of everything that can reach a network; answers the traced lines that name an internet address. */
async function traceNetwork(trace: string, home: string, words: readonly string[], onOutput: (text: string, stop: () => void) => void = () => {}): Promise<readonly string[]> {
  const child = spawn('strace', ['-f', '-qq', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-e', 'signal=none', '-o', trace, process.execPath, ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, '.cache') },
  });
  child.stdout.on('data', (chunk: Buffer) => onOutput(String(chunk), stop));
  // Not strace itself: it would let go of what it traces and leave it running.
  const stop = (): void => childrenOf(child.pid!, words[0]!).forEach((pid) => process.kill(pid, 'SIGTERM'));
  await once(child, 'exit');
  return readFileSync(trace, 'utf8').split('\n').filter((line) => /AF_INET6?\b/.test(line));
}

test('import, training, preview and the browser host connect to nobody, and leave nothing in the home folder', { skip }, async () => {
  const files = writeShop();
  try {
    const workspace = join(files.folder, 'workspace');
    const settings = join(files.folder, 'settings.json');
    const trace = join(files.folder, 'trace');
    const home = join(files.folder, 'home');
    mkdirSync(home);
    writeFileSync(settings, JSON.stringify({ ...quick, epochs: 1 }));
    writeFileSync(join(files.folder, 'index.html'), '<!doctype html>');
    const cli = join(electron, 'cli.ts');
    const commands = [
      ['import', workspace, '--catalog', files.catalog, '--sessions', files.sessions],
      ['train', workspace, '--config', settings, '--device', 'cpu'],
      ['preview', workspace, '--drafts', files.drafts, '--panel', '50'],
    ];
    const reached: string[] = [];
    for (const words of commands) reached.push(...(await traceNetwork(trace, home, [cli, ...words])));
    const host = await traceNetwork(trace, home, [join(electron, 'web.ts'), '--workspace', workspace, '--screens', files.folder], (text, stop) => {
      const link = /http:\S+/.exec(text)?.[0];
      if (link) void fetch(link).finally(stop);
    });
    assert.deepEqual([...reached, ...host], []);
    // onnxruntime 1.29 and newer report to Microsoft unless told not to, and leave a device id and a queue of events in the user's home.
    assert.deepEqual(readdirSync(home, { recursive: true }), []);
    // The trace would have seen one: a grandchild connects, as compute processes are grandchildren of a host.
    const grandchild = "require('node:net').connect(9, '127.0.0.1').on('error', () => {})";
    const control = await traceNetwork(trace, home, ['-e', `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(grandchild)}])`]);
    assert.ok(control.some((line) => line.includes('connect(') && line.includes('127.0.0.1')), control.join('\n'));
  } finally {
    removeFolder(files.folder);
  }
});
