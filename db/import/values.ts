/** What cells say: prices, times, paths, missing values. Hand-written checks over each value once; no guess is silent. */
import type { ImportMapping } from '../records.ts';

/** Words that spreadsheets and databases write for "no value". */
const nullWords = new Set(['null', 'n/a', 'nan', 'none', '-']);
const spreadsheetErrors = new Set(['#ref!', '#n/a', '#value!', '#div/0!', '#name?', '#null!', '#num!', '#spill!', '#calc!', '#getting_data', '#field!']);

export function isSpreadsheetError(value: string): boolean {
  return value.startsWith('#') && spreadsheetErrors.has(value.trim().toLowerCase());
}

export function isNullWord(value: string): boolean {
  if (value.length === 0 || value.length > 16) return false;
  // Every such word begins with one of these, with a blank before it or with a blank outside ASCII.
  const first = value.charCodeAt(0);
  if (first > 0x20 && first < 0x80 && first !== 0x2d && first !== 0x23 && first !== 0x4e && first !== 0x6e) return false;
  const word = value.trim().toLowerCase();
  return nullWords.has(word) || spreadsheetErrors.has(word);
}

const removable = /[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/g;

/** The text without control characters (tab, line ends and U+0085 stay), and how many there were. */
export function removeControls(text: string): { readonly text: string; readonly removed: number } {
  const cleaned = text.replace(removable, '');
  return { text: cleaned, removed: text.length - cleaned.length };
}

export const directionMarks = /[\u202a-\u202e\u2066-\u2069]/;
export const invisibleInKey = /[\u200b-\u200d\u2060\ufeff\xad]/;

/** Byte of a character in windows-1252, for those outside Latin-1. */
const windows1252 = new Map([...new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 32 }, (_, index) => 0x80 + index))].map((sign, index) => [sign, 0x80 + index]));
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** A run of non-ASCII characters which, written as windows-1252, is valid UTF-8: UTF-8 that was read as windows-1252 once. */
export function findMojibake(text: string): string | null {
  for (const [run] of text.matchAll(/[^\0-\x7f]{2,}/g)) {
    const bytes: number[] = [];
    for (const sign of run) {
      const byte = windows1252.get(sign) ?? (sign >= '\xa0' && sign <= '\xff' ? sign.charCodeAt(0) : -1);
      if (byte < 0) break;
      bytes.push(byte);
    }
    if (bytes.length !== run.length) continue;
    try {
      strictUtf8.decode(Uint8Array.from(bytes));
      return run;
    } catch {
      // not UTF-8: the characters are what they seem
    }
  }
  return null;
}

export type Decimal = '.' | ',';

export interface PriceShape {
  /** Digits of the integer part, without grouping. */
  readonly whole: string;
  readonly fraction: string;
  /** The separator that must mark decimals in this value; null where it has none or where that is open. */
  readonly decimal: Decimal | null;
  /** One separator with three digits behind it (`1.234`): thousands or decimals. */
  readonly open: Decimal | null;
  /** A separator that must group thousands in this value, so the other one marks decimals. */
  readonly grouping: Decimal | null;
  readonly currency: string;
}

const currencySigns: Readonly<Record<string, string>> = { '€': 'EUR', $: 'USD', '£': 'GBP', '¥': 'JPY', '₹': 'INR', '₽': 'RUB', '₩': 'KRW', '₺': 'TRY', '₴': 'UAH', '₫': 'VND', zł: 'PLN', Kč: 'CZK' };
const currencyBefore = /^([A-Z]{3}|[€$£¥₹₽₩₺₴₫])\s?(?=\d)/;
const currencyAfter = /\s?([A-Z]{3}|[€$£¥₹₽₩₺₴₫]|zł|Kč)$/;

/** Digits with at most two decimals: nothing in them is open, whatever the column says. */
export const plainPrice = /^\d{1,12}(?:\.\d{1,2})?$/;

/** Takes a price apart; null where it is none (a sign, an exponent, hexadecimal, words, full-width digits). */
export function readPrice(value: string): PriceShape | null {
  let text = value.trim();
  if (text.length > 64) return null;
  const sign = currencyBefore.exec(text) ?? currencyAfter.exec(text);
  if (sign !== null) text = (sign.index === 0 ? text.slice(sign[0].length) : text.slice(0, sign.index)).trim();
  const currency = sign === null ? '' : currencySigns[sign[1]!] ?? sign[1]!;
  if (!/^\d[\d.,' \xa0\u202f’]*$/.test(text) || !/\d$/.test(text)) return null;
  const joined = joinBlankGroups(text);
  if (joined === null) return null;

  const dots = joined.split('.').length - 1;
  const commas = joined.split(',').length - 1;
  const shape = { whole: joined.replace(/[.,]/g, ''), fraction: '', decimal: null, open: null, grouping: null, currency };
  if (dots + commas === 0) return shape;
  if (dots > 0 && commas > 0) {
    const decimal: Decimal = joined.lastIndexOf('.') > joined.lastIndexOf(',') ? '.' : ',';
    const grouping: Decimal = decimal === '.' ? ',' : '.';
    if ((decimal === '.' ? dots : commas) > 1) return null;
    const [whole = '', fraction = ''] = joined.split(decimal);
    return areGroups(whole, grouping) && !fraction.includes(grouping) ? { ...shape, whole: whole.replaceAll(grouping, ''), fraction, decimal, grouping } : null;
  }
  const separator: Decimal = dots > 0 ? '.' : ',';
  if (dots + commas > 1) return areGroups(joined, separator) ? { ...shape, grouping: separator } : null;
  const [whole = '', fraction = ''] = joined.split(separator);
  if (fraction.length === 3 && whole.length <= 3 && whole !== '0' && joined === text) return { ...shape, whole, fraction, open: separator };
  return { ...shape, whole, fraction, decimal: separator };
}

/** Blanks and apostrophes may group thousands: `1 234,50`. Answers the text without them, or null where the groups are not of three. */
function joinBlankGroups(text: string): string | null {
  if (!/[' \xa0\u202f’]/.test(text)) return text;
  const end = text.search(/[.,]/);
  const whole = end < 0 ? text : text.slice(0, end);
  const groups = whole.split(/[' \xa0\u202f’]/);
  if (groups[0]!.length > 3 || groups.slice(1).some((group) => group.length !== 3)) return null;
  const rest = end < 0 ? '' : text.slice(end);
  return /[' \xa0\u202f’]/.test(rest) ? null : groups.join('') + rest;
}

function areGroups(text: string, separator: string): boolean {
  const [first = '', ...rest] = text.split(separator);
  return first.length >= 1 && first.length <= 3 && rest.every((group) => group.length === 3);
}

/** The separator a column's values agree on; null where they say nothing or contradict each other. */
export class DecimalEvidence {
  #dot = 0;
  #comma = 0;

  /** Some value means two things, according to the separator of the column. */
  open = false;

  add(value: string): void {
    if (value === '') return;
    if (plainPrice.test(value)) {
      if (value.includes('.')) this.#dot += 1;
      return;
    }
    const shape = readPrice(value);
    if (shape === null) return;
    if (shape.open !== null) this.open = true;
    if (shape.decimal === '.' || (shape.decimal === null && shape.grouping === ',')) this.#dot += 1;
    if (shape.decimal === ',' || (shape.decimal === null && shape.grouping === '.')) this.#comma += 1;
  }

  get decimal(): Decimal | null {
    if (this.#dot > 0 && this.#comma > 0) return null;
    return this.#dot > 0 ? '.' : this.#comma > 0 ? ',' : null;
  }
}

/** The number a price cell means, given its column's decimal separator; null where it cannot be read without guessing. */
export function priceNumber(shape: PriceShape, decimal: Decimal | null, chosen: boolean): number | null {
  if (chosen && decimal !== null && ((shape.decimal !== null && shape.decimal !== decimal) || shape.grouping === decimal)) return null;
  if (shape.open !== null && decimal === null) return null;
  const digits = shape.open !== null && shape.open !== decimal ? `${shape.whole}${shape.fraction}` : `${shape.whole}${shape.fraction === '' ? '' : `.${shape.fraction}`}`;
  const number = Number(digits); // digits and one point by construction
  return Number.isFinite(number) ? number : null;
}

export type TimeUnit = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds';

/** 1990-01-01 to 2100-01-01 in seconds: the ranges of the four units do not overlap. */
const earliest = 631_152_000;
const latest = 4_102_444_800;
const units: readonly (readonly [TimeUnit, number])[] = [['seconds', 1], ['milliseconds', 1e3], ['microseconds', 1e6], ['nanoseconds', 1e9]];

/** How times without ISO 8601, or without an offset, are to be read: the user's word. */
export interface TimeSettings {
  readonly order: 'dmy' | 'mdy' | 'ymd' | null;
  readonly zone: string | null;
}

export const plainTimes: TimeSettings = { order: null, zone: null };

export function timeSettings({ dateFormat, timeZone }: ImportMapping): TimeSettings {
  return { order: dateFormat ?? null, zone: timeZone === undefined || timeZone === 'UTC' ? null : timeZone };
}

/** Milliseconds since 1970, UTC, and the unit of a number; null where the value is no time. */
export function readTime(value: string, settings: TimeSettings = plainTimes): { readonly ms: number; readonly unit: TimeUnit | null } | null {
  const text = value.trim();
  if (/^\d{9,19}(\.\d{1,9})?$/.test(text)) {
    const number = Number(text); // digits and one point
    for (const [unit, factor] of units) {
      if (number >= earliest * factor && number <= latest * factor) return { ms: Math.floor((number / factor) * 1000 + 1e-4), unit };
    }
    return null;
  }
  const ms = readIsoTime(settings.order === null ? text : toIso(text, settings.order), settings.zone);
  return ms === null ? null : { ms, unit: null };
}

/** `31.12.2024 10:00` in the order that the user named, as ISO 8601. */
function toIso(text: string, order: 'dmy' | 'mdy' | 'ymd'): string {
  const match = /^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(.{0,40})$/.exec(text);
  if (match === null) return text;
  const [, a = '', b = '', c = '', rest = ''] = match;
  const [year, month, day] = order === 'ymd' ? [a, b, c] : order === 'dmy' ? [c, b, a] : [c, a, b];
  return year.length !== 4 || day.length > 2 ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}${rest}`;
}

const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|z|UTC|[+-]\d{2}(?::?\d{2})?))?)?$/;

/** Strict ISO 8601 (`T` or a blank); without an offset the zone's time, else UTC. Checked by round trip: 30 February is no day. */
function readIsoTime(text: string, local: string | null): number | null {
  const match = iso.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = match;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)));
  const date = new Date(ms);
  const same = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && date.getUTCHours() === Number(hour)
    && date.getUTCMinutes() === Number(minute) && date.getUTCSeconds() === Number(second);
  if (!same) return null;
  if (zone === '' && local !== null) return fromLocal(ms, local);
  if (!/^[+-]/.test(zone)) return ms;
  const digits = zone.replace(':', '').padEnd(5, '0');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3));
  if (Number(digits.slice(1, 3)) > 14 || Number(digits.slice(3)) > 59) return null;
  return ms - (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
/** Offsets found, by zone and quarter of an hour: no zone changes its clock within one. */
const offsets = new Map<string, number>();
const quarter = 900_000;

/** The instant at which clocks of the zone show this time; the earlier one where an hour is repeated. */
function fromLocal(shown: number, zone: string): number {
  const before = shown - offsetAt(shown - 86_400_000, zone); // with the offset of the day before
  if (before + offsetAt(before, zone) === shown) return before;
  return shown - offsetAt(shown - offsetAt(shown + 86_400_000, zone), zone);
}

function offsetAt(instant: number, zone: string): number {
  const place = Math.floor(instant / quarter);
  const key = `${zone} ${place}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' });
    clocks.set(zone, clock);
  }
  const parts = new Map(clock.formatToParts(place * quarter).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(parts.get('year')!, parts.get('month')! - 1, parts.get('day')!, parts.get('hour')!, parts.get('minute')!);
  if (offsets.size > 100_000) offsets.clear();
  offsets.set(key, shown - place * quarter);
  return shown - place * quarter;
}

/** An integer >= 0, or null. */
export function readPosition(value: string): number | null {
  const text = value.trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

export interface PathReading {
  readonly levels: readonly string[];
  readonly emptyLevels: boolean;
  readonly tooDeep: boolean;
}

/**
 * Splits a path into levels. ` > ` separates always (a `>` with a blank or an edge on both sides); another separator only where the
 * profile or the user names it, for otherwise `<b>c</b>` would become a path.
 */
export function readPath(value: string, separator: string | undefined, limit: number): PathReading {
  const text = value.trim();
  if (text === '') return { levels: [], emptyLevels: false, tooDeep: false };
  const parts: string[] = [];
  if (separator !== undefined && separator !== '' && separator.trim() !== '>') parts.push(...text.split(separator.trim() || ' '));
  else {
    const bare = separator === '>';
    let start = 0;
    for (let at = text.indexOf('>'); at >= 0; at = text.indexOf('>', at + 1)) {
      const before = at === 0 || text[at - 1]!.trim() === '';
      const after = at === text.length - 1 || text[at + 1]!.trim() === '';
      if (!bare && !(before && after)) continue;
      parts.push(text.slice(start, at));
      start = at + 1;
    }
    parts.push(text.slice(start));
  }
  const levels = parts.map((part) => part.trim()).filter((part) => part !== '');
  return { levels: levels.slice(0, limit), emptyLevels: levels.length < parts.length, tooDeep: levels.length > limit };
}

/** At most `limit` code points, cut at a grapheme's boundary: no surrogate pair and no joined emoji is split. */
export function cutText(text: string, limit: number): string | null {
  if (text.length <= limit) return null;
  let units = 0;
  for (let points = 0; points < limit && units < text.length; points += 1) units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  if (units >= text.length) return null;
  const window = text.slice(Math.max(0, units - 512), units + 512);
  const place = Math.min(512, units);
  const boundary = new Intl.Segmenter().segment(window).containing(place)?.index ?? place;
  // A cluster longer than the window has no boundary in it: cut between code points.
  const cut = boundary === 0 ? units : units - place + boundary;
  return text.slice(0, cut);
}
