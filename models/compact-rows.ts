/**
 * Products of many fixed rows with one or two vectors at a time, from a copy of the rows in one byte a number: a quarter of the memory to
 * read, and reading is all it costs. The products are off by no more than a bound that is told with them, so that whoever needs the best
 * rows looks up only those that may be among them.
 *
 *   v̂ = s · round(v / s), s = max|v| / 127;   |q · v − q̂ · v̂| ≤ ‖q‖ ‖v − v̂‖ + ‖q − q̂‖ ‖v̂‖
 *
 * A WebAssembly loop over blocks of 16 rows, two columns at a time: eight bytes hold two columns of four rows, and one instruction
 * multiplies them with two numbers of the vector (16 bits each) and adds the pairs. Integer sums are exact, whatever their order.
 */
import { rowsPerTile } from './row-products.ts';
import * as wasm from './runtime/webassembly.ts';

interface Kernel {
  multiply(block: number, blocksEnd: number, first: number, firstEnd: number, second: number, scales: number, out: number): void;
}

const rowsPerBlock = 16;
const groups = rowsPerBlock / 4;
const pairBytes = 2 * rowsPerBlock;
const largestByte = 127;
const rounding = 1e-6; // of float32 sums, beside the bound above

export interface Approximate {
  /** [rows], a view that the next product overwrites. */
  readonly values: Float32Array;
  /** The largest of each `rowsPerTile` products. */
  readonly tops: Float32Array;
  /** No product is farther off than this. */
  readonly error: number;
}

export class CompactRows {
  readonly #kernel: Kernel;
  readonly #width: number;
  readonly #blocks: number;
  readonly #columns: number;
  /** Largest ‖v − v̂‖ and ‖v̂‖ of all rows. */
  readonly #rowError: number;
  readonly #rowLength: number;
  readonly #vectors: readonly [Int16Array, Int16Array];
  readonly #products: readonly [Float32Array, Float32Array];
  readonly #places: { readonly first: number; readonly second: number; readonly scales: number; readonly out: number };

  /** @param rowOf row i as [width] numbers; it is read at once. */
  constructor(count: number, width: number, rowOf: (row: number) => Float32Array) {
    const columns = width + (width % 2);
    const blocks = Math.ceil(count / rowsPerBlock);
    const vectorBytes = 16 * Math.ceil((2 * columns) / 16);
    const first = blocks * rowsPerBlock * columns;
    const places = { first, second: first + vectorBytes, scales: first + 2 * vectorBytes, out: first + 2 * vectorBytes + 4 * blocks * rowsPerBlock };
    const memory = wasm.createMemory(places.out + 8 * blocks * rowsPerBlock);
    const bytes = new Int8Array(memory.buffer);
    const scales = new Float32Array(memory.buffer, places.scales, blocks * rowsPerBlock);
    let [rowError, rowLength] = [0, 0];
    for (let row = 0; row < count; row++) {
      const numbers = rowOf(row);
      let most = 0;
      for (let column = 0; column < width; column++) most = Math.max(most, Math.abs(numbers[column]!));
      const scale = Math.fround(most / largestByte);
      scales[row] = scale;
      const start = (row - (row % rowsPerBlock)) * columns + 2 * (row % rowsPerBlock);
      let [error, length] = [0, 0];
      for (let column = 0; column < width; column++) {
        const byte = scale === 0 ? 0 : Math.max(-largestByte, Math.min(largestByte, Math.round(numbers[column]! / scale)));
        bytes[start + (column >> 1) * pairBytes + (column & 1)] = byte;
        error += (numbers[column]! - byte * scale) ** 2;
        length += (byte * scale) ** 2;
      }
      [rowError, rowLength] = [Math.max(rowError, error), Math.max(rowLength, length)];
    }
    this.#width = width;
    this.#columns = columns;
    this.#blocks = blocks;
    this.#rowError = Math.sqrt(rowError);
    this.#rowLength = Math.sqrt(rowLength);
    this.#vectors = [new Int16Array(memory.buffer, places.first, columns), new Int16Array(memory.buffer, places.second, columns)];
    const outBytes = 4 * blocks * rowsPerBlock;
    this.#products = [new Float32Array(memory.buffer, places.out, count), new Float32Array(memory.buffer, places.out + outBytes, count)];
    this.#places = places;
    this.#kernel = assembleKernel(memory, outBytes);
  }

  /** Both products in one reading of the rows. */
  multiply(first: Float32Array, second: Float32Array): readonly [Approximate, Approximate] {
    const scales = [this.#load(first, 0), this.#load(second, 1)] as const;
    const { first: a, second: b, scales: rowScales, out } = this.#places;
    this.#kernel.multiply(0, this.#blocks * rowsPerBlock * this.#columns, a, a + 2 * this.#columns, b, rowScales, out);
    return [this.#answer(0, first, scales[0]), this.#answer(1, second, scales[1])];
  }

  /** Brings a vector to 16 bits and returns the scale. Sums stay below 2^31. */
  #load(vector: Float32Array, which: 0 | 1): number {
    if (vector.length !== this.#width) throw new Error(`a vector of ${vector.length} for rows of ${this.#width}`);
    const largest = Math.min(32_767, Math.floor(2 ** 31 / (largestByte * this.#columns)) - 1);
    let most = 0;
    for (const value of vector) most = Math.max(most, Math.abs(value));
    const scale = most / largest;
    const into = this.#vectors[which];
    for (let column = 0; column < this.#width; column++) into[column] = scale === 0 ? 0 : Math.round(vector[column]! / scale);
    return scale;
  }

  #answer(which: 0 | 1, vector: Float32Array, scale: number): Approximate {
    const values = this.#products[which];
    let [length, error] = [0, 0];
    for (let column = 0; column < vector.length; column++) {
      length += vector[column]! ** 2;
      error += (vector[column]! - this.#vectors[which][column]! * scale) ** 2;
    }
    const tops = new Float32Array(Math.ceil(values.length / rowsPerTile)).fill(-Infinity);
    for (let row = 0; row < values.length; row++) {
      const value = values[row]! * scale;
      values[row] = value;
      const tile = Math.trunc(row / rowsPerTile);
      if (value > tops[tile]!) tops[tile] = value;
    }
    const bound = Math.sqrt(length) * this.#rowError + Math.sqrt(error) * this.#rowLength;
    return { values, tops, error: bound + rounding * Math.sqrt(length) * this.#rowLength };
  }
}

// Two 16-bit columns of a vector, four times; eight bytes widened to 16 bits; products of 16 bits, neighbours added.
const splatPair = (address: wasm.Code): wasm.Code => [...address, 0xfd, 9, 2, 0];
const loadBytes = (address: wasm.Code, bytes: number): wasm.Code => [...address, 0xfd, 1, 3, ...wasm.unsigned(bytes)];
const dot = (a: wasm.Code, b: wasm.Code): wasm.Code => [...a, ...b, 0xfd, ...wasm.unsigned(0xba)];
const addIntegers = (a: wasm.Code, b: wasm.Code): wasm.Code => [...a, ...b, 0xfd, ...wasm.unsigned(0xae)];
const toFloats = (a: wasm.Code): wasm.Code => [...a, 0xfd, ...wasm.unsigned(0xfa)];
const loadAt = (address: wasm.Code, bytes: number): wasm.Code => [...address, 0xfd, 0, 4, ...wasm.unsigned(bytes)];
const storeAt = (address: wasm.Code, bytes: number, value: wasm.Code): wasm.Code => [...address, ...value, 0xfd, 11, 4, ...wasm.unsigned(bytes)];

/** For each block both products of its 16 rows, times the scale of each row. The second product stands `outBytes` behind the first. */
function assembleKernel(memory: wasm.Memory, outBytes: number): Kernel {
  const { i32, v128 } = wasm.types;
  const { get, set } = wasm;
  const [block, blocksEnd, first, firstEnd, second, scales, out, at, other] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [a, b, rows] = [9, 10, 11];
  const sums = Array.from({ length: 2 * groups }, (_, i) => rows + 1 + i);
  const forward = (local: number, bytes: number): wasm.Code => set(local, wasm.addI32(get(local), wasm.i32(bytes)));
  const zero: wasm.Code = wasm.splat([0x43, 0, 0, 0, 0]); // f32.const 0: all bits 0
  const pair = [
    ...set(a, splatPair(get(at))), ...set(b, splatPair(get(other))),
    ...Array.from({ length: groups }, (_, group) => [
      ...set(rows, loadBytes(get(block), 8 * group)),
      ...set(sums[group]!, addIntegers(get(sums[group]!), dot(get(rows), get(a)))),
      ...set(sums[groups + group]!, addIntegers(get(sums[groups + group]!), dot(get(rows), get(b)))),
    ]).flat(),
  ];
  return wasm.instantiate([{
    name: 'multiply',
    parameters: [i32, i32, i32, i32, i32, i32, i32],
    results: [],
    locals: [i32, i32, v128, v128, v128, ...sums.map(() => v128)],
    body: wasm.whileBelow(block, blocksEnd, [
      ...sums.flatMap((sum) => set(sum, zero)),
      ...set(at, get(first)), ...set(other, get(second)),
      ...wasm.whileBelow(at, firstEnd, [...pair, ...forward(block, pairBytes), ...forward(at, 4), ...forward(other, 4)]),
      ...Array.from({ length: groups }, (_, group) => [
        ...storeAt(get(out), 16 * group, wasm.mul(toFloats(get(sums[group]!)), loadAt(get(scales), 16 * group))),
        ...storeAt(get(out), outBytes + 16 * group, wasm.mul(toFloats(get(sums[groups + group]!)), loadAt(get(scales), 16 * group))),
      ]).flat(),
      ...forward(scales, 4 * rowsPerBlock), ...forward(out, 4 * rowsPerBlock),
    ]),
  }], memory) as Kernel;
}
