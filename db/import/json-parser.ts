/**
 * RFC 8259 character by character: `JSON.parse` names no position, rounds long numbers, keeps the last of two equal keys in silence and
 * holds the whole text (all measured). Every valid text is read and every other one refused at its first wrong character. Time is linear,
 * memory is one record.
 */
import { endOfNumber, isDigit, isNumberSign, JsonFault, JsonNumber } from './json-values.ts';
import type { JsonObject, JsonValue } from './json-values.ts';
import { limits } from './limits.ts';

/** Hears of every value at `recordDepth`; deeper ones are part of it. */
export interface JsonRecords {
  /** Containers around a record: 0 for the text itself, 1 for the elements of a list, 2 for those of a list inside an object. */
  readonly depth: number;
  /** With depth 2: the key of the list. */
  readonly key?: string;
  readonly onRecord: (value: JsonValue, line: number, notes: RecordNotes) => void;
}

export interface RecordNotes {
  /** Keys that appear twice in one object; the last value was kept. */
  readonly duplicates: readonly string[];
  /** Keys of texts beyond the limit, of which nothing was kept. */
  readonly tooLong: readonly string[];
}

/** A record is held whole. More keys than these are columns of no product, and a longer list is, written out, longer than a field may be. */
export const mostKeys = 16_384;
const mostElements = limits.fieldCharacters / 2;

const [value, valueOrEnd, key, keyOrEnd, colon, commaOrEnd, text, escape, unicode, number, literal, done] = Array.from({ length: 12 }, (_, index) => index) as [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
type State = typeof value | typeof valueOrEnd | typeof key | typeof keyOrEnd | typeof colon | typeof commaOrEnd | typeof text | typeof escape | typeof unicode | typeof number | typeof literal | typeof done;

const wanted: Readonly<Record<number, string>> = {
  [value]: 'where a value is expected', [valueOrEnd]: 'where a value or "]" is expected', [key]: 'where a key in quotes is expected',
  [keyOrEnd]: 'where a key in quotes or "}" is expected', [colon]: 'where ":" is expected', [commaOrEnd]: 'where "," or the end of the list or object is expected',
  [done]: 'after the end of the document',
};
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

interface Level {
  readonly list: boolean;
  /** Null outside of records: nothing is kept. */
  readonly container: JsonValue[] | JsonObject | null;
  key: string;
}

export class JsonParser {
  /** Steps taken: one for each character. */
  visited = 0;
  readonly #records: JsonRecords;
  #line = 1;
  #character = 0;
  #previous = 0;
  #state: State = value;
  #levels: Level[] = [];
  /** What is held of the string, number or literal that is open. */
  #held = '';
  #isKey = false;
  #word = '';
  #recordLine = 1;
  #notes: { duplicates: string[]; tooLong: string[] } = { duplicates: [], tooLong: [] };
  /** Where a string is too long, nothing of it is kept. */
  #tooLong = false;

  constructor(records: JsonRecords, line = 1) {
    this.#records = records;
    this.#line = line;
  }

  /** Whether a whole value has been read. */
  get complete(): boolean {
    return this.#state === done;
  }

  /** @throws JsonFault at the first wrong character */
  write(chunk: string): void {
    for (let index = 0; index < chunk.length;) {
      if (this.#state === text) {
        index = this.#readText(chunk, index);
        this.#previous = 0;
        continue;
      }
      const code = chunk.charCodeAt(index);
      this.#character += 1;
      if (this.#state === number) {
        let end = index;
        while (end < chunk.length && isNumberSign(chunk.charCodeAt(end))) end += 1;
        if (end > index) {
          this.#held += chunk.slice(index, end);
          this.#character += end - index - 1;
          index = end;
          this.#previous = 0;
          continue;
        }
        this.#endNumber();
      }
      this.#step(chunk[index]!, code);
      if (code === 0x0a || code === 0x0d) {
        if (code === 0x0d || this.#previous !== 0x0d) this.#line += 1;
        this.#character = 0;
      }
      this.#previous = code;
      index += 1;
    }
    this.visited += chunk.length;
  }

  /** Reads on in a string; answers where the rest of the chunk begins. */
  #readText(chunk: string, from: number): number {
    let end = from;
    let pairs = 0;
    let code = 0;
    for (; end < chunk.length; end += 1) {
      code = chunk.charCodeAt(end);
      if (code === 0x22 || code === 0x5c || code < 0x20) break;
      if (code >= 0xdc00 && code <= 0xdfff) pairs += 1;
    }
    if (end > from) this.#keep(chunk.slice(from, end));
    this.#character += end - from - pairs;
    if (end === chunk.length) return end;
    this.#character += 1;
    if (code === 0x22) this.#endText();
    else if (code === 0x5c) this.#state = escape;
    else this.#fail(code, `in a string: write it as \\u00${code.toString(16).padStart(2, '0')}`);
    return end + 1;
  }

  /** @throws JsonFault where the text is not complete */
  end(): void {
    if (this.#state === number) {
      this.#character += 1;
      this.#endNumber();
      this.#character -= 1;
    }
    if (this.#state === done) return;
    throw new JsonFault('E_JSON_SYNTAX', this.#line, this.#character + 1, 'the text ends here, in the middle of a value; the file may be cut off');
  }

  #step(sign: string, code: number): void {
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      if (this.#state < text || this.#state === done) return;
    }
    switch (this.#state) {
      case value:
      case valueOrEnd:
        if (code === 0x5d && this.#state === valueOrEnd) this.#close(true, code);
        else this.#open(sign, code);
        return;
      case key:
      case keyOrEnd:
        if (code === 0x22) this.#openText(true);
        else if (code === 0x7d && this.#state === keyOrEnd) this.#close(false, code);
        else this.#fail(code, wanted[this.#state]!);
        return;
      case colon:
        if (code !== 0x3a) this.#fail(code, wanted[colon]!);
        this.#state = value;
        return;
      case commaOrEnd: {
        const level = this.#levels.at(-1)!;
        if (code === 0x2c) this.#state = level.list ? value : key;
        else if (code === (level.list ? 0x5d : 0x7d)) this.#close(level.list, code);
        else this.#fail(code, wanted[commaOrEnd]!);
        return;
      }
      case escape:
        if (sign === 'u') {
          this.#word = '';
          this.#state = unicode;
          return;
        }
        if (!Object.hasOwn(escapes, sign)) this.#fail(code, 'after a backslash');
        this.#keep(escapes[sign]!);
        this.#state = text;
        return;
      case unicode:
        if (!/[0-9a-fA-F]/.test(sign)) this.#fail(code, 'where four hexadecimal digits are expected');
        this.#word += sign;
        if (this.#word.length < 4) return;
        this.#keep(String.fromCharCode(Number.parseInt(this.#word, 16)));
        this.#state = text;
        return;
      case literal:
        if (sign !== this.#word[this.#held.length]) this.#fail(code, `in the word ${this.#word}`);
        this.#held += sign;
        if (this.#held === this.#word) this.#add(this.#word === 'null' ? null : this.#word === 'true');
        return;
      default:
        this.#fail(code, wanted[this.#state]!);
    }
  }

  #open(sign: string, code: number): void {
    if (sign === '{' || sign === '[') {
      this.#begin();
      if (this.#levels.length >= limits.depth) throw new JsonFault('E_JSON_DEPTH', this.#line, this.#character, `values are nested deeper than ${limits.depth}`);
      const inside = this.#building;
      this.#levels.push({ list: sign === '[', container: inside ? (sign === '[' ? [] : new Map()) : null, key: '' });
      this.#state = sign === '[' ? valueOrEnd : keyOrEnd;
    } else if (sign === '"') {
      this.#begin();
      this.#openText(false);
    } else if (sign === '-' || (code >= 0x30 && code <= 0x39)) {
      this.#begin();
      this.#held = sign;
      this.#state = number;
    } else if (sign === 't' || sign === 'f' || sign === 'n') {
      this.#begin();
      this.#word = sign === 't' ? 'true' : sign === 'f' ? 'false' : 'null';
      this.#held = sign;
      this.#state = literal;
    } else this.#fail(code, wanted[this.#state]!);
  }

  /** Whether the value that begins here belongs to a record. */
  get #building(): boolean {
    const { depth, key: list } = this.#records;
    const { length } = this.#levels;
    if (length < depth) return false;
    if (depth > 0 && !this.#levels[depth - 1]!.list) return false;
    return depth < 2 || this.#levels[0]!.key === list;
  }

  #begin(): void {
    if (this.#levels.length === this.#records.depth) {
      this.#recordLine = this.#line;
      this.#notes = { duplicates: [], tooLong: [] };
    }
  }

  #openText(isKey: boolean): void {
    this.#isKey = isKey;
    this.#held = '';
    this.#tooLong = false;
    this.#state = text;
  }

  #keep(part: string): void {
    if (this.#tooLong) return;
    if (this.#held.length + part.length > limits.fieldCharacters) {
      this.#tooLong = true;
      this.#held = '';
    } else this.#held += part;
  }

  #endText(): void {
    if (this.#tooLong) this.#notes.tooLong.push(this.#levels.at(-1)?.key ?? '');
    if (!this.#isKey) {
      this.#add(this.#held);
      return;
    }
    const level = this.#levels.at(-1)!;
    level.key = this.#held;
    if (level.container instanceof Map && level.container.size > mostKeys) throw new JsonFault('E_TOO_MANY_COLUMNS', this.#line, this.#character, `an object has more than ${mostKeys} keys`);
    if (level.container instanceof Map && level.container.has(this.#held)) this.#notes.duplicates.push(this.#held);
    this.#state = colon;
  }

  /** Called with the first character behind the number. */
  #endNumber(): void {
    const written = this.#held;
    const good = endOfNumber(written);
    if (good < written.length || !isDigit(written.charCodeAt(good - 1))) {
      const sign = written[good];
      this.#character -= written.length - good;
      this.#fail(sign === undefined ? -1 : sign.charCodeAt(0), 'in a number');
    }
    this.#add(new JsonNumber(written));
  }

  #close(list: boolean, code: number): void {
    const level = this.#levels.pop();
    if (level === undefined || level.list !== list) this.#fail(code, wanted[this.#state]!);
    this.#add(level!.container);
  }

  /** A value is whole: into its container, or out as a record. */
  #add(whole: JsonValue): void {
    const level = this.#levels.at(-1);
    if (this.#building && this.#levels.length === this.#records.depth) this.#records.onRecord(whole, this.#recordLine, this.#notes);
    else if (level?.container instanceof Map) level.container.set(level.key, whole);
    else if (level?.container != null) this.#push(level.container, whole);
    this.#state = level === undefined ? done : commaOrEnd;
  }

  #push(list: JsonValue[], whole: JsonValue): void {
    const column = this.#levels[this.#records.depth]?.key ?? '';
    if (list.length < mostElements) list.push(whole);
    else if (!this.#notes.tooLong.includes(column)) this.#notes.tooLong.push(column);
  }

  #fail(code: number, where: string): never {
    if (code < 0) throw new JsonFault('E_JSON_SYNTAX', this.#line, this.#character, `the number ends too early`);
    const sign = code < 0x20 ? `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>` : `"${String.fromCharCode(code)}"`;
    throw new JsonFault('E_JSON_SYNTAX', this.#line, this.#character, `unexpected ${sign} ${where}`);
  }
}
