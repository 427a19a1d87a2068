/** What JSON texts hold, and what may be wrong with one. */

/** A number as it is written: its digits are never changed. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
/** Objects are Maps: `__proto__` is a key like any other. */
export type JsonObject = Map<string, JsonValue>;
export type JsonValue = string | boolean | null | JsonNumber | JsonValue[] | JsonObject;

export class JsonFault extends Error {
  readonly code: 'E_JSON_SYNTAX' | 'E_JSON_DEPTH' | 'E_TOO_MANY_COLUMNS';
  readonly line: number;
  /** 1-based character of the line. */
  readonly character: number;
  constructor(code: JsonFault['code'], line: number, character: number, message: string) {
    super(message);
    this.code = code;
    this.line = line;
    this.character = character;
  }
}

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Whether a character may stand in a number at all. */
export const isNumberSign = (code: number): boolean => isDigit(code) || code === 0x2e || code === 0x2b || code === 0x2d || code === 0x65 || code === 0x45;

/** How far a text is a number: one optional sign, no leading zero, digits on both sides of the point and behind the exponent. */
export function endOfNumber(text: string): number {
  let at = text[0] === '-' ? 1 : 0;
  const digits = (): boolean => {
    const start = at;
    while (isDigit(text.charCodeAt(at))) at += 1;
    return at > start;
  };
  if (text[at] === '0') at += 1;
  else if (!digits()) return at;
  if (text[at] === '.') {
    at += 1;
    if (!digits()) return at;
  }
  if (text[at] !== 'e' && text[at] !== 'E') return at;
  at += 1;
  if (text[at] === '+' || text[at] === '-') at += 1;
  digits();
  return at;
}
