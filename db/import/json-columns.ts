/** One JSON object as cells: the path of a value is the name of its column. Nothing is merged deeply, and every key is data. */
import { JsonNumber } from './json-values.ts';
import type { JsonObject, JsonValue } from './json-values.ts';
import { columnsOf, normaliseHeader, profiles } from './profile.ts';
import type { JsonShape } from './profile.ts';
import type { CellKind } from './record-reader.ts';

export interface JsonCell {
  readonly text: string;
  /** Null for text and for what reads as text (true, false, null). */
  readonly kind: CellKind | null;
}

/** Elements of lists that some profile asks for by their number (`brands[0]`), as steps into the object. */
const elements: readonly (readonly [path: string, steps: readonly (string | number)[]])[] = findElements();

function findElements(): readonly (readonly [string, readonly (string | number)[]])[] {
  const paths = new Set<string>();
  for (const profile of profiles) {
    for (const kind of ['catalog', 'sessions'] as const) {
      for (const aliases of Object.values(columnsOf(profile, kind).columns)) for (const alias of aliases) if (alias.includes('[0]')) paths.add(alias);
    }
  }
  return [...paths].map((path) => [path, path.split('.').flatMap((step) => (step.endsWith('[0]') ? [step.slice(0, -3), 0] : [step]))]);
}

/** Names that must hold text: an object under one of them is a fault of its row, not a set of columns. */
const mustBeText = new Set(['sku', 'title'].map(normaliseHeader));

/** The rows of one object: itself, or one for each element of the list that the format explodes. */
export function flattenRecord(record: JsonObject, shape: JsonShape | undefined): readonly ReadonlyMap<string, JsonCell>[] {
  const list = shape?.explode === undefined ? undefined : record.get(shape.explode);
  if (shape?.only !== undefined && !isOneOf(record.get(shape.only.key), shape.only.of)) return [];
  if (shape?.explode === undefined || (shape.inherit === true && !Array.isArray(list))) return [flatten(record, shape)];
  const around: JsonObject = new Map(record);
  around.delete(shape.explode);
  const parts = (Array.isArray(list) ? list : []).filter((part): part is JsonObject => part instanceof Map);
  return parts.map((part) => {
    if (shape.inherit === true) return flatten(new Map([...around, ...[...part].filter(([key]) => shape.drop?.includes(key) !== true)]), shape);
    const rows = new Map(flatten(around, shape));
    for (const [name, cell] of flatten(part, undefined)) rows.set(`${shape.explode}.${name}`, cell);
    return rows;
  });
}

/** A word may stand behind the address or the prefix of its vocabulary (`http://schema.org/Product`). */
function isOneOf(value: JsonValue | undefined, words: readonly string[]): boolean {
  return Array.isArray(value) ? value.some((part) => isOneOf(part, words)) : typeof value === 'string' && words.includes(value.slice(Math.max(value.lastIndexOf('/'), value.lastIndexOf(':')) + 1));
}

function flatten(record: JsonObject, shape: JsonShape | undefined): ReadonlyMap<string, JsonCell> {
  const cells = new Map<string, JsonCell>();
  for (const [name, value] of record) place(cells, name, name === shape?.keyed ? readKeyed(value) : value);
  for (const [path, steps] of elements) {
    const value = walk(record, steps);
    if (value !== undefined && !cells.has(path)) place(cells, path, value);
  }
  return cells;
}

function place(cells: Map<string, JsonCell>, name: string, value: JsonValue): void {
  if (value instanceof Map && !mustBeText.has(normaliseHeader(name))) {
    for (const [key, inner] of value) place(cells, `${name}.${key}`, inner);
    return;
  }
  cells.set(name, toCell(value));
}

function toCell(value: JsonValue): JsonCell {
  if (value === null) return { text: '', kind: null };
  if (typeof value === 'string') return { text: value.toWellFormed(), kind: null }; // a lone surrogate becomes U+FFFD
  if (typeof value === 'boolean') return { text: String(value), kind: null };
  if (value instanceof JsonNumber) return { text: value.text, kind: 'number' };
  return { text: writeJson(value), kind: Array.isArray(value) ? 'list' : 'object' };
}

/** Numbers stay as they were written. */
function writeJson(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (value instanceof Map) return `{${[...value].map(([key, inner]) => `${JSON.stringify(key.toWellFormed())}:${writeJson(inner)}`).join(',')}}`;
  return JSON.stringify(typeof value === 'string' ? value.toWellFormed() : value);
}

/** `[{key: 'a', value: {int_value: 1}}]` as `{a: 1}`. */
function readKeyed(value: JsonValue): JsonValue {
  if (!Array.isArray(value)) return value;
  const object: JsonObject = new Map();
  for (const part of value) {
    if (!(part instanceof Map)) continue;
    const key = part.get('key');
    const held = part.get('value');
    if (typeof key === 'string') object.set(key, held instanceof Map ? [...held.values()].find((one) => one !== null) ?? null : held ?? null);
  }
  return object;
}

function walk(record: JsonObject, steps: readonly (string | number)[]): JsonValue | undefined {
  let value: JsonValue | undefined = record;
  for (const step of steps) {
    if (typeof step === 'number') value = Array.isArray(value) ? value[step] : undefined;
    else value = value instanceof Map ? value.get(step) : undefined;
  }
  return value;
}
