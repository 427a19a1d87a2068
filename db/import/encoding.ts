/**
 * Which characters the bytes mean: byte-order mark, then the pattern of NULs, then strict UTF-8 over the whole file, then jschardet's
 * guess, then the user. Nothing but UTF-8, or UTF-16 with its mark, is taken without asking.
 */
import { isUtf8 } from 'node:buffer';
import jschardet from 'jschardet';
import { FileRejection } from './rejection.ts';

export interface Encoding {
  /** A label of `TextDecoder`. */
  readonly label: string;
  /** Bytes of the byte-order mark, which is no text. */
  readonly markBytes: number;
}

/** What the bytes of a whole file tell. */
export interface ByteSurvey {
  readonly bytes: number;
  /** The first 4 KiB: a declaration, and the first lines. */
  readonly head: Uint8Array;
  readonly mark: Encoding | null;
  readonly firstNul: number | null;
  /** Share of NULs at even and at odd offsets of the first 64 KiB. */
  readonly nulShare: readonly [even: number, odd: number];
  /** First byte sequence that is not UTF-8. */
  readonly invalid: { readonly offset: number; readonly byte: number; readonly atEnd: boolean } | null;
  /** Bytes around the first invalid one, for the guess. */
  readonly sample: Uint8Array;
}

/** jschardet's names that `TextDecoder` does not know (measured). */
const labels: Readonly<Record<string, string>> = {
  'cp932': 'shift_jis', 'macroman': 'macintosh', 'maclatin2': 'macintosh', 'utf-16-le': 'utf-16le', 'utf-16-be': 'utf-16be', 'utf-8-sig': 'utf-8',
  'ascii': 'utf-8', 'latin1': 'windows-1252', 'cp1252': 'windows-1252', 'cp1250': 'windows-1250', 'cp1251': 'windows-1251', 'iso8859-15': 'iso-8859-15',
};

const encodingNames: Readonly<Record<string, string>> = {
  'utf-16le': 'UTF-16 (little endian)', 'utf-16be': 'UTF-16 (big endian)', 'windows-1252': 'Windows-1252 (Western European)',
  'windows-1250': 'Windows-1250 (Central European)', 'windows-1251': 'Windows-1251 (Cyrillic)', 'iso-8859-15': 'ISO-8859-15 (Latin 9)', 'shift_jis': 'Shift JIS',
};

export function nameEncoding(label: string): string {
  return encodingNames[label] ?? label.toUpperCase();
}

/** @throws FileRejection where the name is none that can be decoded */
export function encodingLabel(name: string): string {
  const label = labels[name.trim().toLowerCase()] ?? name.trim().toLowerCase();
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw new FileRejection('E_ENCODING', { because: `"${name}" is not an encoding that can be read.`, details: { guess: null } });
  }
}

/** Looks at every byte once. */
export async function surveyBytes(chunks: AsyncIterable<Uint8Array>): Promise<ByteSurvey> {
  let bytes = 0;
  let head: Uint8Array = new Uint8Array(0);
  let mark: Encoding | null = null;
  let firstNul: number | null = null;
  const nuls: [number, number] = [0, 0];
  let invalid: ByteSurvey['invalid'] = null;
  let carry: Buffer = Buffer.alloc(0);
  const sample: Uint8Array[] = [];
  let sampled = 0;
  for await (const chunk of chunks) {
    if (bytes === 0) {
      mark = findMark(chunk);
      head = Uint8Array.from(chunk.subarray(0, 4_096));
    }
    const nul = chunk.indexOf(0);
    if (nul >= 0) {
      firstNul ??= bytes + nul;
      for (let index = nul; index < chunk.length && bytes + index < 65_536; index += 1) if (chunk[index] === 0) nuls[(bytes + index) % 2 as 0 | 1] += 1;
    }
    if (invalid === null) {
      const joined = carry.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([carry, chunk]);
      const whole = joined.length - pendingBytes(joined);
      if (!isUtf8(joined.subarray(0, whole))) {
        const index = firstInvalid(joined.subarray(0, whole));
        invalid = { offset: bytes - carry.length + index, byte: joined[index]!, atEnd: false };
      }
      carry = Buffer.from(joined.subarray(whole));
    }
    if (invalid !== null && sampled < 262_144) {
      sample.push(Uint8Array.from(chunk));
      sampled += chunk.length;
    }
    bytes += chunk.length;
  }
  if (invalid === null && carry.length > 0) invalid = { offset: bytes - carry.length, byte: carry[0]!, atEnd: true };
  const half = Math.max(1, Math.min(bytes, 65_536) / 2);
  return { bytes, head, mark, firstNul, nulShare: [nuls[0] / half, nuls[1] / half], invalid, sample: Buffer.concat(sample) };
}

function findMark(chunk: Uint8Array): Encoding | null {
  const [a, b, c] = chunk;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { label: 'utf-8', markBytes: 3 };
  if (a === 0xff && b === 0xfe) return { label: 'utf-16le', markBytes: 2 };
  if (a === 0xfe && b === 0xff) return { label: 'utf-16be', markBytes: 2 };
  return null;
}

/** Bytes at the end that begin a character whose rest may stand in the next chunk. */
function pendingBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Halving: every prefix up to the fault is valid once its last character is complete. */
function firstInvalid(bytes: Buffer): number {
  let valid = 0;
  let end = bytes.length;
  while (end - valid > 4) {
    const middle = (valid + end) >> 1;
    const part = bytes.subarray(valid, middle);
    const whole = part.length - pendingBytes(part);
    if (whole > 0 && isUtf8(part.subarray(0, whole))) valid += whole;
    else if (whole > 0) end = middle;
    else break;
  }
  for (let index = valid; index < bytes.length;) {
    const length = [1, 2, 3, 4].find((size) => index + size <= bytes.length && isUtf8(bytes.subarray(index, index + size)));
    if (length === undefined) return index;
    index += length;
  }
  return bytes.length;
}

/**
 * NULs in nearly every second byte: UTF-16, whose ASCII part would pass as UTF-8. Text of other alphabets has few NULs, but every line end
 * of it has one beside it.
 */
export function wideGuess({ nulShare: [even, odd], mark, head }: ByteSurvey): string | null {
  if (mark !== null) return null;
  if (odd > 0.7 && even < 0.1) return 'utf-16le';
  if (even > 0.7 && odd < 0.1) return 'utf-16be';
  const ends = [...head.keys()].filter((index) => head[index] === 0x0a || head[index] === 0x0d);
  const areWide = (place: 0 | 1, nulAt: 1 | -1): boolean => ends.filter((index) => index % 2 === place && head[index + nulAt] === 0).length > ends.length * 0.8;
  if (odd > 0.05 && odd > even && areWide(0, 1)) return 'utf-16le';
  return even > 0.05 && even > odd && areWide(1, -1) ? 'utf-16be' : null;
}

/** Four bytes for each character: by the mark, or three NULs in four bytes. No decoder reads it. */
export function isUtf32({ head, nulShare: [even, odd] }: ByteSurvey): boolean {
  const start = Buffer.from(head.subarray(0, 4)).toString('hex');
  const share = even + odd;
  return start === 'fffe0000' || start === '0000feff' || (share > 1.3 && share < 1.7);
}

/** jschardet's answers below this confidence were wrong half of the time (measured on 21 files). */
const leastConfidence = 0.08;

/** What an 8-bit file seems to be. */
export function guessEncoding(sample: Uint8Array): string {
  const guess = jschardet.detect(Buffer.from(sample));
  if (guess.encoding === null || guess.confidence < leastConfidence) return 'windows-1252';
  try {
    const label = encodingLabel(guess.encoding);
    return label === 'utf-8' ? 'windows-1252' : label;
  } catch {
    return 'windows-1252';
  }
}

/** Decodes strictly. @throws FileRejection E_ENCODING where bytes mean nothing in this encoding */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding.label, { fatal: true, ignoreBOM: true });
  let offset = 0;
  try {
    for await (const chunk of chunks) {
      const text = decoder.decode(offset === 0 ? chunk.subarray(encoding.markBytes) : chunk, { stream: true });
      offset += chunk.length;
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new FileRejection('E_ENCODING', {
      because: `The bytes after offset ${offset} are not valid ${nameEncoding(encoding.label)}. The file is damaged, or the encoding is another one.`, details: { offset, guess: null },
    });
  }
}
