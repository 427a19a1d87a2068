/** The browser host as it is started: one line with a link, a backend that may be killed, an end that leaves nobody behind. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Reply } from '../../electron/api/wire.ts';
import { childrenOf, untilGone } from '../helpers/processes.ts';
import { removeFolder } from '../helpers/shop.ts';

const program = resolve(import.meta.dirname, '../../electron/web.ts');
const folder = mkdtempSync(join(tmpdir(), 'shelfsight-web-'));
const workspace = join(folder, 'workspace');
writeFileSync(join(folder, 'index.html'), '<!doctype html>');
let host: ChildProcessWithoutNullStreams;
let printed = '';
let origin = '';
let cookie = '';

before(async () => {
  host = spawn(process.execPath, [program, '--workspace', workspace, '--screens', folder]);
  host.stdout.on('data', (chunk: Buffer) => (printed += String(chunk)));
  host.stderr.resume();
  const link = await nextLink(1);
  origin = new URL(link).origin;
  cookie = (await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')!.split(';')[0]!;
});
after(async () => {
  host.kill('SIGKILL');
  removeFolder(folder);
});

/** The n-th link that was printed. */
async function nextLink(count: number): Promise<string> {
  for (;;) {
    const links = printed.match(/^Shelfsight is open at http:\/\/\S+$/gm) ?? [];
    if (links.length >= count) return links[count - 1]!.split(' ').at(-1)!;
    await sleep(20);
  }
}

function openSocket(): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/channel`, { headers: { origin, cookie } });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

function ask(socket: WebSocket, id: number, service: string, method: string, request: object): Promise<Reply> {
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id === id) resolve(reply);
    });
    socket.send(JSON.stringify({ id, service, method, request }));
  });
}

test('it prints one line with a link, and another one on Enter', async () => {
  assert.match(printed, /^Shelfsight is open at http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}\n$/);
  host.stdin.write('\n');
  const second = await nextLink(2);
  assert.notEqual(second, await nextLink(1));
  assert.equal((await fetch(second, { redirect: 'manual' })).status, 303);
});

test('the backend is a child that answers through the socket; SQLite is not in the host', async () => {
  const socket = await openSocket();
  const reply = await ask(socket, 7, 'workspace', 'status', {});
  assert.ok(reply.ok);
  assert.equal((reply.value as { folder: string }).folder, workspace);
  assert.equal(childrenOf(host.pid!, 'backend.ts').length, 1);
  socket.terminate();
});

test('a killed backend closes its sockets for a new try, comes back, and answers', async () => {
  const socket = await openSocket();
  await ask(socket, 1, 'workspace', 'status', {});
  const [pid] = childrenOf(host.pid!, 'backend.ts');
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  process.kill(pid!, 'SIGKILL');
  assert.equal(await closed, 1012);
  const again = await openSocket();
  assert.ok((await ask(again, 2, 'workspace', 'status', {})).ok);
  assert.notEqual(childrenOf(host.pid!, 'backend.ts')[0], pid);
  again.terminate();
});

test('two windows at once: each gets its own answers', async () => {
  const [one, other] = await Promise.all([openSocket(), openSocket()]);
  const [a, b] = await Promise.all([ask(one, 1, 'catalog', 'stats', {}), ask(other, 1, 'training', 'runs', {})]);
  assert.deepEqual([a.ok && (a.value as { live: number }).live, b.ok && b.value], [0, []]);
  one.terminate();
  other.terminate();
});

test('a workspace that is open elsewhere ends a second host with one sentence', async () => {
  const second = spawn(process.execPath, [program, '--workspace', workspace, '--screens', folder]);
  let said = '';
  second.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
  const status = await new Promise((resolve) => second.once('exit', resolve));
  assert.equal(status, 1);
  assert.match(said, /is open in another Shelfsight/);
});

test('a host that is killed takes its backend with it', async () => {
  const [pid] = childrenOf(host.pid!, 'backend.ts');
  host.kill('SIGKILL');
  await untilGone(pid!);
});
