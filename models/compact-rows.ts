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
  multiply(block: number, blocksEnd: number, first: number, firstEnd: number, second: number, scales: number, out: number, firstScale: number, secondScale: number, largest: number): void;
}

const rowsPerBlock = 16;
const groups = rowsPerBlock / 4;
const pairBytes = 2 * rowsPerBlock;
const largestByte = 127;
const rounding = 1e-5; // of float32 sums of a thousand terms, ours and those we stand for, beside the bound above

export interface Approximate {
  /** [rows], a view that the next product overwrites. */
  readonly values: Float32Array;
  /** The largest of each `rowsPerTile` products. */
  readonly tops: Float32Array;
  /** No product is farther off than this. */
  readonly error: number;
  /** More closely, the product of row i: than `length * rowErrors[i] + rest`. */
  readonly rowErrors: Float32Array;
  readonly length: number;
  readonly rest: number;
}

export class CompactRows {
  readonly #kernels: readonly [Kernel, Kernel];
  readonly #width: number;
  readonly #count: number;
  readonly #blocks: number;
  readonly #columns: number;
  /** [rows] ‖v − v̂‖ of each. */
  readonly #rowErrors: Float32Array;
  /** The largest of them, and the largest ‖v̂‖. */
  readonly #rowError: number;
  readonly #rowLength: number;
  readonly #vectors: readonly [Int16Array, Int16Array];
  readonly #products: readonly [Float32Array, Float32Array];
  /** The largest product of a tile: four words of the first vector's, then four of the second's. */
  readonly #largest: Float32Array;
  readonly #places: { readonly first: number; readonly second: number; readonly scales: number; readonly out: number; readonly largest: number };

  /** @param rowOf row i as [width] numbers; it is read at once. */
  constructor(count: number, width: number, rowOf: (row: number) => Float32Array) {
    const columns = width + (width % 2);
    const blocks = Math.ceil(count / rowsPerBlock);
    const vectorBytes = 16 * Math.ceil((2 * columns) / 16);
    const first = blocks * rowsPerBlock * columns;
    const scalesAt = first + 2 * vectorBytes;
    const largest = scalesAt + 4 * blocks * rowsPerBlock;
    const places = { first, second: first + vectorBytes, scales: scalesAt, largest, out: largest + 32 };
    const memory = wasm.createMemory(places.out + 8 * blocks * rowsPerBlock);
    const bytes = new Int8Array(memory.buffer);
    const scales = new Float32Array(memory.buffer, places.scales, blocks * rowsPerBlock);
    const rowErrors = new Float32Array(count);
    let rowLength = 0;
    for (let row = 0; row < blocks * rowsPerBlock; row++) {
      const numbers = rowOf(Math.min(row, count - 1)); // the last row fills its block, so that no largest product is a stranger's
      let most = 0;
      for (let column = 0; column < width; column++) {
        const size = numbers[column]! < 0 ? -numbers[column]! : numbers[column]!;
        if (size > most) most = size;
      }
      const scale = Math.fround(most / largestByte);
      const steps = scale > 1e-30 ? 1 / scale : 0; // smaller numbers count as 0
      scales[row] = scale;
      const start = (row - (row % rowsPerBlock)) * columns + 2 * (row % rowsPerBlock);
      let [error, length] = [0, 0];
      for (let column = 0; column < width; column++) {
        const number = numbers[column]!;
        const byte = Math.trunc(number * steps + (number < 0 ? -0.5 : 0.5)); // at most 127.5 before it is cut
        bytes[start + (column >> 1) * pairBytes + (column & 1)] = byte;
        const near = byte * scale;
        error += (number - near) * (number - near);
        length += near * near;
      }
      rowErrors[row] = Math.sqrt(error) * (1 + rounding);
      rowLength = Math.max(rowLength, length);
    }
    this.#width = width;
    this.#columns = columns;
    this.#blocks = blocks;
    this.#count = count;
    this.#rowErrors = rowErrors;
    this.#rowError = rowErrors.reduce((most, error) => Math.max(most, error), 0);
    this.#rowLength = Math.sqrt(rowLength);
    this.#vectors = [new Int16Array(memory.buffer, places.first, columns), new Int16Array(memory.buffer, places.second, columns)];
    const outBytes = 4 * blocks * rowsPerBlock;
    this.#products = [new Float32Array(memory.buffer, places.out, count), new Float32Array(memory.buffer, places.out + outBytes, count)];
    this.#largest = new Float32Array(memory.buffer, places.largest, 8);
    this.#places = places;
    this.#kernels = [assembleKernel(memory, outBytes, 1), assembleKernel(memory, outBytes, 2)];
  }

  /** Both products in one reading of the rows. */
  multiply(first: Float32Array, second: Float32Array): readonly [Approximate, Approximate] {
    return this.#multiply([first, second]) as [Approximate, Approximate];
  }

  multiplyOne(vector: Float32Array): Approximate {
    return this.#multiply([vector])[0]!;
  }

  #multiply(vectors: readonly Float32Array[]): readonly Approximate[] {
    const scales = vectors.map((vector, which) => this.#load(vector, which as 0 | 1));
    const { first: a, second: b, scales: rowScales, out, largest } = this.#places;
    const kernel = this.#kernels[vectors.length === 1 ? 0 : 1];
    const [blockBytes, blocksPerTile] = [rowsPerBlock * this.#columns, rowsPerTile / rowsPerBlock];
    const tops = vectors.map(() => new Float32Array(Math.ceil(this.#count / rowsPerTile)));
    for (let block = 0, tile = 0; block < this.#blocks; block += blocksPerTile, tile++) {
      const end = Math.min(block + blocksPerTile, this.#blocks);
      const offset = 4 * block * rowsPerBlock;
      kernel.multiply(block * blockBytes, end * blockBytes, a, a + 2 * this.#columns, b, rowScales + offset, out + offset, scales[0]!, scales[1] ?? 0, largest);
      for (let which = 0; which < vectors.length; which++) {
        const at = 4 * which;
        tops[which]![tile] = Math.max(this.#largest[at]!, this.#largest[at + 1]!, this.#largest[at + 2]!, this.#largest[at + 3]!);
      }
    }
    return vectors.map((vector, which) => this.#describe(which as 0 | 1, vector, scales[which]!, tops[which]!));
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

  #describe(which: 0 | 1, vector: Float32Array, scale: number, tops: Float32Array): Approximate {
    let [square, off] = [0, 0];
    for (let column = 0; column < vector.length; column++) {
      square += vector[column]! ** 2;
      off += (vector[column]! - this.#vectors[which][column]! * scale) ** 2;
    }
    const length = Math.sqrt(square);
    const rest = Math.sqrt(off) * this.#rowLength + rounding * length * this.#rowLength;
    return { values: this.#products[which], tops, error: length * this.#rowError + rest, rowErrors: this.#rowErrors, length, rest };
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

const largerOf = (a: wasm.Code, b: wasm.Code): wasm.Code => [...a, ...b, 0xfd, ...wasm.unsigned(0xe9)]; // NaN where either is

/**
 * For each block the products of its 16 rows with one vector or two, times the scale of each row and of the vector; and the largest of all
 * blocks, four words wide. The second product stands `outBytes` behind the first.
 */
function assembleKernel(memory: wasm.Memory, outBytes: number, vectors: 1 | 2): Kernel {
  const { i32, f32, v128 } = wasm.types;
  const { get, set } = wasm;
  const [block, blocksEnd, first, firstEnd, second, scales, out, firstScale, secondScale, largest, at, other] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  const starts = [first, second].slice(0, vectors);
  const at2 = [at, other];
  const [words, tops, rows, product] = [[12, 13], [14, 15], 16, 17];
  const sums = starts.map((_, which) => Array.from({ length: groups }, (_, group) => product + 1 + which * groups + group));
  const forward = (local: number, bytes: number): wasm.Code => set(local, wasm.addI32(get(local), wasm.i32(bytes)));
  const constant = (...bits: wasm.Code): wasm.Code => wasm.splat([0x43, ...bits]);
  const pair = [
    ...starts.flatMap((_, which) => set(words[which]!, splatPair(get(at2[which]!)))),
    ...Array.from({ length: groups }, (_, group) => [
      ...set(rows, loadBytes(get(block), 8 * group)),
      ...sums.flatMap((own, which) => set(own[group]!, addIntegers(get(own[group]!), dot(get(rows), get(words[which]!))))),
    ]).flat(),
  ];
  const finish = (which: number, group: number): wasm.Code => [
    ...set(product, wasm.mul(wasm.mul(toFloats(get(sums[which]![group]!)), loadAt(get(scales), 16 * group)), wasm.splat(get(which === 0 ? firstScale : secondScale)))),
    ...storeAt(get(out), which * outBytes + 16 * group, get(product)),
    ...set(tops[which]!, largerOf(get(tops[which]!), get(product))),
  ];
  return wasm.instantiate([{
    name: 'multiply',
    parameters: [i32, i32, i32, i32, i32, i32, i32, f32, f32, i32],
    results: [],
    locals: [i32, i32, ...Array.from({ length: 6 + 2 * groups }, () => v128)],
    body: [
      ...tops.flatMap((top) => set(top, constant(0, 0, 0x80, 0xff))), // -Infinity
      ...wasm.whileBelow(block, blocksEnd, [
        ...sums.flat().flatMap((sum) => set(sum, constant(0, 0, 0, 0))), // all bits 0
        ...starts.flatMap((start, which) => set(at2[which]!, get(start))),
        ...wasm.whileBelow(at, firstEnd, [...pair, ...forward(block, pairBytes), ...starts.flatMap((_, which) => forward(at2[which]!, 4))]),
        ...starts.flatMap((_, which) => Array.from({ length: groups }, (_, group) => finish(which, group)).flat()),
        ...forward(scales, 4 * rowsPerBlock), ...forward(out, 4 * rowsPerBlock),
      ]),
      ...starts.flatMap((_, which) => storeAt(get(largest), 16 * which, get(tops[which]!))),
    ],
  }], memory) as Kernel;
}
