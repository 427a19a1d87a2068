/** Rows that were rejected, as a CSV with the reason beside them: mended there, the file can be imported as it is. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { guardCell, guardColumn, unguardCell } from './guard.ts';
import type { FileRecord } from './record-reader.ts';

/** Columns behind those of the file: cells beyond the header, and why the row was rejected. */
export const surplusColumn = '_surplus';
export const reasonColumn = '_reason';

/** Characters that wait in memory. */
const buffered = 65_536;

export class RejectedRows {
  readonly #folder: string;
  readonly #draft: string;
  readonly #headers: readonly string[];
  readonly #guarded: boolean;
  #handle: number | null = null;
  #pending = '';

  /** `headers`: of the file. The CSV exists from the first row on; until `publish` under a name that a dead process leaves to be removed. */
  constructor(folder: string, headers: readonly string[]) {
    this.#folder = folder;
    this.#headers = headers.map((header, index) => header || `column ${index + 1}`);
    this.#guarded = headers.includes(guardColumn);
    this.#draft = join(folder, `rejected.tmp-${process.pid}-${nextDraft()}`);
  }

  add({ fields }: FileRecord, reason: string): void {
    const own = [surplusColumn, reasonColumn, guardColumn];
    const kept = [...this.#headers.keys()].filter((index) => !own.includes(this.#headers[index]!));
    if (this.#handle === null) {
      this.#handle = openSync(this.#draft, 'w');
      this.#pending = `\ufeff${Papa.unparse([[...kept.map((index) => this.#headers[index]!), ...own]])}\r\n`;
    }
    const cells = kept.map((index) => fields[index] ?? '').map((cell) => (this.#guarded ? unguardCell(cell) : cell));
    const row = [...cells, fields.slice(this.#headers.length).join(' | '), reason, '1'].map(guardCell);
    this.#pending += `${Papa.unparse([row])}\r\n`;
    if (this.#pending.length >= buffered) this.#flush();
  }

  /** Gives the file its name, in place of an older one; null where no row was rejected. */
  publish(name: string): string | null {
    if (this.#handle === null) return null;
    this.#flush();
    closeSync(this.#handle);
    this.#handle = null;
    const path = join(this.#folder, `${name}-rejected.csv`);
    renameSync(this.#draft, path);
    return path;
  }

  discard(): void {
    if (this.#handle === null) return;
    closeSync(this.#handle);
    this.#handle = null;
    rmSync(this.#draft, { force: true });
  }

  #flush(): void {
    writeSync(this.#handle!, this.#pending);
    this.#pending = '';
  }
}

let drafts = 0;
function nextDraft(): number {
  drafts += 1;
  return drafts;
}
