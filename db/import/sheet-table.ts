/** A sheet of a workbook as a table: the one that the user names, else the first one that looks like what is to be imported. */
import type { ImportKind } from '../records.ts';
import type { SourceFile } from './container.ts';
import { refuseHeaders } from './headers.ts';
import { limits } from './limits.ts';
import { mapColumns } from './mapping.ts';
import { suspicious } from './record-reader.ts';
import type { CellKind, FieldFault, FileRecord } from './record-reader.ts';
import { FileRejection } from './rejection.ts';
import type { Table } from './table.ts';
import { openWorkbook, SheetNumber } from './workbook.ts';
import type { Sheet, SheetCell, SheetRow } from './workbook.ts';

/** Rows looked at before a sheet is read whole. */
const sampleRows = 200;
class Enough extends Error {}

/** @throws FileRejection E_NOT_TEXT, E_EMPTY, E_NO_ROWS and the faults of a header */
export async function openSheet(source: SourceFile, kinds: readonly ImportKind[], wanted: string | undefined, headerLine: number | undefined): Promise<Table> {
  const sheets = await openWorkbook(source);
  const { sheet, sample } = await chooseSheet(sheets, kinds, wanted);
  const at = sample.findIndex(({ line, cells }) => line >= (headerLine ?? 1) && !isBlank(cells));
  const header = sample[at];
  if (header === undefined) throw new FileRejection('E_EMPTY', { because: 'contains only blank lines' });
  const headers = header.cells.map((cell) => toText(cell).trim());
  refuseHeaders(headers, { line: header.line, faults: [] });
  const width = headers.length;
  return {
    container: 'xlsx', encoding: { label: 'utf-8', markBytes: 0 }, delimiter: '', fromSepLine: false, headerLine: header.line, headers,
    sheets: sheets.map(({ name }) => name), sheet: sheet.name, first: sample.slice(at + 1).filter(({ cells }) => !isBlank(cells)).map((row) => toRecord(row, width)),
    async read({ onRecord, around, onRead, signal }) {
      let visited = 0;
      await sheet.read({
        around, onRead, signal,
        onRow(row) {
          if (row.line <= header.line || isBlank(row.cells)) return;
          visited += row.cells.length;
          onRecord(toRecord(row, width));
        },
      });
      return { visited };
    },
  };
}

async function chooseSheet(sheets: readonly Sheet[], kinds: readonly ImportKind[], wanted: string | undefined): Promise<{ readonly sheet: Sheet; readonly sample: readonly SheetRow[] }> {
  if (wanted !== undefined) {
    const sheet = sheets.find(({ name }) => name === wanted);
    if (sheet === undefined) throw new FileRejection('E_NOT_TEXT', { because: `This Excel workbook has no sheet "${wanted}"; it has ${sheets.slice(0, 20).map(({ name }) => `"${name}"`).join(', ')}` });
    return { sheet, sample: await readSample(sheet) };
  }
  let first: { readonly sheet: Sheet; readonly sample: readonly SheetRow[] } | null = null;
  for (const sheet of [...sheets].sort((a, b) => Number(a.hidden) - Number(b.hidden)).slice(0, 50)) {
    const sample = await readSample(sheet);
    const rows = sample.filter(({ line, cells }) => line <= limits.headerSearchLines && !isBlank(cells)).map(({ cells }) => cells.slice(0, limits.columns).map((cell) => toText(cell)));
    if (rows.length === 0) continue;
    if (rows.some((header) => kinds.some((kind) => mapColumns(header, kind, [], {}, 'xlsx').missing.length === 0))) return { sheet, sample };
    first ??= { sheet, sample };
  }
  if (first === null) throw new FileRejection('E_EMPTY', { because: 'contains only blank lines' });
  return first;
}

async function readSample(sheet: Sheet): Promise<readonly SheetRow[]> {
  const rows: SheetRow[] = [];
  try {
    await sheet.read({
      onRow(row) {
        rows.push(row);
        if (rows.length > sampleRows) throw new Enough();
      },
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return rows;
}

function isBlank(cells: readonly SheetCell[]): boolean {
  return cells.every((cell) => cell === null || (typeof cell === 'string' && cell.trim() === ''));
}

function toRecord({ line, cells }: SheetRow, width: number): FileRecord {
  const fields: string[] = [];
  let kinds: Map<number, CellKind> | undefined;
  let suspect = false;
  const faults: FieldFault[] = [];
  for (let index = 0; index < Math.max(width, cells.length); index += 1) {
    const cell = cells[index] ?? null;
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
  if (cell instanceof Date) return cell.toISOString().replace('T00:00:00.000Z', '');
  return typeof cell === 'boolean' ? String(cell).toUpperCase() : cell;
}
