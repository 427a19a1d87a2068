/** promises.md section 7 (S4): who may talk to the browser host. Raw sockets, since a browser would not send most of this. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { startWebHost, type WebHost } from '../../electron/web-host.ts';
import { portOf } from '../../electron/transport/port.ts';
import { escapes } from '../helpers/escapes.ts';

const screens = mkdtempSync(join(tmpdir(), 'shelfsight-screens-'));
writeFileSync(join(screens, 'index.html'), '<!doctype html><title>Shelfsight</title>');
let host: WebHost;
let cookie = '';
/** What reached the backend. */
const delivered: unknown[] = [];

before(async () => {
  host = await startWebHost({
    screens,
    port: 0,
    async connect() {
      const { port1, port2 } = new MessageChannel();
      port2.on('message', (message) => {
        delivered.push(message);
        port2.postMessage({ echo: message });
      });
      port1.unref();
      port2.unref();
      return portOf(port1, 'plain');
    },
  });
  const { headers } = await send({ target: host.link().slice(origin().length) });
  cookie = /set-cookie: ([^;]+)/i.exec(headers)![1]!;
});
after(async () => {
  await host.close();
  rmSync(screens, { recursive: true, force: true });
});

const origin = (): string => `http://127.0.0.1:${host.port}`;
const self = (): string => `127.0.0.1:${host.port}`;

interface Raw {
  readonly method?: string;
  readonly target?: string;
  /** Lines of the head after the request line; null leaves out our Host. */
  readonly head?: readonly string[];
  readonly host?: string | null;
  readonly body?: string;
}

/** One request on a connection of its own; answers status and head. */
function send({ method = 'GET', target = '/', head = [], host: named = self(), body = '' }: Raw): Promise<{ readonly status: number; readonly headers: string; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(host.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end >= 0 && text.length >= end + 4 + length) socket.end();
    });
    socket.on('close', () => {
      const [headers = '', ...rest] = text.split('\r\n\r\n');
      resolve({ status: Number(headers.split(' ')[1]), headers, body: rest.join('\r\n\r\n') });
    });
    socket.on('error', reject);
    const lines = [`${method} ${target} HTTP/1.1`, ...(named === null ? [] : [`Host: ${named}`]), ...head, ...(body === '' ? [] : [`Content-Length: ${body.length}`])];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  });
}

const signed = (...more: string[]): string[] => [`Cookie: ${cookie}`, ...more];

test('the page and its reload are let in', async () => {
  const allowed = [
    await send({ head: signed() }),
    await send({ head: signed('Sec-Fetch-Site: same-origin', `Origin: ${origin()}`) }),
    await send({ head: signed('Sec-Fetch-Site: none') }),
    await send({ method: 'HEAD', target: '/index.html', head: signed() }),
    await send({ target: `${origin()}/index.html`, head: signed() }),
  ];
  assert.deepEqual(allowed.map(({ status }) => status), [200, 200, 200, 200, 200]);
});

/** Name, request, expected status. Evaluated late: the port is not known before. */
const refusals: readonly (readonly [string, () => Raw, number])[] = [
  ['no Host', () => ({ host: null, head: signed() }), 400],
  ['two Hosts', () => ({ head: signed(`Host: ${self()}`) }), 400],
  ['a Host by another name (DNS rebinding)', () => ({ host: `evil.test:${host.port}`, head: signed() }), 421],
  ['localhost, which we never hand out', () => ({ host: `localhost:${host.port}`, head: signed() }), 421],
  ['a Host without the port', () => ({ host: '127.0.0.1', head: signed() }), 421],
  ['the Host of another port', () => ({ host: '127.0.0.1:1', head: signed() }), 421],
  ['a Host with a trailing dot', () => ({ host: `127.0.0.1.:${host.port}`, head: signed() }), 421],
  ['another spelling of the address', () => ({ host: `127.1:${host.port}`, head: signed() }), 421],
  ['an absolute target of another host', () => ({ target: `http://evil.test:${host.port}/`, head: signed() }), 421],
  ['an absolute target that is no address', () => ({ target: '*', head: signed() }), 421],
  ['method TRACE', () => ({ method: 'TRACE', head: signed() }), 405],
  ['method DELETE', () => ({ method: 'DELETE', head: signed() }), 405],
  ['too many headers', () => ({ head: signed(...Array.from({ length: 80 }, (_, index) => `X-${index}: 1`)) }), 431],
  ['headers too large', () => ({ head: signed(`X-Long: ${'x'.repeat(20_000)}`) }), 431],
  ['a body too large', () => ({ method: 'POST', head: signed('Content-Length: 100000000') }), 413],
  ['what is not HTTP', () => ({ method: 'GET / HTTP/1.1\r\n\0', head: [] }), 400],
  ['cross-site', () => ({ head: signed('Sec-Fetch-Site: cross-site') }), 403],
  ['same-site: another port is foreign', () => ({ head: signed('Sec-Fetch-Site: same-site') }), 403],
  ['"none" beyond the opening page', () => ({ target: '/index.html', head: signed('Sec-Fetch-Site: none') }), 403],
  ['a foreign Origin', () => ({ head: signed('Origin: http://evil.test') }), 403],
  ['Origin null (a sandboxed frame)', () => ({ head: signed('Origin: null') }), 403],
  ['the Origin of another port', () => ({ head: signed('Origin: http://127.0.0.1:1') }), 403],
  ['our Origin over https', () => ({ head: signed(`Origin: https://${self()}`) }), 403],
  ['a preflight', () => ({ method: 'OPTIONS', head: signed(`Origin: ${origin()}`, 'Access-Control-Request-Method: POST') }), 403],
  ['a cross-site simple POST', () => ({ method: 'POST', head: signed('Origin: null', 'Sec-Fetch-Site: cross-site', 'Content-Type: text/plain'), body: '{}' }), 403],
  ['no token', () => ({}), 401],
  ['a wrong token', () => ({ target: '/?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }), 401],
  ['two tokens', () => ({ target: `${host.link().slice(origin().length)}&token=x` }), 401],
  ['a token on another page', () => ({ target: host.link().slice(origin().length).replace('/?', '/index.html?') }), 401],
  ['a wrong cookie', () => ({ head: [`Cookie: ${cookie.replace(/=.*/, '=AAAA')}`] }), 401],
  ['the cookie of another port', () => ({ head: [`Cookie: ${cookie.replace(/-\d+/, '-1')}`] }), 401],
  ['a form post', () => ({ method: 'POST', head: signed('Content-Type: application/x-www-form-urlencoded'), body: 'a=1' }), 415],
  ['a text post', () => ({ method: 'POST', head: signed('Content-Type: text/plain'), body: '{}' }), 415],
  ['a JSON post: there is nothing to post to', () => ({ method: 'POST', head: signed('Content-Type: application/json'), body: '{}' }), 405],
];

for (const [name, request, status] of refusals) {
  test(`refused: ${name}`, async () => {
    const answer = await send(request());
    assert.equal(answer.status, status);
    assert.doesNotMatch(answer.headers, /access-control/i);
    assert.doesNotMatch(answer.body, /<title>/);
  });
}

test('no path leads out of the folder of screens', async () => {
  for (const target of escapes.filter((path) => !path.includes('\0'))) {
    const { status, body } = await send({ target, head: signed() });
    assert.ok(status === 400 || status === 404, `${target}: ${status}`);
    assert.doesNotMatch(body, /secret|root:/);
  }
});

test('a link opens once; the cookie it gives is bound to page and port', async () => {
  const target = host.link().slice(origin().length);
  const first = await send({ target });
  assert.equal(first.status, 303);
  assert.match(first.headers, /location: \/\r\n/i);
  assert.match(first.headers, new RegExp(`set-cookie: shelfsight-${host.port}=[\\w-]{32}; HttpOnly; SameSite=Strict; Path=/\r\n`, 'i'));
  assert.equal((await send({ target })).status, 401);
});

/** How a WebSocket ends: `open`, or the status it was refused with. */
function openSocket(headers: Record<string, string>, path = '/channel'): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${self()}${path}`, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => {
      response.destroy();
      resolve(String(response.statusCode));
    });
    socket.on('error', () => {});
  });
}

test('a socket needs our Origin, our cookie and our path', async () => {
  const ours = { origin: origin(), cookie };
  const answers = [
    await openSocket(ours),
    await openSocket({ cookie }),
    await openSocket({ cookie, origin: 'null' }),
    await openSocket({ cookie, origin: 'http://evil.test' }),
    await openSocket({ origin: origin() }),
    await openSocket({ origin: origin(), cookie: `shelfsight-${host.port}=x` }),
    await openSocket({ ...ours, host: `evil.test:${host.port}` }),
    await openSocket({ ...ours, 'sec-fetch-site': 'cross-site' }),
    await openSocket(ours, '/'),
    await openSocket(ours, '/channel/../channel2'),
    await openSocket({ origin: origin() }, host.link().slice(origin().length)),
  ];
  assert.deepEqual(answers, ['open', '403', '403', '403', '401', '401', '421', '403', '404', '404', '401']);
});

test('a frame that is no JSON text, or too long, ends its socket and reaches nobody', async () => {
  const seen = delivered.length;
  const closeCode = (frame: string | Buffer): Promise<number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://${self()}/channel`, { headers: { origin: origin(), cookie } });
      socket.on('open', () => socket.send(frame));
      socket.on('close', resolve);
      socket.on('error', () => {});
    });
  assert.deepEqual([await closeCode('{'), await closeCode(Buffer.from([1, 2, 3])), await closeCode('x'.repeat(17 * 2 ** 20))], [1007, 1003, 1009]);
  assert.equal(delivered.length, seen);
});

test('a call sent at once after opening is not lost', async () => {
  const answer = await new Promise<string>((resolve) => {
    const socket = new WebSocket(`ws://${self()}/channel`, { headers: { origin: origin(), cookie } });
    socket.on('open', () => socket.send(JSON.stringify({ id: 1 })));
    socket.on('message', (data) => {
      resolve(String(data));
      socket.terminate();
    });
  });
  assert.equal(answer, '{"echo":{"id":1}}');
});
