/**
 * Sums over groups of rows whose members are known to the host: bags of tokens, embedding gradients, packing.
 *
 * y_i = sum_j w_ij x_j is done as Gather and small products along a plan that the host builds from the sparse matrix (CSR): rows of up to 32
 * entries in one group, longer ones in groups of 32 that are summed again, so that nothing is ever added by scattering. ScatterND with addition
 * silently loses updates in onnxruntime's CPU provider (engine.md); here the order of addition is fixed and the result the same at any number of
 * threads. The plan of the transposed matrix comes along: it is the gradient.
 */
import { concat, customGradient, describe, gather, matmul, mul, reshape, scatterRows, zeros } from './operators.ts';
import { floats, ints, type Feeds, type Tensor } from './tensor.ts';
import { graphError, input, nameOf, showShape, type Dim, type Shape, type Value } from './value.ts';

/** Group sizes of each level of summation. The last of a level is its fan-in: the groups of a longer row go on to the next level. */
const levels: readonly (readonly number[])[] = [[1, 2, 4, 8, 16, 32], [32], [32], [32]];
const capacity = 32 ** levels.length; // 1,048,576 entries in one row

interface Bucket {
  readonly width: number;
  readonly index: Value; //          int32 [groups, width], rows of the level below
  readonly weights: Value | null; // [groups, 1, width]; 0 where a group is not full; null where every weight is 1
}

interface Plan {
  readonly levels: readonly (readonly Bucket[])[];
  readonly place: Value; // int32 [rows]: where each row's sum stands among all groups
}

/** A sparse matrix [rows, columns] that is fed as plans: see `sparseFeeds`. */
export interface SparseMatrix {
  readonly name: string;
  readonly rows: Dim;
  readonly columns: Dim;
  readonly weighted: boolean;
  readonly plan: Plan;
  readonly transposed: Plan;
}

/** Row i has the entries offsets[i] to offsets[i + 1] of `indices` (columns) and `weights`. */
export interface CompressedRows {
  readonly offsets: ArrayLike<number>;
  readonly indices: ArrayLike<number>;
  /** Left out: all 1. */
  readonly weights?: ArrayLike<number>;
  readonly columns: number;
}

/** Declares a sparse matrix; `weighted: false` promises that every weight is 1. */
export function sparseInput(name: string, size: { readonly rows: Dim; readonly columns: Dim }, options: { readonly weighted?: boolean } = {}): SparseMatrix {
  const weighted = options.weighted ?? true;
  return { name, ...size, weighted, plan: planInput(`${name}.rows`, size.rows, weighted), transposed: planInput(`${name}.columns`, size.columns, weighted) };
}

function planInput(name: string, rows: Dim, weighted: boolean): Plan {
  return {
    levels: levels.map((widths, level) =>
      widths.map((width) => {
        const groups = `${name}.${level}.${width}`;
        const needed = width > 1 || (weighted && level === 0);
        return { width, index: input(`${groups}.index`, [groups, width], 'int32'), weights: needed ? input(`${groups}.weights`, [groups, 1, width]) : null };
      }),
    ),
    place: input(`${name}.place`, [rows], 'int32'),
  };
}

export function transposeSparse(matrix: SparseMatrix): SparseMatrix {
  return { ...matrix, rows: matrix.columns, columns: matrix.rows, plan: matrix.transposed, transposed: matrix.plan };
}

/** y [rows, D] = matrix [rows, columns] x [columns, D]; a row without entries gives 0. The weights are data: no gradient flows to them. */
export function sparseMatmul(matrix: SparseMatrix, x: Value): Value {
  if (x.shape.length !== 2 || x.shape[0] !== matrix.columns) throw graphError('sparseMatmul', `${matrix.name} [${matrix.rows}, ${matrix.columns}] times ${describe(x)}`);
  return customGradient([x], sumGroups(matrix.plan, x), (g) => [sparseMatmul(transposeSparse(matrix), g)]);
}

function sumGroups(plan: Plan, x: Value): Value {
  const width = x.shape[1]!;
  const sums: Value[] = [];
  let source = x;
  for (const level of plan.levels) {
    for (const { index, weights } of level) {
      const rows = gather(source, index); //                                [groups, width of group, D]
      if (weights === null) sums.push(reshape(rows, [-1, width]));
      else sums.push(reshape(index.shape[1] === 1 ? mul(rows, weights) : matmul(weights, rows), [-1, width]));
    }
    source = sums.at(-1)!; // only full-width groups go on
  }
  return gather(concat([...sums, zeros([1, width])], 0), plan.place);
}

/** The feeds of a sparse matrix: both plans. */
export function sparseFeeds(matrix: SparseMatrix, data: CompressedRows): Feeds {
  checkRows(matrix.name, data);
  if (!matrix.weighted && data.weights !== undefined) throw new Error(`${matrix.name} was declared without weights`);
  return { ...planFeeds(`${matrix.name}`, matrix.plan, data), ...planFeeds(matrix.name, matrix.transposed, transposeRows(data)) };
}

function checkRows(name: string, { offsets, indices, weights, columns }: CompressedRows): void {
  const last = offsets[offsets.length - 1];
  if (last !== indices.length || (weights !== undefined && weights.length !== indices.length)) {
    throw new Error(`${name}: offsets end at ${last}, with ${indices.length} indices and ${weights?.length ?? 'no'} weights`);
  }
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(index >= 0 && index < columns)) throw new Error(`${name}: index ${index} at entry ${i} is not below ${columns}`);
  }
}

/** Counting sort by column; entries of a column stay in row order. */
function transposeRows({ offsets, indices, weights, columns }: CompressedRows): CompressedRows {
  const starts = new Int32Array(columns + 1);
  for (let i = 0; i < indices.length; i++) starts[indices[i]! + 1]! += 1;
  for (let c = 0; c < columns; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice();
  const rows = new Int32Array(indices.length);
  const moved = weights === undefined ? undefined : new Float32Array(indices.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
      const at = next[indices[i]!]!++;
      rows[at] = row;
      if (moved !== undefined) moved[at] = weights![i]!;
    }
  }
  return { offsets: starts, indices: rows, columns: offsets.length - 1, ...(moved === undefined ? {} : { weights: moved }) };
}

/** What one level has to sum: row `owners[k]` has entries offsets[k] to offsets[k + 1] of the level below. */
interface Level {
  readonly owners: ArrayLike<number>;
  readonly offsets: ArrayLike<number>;
  readonly indices: ArrayLike<number>;
  readonly weights: ArrayLike<number> | undefined;
}

function planFeeds(name: string, plan: Plan, data: CompressedRows): Feeds {
  const feeds: Record<string, Tensor> = {};
  const rows = data.offsets.length - 1;
  const place = new Int32Array(rows).fill(-1);
  let level: Level = { owners: Int32Array.from({ length: rows }, (_, row) => row), offsets: data.offsets, indices: data.indices, weights: data.weights };
  let base = 0; // groups before this level
  for (const buckets of plan.levels) {
    const { groups, next } = levelFeeds(buckets, level, base, place, feeds);
    base += groups;
    level = next;
  }
  if (level.owners.length > 0) throw new Error(`${name}: a row has more than ${capacity} entries`);
  for (let row = 0; row < rows; row++) if (place[row]! < 0) place[row] = base; // the row of zeros behind all groups
  feeds[nameOf(plan.place)] = ints(place);
  return feeds;
}

/** Fills one level's tensors and `place` of the rows that end here; answers what is left for the next level. */
function levelFeeds(buckets: readonly Bucket[], level: Level, base: number, place: Int32Array, feeds: Record<string, Tensor>): { readonly groups: number; readonly next: Level } {
  const widths = buckets.map((bucket) => bucket.width);
  const fanIn = widths.at(-1)!;
  const bucketOf = Uint8Array.from({ length: fanIn + 1 }, (_, n) => widths.findIndex((width) => width >= n));
  const counts = new Int32Array(buckets.length);
  const rows = level.owners.length;
  for (let k = 0; k < rows; k++) {
    const n = level.offsets[k + 1]! - level.offsets[k]!;
    if (n > fanIn) counts[buckets.length - 1]! += Math.ceil(n / fanIn);
    else if (n > 0) counts[bucketOf[n]!]! += 1;
  }
  // An empty tensor stops some kernels: a bucket without groups holds one that nothing reads.
  const tensors = buckets.map((bucket, b) => ({
    index: new Int32Array(Math.max(counts[b]!, 1) * bucket.width),
    weights: bucket.weights === null ? null : new Float32Array(Math.max(counts[b]!, 1) * bucket.width),
  }));
  const starts: number[] = [];
  let groups = base;
  for (const count of counts) {
    starts.push(groups);
    groups += Math.max(count, 1);
  }
  const used = new Int32Array(buckets.length);
  const write = (b: number, from: number, to: number): number => {
    const group = used[b]!++;
    const { index, weights } = tensors[b]!;
    for (let i = from, at = group * widths[b]!; i < to; i++, at++) {
      index[at] = level.indices[i]!;
      if (weights !== null) weights[at] = level.weights === undefined ? 1 : level.weights[i]!;
    }
    return group;
  };
  const owners: number[] = [];
  const offsets: number[] = [0];
  const indices: number[] = [];
  for (let k = 0; k < rows; k++) {
    const [from, to] = [level.offsets[k]!, level.offsets[k + 1]!];
    if (to - from > fanIn) {
      for (let i = from; i < to; i += fanIn) indices.push(write(buckets.length - 1, i, Math.min(i + fanIn, to)));
      owners.push(level.owners[k]!);
      offsets.push(indices.length);
    } else if (to > from) {
      const b = bucketOf[to - from]!;
      place[level.owners[k]!] = starts[b]! + write(b, from, to);
    }
  }
  for (const [b, bucket] of buckets.entries()) {
    const { index, weights } = tensors[b]!;
    const count = index.length / bucket.width;
    feeds[nameOf(bucket.index)] = ints(index, [count, bucket.width]);
    if (bucket.weights !== null) feeds[nameOf(bucket.weights)] = floats(weights!, [count, 1, bucket.width]);
  }
  return { groups: groups - base, next: { owners, offsets, indices, weights: undefined } };
}

/** Indices into a table of `rows` rows, fed together with the plan that sums gradients of repeated rows: see `indexFeeds`. */
export interface IndexInput {
  readonly name: string;
  readonly rows: Dim;
  readonly indices: Value; //         int32, any shape
  /** int32 [distinct]: the rows that occur, in ascending order. */
  readonly distinct: Value;
  readonly positions: SparseMatrix; // [distinct, positions]: which positions name which row
}

export function indexInput(name: string, shape: Shape, rows: Dim): IndexInput {
  const distinct = `${name}.distinct`;
  const size = shape.length === 1 ? shape[0]! : joinDims(shape);
  return {
    name,
    rows,
    indices: input(`${name}.indices`, shape, 'int32'),
    distinct: input(distinct, [distinct], 'int32'),
    positions: sparseInput(`${name}.positions`, { rows: distinct, columns: size }, { weighted: false }),
  };
}

function joinDims(shape: Shape): Dim {
  const symbols = shape.filter((dim) => typeof dim === 'string').flatMap((dim) => dim.split('*')).sort();
  const count = shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
  return symbols.length === 0 ? count : [...(count === 1 ? [] : [count]), ...symbols].join('*');
}

/** table [rows, D], indices of any shape -> [..., D]. */
export function embedding(table: Value, index: IndexInput): Value {
  if (table.shape.length !== 2 || table.shape[0] !== index.rows) throw graphError('embedding', `${index.name} points to ${index.rows} rows, the table is ${describe(table)}`);
  return customGradient([table], gather(table, index.indices), (g) => [scatterRows(zeros(table.shape, table), index.distinct, sumByRow(index, g))]);
}

/** Gradients at positions [..., D] summed by the row the position names: [distinct, D]. */
export function sumByRow(index: IndexInput, g: Value): Value {
  return sparseMatmul(index.positions, reshape(g, [index.positions.columns, g.shape.at(-1)!]));
}

export function indexFeeds(index: IndexInput, data: Int32Array, dims: readonly number[] = [data.length], rows?: number): Feeds {
  const limit = typeof index.rows === 'number' ? index.rows : rows;
  if (limit === undefined) throw new Error(`${index.name}: say how many rows the table has`);
  const order = Int32Array.from(data).sort();
  const distinct: number[] = [];
  for (let i = 0; i < order.length; i++) if (i === 0 || order[i] !== order[i - 1]) distinct.push(order[i]!);
  if (distinct.length === 0) throw new Error(`${index.name}: no indices`);
  if (distinct[0]! < 0 || distinct.at(-1)! >= limit) throw new Error(`${index.name}: indices from ${distinct[0]} to ${distinct.at(-1)}, but the table has ${limit} rows`);
  const slot = new Int32Array(limit);
  for (const [i, row] of distinct.entries()) slot[row] = i;
  const offsets = Int32Array.from({ length: data.length + 1 }, (_, i) => i);
  const byPosition = { offsets, indices: data.map((row) => slot[row]!), columns: distinct.length };
  return {
    [nameOf(index.indices)]: ints(data, dims),
    [nameOf(index.distinct)]: ints(distinct),
    ...sparseFeeds(transposeSparse(index.positions), byPosition),
  };
}
