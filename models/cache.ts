/**
 * Vectors on disk, named by the content they were computed from: a changed title or a new model asks for another name. A damaged or
 * cut-off file does not match its own hash and is computed again.
 */
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './checkpoint.ts';
import type { ItemVectors } from './encoders.ts';

/** Files kept: enough for a few models of one catalogue. */
const kept = 18;
const hashBytes = 64;
/** Bytes read or written by one call, which takes less than 2 GiB. */
const atOnce = 2 ** 28;

export class VectorCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** An array by key, computed where it is not there. */
  async numbers(key: string, compute: () => Promise<Float32Array>): Promise<Float32Array> {
    const file = join(this.#folder, `${sha256(key).slice(0, 40)}.vectors`);
    const found = read(file);
    if (found !== null) return found;
    const values = await compute();
    try {
      this.#write(file, values);
    } catch {
      // A full disk or a folder for reading only: they are computed again next time.
    }
    return values;
  }

  /** Vectors of a catalogue, with the model's own row of each item beside them. */
  async catalog(key: string, compute: () => Promise<{ readonly vectors: ItemVectors; readonly rows: Int32Array | null }>): Promise<{ readonly vectors: ItemVectors; readonly rows: Int32Array | null }> {
    let computed: ReturnType<typeof compute> | null = null;
    const once = (): ReturnType<typeof compute> => (computed ??= compute());
    const vectors = await this.numbers(`vectors-${key}`, async () => (await once()).vectors.vectors);
    const keys = await this.numbers(`keys-${key}`, async () => (await once()).vectors.keys);
    const sizes = await this.numbers(`sizes-${key}`, async () => {
      const { vectors: { count, width, keyWidth }, rows } = await once();
      return Float32Array.from([count, width, keyWidth, ...(rows === null ? [] : [1, ...rows])]);
    });
    const [count, width, keyWidth, hasRows] = [sizes[0]!, sizes[1]!, sizes[2]!, sizes[3]];
    return { vectors: { count, width, keyWidth, vectors, keys }, rows: hasRows === 1 ? Int32Array.from(sizes.subarray(4)) : null };
  }

  #write(file: string, values: Float32Array): void {
    mkdirSync(this.#folder, { recursive: true });
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const temporary = `${file}.tmp-${process.pid}-0`;
    const handle = openSync(temporary, 'w');
    try {
      for (const part of [Buffer.from(sha256(bytes), 'latin1'), bytes]) for (let at = 0; at < part.length; at += writeSync(handle, part, at, Math.min(atOnce, part.length - at)));
    } catch (error) {
      rmSync(temporary); // a full disk has better use for it
      throw error;
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    const files = readdirSync(this.#folder).filter((name) => name.endsWith('.vectors')).map((name) => join(this.#folder, name));
    const byAge = files.map((name) => ({ name, time: statSync(name).mtimeMs })).sort((a, b) => b.time - a.time);
    for (const { name } of byAge.slice(kept)) rmSync(name, { force: true });
  }
}

/** The array itself is read into: a catalogue's takes hundreds of megabytes. */
function read(file: string): Float32Array | null {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return null; // not computed yet
  }
  try {
    const size = fstatSync(handle).size - hashBytes;
    if (size < 0 || size % 4 !== 0) return null;
    const [hash, values] = [Buffer.alloc(hashBytes), new Float32Array(size / 4)];
    const bytes = Buffer.from(values.buffer);
    if (!fill(handle, hash) || !fill(handle, bytes) || sha256(bytes) !== hash.toString('latin1')) return null;
    return values;
  } catch {
    return null; // a disk that cannot be read, or a file too large to be one of ours
  } finally {
    closeSync(handle);
  }
}

/** Reads on until the buffer is full; false where the file ends before. */
function fill(handle: number, into: Buffer): boolean {
  for (let at = 0; at < into.length;) {
    const count = readSync(handle, into, at, Math.min(atOnce, into.length - at), null);
    if (count === 0) return false;
    at += count;
  }
  return true;
}
