/** The built screens as both hosts hand them out: `http://127.0.0.1` of the browser host and `app://` of Electron. One path check, one policy. */
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** promises.md section 6: no inline code, no other origin, markup only through Svelte's own trusted type. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ');

export const assetHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export type Asset = { readonly file: string; readonly type: string } | { readonly refusal: 400 | 404 };

/**
 * The file a URL path names inside `root`. The path is decoded once; what it leads to must be the very file it spells:
 * no link, no other letter case, no short name, no trailing dot gets past the comparison with the real path.
 */
export async function findAsset(root: string, urlPath: string): Promise<Asset> {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return { refusal: 400 };
  }
  if (!path.startsWith('/') || /[\0\\:]/.test(path)) return { refusal: 400 };
  const parts = path.slice(1).split('/');
  if (parts.includes('..') || parts.includes('.')) return { refusal: 400 };
  if (path === '/') parts[0] = 'index.html';
  const type = contentTypes[extname(parts.at(-1)!)];
  if (type === undefined || parts.includes('')) return { refusal: 404 };
  try {
    const folder = await realpath(root);
    const file = join(folder, ...parts);
    if ((await realpath(file)) !== file || !file.startsWith(folder + sep) || !(await stat(file)).isFile()) return { refusal: 404 };
    return { file, type };
  } catch {
    return { refusal: 404 };
  }
}
