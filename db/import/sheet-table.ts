/** A sheet of a workbook as a table. The library reads it whole; numbers come as they stand in the file, before anything rounds them. */
import { readSheet } from 'read-excel-file/universal';
import readWorkbook from 'read-excel-file/universal';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SourceFile } from './container.ts';
import { refuseHeaders } from './headers.ts';
import { limits } from './limits.ts';
import { suspicious } from './record-reader.ts';
import type { CellKind, FieldFault, FileRecord } from './record-reader.ts';
import { FileRejection } from './rejection.ts';
import type { Table } from './table.ts';

/** Records given out between two turns of the event loop. */
const slice = 500;

class SheetNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
type SheetCell = string | boolean | Date | SheetNumber | null;

/** @throws FileRejection E_NOT_TEXT, E_EMPTY, E_NO_ROWS and the faults of a header */
export async function openSheet(source: SourceFile, wanted: string | undefined, headerLine: number | undefined): Promise<Table> {
  const bytes: Uint8Array[] = [];
  for await (const chunk of source.read()) bytes.push(chunk);
  const { sheets, rows } = await readCells(new Uint8Array(Buffer.concat(bytes)).buffer, wanted);
  const isBlank = (row: readonly SheetCell[]): boolean => row.every((cell) => cell === null || (typeof cell === 'string' && cell.trim() === ''));
  const at = headerLine !== undefined && headerLine > 0 ? headerLine - 1 : rows.findIndex((row) => !isBlank(row));
  const header = rows[at];
  if (header === undefined || isBlank(header)) throw new FileRejection('E_EMPTY', { because: 'contains only blank lines' });
  const width = header.findLastIndex((cell) => cell !== null) + 1;
  const headers = header.slice(0, width).map((cell) => toText(cell).trim());
  refuseHeaders(headers, { line: at + 1, faults: [] });
  const records = rows.slice(at + 1).flatMap((row, index) => (isBlank(row) ? [] : [toRecord(row, width, at + 2 + index)]));
  return {
    container: 'xlsx', encoding: { label: 'utf-8', markBytes: 0 }, delimiter: '', fromSepLine: false, headerLine: at + 1, headers, sheets, first: records.slice(0, 200),
    async read({ onRecord, around, onRead, signal }) {
      let visited = 0;
      for (let start = 0; start < records.length; start += slice) {
        signal?.throwIfAborted();
        around(() => {
          for (const record of records.slice(start, start + slice)) {
            visited += record.fields.length;
            onRecord(record);
          }
        });
        onRead?.(Math.round((source.bytes * Math.min(records.length, start + slice)) / records.length));
        await nextTurn();
      }
      return { visited };
    },
  };
}

async function readCells(buffer: ArrayBuffer, wanted: string | undefined): Promise<{ readonly sheets: readonly string[]; readonly rows: readonly (readonly SheetCell[])[] }> {
  const options = { trim: false, parseNumber: (text: string) => new SheetNumber(text) };
  try {
    if (wanted !== undefined) return { sheets: [wanted], rows: (await readSheet(buffer, wanted, options)) as unknown as SheetCell[][] };
    const sheets = (await readWorkbook(buffer, options)) as unknown as { sheet: string; data: SheetCell[][] }[];
    return { sheets: sheets.map(({ sheet }) => sheet), rows: sheets.find(({ data }) => data.length > 0)?.data ?? [] };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new FileRejection('E_NOT_TEXT', { because: `This is an Excel workbook that cannot be read (${error.message.slice(0, 200)})` });
  }
}

function toRecord(row: readonly SheetCell[], width: number, line: number): FileRecord {
  const fields: string[] = [];
  let kinds: Map<number, CellKind> | undefined;
  let suspect = false;
  const faults: FieldFault[] = [];
  const end = Math.max(width, row.findLastIndex((cell) => cell !== null) + 1);
  for (let index = 0; index < end; index += 1) {
    const cell = row[index] ?? null;
    const text = toText(cell);
    if (cell instanceof SheetNumber) (kinds ??= new Map()).set(index, 'number');
    if (text.length > limits.fieldCharacters) faults.push({ kind: 'too-long', field: index, characters: text.length });
    suspect ||= suspicious.test(text);
    fields.push(text);
  }
  return { fields, line, lines: null, faults, suspect, kinds };
}

/** Days without a time of day stay days. */
function toText(cell: SheetCell): string {
  if (cell === null) return '';
  if (cell instanceof SheetNumber) return cell.text;
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().replace('T00:00:00.000Z', '');
  return typeof cell === 'boolean' ? String(cell).toUpperCase() : String(cell);
}
