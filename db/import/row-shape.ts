/**
 * From a row as it stands in the file to cells by canonical field: first of several columns, names and values in pairs, blanks that repeat
 * the row above. A plain table needs none of it and pays for none of it.
 */
import type { OptionLabels } from './beside.ts';
import { guardColumn } from './guard.ts';
import { hashText } from './key-table.ts';
import { synonymOf } from './mapping.ts';
import type { Plan } from './plan.ts';
import { findColumns, itemFields } from './profile.ts';
import type { ItemField, ProfileColumns } from './profile.ts';
import type { CellKind, FileRecord } from './record-reader.ts';
import { reasonColumn, surplusColumn } from './rejected-rows.ts';
import { isNullWord } from './values.ts';

export interface RowView {
  /** The row's cells, then those that were taken out of other cells. */
  cells: readonly string[];
  /** [itemFields] the cell that holds the field, or -1 */
  readonly at: Int32Array;
  /** Cells that become attributes. */
  readonly attributes: readonly number[];
  /** [cells] name of each as an attribute. */
  readonly names: readonly string[];
  /** [cells] column that each was found in. */
  readonly headers: readonly string[];
  kinds: ReadonlyMap<number, CellKind> | undefined;
  readonly parent: string;
  /** A second name that children may call their parent by. */
  readonly alternate: string;
  /** A parent is no item where it has children. */
  readonly role: 'item' | 'parent';
}

/** Answers null for rows that are no items: images, collections, second events of a SKU. */
export type RowShape = (record: FileRecord, cells: readonly string[]) => RowView | null;

export const fieldNumber = Object.fromEntries(itemFields.map((field, index) => [field, index])) as Readonly<Record<ItemField, number>>;

/** Columns of our own exports that say something about the row and nothing about the item. */
const bookkeeping = new Set([reasonColumn, surplusColumn, guardColumn]);

/** Fields that a pair of name and value may mean. */
export const pairFields: ReadonlySet<string> = new Set<string>(['color', 'size', 'material', 'brand', 'manufacturer', 'department']);

/** `options`: labels of codes, where the source has them in a further file. */
export function prepareRowShape(plan: Plan, options: OptionLabels | null = null): RowShape {
  return isPlainShape(plan) ? preparePlain(plan) : prepareShaped(plan, plan.known, options);
}

/** Each field in a column of its own, each row an item of its own. */
export function isPlainShape({ known, map }: Plan): boolean {
  const several = [...map.sources.values()].some((sources) => sources.length > 1);
  const { fill, parents, distinct, repeats } = known.layout ?? {};
  return !several && known.pairs === undefined && known.keyValues === undefined && known.composeSku === undefined && fill === undefined && parents === undefined && distinct !== true && repeats === undefined;
}

function preparePlain(plan: Plan): RowShape {
  const at = new Int32Array(itemFields.length).fill(-1);
  for (const [field, index] of plan.columnOf) at[fieldNumber[field as ItemField]] = index;
  const mapped = new Set(plan.columnOf.values());
  const view: RowView = {
    cells: [], at, attributes: attributeColumns(plan, mapped), names: plan.headers, headers: plan.headers, kinds: undefined, parent: '', alternate: '', role: 'item',
  };
  return (record, cells) => {
    view.cells = cells;
    view.kinds = record.kinds;
    return view;
  };
}

/** Columns that become attributes: all that are named and mean nothing else. */
export function attributeColumns(plan: Plan, mapped: ReadonlySet<number>): readonly number[] {
  return [...plan.headers.keys()].filter((index) => plan.headers[index] !== '' && !mapped.has(index) && !bookkeeping.has(plan.headers[index]!.toLowerCase()));
}

function prepareShaped(plan: Plan, known: ProfileColumns, labels: OptionLabels | null): RowShape {
  const { headers, map: { sources, profile } } = plan;
  const find = (alias: string): readonly number[] => findColumns(alias, headers, profile.caseSensitive);
  const first = (alias: string): number => find(alias)[0] ?? -1;
  const missing = new Set((known.missing ?? []).map((word) => word.toLowerCase()));
  const isBlank = (cell: string | undefined): boolean => cell === undefined || cell.trim() === '' || missing.has(cell.trim().toLowerCase());
  const pairs = findPairs(headers, known);
  const keyValues = known.keyValues === undefined ? -1 : first(known.keyValues.column);
  const fill = prepareFill(known, find, first, isBlank);
  const parents = prepareParents(plan, known, first);
  const repeats = known.layout?.repeats === undefined ? -1 : first(known.layout.repeats);
  const distinct = known.layout?.distinct === true;
  const seen = distinct || repeats >= 0 ? new Set<number>() : null;
  const taken = new Set([...sources.values()].flat());
  for (const { name, value } of pairs) taken.add(name).add(value);
  const plain = attributeColumns(plan, taken.add(keyValues));
  const deepest = known.values?.['category_path']?.deepest === true;
  const keyColumn = known.composeSku === undefined ? -1 : first(known.composeSku.key);

  return (record, original) => {
    const filled = fill(original);
    if (filled === null) return null;
    const cells: string[] = filled.map((cell, index) => (missing.size > 0 && isBlank(cell) ? '' : labels === null ? cell : cell.split(',').map((code) => labels(headers[index]!, code.trim()) ?? code).join(',')));
    const at = new Int32Array(itemFields.length).fill(-1);
    const attributes: number[] = [...plain];
    let names: string[] | null = null;
    let columns: readonly string[] = headers;
    const rename = (index: number, name: string): void => {
      names ??= [...headers];
      names[index] = name;
    };
    const append = (value: string, name: string, column: number): number => {
      const index = cells.push(value) - 1;
      rename(index, name);
      if (columns === headers) columns = [...headers];
      (columns as string[])[index] = headers[column]!;
      return index;
    };
    for (const [field, indexes] of sources) {
      const held = indexes.find((index) => !isBlank(cells[index]) && !isNullWord(cells[index]!)) ?? indexes[0]!;
      at[fieldNumber[field as ItemField]] = held;
      if (field !== 'category_path' || !deepest) for (const index of indexes) if (index !== held) attributes.push(index);
    }
    const assign = (name: string, index: number): void => {
      const field = synonymOf(name);
      const number = field !== null && pairFields.has(field) ? fieldNumber[field as ItemField] : -1;
      if (number >= 0 && (at[number]! < 0 || isBlank(cells[at[number]!]))) at[number] = index;
      else {
        rename(index, name.trim());
        attributes.push(index);
      }
    };
    const options: string[] = [];
    for (const { name, value } of pairs) {
      if (isBlank(cells[name]) || isBlank(cells[value])) continue;
      if (known.pairs!.not?.some(([one, other]) => one === cells[name]!.trim().toLowerCase() && other === cells[value]!.trim().toLowerCase()) === true) continue;
      options.push(cells[value]!.trim());
      assign(cells[name]!, value);
    }
    if (keyValues >= 0) {
      for (const [name, value] of splitPairs(cells[keyValues]!, known.keyValues!)) if (!isBlank(value)) assign(name, append(value, name, keyValues));
    }
    const sku = at[fieldNumber.sku]!;
    if (keyColumn >= 0 && (sku < 0 || isBlank(cells[sku])) && !isBlank(cells[keyColumn])) {
      at[fieldNumber.sku] = append([cells[keyColumn]!.trim(), options.join('/')].filter((part) => part !== '').join(known.composeSku!.separator), 'sku', keyColumn);
    }
    if (seen !== null) {
      const hash = hashText((cells[at[fieldNumber.sku]!] ?? '').trim());
      if (seen.has(hash) && (distinct || !isBlank(cells[repeats]))) return null;
      seen.add(hash);
    }
    const family = parents(cells, at);
    return family === null ? null : { cells, at, attributes: attributes.filter((index) => !at.includes(index)), names: names ?? headers, headers: columns, kinds: record.kinds, ...family };
  };
}

/** Columns of names and of values by their number: `Option1 Name`, `Option1 Value`. */
function findPairs(headers: readonly string[], { pairs }: ProfileColumns): readonly { readonly name: number; readonly value: number }[] {
  if (pairs === undefined) return [];
  const found: { name: number; value: number }[] = [];
  for (let number = 1; number <= 100; number += 1) {
    const [name] = findColumns(pairs.name.replace('#', String(number)), headers);
    const [value] = findColumns(pairs.value.replace('#', String(number)), headers);
    if (name !== undefined && value !== undefined) found.push({ name, value });
    else if (number > 10) break;
  }
  return found;
}

/** `a=1,b=2,c=x, y`: a part without a sign of equality belongs to the value before it. */
function splitPairs(cell: string, { separator, equals }: NonNullable<ProfileColumns['keyValues']>): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  for (const part of cell.split(separator)) {
    const sign = part.indexOf(equals);
    const last = pairs.at(-1);
    if (sign > 0) pairs.push([part.slice(0, sign).trim(), part.slice(sign + 1)]);
    else if (last !== undefined) last[1] += separator + part;
  }
  return pairs;
}

type Fill = (cells: readonly string[]) => readonly string[] | null;

/** Rows of one key stand together; what the first one says is not repeated. */
function prepareFill({ layout }: ProfileColumns, find: (alias: string) => readonly number[], first: (alias: string) => number, isBlank: (cell: string | undefined) => boolean): Fill {
  const fill = layout?.fill;
  if (fill === undefined) return (cells) => cells;
  const key = fill.key.split('|').map(first).find((index) => index >= 0) ?? -1;
  const columns = fill.columns.flatMap(find);
  const own = fill.own.flatMap(find);
  let group: readonly string[] | null = null;
  return (cells) => {
    if (group === null || isBlank(cells[key]) || group[key]!.trim() !== cells[key]!.trim()) {
      group = cells;
      return cells;
    }
    if (own.length > 0 && own.every((index) => isBlank(cells[index]))) return null;
    const whole = [...cells];
    for (const index of columns) if (isBlank(whole[index])) whole[index] = group[index]!;
    return whole;
  };
}

type Family = Pick<RowView, 'parent' | 'alternate' | 'role'>;

function prepareParents(plan: Plan, { layout }: ProfileColumns, first: (alias: string) => number): (cells: readonly string[], at: Int32Array) => Family | null {
  const alone: Family = { parent: '', alternate: '', role: 'item' };
  const parents = layout?.parents;
  if (parents === undefined) return () => alone;
  const column = parents.column.split('|').map(first).find((index) => index >= 0) ?? -1;
  const alternate = parents.alternate === undefined ? -1 : first(parents.alternate.column);
  const kind = parents.kinds === undefined ? -1 : parents.kinds.column.split('|').map(first).find((index) => index >= 0) ?? -1;
  return (cells, at) => {
    const words = kind < 0 ? [] : cells[kind]!.toLowerCase().split(',').map((word) => word.trim());
    if (words.some((word) => parents.kinds!.skip.includes(word))) return null;
    const sku = cells[at[fieldNumber.sku]!]?.trim() ?? '';
    const parent = column < 0 ? '' : cells[column]!.trim();
    return {
      parent: parent === sku ? '' : parent, alternate: alternate < 0 || cells[alternate] === '' ? '' : `${parents.alternate!.prefix}${cells[alternate]!.trim()}`,
      role: words.some((word) => parents.kinds!.parent.includes(word)) ? 'parent' : 'item',
    };
  };
}
