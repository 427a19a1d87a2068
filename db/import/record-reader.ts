/**
 * Records of delimited text, RFC 4180 with its everyday deviations. A state machine that sees every character once, whatever the
 * input: time is linear, and memory is one record. It knows the physical line of every cell (CRLF, LF or a lone CR end a line, also
 * inside quotes).
 */
import { limits } from './limits.ts';

export type FieldFault =
  /** Text behind a closing quote; the record ends at the next line break. `value` is the cell as written, cut. */
  | { readonly kind: 'trailing'; readonly field: number; readonly value: string; readonly backslash: boolean }
  | { readonly kind: 'too-long'; readonly field: number; readonly characters: number }
  /** A quote inside an unquoted field, kept as text. */
  | { readonly kind: 'stray'; readonly field: number }
  /** A line that is no JSON; nothing of it is known. */
  | { readonly kind: 'json'; readonly field: number; readonly character: number; readonly because: string }
  /** A key that an object has twice; the last value was kept. */
  | { readonly kind: 'twice'; readonly field: number; readonly name: string }
  /** A record that is no object. */
  | { readonly kind: 'shape'; readonly field: number; readonly found: string };

/** What a cell was before it became text; nothing is said of text. */
export type CellKind = 'number' | 'list' | 'object';

export interface FileRecord {
  readonly fields: readonly string[];
  /** Physical line of the record's first character. */
  readonly line: number;
  /** [fields] physical line of each cell; null where all stand on `line`. */
  readonly lines: readonly number[] | null;
  readonly faults: readonly FieldFault[];
  /** Some character near this record needs a closer look (`suspicious`). */
  readonly suspect: boolean;
  /** 1-based; stands for the line where several records may share one. */
  readonly record?: number;
  readonly kinds?: ReadonlyMap<number, CellKind> | undefined;
}

export interface UnterminatedQuote {
  readonly line: number;
  readonly field: number;
  readonly endLine: number;
}

/** Characters that an issue may be about: controls, replacement characters, direction marks, UTF-8 read as windows-1252. */
export const suspicious = /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\u202a-\u202e\u2066-\u2069]|[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]/;

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const noFaults: readonly FieldFault[] = [];

/** Where the machine stands. */
const atStart = 0; // before the first character of a field
const inPlain = 1; // in an unquoted field
const inQuotes = 2;
const afterQuote = 3; // behind a quote inside quotes: the end, or the first of two
const inTrailing = 4; // behind a closing quote with text after it: up to the line break

export class RecordReader {
  /** Steps taken: one for each character. */
  visited = 0;
  readonly #delimiter: number;
  readonly #onRecord: (record: FileRecord) => void;
  #skipLines: number;
  #state = atStart;
  #previous = 0;
  #line = 1;
  #recordLine = 1;
  #fieldLine = 1;
  #fields: string[] = [];
  #lines: number[] | null = null;
  #faults: FieldFault[] | null = null;
  #suspect = false;
  /** What earlier chunks held of the field that is open. */
  #held = '';
  /** Characters of the open field that were let go because it is too long. */
  #dropped = 0;
  #stray = false;
  #trailing = '';

  /** `skipLines`: physical lines to pass over before the first record. */
  constructor(delimiter: string, onRecord: (record: FileRecord) => void, skipLines = 0) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#onRecord = onRecord;
    this.#skipLines = skipLines;
  }

  /** The cell that the next character would belong to. */
  get position(): { readonly line: number; readonly field: number } {
    return { line: this.#state === atStart ? this.#line : this.#fieldLine, field: this.#fields.length };
  }

  write(text: string): void {
    const delimiter = this.#delimiter;
    let from = this.#skipLines > 0 ? this.#skip(text) : 0;
    const suspect = suspicious.test(text);
    this.#suspect ||= suspect;
    let state = this.#state;
    let previous = this.#previous;
    let start = from;
    const first = from;

    for (; from < text.length; from += 1) {
      let code = text.charCodeAt(from);
      // Most characters say nothing: inside a field they are run over in two tight loops.
      if (state === inPlain) {
        while (code !== delimiter && code !== lineFeed && code !== carriageReturn && code !== quote && from + 1 < text.length) {
          from += 1;
          code = text.charCodeAt(from);
        }
      } else if (state === inQuotes && code !== quote && code !== lineFeed && code !== carriageReturn) {
        while (code !== quote && code !== lineFeed && code !== carriageReturn && from + 1 < text.length) {
          previous = code;
          from += 1;
          code = text.charCodeAt(from);
        }
      }
      if (state === inPlain) {
        if (code === delimiter) {
          this.#endField(text, start, from);
          state = atStart;
        } else if (code === lineFeed || code === carriageReturn) {
          this.#endField(text, start, from);
          this.#endRecord(suspect);
          state = atStart;
        } else if (code === quote && !this.#stray) {
          this.#stray = true;
          this.#fault({ kind: 'stray', field: this.#fields.length });
        }
      } else if (state === inQuotes) {
        if (code === quote) {
          this.#hold(text, start, from);
          state = afterQuote;
        } else if (code === carriageReturn || (code === lineFeed && previous !== carriageReturn)) {
          this.#line += 1;
        }
      } else if (state === atStart) {
        start = from;
        if (this.#fields.length === 0) {
          if (code === lineFeed && previous === carriageReturn) {
            previous = code;
            continue;
          }
          this.#recordLine = this.#line;
        }
        this.#fieldLine = this.#line;
        if (code === quote) {
          state = inQuotes;
          start = from + 1;
        } else if (code === delimiter) {
          this.#endField(text, start, from);
        } else if (code === lineFeed || code === carriageReturn) {
          this.#endField(text, start, from);
          this.#endRecord(suspect);
        } else {
          state = inPlain;
        }
      } else if (state === afterQuote) {
        start = from;
        if (code === quote) {
          state = inQuotes; // the second of two stands for one: it opens the next piece
        } else if (code === delimiter) {
          this.#endField(text, start, from);
          state = atStart;
        } else if (code === lineFeed || code === carriageReturn) {
          this.#endField(text, start, from);
          this.#endRecord(suspect);
          state = atStart;
        } else {
          state = inTrailing;
          this.#trailing = `"${this.#held.slice(0, 80)}"`;
        }
      }
      if (state === inTrailing) {
        if (code === lineFeed || code === carriageReturn) {
          this.#endTrailing();
          this.#endRecord(suspect);
          state = atStart;
        } else if (this.#trailing.length < 120) {
          this.#trailing += text[from];
        }
      }
      previous = code;
    }
    if (state === inPlain || state === inQuotes) this.#hold(text, start, text.length);
    this.#state = state;
    this.#previous = previous;
    this.visited += text.length - first;
  }

  /** The file ends here. Answers the quote that was never closed, if there is one; its record is not emitted. */
  end(): UnterminatedQuote | null {
    if (this.#state === inQuotes) {
      const onBreak = this.#previous === lineFeed || this.#previous === carriageReturn;
      return { line: this.#fieldLine, field: this.#fields.length, endLine: onBreak ? this.#line - 1 : this.#line };
    }
    if (this.#state === inTrailing) {
      this.#endTrailing();
      this.#endRecord(false);
    } else if (this.#state !== atStart || this.#fields.length > 0) {
      if (this.#state === atStart) this.#fieldLine = this.#line;
      this.#endField('', 0, 0);
      this.#endRecord(false);
    }
    this.#state = atStart;
    return null;
  }

  /** Passes over whole lines; answers where reading begins in this chunk. */
  #skip(text: string): number {
    let index = 0;
    for (; index < text.length && this.#skipLines > 0; index += 1) {
      const code = text.charCodeAt(index);
      if (code === carriageReturn || (code === lineFeed && this.#previous !== carriageReturn)) {
        this.#line += 1;
        this.#skipLines -= 1;
      }
      this.#previous = code;
    }
    this.visited += index;
    return index;
  }

  #hold(text: string, start: number, end: number): void {
    if (this.#dropped > 0) {
      this.#dropped += end - start;
      return;
    }
    this.#held += text.slice(start, end);
    if (this.#held.length > limits.fieldCharacters) {
      this.#dropped = this.#held.length;
      this.#held = '';
    }
  }

  #endField(text: string, start: number, end: number): void {
    let value = this.#held === '' ? text.slice(start, end) : this.#held + text.slice(start, end);
    if (this.#dropped > 0 || value.length > limits.fieldCharacters) {
      this.#fault({ kind: 'too-long', field: this.#fields.length, characters: this.#dropped > 0 ? this.#dropped + (end - start) : value.length });
      value = '';
    }
    this.#push(value);
  }

  #endTrailing(): void {
    this.#fault({ kind: 'trailing', field: this.#fields.length, value: this.#trailing, backslash: this.#held.endsWith('\\') });
    this.#push(this.#held);
  }

  #push(value: string): void {
    if (this.#lines !== null) this.#lines.push(this.#fieldLine);
    else if (this.#fieldLine !== this.#recordLine) {
      this.#lines = new Array<number>(this.#fields.length).fill(this.#recordLine);
      this.#lines.push(this.#fieldLine);
    }
    this.#fields.push(value);
    this.#held = '';
    this.#dropped = 0;
    this.#stray = false;
  }

  #fault(fault: FieldFault): void {
    (this.#faults ??= []).push(fault);
  }

  /** A blank line is no record. */
  #endRecord(suspectChunk: boolean): void {
    this.#line += 1;
    const fields = this.#fields;
    if (fields.length > 1 || fields[0] !== '' || this.#faults !== null) {
      this.#onRecord({ fields, line: this.#recordLine, lines: this.#lines, faults: this.#faults ?? noFaults, suspect: this.#suspect });
    }
    this.#fields = [];
    this.#lines = null;
    this.#faults = null;
    this.#suspect = suspectChunk;
  }
}
