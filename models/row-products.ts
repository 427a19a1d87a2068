/**
 * Products of many fixed row vectors with one vector after another, as fast as memory delivers the rows: of all rows, or of some. A
 * WebAssembly loop with SIMD over a copy of the rows. Sums run in one fixed order, so the same input gives the same bits, whether a row is
 * multiplied with all others or alone.
 *
 * onnxruntime's product of one vector is computed by one thread as well, at two thirds of the speed (`npm run bench -- top`).
 */
import * as wasm from './runtime/webassembly.ts';

interface Kernel {
  multiply(row: number, rowsEnd: number, vector: number, vectorEnd: number, out: number, largest: number): void;
}

const wordBytes = 16;
/** Words of four columns that are summed apart; a row is filled up with zeros to a whole number of them. */
const chains = 4;
const columnsPerStep = 4 * chains;
/** Rows whose largest product is noted: a list of the best then skips most of them unread. */
export const rowsPerTile = 1024;

export class RowProducts {
  readonly #kernel: Kernel;
  readonly #width: number;
  readonly #rowBytes: number;
  readonly #vector: Float32Array;
  readonly #products: Float32Array;
  readonly #largest: Float32Array;
  /** The largest of each `rowsPerTile` products; filled by `multiply`. */
  readonly tops: Float32Array;
  /** Row-major [rows, width]: those that are multiplied, where their width allows to look at them. Whoever reads these keeps no other copy. */
  readonly rows: Float32Array;

  /** `rows` row-major [rows, width]. */
  constructor(rows: Float32Array, width: number) {
    const count = rows.length / width;
    const columns = columnsPerStep * Math.ceil(width / columnsPerStep);
    this.#width = width;
    this.#rowBytes = 4 * columns;
    const vectorAt = count * this.#rowBytes;
    const productsAt = vectorAt + this.#rowBytes + wordBytes;
    const memory = wasm.createMemory(productsAt + 4 * count);
    const all = new Float32Array(memory.buffer);
    if (columns === width) all.set(rows);
    else for (let row = 0; row < count; row++) all.set(rows.subarray(row * width, (row + 1) * width), row * columns);
    this.rows = columns === width ? all.subarray(0, rows.length) : rows;
    this.#vector = new Float32Array(memory.buffer, vectorAt, columns);
    this.#largest = new Float32Array(memory.buffer, vectorAt + this.#rowBytes, 1);
    this.#products = new Float32Array(memory.buffer, productsAt, count);
    this.tops = new Float32Array(Math.ceil(count / rowsPerTile));
    this.#kernel = assembleKernel(memory);
  }

  /** [width] -> [rows], a view that the next product overwrites. */
  multiply(vector: Float32Array): Float32Array {
    this.#load(vector);
    for (let tile = 0; tile < this.tops.length; tile++) {
      this.#multiply(tile * rowsPerTile, Math.min((tile + 1) * rowsPerTile, this.#products.length));
      this.tops[tile] = this.#largest[0]!;
    }
    return this.#products;
  }

  /** The same of some rows: the others keep what they had. */
  multiplySome(vector: Float32Array, rows: Int32Array): Float32Array {
    this.#load(vector);
    for (let i = 0; i < rows.length; i++) this.#multiply(rows[i]!, rows[i]! + 1);
    return this.#products;
  }

  /** The same of the rows `from .. to - 1`. */
  multiplyRange(vector: Float32Array, from: number, to: number): Float32Array {
    this.#load(vector);
    this.#multiply(from, to);
    return this.#products;
  }

  #load(vector: Float32Array): void {
    if (vector.length !== this.#width) throw new Error(`a vector of ${vector.length} for rows of ${this.#width}`);
    this.#vector.set(vector);
  }

  #multiply(from: number, to: number): void {
    const at = this.#vector.byteOffset;
    this.#kernel.multiply(from * this.#rowBytes, to * this.#rowBytes, at, at + this.#rowBytes, this.#products.byteOffset + 4 * from, this.#largest.byteOffset);
  }
}

// Like load of `webassembly.ts`, at a fixed distance from the address.
const loadFrom = (address: wasm.Code, bytes: number): wasm.Code => [...address, 0xfd, 0, 4, ...wasm.unsigned(bytes)];

/** For each row: columns 0 to 3, 4 to 7, 8 to 11 and 12 to 15 of each step are summed apart, and added at the end. */
function assembleKernel(memory: wasm.Memory): Kernel {
  const { i32, v128 } = wasm.types;
  const { get, set, add, mul } = wasm;
  const [row, rowsEnd, vector, vectorEnd, out, largest, at, top] = [0, 1, 2, 3, 4, 5, 6, 7];
  const sums = Array.from({ length: chains }, (_, i) => top + 1 + i);
  const forward = (local: number, bytes: number): wasm.Code => set(local, wasm.addI32(get(local), wasm.i32(bytes)));
  const zero: wasm.Code = wasm.splat([0x43, 0, 0, 0, 0]); // f32.const 0
  const lowest: wasm.Code = wasm.splat([0x43, 0, 0, 0x80, 0xff]); // -Infinity
  const largerOf = (a: wasm.Code, b: wasm.Code): wasm.Code => [...a, ...b, 0xfd, ...wasm.unsigned(0xe9)]; // NaN where either is
  const [first, second, third, fourth] = sums as [number, number, number, number];
  // The upper half is added to the lower one, then the second float to the first.
  const halves: wasm.Code = [...set(first, add(add(get(first), get(second)), add(get(third), get(fourth)))), ...set(first, add(get(first), wasm.upperHalf(get(first))))];
  const secondFloat: wasm.Code = [...get(first), ...get(first), 0xfd, 13, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3];
  return wasm.instantiate([{
    name: 'multiply',
    parameters: [i32, i32, i32, i32, i32, i32],
    results: [],
    locals: [i32, v128, ...sums.map(() => v128)],
    body: [
      ...set(top, lowest),
      ...wasm.whileBelow(row, rowsEnd, [
        ...sums.flatMap((sum) => set(sum, zero)),
        ...set(at, get(vector)),
        ...wasm.whileBelow(at, vectorEnd, [
          ...sums.flatMap((sum, word) => set(sum, add(get(sum), mul(loadFrom(get(row), word * wordBytes), loadFrom(get(at), word * wordBytes))))),
          ...forward(row, chains * wordBytes), ...forward(at, chains * wordBytes),
        ]),
        ...halves, ...set(first, add(get(first), secondFloat)),
        ...wasm.storeOne(get(out), get(first)), ...set(top, largerOf(get(top), get(first))),
        ...forward(out, 4),
      ]),
      ...wasm.storeOne(get(largest), get(top)),
    ],
  }], memory) as Kernel;
}
