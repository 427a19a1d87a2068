/**
 * Who may talk to the browser host: promises.md section 7, its checks in its order, before any routing. Binding to 127.0.0.1 alone
 * is no protection: every page in the user's browser can reach it, under another name too (DNS rebinding).
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Refusal {
  readonly status: 400 | 401 | 403 | 405 | 413 | 415 | 421 | 431;
  readonly reason: string;
}

export interface Admission {
  readonly path: string;
  /** Set where a link's token was exchanged: the cookie to set, and the page to go on to. */
  readonly cookie: string | null;
}

export interface Gate {
  /** A new link to the app. Its token is good for one exchange: a link that is seen in a process list opens nothing afterwards. */
  link(): string;
  admit(request: IncomingMessage, kind: 'page' | 'socket'): Admission | Refusal;
}

const knownMethods = ['GET', 'HEAD', 'POST', 'OPTIONS'];
const largestBody = 64 * 2 ** 10;
const mostHeaders = 64;
const tokenBytes = 24;

export function createGate(port: number): Gate {
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  // Cookies ignore ports: another Shelfsight on this machine must not overwrite ours.
  const cookieName = `shelfsight-${port}`;
  const session = newToken();
  const linkTokens = new Set<string>();

  function checkForm(request: IncomingMessage): Refusal | null {
    const names = request.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    if (names.filter((name) => name === 'host').length !== 1) return { status: 400, reason: 'exactly one Host header' };
    if (!knownMethods.includes(request.method ?? '')) return { status: 405, reason: 'method' };
    if (names.length > mostHeaders) return { status: 431, reason: 'too many headers' };
    if (Number(request.headers['content-length'] ?? 0) > largestBody) return { status: 413, reason: 'body too large' };
    return null;
  }

  function checkOrigin({ headers, method }: IncomingMessage, path: string, kind: 'page' | 'socket'): Refusal | null {
    const site = headers['sec-fetch-site'];
    const opening = kind === 'page' && path === '/' && (method === 'GET' || method === 'HEAD');
    if (site !== undefined && site !== 'same-origin' && !(site === 'none' && opening)) return { status: 403, reason: 'Sec-Fetch-Site' };
    if (headers.origin === undefined ? kind === 'socket' : headers.origin !== origin) return { status: 403, reason: 'Origin' };
    if (method === 'OPTIONS') return { status: 403, reason: 'no preflight is answered' };
    return null;
  }

  function checkToken(request: IncomingMessage, path: string, query: string, kind: 'page' | 'socket'): { readonly cookie: string | null } | Refusal {
    if (cookiesOf(request, cookieName).some((value) => equal(value, session))) return { cookie: null };
    const given = new URLSearchParams(query).getAll('token');
    const token = kind === 'page' && path === '/' && given.length === 1 ? [...linkTokens].find((candidate) => equal(candidate, given[0]!)) : undefined;
    if (token === undefined) return { status: 401, reason: 'Open Shelfsight by the link it printed; each link opens once. Press Enter in its terminal for a new one.' };
    if (request.method === 'GET') linkTokens.delete(token);
    return { cookie: `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/` };
  }

  return {
    link() {
      const token = newToken();
      linkTokens.add(token);
      return `${origin}/?token=${token}`;
    },
    admit(request, kind) {
      const form = checkForm(request);
      if (form) return form;
      const target = request.url ?? '';
      // An absolute-form target names a host of its own, which counts as one.
      const named = target.startsWith('/') ? host : URL.canParse(target) ? new URL(target).host : '';
      if (request.headers.host !== host || named !== host) return { status: 421, reason: 'Host' };
      // Not by `URL`: it would resolve dots away before the path check sees them.
      const [path, query = ''] = splitOnce(target.startsWith('/') ? target : target.slice(target.indexOf('/', 'http://'.length)), '?');
      const refusal = checkOrigin(request, path, kind);
      if (refusal) return refusal;
      const token = checkToken(request, path, query, kind);
      if ('status' in token) return token;
      if (request.method === 'POST' && !/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return { status: 415, reason: 'POST takes application/json only' };
      if (request.method === 'POST') return { status: 405, reason: 'nothing here takes POST' };
      return { path, cookie: token.cookie };
    },
  };
}

function newToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

function equal(one: string, other: string): boolean {
  const a = Buffer.from(one);
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function cookiesOf({ headers }: IncomingMessage, name: string): string[] {
  return (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
