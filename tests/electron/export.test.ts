/** A run leaves as a folder for other programs: whole, with what must be known of it, and never over something else. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { listMembers, readMember } from '../../db/import/zip.ts';
import type { ExportedRun } from '../../electron/api/training.ts';
import type { Engine } from '../../electron/engine.ts';
import type { ModelManifest } from '../../models/artifact.ts';
import type { ModelKind } from '../../models/config.ts';
import { awaitEnd, awaitProgress, fillTrainedShop, openTestEngine, quick, removeFolder } from '../helpers/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-export-'));
const workspace = join(folder, 'workspace');
let engine: Engine;
let metadata: string;
let ids: string;

async function train(model: ModelKind): Promise<string> {
  const ended = awaitEnd(engine);
  const { runId } = await engine.api.training.start({ config: { ...quick, model }, device: 'cpu' });
  assert.equal((await ended).status, 'done');
  await nextTurn(); // the end is told a moment before the process is free for another run
  return runId;
}

before(async () => {
  await fillTrainedShop(workspace);
  engine = await openTestEngine(workspace);
  metadata = (await engine.api.workspace.status({})).model!.runId;
  ids = await train('trec-id');
});
after(async () => {
  await engine?.close();
  removeFolder(folder);
});

const read = <T>(out: string, name: string): T => JSON.parse(readFileSync(join(out, name), 'utf8')) as T;
const manifestOf = (runId: string): ModelManifest => read(join(workspace, 'models', runId, 'model'), 'manifest.json');

test('everything another program needs is there, and agrees with the model as it is served', async () => {
  const out = join(folder, 'new', 'metadata');
  const { run, folder: named, files: listed, parity } = await engine.exportRun({ runId: metadata, folder: out });
  assert.deepEqual([run, named], [metadata, out]);
  assert.deepEqual(listed.map(({ name }) => name), readdirSync(out).sort());
  for (const name of ['README.md', 'item-encoder.onnx', 'session-encoder.onnx', 'tokenizer-title.json', 'vocabulary.json', 'memory.bin', 'skus.json', 'recipe.py', 'parity.json']) assert.ok(listed.some((file) => file.name === name), name);
  assert.ok(parity.maxDifference < 1e-4 && parity.items >= 256 && parity.sessions === 64, JSON.stringify(parity));
  assert.deepEqual(read(out, 'parity.json'), parity);
  const { rows, memory } = read<{ rows: null; memory: readonly string[] }>(out, 'skus.json');
  assert.equal(rows, null);
  assert.equal(new Int32Array(new Uint8Array(readFileSync(join(out, 'memory.bin'))).buffer, 0, 1)[0], memory.length);
  assert.ok(memory.every((sku) => typeof sku === 'string'));
  assert.deepEqual(readdirSync(join(folder, 'new')), ['metadata'], 'nothing is left beside it');
});

test('the card says what it is, of which data, how good by which protocol, and its limits', async () => {
  const card = (out: string): string => readFileSync(join(out, 'README.md'), 'utf8');
  const before = card(join(folder, 'new', 'metadata'));
  const { weightsHash, dataHash } = manifestOf(metadata);
  for (const said of [metadata, weightsHash, dataHash, '## Limits', 'no forecast of sales', '| tokens | int32 |', 'max |Δ|', `shelfsight evaluate <workspace> --run ${metadata}`]) assert.ok(before.includes(said), said);
  const report = await engine.api.training.evaluate({ system: { run: metadata } });
  const out = join(folder, 'measured');
  mkdirSync(out); // an empty folder will do
  await engine.exportRun({ runId: metadata, folder: out });
  const { n, hit } = report.k['20']!.all;
  assert.ok(card(out).includes(`| 20 | all | ${n.toLocaleString('en')} | ${(100 * hit).toFixed(2)} % |`), 'the measured figure');
  assert.ok(!card(out).includes('It has not been measured'));
});

test('rows of a model that knows items by id come with their SKUs', async () => {
  const out = join(folder, 'ids');
  const { parity } = await engine.exportRun({ runId: ids, folder: out });
  assert.ok(parity.maxDifference < 1e-4);
  const { rows } = read<{ rows: readonly (string | null)[] }>(out, 'skus.json');
  assert.equal(rows.length, manifestOf(ids).shape.items);
  assert.ok(typeof rows[parity.examples!.item['row'] as number] === 'string');
  assert.deepEqual(readdirSync(out).filter((name) => name.startsWith('tokenizer')), []);
});

test('what stands already is left alone, and what cannot be exported says why', async () => {
  const full = join(folder, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'mine.txt'), 'mine');
  const refused = (runId: string, out: string, expected: { readonly code: string; readonly message: RegExp }) => assert.rejects(engine.exportRun({ runId, folder: out }), expected);
  await refused(metadata, full, { code: 'invalid', message: /full is not empty, and an export overwrites nothing\. Name a folder/ });
  await refused(metadata, join(full, 'mine.txt'), { code: 'invalid', message: /mine\.txt is a file\. Name a folder/ });
  await refused(metadata, join(full, 'mine.txt', 'below'), { code: 'invalid', message: /^Nothing can be written beside .*below/ });
  await refused('nobody', join(folder, 'x'), { code: 'not-found', message: /nobody/ });
  assert.deepEqual([readdirSync(full), readFileSync(join(full, 'mine.txt'), 'utf8')], [['mine.txt'], 'mine']);

  const stepping = awaitProgress(engine, ({ phase, step }) => phase === 'training' && step > 0);
  const { runId } = await engine.api.training.start({ config: { ...quick, epochs: 500, patience: 500 }, device: 'cpu' });
  await stepping;
  await refused(runId, join(folder, 'x'), { code: 'no-model', message: /is running: only a finished run has a model/ });
  await engine.api.training.cancel({ runId });

  appendFileSync(join(workspace, 'models', ids, 'model', 'item-encoder.onnx'), 'x');
  await refused(ids, join(folder, 'x'), { code: 'no-model', message: /^item-encoder\.onnx in .* is not what the model’s manifest vouches for/ });
  assert.deepEqual([existsSync(join(folder, 'x')), readdirSync(folder).filter((name) => name.includes('.tmp-'))], [false, []]);
});

test('the command prints one document, and refuses the same folder the second time', async () => {
  await engine.close();
  const out = join(folder, 'command');
  const shelfsight = (...words: readonly string[]) => spawnSync(process.execPath, [resolve(import.meta.dirname, '../../electron/cli.ts'), 'export', workspace, ...words], { encoding: 'utf8' });
  const first = shelfsight('--run', metadata, '--out', out, '--json');
  assert.equal(first.status, 0, first.stderr);
  const exported = JSON.parse(first.stdout) as ExportedRun;
  assert.deepEqual([exported.run, exported.folder], [metadata, out]);
  const second = shelfsight('--run', metadata, '--out', out);
  assert.deepEqual([second.status, second.stdout], [1, '']);
  assert.match(second.stderr, /^\S+command is not empty, .*\n$/);
  engine = await openTestEngine(workspace);
});

const python = spawnSync('python3', ['-c', 'import numpy, onnxruntime, tokenizers'], { stdio: 'ignore' }).status === 0;

test('on screen the same leaves as one ZIP, taken once', async () => {
  const { workspace: api } = engine.api;
  const made = await api.makeExport({ runId: metadata });
  assert.equal(made.name, `${metadata}.onnx.zip`);
  const pieces: Buffer[] = [];
  for (let offset = 0; offset < made.bytes; offset += pieces.at(-1)!.length) pieces.push(Buffer.from((await api.takeMade({ file: made.file, offset })).base64, 'base64'));
  const zip = join(folder, 'taken.zip');
  writeFileSync(zip, Buffer.concat(pieces));
  const handle = await open(zip);
  const out = join(folder, 'new', 'metadata');
  try {
    const members = await listMembers(handle, made.bytes);
    assert.deepEqual(members.map(({ name }) => name).sort(), readdirSync(out).sort());
    const network = members.find(({ name }) => name === 'item-encoder.onnx')!;
    const content: Buffer[] = [];
    for await (const chunk of readMember(handle, network)) content.push(chunk);
    assert.ok(Buffer.concat(content).equals(readFileSync(join(out, network.name))));
  } finally {
    await handle.close();
  }
  await assert.rejects(api.takeMade({ file: made.file, offset: 0 }), { code: 'not-found' });
  await assert.rejects(api.makeExport({ runId: 'no such run' }), { code: 'not-found' });
  assert.deepEqual(readdirSync(join(workspace, 'cache', 'made')), [], 'nothing is left of it');
  for (let n = 0; n < 3; n++) await api.makeBundle({});
  assert.equal(readdirSync(join(workspace, 'cache', 'made')).length, 2, 'what nobody takes does not pile up');
});

test('the example of the card runs as it stands', { skip: python ? false : 'no Python with numpy, onnxruntime and tokenizers' }, () => {
  for (const name of ['measured', 'ids']) {
    const out = join(folder, name);
    const [, code = ''] = /```python\n([^]+?)```/.exec(readFileSync(join(out, 'README.md'), 'utf8'))!;
    const printed = execFileSync('python3', ['-c', code], { cwd: out, encoding: 'utf8' });
    assert.ok(Number(/differs by: (\S+)/.exec(printed)![1]) < 1e-4, printed);
  }
});
