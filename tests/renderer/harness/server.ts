/**
 * DEVELOPMENT HARNESS, never part of the product: serves dist/renderer under the product's content security policy and answers
 * its channel from memory. `node tests/renderer/harness/server.ts [scene] [port]`.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer } from 'ws';
import { isAppError } from '../../../electron/api/errors.ts';
import type { Call } from '../../../electron/api/wire.ts';
import { createAnswers } from './answers.ts';
import type { Scene } from './answers.ts';

const folder = join(import.meta.dirname, '../../../dist/renderer');
const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' };
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html";

export async function serveHarness(scene: Scene, port = 0): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://harness').pathname;
    const file = join(folder, normalize(path === '/' ? '/index.html' : path));
    if (!file.startsWith(folder) || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy });
    createReadStream(file).pipe(response);
  });
  const sockets = new WebSocketServer({ server, path: '/channel' });
  sockets.on('connection', (socket) => {
    const answers = createAnswers(scene, (event, data) => socket.send(JSON.stringify({ event, data }))) as unknown as Record<string, Record<string, (request: unknown) => Promise<unknown>>>;
    socket.on('message', (text) => {
      const { id, service, method, request } = JSON.parse(String(text)) as Call;
      void answers[service]![method]!(request).then(
        (value) => socket.send(JSON.stringify({ id, ok: true, value })),
        (error: unknown) => socket.send(JSON.stringify({ id, ok: false, code: isAppError(error) ? error.code : 'internal', message: error instanceof Error ? error.message : String(error) })),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

if (import.meta.main) {
  const [scene = 'ready', port = '4173'] = process.argv.slice(2);
  console.log((await serveHarness(scene as Scene, Number(port))).url);
}
