/**
 * Which attributes a catalogue has, and how each becomes numbers (Eqs. 2-4 of the paper begin here). Fitted on visible rows only:
 * tokens, labels, counts and means of a hidden or draft SKU are never looked at.
 *
 *   text      title, description, color, material, size, department, manufacturer, and free columns on request: bags of sub-words
 *   category  brand, and the levels l1, l2, l3, leaf of the category path: one label each, 0 = unknown or missing
 *   number    price: log(1 + price), standardised, with a flag for "missing"
 */
import type { ItemFeatures } from '../db/records.ts';
import { tokenizerFromFile, trainTokenizer } from './tokenizer.ts';
import type { Tokenizer, TokenizerFile } from './tokenizer.ts';

/** An attribute is used where at least this share of the visible SKUs fill it; below, a model would learn it by heart. */
const minimumFilled = 0.01;

/** Characters read of a text: more than its tokens can cover, and a bound for hostile files. */
const longestText = 8192;

const defaultVocabulary = { title: 8000, description: 8000, other: 2000 } as const;
const maxTokens = { title: 64, description: 128, other: 32 } as const;

export const categoryLevels = ['l1', 'l2', 'l3', 'leaf'] as const;
export type CategoryLevelName = (typeof categoryLevels)[number];

export interface TextAttribute {
  readonly kind: 'text';
  readonly name: string;
  readonly tokenizer: Tokenizer;
  /** Tokens read of each text. */
  readonly limit: number;
  /** [vocabulary] visible SKUs in whose text the token occurs. */
  readonly documents: Int32Array;
  /** Visible SKUs that fill it. */
  readonly filled: number;
}

export interface CategoryAttribute {
  readonly kind: 'category';
  readonly name: string;
  /** Identity of each label: a brand, or a whole path down to the level (`labelKey`). Index 0 is '' (unknown or missing). */
  readonly keys: readonly string[];
  /** What to show for each label: the most frequent spelling, of a path its last name. */
  readonly labels: readonly string[];
  /** [labels] visible SKUs per label; index 0 counts the missing. */
  readonly counts: Int32Array;
  readonly filled: number;
  readonly indices: ReadonlyMap<string, number>;
}

export interface NumberAttribute {
  readonly kind: 'number';
  readonly name: string;
  /** Mean and standard deviation of log(1 + value) over the visible SKUs that fill it. */
  readonly mean: number;
  readonly deviation: number;
  readonly filled: number;
}

export interface Features {
  readonly texts: readonly TextAttribute[];
  /** Brand first, then levels from broad to leaf; those of `categoryLevels` may also be predicted. */
  readonly categories: readonly CategoryAttribute[];
  readonly numbers: readonly NumberAttribute[];
  /** Visible SKUs it was fitted on. */
  readonly visible: number;
  /** Attributes left out, with the reason in words. */
  readonly dropped: readonly { readonly name: string; readonly reason: string }[];
}

export interface FeatureOptions {
  /** Names to read: standard ones and headers of free columns. Absent: every standard attribute the catalogue fills. */
  readonly attributes?: readonly string[];
  readonly titleVocabulary?: number;
  readonly descriptionVocabulary?: number;
  /** Of every other text attribute. */
  readonly otherVocabulary?: number;
}

const standardTexts: Readonly<Record<string, (item: ItemFeatures) => string>> = {
  title: (item) => item.title,
  description: (item) => item.description,
  color: (item) => item.color.join(' '),
  material: (item) => item.material.join(' '),
  size: (item) => item.size,
  department: (item) => item.department,
  manufacturer: (item) => item.manufacturer,
};
const standardNames = [...Object.keys(standardTexts), 'brand', ...categoryLevels, 'price'];

/** Learns vocabularies, labels and scales from the rows whose `visible` is 1. */
export function fitFeatures(items: readonly ItemFeatures[], visible: Uint8Array, options: FeatureOptions = {}): Features {
  const rows = items.filter((_, row) => visible[row] === 1);
  const wanted = options.attributes ?? standardNames;
  const dropped: { name: string; reason: string }[] = [];
  const drop = (name: string, reason: string): void => void dropped.push({ name, reason });

  const texts: TextAttribute[] = [];
  for (const name of wanted) {
    if (name === 'brand' || name === 'price' || isCategoryLevel(name)) continue;
    const values = rows.map((item) => textOf(item, name));
    const problem = unusable(values.filter((value) => value !== ''), rows.length);
    if (problem !== null) drop(name, problem);
    else texts.push(fitText(name, values, options));
  }

  const categories: CategoryAttribute[] = [];
  for (const name of ['brand', ...categoryLevels]) {
    if (!wanted.includes(name)) continue;
    const values = rows.map((item) => labelPath(item, name)).map((path) => (path === null ? '' : labelKey(path)));
    const problem = unusable(values.filter((value) => value !== ''), rows.length);
    if (problem !== null) drop(name, problem);
    else categories.push(fitLabels(name, rows));
  }
  const kept = dropDuplicateLevels(categories, rows, drop);

  const numbers: NumberAttribute[] = [];
  if (wanted.includes('price')) {
    // Sorted, so that rounding does not depend on the order of the catalogue.
    const logs = rows.flatMap((item) => (item.price === null ? [] : [Math.log1p(item.price)])).sort((a, b) => a - b);
    const problem = unusable(logs, rows.length);
    if (problem !== null) drop('price', problem);
    else numbers.push(fitNumber('price', logs));
  }
  return { texts, categories: kept, numbers, visible: rows.length, dropped };
}

export function isCategoryLevel(name: string): name is CategoryLevelName {
  return (categoryLevels as readonly string[]).includes(name);
}

/** The text of an attribute; of a free column all values under its header. */
export function textOf(item: ItemFeatures, name: string): string {
  const standard = Object.hasOwn(standardTexts, name) ? standardTexts[name] : undefined;
  const text = standard !== undefined ? standard(item) : item.attrs.filter(([header]) => header === name).map(([, value]) => value).join(' ');
  return text.length > longestText ? text.slice(0, longestText) : text;
}

/** The names that identify an item's label: one for a brand, the path down to the level for a category; null where the item has none. */
export function labelPath(item: ItemFeatures, name: string): readonly string[] | null {
  const path = item.categoryPath;
  const names = name === 'brand' ? [item.brand] : name === 'leaf' ? path : path.slice(0, levelDepth(name));
  if (name !== 'brand' && name !== 'leaf' && path.length < levelDepth(name)) return null;
  return names.length === 0 || names.every((part) => part.trim() === '') ? null : names;
}

function levelDepth(name: string): number {
  return categoryLevels.indexOf(name as CategoryLevelName) + 1;
}

/** Joins the parts of a label's identity: a character no name holds. */
export const keySeparator = '\u001f';

/** Identity of a label: case, white space and composition of characters do not count. */
export function labelKey(path: readonly string[]): string {
  return path.map((part) => part.normalize('NFC').toLowerCase().trim().replace(/\s+/gu, ' ')).join(keySeparator);
}

/** Label index of an item, 0 for unknown or missing. */
export function labelOf(attribute: CategoryAttribute, item: ItemFeatures): number {
  const path = labelPath(item, attribute.name);
  return path === null ? 0 : (attribute.indices.get(labelKey(path)) ?? 0);
}

/** Why values cannot be used, or null. */
function unusable(filled: readonly (string | number)[], rows: number): string | null {
  if (filled.length === 0) return 'no SKU fills it';
  if (filled.length < minimumFilled * rows) return `only ${filled.length} of ${rows} SKUs fill it, fewer than ${100 * minimumFilled} %`;
  if (filled.every((value) => value === filled[0])) return 'every SKU that fills it has the same value';
  return null;
}

function fitText(name: string, values: readonly string[], options: FeatureOptions): TextAttribute {
  const slot = name === 'title' || name === 'description' ? name : 'other';
  const size = options[`${slot}Vocabulary`] ?? defaultVocabulary[slot];
  const limit = maxTokens[slot];
  const tokenizer = trainTokenizer(values, size, limit);
  const documents = new Int32Array(tokenizer.size);
  for (const value of values) for (const id of new Set(tokenizer.encode(value, limit))) documents[id]!++;
  return { kind: 'text', name, tokenizer, limit, documents, filled: values.filter((value) => value !== '').length };
}

function fitLabels(name: string, rows: readonly ItemFeatures[]): CategoryAttribute {
  const spellings = new Map<string, Map<string, number>>();
  let missing = 0;
  for (const item of rows) {
    const path = labelPath(item, name);
    if (path === null) {
      missing++;
      continue;
    }
    const key = labelKey(path);
    const shown = path[path.length - 1]!.trim();
    const counts = spellings.get(key) ?? new Map<string, number>();
    counts.set(shown, (counts.get(shown) ?? 0) + 1);
    spellings.set(key, counts);
  }
  // By key, not by first sight: the order of a catalogue's rows must not show in the model.
  const keys = ['', ...[...spellings.keys()].sort()];
  const labels = keys.map((key) => (key === '' ? '' : mostFrequent(spellings.get(key)!)));
  const counts = Int32Array.from(keys, (key) => (key === '' ? missing : [...spellings.get(key)!.values()].reduce((sum, count) => sum + count, 0)));
  return labelAttribute(name, keys, labels, counts, rows.length - missing);
}

function labelAttribute(name: string, keys: readonly string[], labels: readonly string[], counts: Int32Array, filled: number): CategoryAttribute {
  return { kind: 'category', name, keys, labels, counts, filled, indices: new Map(keys.map((key, index) => [key, index])) };
}

function mostFrequent(counts: ReadonlyMap<string, number>): string {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]![0];
}

/** A level that splits the SKUs exactly as a deeper one does says the same twice: the deepest stays. */
function dropDuplicateLevels(categories: readonly CategoryAttribute[], rows: readonly ItemFeatures[], drop: (name: string, reason: string) => void): CategoryAttribute[] {
  const kept: CategoryAttribute[] = [];
  for (const attribute of categories.toReversed()) {
    const twin = isCategoryLevel(attribute.name) ? kept.find((deeper) => isCategoryLevel(deeper.name) && samePartition(attribute, deeper, rows)) : undefined;
    if (twin === undefined) kept.unshift(attribute);
    else drop(attribute.name, `it divides the SKUs exactly as ${twin.name} does`);
  }
  return kept;
}

function samePartition(a: CategoryAttribute, b: CategoryAttribute, rows: readonly ItemFeatures[]): boolean {
  const pairs = new Set<number>();
  const left = new Set<number>();
  const right = new Set<number>();
  for (const item of rows) {
    const [x, y] = [labelOf(a, item), labelOf(b, item)];
    pairs.add(x * b.keys.length + y);
    left.add(x);
    right.add(y);
  }
  return pairs.size === left.size && pairs.size === right.size; // one partner for each label, both ways
}

function fitNumber(name: string, values: readonly number[]): NumberAttribute {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { kind: 'number', name, mean, deviation: Math.sqrt(variance), filled: values.length };
}

/** What goes into an artifact beside the tokenizers: plain JSON. */
export interface FeaturesFile {
  readonly version: 1;
  readonly visible: number;
  readonly texts: readonly { readonly name: string; readonly limit: number; readonly documents: readonly number[]; readonly filled: number; readonly tokenizer: TokenizerFile }[];
  readonly categories: readonly { readonly name: string; readonly keys: readonly string[]; readonly labels: readonly string[]; readonly counts: readonly number[]; readonly filled: number }[];
  readonly numbers: readonly { readonly name: string; readonly mean: number; readonly deviation: number; readonly filled: number }[];
  readonly dropped: Features['dropped'];
}

export function featuresToJson(features: Features): FeaturesFile {
  return {
    version: 1,
    visible: features.visible,
    texts: features.texts.map(({ name, limit, documents, filled, tokenizer }) => ({ name, limit, documents: [...documents], filled, tokenizer: tokenizer.toFile() })),
    categories: features.categories.map(({ name, keys, labels, counts, filled }) => ({ name, keys, labels, counts: [...counts], filled })),
    numbers: features.numbers.map(({ name, mean, deviation, filled }) => ({ name, mean, deviation, filled })),
    dropped: features.dropped,
  };
}

export function featuresFromJson(file: FeaturesFile): Features {
  if (file.version !== 1) throw new Error(`The features of this model have version ${String(file.version)}; this program reads version 1. Train the model again.`);
  return {
    visible: file.visible,
    texts: file.texts.map(({ name, limit, documents, filled, tokenizer }) => ({ kind: 'text', name, limit, documents: Int32Array.from(documents), filled, tokenizer: tokenizerFromFile(tokenizer) })),
    categories: file.categories.map(({ name, keys, labels, counts, filled }) => labelAttribute(name, keys, labels, Int32Array.from(counts), filled)),
    numbers: file.numbers.map((entry) => ({ kind: 'number', ...entry })),
    dropped: file.dropped,
  };
}
