/** What `app://shelfsight/…` answers: the built screens, and nothing else. The same path check and policy as in the browser host. */
import { readFile } from 'node:fs/promises';
import { assetHeaders, findAsset } from './assets.ts';

export const scheme = 'app';
export const host = 'shelfsight';
export const home = `${scheme}://${host}/`;

/** `URL` resolves `..` away in the address it parses, so the path is taken from the text. */
export async function answerScreen(screens: string, request: Request): Promise<Response> {
  const address = URL.parse(request.url);
  if (address === null || address.protocol !== `${scheme}:` || address.host !== host) return refuse(403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const path = request.url.slice(home.length - 1).split(/[?#]/, 1)[0]!;
  const asset = await findAsset(screens, path);
  if ('refusal' in asset) return refuse(asset.refusal);
  return new Response(request.method === 'HEAD' ? null : await readFile(asset.file), { headers: { ...assetHeaders, 'Content-Type': asset.type } });
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: { ...assetHeaders } });
}

/** Whether a frame's address is the app's own page. In Node `new URL('app://…').origin` is `'null'`: protocol and host are compared. */
export function isOurs(url: string): boolean {
  const address = URL.parse(url);
  return address !== null && address.protocol === `${scheme}:` && address.host === host;
}
