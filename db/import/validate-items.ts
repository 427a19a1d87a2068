/** From the cells of a row to an item as it is stored: the values of import.md section 5, with an issue for whatever is not as it should be. */
import type { ItemStatus } from '../records.ts';
import { emptyItem, skuKey, sortAttributes } from '../stored-item.ts';
import type { StoredField, StoredItem, StoredValue } from '../stored-item.ts';
import { limits } from './limits.ts';
import { showValue } from './issues.ts';
import type { Plan } from './plan.ts';
import type { FileRecord } from './record-reader.ts';
import { cellLine } from './rows.ts';
import type { RowIssues } from './rows.ts';
import type { FileSurvey } from './survey.ts';
import { cutText, invisibleInKey, isNullWord, isSpreadsheetError, priceNumber, readPath, readPrice, readTime } from './values.ts';

export interface ReadItem {
  readonly sku: string;
  readonly key: string;
  readonly status: ItemStatus;
  readonly stored: StoredItem;
}

export type ItemReader = (record: FileRecord, cells: readonly string[], issues: RowIssues) => ReadItem | null;

/** Fields stored as the cell says; `brand` and `group_id` are keys and are trimmed. */
const textFields = ['group_id', 'description', 'brand', 'manufacturer', 'department', 'class', 'size', 'availability', 'image_url'] as const;
const levelFields = ['category_l1', 'category_l2', 'category_l3', 'leaf'] as const;

/** The stored fields that this file speaks of; of an item that is there already, the others stay as they are. */
export function givenFields(plan: Plan): ReadonlySet<StoredField> {
  const given = new Set<StoredField>(['attrs']);
  for (const field of plan.columnOf.keys()) {
    if (field === 'category_path' || (levelFields as readonly string[]).includes(field)) given.add('category_path');
    else if (field in emptyItem) given.add(field as StoredField);
  }
  if (plan.columnOf.has('price')) given.add('currency');
  return given;
}

/** Headers that became attributes. */
export function attributeNames(plan: Plan): ReadonlySet<string> {
  const mapped = new Set(plan.columnOf.values());
  return new Set(plan.headers.filter((header, index) => header !== '' && !mapped.has(index)));
}

/** Prepares the reading of one file's rows. A reader answers null where the row was rejected. */
export function prepareItemReader(plan: Plan, survey: FileSurvey): ItemReader {
  const { columnOf } = plan;
  const column = (field: string): number => columnOf.get(field) ?? -1;
  const [sku, title, price, currency, status, createdAt, path] = ['sku', 'title', 'price', 'currency', 'status', 'created_at', 'category_path'].map(column) as [number, number, number, number, number, number, number];
  const texts = textFields.map((field) => [field, column(field)] as const).filter(([, index]) => index >= 0);
  const lists = (['color', 'material'] as const).map((field) => [field, column(field)] as const).filter(([, index]) => index >= 0);
  const levels = levelFields.map(column);
  const mapped = new Set(columnOf.values());
  const attributes = [...plan.headers.keys()].filter((index) => plan.headers[index] !== '' && !mapped.has(index));
  const mayLackTitle = survey.untitled || plan.mapping.untitled === 'allow';
  const separator = plan.map.profile.multiValueSeparator;
  const decimalChosen = plan.mapping.priceDecimal !== undefined;

  return (record, cells, issues) => {
    const place = (index: number) => ({ line: cellLine(record, index), column: plan.headers[index]!, value: cells[index]! });
    const missing: { word: string; column: string }[] = [];
    /** The cell, or '' where it is blank or says so in a word. */
    const optional = (index: number): string => {
      const value = index < 0 ? '' : cells[index]!;
      if (value === '' || !isNullWord(value)) return value;
      missing.push({ word: value.trim(), column: plan.headers[index]! });
      return '';
    };

    const rawSku = cells[sku]!;
    const trimmed = rawSku.trim();
    if (trimmed === '') issues.reject('E_SKU_EMPTY', { ...place(sku), value: null });
    else if (trimmed.length > limits.skuCharacters && [...trimmed].length > limits.skuCharacters) {
      issues.reject('E_SKU_TOO_LONG', { ...place(sku), details: { limit: limits.skuCharacters, found: [...trimmed].length } });
    }
    let text = title < 0 ? '' : cells[title]!;
    const blank = text.trim() === '';
    if (isSpreadsheetError(text)) issues.reject('E_TITLE_EMPTY', { ...place(title), because: `a spreadsheet error (${text.trim()})`, details: { because: text.trim() } });
    else if (blank && !mayLackTitle) issues.reject('E_TITLE_EMPTY', { ...place(title), value: null, because: 'empty' });
    if (trimmed === '' || (isSpreadsheetError(text)) || (blank && !mayLackTitle) || [...trimmed].length > limits.skuCharacters) return null;
    if (blank) text = '';

    warnSku(rawSku, trimmed, issues, place(sku));
    if (!blank) {
      const cut = cutText(text, limits.titleCharacters);
      if (cut !== null) {
        issues.warn('W_TITLE_TRUNCATED', { ...place(title), value: null, details: { limit: limits.titleCharacters } });
        text = cut;
      }
      if (!/[\p{L}\p{N}]/u.test(text)) issues.warn('W_TITLE_NO_WORDS', place(title));
    }

    const stored: Record<StoredField, StoredValue> = { ...emptyItem, title: text };
    for (const [field, index] of texts) stored[field] = field === 'brand' || field === 'group_id' ? optional(index).trim() : optional(index);
    for (const [field, index] of lists) {
      const value = optional(index);
      stored[field] = value.trim() === '' ? '[]' : JSON.stringify(separator === undefined || !value.includes(separator) ? [value] : value.split(separator).map((part) => part.trim()).filter((part) => part !== ''));
    }
    stored.category_path = readCategory();
    readPriceCell();
    if (createdAt >= 0) stored.created_at = readTime(optional(createdAt))?.ms ?? null;

    const pairs: [string, string][] = [];
    for (const index of attributes) {
      const value = optional(index);
      if (value.trim() !== '') pairs.push([plan.headers[index]!, value]);
    }
    stored.attrs = pairs.length === 0 ? '[]' : JSON.stringify(sortAttributes(pairs));
    if (missing.length > 0) {
      const words = [...new Set(missing.map(({ word }) => word))];
      const columns = missing.map((entry) => entry.column);
      issues.warn('I_NULL_WORDS', { line: record.line, column: columns.join(', '), value: words.join(', '), because: words.length === 1 ? 'was' : 'were', details: { columns } });
    }
    return { sku: trimmed, key: skuKey(trimmed), status: readStatus(status < 0 ? '' : cells[status]!), stored };

    function readCategory(): string {
      const value = optional(path);
      if (value.trim() !== '') {
        const reading = readPath(value, plan.mapping.categorySeparator, limits.categoryLevels);
        if (reading.emptyLevels) issues.warn('W_CATEGORY_EMPTY_LEVEL', place(path));
        if (reading.tooDeep) issues.warn('W_CATEGORY_DEPTH', { ...place(path), details: { limit: limits.categoryLevels } });
        return JSON.stringify(reading.levels);
      }
      const parts = levels.slice(0, 3).map((index) => optional(index).trim()).filter((level) => level !== '');
      const leaf = optional(levels[3]!).trim();
      if (leaf !== '' && leaf !== parts.at(-1)) parts.push(leaf);
      return parts.length === 0 ? '[]' : JSON.stringify(parts);
    }

    function readPriceCell(): void {
      const value = optional(price);
      const shape = value.trim() === '' ? null : readPrice(value);
      const number = shape === null ? null : priceNumber(shape, survey.decimal, decimalChosen);
      if (value.trim() !== '' && number === null) issues.warn('W_PRICE_UNREADABLE', place(price));
      stored.price = number;
      const stated = optional(currency).trim();
      stored.currency = stated !== '' ? stated : shape !== null && shape.currency !== '' ? shape.currency : number === null ? '' : plan.map.currency;
    }
  };
}

function warnSku(raw: string, sku: string, issues: RowIssues, place: { readonly line: number; readonly column: string; readonly value: string }): void {
  if (raw.length !== sku.length) issues.warn('W_SKU_TRIMMED', place);
  if (invisibleInKey.test(sku)) issues.warn('W_SKU_INVISIBLE', place);
  if (sku.length < 24 && /^\d+(?:[.,]\d+)?E\+\d+$/i.test(sku)) issues.warn('W_SKU_SCIENTIFIC', place);
  if (sku.length < 16 && spreadsheetDate.test(sku)) issues.warn('W_SKU_DATE', place);
}

/** `1-Mar`, `01-Mar-24`, `Mar-01`: what spreadsheets make of `1-3` and `MAR1`; English, German, French and Spanish months. */
const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mrz|mär|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|sept|déc|ene|abr|ago|dic)\\.?';
const spreadsheetDate = new RegExp(`^(?:\\d{1,2}[-. ]${month}(?:[-. ]\\d{2,4})?|${month}[- ]\\d{2,4})$`, 'iu');

function readStatus(value: string): ItemStatus {
  const status = value.trim().toLowerCase();
  return status === 'draft' || status === 'retired' ? status : 'live';
}

/** The fields in which two readings of one SKU differ, for the message about the second one. */
export function describeDifference(a: StoredItem, b: StoredItem): string {
  const names = Object.keys(emptyItem).filter((field) => a[field as StoredField] !== b[field as StoredField]);
  return names.length === 0 ? ' They are equal.' : ` They differ in: ${names.map(showValue).join(', ')}.`;
}
