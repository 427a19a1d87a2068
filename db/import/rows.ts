/** The rows below the header, one after the other, and what every row must be before its values are looked at. */
import { unguardCell } from './guard.ts';
import type { IssueCode, IssueFields } from './issues.ts';
import { limits } from './limits.ts';
import type { Plan } from './plan.ts';
import type { FileRecord } from './record-reader.ts';
import type { IssueList } from './report.ts';
import { directionMarks, findMojibake, removeControls } from './values.ts';

export interface RowCounts {
  ok: number;
  rejected: number;
  skipped: number;
}

export interface RowReading {
  readonly onRow: (record: FileRecord, ordinal: number) => void;
  /** Wraps the rows of one chunk, for a transaction around them. */
  readonly around?: (work: () => void) => void;
  readonly onRead?: (bytesRead: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** A mark that old systems write at the end of a file. */
  readonly onEndMark?: (line: number) => void;
}

/** Gives each row its number, 1-based. @throws FileRejection E_QUOTE_UNTERMINATED, and what reading the file can throw; the signal's reason when cancelled */
export async function readRows(plan: Plan, reading: RowReading): Promise<{ readonly records: number; readonly visited: number }> {
  let records = 0;
  let endMark: FileRecord | null = null;
  const pass = (record: FileRecord): void => {
    records += 1;
    reading.onRow(plan.lists ? markLists(record) : record, records);
  };
  const { visited } = await plan.table.read({
    signal: reading.signal,
    onRead: reading.onRead,
    around: reading.around ?? ((work) => work()),
    onRecord(record) {
      if (endMark !== null) pass(endMark);
      endMark = null;
      if (record.suspect && record.fields.length === 1 && /^\x1a+$/.test(record.fields[0]!)) endMark = record;
      else pass(record);
    },
  });
  if (endMark !== null) reading.onEndMark?.((endMark as FileRecord).line);
  return { records, visited };
}

/** Cells that are lists in JSON become lists. */
function markLists(record: FileRecord): FileRecord {
  const kinds = new Map(record.kinds);
  for (const [index, cell] of record.fields.entries()) if (cell.startsWith('[') && isJsonList(cell)) kinds.set(index, 'list');
  return { ...record, kinds };
}

function isJsonList(cell: string): boolean {
  try {
    return Array.isArray(JSON.parse(cell));
  } catch {
    return false;
  }
}

export function columnName(plan: Plan, field: number): string {
  const header = plan.headers[field];
  return header === undefined || header === '' ? `column ${field + 1}` : header;
}

/** The issues of one row: kept back until it is known whether the row stands, for a rejected row lists its errors only. */
export class RowIssues {
  readonly #list: IssueList;
  #held: [IssueCode, IssueFields][] = [];
  #rejected = false;
  #reasons: string[] | null = null;
  #record: number | undefined;

  constructor(list: IssueList) {
    this.#list = list;
  }

  /** From here on issues are about this row; where rows have a number of their own, it stands for the line. */
  begin({ record }: FileRecord): void {
    this.#record = record;
    this.#reasons = null;
  }

  reject(code: IssueCode, fields: IssueFields): void {
    (this.#reasons ??= []).push(this.#list.add(code, this.#place(fields)));
    this.#rejected = true;
  }

  warn(code: IssueCode, fields: IssueFields): void {
    this.#held.push([code, this.#place(fields)]);
  }

  /** Why the row was rejected, in one sentence for each reason; '' where it was not. */
  get reason(): string {
    return this.#reasons === null ? '' : this.#reasons.join(' ');
  }

  #place(fields: IssueFields): IssueFields {
    return this.#record === undefined ? fields : { ...fields, line: null, details: { record: this.#record, ...fields.details } };
  }

  /** Ends the row; answers whether it was rejected. */
  settle(): boolean {
    const rejected = this.#rejected;
    if (!rejected) for (const [code, fields] of this.#held) this.#list.add(code, fields);
    if (this.#held.length > 0) this.#held = [];
    this.#rejected = false;
    return rejected;
  }
}

/** Field faults, width, emptiness, repeated header: each group hides the next. */
export function checkStructure(record: FileRecord, plan: Plan, issues: RowIssues): 'ok' | 'rejected' | 'empty' {
  const { fields, line } = record;
  let faulty = false;
  issues.begin(record);
  for (const fault of record.faults) {
    if (fault.kind === 'json') {
      issues.reject('E_JSON_SYNTAX', { line, because: fault.because, details: { char_column: fault.character } });
      return 'rejected';
    }
    if (fault.kind === 'shape') {
      issues.reject('E_ROW_TYPE', { line, because: `an object, found ${fault.found}` });
      return 'rejected';
    }
    const place = { line: cellLine(record, fault.field), column: columnName(plan, fault.field) };
    if (fault.kind === 'trailing') issues.reject('E_QUOTE_TRAILING', { ...place, value: fault.value, details: fault.backslash ? { hint: 'backslash' } : {} });
    else if (fault.kind === 'too-long') issues.reject('E_FIELD_TOO_LONG', { ...place, details: { limit: limits.fieldCharacters, found: fault.characters } });
    if (fault.kind !== 'stray' && fault.kind !== 'twice') faulty = true;
  }
  if (record.suspect) {
    for (const [index, field] of fields.entries()) {
      if (!field.includes('\0')) continue;
      issues.reject('E_CONTROL_CHAR', { line: cellLine(record, index), column: columnName(plan, index), value: field, details: { char: 'U+0000' } });
      faulty = true;
    }
  }
  if (faulty) return 'rejected';
  const expected = plan.headers.length;
  if (fields.length > expected) {
    const { delimiter } = plan.table;
    issues.reject('E_ROW_TOO_MANY', { line, because: hintQuotes(fields) ?? (delimiter === '' ? 'There are cells beside the named columns.' : `A field with a ${delimiter === '\t' ? 'tab' : `"${delimiter}"`} must be quoted with ".`), details: { expected, found: fields.length } });
    return 'rejected';
  }
  if (fields.length < expected) {
    issues.reject('E_ROW_TOO_FEW', { line, details: { expected, found: fields.length } });
    return 'rejected';
  }
  if (fields.every((field) => field.trim() === '')) {
    issues.warn('W_ROW_EMPTY', { line });
    return 'empty';
  }
  if (plan.table.headerLine > 0 && fields.every((field, index) => field.length < 1_000 && field.trim().toLowerCase() === plan.headers[index]!.toLowerCase())) {
    issues.reject('E_ROW_IS_HEADER', { line });
    return 'rejected';
  }
  return 'ok';
}

/** Other signs than " do not quote; where they explain the width, the message says so. */
function hintQuotes(fields: readonly string[]): string | null {
  for (const [open, close] of [["'", "'"], ['“', '”'], ['„', '“'], ['«', '»'], ['‘', '’']] as const) {
    if (fields.some((field) => field.trimStart().startsWith(open)) && fields.some((field) => field.trimEnd().endsWith(close))) return `Fields quoted with ${open} are not supported; use ".`;
  }
  return null;
}

export function cellLine(record: FileRecord, field: number): number {
  return record.lines?.[field] ?? record.line;
}

/** Warns about characters that should not be there; answers the cells without the removable ones. */
export function cleanCells(record: FileRecord, plan: Plan, issues: RowIssues): readonly string[] {
  for (const fault of record.faults) {
    if (fault.kind === 'twice') issues.warn('W_JSON_DUPLICATE_KEY', { line: record.line, column: fault.name });
    if (fault.kind === 'stray') issues.warn('W_QUOTE_STRAY', { line: cellLine(record, fault.field), column: columnName(plan, fault.field), value: record.fields[fault.field]! });
  }
  const fields = plan.guarded ? record.fields.map(unguardCell) : record.fields;
  if (!record.suspect) return fields;
  return fields.map((field, index) => {
    if (plan.headers[index] === '') return field;
    const place = { line: cellLine(record, index), column: columnName(plan, index), value: field };
    if (field.includes('\ufffd')) issues.warn('W_REPLACEMENT_CHAR', place);
    if (directionMarks.test(field)) issues.warn('W_BIDI', place);
    const mojibake = findMojibake(field);
    if (mojibake !== null) issues.warn('W_MOJIBAKE', { ...place, value: field });
    const { text, removed } = removeControls(field);
    if (removed > 0) issues.warn('W_CONTROL_CHAR', { ...place, because: removed === 1 ? '1 control character was' : `${removed} control characters were`, details: { removed } });
    return text;
  });
}
