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
import { prepareFlatReader } from './flat-items.ts';
import { spreadsheetDate } from './spreadsheet-date.ts';
import { deepestCell, pairLevels, readCategory } from './category.ts';
import { nothingBeside } from './beside.ts';
import type { Beside } from './beside.ts';
import { findColumns } from './profile.ts';
import type { ValueRule } from './profile.ts';
import { fieldNumber, pairFields, prepareRowShape } from './row-shape.ts';
import { isCategoryNumber } from './taxonomy.ts';
import { cutText, invisibleInKey, isNullWord, isSpreadsheetError, priceNumber, readPrice, readTime, timeSettings } from './values.ts';

export interface ReadItem {
  readonly sku: string;
  readonly key: string;
  readonly status: ItemStatus;
  readonly stored: StoredItem;
  readonly parent: string;
  readonly alternate: string;
  readonly role: 'item' | 'parent';
  /** The SKU is a number in the source. */
  readonly numeric: boolean;
}

export type ItemReader = (record: FileRecord, cells: readonly string[], issues: RowIssues) => ReadItem | null;

/** Fields stored as the cell says; `brand` and `group_id` are keys and are trimmed. */
const textFields = ['group_id', 'description', 'brand', 'manufacturer', 'department', 'class', 'size', 'availability', 'image_url'] as const;
const levelFields = ['category_l1', 'category_l2', 'category_l3', 'leaf'] as const;

/** The stored fields that this file speaks of; of an item that is there already, the others stay as they are. */
export function givenFields(plan: Plan): ReadonlySet<StoredField> {
  const given = new Set<StoredField>(['attrs']);
  for (const field of [...plan.columnOf.keys(), ...Object.keys(plan.known.constants ?? {}), ...(plan.known.pairs === undefined && plan.known.keyValues === undefined ? [] : pairFields)]) {
    if (field === 'category_path' || (levelFields as readonly string[]).includes(field)) given.add('category_path');
    else if (field in emptyItem) given.add(field as StoredField);
  }
  if (plan.columnOf.has('price')) given.add('currency');
  return given;
}

/** Headers that became attributes. */
export function attributeNames(plan: Plan): ReadonlySet<string> {
  const mapped = new Set([...plan.map.sources.values()].flat());
  return new Set(plan.headers.filter((header, index) => header !== '' && !mapped.has(index)));
}

const singlePath: ValueRule = {};
const n = fieldNumber;
const texts = textFields.map((field) => [field, n[field]] as const);
const lists = (['color', 'material'] as const).map((field) => [field, n[field]] as const);
const levels = levelFields.map((field) => n[field]);

/** Prepares the reading of one file's rows. A reader answers null where the row was rejected or is no item. */
export function prepareItemReader(plan: Plan, survey: FileSurvey, beside: Beside = nothingBeside): ItemReader {
  const flat = prepareFlatReader(plan, survey);
  const long = prepareLongReader(plan, survey, beside);
  return flat === null ? long : (record, cells, issues) => flat(cells) ?? long(record, cells, issues);
}

/** Reads every row, whatever is in it. */
export function prepareLongReader(plan: Plan, survey: FileSurvey, { trees, options, numbers }: Beside = nothingBeside): ItemReader {
  const shape = prepareRowShape(plan, options);
  const rules = plan.known.values ?? {};
  const constants = Object.entries(plan.known.constants ?? {});
  const sources = plan.map.sources;
  const mayLackTitle = survey.untitled || plan.mapping.untitled === 'allow' || !plan.columnOf.has('title');
  const separators = { color: rules['color']?.separator, material: rules['material']?.separator };
  const images = rules['image_url']?.separator;
  const decimalChosen = plan.mapping.priceDecimal !== undefined;
  const times = timeSettings(plan.mapping);
  const isFeed = plan.table.container === 'xml' || (plan.lists && plan.map.profile.containers.includes('xml'));
  const single = new Set((rules['category_path']?.single ?? []).flatMap((alias) => findColumns(alias, plan.headers)));

  return (record, original, issues) => {
    const view = shape(record, original);
    if (view === null) return null;
    const { cells, at, names, headers, kinds } = view;
    const place = (index: number) => ({ line: cellLine(record, index), column: headers[index]!, value: cells[index]! });
    const missing: { word: string; column: string }[] = [];
    /** The cell, or '' where it is blank or says so in a word. */
    const optional = (index: number): string => {
      const value = index < 0 ? '' : cells[index]!;
      if (value === '' || !isNullWord(value)) return value;
      missing.push({ word: value.trim(), column: headers[index]! });
      return '';
    };
    let failed = false;
    /** The same, of a cell that must hold text. */
    const optionalText = (index: number): string => (kinds === undefined || kinds.get(index) === undefined || kinds.get(index) === 'number' ? optional(index) : text(index));
    /** Text of a cell that must hold text. A feed may repeat an element: its first one counts. */
    const text = (index: number): string => {
      const kind = kinds?.get(index);
      if (kind === undefined || kind === 'number') return index < 0 ? '' : cells[index]!;
      if (isFeed) return (JSON.parse(cells[index]!) as string[])[0]!;
      issues.reject('E_ROW_TYPE', { ...place(index), because: kind === 'list' ? 'a list' : 'an object' });
      failed = true;
      return '';
    };
    const elements = (index: number): readonly string[] | null => (kinds?.get(index) === 'list' ? (JSON.parse(cells[index]!) as unknown[]).map((part) => (typeof part === 'string' ? part : JSON.stringify(part))) : null);

    const sku = at[n.sku]!;
    const rawSku = text(sku);
    const trimmed = rawSku.trim();
    if (failed) return null;
    if (trimmed === '') issues.reject('E_SKU_EMPTY', { ...place(sku), value: null });
    else if (trimmed.length > limits.skuCharacters && [...trimmed].length > limits.skuCharacters) {
      issues.reject('E_SKU_TOO_LONG', { ...place(sku), details: { limit: limits.skuCharacters, found: [...trimmed].length } });
      failed = true;
    } else if (kinds?.get(sku) === 'number' && !isExact(trimmed)) {
      issues.reject('E_SKU_NUMBER', place(sku));
      failed = true;
    }
    const titleAt = at[n.title]!;
    let title = text(titleAt);
    const blank = title.trim() === '';
    const titleFault = isSpreadsheetError(title);
    const inherits = view.parent !== '' || view.role === 'parent';
    if (titleFault) issues.reject('E_TITLE_EMPTY', { ...place(titleAt), because: `a spreadsheet error (${title.trim()})`, details: { because: title.trim() } });
    else if (blank && !mayLackTitle && !inherits && !failed) issues.reject('E_TITLE_EMPTY', { ...place(titleAt), value: null, because: 'empty' });
    if (failed || trimmed === '' || titleFault || (blank && !mayLackTitle && !inherits)) return null;
    if (blank) title = '';

    warnSku(rawSku, trimmed, issues, place(sku), plan.table.container === 'xlsx');
    if (!blank) {
      const cut = cutText(title, limits.titleCharacters);
      if (cut !== null) {
        issues.warn('W_TITLE_TRUNCATED', { ...place(titleAt), value: null, details: { limit: limits.titleCharacters } });
        title = cut;
      }
      if (!hasWord.test(title)) issues.warn('W_TITLE_NO_WORDS', place(titleAt));
    }

    const stored: Record<StoredField, StoredValue> = { ...emptyItem, title };
    const further: [string, string][] = [];
    for (const [field, number] of texts) {
      const index = at[number]!;
      if (index < 0) continue;
      let value = field === 'image_url' ? elements(index)?.[0] ?? optionalText(index) : optionalText(index);
      if (field === 'image_url' && images !== undefined && value.includes(images)) {
        further.push([names[index]!, value]);
        value = value.split(images, 1)[0]!.trim();
      }
      stored[field] = field === 'brand' || field === 'group_id' ? value.trim() : value;
    }
    const { quantity, words } = rules['availability'] ?? {};
    if (quantity === true && /^-?\d/.test(stored.availability as string)) stored.availability = Number.parseInt(stored.availability as string, 10) > 0 ? 'in stock' : 'out of stock';
    else if (words !== undefined) stored.availability = words[(stored.availability as string).trim().toLowerCase()] ?? stored.availability;
    for (const [field, number] of lists) {
      const index = at[number]!;
      if (index < 0) continue;
      const parts = elements(index);
      const value = parts === null ? optional(index) : '';
      const separator = separators[field as 'color'] ?? plan.map.profile.multiValueSeparator;
      stored[field] = parts !== null ? JSON.stringify(parts) : value.trim() === '' ? '[]' : JSON.stringify(separator === undefined || !value.includes(separator) ? [value] : value.split(separator).map((part) => part.trim()).filter((part) => part !== ''));
    }
    stored.category_path = readPaths();
    readPriceCell();
    if (at[n.created_at]! >= 0) {
      const created = optional(at[n.created_at]!);
      stored.created_at = readTime(created, times)?.ms ?? null;
      if (stored.created_at === null && created.trim() !== '') further.push([names[at[n.created_at]!]!, created]); // a date of no known order is kept as it is
    }
    for (const [field, value] of constants) if (field in stored) stored[field as StoredField] = value;

    const pairs: [string, string][] = further;
    for (const index of view.attributes) {
      const value = optional(index);
      if (value.trim() !== '') pairs.push([names[index]!, value]);
    }
    stored.attrs = pairs.length === 0 ? '[]' : JSON.stringify(sortAttributes(pairs));
    if (missing.length > 0) {
      const found = [...new Set(missing.map(({ word }) => word))];
      const columns = missing.map((entry) => entry.column);
      issues.warn('I_NULL_WORDS', { line: record.line, column: columns.join(', '), value: found.join(', '), because: found.length === 1 ? 'was' : 'were', details: { columns } });
    }
    if (failed) return null;
    const { parent, alternate, role } = view;
    return { sku: trimmed, key: skuKey(trimmed), status: readStatus(at[n.status]! < 0 ? plan.known.constants?.['status'] ?? '' : cells[at[n.status]!]!), stored, parent, alternate, role, numeric: kinds?.get(sku) === 'number' };

    function readPaths(): string {
      const ruleOf = (index: number): ValueRule => (single.has(index) ? singlePath : rules['category_path'] ?? {});
      const pathAt = (index: number): string => numbers?.find(cells[index]!) ?? elements(index)?.[0] ?? cells[index]!;
      let rule = ruleOf(-1);
      let path = at[n.category_path]!;
      if (rule.deepest === true && path >= 0) {
        const columns = sources.get('category_path')!;
        path = columns[deepestCell(columns.map((index) => [pathAt(index), ruleOf(index)]))]!;
        for (const index of columns) {
          const isNumber = numbers !== null && isCategoryNumber(cells[index]!);
          if (isNumber) numbers.note(cells[index]!, place(index));
          if ((index !== path || isNumber) && cells[index]!.trim() !== '') further.push([names[index]!, cells[index]!]);
        }
        rule = ruleOf(path);
      }
      const value = numbers !== null && path >= 0 && isCategoryNumber(cells[path]!) ? numbers.find(cells[path]!) ?? '' : optional(path);
      if (value.trim() !== '') {
        const list = elements(path);
        if (/^https?:\/\//.test(value)) {
          further.push([names[path]!, value]); // an address is no path
          return '[]';
        }
        const reading = readCategory(value, list, isFeed && list !== null ? { ...rule, paths: ',' } : rule, plan.mapping.categorySeparator, limits.categoryLevels, trees);
        if (reading.emptyLevels) issues.warn('W_CATEGORY_EMPTY_LEVEL', place(path));
        if (reading.tooDeep) issues.warn('W_CATEGORY_DEPTH', { ...place(path), details: { limit: limits.categoryLevels } });
        if (reading.all.length > 0) further.push(['category_paths', JSON.stringify(reading.all)]);
        if (rule.codes === true) further.push([names[path]!, value]);
        if (reading.levels.length > 0 || rule.codes === true) return JSON.stringify(reading.levels);
      }
      if (rules['category_l1']?.parallel !== undefined) {
        const paths = pairLevels(levels.slice(0, 3).map((number) => optional(at[number]!)), rules['category_l1'].parallel);
        if (paths.length > 1) further.push(['category_paths', JSON.stringify(paths.map((one) => one.join(' > ')))]);
        return JSON.stringify(paths[0] ?? []);
      }
      const parts = levels.slice(0, 3).map((number) => optional(at[number]!).trim()).filter((level) => level !== '');
      const leaf = optional(at[levels[3]!]!).trim();
      if (leaf !== '' && leaf !== parts.at(-1)) parts.push(leaf);
      return parts.length === 0 ? '[]' : JSON.stringify(parts);
    }

    function readPriceCell(): void {
      const index = at[n.price]!;
      const value = optional(index);
      const isNumber = kinds?.get(index) === 'number';
      const shape = value.trim() === '' || isNumber ? null : readPrice(value);
      const exact = isNumber ? Number(value) : null; // JSON and workbooks write numbers in one way only
      const number = exact !== null ? (Number.isFinite(exact) && exact >= 0 ? exact : null) : shape === null ? null : priceNumber(shape, survey.decimal, decimalChosen);
      if (value.trim() !== '' && number === null) issues.warn('W_PRICE_UNREADABLE', place(index));
      stored.price = number;
      const stated = optional(at[n.currency]!).trim();
      stored.currency = stated !== '' ? stated : shape !== null && shape.currency !== '' ? shape.currency : number === null ? '' : plan.map.currency;
    }

    function readStatus(value: string): ItemStatus {
      const word = value.trim().toLowerCase();
      const status = rules['status']?.words?.[word] ?? rules['status']?.words?.['*'] ?? word;
      return status === 'draft' || status === 'retired' ? status : 'live';
    }
  };
}

const hasWord = /[\p{L}\p{N}]/u;

/** Whether a number says the same as its digits: integers up to 2^53, and whatever is no integer. */
function isExact(text: string): boolean {
  const number = Number(text);
  return Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER;
}

/** A day as a date cell of a workbook holds it. */
const isoDay = /^\d{4}-\d{2}-\d{2}$/;

/** `inSheet`: the cell is one of a workbook, whose dates are written out. */
function warnSku(raw: string, sku: string, issues: RowIssues, place: { readonly line: number; readonly column: string; readonly value: string }, inSheet: boolean): void {
  if (raw.length !== sku.length) issues.warn('W_SKU_TRIMMED', place);
  if (invisibleInKey.test(sku)) issues.warn('W_SKU_INVISIBLE', place);
  if (sku.length < 24 && /^\d+(?:[.,]\d+)?E\+\d+$/i.test(sku)) issues.warn('W_SKU_SCIENTIFIC', place);
  if (sku.length < 16 && (spreadsheetDate.test(sku) || (inSheet && isoDay.test(sku)))) issues.warn('W_SKU_DATE', place);
}

/** The fields in which two readings of one SKU differ, for the message about the second one. */
export function describeDifference(a: StoredItem, b: StoredItem): string {
  const names = Object.keys(emptyItem).filter((field) => a[field as StoredField] !== b[field as StoredField]);
  return names.length === 0 ? ' They are equal.' : ` They differ in: ${names.map(showValue).join(', ')}.`;
}
