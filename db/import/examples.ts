/** Examples of what an import would do to the catalogue, for a look before it is done. */
import type { ReadableDB } from '../connection.ts';
import type { DifferenceExamples, ItemExample, UpdateExample } from '../records.ts';
import { storedFields } from '../stored-item.ts';
import type { Existing, StoredField, StoredItem, StoredValue } from '../stored-item.ts';
import { showValue } from './issues.ts';

export const shown = 5;

export interface ExampleCollector {
  /** Looks among the staged rows `first..last` of which `isKnown` does not hold, until there are enough. */
  created(first: number, last: number): void;
  updated(existing: Existing, merged: StoredItem): void;
  finish(missing: readonly ItemExample[]): DifferenceExamples;
}

/** `isKnown`: condition on `staged`. */
export function collectExamples(db: ReadableDB, isKnown: string): ExampleCollector {
  const find = db.prepare<[number, number, number], ItemExample>(`SELECT sku, title FROM temp.staged_items AS staged WHERE ordinal BETWEEN ? AND ? AND NOT ${isKnown} ORDER BY ordinal LIMIT ?`);
  const created: ItemExample[] = [];
  const updated: UpdateExample[] = [];
  return {
    created(first, last) {
      if (created.length < shown) created.push(...find.all(first, last, shown - created.length).map(showItem));
    },
    updated({ sku, status, stored }, merged) {
      if (updated.length >= shown) return;
      const changes = storedFields.filter((field) => stored[field] !== merged[field]).map((field) => ({ field: nameField(field), before: showField(field, stored[field]), after: showField(field, merged[field]) }));
      updated.push({ ...showItem({ sku, title: stored.title as string }), status, changes });
    },
    finish: (missing) => ({ created, updated, missing: missing.map(showItem) }),
  };
}

function showItem({ sku, title }: ItemExample): ItemExample {
  return { sku: showValue(sku), title: showValue(title) };
}

function nameField(field: StoredField): string {
  return field === 'attrs' ? 'attributes' : field.replaceAll('_', ' ');
}

function showField(field: StoredField, value: StoredValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return field === 'created_at' ? new Date(value).toISOString() : String(value);
  if (field === 'attrs') return showValue((JSON.parse(value) as [string, string][]).map(([name, text]) => `${name}: ${text}`).join(', '));
  const separators: Readonly<Partial<Record<StoredField, string>>> = { category_path: ' > ', color: ', ', material: ', ' };
  const separator = separators[field];
  return showValue(separator === undefined ? value : (JSON.parse(value) as string[]).join(separator));
}
