/** How a file is to be read: everything that is detected, asked or chosen before its rows are read. */
import type { ImportKind, ImportMapping } from '../records.ts';
import type { SourceFile } from './container.ts';
import { decodeText, encodingLabel, guessEncoding, nameEncoding, surveyBytes, wideGuess } from './encoding.ts';
import type { ByteSurvey, Encoding } from './encoding.ts';
import { detectDialect, sampleRecords } from './delimiter.ts';
import type { Dialect } from './delimiter.ts';
import { limits } from './limits.ts';
import { guessKind, leastConfidence, mapColumns } from './mapping.ts';
import type { ColumnMap } from './mapping.ts';
import { RecordReader } from './record-reader.ts';
import type { FileRecord } from './record-reader.ts';
import { FileRejection } from './rejection.ts';

export interface Plan {
  readonly kind: ImportKind;
  readonly encoding: Encoding;
  readonly delimiter: string;
  readonly fromSepLine: boolean;
  /** Physical lines above the header that are passed over unread. */
  readonly skipLines: number;
  readonly headerLine: number;
  /** Trimmed names, '' for a column without one. */
  readonly headers: readonly string[];
  readonly map: ColumnMap;
  /** Canonical field -> column index. */
  readonly columnOf: ReadonlyMap<string, number>;
  readonly mapping: ImportMapping;
  /** The first records below the header. */
  readonly sample: readonly (readonly string[])[];
  /** What the header lacks; an import stops there, a look at the file shows it. */
  readonly lacking: FileRejection | null;
}

/** Characters looked at to find the delimiter and to judge columns by their values. */
const sampleCharacters = 131_072;

/** @throws FileRejection with the first fault of the whole file, in the order of the import contract. */
export async function planImport(source: SourceFile, wanted: ImportKind | undefined, mapping: ImportMapping): Promise<Plan> {
  const survey = await surveyBytes(source.read());
  const encoding = await decideEncoding(source, survey, mapping);
  const { sample, whole } = await readSample(source, encoding);
  if (sample.trim() === '' && whole) throw new FileRejection('E_EMPTY', { because: 'contains only blank lines' });
  refuseOtherText(sample);

  const kinds: readonly ImportKind[] = wanted === undefined ? ['catalog', 'sessions'] : [wanted];
  const askedLines = Math.max(0, (mapping.headerLine ?? 1) - 1);
  const detected = detectDialect(sample, kinds, askedLines);
  const dialect: Dialect = mapping.delimiter === undefined ? detected : { ...detected, delimiter: delimiterOf(mapping.delimiter) };
  const skipLines = Math.max(askedLines, dialect.fromSepLine ? 1 : 0);
  const header = await readHeader(source, encoding, dialect.delimiter, skipLines);
  const headers = header.fields.map((name) => name.trim());
  refuseHeader(header, headers);

  const kind = wanted ?? guessKind(headers);
  const records = sampleRecords(sample, dialect.delimiter, skipLines, whole);
  const rows = records.filter(({ line, fields }) => line > header.line && fields.length === headers.length).map(({ fields }) => fields);
  const map = mapColumns(headers, kind, rows, mapping);
  const columnOf = new Map<string, number>();
  for (const [index, { field, confidence }] of map.columns.entries()) if (field !== null && confidence >= leastConfidence) columnOf.set(field, index);
  return {
    kind, encoding, delimiter: dialect.delimiter, fromSepLine: dialect.fromSepLine, skipLines, headerLine: header.line, headers, map, columnOf, mapping,
    sample: rows, lacking: map.missing.length === 0 ? null : describeLacking(map.missing, header, headers, kind, records, mapping, mapping.delimiter === undefined),
  };
}

async function decideEncoding(source: SourceFile, survey: ByteSurvey, mapping: ImportMapping): Promise<Encoding> {
  const { mark, bytes } = survey;
  if (mark !== null && bytes === mark.markBytes) throw new FileRejection('E_EMPTY', { because: 'contains no text, only a byte-order mark' });
  if (mapping.encoding !== undefined) {
    const label = encodingLabel(mapping.encoding);
    return { label, markBytes: mark?.label === label ? mark.markBytes : 0 };
  }
  const wide = wideGuess(survey);
  if (wide !== null) {
    throw new FileRejection('E_ENCODING', { because: `Every second byte is NUL: this looks like ${nameEncoding(wide)} without a byte-order mark. Nothing was imported.`, details: { guess: wide } });
  }
  if (mark !== null && mark.label !== 'utf-8') return mark;
  if (survey.invalid !== null && survey.firstNul !== null) {
    throw new FileRejection('E_NOT_TEXT', { because: `The file contains binary data (NUL byte at offset ${survey.firstNul}), not text`, details: { offset: survey.firstNul } });
  }
  if (survey.invalid !== null) throw await describeInvalid(source, survey);
  return mark ?? { label: 'utf-8', markBytes: 0 };
}

/** Names line and column of the first bytes that are no UTF-8: the text before them is read as the import would read it. */
async function describeInvalid(source: SourceFile, survey: ByteSurvey): Promise<FileRejection> {
  const { offset, byte, atEnd } = survey.invalid!;
  const decoder = new TextDecoder('utf-8');
  let seen = 0;
  let sample = '';
  let reader: RecordReader | null = null;
  let headers: readonly string[] = [];
  for await (const chunk of source.read()) {
    const text = decoder.decode(chunk.subarray(0, Math.max(0, offset - seen)), { stream: true });
    seen += chunk.length;
    if (reader === null) {
      sample = text;
      const { delimiter, fromSepLine } = detectDialect(sample, ['catalog', 'sessions'], 0);
      reader = new RecordReader(delimiter, ({ fields }) => {
        if (headers.length === 0) headers = fields.map((name) => name.trim());
      }, fromSepLine ? 1 : 0);
    }
    reader.write(text);
  }
  const { line, field } = reader?.position ?? { line: 1, field: 0 };
  const column = headers[field] ?? null;
  const guess = atEnd ? null : guessEncoding(survey.sample);
  const place = `line ${line} (column "${column ?? field + 1}", byte 0x${byte.toString(16).toUpperCase()} at offset ${offset})`;
  const because = atEnd
    ? `The file ends in the middle of a UTF-8 character: ${place}. It may be truncated: download it again.`
    : `Not valid UTF-8 at ${place}. It looks like ${nameEncoding(guess!)}. Nothing was imported.`;
  return new FileRejection('E_ENCODING', { line, column, because, details: { byte: `0x${byte.toString(16).toUpperCase()}`, offset, guess } });
}

async function readSample(source: SourceFile, encoding: Encoding): Promise<{ readonly sample: string; readonly whole: boolean }> {
  let sample = '';
  for await (const text of decodeText(source.read(), encoding)) {
    sample += text;
    if (sample.length >= sampleCharacters && sample.trim() !== '') return { sample, whole: false };
  }
  return { sample, whole: true };
}

/** Text, but not a table: whatever the name says, it would only give nonsense rows. */
function refuseOtherText(sample: string): void {
  const start = sample.trimStart().slice(0, 2_000);
  if (/^<[!?a-z]/i.test(start)) {
    throw new FileRejection('E_NOT_CSV', { because: /<!doctype html|<html/i.test(start) ? 'a web page (HTML; the download may have needed a login)' : 'XML' });
  }
  if (/^(\{\s*["}]|\[\s*[{["\d\]])/.test(start)) throw new FileRejection('E_NOT_CSV', { because: 'JSON' });
  if (start.startsWith('version https://git-lfs')) throw new FileRejection('E_NOT_CSV', { because: 'a Git LFS pointer (fetch the file itself with "git lfs pull")' });
}

function delimiterOf(name: string): string {
  const named: Readonly<Record<string, string>> = { comma: ',', semicolon: ';', tab: '\t', '\\t': '\t', pipe: '|' };
  return named[name.toLowerCase()] ?? name.slice(0, 1);
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
export function isBlankLine(record: FileRecord): boolean {
  return record.fields.length === 1 && record.fields[0]!.trim() === '' && record.faults.length === 0;
}

function refuseHeader({ line, faults }: FileRecord, headers: readonly string[]): void {
  const tooLong = faults.find((fault) => fault.kind === 'too-long');
  if (tooLong !== undefined) {
    throw new FileRejection('E_FIELD_TOO_LONG', { line, column: `${tooLong.field + 1}`, details: { limit: limits.fieldCharacters, found: tooLong.characters } });
  }
  if (headers.length > limits.columns) throw new FileRejection('E_TOO_MANY_COLUMNS', { line, details: { limit: limits.columns, found: headers.length } });
  const seen = new Map<string, number>();
  for (const [index, header] of headers.entries()) {
    const name = header.toLowerCase();
    const first = seen.get(name);
    if (first !== undefined && name !== '') {
      throw new FileRejection('E_HEADER_DUPLICATE', { line, column: name, details: { first_index: first + 1, column_index: index + 1 } });
    }
    seen.set(name, index);
  }
}

function describeLacking(missing: readonly string[], header: FileRecord, headers: readonly string[], kind: ImportKind, records: readonly FileRecord[], mapping: ImportMapping, tried: boolean): FileRejection {
  const better = records.find(({ line, fields }) => line > header.line && line <= limits.headerSearchLines && mapColumns(fields, kind, [], mapping).missing.length === 0);
  const names = missing.map((name) => `"${name}"`).join(' and ');
  const hint = better !== undefined ? ` (line ${better.line} looks like a header: choose "header is on line ${better.line}")`
    : headers.length === 1 ? ` (only one column was found${tried ? '; tried comma, semicolon, tab, pipe: choose the delimiter by hand' : ''})`
    : '';
  return new FileRejection('E_HEADER_REQUIRED', {
    line: header.line, column: missing.length === 1 ? missing[0]! : null, because: `${missing.length === 1 ? 'column' : 'columns'} ${names}${hint}`,
    details: { missing, found: headers.join(', ').slice(0, 200), ...(better === undefined ? {} : { suggest_header_line: better.line }) },
  });
}
