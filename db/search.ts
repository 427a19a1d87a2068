/** Finding items by words, and completing what is typed into a field. What a user types is data: never SQL, never a pattern. */
import type { ReadableDB } from './connection.ts';
import { remember } from './remember.ts';

/**
 * A condition on `items`: every word must begin a word of SKU, title, brand or category. A word without a letter or digit (`%`) has
 * nothing to look up in the index and is searched literally in SKU and title. `item`: with a plus sign before it SQLite does not go from
 * what was found to the items. `literal`: nothing is looked up, every item must be read.
 */
export function matchItems(search: string, item: 'items.id' | '+items.id' = 'items.id'): { readonly sql: string; readonly values: readonly string[]; readonly literal: boolean } {
  const words = search.trim().split(/\s/u).filter((word) => word !== '');
  const indexed = words.filter((word) => /[\p{L}\p{N}]/u.test(word));
  const literal = words.filter((word) => !indexed.includes(word));
  const conditions: string[] = [];
  const values: string[] = [];
  if (indexed.length > 0) {
    conditions.push(`${item} IN (SELECT rowid FROM items_search WHERE items_search MATCH ?)`);
    values.push(indexed.map((word) => `"${word.replaceAll('\0', ' ').replaceAll('"', '""')}"*`).join(' AND '));
  }
  for (const word of literal) {
    const pattern = `%${escapePattern(word)}%`;
    conditions.push(`(items.sku LIKE ? ESCAPE '\\' OR items.title LIKE ? ESCAPE '\\')`);
    values.push(pattern, pattern);
  }
  return { sql: conditions.join(' AND '), values, literal: indexed.length === 0 };
}

/** A condition on `items`: a level by its name, or a path as `A > B` with whatever is below it. */
export function matchCategory(category: string): { readonly sql: string; readonly values: readonly unknown[] } {
  const levels = category.split(' > ');
  if (levels.length === 1) return { sql: `items.category IN (SELECT categories.id FROM categories, json_each(categories.path) AS level WHERE level.value = ?)`, values: [category] };
  const path = JSON.stringify(levels);
  const prefix = `${path.slice(0, -1)},`;
  return { sql: `items.category IN (SELECT id FROM categories WHERE path = ? OR substr(path, 1, ?) = ?)`, values: [path, [...prefix].length, prefix] };
}

export function escapePattern(text: string): string {
  return text.replace(/[\\%_]/g, (sign) => `\\${sign}`);
}

export type SuggestField = 'brand' | 'color' | 'material' | 'category';

interface Suggestion {
  readonly value: string;
  readonly count: number;
}

/** Distinct values of live and draft items that contain the text, most frequent first. */
export function suggestValues(db: ReadableDB, field: SuggestField, text: string, limit: number): readonly Suggestion[] {
  if (field === 'color' || field === 'material') return suggestListed(db, field, text, limit);
  return db.prepare<[string, number], Suggestion>(suggestions[field]).all(`%${escapePattern(text.trim())}%`, limit);
}

/** Brands and categories are counted on an index. */
const suggestions: Readonly<Record<'brand' | 'category', string>> = {
  brand: `SELECT brand AS value, count(*) AS count FROM items WHERE status <> 'retired' AND brand <> '' AND brand LIKE ? ESCAPE '\\'
    GROUP BY brand COLLATE NOCASE ORDER BY count DESC, value LIMIT ?`,
  category: `SELECT level.value AS value, sum(used.count) AS count
    FROM (SELECT category, count(*) AS count FROM items WHERE status <> 'retired' GROUP BY category) AS used
    JOIN categories ON categories.id = used.category, json_each(categories.path) AS level
    WHERE level.value LIKE ? ESCAPE '\\' GROUP BY level.value ORDER BY count DESC, value LIMIT ?`,
};

/** A catalogue has some dozens of colours; who has more than this reads them each time rather than keeping them all in memory. */
const mostKept = 20_000;

/**
 * Colours and materials stand in JSON lists, which no index counts: the first letter reads the whole table, 0.14 s at 600,000 SKUs, and the
 * others find all values remembered. Equal lists are split once for all items that have them.
 */
function suggestListed(db: ReadableDB, column: 'color' | 'material', text: string, limit: number): readonly Suggestion[] {
  const values = remember(db, `values of ${column}`, () => db.prepare<[], Suggestion>(
    `SELECT entry.value AS value, sum(used.count) AS count
     FROM (SELECT ${column} AS list, count(*) AS count FROM items WHERE status <> 'retired' AND ${column} <> '[]' GROUP BY ${column}) AS used, json_each(used.list) AS entry
     GROUP BY entry.value ORDER BY count DESC, value`).all(), (all) => all.length <= mostKept);
  const wanted = text.trim().toLowerCase();
  return values.filter(({ value }) => value.toLowerCase().includes(wanted)).slice(0, limit);
}
