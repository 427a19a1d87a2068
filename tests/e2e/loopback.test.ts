/** promises.md section 7 with a real browser: what another site, or another name for this machine, gets from the browser host. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { chromium, type Browser } from 'playwright';
import { portOf } from '../../electron/transport/port.ts';
import { startWebHost, type WebHost } from '../../electron/web-host.ts';

const screens = mkdtempSync(join(tmpdir(), 'shelfsight-loopback-'));
writeFileSync(join(screens, 'index.html'), '<!doctype html><link rel="icon" href="data:,"><title>Shelfsight</title><script src="/main.js"></script>');
writeFileSync(join(screens, 'main.js'), "const socket = new WebSocket(`ws://${location.host}/channel`); socket.onopen = () => { document.title = 'connected'; };");
let host: WebHost;
let other: Server;
let browser: Browser;
let sockets = 0;

before(async () => {
  host = await startWebHost({
    screens,
    port: 0,
    async connect() {
      sockets++;
      const { port1 } = new MessageChannel();
      port1.unref();
      return portOf(port1, 'plain');
    },
  });
  other = createServer((_request, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>other</title>'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP evil.test 127.0.0.1', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  });
});
after(async () => {
  await browser.close();
  await host.close();
  other.close();
  rmSync(screens, { recursive: true, force: true });
});

test('the link opens the page, the token leaves the address, the socket opens under our policy, a reload works', async () => {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(host.link());
  await page.waitForFunction("document.title === 'connected'");
  assert.equal(page.url(), `http://127.0.0.1:${host.port}/`);
  await page.reload();
  await page.waitForFunction("document.title === 'connected'");
  assert.deepEqual(errors, []);
  await page.context().close();
});

test('the same machine under another name gets 421 and no page (DNS rebinding)', async () => {
  const page = await browser.newPage();
  const response = await page.goto(host.link().replace('127.0.0.1', 'evil.test'));
  assert.equal(response!.status(), 421);
  assert.notEqual(await page.title(), 'Shelfsight');
  await page.close();
});

/** What a foreign page may try; text, because it runs in the page. */
const attempts = `async (target) => {
  const refused = (promise) => promise.then(() => 'allowed', () => 'refused');
  const read = await refused(fetch(target + '/', { credentials: 'include' }));
  const post = await refused(fetch(target + '/', { method: 'POST', body: '{}', credentials: 'include' }));
  const socket = await new Promise((resolve) => {
    const socket = new WebSocket(target.replace('http', 'ws') + '/channel');
    socket.onopen = () => resolve('allowed');
    socket.onerror = () => resolve('refused');
  });
  await new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.src = target + '/';
    frame.onload = resolve;
    document.body.append(frame);
  });
  return { read, post, socket };
}`;

test('a page of another port, in the same browser and with our cookie set, can neither read, post, frame nor connect', async () => {
  const context = await browser.newContext();
  const own = await context.newPage();
  await own.goto(host.link());
  await own.waitForFunction("document.title === 'connected'");
  const before = sockets;
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
  const target = `http://127.0.0.1:${host.port}`;
  const statuses: number[] = [];
  page.on('response', (response) => response.url().startsWith(target) && statuses.push(response.status()));
  const outcome = await page.evaluate(`(${attempts})(${JSON.stringify(target)})`);
  assert.deepEqual(outcome, { read: 'refused', post: 'refused', socket: 'refused' });
  assert.ok(statuses.length >= 1 && statuses.every((status) => status === 403), String(statuses));
  assert.equal(sockets, before);
  await context.close();
});

test('a sandboxed frame posts with Origin null and is refused', async () => {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
  // The console tells the status; the driver's own response event comes only when it has seen the frame in time.
  const answered = page.waitForEvent('console', (message) => /responded with a status of/.test(message.text()));
  await page.setContent(`<iframe sandbox="allow-scripts allow-forms" srcdoc="<form id=f method=post enctype=text/plain action='http://127.0.0.1:${host.port}/'><input name=a></form><script>document.getElementById('f').submit()</script>"></iframe>`);
  assert.match((await answered).text(), /status of 403/);
  await page.close();
});
