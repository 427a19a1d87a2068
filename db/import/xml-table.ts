/**
 * RSS and Atom product feeds as a table: one item a row, one element a column. No entity but XML's own five is known, a DOCTYPE is refused
 * before it could define one, and nothing outside the file is opened.
 */
import { SaxesParser } from 'saxes';
import type { SourceFile } from './container.ts';
import { decodeText } from './encoding.ts';
import type { Encoding } from './encoding.ts';
import { collectFirst } from './json-table.ts';
import { limits } from './limits.ts';
import { suspicious } from './record-reader.ts';
import type { CellKind, FieldFault, FileRecord } from './record-reader.ts';
import { FileRejection } from './rejection.ts';
import type { Table, TableReading } from './table.ts';

interface FeedItem {
  readonly line: number;
  /** Values by element, in the order of the file; and the line of each element's first. */
  readonly values: Map<string, string[]>;
  readonly lines: Map<string, number>;
  readonly tooLong: Set<string>;
}

/** @throws FileRejection E_XML_*, E_NO_ROWS, E_TOO_MANY_COLUMNS, and what reading can throw */
export async function openXml(source: SourceFile, encoding: Encoding, signal?: AbortSignal): Promise<Table> {
  const columns = new Map<string, number>();
  let items = 0;
  await readFeed(source, encoding, { signal, around: (work) => work() }, ({ values, line }) => {
    items += 1;
    for (const name of values.keys()) if (!columns.has(name)) columns.set(name, columns.size);
    if (columns.size > limits.columns) throw new FileRejection('E_TOO_MANY_COLUMNS', { line, details: { limit: limits.columns, found: columns.size } });
  });
  if (items === 0) throw new FileRejection('E_NO_ROWS', { because: 'The feed has no <item> and no <entry>' });
  const first: FileRecord[] = [];
  const table: Table = {
    container: 'xml', encoding, delimiter: '', fromSepLine: false, headerLine: 0, headers: [...columns.keys()], first, sheets: [],
    async read(reading) {
      const visited = await readFeed(source, encoding, reading, (item) => reading.onRecord(toRecord(item, columns)));
      return { visited };
    },
  };
  await collectFirst(table, first);
  return table;
}

function toRecord({ line, values, lines, tooLong }: FeedItem, columns: ReadonlyMap<string, number>): FileRecord {
  const fields = new Array<string>(columns.size).fill('');
  const places = new Array<number>(columns.size).fill(line);
  let kinds: Map<number, CellKind> | undefined;
  let suspect = false;
  for (const [name, texts] of values) {
    const index = columns.get(name)!;
    const text = texts.length === 1 ? texts[0]! : JSON.stringify(texts);
    if (texts.length > 1) (kinds ??= new Map()).set(index, 'list');
    if (text.length > limits.fieldCharacters) tooLong.add(name);
    fields[index] = text.length > limits.fieldCharacters ? '' : text;
    places[index] = lines.get(name)!;
    suspect ||= suspicious.test(text);
  }
  const faults = [...tooLong].map((name): FieldFault => ({ kind: 'too-long', field: columns.get(name)!, characters: limits.fieldCharacters + 1 }));
  return { fields, line, lines: places, faults, suspect, kinds };
}

async function readFeed(source: SourceFile, encoding: Encoding, reading: Omit<TableReading, 'onRecord'>, onItem: (item: FeedItem) => void): Promise<number> {
  const parser = prepareParser(onItem);
  let visited = 0;
  for await (const text of decodeText(source.read(reading.onRead), encoding)) {
    reading.signal?.throwIfAborted();
    visited += text.length;
    reading.around(() => void parser.write(text));
  }
  reading.around(() => void parser.close());
  return visited;
}

/** Elements that are rows. Inside one they are columns like any other. */
const rowElements = new Set(['item', 'entry']);

function prepareParser(onItem: (item: FeedItem) => void): SaxesParser<{ xmlns: true }> {
  const parser = new SaxesParser({ xmlns: true });
  /** Names of the open elements; those inside the item from `itemDepth` on. */
  const open: { name: string; text: string; line: number; tooLong: boolean; parent: boolean }[] = [];
  let item: FeedItem | null = null;
  let itemDepth = 0;
  let attributes = 0;
  const fail = (code: 'E_XML_DOCTYPE' | 'E_XML_DEPTH' | 'E_XML_LIMIT' | 'E_XML_NOT_WELL_FORMED', because: string, line = parser.line, details: Readonly<Record<string, unknown>> = {}): never => {
    throw new FileRejection(code, { line, because, details });
  };
  parser.on('doctype', (text) => {
    const start = parser.line - countBreaks(text);
    fail('E_XML_DOCTYPE', '', start);
  });
  parser.on('error', (error) => {
    // The library puts its own place in front: "2:5: unclosed tag".
    const [, message = error.message] = /^\d+:\d+: (.*)$/s.exec(error.message) ?? [];
    fail('E_XML_NOT_WELL_FORMED', message.slice(0, 200).replace(/\.$/, ''), parser.line, { char_column: parser.column + 1 });
  });
  parser.on('opentagstart', (tag) => {
    // Before its attributes are looked at: with namespaces the library's time grows with the square of the depth.
    attributes = 0;
    if (open.length >= limits.depth) fail('E_XML_DEPTH', '');
    const inside = open.at(-1);
    if (inside !== undefined) inside.parent = true;
    open.push({ name: tag.name, text: '', line: parser.line, tooLong: false, parent: false });
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > limits.attributes) fail('E_XML_LIMIT', '', parser.line, { name: open.at(-1)!.name, found: attributes, limit: limits.attributes });
  });
  parser.on('opentag', (tag) => {
    if (item !== null || !rowElements.has(tag.local)) return;
    item = { line: open.at(-1)!.line, values: new Map(), lines: new Map(), tooLong: new Set() };
    itemDepth = open.length;
  });
  const addText = (text: string): void => {
    const element = open.at(-1);
    if (item === null || element === undefined || open.length <= itemDepth || element.tooLong) return;
    if (element.text.length + text.length > limits.fieldCharacters) {
      element.tooLong = true;
      element.text = '';
    } else element.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop()!;
    if (item === null) return;
    if (open.length < itemDepth) {
      onItem(item);
      item = null;
      return;
    }
    if (element.parent && element.text.trim() === '') return;
    const name = [...open.slice(itemDepth).map((outer) => outer.name), element.name].join('.');
    const values = item.values.get(name);
    if (values === undefined) {
      item.values.set(name, [element.text]);
      item.lines.set(name, element.line);
    } else values.push(element.text);
    if (item.values.size > limits.columns) throw new FileRejection('E_TOO_MANY_COLUMNS', { line: item.line, details: { limit: limits.columns, found: item.values.size } });
    if (element.tooLong) item.tooLong.add(name);
  });
  return parser;
}

function countBreaks(text: string): number {
  let breaks = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks += 1;
  return breaks;
}
