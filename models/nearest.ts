/**
 * The nearest of some rows to each of others, by cosine: exactly, and for hundreds of thousands of both. Every pair has to be multiplied,
 * so time grows with the product of their numbers (400,000 by 200,000 rows of 128 numbers are 20 TFLOP); what is done beside that is small:
 *
 * 1. ONNX Runtime multiplies a few hundred vectors with a tile of rows, and hands out only the largest product of each block of rows.
 * 2. The `count` best blocks of a vector hold `count` rows at least as near as the last of these blocks: nobody in a worse block is among
 *    the nearest.
 * 3. The rows of the blocks that are left are multiplied once more, one by one and in a fixed order of summation.
 */
import { matmul, reduceMax, reshape } from './graph/operators.ts';
import { floats, type Tensor } from './graph/tensor.ts';
import { input } from './graph/value.ts';
import { writeModel } from './graph/onnx.ts';
import { topRows } from './ranking.ts';
import { RowProducts } from './row-products.ts';
import { openModel, type Model as Network } from './runtime/session.ts';

/** Fewer rows a block: more largest products to look at; more: more rows to multiply once more. */
const rowsPerBlock = 32;
/** Rows and vectors of one product: its 4 MB of cosines stay in a cache. */
const rowsPerTile = 4096;
const vectorsAtOnce = 256;

/** Rows of one matrix [items, width]; none need have length 1. */
export interface NearestQuestion {
  readonly vectors: Float32Array;
  readonly width: number;
  /** CPU threads; undefined: as many as there are. */
  readonly threads: number | undefined;
  /** Takes the share of the rows asked about that is done. */
  readonly compared?: (share: number) => void;
}

/**
 * For each row of `asked` the `count` nearest of `among`, the nearest first and equal ones in the order of `among`, -1 where there are fewer; and
 * then their cosines: [asked, 2, count].
 */
export async function findNearest({ vectors, width, threads, compared }: NearestQuestion, among: Int32Array, asked: Int32Array, count: number): Promise<Float32Array> {
  const out = new Float32Array(2 * count * asked.length).fill(-1);
  if (asked.length === 0 || among.length === 0) return out;
  const known = new RowProducts(gatherUnit(vectors, width, among), width);
  const blocks = await LargestOfBlocks.open(known.rows, width, threads);
  const nearest = new Largest(count);
  const everyBlock = new Uint8Array(blocks.count).fill(1);
  const margin = width * 2 ** -22; // two float32 sums of `width` products of numbers up to 1, in whatever order
  try {
    for (let from = 0; from < asked.length; from += vectorsAtOnce) {
      const some = asked.subarray(from, from + vectorsAtOnce);
      const unit = gatherUnit(vectors, width, some);
      const largest = await blocks.multiply(unit);
      for (let i = 0; i < some.length; i++) {
        const own = largest.subarray(i * blocks.count, (i + 1) * blocks.count);
        const best = topRows(own, everyBlock, count);
        const bar = best.length < count ? -Infinity : own[best.at(-1)!]! - margin;
        const vector = unit.subarray(i * width, (i + 1) * width);
        nearest.clear();
        for (let block = 0; block < own.length; block++) {
          if (own[block]! < bar) continue;
          const [first, end] = [block * rowsPerBlock, Math.min((block + 1) * rowsPerBlock, among.length)];
          nearest.add(known.multiplyRange(vector, first, end), first, end);
        }
        for (let place = 0; place < nearest.found; place++) {
          out[2 * count * (from + i) + place] = among[nearest.rows[place]!]!;
          out[2 * count * (from + i) + count + place] = nearest.products[place]!;
        }
      }
      compared?.((from + some.length) / asked.length);
    }
  } finally {
    await blocks.dispose();
  }
  return out;
}

/** The rows of the largest products so far, the largest first; of equal ones those that came first. */
class Largest {
  found = 0;
  readonly rows: Int32Array;
  readonly products: Float32Array;

  constructor(count: number) {
    this.rows = new Int32Array(count);
    this.products = new Float32Array(count);
  }

  clear(): void {
    this.found = 0;
  }

  add(products: Float32Array, first: number, end: number): void {
    const count = this.rows.length;
    for (let row = first; row < end; row++) {
      const product = products[row]!;
      if (this.found === count && product <= this.products[count - 1]!) continue;
      let place = this.found < count ? this.found++ : count - 1;
      for (; place > 0 && this.products[place - 1]! < product; place--) {
        this.rows[place] = this.rows[place - 1]!;
        this.products[place] = this.products[place - 1]!;
      }
      this.rows[place] = row;
      this.products[place] = product;
    }
  }
}

/** The largest product of each block of fixed rows with some vectors. */
class LargestOfBlocks {
  readonly count: number;
  readonly #network: Network;
  readonly #width: number;
  /** Of one size: the last row fills the last of them, so that no largest product is a stranger's. */
  readonly #tiles: readonly Tensor[];

  private constructor(network: Network, rows: Float32Array, width: number, tile: number) {
    const count = rows.length / width;
    this.#network = network;
    this.#width = width;
    this.count = Math.ceil(count / rowsPerBlock);
    this.#tiles = Array.from({ length: Math.ceil(count / tile) }, (_, index) => {
      const part = rows.subarray(index * tile * width, (index + 1) * tile * width);
      if (part.length === tile * width) return floats(part, [tile, width]);
      const filled = new Float32Array(tile * width);
      filled.set(part);
      for (let at = part.length; at < filled.length; at += width) filled.set(rows.subarray(-width), at);
      return floats(filled, [tile, width]);
    });
  }

  static async open(rows: Float32Array, width: number, threads: number | undefined): Promise<LargestOfBlocks> {
    const tile = Math.min(rowsPerTile, rowsPerBlock * Math.ceil(rows.length / width / rowsPerBlock));
    const products = matmul(input('vectors', ['m', width]), input('rows', [tile, width]), { transposeB: true }); // [m, tile]
    const largest = reduceMax(reshape(products, ['m', tile / rowsPerBlock, rowsPerBlock]), -1); // [m, blocks of a tile]
    return new LargestOfBlocks(await openModel(writeModel({ outputs: { largest }, parametersAs: 'inputs' }), threads === undefined ? {} : { threads }), rows, width, tile);
  }

  /** [m, width] -> [m, count] */
  async multiply(vectors: Float32Array): Promise<Float32Array> {
    const m = vectors.length / this.#width;
    const out = new Float32Array(m * this.count);
    const feed = floats(vectors, [m, this.#width]);
    let first = 0;
    for (const rows of this.#tiles) {
      const { data, dims } = (await this.#network.run({ vectors: feed, rows }))['largest']!;
      const step = dims[1]!;
      for (let i = 0; i < m; i++) out.set((data as Float32Array).subarray(i * step, i * step + Math.min(step, this.count - first)), i * this.count + first);
      first += step;
    }
    return out;
  }

  dispose(): Promise<void> {
    return this.#network.dispose();
  }
}

/** Some rows of a matrix, brought to length 1. */
function gatherUnit(vectors: Float32Array, width: number, rows: Int32Array): Float32Array {
  const some = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) some.set(vectors.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  return scaleToUnit(some, width);
}

/** Rows brought to length 1; a row of zeros stays. */
export function unitRows(vectors: Float32Array, width: number): Float32Array {
  return scaleToUnit(vectors.slice(), width);
}

/** The same in place. */
function scaleToUnit(rows: Float32Array, width: number): Float32Array {
  for (let at = 0; at < rows.length; at += width) {
    let square = 0;
    for (let i = at; i < at + width; i++) square += rows[i]! ** 2;
    const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
    for (let i = at; i < at + width; i++) rows[i]! *= scale;
  }
  return rows;
}
