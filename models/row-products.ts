/**
 * Products of many fixed row vectors with one vector after another, as fast as memory delivers the rows. A WebAssembly loop with SIMD
 * over a copy of the rows; sums run in a fixed order, so the same input gives the same bits.
 *
 * The copy holds blocks of 16 rows, column by column: reading is one straight run through memory, and a SIMD word holds one column of four
 * rows, so that nothing has to be added across a word. onnxruntime's product of one vector is computed by one thread as well, at two thirds
 * of the speed (`npm run bench -- top`).
 */
import * as wasm from './runtime/webassembly.ts';

interface Kernel {
  multiply(block: number, blocksEnd: number, vector: number, vectorEnd: number, out: number, largest: number): void;
}

const rowsPerBlock = 16;
const wordBytes = 16;
const wordsPerColumn = rowsPerBlock / 4;
/** Rows whose largest product is noted: a list of the best then skips most of them unread. */
export const rowsPerTile = 1024;
const blocksPerTile = rowsPerTile / rowsPerBlock;

export class RowProducts {
  readonly #kernel: Kernel;
  readonly #width: number;
  /** In bytes from the start of memory: blocks first, the vector behind them. */
  readonly #blockBytes: number;
  readonly #end: number;
  readonly #vector: Float32Array;
  readonly #products: Float32Array;
  readonly #word: Float32Array;
  /** The largest of each `rowsPerTile` products; filled by `multiply`. */
  readonly tops: Float32Array;

  /** `rows` row-major [rows, width]. */
  constructor(rows: Float32Array, width: number) {
    const count = rows.length / width;
    this.#width = width;
    const columns = width + (width % 2); // the loop takes two at a time; the last may be zeros
    const blocks = Math.ceil(count / rowsPerBlock);
    this.#blockBytes = 4 * rowsPerBlock * columns;
    this.#end = blocks * this.#blockBytes;
    const places = { vector: this.#end, word: this.#end + 4 * columns, products: this.#end + 4 * columns + wordBytes };
    const memory = wasm.createMemory(places.products + 4 * blocks * rowsPerBlock);
    const all = new Float32Array(memory.buffer);
    for (let row = 0; row < blocks * rowsPerBlock; row++) {
      const from = Math.min(row, count - 1) * width; // the last row fills its block, so that no largest product is a stranger's
      const start = (row - (row % rowsPerBlock)) * columns + (row % rowsPerBlock);
      for (let column = 0; column < width; column++) all[start + column * rowsPerBlock] = rows[from + column]!;
    }
    this.#vector = new Float32Array(memory.buffer, places.vector, columns);
    this.#word = new Float32Array(memory.buffer, places.word, 4);
    this.#products = new Float32Array(memory.buffer, places.products, count);
    this.tops = new Float32Array(Math.ceil(count / rowsPerTile));
    this.#kernel = assembleKernel(memory);
  }

  /** [width] -> [rows], a view that the next product overwrites. */
  multiply(vector: Float32Array): Float32Array {
    if (vector.length !== this.#width) throw new Error(`a vector of ${vector.length} for rows of ${this.#width}`);
    this.#vector.set(vector);
    const [at, word, out] = [this.#vector, this.#word, this.#products].map((part) => part.byteOffset) as [number, number, number];
    const tileBytes = blocksPerTile * this.#blockBytes;
    for (let tile = 0; tile < this.tops.length; tile++) {
      const from = tile * tileBytes;
      this.#kernel.multiply(from, Math.min(from + tileBytes, this.#end), at, at + this.#vector.byteLength, out + 4 * rowsPerTile * tile, word);
      this.tops[tile] = Math.max(this.#word[0]!, this.#word[1]!, this.#word[2]!, this.#word[3]!);
    }
    return this.#products;
  }
}

// Like load and store of `webassembly.ts`, at a fixed distance from the address; `splatFrom` repeats one float four times.
const loadFrom = (address: wasm.Code, bytes: number): wasm.Code => [...address, 0xfd, 0, 4, ...wasm.unsigned(bytes)];
const splatFrom = (address: wasm.Code, bytes: number): wasm.Code => [...address, 0xfd, 9, 2, ...wasm.unsigned(bytes)];
const storeTo = (address: wasm.Code, bytes: number, value: wasm.Code): wasm.Code => [...address, ...value, 0xfd, 11, 4, ...wasm.unsigned(bytes)];

/** For each block: even and odd columns are summed apart, one word per four rows, and added at the end. */
function assembleKernel(memory: wasm.Memory): Kernel {
  const { i32, v128 } = wasm.types;
  const { get, set, add, mul } = wasm;
  const [block, blocksEnd, vector, vectorEnd, out, largest, at, factor, top] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const sums = Array.from({ length: 2 * wordsPerColumn }, (_, i) => top + 1 + i);
  const forward = (local: number, bytes: number): wasm.Code => set(local, wasm.addI32(get(local), wasm.i32(bytes)));
  const zero: wasm.Code = wasm.splat([0x43, 0, 0, 0, 0]); // f32.const 0
  const lowest: wasm.Code = wasm.splat([0x43, 0, 0, 0x80, 0xff]); // -Infinity
  const largerOf = (a: wasm.Code, b: wasm.Code): wasm.Code => [...a, ...b, 0xfd, ...wasm.unsigned(0xe9)]; // NaN where either is
  const columns = [0, 1].flatMap((column) => [
    ...set(factor, splatFrom(get(at), 4 * column)),
    ...Array.from({ length: wordsPerColumn }, (_, word) => {
      const sum = sums[column * wordsPerColumn + word]!;
      return set(sum, add(get(sum), mul(get(factor), loadFrom(get(block), (column * wordsPerColumn + word) * wordBytes))));
    }).flat(),
  ]);
  return wasm.instantiate([{
    name: 'multiply',
    parameters: [i32, i32, i32, i32, i32, i32],
    results: [],
    locals: [i32, v128, v128, ...sums.map(() => v128)],
    body: [
      ...set(top, lowest),
      ...wasm.whileBelow(block, blocksEnd, [
        ...sums.flatMap((sum) => set(sum, zero)),
        ...set(at, get(vector)),
        ...wasm.whileBelow(at, vectorEnd, [...columns, ...forward(block, 2 * wordsPerColumn * wordBytes), ...forward(at, 8)]),
        ...Array.from({ length: wordsPerColumn }, (_, word) => {
          const product = sums[word]!;
          return [...set(product, add(get(product), get(sums[wordsPerColumn + word]!))), ...storeTo(get(out), word * wordBytes, get(product)), ...set(top, largerOf(get(top), get(product)))];
        }).flat(),
        ...forward(out, rowsPerBlock * 4),
      ]),
      ...wasm.store(get(largest), get(top)),
    ],
  }], memory) as Kernel;
}
