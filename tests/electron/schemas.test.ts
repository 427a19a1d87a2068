/** promises.md S3: every method refuses bad input, against the real services of a real workspace. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';
import { isAppError } from '../../electron/api/errors.ts';
import { methods } from '../../electron/api/index.ts';
import { schemas } from '../../electron/api/schemas.ts';
import type { Engine } from '../../electron/engine.ts';
import { jsonValues, liveValues } from '../helpers/hostile-values.ts';
import { openTestEngine, removeFolder } from '../helpers/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-schemas-'));
let engine: Engine;
const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

before(async () => {
  engine = await openTestEngine(folder);
});
after(async () => {
  await engine.close();
  removeFolder(folder);
});

const names = Object.entries(methods).flatMap(([service, list]) => Object.keys(list).map((method) => [service, method] as const));

const features = { title: 't', description: '', brand: '', categoryPath: [], color: [], material: [], size: '', department: '', manufacturer: '', price: null, attrs: [] };
const page = { offset: 0, limit: 10 };

/** A request that each method takes, with every optional field; the fuzz replaces its fields one by one. */
const samples: Readonly<Record<string, object>> = {
  'workspace.status': {}, 'workspace.openDemo': {}, 'workspace.resetDemo': {}, 'workspace.openBundle': { file: '00000000-0000' }, 'workspace.makeBundle': {}, 'workspace.makeExport': { runId: 'r' }, 'workspace.takeMade': { file: '00000000-0000', offset: 0 }, 'workspace.recovery': {}, 'workspace.recover': { way: 'restore', backup: 'b' }, 'workspace.wipe': { name: 'of no workspace' }, 'catalog.stats': {},
  'catalog.facets': { search: 'a', status: 'all', brand: 'b', category: 'c' },
  'catalog.list': { search: 'a', status: 'all', brand: 'b', category: 'c', sort: 'sku', descending: true, ...page },
  'catalog.get': { sku: 'a' },
  'catalog.suggest': { field: 'brand', text: 'a', limit: 5 },
  'catalog.openUpload': { name: 'a.csv', bytes: 3 },
  'catalog.writeUpload': { file: '00000000-0000', offset: 0, base64: 'YQ==' },
  'catalog.inspect': { file: '00000000-0000', kind: 'catalog', mapping: { format: 'generic', encoding: 'utf-8', delimiter: ',', headerLine: 1, columns: { sku: 'id' }, untitled: 'allow', priceDecimal: '.', categorySeparator: '>' } },
  'catalog.forgetMapping': { file: '00000000-0000' },
  'catalog.import': { file: '00000000-0000', kind: 'catalog', mapping: {}, asDrafts: true, dryRun: true, retireMissing: true, job: 'j' },
  'catalog.cancelImport': { job: 'j' }, 'catalog.imports': {}, 'catalog.rejectedRows': { of: { job: 'j' }, offset: 0 },
  'catalog.planUndo': { importId: 1 }, 'catalog.moveImport': { importId: 1, way: 'undo', overwrite: true, job: 'j' },
  'sessions.stats': {}, 'sessions.list': { ...page, sku: 'a' }, 'sessions.get': { sessionId: 's' },
  'training.defaults': { preset: 'small' }, 'training.devices': {},
  'training.start': { preset: 'small', model: 'm2trec', head: 'tied', mode: 'causal', epochs: 1, device: 'cpu', seed: 1, hide: ['a'], config: { width: 64 } },
  'training.pause': { runId: 'r' }, 'training.resume': { runId: 'r' }, 'training.cancel': { runId: 'r' }, 'training.runs': {}, 'training.run': { runId: 'r' }, 'training.activate': { runId: 'r' },
  'training.evaluate': { system: { baseline: 'popularity' }, ks: [20], targets: ['a'], hide: ['a'], candidates: 'all', prefixes: 'test', equalExposure: false, excludeSeen: true },
  'launch.drafts': { search: 'a', filters: { brand: 'b', category: 'A > B', confidence: 'none', missing: 'color', readinessBelow: 0.5, exposureBelow: 0.01, dead: true }, sort: 'readiness', descending: true, ...page },
  'launch.draftFacets': { search: 'a', filters: { brand: 'b' } },
  'launch.orderDrafts': { search: 'a', filters: {}, sort: 'missing', descending: false, order: 1, find: 'NEW-1' },
  'launch.draftSkus': { search: 'a', filters: {}, sort: 'missing', descending: false, offset: 0, limit: 100_000 },
  'launch.saveDraft': { sku: 'd', features, currency: 'EUR' },
  'launch.deleteDrafts': { skus: ['d'] },
  'launch.editDrafts': { skus: ['d'], changes: [{ field: 'brand', to: 'b' }, { field: 'color', to: ['red'] }, { field: 'price', to: null }, { field: 'attribute', name: 'n', to: '' }], onlyEmpty: true, dryRun: true },
  'launch.edits': {}, 'launch.undo': {}, 'launch.redo': {}, 'launch.forgetEdit': { id: 1 },
  'launch.protect': { skus: ['d'], limit: null }, 'launch.protections': { skus: ['d'] },
  'launch.preview': { sku: 'd', features, k: 20, panel: 100 },
  'launch.explain': { sku: 'd', features, k: 20, panel: 100 },
  'launch.contrast': { sku: 'd', a: features, b: features, k: 20, panel: 100 },
  'launch.together': { skus: ['d'], k: 20, panel: 100 },
  'launch.history': { sku: 'd' }, 'launch.variant': { sku: 'd' }, 'launch.keepVariant': { sku: 'd', features, currency: 'EUR' }, 'launch.dropVariant': { sku: 'd' }, 'launch.brief': { sku: '', features, currency: 'EUR' }, 'launch.exportTable': { name: 'n', rows: [['a', 1, null], []] },
  'launch.refreshBoard': {}, 'launch.stopBoard': {}, 'launch.stopOpening': {},
  'categories.items': { skus: ['a'] },
  'categories.recommend': { session: ['a'], k: 20, run: 'r', withDrafts: true },
  'categories.contributions': { session: ['a'], k: 20, run: 'r', withDrafts: true },
  'categories.demand': { run: 'r', level: 'leaf', segment: { entry: ['A', 'B'], least: 1, most: 9, sku: 'a', brand: 'b' }, from: ['A'] },
  'categories.demandMoments': { run: 'r', level: 'leaf', segment: {}, from: ['A'], to: ['B'], which: 'went', ...page },
  'report.read': { runId: 'r' }, 'report.measure': { runId: 'r' }, 'report.cancel': {}, 'report.export': { runId: 'r', format: 'csv' },
  'backtest.options': {}, 'backtest.launches': { since: '2026-01-01' },
  'backtest.start': { since: '2026-01-01', hide: ['a'], k: 20, preset: 'small', epochs: 1, device: 'cpu', seed: 1, config: { width: 64 } },
  'backtest.pause': { id: 'b' }, 'backtest.resume': { id: 'b' }, 'backtest.cancel': { id: 'b' }, 'backtest.remove': { id: 'b' }, 'backtest.list': {}, 'backtest.get': { id: 'b' },
  'backtest.rows': { id: 'b', search: 'x', reason: 'chance', sort: 'factor', descending: true, ...page }, 'backtest.export': { id: 'b' },
  'backtest.latest': { run: 'r', confidence: 'low', leaf: 'Tiles' },
  'views.list': {}, 'views.save': { name: 'n', detail: 'd', replace: true }, 'views.rename': { name: 'n', to: 'm' }, 'views.remove': { name: 'n' },
  'views.columns': { grid: 'board' }, 'views.keepColumns': { grid: 'catalog', columns: ['sku'] },
  'benchmark.table': {},
  'benchmark.start': { systems: ['m2trec', 'vsknn'], seeds: [1], shares: [0.5], epochs: 1, preset: 'small', head: 'tied', mode: 'causal', negatives: 0, fit: 'train', device: 'cpu', config: { width: 64 } },
  'benchmark.evaluate': { systems: ['vsknn'] },
  'benchmark.cancel': {},
  'benchmark.difference': { group: 'a', against: 'b', repeats: 'allowed', slice: 'sparse' },
  'benchmark.export': { format: 'csv', repeats: 'allowed', k: 20 },
};

async function call(service: string, method: string, request: unknown): Promise<string> {
  const table = engine.api as unknown as Record<string, Record<string, (request: unknown) => Promise<unknown>>>;
  return table[service]![method]!(request).then(
    () => 'answered',
    (error: unknown) => (isAppError(error) ? error.code : `bug: ${String(error)}`),
  );
}

/** Everything the workspace holds, as committed. */
function contentHash(): string {
  return createHash('sha256').update(readFileSync(join(folder, 'workspace.sqlite'))).update(readFileSync(join(folder, 'workspace.sqlite-wal'))).digest('hex');
}

test('every method of the contract has a schema and a sample that it takes', () => {
  const named = names.map(([service, method]) => `${service}.${method}`);
  assert.deepEqual(Object.keys(samples).sort(), [...named].sort());
  for (const [service, method] of names) {
    const schema = (schemas as unknown as Record<string, Record<string, { parse(value: unknown): unknown }>>)[service]![method]!;
    assert.deepEqual(schema.parse(samples[`${service}.${method}`]), samples[`${service}.${method}`]);
  }
});

test('hostile values in place of a request are refused by every method, and change nothing', async () => {
  assert.ok(jsonValues.length >= 67 && liveValues.length >= 25, `${jsonValues.length} and ${liveValues.length} values`);
  const before = contentHash();
  let calls = 0;
  for (const [service, method] of names) {
    for (const value of [...jsonValues, ...liveValues]) {
      // An empty object, of whatever making, is what methods without fields take.
      if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0) continue;
      calls++;
      assert.equal(await call(service, method, value), 'invalid', `${service}.${method} took ${inspect(value).slice(0, 40)}`);
    }
  }
  assert.equal(contentHash(), before);
  assert.deepEqual(unhandled, []);
  assert.ok(calls > 2_500, `${calls} calls`);
});

test('hostile values in place of one field end in an answer or an expected error, never in a bug', async () => {
  const bugs: string[] = [];
  for (const [service, method] of names) {
    const sample = samples[`${service}.${method}`]!;
    for (const field of Object.keys(sample)) {
      for (const value of jsonValues) {
        const outcome = await call(service, method, { ...sample, [field]: value });
        if (outcome.startsWith('bug') || outcome === 'internal') bugs.push(`${service}.${method} ${field}=${JSON.stringify(value).slice(0, 40)}: ${outcome}`);
      }
    }
  }
  assert.deepEqual(bugs, []);
  assert.deepEqual(unhandled, []);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('the message says which field is wrong', async () => {
  await assert.rejects(engine.api.catalog.list({ offset: -1, limit: 10 }), /^AppError: catalog\.list does not take this request\. offset: /);
  await assert.rejects(engine.api.catalog.list({ offset: 0, limit: 10, serach: 'x' } as never), /serach/);
});
