import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { answerScreen, isOurs } from '../../electron/app-scheme.ts';
import { contentSecurityPolicy, findAsset } from '../../electron/assets.ts';
import { escapes as namedEscapes } from '../helpers/escapes.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-assets-'));
const root = join(folder, 'screens');
mkdirSync(join(root, 'assets'), { recursive: true });
writeFileSync(join(root, 'index.html'), '<!doctype html>');
writeFileSync(join(root, 'assets/main.js'), 'export {}');
writeFileSync(join(root, 'assets/notes.md'), 'not a screen');
writeFileSync(join(folder, 'secret.html'), 'secret');
mkdirSync(join(folder, 'screens-of-another'));
writeFileSync(join(folder, 'screens-of-another/index.html'), 'secret');
symlinkSync(join(folder, 'secret.html'), join(root, 'link.html'));
symlinkSync(folder, join(root, 'out'));
const escapes = [...namedEscapes, `${folder}/secret.html`];
after(() => rmSync(folder, { recursive: true, force: true }));

const served = ['/', '/index.html', '/assets/main.js', '/assets/%6dain.js'];

test('what is in the folder is served, by its own name only', async () => {
  for (const path of served) assert.ok('file' in (await findAsset(root, path)), path);
  for (const path of escapes) assert.ok('refusal' in (await findAsset(root, path)), path);
  assert.ok(escapes.length >= 20);
});

test('app:// answers its own host, by GET and HEAD, with the policy of section 6', async () => {
  const ask = async (url: string, method = 'GET'): Promise<number> => (await answerScreen(root, new Request(url, { method }))).status;
  assert.deepEqual(
    await Promise.all([ask('app://shelfsight/'), ask('app://shelfsight/assets/main.js', 'HEAD'), ask('app://shelfsight/#/launch'), ask('app://evil/'), ask('app://shelfsight.evil/'), ask('http://shelfsight/'), ask('app://shelfsight/', 'POST')]),
    [200, 200, 200, 403, 403, 403, 405],
  );
  for (const path of escapes.filter((path) => URL.canParse(`app://shelfsight${path}`))) {
    const response = await answerScreen(root, new Request(`app://shelfsight${path}`));
    assert.notEqual(await response.text(), 'secret', path);
  }
  const page = await answerScreen(root, new Request('app://shelfsight/'));
  assert.equal(page.headers.get('content-security-policy'), contentSecurityPolicy);
});

test('the policy is word for word that of promises.md', () => {
  assert.equal(
    contentSecurityPolicy,
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
      "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html",
  );
});

test('a frame is ours by protocol and host', () => {
  const ours = ['app://shelfsight/', 'app://shelfsight/#/launch'];
  const foreign = ['about:blank', '', 'app://evil/', 'http://shelfsight/', 'file:///index.html', 'app:shelfsight', 'app://shelfsight.evil/', 'data:text/html,x'];
  assert.deepEqual([ours.map(isOurs), foreign.map(isOurs)], [ours.map(() => true), foreign.map(() => false)]);
});
