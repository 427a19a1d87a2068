/** Finding items by words, and completing what is typed into a field. What a user types is data: never SQL, never a pattern. */
import type { ReadableDB } from './connection.ts';

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

/** Distinct values of live and draft items that contain the text, most frequent first. */
export function suggestValues(db: ReadableDB, field: SuggestField, text: string, limit: number): readonly { readonly value: string; readonly count: number }[] {
  const pattern = `%${escapePattern(text.trim())}%`;
  return db.prepare<[string, number], { value: string; count: number }>(suggestions[field]).all(pattern, limit);
}

/** Brands and categories are counted on an index; colours and materials stand in JSON lists. */
const suggestions: Readonly<Record<SuggestField, string>> = {
  brand: `SELECT brand AS value, count(*) AS count FROM items WHERE status <> 'retired' AND brand <> '' AND brand LIKE ? ESCAPE '\\'
    GROUP BY brand COLLATE NOCASE ORDER BY count DESC, value LIMIT ?`,
  category: `SELECT level.value AS value, sum(used.count) AS count
    FROM (SELECT category, count(*) AS count FROM items WHERE status <> 'retired' GROUP BY category) AS used
    JOIN categories ON categories.id = used.category, json_each(categories.path) AS level
    WHERE level.value LIKE ? ESCAPE '\\' GROUP BY level.value ORDER BY count DESC, value LIMIT ?`,
  color: listSuggestions('color'),
  material: listSuggestions('material'),
};

function listSuggestions(column: 'color' | 'material'): string {
  return `SELECT entry.value AS value, count(*) AS count FROM items, json_each(items.${column}) AS entry
    WHERE items.status <> 'retired' AND items.${column} <> '[]' AND entry.value LIKE ? ESCAPE '\\' GROUP BY entry.value ORDER BY count DESC, value LIMIT ?`;
}
