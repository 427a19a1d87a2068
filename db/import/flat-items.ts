/**
 * The short way from cells to an item, for rows of a plain table with nothing to remark: most rows of most files. Whatever is in the
 * least unusual goes the long way (validate-items.ts), which alone knows what to say of it; both give the same item. The long way took
 * three times as long (measured): it prepares for messages that a clean row never needs.
 */
import type { ItemStatus } from '../records.ts';
import { readCategory } from './category.ts';
import { limits } from './limits.ts';
import type { Plan } from './plan.ts';
import { attributeColumns, fieldNumber, isPlainShape } from './row-shape.ts';
import { itemFields } from './profile.ts';
import type { ItemField } from './profile.ts';
import { spreadsheetDate } from './spreadsheet-date.ts';
import type { FileSurvey } from './survey.ts';
import type { ReadItem } from './validate-items.ts';
import { isNullWord, plainPrice } from './values.ts';

/** Answers null where the row must go the long way. */
export type FlatReader = (cells: readonly string[]) => ReadItem | null;

/** Distinct paths whose reading is kept; beyond that each is read anew. */
const rememberedPaths = 10_000;

const plainSku = /^[A-Za-z0-9][A-Za-z0-9_./#:-]*$/;
/** What JSON writes otherwise than as it stands. */
const escaped = /["\\\0-\x1f\ud800-\udfff]/;

/** Null where no row of the file can go the short way. */
export function prepareFlatReader(plan: Plan, survey: FileSurvey): FlatReader | null {
  const { known, mapping, map: { profile, currency } } = plan;
  const isFlat = plan.table.container === 'csv' && isPlainShape(plan) && Object.keys(known.values ?? {}).length === 0 && Object.keys(known.constants ?? {}).length === 0;
  if (!isFlat || survey.untitled || mapping.priceDecimal !== undefined || !plan.columnOf.has('title')) return null;

  const at = new Int32Array(itemFields.length).fill(-1);
  for (const [field, index] of plan.columnOf) at[fieldNumber[field as ItemField]] = index;
  const column = (field: ItemField): number => at[fieldNumber[field]]!;
  const [sku, title, description, brand, groupId, manufacturer, department, kind, size] = (['sku', 'title', 'description', 'brand', 'group_id', 'manufacturer', 'department', 'class', 'size'] as const).map(column) as [number, number, number, number, number, number, number, number, number];
  const [availability, imageUrl, color, material, price, stated, status, createdAt] = (['availability', 'image_url', 'color', 'material', 'price', 'currency', 'status', 'created_at'] as const).map(column) as [number, number, number, number, number, number, number, number];
  const path = column('category_path');
  const levels = [column('category_l1'), column('category_l2'), column('category_l3'), column('leaf')];
  const attributes = attributeColumns(plan, new Set(plan.columnOf.values())).map((index) => ({ index, name: plan.headers[index]! })).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).map(({ index, name }) => ({ index, start: `[${JSON.stringify(name)},` }));
  const separator = profile.multiValueSeparator;
  const checked = [...plan.columnOf].filter(([field]) => field !== 'sku' && field !== 'title').map(([, index]) => index).concat(attributes.map(({ index }) => index));
  const paths = new Map<string, string | null>();

  const list = (value: string): string => (escaped.test(value) ? JSON.stringify([value]) : `["${value}"]`);

  /** The path as it is stored; null where there is something to say of it. */
  function readPath(value: string): string | null {
    const held = paths.get(value);
    if (held !== undefined) return held;
    const { levels: found, emptyLevels, tooDeep, all } = readCategory(value, null, {}, mapping.categorySeparator, limits.categoryLevels, null);
    const stored = emptyLevels || tooDeep || all.length > 0 || found.length === 0 || /^https?:/.test(value) ? null : JSON.stringify(found);
    if (paths.size < rememberedPaths) paths.set(Buffer.from(value).toString(), stored); // a copy: a slice would keep its chunk of the file in memory
    return stored;
  }

  function readLevels(cells: readonly string[]): string {
    const parts: string[] = [];
    for (let place = 0; place < 3; place += 1) {
      const level = levels[place]! < 0 ? '' : cells[levels[place]!]!.trim();
      if (level !== '') parts.push(level);
    }
    const leaf = levels[3]! < 0 ? '' : cells[levels[3]!]!.trim();
    if (leaf !== '' && leaf !== parts.at(-1)) parts.push(leaf);
    return parts.length === 0 ? '[]' : JSON.stringify(parts);
  }

  return (cells) => {
    const key = cells[sku]!;
    if (key.length > limits.skuCharacters || !plainSku.test(key) || (key.length < 16 && spreadsheetDate.test(key))) return null;
    const name = cells[title]!;
    if (name.length > limits.titleCharacters || !isLetterOrDigit(name.charCodeAt(0))) return null;
    for (const index of checked) {
      const value = cells[index]!;
      // Blanks, and words that mean a missing value.
      if (value !== '' && (startsBlank(value.charCodeAt(0)) || isNullWord(value))) return null;
    }
    if (createdAt >= 0 && cells[createdAt] !== '') return null;
    const amount = price < 0 ? '' : cells[price]!;
    if (amount !== '' && !plainPrice.test(amount)) return null;
    const colors = color < 0 ? '' : cells[color]!;
    const materials = material < 0 ? '' : cells[material]!;
    if (separator !== undefined && (colors.includes(separator) || materials.includes(separator))) return null;
    const category = path < 0 ? '' : cells[path]!;
    const stored = category === '' ? readLevels(cells) : readPath(category);
    if (stored === null) return null;
    let attrs = '';
    for (const { index, start } of attributes) {
      const value = cells[index]!;
      if (value !== '') attrs += `${attrs === '' ? '[' : ','}${start}${escaped.test(value) ? JSON.stringify(value) : `"${value}"`}]`;
    }
    const said = stated < 0 ? '' : cells[stated]!.trim();
    return {
      sku: key, key, status: status < 0 ? 'live' : readStatus(cells[status]!), parent: '', alternate: '', role: 'item', numeric: false,
      stored: {
        group_id: groupId < 0 ? '' : cells[groupId]!.trim(), title: name, description: description < 0 ? '' : cells[description]!, brand: brand < 0 ? '' : cells[brand]!.trim(),
        category_path: stored, color: colors === '' ? '[]' : list(colors), material: materials === '' ? '[]' : list(materials), size: size < 0 ? '' : cells[size]!,
        department: department < 0 ? '' : cells[department]!, manufacturer: manufacturer < 0 ? '' : cells[manufacturer]!, class: kind < 0 ? '' : cells[kind]!,
        price: amount === '' ? null : Number(amount), currency: said !== '' ? said : amount === '' ? '' : currency, availability: availability < 0 ? '' : cells[availability]!,
        image_url: imageUrl < 0 ? '' : cells[imageUrl]!, created_at: null, attrs: attrs === '' ? '[]' : `${attrs}]`,
      },
    };
  };
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** Whether trimming could take something from the front: ASCII blanks, and any sign beyond ASCII, to be sure. */
function startsBlank(code: number): boolean {
  return code <= 0x20 || code >= 0x80;
}

function readStatus(value: string): ItemStatus {
  const word = value.trim().toLowerCase();
  return word === 'draft' || word === 'retired' ? word : 'live';
}
