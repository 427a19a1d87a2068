/** The launch board in SQL: 100,000 drafts, nine in ten with numbers, one page of every order at both ends and in the middle, and the counts of the filters. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stockShop } from '../../build/demo/catalog.ts';
import { createRandom } from '../../build/demo/random.ts';
import { listDrafts, listDraftSkus, readDraftFacets, readDrafts } from '../../db/board.ts';
import type { DraftSort } from '../../db/board.ts';
import { openWorkspace } from '../../db/database.ts';
import type { WritableDB } from '../../db/database.ts';
import { savePreviews } from '../../db/previews.ts';
import { createRun } from '../../db/runs.ts';
import { emptyItem, prepareItemWriter } from '../../db/stored-item.ts';
import { createDraftOrders } from '../../electron/services/draft-orders.ts';
import type { BenchResult } from './run.ts';
import { printTimings, summarize } from './timing.ts';
import type { Timing } from './timing.ts';

export const title = 'the launch board in SQL (options: --drafts=100000 --runs=5)';

const runId = 'bench';
const sorts: readonly DraftSort[] = ['sku', 'title', 'brand', 'category', 'exposure', 'reach', 'medianRank', 'readiness', 'confidence', 'missing'];

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const drafts = Number(options['drafts'] ?? 100_000);
  const runs = Number(options['runs'] ?? 5);
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-bench-'));
  const workspace = openWorkspace(folder);
  try {
    await workspace.write((db) => fill(db, drafts));
    const db = workspace.reader;
    const timings: Timing[] = [];
    const time = (name: string, work: () => unknown): void => {
      const times = Array.from({ length: runs }, () => {
        const start = performance.now();
        work();
        return performance.now() - start;
      });
      timings.push(summarize(name, times));
    };
    for (const sort of sorts) {
      for (const [place, offset] of [['first', 0], ['middle', drafts / 2], ['last', drafts - 100]] as const) {
        time(`${sort}, ${place} page`, () => listDrafts(db, { runId, sort, descending: true, offset, limit: 100 }));
      }
    }
    time('dead on arrival without a colour, by exposure', () => listDrafts(db, { runId, sort: 'exposure', filters: { dead: true, missing: 'color' }, offset: 0, limit: 100 }));
    time('a word, by exposure', () => listDrafts(db, { runId, sort: 'exposure', search: 'white', offset: 0, limit: 100 }));
    const orders = createDraftOrders(db);
    const all = { runId, sort: 'exposure', descending: true } as const;
    const { order } = orders.arrange(all, undefined, undefined);
    time('order of all by exposure', () => orders.arrange(all, undefined, undefined));
    time('the same order kept while numbers arrive', () => orders.arrange(all, order, undefined));
    time('a page of a kept order', () => readDrafts(db, runId, orders.range(order, drafts / 2, 100)!.ids));
    time('counts of all filters', () => readDraftFacets(db, { runId }));
    time('SKUs of everything, as Ctrl A asks', () => listDraftSkus(db, { runId, sort: 'exposure', offset: 0, limit: drafts }));
    return { lines: printTimings(timings).split('\n'), figures: { drafts, runs, timings } };
  } finally {
    await workspace.close();
    rmSync(folder, { recursive: true });
  }
}

function fill(db: WritableDB, drafts: number): void {
  const random = createRandom(1);
  const products = stockShop(random);
  const writer = prepareItemWriter(db);
  createRun(db, { runId, model: 'm2trec', head: 'tied', mode: 'causal', seed: 1, config: {}, device: 'cpu', dataHash: '', dataVersion: 0, hidden: [] });
  db.transaction(() => {
    for (let draft = 0; draft < drafts; draft++) {
      const { title: name, brand, color, material, price, path, description } = products[draft % products.length]!;
      writer.put(`D${String((draft * 7919) % drafts).padStart(6, '0')}`, 'draft', {
        ...emptyItem, title: `${name} ${draft}`, brand: draft % 7 === 0 ? '' : brand, color: draft % 3 === 0 ? '[]' : JSON.stringify([color]), material: JSON.stringify([material]), price,
        category_path: JSON.stringify(path), description,
      }, null, { importId: null, line: null });
    }
  })();
  const stored = db.prepare<[], { sku: string; contentHash: string }>(`SELECT sku, content_hash AS contentHash FROM items WHERE status = 'draft'`).all();
  savePreviews(db, runId, stored.filter((_, index) => index % 10 > 0).map((row) => {
    const exposure = random.next() / 300;
    return {
      ...row, exposure, exposureInterval: [exposure * 0.8, exposure * 1.2], averageExposure: 0.0005, reach: exposure * 20, medianRank: Math.ceil(random.next() * 2_000), confidence: random.next() < 0.1 ? 'low' : 'normal',
      readiness: { score: random.next(), parts: [], missing: [] },
    };
  }));
}
