/** DEVELOPMENT HARNESS, never part of the product: the demo shop in memory, so screens can be looked at before a backend exists. */
import { stockShop } from '../../../build/demo/catalog.ts';
import { drafts } from '../../../build/demo/drafts.ts';
import { createRandom } from '../../../build/demo/random.ts';
import { recordSessions } from '../../../build/demo/sessions.ts';
import type { Item, ItemFeatures, ItemStatus } from '../../../db/records.ts';
import type { CatalogRow } from '../../../electron/api/catalog.ts';

const random = createRandom(2022);
const products = stockShop(random);
const words = (text: string): string[] => (text === '' ? [] : text.split('/').map((word) => word.trim()));

type Source = { readonly sku: string; readonly title: string; readonly brand: string; readonly color: string; readonly material: string; readonly price: number; readonly path: readonly string[]; readonly description: string };

function itemOf(source: Source, status: ItemStatus): Item {
  return {
    sku: source.sku, title: source.title, brand: source.brand, categoryPath: source.path, color: words(source.color), material: words(source.material), price: source.price, description: source.description,
    size: '', department: '', manufacturer: '', attrs: [], groupId: '', class: '', currency: 'USD', availability: '', imageUrl: '', createdAt: null, status,
  };
}

export const items = new Map<string, Item>([...products.map((product) => itemOf(product, 'live')), ...drafts.map((draft) => itemOf(draft, 'draft'))].map((item) => [item.sku, item]));

export interface Visit {
  readonly sessionId: string;
  readonly start: number;
  readonly skus: readonly string[];
}

export const visits: readonly Visit[] = [...Map.groupBy(recordSessions(random, products, 20_000), (event) => event.session)].map(([sessionId, events]) => ({
  sessionId, start: events[0]!.time, skus: events.map((event) => event.sku),
}));

const events = new Map<string, number>();
for (const sku of visits.flatMap((visit) => visit.skus)) events.set(sku, (events.get(sku) ?? 0) + 1);

export function eventsOf(sku: string): number {
  return events.get(sku) ?? 0;
}

export function rowOf(item: Item): CatalogRow {
  const { sku, title, brand, categoryPath, color, price, currency, status } = item;
  return { sku, title, brand, categoryPath, color, price, currency, status, events: eventsOf(sku) };
}

export function live(): readonly Item[] {
  return [...items.values()].filter((item) => item.status === 'live');
}

export function textOf(features: ItemFeatures): string {
  return [features.title, features.brand, ...features.categoryPath, ...features.color].join(' ').toLowerCase();
}

const wordSets = new WeakMap<ItemFeatures, ReadonlySet<string>>();

export function wordsOf(features: ItemFeatures): ReadonlySet<string> {
  const known = wordSets.get(features) ?? new Set(textOf(features).split(/\W+/));
  wordSets.set(features, known);
  return known;
}

/** Share of shared words: enough to make numbers move with the text. */
export function similarity(a: ItemFeatures, b: ItemFeatures): number {
  const left = wordsOf(a);
  const right = wordsOf(b);
  const shared = [...left].filter((word) => right.has(word)).length;
  return shared / Math.sqrt(left.size * right.size || 1);
}
