/** One field of a draft set to another value: what it becomes, and how both are written for people. */
import type { DraftChange } from './records.ts';
import { sortAttributes } from './stored-item.ts';
import type { StoredField, StoredItem } from './stored-item.ts';

/** Fields as people call them. */
const fieldWords: Readonly<Record<StoredField, string>> = {
  group_id: 'group', title: 'title', description: 'description', brand: 'brand', category_path: 'category', color: 'colour', material: 'material', size: 'size', department: 'department',
  manufacturer: 'manufacturer', class: 'class', price: 'price', currency: 'currency', availability: 'availability', image_url: 'image address', created_at: 'date', attrs: 'attributes',
};

export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

function columnOf(change: DraftChange): StoredField {
  return change.field === 'categoryPath' ? 'category_path' : change.field === 'attribute' ? 'attrs' : change.field;
}

/** `onlyEmpty` leaves fields that say something as they are. */
export function applyChanges(stored: StoredItem, changes: readonly DraftChange[], onlyEmpty: boolean): StoredItem {
  return changes.reduce((item, change) => (onlyEmpty && textOf(item, change) !== '' ? item : { ...item, [columnOf(change)]: valueOf(item, change) }), stored);
}

/** Those of the changes that made a difference. */
export function describeChanges(before: StoredItem, after: StoredItem, changes: readonly DraftChange[]): readonly FieldChange[] {
  return changes
    .map((change) => ({ field: wordOf(change), before: textOf(before, change), after: textOf(after, change) }))
    .filter((change) => change.before !== change.after);
}

/** `set brand and colour`, `clear price`. */
export function nameChanges(changes: readonly DraftChange[]): string {
  const clears = changes.every(({ to }) => to === null || (typeof to !== 'number' && to.length === 0));
  return `${clears ? 'clear' : 'set'} ${listWords(changes.map(wordOf))}`;
}

/** `title`, `title and brand`, `title and 3 more fields`: which fields differ. */
export function nameDifference(before: StoredItem, after: StoredItem): string {
  return listWords((Object.keys(fieldWords) as StoredField[]).filter((field) => before[field] !== after[field]).map((field) => fieldWords[field]));
}

function listWords(words: readonly string[]): string {
  return words.length <= 2 ? words.join(' and ') : `${words[0]} and ${words.length - 1} more fields`;
}

function wordOf(change: DraftChange): string {
  return change.field === 'attribute' ? change.name : fieldWords[columnOf(change)];
}

function valueOf(stored: StoredItem, change: DraftChange): string | number | null {
  switch (change.field) {
    case 'categoryPath':
    case 'color':
    case 'material':
      return JSON.stringify(change.to.map((word) => word.trim()).filter((word) => word !== ''));
    case 'price':
      return change.to;
    case 'attribute': {
      const others = attributesOf(stored).filter(([name]) => name !== change.name);
      return JSON.stringify(sortAttributes(change.to === '' ? others : [...others, [change.name, change.to]]));
    }
    default:
      return change.to;
  }
}

/** '' where the field says nothing. */
function textOf(stored: StoredItem, change: DraftChange): string {
  if (change.field === 'attribute') return attributesOf(stored).find(([name]) => name === change.name)?.[1] ?? '';
  const value = stored[columnOf(change)];
  if (value === null) return '';
  if (change.field === 'categoryPath') return (JSON.parse(value as string) as string[]).join(' > ');
  if (change.field === 'color' || change.field === 'material') return (JSON.parse(value as string) as string[]).join(', ');
  return String(value);
}

function attributesOf(stored: StoredItem): readonly (readonly [string, string])[] {
  return JSON.parse(stored.attrs as string);
}
