/** JSON as a table: a list of objects, JSON Lines, or a list inside an object. Nested values become columns named by their path. */
import type { SourceFile } from './container.ts';
import { decodeText } from './encoding.ts';
import type { Encoding } from './encoding.ts';
import { flattenRecord } from './json-columns.ts';
import { JsonParser, mostKeys } from './json-parser.ts';
import type { JsonRecords, RecordNotes } from './json-parser.ts';
import { JsonFault } from './json-values.ts';
import type { JsonValue } from './json-values.ts';
import { limits } from './limits.ts';
import { mapColumns } from './mapping.ts';
import { chooseProfile, generic } from './profile.ts';
import type { JsonShape } from './profile.ts';
import { suspicious } from './record-reader.ts';
import type { CellKind, FieldFault, FileRecord } from './record-reader.ts';
import { FileRejection } from './rejection.ts';
import type { Table, TableReading } from './table.ts';

/** Where the records of a document stand. `lines`: each line is a document of its own. */
export interface JsonForm {
  readonly lines: boolean;
  readonly depth: number;
  readonly key?: string;
  /** A document that holds no list of objects: read to its end for its faults, then refused. */
  readonly refused?: string;
}

/** Objects around a list of products, in the exports we know. */
const envelopes = ['@graph', 'products', 'items', 'data', 'results', 'catalog', 'entries', 'events'];

/** `sample`: the beginning of the text, which starts with `{` or `[`. */
export function findForm(sample: string, whole: boolean): JsonForm {
  const start = sample.trimStart();
  if (start.startsWith('[')) return { lines: false, depth: 1 };
  const [line = '', next = ''] = start.split(/\r\n|\r|\n/, 3).map((text) => text.trim());
  const first = readAlone(line);
  if (first !== null && next === '' && whole && holdsEnvelope(first)) return findEnvelope(start);
  if (first !== null && (next !== '' || whole) && (next.startsWith('{') || [...first.values()].some((value) => !(value instanceof Map) && !Array.isArray(value))) && !first.has('@graph') && !first.has('@type')) return { lines: true, depth: 0 };
  if (first === null && next.startsWith('{') && line.startsWith('{') && readAlone(next) !== null) return { lines: true, depth: 0 }; // the first line is the broken one
  return findEnvelope(start);
}

function readAlone(line: string): Map<string, JsonValue> | null {
  let found: JsonValue = null;
  const parser = new JsonParser({ depth: 0, onRecord: (value) => { found = value; } });
  try {
    parser.write(line);
    parser.end();
    return (found as JsonValue) instanceof Map ? (found as unknown as Map<string, JsonValue>) : null;
  } catch {
    return null;
  }
}

/** Whether an object is no record itself, but has a list of them under a known name (`{"count": 1, "products": [{…}]}`). */
function holdsEnvelope(object: Map<string, JsonValue>): boolean {
  const names = [...object.keys()];
  const isRecord = (['catalog', 'sessions'] as const).some((kind) => chooseProfile(names, kind, 'jsonl').profile !== generic || mapColumns(names, kind, []).missing.length === 0);
  return !isRecord && envelopes.some((name) => {
    const list = object.get(name);
    return Array.isArray(list) && list[0] instanceof Map;
  });
}

/** The first list of objects under a known name; a lone product of schema.org is a list of one. */
function findEnvelope(start: string): JsonForm {
  let key: string | undefined;
  let lone = false;
  const names: string[] = [];
  for (const [, name = '', opens = ''] of start.matchAll(/"([^"\\]{1,60})"\s{0,20}:\s{0,20}(\[\s{0,200}\{)?/g)) {
    if (names.length < 1_000) names.push(name);
    if (opens !== '' && envelopes.includes(name)) key ??= name;
    if (name === '@type') lone = true;
  }
  if (key !== undefined) return { lines: false, depth: 2, key };
  if (lone) return { lines: false, depth: 0 };
  return { lines: false, depth: 0, refused: names[0] === undefined ? 'an empty object' : `an object with the key "${names[0]}"` };
}

/** @throws FileRejection E_JSON_SYNTAX, E_JSON_DEPTH, E_JSON_SHAPE, E_NO_ROWS, E_TOO_MANY_COLUMNS, and what reading can throw */
export async function openJson(source: SourceFile, encoding: Encoding, form: JsonForm, shape: JsonShape | undefined, signal?: AbortSignal): Promise<Table> {
  const columns = new Map<string, number>();
  let records = 0;
  let objects = 0;
  await readJson(source, encoding, form, { signal, around: (work) => work() }, (value) => {
    records += 1;
    if (!(value instanceof Map)) return;
    objects += 1;
    for (const row of flattenRecord(value, shape)) {
      for (const name of row.keys()) if (!columns.has(name)) columns.set(name, columns.size);
    }
    if (columns.size > limits.columns) throw new FileRejection('E_TOO_MANY_COLUMNS', { line: null, details: { limit: limits.columns, found: columns.size } });
  });
  if (form.refused !== undefined) throw new FileRejection('E_JSON_SHAPE', { because: form.refused });
  if (records === 0) throw new FileRejection('E_NO_ROWS', { because: 'The list is empty' });
  if (objects === 0 && !form.lines) throw new FileRejection('E_JSON_SHAPE', { because: 'a list without an object in it' });
  const headers = [...columns.keys()];
  const first: FileRecord[] = [];
  const table: Table = {
    container: form.lines ? 'jsonl' : 'json', encoding, delimiter: '', fromSepLine: false, headerLine: 0, headers, first, sheets: [],
    async read(reading) {
      let ordinal = 0;
      const visited = await readJson(source, encoding, form, reading, (value, line, notes) => {
        for (const record of toRecords(value, columns, shape, notes)) {
          ordinal += 1;
          reading.onRecord(form.lines ? { ...record, line } : { ...record, line: ordinal, record: ordinal });
        }
      }, (fault) => {
        ordinal += 1;
        reading.onRecord({ fields: [], line: fault.line, lines: null, suspect: false, faults: [{ kind: 'json', field: 0, character: fault.character, because: fault.message }] });
      });
      return { visited };
    },
  };
  await collectFirst(table, first);
  return table;
}

const sampleRecords = 200;
class Enough extends Error {}

/** The first records, for evidence about the columns. */
export async function collectFirst(table: Table, first: FileRecord[]): Promise<void> {
  try {
    await table.read({
      around: (work) => work(),
      onRecord(record) {
        if (first.length >= sampleRecords) throw new Enough();
        if (record.faults.length === 0) first.push(record);
      },
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
}

type OnValue = (value: JsonValue, line: number, notes: RecordNotes) => void;

/** Reads the whole text. A fault of a line is told and costs that line; a fault of a document costs the document. */
async function readJson(source: SourceFile, encoding: Encoding, form: JsonForm, reading: Omit<TableReading, 'onRecord'>, onValue: OnValue, onFault: (fault: JsonFault) => void = () => undefined): Promise<number> {
  const records: JsonRecords = { depth: form.depth, ...(form.key === undefined ? {} : { key: form.key }), onRecord: onValue };
  const reader = form.lines ? new LineReader(records, onFault) : new JsonParser(records);
  try {
    for await (const text of decodeText(source.read(reading.onRead), encoding)) {
      reading.signal?.throwIfAborted();
      reading.around(() => reader.write(text));
    }
    reading.around(() => reader.end());
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    if (error.code === 'E_TOO_MANY_COLUMNS') throw new FileRejection(error.code, { line: error.line, details: { limit: limits.columns, found: `more than ${mostKeys}` } });
    throw new FileRejection(error.code, { line: error.line, because: error.message, details: { char_column: error.character } });
  }
  return reader.visited;
}

/** JSON Lines: every line is a text of its own, and a fault in it ends there. */
class LineReader {
  visited = 0;
  readonly #records: JsonRecords;
  readonly #onRecord: OnValue;
  readonly #onFault: (fault: JsonFault) => void;
  #parser: JsonParser | null = null;
  #line = 1;
  #failed = false;
  #previous = 0;

  /** A line counts when it is right to its end. */
  #held: Parameters<OnValue> | null = null;

  constructor(records: JsonRecords, onFault: (fault: JsonFault) => void) {
    this.#onRecord = records.onRecord;
    this.#records = { ...records, onRecord: (...record) => { this.#held = record; } };
    this.#onFault = onFault;
  }

  write(chunk: string): void {
    let start = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const code = chunk.charCodeAt(index);
      if (code !== 0x0a && code !== 0x0d) {
        this.#previous = code;
        continue;
      }
      this.#feed(chunk.slice(start, index));
      this.#endLine();
      if (code === 0x0d || this.#previous !== 0x0d) this.#line += 1;
      this.#previous = code;
      start = index + 1;
    }
    this.#feed(chunk.slice(start));
    this.visited += chunk.length;
  }

  end(): void {
    this.#endLine();
  }

  #feed(part: string): void {
    if (this.#failed || (this.#parser === null && part.trim() === '')) return;
    this.#parser ??= new JsonParser(this.#records, this.#line);
    this.#guard(() => this.#parser!.write(part));
  }

  #endLine(): void {
    if (this.#parser !== null && !this.#failed) this.#guard(() => this.#parser!.end());
    if (this.#held !== null && !this.#failed) this.#onRecord(...this.#held);
    this.#held = null;
    this.#parser = null;
    this.#failed = false;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof JsonFault) || error.code !== 'E_JSON_SYNTAX') throw error;
      this.#failed = true;
      this.#onFault(error);
    }
  }
}

function toRecords(value: JsonValue, columns: ReadonlyMap<string, number>, shape: JsonShape | undefined, notes: RecordNotes): readonly Omit<FileRecord, 'line'>[] {
  const noted: FieldFault[] = [
    ...notes.duplicates.map((name) => ({ kind: 'twice', field: columns.get(name) ?? -1, name }) as const),
    ...notes.tooLong.map((name) => ({ kind: 'too-long', field: columns.get(name) ?? 0, characters: limits.fieldCharacters + 1 }) as const),
  ];
  if (!(value instanceof Map)) {
    const found = Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value === 'string' ? 'a text' : typeof value === 'boolean' ? 'true or false' : 'a number';
    return [{ fields: [], lines: null, suspect: false, faults: [{ kind: 'shape', field: 0, found }] }];
  }
  return flattenRecord(value, shape).map((row) => {
    const fields = new Array<string>(columns.size).fill('');
    let kinds: Map<number, CellKind> | undefined;
    let suspect = false;
    const faults = [...noted];
    for (const [name, cell] of row) {
      const index = columns.get(name)!;
      if (cell.text.length > limits.fieldCharacters) {
        if (!notes.tooLong.includes(name)) faults.push({ kind: 'too-long', field: index, characters: cell.text.length });
        continue;
      }
      fields[index] = cell.text;
      if (cell.kind !== null) (kinds ??= new Map()).set(index, cell.kind);
      suspect ||= suspicious.test(cell.text);
    }
    return { fields, lines: null, suspect, faults, kinds };
  });
}
