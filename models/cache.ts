/**
 * Vectors on disk, named by the content they were computed from: a changed title or a new model asks for another name. A damaged or
 * cut-off file does not match its own hash and is computed again.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './checkpoint.ts';
import type { ItemVectors } from './encoders.ts';

/** Files kept: enough for a few models of one catalogue. */
const kept = 12;
const hashBytes = 64;

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
    // One flat file: count, width, keyWidth, whether rows follow; vectors, keys, rows.
    const flat = await this.numbers(`catalog-${key}`, async () => {
      const { vectors: v, rows } = await compute();
      const out = new Float32Array(4 + v.vectors.length + v.keys.length + (rows?.length ?? 0));
      out.set([v.count, v.width, v.keyWidth, rows === null ? 0 : 1]);
      out.set(v.vectors, 4);
      out.set(v.keys, 4 + v.vectors.length);
      if (rows !== null) out.set(rows, 4 + v.vectors.length + v.keys.length);
      return out;
    });
    const [count, width, keyWidth, hasRows] = [flat[0]!, flat[1]!, flat[2]!, flat[3]!];
    const keysAt = 4 + count * width;
    const rowsAt = keysAt + count * keyWidth;
    return {
      vectors: { count, width, keyWidth, vectors: flat.subarray(4, keysAt), keys: flat.subarray(keysAt, rowsAt) },
      rows: hasRows === 1 ? Int32Array.from(flat.subarray(rowsAt)) : null,
    };
  }

  #write(file: string, values: Float32Array): void {
    mkdirSync(this.#folder, { recursive: true });
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const temporary = `${file}.tmp-${process.pid}-0`;
    writeFileSync(temporary, Buffer.concat([Buffer.from(sha256(bytes), 'latin1'), bytes]));
    renameSync(temporary, file);
    const files = readdirSync(this.#folder).filter((name) => name.endsWith('.vectors')).map((name) => join(this.#folder, name));
    const byAge = files.map((name) => ({ name, time: statSync(name).mtimeMs })).sort((a, b) => b.time - a.time);
    for (const { name } of byAge.slice(kept)) rmSync(name, { force: true });
  }
}

function read(file: string): Float32Array | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return null; // not computed yet
  }
  const body = bytes.subarray(hashBytes);
  if (sha256(body) !== bytes.toString('latin1', 0, hashBytes)) return null;
  return new Float32Array(body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength));
}
