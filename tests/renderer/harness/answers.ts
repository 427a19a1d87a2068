/** DEVELOPMENT HARNESS, never part of the product: plausible answers to every method of the contract, from the shop in memory. */
import { configReasons, normalizeConfig, presets } from '../../../models/config.ts';
import type { Item, ItemFeatures } from '../../../db/records.ts';
import type { Api, Events } from '../../../electron/api/index.ts';
import type { BenchmarkProgress, BenchmarkTask } from '../../../electron/api/benchmark.ts';
import type { Preview } from '../../../electron/api/launch.ts';
import type { RunDetail, TrainingProgress } from '../../../electron/api/training.ts';
import { viewsAnswers } from './views.ts';
import { AppError } from '../../../electron/api/errors.ts';
import { backtestAnswers } from './backtest.ts';
import { benchmarkTable, differenceOf } from './benchmark.ts';
import { categoriesAnswers } from './categories.ts';
import { slowOpening } from './opening.ts';
import { draftsAnswers } from './drafts.ts';
import { breakdowns, launchAnswers } from './launch.ts';
import { eventsOf, items, live, rowOf, similarity, textOf, visits, wordsOf } from './shop.ts';

export type Send = <E extends keyof Events>(event: E, value: Events[E]) => void;
/** What kind of workspace to play: `empty` has nothing yet, `untrained` has data, `ready` has a model, `stale` a model of older data. */
export type Scene = 'empty' | 'untrained' | 'ready' | 'stale';

const day = 86_400_000;
const trainedAt = Date.UTC(2026, 10, 20, 9, 12);
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function previewOf(sku: string, features: ItemFeatures): Preview {
  const near = live().map((item) => ({ item, similarity: similarity(features, item) })).sort((a, b) => b.similarity - a.similarity);
  const best = near.slice(0, 12);
  const strength = best.reduce((sum, one) => sum + one.similarity ** 3 * Math.log1p(eventsOf(one.item.sku)), 0);
  const moments = 9_412;
  const k = 20;
  const slots = Math.min(moments, Math.round(strength * 26));
  const exposure = slots / (moments * k);
  const half = Math.sqrt(slots) / (moments * k) * 1.96;
  const total = live().length;
  const bucket = [0.02, 0.09, 0.18, 0.71].map((share) => Math.round(share * slots));
  const beyond = [0.18, 0.16, 0.42, 0.24].map((share) => Math.round(share * (moments - slots)));
  const known = new Set(live().flatMap((item) => [...wordsOf(item)]));
  const tokens = features.title.toLowerCase().split(/\s+/).filter((token) => token !== '').map((token) => ({ field: 'title', token, count: known.has(token.replace(/\W/g, '')) ? 40 + token.length * 13 : 0 }));
  const knownBrand = live().some((item) => item.brand === features.brand);
  const entered = visits.filter((visit) => visit.skus.some((other) => best.some((one) => one.item.sku === other))).slice(0, 24).map((visit, index) => ({
    sessionId: visit.sessionId, rank: 1 + Math.floor(index * 0.8), score: 8 - index * 0.1,
    items: visit.skus.slice(0, 1 + (index % 5)).map((other) => rowOf(items.get(other)!)),
  }));
  const lost = best.map((one, index) => ({ item: rowOf(one.item), slots: Math.max(1, Math.round(slots / (index + 3) / 2)), before: 0.0021 / (index + 1), after: 0.0018 / (index + 1), places: 1.4 / (index + 1), protected: false }));
  const path = best[0]?.item.categoryPath ?? [];
  return {
    sku, exposure, exposureInterval: [Math.max(0, exposure - half), exposure + half], reach: Math.min(1, slots / 3100), reachInterval: [slots / 3400, slots / 2900],
    medianRank: Math.max(4, Math.round(900 / (1 + strength))), averageExposure: 1 / total, percentile: Math.min(0.99, strength / 30),
    ranks: ['1', '2–5', '6–10', '11–20', '21–50', '51–100', '101–500', '> 500'].map((label, index) => ({ label, moments: [...bucket, ...beyond][index]! })),
    similar: best.map((one) => ({ item: rowOf(one.item), similarity: one.similarity, exposure: eventsOf(one.item.sku) / 90_000 })),
    displaced: lost, slotsGained: slots, slotsLost: slots, entered, ...breakdowns(slots, moments, features, lost),
    categories: ['l1', 'l2', 'l3', 'leaf'].map((level, index) => ({
      level, stated: features.categoryPath[index] ?? null, predicted: [{ label: path[index] ?? 'Other', probability: 0.91 - index * 0.12 }, { label: near[20]!.item.categoryPath[index] ?? 'Other', probability: 0.06 }],
      agrees: features.categoryPath[index] === undefined ? null : features.categoryPath[index] === path[index],
    })),
    tokens, confidence: knownBrand ? 'normal' : 'low',
    warnings: knownBrand ? [] : [{ code: 'unknown-brand', message: `The brand “${features.brand}” is not in the catalogue, so the model knows nothing about it; the numbers rest on the other fields.` }],
    provenance: {
      run: '20261120-091201-m2trec', model: 'm2trec', head: 'tied', trainedAt, device: 'cpu', panel: { n: 2000, moments, seed: 7, source: 'test sessions' }, k, candidates: total, seen: 'removed',
      milliseconds: { encode: 3.1, score: 14.2, displace: 6.4 },
    },
  };
}

function page<Row>(rows: readonly Row[], { offset, limit }: { readonly offset: number; readonly limit: number }): { total: number; rows: readonly Row[] } {
  return { total: rows.length, rows: rows.slice(offset, offset + limit) };
}

function curve(steps: number): RunDetail['curve'] {
  return Array.from({ length: steps / 10 }, (_, index) => {
    const step = (index + 1) * 10;
    const epoch = Math.ceil((step / steps) * 4);
    const loss = 4.1 + 4.6 * Math.exp(-step / 260) + 0.08 * Math.sin(step * 0.7);
    const ends = step % (steps / 4) === 0;
    return ends ? { step, epoch, loss, validation: { 'hit@20': 0.31 + 0.05 * epoch, 'mrr@20': 0.11 + 0.02 * epoch, 'leaf_hit@1': 0.38 + 0.04 * epoch } } : { step, epoch, loss };
  });
}

const doneRun: RunDetail = {
  runId: '20261120-091201-m2trec', model: 'm2trec', head: 'tied', mode: 'causal', seed: 1, device: 'cpu', status: 'done', startedAt: trainedAt, seconds: 58, epochs: 4, bestEpoch: 4,
  validation: { 'hit@20': 0.512, 'mrr@20': 0.192, 'leaf_hit@1': 0.541 }, hidden: 0, stale: false, active: true, message: null, config: presets.small, curve: curve(800),
  attributes: [{ name: 'title', kind: 'text', vocabulary: 3120, filled: 2210 }, { name: 'brand', kind: 'category', vocabulary: 86, filled: 2190 }, { name: 'color', kind: 'category', vocabulary: 41, filled: 1392 }, { name: 'price', kind: 'number', vocabulary: 0, filled: 2210 }],
  parameters: 412_608, dataHash: '9f2c1e77ab04', evaluation: null,
};

/** One client's backend. */
function findItems(items: readonly Item[], { search = '', status = 'live', brand, category }: { readonly search?: string | undefined; readonly status?: string | undefined; readonly brand?: string | undefined; readonly category?: string | undefined }): readonly Item[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return items.filter((item) => (status === 'all' || item.status === status) && (brand ?? item.brand) === item.brand && (category === undefined || item.categoryPath.includes(category)) && words.every((word) => `${item.sku} ${textOf(item)}`.toLowerCase().includes(word)));
}

export function createAnswers(scene: Scene, send: Send): Api {
  const opening = slowOpening(send);
  const hasData = scene !== 'empty';
  const runs: RunDetail[] = scene === 'ready' || scene === 'stale' ? [{ ...doneRun, stale: scene === 'stale' }, { ...doneRun, runId: '20261119-170433-metrec', model: 'metrec', active: false, startedAt: trainedAt - day, status: 'failed', validation: null, bestEpoch: null, message: 'The loss became NaN at step 210. Lower the learning rate or choose another seed, then train again.' }] : [];
  const catalog = (): readonly Item[] => (hasData ? [...items.values()] : []);
  let running: { runId: string; paused: boolean; timer: NodeJS.Timeout } | null = null;
  const uploads = new Map<string, { name: string; bytes: number }>();

  function train(runId: string): void {
    const steps = 800;
    let step = 0;
    const timer = setInterval(() => {
      if (running === null || running.paused) return;
      step += 2; // a minute to the end: nobody who watches it comes too late
      const ended = step >= steps;
      const point = doneRun.curve[Math.min(doneRun.curve.length - 1, Math.floor(step / 10))]!;
      const progress: TrainingProgress = {
        runId, status: ended ? 'done' : 'running', phase: ended ? 'done' : 'training', step, steps, epoch: point.epoch, epochs: 4, loss: point.loss, examplesPerSecond: 9_800, eta: step < 80 ? null : (steps - step) / 30,
        elapsed: step / 30, device: 'cpu', memoryMB: 512, validation: step % 200 === 0 ? doneRun.curve.find((other) => other.step === step)?.validation ?? null : null, message: null,
      };
      send('training.progress', progress);
      if (ended) {
        clearInterval(timer);
        running = null;
        send('workspace.changed', { what: ['runs', 'model'] });
      }
    }, 150);
    timer.unref();
    running = { runId, paused: false, timer };
  }

  let queue: BenchmarkProgress | null = null;
  function tellQueue(state: BenchmarkProgress): BenchmarkProgress {
    queue = state;
    send('benchmark.progress', state);
    return state;
  }
  /** Two seconds a task, then the next; a cancel ends it. */
  function runQueue(tasks: readonly BenchmarkTask[]): BenchmarkProgress {
    const at = (position: number): BenchmarkProgress => ({
      status: position < tasks.length ? 'running' : 'done', position, training: null, elapsed: position * 2, eta: position === 0 ? null : (tasks.length - position) * 2,
      tasks: tasks.map((task, index) => ({ ...task, status: index < position ? 'done' : index === position ? 'running' : 'waiting', seconds: index < position ? 2 : null })),
    });
    const timer = setInterval(() => {
      if (queue === null || queue.status !== 'running') return clearInterval(timer);
      tellQueue(at(queue.position + 1));
    }, 2_000);
    timer.unref();
    return tellQueue(at(0));
  }

  return {
    workspace: {
      status: async () => ({
        folder: '/home/mira/shelfsight/demo', name: scene === 'empty' ? 'New workspace' : 'Harbour & Oak demo', demo: hasData, readOnly: false, live: hasData ? live().length : 0, drafts: catalog().filter((item) => item.status === 'draft').length,
        sessions: hasData ? visits.length : 0,
        model: runs.length === 0 ? null : { runId: doneRun.runId, model: 'm2trec', head: 'tied', trainedAt, stale: scene === 'stale' ? '214 SKUs have changed since this model was trained. Train again to include them.' : null },
        running: running === null ? null : { runId: running.runId, paused: running.paused }, compute: running === null ? 'idle' : 'busy', version: '0.1.0',
      }),
      recovery: async () => null,
      recover: () => Promise.reject(new AppError('invalid', 'The workspace is open as it is: there is nothing to recover from.')),
      openDemo: async () => undefined,
      resetDemo: async () => undefined,
      openBundle: async () => undefined,
      makeBundle: async () => ({ file: '00000000-0000', name: 'demo.shelfsight.zip', bytes: 0 }),
      makeExport: async ({ runId }) => ({ file: '00000000-0000', name: `${runId}.onnx.zip`, bytes: 0 }),
      takeMade: async () => ({ base64: '' }),
      wipe: async () => undefined,
    },
    views: viewsAnswers(send),
    catalog: {
      facets: async (query) => {
        const count = (own: 'brand' | 'category', valueOf: (item: Item) => string) => {
          const counts = Map.groupBy(findItems(catalog(), { ...query, [own]: undefined }), valueOf);
          return [...counts].filter(([value]) => value !== '').map(([value, found]) => ({ value, count: found.length })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, 100);
        };
        return { brands: count('brand', (item) => item.brand), categories: count('category', (item) => item.categoryPath.at(-1) ?? '') };
      },
      stats: async () => ({ live: hasData ? live().length : 0, drafts: hasData ? 12 : 0, retired: 0, brands: 86, leaves: 110, lastImport: null }),
      list: async (query) => {
        const found = findItems(catalog(), query).map(rowOf);
        const sort = query.sort ?? 'sku';
        const key = (row: (typeof found)[number]): string | number => (sort === 'leaf' ? row.categoryPath.at(-1) ?? '' : sort === 'price' ? row.price ?? -1 : row[sort]);
        found.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (query.descending ? -1 : 1));
        return page(found, query);
      },
      get: async ({ sku }) => {
        const item = items.get(sku);
        if (item === undefined) throw new AppError('not-found', `There is no SKU ${sku} in this workspace. Look for it in the catalog, or import the file that holds it.`);
        return { item, events: eventsOf(sku) };
      },
      suggest: async ({ field, text, limit }) => {
        const values = catalog().flatMap((item) => (field === 'brand' ? [item.brand] : field === 'category' ? item.categoryPath : item[field]));
        const counts = Map.groupBy(values.filter((value) => value.toLowerCase().includes(text.toLowerCase())), (value) => value);
        return [...counts].map(([value, all]) => ({ value, count: all.length })).sort((a, b) => b.count - a.count).slice(0, limit);
      },
      openUpload: async ({ name, bytes }) => {
        const file = `upload-${uploads.size + 1}`;
        uploads.set(file, { name, bytes });
        return { file };
      },
      writeUpload: async ({ offset, base64 }) => ({ received: offset + Buffer.from(base64, 'base64').length }),
      inspect: async ({ file, kind, mapping }) => ({
        file, name: uploads.get(file)?.name ?? file, bytes: uploads.get(file)?.bytes ?? 0, kind: kind ?? 'catalog', format: mapping?.format ?? 'shelfsight', encoding: 'UTF-8', delimiter: mapping?.delimiter ?? ',', headerLine: 1,
        columns: [
          ['sku', 'sku', 1, ['WC-1001', 'WC-1002', 'WC-1003']], ['title', 'title', 1, ['Calderra Brookline White 3 in. x 6 in. Tile', 'Bondarra TrueFill Grout', 'TORVANE 20-Volt MAX']], ['brand', 'brand', 0.99, ['Calderra', 'Bondarra', 'TORVANE']],
          ['farbe', 'color', 0.82, ['Weiß', 'Grau', '']], ['preis', 'price', 0.74, ['12,90', '8,50', '129,00']], ['leaf', 'leaf', 1, ['Ceramic Subway Tile', 'Grout', 'Drill/Drivers']], ['ean', null, 0, ['4006381333931', '', '4006381333948']],
        ].map(([header, field, confidence, examples]) => ({ header: header as string, field: mapping?.columns ? Object.entries(mapping.columns).find(([, name]) => name === header)?.[0] ?? null : (field as string | null), confidence: confidence as number, examples: examples as string[] })),
        fields: ['sku', 'title', 'brand', 'color', 'material', 'price', 'leaf', 'description'].map((name) => ({ name, required: name === 'sku' || name === 'title' })),
        preview: [['WC-1001', 'Calderra Brookline White', 'Calderra', 'Weiß', '12,90', 'Ceramic Subway Tile', '4006381333931']], problems: [], candidates: [], sheets: [], formats: ['merchant', 'shopify', 'generic'], remembered: null,
        detected: [
          { what: 'container', guess: 'delimited text', confidence: 1, examples: [] }, { what: 'encoding', guess: 'utf-8', confidence: 0.95, examples: ['Weiß'] },
          { what: 'delimiter', guess: 'comma', confidence: 0.9, examples: ['WC-1001 · Calderra Brookline White'] }, { what: 'header', guess: 'line 1', confidence: 0.95, examples: ['sku', 'title', 'brand'] }, { what: 'format', guess: 'generic', confidence: 0.6, examples: ['shelfsight'] },
        ],
      }),
      import: async ({ job, kind, dryRun, file, mapping }) => {
        for (let part = 1; part <= 10; part++) {
          send('import.progress', { job, does: dryRun === true ? 'check' : 'import', kind, file: uploads.get(file)?.name ?? file, phase: part < 9 ? 'reading' : 'publishing', bytesRead: part * 120_000, bytesTotal: 1_200_000, rows: part * 1_000 });
          await wait(60);
        }
        return {
          importId: dryRun ? null : 4, outcome: 'partial', dryRun: dryRun ?? false, files: [{ file: uploads.get(file)?.name ?? file, kind, format: 'shelfsight', encoding: 'UTF-8', delimiter: ',', headerLine: 1, rows: { ok: 9_988, rejected: 12, skipped: 0 } }],
          created: 9_204, updated: 512, unchanged: 272, rejected: 12, alreadyLive: 0,
          issues: [
            { code: 'E_PRICE_UNREADABLE', severity: 'row', file: 'catalog.csv', line: 214, column: 'preis', value: 'auf Anfrage', message: 'The price is not a number.', fix: 'Write a number, or leave the cell empty.' },
            { code: 'E_PRICE_UNREADABLE', severity: 'row', file: 'catalog.csv', line: 3_871, column: 'preis', value: '12.5.0', message: 'The price is not a number.', fix: 'Write a number, or leave the cell empty.' },
            { code: 'W_TITLE_TRUNCATED', severity: 'warn', file: 'catalog.csv', line: 52, column: 'title', value: 'Calderra Brookline White 3 in. x 6 in. …', message: 'The title is longer than 1,000 characters and was cut.' },
          ],
          issueCounts: { E_PRICE_UNREADABLE: 12, W_TITLE_TRUNCATED: 1 }, report: null, retired: 0, rejectedRows: 'check-rejected.csv',
          groups: [
            { code: 'E_TITLE_EMPTY', severity: 'row', count: 12, fix: 'Fill it, or import rows without a title.', answer: mapping?.untitled === undefined ? 'untitled' : null, examples: ['Line 214: title is empty.', 'Line 3,871: title is empty.', 'Line 5,002: title is blank.'] },
            { code: 'W_TITLE_TRUNCATED', severity: 'warn', count: 1, fix: 'Move long text to the description.', answer: null, examples: ['Line 52: title was cut to 1,000 characters.'] },
          ],
          difference: kind === 'sessions' ? null : { missing: 31, emptied: { brand: 4 }, examples: { created: [{ sku: 'WC-9001', title: 'Oak shelf' }], updated: [{ sku: 'WC-1001', title: 'Calderra Brookline White', status: 'live', changes: [{ field: 'price', before: '12.9', after: '13.5' }, { field: 'brand', before: 'Calderra', after: '' }] }], missing: [{ sku: 'WC-0007', title: 'Brass hinge' }] } },
        };
      },
      cancelImport: async () => {},
      forgetMapping: async () => {},
      rejectedRows: async () => ({ text: 'sku,title,_reason\r\n,Lost,Line 2: SKU is empty.\r\n', next: null }),
      planUndo: async ({ importId }) => ({ id: importId, kind: 'catalog', file: 'catalog.csv', way: 'undo', changed: importId === 1 ? 2 : 0, examples: importId === 1 ? [{ sku: 'WC-1001', title: 'Calderra Brookline White', by: 'prices.csv' }, { sku: 'WC-1002', title: '', by: null }] : [] }),
      moveImport: async ({ importId, way, overwrite }) => ({ id: importId, kind: 'catalog', file: 'catalog.csv', way, restored: 512, removed: 9_204, kept: overwrite === true ? 0 : importId === 1 ? 2 : 0, events: 0, drafts: false }),
      imports: async () => (hasData ? [{ id: 1, kind: 'catalog', file: 'catalog.csv', at: trainedAt - 2 * day, outcome: 'ok', created: 2041, updated: 0, unchanged: 0, rejected: 0, retired: 0, drafts: false, recorded: true, undone: null, files: [] }, { id: 2, kind: 'sessions', file: 'sessions.csv', at: trainedAt - 2 * day, outcome: 'ok', created: 118_000, updated: 0, unchanged: 0, rejected: 0, retired: 0, drafts: false, recorded: true, undone: null, files: [] }] : []),
    },
    sessions: {
      stats: async () => {
        const lengths = Array<number>(20).fill(0);
        for (const visit of hasData ? visits : []) lengths[Math.min(20, visit.skus.length) - 1]! += 1;
        const all = hasData ? visits.reduce((sum, visit) => sum + visit.skus.length, 0) : 0;
        return { sessions: hasData ? visits.length : 0, events: all, unknownEvents: 0, single: lengths[0]!, meanLength: hasData ? all / visits.length : 0, lengths, splits: { none: 0, train: Math.round(all * 0.91), valid: Math.round(all * 0.045), test: Math.round(all * 0.045) } };
      },
      list: async (query) => page((hasData ? visits : []).filter((visit) => query.sku === undefined || visit.skus.includes(query.sku)).map((visit) => ({ sessionId: visit.sessionId, length: visit.skus.length, start: visit.start, skus: visit.skus, titles: visit.skus.map((sku) => items.get(sku)?.title ?? null) })), query),
      get: async ({ sessionId }) => {
        const visit = visits.find((other) => other.sessionId === sessionId);
        if (visit === undefined) throw new AppError('not-found', `There is no session ${sessionId}.`);
        return { session: { sessionId, length: visit.skus.length, start: visit.start, skus: visit.skus, titles: visit.skus.map((sku) => items.get(sku)?.title ?? null) }, items: visit.skus.map((sku) => rowOf(items.get(sku)!)) };
      },
    },
    training: {
      defaults: async ({ preset, model }) => ({ config: normalizeConfig(model === undefined ? {} : { model }, preset), reasons: configReasons }),
      devices: async () => [{ device: 'cpu', available: true, detail: 'A test product took 3.1 ms.', milliseconds: 3.1 }, { device: 'webgpu', available: false, detail: 'No usable graphics adapter was found on this machine.', milliseconds: null }],
      start: async () => {
        const runId = '20261121-020500-m2trec';
        runs.unshift({ ...doneRun, runId, status: 'running', active: false, bestEpoch: null, validation: null, curve: [], startedAt: Date.now() });
        train(runId);
        return { runId };
      },
      pause: async () => { if (running) running.paused = true; },
      resume: async () => { if (running) running.paused = false; },
      cancel: async () => { if (running) clearInterval(running.timer); running = null; send('workspace.changed', { what: ['runs'] }); },
      runs: async () => runs,
      run: async ({ runId }) => {
        const run = runs.find((other) => other.runId === runId);
        if (run === undefined) throw new AppError('not-found', `There is no run ${runId}.`);
        return run;
      },
      evaluate: async () => {
        throw new AppError('busy', 'The harness evaluates nothing.');
      },
      activate: async () => { send('workspace.changed', { what: ['model'] }); },
    },
    benchmark: {
      table: async () => (hasData ? { ...benchmarkTable, ...(scene === 'untrained' ? { rows: [], systems: benchmarkTable.systems.filter(({ kind }) => kind === 'baseline') } : {}), queue } : { data: null, systems: [], rows: [], published: [], queue: null }),
      start: async ({ systems, seeds = [1], shares = [1] }) => {
        const tasks = systems.flatMap((name) => shares.flatMap((share) => seeds.map((seed) => ({ kind: 'train', name, label: name, seed, share, fit: 'train', status: 'waiting', runId: null, seconds: null, message: null }) as const)));
        return runQueue(tasks);
      },
      evaluate: async ({ systems = ['vsknn'] }) => runQueue(systems.map((key) => ({ kind: 'evaluate', name: 'm2trec', label: key, seed: 1, share: 1, fit: 'train', status: 'waiting', runId: key, seconds: null, message: null }))),
      cancel: async () => { if (queue !== null) tellQueue({ ...queue, status: 'cancelled', tasks: queue.tasks.map((task) => (task.status === 'done' ? task : { ...task, status: 'cancelled' })) }); },
      difference: async ({ group, against, slice = 'all' }) => differenceOf(group, against, slice),
      export: async ({ format, repeats, k }) => ({ name: `benchmark.${format === 'csv' ? 'csv' : 'md'}`, text: `${format} ${repeats} ${k ?? 20}` }),
    },
    backtest: backtestAnswers,
    launch: {
      ...draftsAnswers(previewOf, hasData, runs.length > 0, send, wait),
      preview: async ({ sku, features }) => { await wait(25); return previewOf(sku, features); },
      ...launchAnswers(previewOf, wait),
      stopOpening: () => opening.stopOpening(),
    },
    ...categoriesAnswers(runs.find(({ active }) => active) ?? null, (runId) => runs.find((run) => run.runId === runId), benchmarkTable.systems, send, opening),
  };
}
