/**
 * The desktop package without Electron's binary: electron-builder packs around a stub, which shows what lies in the archive, what
 * beside it and which fuses are set. Then both native addons are loaded from that layout under plain Node.
 */
import { createPackage, extractAll, listPackage } from '@electron/asar';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generateDemo } from '../../build/demo/generate.ts';
import { buildMain } from '../../build/main.ts';
import { buildRenderer } from '../../build/renderer.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'shelfsight-package-'));
const packed = join(folder, 'out', 'linux-unpacked');
const archive = join(packed, 'resources', 'app.asar');
after(() => rmSync(folder, { recursive: true }));

const skip = process.platform === 'linux' && process.arch === 'x64' ? false : 'the stub is a Linux x64 one';

/** Where Electron keeps its fuses: this text, a version, a length, one character for each. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseNames = ['runAsNode', 'cookieEncryption', 'nodeOptions', 'nodeCliInspect', 'asarIntegrity', 'onlyLoadAppFromAsar', 'browserSnapshot', 'fileProtocolPrivileges'];

before(async () => {
  if (skip !== false) return;
  assert.ok(buildRenderer(root) && buildMain(root), 'the bundles did not build');
  const stub = join(folder, 'electron');
  mkdirSync(join(stub, 'locales'), { recursive: true });
  mkdirSync(join(stub, 'resources', 'empty'), { recursive: true });
  const version = (createRequire(import.meta.url)(join(root, 'node_modules/electron/package.json')) as { version: string }).version;
  writeFileSync(join(stub, 'version'), version);
  writeFileSync(join(stub, 'electron'), Buffer.concat([Buffer.from(`stub ${fuseSentinel}`), Buffer.from([1, fuseNames.length]), Buffer.from('1'.repeat(fuseNames.length))]));
  chmodSync(join(stub, 'electron'), 0o755);
  for (const locale of ['en-US', 'de', 'fr']) writeFileSync(join(stub, 'locales', `${locale}.pak`), locale);
  writeFileSync(join(stub, 'resources', 'empty', 'package.json'), '{}');
  await createPackage(join(stub, 'resources', 'empty'), join(stub, 'resources', 'default_app.asar'));
  rmSync(join(stub, 'resources', 'empty'), { recursive: true });
  const builder = join(root, 'node_modules/electron-builder/cli.js');
  const done = spawnSync(
    process.execPath,
    [builder, '--dir', '--linux', '--x64', '--config', 'build/electron-builder.config.js', `-c.electronDist=${stub}`, `-c.directories.output=${join(folder, 'out')}`, '--publish', 'never'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ELECTRON_BUILDER_OFFLINE: 'true' } },
  );
  assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
});

test('the archive holds the program and no more', { skip }, () => {
  const files = listPackage(archive, { isPack: false });
  for (const file of ['/package.json', '/dist/main/main.js', '/dist/main/backend.js', '/dist/main/compute.js', '/dist/main/preload.cjs', '/dist/renderer/index.html']) assert.ok(files.includes(file), `${file} is missing`);
  const unwanted = files.filter((file) => /\.(ts|svelte|map|md)$|^\/(tests|build|shared|workspaces|models|db)\/|node-linux|adm-zip|global-agent|\/(papaparse|zod|jschardet|ws|saxes|xmlchars|read-excel-file|fflate|saxen|entities)\/|better-sqlite3\/(deps|src)|onnxruntime-node\/(script|lib)\//.test(file));
  assert.deepEqual(unwanted, []);
  assert.equal((JSON.parse(readFileSync(join(extracted(), 'package.json'), 'utf8')) as { main: string }).main, 'dist/main/main.js');
  assert.ok(statSync(archive).size < 6e6, `the archive has ${statSync(archive).size} bytes`);
});

test('native code of this platform only lies beside the archive', { skip }, () => {
  const unpacked = globSync('**/*.{node,so,so.*,dll,dylib}', { cwd: `${archive}.unpacked` }).sort();
  assert.deepEqual(unpacked, [
    'node_modules/better-sqlite3/prebuilds/linux-x64.node',
    'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1',
    'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node',
  ]);
});

test('the fuses are as promised', { skip }, () => {
  const program = readFileSync(join(packed, 'shelfsight'));
  const at = program.indexOf(fuseSentinel) + fuseSentinel.length;
  const states = [...program.subarray(at + 2, at + 2 + program[at + 1]!)].map((state) => String.fromCharCode(state) === '1');
  assert.deepEqual(Object.fromEntries(fuseNames.map((name, index) => [name, states[index]])), {
    runAsNode: false, cookieEncryption: true, nodeOptions: false, nodeCliInspect: false,
    asarIntegrity: true, onlyLoadAppFromAsar: true, browserSnapshot: true, fileProtocolPrivileges: false,
  });
});

test('only the languages of the app are packed', { skip }, () => {
  assert.deepEqual(globSync('*.pak', { cwd: join(packed, 'locales') }), ['en-US.pak']);
});

test('both addons load and work from the packed layout', { skip }, () => {
  const program = `
    const Database = require('better-sqlite3');
    const ort = require('onnxruntime-node');
    const db = new Database(':memory:');
    process.stdout.write(JSON.stringify({ sum: db.prepare('SELECT 1 + 1 AS sum').get().sum, tensor: [...new ort.Tensor('float32', [1, 2], [2]).data] }));`;
  const answer = execFileSync(process.execPath, ['--input-type=commonjs', '-e', program], { cwd: extracted(), encoding: 'utf8' });
  assert.deepEqual(JSON.parse(answer), { sum: 2, tensor: [1, 2] });
});

test('the bundled processes import, train and preview', { skip }, () => {
  const files = generateDemo(join(folder, 'files'));
  const sessions = readFileSync(files.sessions, 'utf8').split('\n');
  writeFileSync(files.sessions, `${sessions.filter((line, index) => index === 0 || line < 's00400').join('\n')}\n`);
  const workspace = join(folder, 'workspace');
  const command = (...words: string[]): unknown =>
    JSON.parse(execFileSync(process.execPath, [join(extracted(), 'dist/main/cli.js'), ...words, '--json'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
  assert.equal((command('import', workspace, '--catalog', files.catalog, '--sessions', files.sessions) as { rejected: number }).rejected, 0);
  assert.equal((command('train', workspace, '--epochs', '1', '--device', 'cpu') as { device: string }).device, 'cpu');
  assert.equal((command('preview', workspace, '--drafts', files.drafts) as readonly unknown[]).length, 12);
});

/** The archive as Electron sees it: what is unpacked laid over what is packed. */
function extracted(): string {
  const target = join(folder, 'app');
  if (!existsSync(target)) {
    extractAll(archive, target);
    cpSync(`${archive}.unpacked`, target, { recursive: true });
  }
  return target;
}
