/** The browser host: screens and socket on 127.0.0.1, the backend in a child process that may end and come back. */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { assetHeaders, findAsset } from './assets.ts';
import { createGate, type Gate, type Refusal } from './loopback.ts';
import { relay, type Port } from './transport/channel.ts';
import { largestFrame, socketPort } from './transport/socket.ts';

export interface WebHost {
  readonly port: number;
  /** A link that opens the app, once. */
  link(): string;
  close(): Promise<void>;
}

export interface WebHostOptions {
  /** Folder of the built screens. */
  readonly screens: string;
  /** 0: any free port. */
  readonly port: number;
  /** A new line to the backend, started where it is not running. */
  connect(): Promise<Port>;
}

/** Sockets at one time: windows and tabs of one user. */
const mostSockets = 32;
const headerTimeMs = 10_000;

export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestFrame, perMessageDeflate: false });
  const server = createServer({ headersTimeout: headerTimeMs, requestTimeout: headerTimeMs, connectionsCheckingInterval: 2_000, maxHeaderSize: 16 * 2 ** 10 });
  server.maxHeadersCount = 0; // counted by the gate, which answers 431 instead of dropping some
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const gate = createGate(port);
  server.on('request', (request, response) => {
    void answer(gate, options.screens, request, response).catch((error: unknown) => {
      console.error('request', error);
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => upgrade(request, socket, head));
  server.on('clientError', refuseUnreadable);

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const admitted = gate.admit(request, 'socket');
    if ('status' in admitted) return refuseUpgrade(socket, admitted.status);
    if (admitted.path !== '/channel') return refuseUpgrade(socket, 404);
    if (sockets.clients.size >= mostSockets) return refuseUpgrade(socket, 503);
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      accepted.on('error', () => {}); // a frame that breaks a rule; ws closes the socket with the fitting code
      const screen = socketPort(accepted);
      const waiting: unknown[] = [];
      let deliver = (message: unknown): void => void waiting.push(message);
      screen.onMessage((message) => deliver(message));
      options.connect().then(
        (backend) => {
          relay({ ...screen, onMessage: (listener) => void (deliver = listener) }, backend);
          for (const message of waiting) deliver(message);
        },
        () => screen.close(),
      );
    });
  }

  return {
    port,
    link: gate.link,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(gate: Gate, screens: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume(); // nothing here reads a body; one left unread would reset the connection before the answer is read
  const admitted = gate.admit(request, 'page');
  if ('status' in admitted) return refuse(response, admitted);
  if (admitted.cookie !== null) {
    // The token leaves the address bar, the history and any later Referer.
    response.writeHead(303, { ...assetHeaders, 'Cache-Control': 'no-store', 'Set-Cookie': admitted.cookie, Location: '/' });
    response.end();
    return;
  }
  const asset = await findAsset(screens, admitted.path);
  if ('refusal' in asset) return refuse(response, { status: asset.refusal, reason: asset.refusal === 404 ? 'There is no such page.' : 'Malformed path.' });
  response.writeHead(200, { ...assetHeaders, 'Content-Type': asset.type });
  if (request.method === 'HEAD') return void response.end();
  const file = createReadStream(asset.file);
  file.on('error', () => response.destroy());
  file.pipe(response);
}

function refuse(response: ServerResponse, { status, reason }: { readonly status: Refusal['status'] | 404; readonly reason: string }): void {
  response.writeHead(status, { ...assetHeaders, 'Cache-Control': 'no-store', 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end(`${reason}\n`);
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** What never became a request: headers too large, too slow, or not HTTP. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  refuseUpgrade(socket, status);
}
