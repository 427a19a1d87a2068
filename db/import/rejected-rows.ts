/**
 * Rows that were rejected, as a CSV with the reason beside them: mended there, the file can be imported as it is. Its last column names the
 * format that the rows came in, which the CSV alone would not tell.
 */
import Papa from 'papaparse';
import { DraftFile } from './draft-file.ts';
import { guardCell, guardColumn, unguardCell } from './guard.ts';
import type { FileRecord } from './record-reader.ts';

/** Columns behind those of the file: cells beyond the header, and why the row was rejected. */
export const surplusColumn = '_surplus';
export const reasonColumn = '_reason';

export class RejectedRows {
  readonly #file: DraftFile;
  readonly #headers: readonly string[];
  readonly #guarded: boolean;
  readonly #format: string;

  /** `headers`: of the file. The CSV exists from the first row on. */
  constructor(folder: string, headers: readonly string[], format: string) {
    this.#format = format;
    this.#file = new DraftFile(folder, 'rejected');
    this.#headers = headers.map((header, index) => header || `column ${index + 1}`);
    this.#guarded = headers.includes(guardColumn);
  }

  add({ fields }: FileRecord, reason: string): void {
    const own = [surplusColumn, reasonColumn, guardColumn];
    const kept = [...this.#headers.keys()].filter((index) => !own.includes(this.#headers[index]!));
    if (!this.#file.begun) this.#file.add(`\ufeff${Papa.unparse([[...kept.map((index) => this.#headers[index]!), ...own]])}\r\n`);
    const cells = kept.map((index) => fields[index] ?? '').map((cell) => (this.#guarded ? unguardCell(cell) : cell));
    const row = [...cells, fields.slice(this.#headers.length).join(' | '), reason, this.#format].map(guardCell);
    this.#file.add(`${Papa.unparse([row])}\r\n`);
  }

  /** Gives the file its name, in place of an older one; null where no row was rejected. */
  publish(name: string): string | null {
    return this.#file.publish(`${name}-rejected.csv`);
  }

  discard(): void {
    this.#file.discard();
  }
}
