/** The demo shop at a size that trains in seconds: files to import through the screen, and a workspace that has a model already. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stockShop } from '../../build/demo/catalog.ts';
import { drafts } from '../../build/demo/drafts.ts';
import type { Draft } from '../../build/demo/drafts.ts';
import { createRandom } from '../../build/demo/random.ts';
import { recordSessions } from '../../build/demo/sessions.ts';
import { openEngine } from '../../electron/engine.ts';
import { forkedWorkers } from '../../electron/transport/spawn.ts';
import { copyMade, keepMade } from '../helpers/once.ts';

const root = join(import.meta.dirname, '../..');
/** Enough for a model that prefers a tile after a tile, few enough for seconds. */
const sessionCount = 2_000;
const seed = 7;

export interface ShopFiles {
  readonly catalog: string;
  readonly sessions: string;
  readonly drafts: string;
  readonly items: number;
  readonly events: number;
  readonly visits: number;
}

const header = ['sku', 'title', 'brand', 'color', 'material', 'price', 'category_l1', 'category_l2', 'category_l3', 'leaf', 'description'];

/** A CSV of these rows; every cell is quoted where it must be. */
export function writeTable(file: string, rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  writeFileSync(file, rows.map((row) => `${row.map(cell).join(',')}\n`).join(''));
  return file;
}

export function writeShop(folder: string): ShopFiles {
  const random = createRandom(seed);
  const products = stockShop(random);
  const events = recordSessions(random, products, sessionCount);
  const row = ({ sku, title, brand, color, material, price, path, description }: Pick<Draft, 'sku' | 'title' | 'brand' | 'color' | 'material' | 'price' | 'path' | 'description'>): readonly string[] =>
    [sku, title, brand, color, material, price.toFixed(2), ...path, description];
  return {
    catalog: writeTable(join(folder, 'catalog.csv'), [header, ...products.map(row)]),
    sessions: writeTable(join(folder, 'sessions.csv'), [
      ['session_id', 'sku', 'timestamp', 'split'],
      ...events.map((event) => [event.session, event.sku, new Date(event.time).toISOString(), event.split]),
    ]),
    drafts: writeTable(join(folder, 'drafts.csv'), [header, ...drafts.map(row)]),
    items: products.length,
    events: events.length,
    visits: new Set(events.map((event) => event.session)).size,
  };
}

/** The shop over and over under new SKUs, each title with its number. */
export function writeLargeCatalog(folder: string, rows: number): string {
  const products = stockShop(createRandom(seed));
  const lines = Array.from({ length: rows }, (_, row) => {
    const { title, brand, color, material, price, path, description } = products[row % products.length]!;
    return [`B${row}`, `${title} No. ${row}`, brand, color, material, price.toFixed(2), ...path, description];
  });
  return writeTable(join(folder, 'large.csv'), [header, ...lines]);
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'shelfsight-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Imports the shop into `folder`, with its drafts, and trains a model there, through the services the screens use. */
export async function prepareWorkspace(folder: string, files: ShopFiles, epochs = 1): Promise<void> {
  const name = `screens-${epochs}`;
  if (copyMade(name, folder)) return;
  const entry = (role: string): string => join(root, 'electron', `${role}.ts`);
  const engine = await openEngine(folder, forkedWorkers({ backend: entry('backend'), compute: entry('compute') }));
  try {
    const { catalog, training } = engine.api;
    for (const [path, kind, asDrafts] of [[files.catalog, 'catalog', false], [files.sessions, 'sessions', false], [files.drafts, 'catalog', true]] as const) {
      await catalog.import({ file: await engine.adoptFile(path), kind, asDrafts, job: path });
    }
    const ended = new Promise<string>((resolve) => {
      engine.on('training.progress', ({ status, message }) => {
        if (status !== 'running') resolve(status === 'done' ? '' : `training is ${status}: ${message}`);
      });
    });
    await training.start({ preset: 'small', epochs, device: 'cpu' });
    const problem = await ended;
    if (problem !== '') throw new Error(problem);
  } finally {
    await engine.close();
  }
  keepMade(name, folder);
}
