/** Writes the demo shop's files. The app imports this module, too: it has no program of its own (build/write-demo.ts has). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stockShop, type Product } from './catalog.ts';
import { drafts, type Draft } from './drafts.ts';
import { createRandom } from './random.ts';
import { recordSessions } from './sessions.ts';

export const demoSeed = 2022;
const sessionCount = 20_000;

export interface DemoFiles {
  readonly catalog: string;
  readonly sessions: string;
  readonly drafts: string;
  readonly items: number;
  readonly events: number;
}

const catalogHeader = ['sku', 'title', 'brand', 'color', 'material', 'price', 'category_l1', 'category_l2', 'category_l3', 'leaf', 'description'];

function cell(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function writeTable(file: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  writeFileSync(file, [header, ...rows].map((row) => row.map(cell).join(',') + '\n').join(''));
  return file;
}

function catalogRow(product: Product | Draft): string[] {
  return [product.sku, product.title, product.brand, product.color, product.material, product.price.toFixed(2), ...product.path, product.description];
}

/** Same seed, same bytes. Creates `folder` where it is missing. */
export function generateDemo(folder: string, seed: number = demoSeed): DemoFiles {
  const random = createRandom(seed);
  const products = stockShop(random);
  const events = recordSessions(random, products, sessionCount);
  mkdirSync(folder, { recursive: true });
  return {
    catalog: writeTable(join(folder, 'catalog.csv'), catalogHeader, products.map(catalogRow)),
    sessions: writeTable(
      join(folder, 'sessions.csv'),
      ['session_id', 'sku', 'timestamp', 'position', 'user_id', 'split'],
      events.map((event) => [event.session, event.sku, new Date(event.time).toISOString().replace('.000Z', 'Z'), String(event.position), event.user, event.split]),
    ),
    drafts: writeTable(join(folder, 'drafts.csv'), catalogHeader, drafts.map(catalogRow)),
    items: products.length,
    events: events.length,
  };
}
