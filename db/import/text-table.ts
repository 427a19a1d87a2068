/** Delimited text as a table. */
import type { SourceFile } from './container.ts';
import { decodeText } from './encoding.ts';
import type { Encoding } from './encoding.ts';
import { sampleRecords } from './delimiter.ts';
import type { Dialect } from './delimiter.ts';
import { refuseHeaders } from './headers.ts';
import { RecordReader } from './record-reader.ts';
import type { FileRecord } from './record-reader.ts';
import { FileRejection } from './rejection.ts';
import type { Table, TableReading } from './table.ts';

export interface TextShape {
  readonly encoding: Encoding;
  readonly dialect: Dialect;
  /** Physical lines above the header that are passed over unread. */
  readonly skipLines: number;
  /** The beginning of the text, and whether it is all of it. */
  readonly sample: string;
  readonly whole: boolean;
  /** Names for the columns of a file without a header. */
  readonly names?: readonly string[] | undefined;
}

/** @throws FileRejection with the first fault of the header */
export async function openText(source: SourceFile, shape: TextShape): Promise<Table> {
  const { encoding, dialect: { delimiter, fromSepLine }, skipLines, sample, whole, names } = shape;
  const header = await readHeader(source, encoding, delimiter, skipLines);
  const headers = (names ?? header.fields).map((name) => name.trim());
  const headerLine = names === undefined ? header.line : 0;
  if (header.fields.some((field) => field.includes('\0'))) throw new FileRejection('E_NOT_TEXT', { line: header.line, because: `The file contains binary data (NUL bytes in line ${header.line}), not text` });
  if (names === undefined) refuseHeaders(headers, header);
  return {
    container: 'csv', encoding, delimiter, fromSepLine, headerLine, headers, sheets: [],
    first: sampleRecords(sample, delimiter, skipLines, whole),
    read: (reading) => readText(source, shape, headers, headerLine, reading),
  };
}

async function readText(source: SourceFile, shape: TextShape, headers: readonly string[], headerLine: number, reading: TableReading): Promise<{ readonly visited: number }> {
  const reader = new RecordReader(shape.dialect.delimiter, (record) => {
    if (record.line > headerLine && !isBlankLine(record)) reading.onRecord(record);
  }, shape.skipLines);
  for await (const text of decodeText(source.read(reading.onRead), shape.encoding)) {
    reading.signal?.throwIfAborted();
    reading.around(() => reader.write(text));
  }
  let open: ReturnType<RecordReader['end']> = null;
  reading.around(() => {
    open = reader.end();
  });
  refuseOpen(open, headers);
  return { visited: reader.visited };
}

function refuseOpen(open: ReturnType<RecordReader['end']>, headers: readonly string[]): void {
  if (open === null) return;
  throw new FileRejection('E_QUOTE_UNTERMINATED', { line: open.line, column: headers[open.field] || `column ${open.field + 1}`, details: { end_line: open.endLine } });
}

/** The first record that is not blank. Reads on as far as it must: a header may hold line breaks. */
async function readHeader(source: SourceFile, encoding: Encoding, delimiter: string, skipLines: number): Promise<FileRecord> {
  let header: FileRecord | null = null;
  const reader = new RecordReader(delimiter, (record) => {
    if (header === null && !isBlankLine(record)) header = record;
  }, skipLines);
  for await (const text of decodeText(source.read(), encoding)) {
    reader.write(text);
    if (header !== null) return header;
  }
  const open = reader.end();
  if (open !== null) throw new FileRejection('E_QUOTE_UNTERMINATED', { line: open.line, column: `${open.field + 1}`, details: { end_line: open.endLine } });
  if (header === null) throw new FileRejection('E_EMPTY', { because: 'contains only blank lines' });
  return header;
}

/** A line of blanks is a blank line. */
function isBlankLine(record: FileRecord): boolean {
  return record.fields.length === 1 && record.fields[0]!.trim() === '' && record.faults.length === 0;
}
