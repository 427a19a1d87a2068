/**
 * Workbooks of Excel (ECMA-376 part 1, 18.3, 18.4, 18.8), row after row while they are unpacked: memory is the shared strings and one row,
 * whatever cells a sheet says it has. A library that builds the sheet first ran out of memory on a file of 2 kB whose last cell is XFD1048576
 * (measured). No formula is evaluated: its last result counts.
 */
import { SaxesParser } from 'saxes';
import type { SaxesTagPlain } from 'saxes';
import type { SourceFile } from './container.ts';
import { decodeText } from './encoding.ts';
import { limits } from './limits.ts';
import { FileRejection } from './rejection.ts';

export class SheetNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
/** An error (`#REF!`) is null: it is no value. */
export type SheetCell = string | boolean | Date | SheetNumber | null;

export interface SheetRow {
  /** As the sheet numbers it, 1-based. */
  readonly line: number;
  /** Up to the last cell that is not empty. */
  readonly cells: readonly SheetCell[];
}

export interface Sheet {
  readonly name: string;
  readonly hidden: boolean;
  /** Reads the rows that hold something from the start, as often as asked. @throws FileRejection E_NOT_TEXT, and the signal's reason */
  read(reading: { readonly onRow: (row: SheetRow) => void; readonly around?: (work: () => void) => void; readonly onRead?: ((bytes: number) => void) | undefined; readonly signal?: AbortSignal | undefined }): Promise<void>;
}

/** Columns of a sheet: XFD is the last one. */
const mostColumns = 16_384;
/** Characters of all shared strings together, and of the small parts. */
const mostSharedText = 67_108_864;
const mostPartText = 16_777_216;

function unreadable(why: string): FileRejection {
  return new FileRejection('E_NOT_TEXT', { because: `This is an Excel workbook that cannot be read: ${why}` });
}

/** Name without its prefix. */
const local = (name: string): string => name.slice(name.indexOf(':') + 1);

function attribute({ attributes }: SaxesTagPlain, name: string): string | undefined {
  return attributes[name] ?? Object.entries(attributes).find(([key]) => local(key) === name)?.[1];
}

interface PartHandlers {
  readonly open?: (tag: SaxesTagPlain, name: string) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
  readonly around?: ((work: () => void) => void) | undefined;
  readonly onRead?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Characters beyond which the part is refused. */
  readonly limit?: number;
}

async function readPart(part: SourceFile, { open, text, close, around = (work) => work(), onRead, signal, limit = Infinity }: PartHandlers): Promise<void> {
  const parser = new SaxesParser();
  parser.on('doctype', () => {
    throw unreadable(`"${part.name}" has a DOCTYPE`);
  });
  parser.on('error', (error) => {
    throw unreadable(`"${part.name}" is damaged (${error.message.slice(0, 120)})`);
  });
  if (open !== undefined) parser.on('opentag', (tag) => open(tag, local(tag.name)));
  if (close !== undefined) parser.on('closetag', (tag) => close(local(tag.name)));
  if (text !== undefined) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  let read = 0;
  /** Characters since the last tag: the parser holds them. */
  let untagged = 0;
  for await (const chunk of decodeText(part.read(onRead), { label: 'utf-8', markBytes: 0 })) {
    signal?.throwIfAborted();
    const last = chunk.lastIndexOf('<');
    untagged = last < 0 ? untagged + chunk.length : chunk.length - last;
    if ((read += chunk.length) > limit || untagged > mostPartText) throw unreadable(`"${part.name}" is too large: save the sheet as CSV`);
    around(() => void parser.write(read === chunk.length ? chunk.replace(/^\ufeff/, '') : chunk));
  }
  around(() => void parser.close());
}

/** `source`: a workbook, its parts beside it. @throws FileRejection E_NOT_TEXT */
export async function openWorkbook(source: SourceFile): Promise<readonly Sheet[]> {
  const part = (name: string): SourceFile | undefined => source.beside.find((file) => file.name.toLowerCase() === name.toLowerCase());
  const found: { readonly name: string; readonly hidden: boolean; readonly id: string }[] = [];
  let from1904 = false;
  await readPart(part('xl/workbook.xml')!, {
    limit: mostPartText,
    open(tag, name) {
      if (name === 'sheet') found.push({ name: attribute(tag, 'name') ?? '', hidden: /hidden/i.test(attribute(tag, 'state') ?? ''), id: attribute(tag, 'id') ?? '' });
      else if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attribute(tag, 'date1904') ?? '');
    },
  });
  const targets = new Map<string, string>();
  const kinds = new Map<string, string>();
  const relations = part('xl/_rels/workbook.xml.rels');
  if (relations !== undefined) {
    await readPart(relations, {
      limit: mostPartText,
      open(tag) {
        const target = attribute(tag, 'Target');
        if (target === undefined) return;
        const path = target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`;
        targets.set(attribute(tag, 'Id') ?? '', path);
        kinds.set(attribute(tag, 'Type')?.split('/').at(-1) ?? '', path);
      },
    });
  }
  const styles = part(kinds.get('styles') ?? 'xl/styles.xml');
  const dates = styles === undefined ? [] : await readDateStyles(styles);
  const strings = part(kinds.get('sharedStrings') ?? 'xl/sharedStrings.xml');
  const shared = strings === undefined ? [] : await readSharedStrings(strings);
  return found.flatMap(({ name, hidden, id }): Sheet[] => {
    const sheet = part(targets.get(id) ?? '');
    return sheet === undefined ? [] : [{ name, hidden, read: (reading) => readSheetRows(sheet, { shared, dates, from1904 }, reading) }];
  });
}

/** Numbers of formats that show a date or a time (18.8.30). */
const isDateFormat = (number: number): boolean => (number >= 14 && number <= 22) || (number >= 27 && number <= 36) || (number >= 45 && number <= 47) || (number >= 50 && number <= 58);

/** [style of a cell] whether it shows a date. */
async function readDateStyles(part: SourceFile): Promise<readonly boolean[]> {
  const custom = new Map<number, boolean>();
  const dates: boolean[] = [];
  let inside = false;
  await readPart(part, {
    limit: mostPartText,
    open(tag, name) {
      if (name === 'numFmt') custom.set(Number(attribute(tag, 'numFmtId')), /[ymdhs]/i.test((attribute(tag, 'formatCode') ?? '').replace(/"[^"]{0,200}"|\[[^\]]{0,200}\]|\\./g, '').replace(/general/gi, '')));
      else if (name === 'cellXfs') inside = true;
      else if (name === 'xf' && inside) {
        const format = Number(attribute(tag, 'numFmtId') ?? 0);
        dates.push(custom.get(format) ?? isDateFormat(format));
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inside = false;
    },
  });
  return dates;
}

/** Text as it is shown: `_x000D_` stands for a character that XML cannot hold. */
function unescapeText(text: string): string {
  return text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text;
}

async function readSharedStrings(part: SourceFile): Promise<readonly string[]> {
  const strings: string[] = [];
  let held = '';
  let taking = false;
  let phonetic = false;
  let total = 0;
  await readPart(part, {
    open(_, name) {
      if (name === 'si') held = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') taking = !phonetic;
    },
    text(text) {
      if (taking && held.length <= limits.fieldCharacters) held += text;
    },
    close(name) {
      if (name === 't') taking = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') {
        strings.push(unescapeText(held));
        total += held.length + 8; // an empty one costs too
        if (total > mostSharedText) throw unreadable(`"${part.name}" is too large: save the sheet as CSV`);
      }
    },
  });
  return strings;
}

interface Book {
  readonly shared: readonly string[];
  readonly dates: readonly boolean[];
  readonly from1904: boolean;
}

async function readSheetRows(part: SourceFile, book: Book, { onRow, around, onRead, signal }: Parameters<Sheet['read']>[0]): Promise<void> {
  let line = 0;
  let column = -1;
  let cells: SheetCell[] = [];
  let type = '';
  let style = 0;
  let value = '';
  /** The open element holds the cell's value. */
  let taking = false;
  let phonetic = false;
  await readPart(part, {
    around, onRead, signal,
    open(tag, name) {
      if (name === 'row') {
        line = Number(attribute(tag, 'r') ?? line + 1);
        if (!Number.isSafeInteger(line)) throw unreadable(`"${part.name}" has a row without a number`);
        cells = [];
        column = -1;
      } else if (name === 'c') {
        column = columnOf(attribute(tag, 'r')) ?? column + 1;
        type = attribute(tag, 't') ?? 'n';
        style = Number(attribute(tag, 's') ?? 0);
        value = '';
      } else if (name === 'rPh') phonetic = true;
      else if (name === 'v' || name === 't') taking = !phonetic;
    },
    text(text) {
      if (taking && value.length <= limits.fieldCharacters) value += text;
    },
    close(name) {
      if (name === 'v' || name === 't') taking = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'c') {
        const cell = readCell(type, value, book.dates[style] === true, book);
        if (cell === null || column >= mostColumns) return;
        while (cells.length < column) cells.push(null);
        cells[column] = cell;
      } else if (name === 'row' && cells.length > 0) {
        onRow({ line, cells });
        cells = [];
      }
    },
  });
}

/** `BC17` is column 54; null where the cell does not say its place. */
function columnOf(reference: string | undefined): number | null {
  const letters = /^\$?([A-Z]{1,3})/.exec(reference ?? '')?.[1];
  if (letters === undefined) return null;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function readCell(type: string, value: string, isDate: boolean, { shared, from1904 }: Book): SheetCell {
  if (type === 's') return shared[Number(value)] || null; // an empty text is an empty cell
  if (type === 'inlineStr' || type === 'str') return value === '' ? null : unescapeText(value);
  const text = value.trim();
  if (text === '' || type === 'e') return null;
  if (type === 'b') return text === '1' || text === 'true';
  if (type === 'd') return text.replace(/T00:00:00(?:\.0{1,9})?Z?$/, '');
  return (isDate ? dateOf(Number(text), from1904) : null) ?? new SheetNumber(plainNumber(text));
}

const dayMilliseconds = 86_400_000;

/** Days since 1899-12-30, or 1904-01-01; until the 29th of February 1900, which Excel has and no calendar, one day later. */
function dateOf(serial: number, from1904: boolean): Date | null {
  const date = new Date((from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30)) + Math.round(serial * dayMilliseconds));
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Excel shows 15 digits; what it writes beyond them is the rest of a binary fraction. Digits are kept where that would change an integer. */
function plainNumber(text: string): string {
  if (/^-?\d{1,15}$/.test(text) || (text.length <= 16 && /^-?\d+\.\d+$/.test(text))) return text;
  const number = Number(text);
  if (Number.isInteger(number)) return Number.isSafeInteger(number) ? String(number) : text;
  return Number.isFinite(number) ? String(Number(number.toPrecision(15))) : text;
}
