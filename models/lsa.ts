/**
 * Start of the token vectors: truncated SVD of the item x token matrix X (latent semantic analysis), stacked on what sessions say of the
 * same items: Y = [X; c A X], A the row-normalised co-occurrence of items. With rows of X of unit length an item's first vector x V is
 * its LSA coordinate, so training begins where untrained title similarity stands instead of at noise.
 * By randomised subspace iteration (Halko, Martinsson & Tropp 2011, algorithm 4.4); tall matrices in single precision, for they are as long as
 * the catalogue, sums over them in double.
 */
import type { SparseRows } from './bags.ts';
import type { TrainingRows } from './batch.ts';
import { Random } from './random.ts';

/** Weight c of the co-occurrence part: it lifts hidden SKUs' HR among hidden ones by a hundredth and more was no better. */
const cooccurrenceWeight = 1;
/** Items this far apart in a session still co-occur, with weight 1 / distance. */
const window = 5;
/** Added to each row's sum, so that one chance encounter does not speak for an item. */
const shrinkage = 1;
/** Subspace iterations: the spectrum of titles falls slowly, two are not enough. */
const passes = 5;
const oversampling = 16;

/**
 * The `rank` leading right singular vectors V of Y: row-major [columns, rank], orthonormal columns, strongest first.
 * Where Y has fewer dimensions than `rank`, the rest is filled with small noise so that no token vector is dead.
 * @param cooccurrence A [rows, rows] of `cooccurrenceOf`.
 */
export function leadingTokenVectors(x: SparseRows, columns: number, cooccurrence: SparseRows, rank: number, seed: number): Float32Array {
  const random = new Random(seed);
  const rows = x.offsets.length - 1;
  const sketch = Math.min(rank + oversampling, columns);
  let basis = Float32Array.from({ length: columns * sketch }, () => random.normal());
  const project = (b: Float32Array): [items: Float32Array, neighbours: Float32Array] => {
    const items = multiply(x, b, sketch); // [rows, sketch]
    return [items, multiply(cooccurrence, items, sketch)];
  };
  for (let pass = 0; pass < passes; pass++) {
    orthonormalize(basis, columns, sketch);
    const [items, neighbours] = project(basis);
    const back = multiplyTransposed(cooccurrence, neighbours, rows, sketch);
    for (let i = 0; i < items.length; i++) items[i]! += cooccurrenceWeight ** 2 * back[i]!;
    basis = multiplyTransposed(x, items, columns, sketch); // YᵀY B
  }
  orthonormalize(basis, columns, sketch);
  const [items, neighbours] = project(basis);
  const inner = innerProducts(items, rows, sketch);
  const innerNeighbours = innerProducts(neighbours, rows, sketch);
  for (let i = 0; i < inner.length; i++) inner[i]! += cooccurrenceWeight ** 2 * innerNeighbours[i]!;
  const { values, vectors } = symmetricEigen(inner, sketch);
  const order = [...values.keys()].sort((a, b) => values[b]! - values[a]!);
  const out = new Float32Array(columns * rank);
  for (let column = 0; column < columns; column++) {
    for (let k = 0; k < rank; k++) {
      const eigen = order[k];
      let sum = 0;
      if (eigen === undefined) sum = 0.02 * random.normal();
      else for (let j = 0; j < sketch; j++) sum += basis[column * sketch + j]! * vectors[j * sketch + eigen]!;
      out[column * rank + k] = sum;
    }
  }
  return out;
}

/** A: items within `window` steps in the sequences a model is fitted on, 1 / distance each, rows divided by their sum + `shrinkage`. */
export function cooccurrenceOf(rows: TrainingRows, slot: Int32Array, count: number): SparseRows {
  const neighbours = Array.from({ length: count }, () => new Map<number, number>());
  for (let r = 0; r < rows.starts.length; r++) {
    for (let i = rows.starts[r]!; i <= rows.ends[r]!; i++) {
      for (let j = Math.max(rows.starts[r]!, i - window); j < i; j++) {
        const [a, b] = [slot[rows.items[i]!]!, slot[rows.items[j]!]!];
        neighbours[a]!.set(b, (neighbours[a]!.get(b) ?? 0) + 1 / (i - j));
        neighbours[b]!.set(a, (neighbours[b]!.get(a) ?? 0) + 1 / (i - j));
      }
    }
  }
  const offsets = new Int32Array(count + 1);
  const ids: number[] = [];
  const weights: number[] = [];
  for (const [row, list] of neighbours.entries()) {
    const sum = [...list.values()].reduce((a, b) => a + b, shrinkage);
    for (const [id, weight] of list) {
      ids.push(id);
      weights.push(weight / sum);
    }
    offsets[row + 1] = ids.length;
  }
  return { offsets, ids: Int32Array.from(ids), weights: Float32Array.from(weights) };
}

/** S B: [rows, width]. */
function multiply(s: SparseRows, b: Float32Array, width: number): Float32Array {
  const rows = s.offsets.length - 1;
  const out = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let e = s.offsets[row]!; e < s.offsets[row + 1]!; e++) {
      const weight = s.weights[e]!;
      const from = s.ids[e]! * width;
      for (let k = 0; k < width; k++) out[row * width + k]! += weight * b[from + k]!;
    }
  }
  return out;
}

/** Sᵀ B: [columns, width]. */
function multiplyTransposed(s: SparseRows, b: Float32Array, columns: number, width: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(columns * width);
  for (let row = 0; row < s.offsets.length - 1; row++) {
    for (let e = s.offsets[row]!; e < s.offsets[row + 1]!; e++) {
      const weight = s.weights[e]!;
      const to = s.ids[e]! * width;
      for (let k = 0; k < width; k++) out[to + k]! += weight * b[row * width + k]!;
    }
  }
  return out;
}

/** Cholesky QR on B [rows, width], in place: B <- B R⁻¹ with BᵀB = RᵀR, twice for accuracy; a dependent column becomes zero. */
function orthonormalize(b: Float32Array, rows: number, width: number): void {
  for (let repeat = 0; repeat < 2; repeat++) {
    const r = cholesky(innerProducts(b, rows, width), width);
    for (let row = 0; row < rows; row++) {
      const at = row * width;
      for (let k = 0; k < width; k++) {
        const pivot = r[k * width + k]!;
        const value = pivot === 0 ? 0 : b[at + k]! / pivot;
        b[at + k] = value;
        if (value !== 0) for (let j = k + 1; j < width; j++) b[at + j]! -= value * r[k * width + j]!;
      }
    }
  }
}

/** Upper triangular R with RᵀR = matrix; a pivot lost to rounding makes its row zero. */
function cholesky(matrix: Float64Array, n: number): Float64Array {
  const r = matrix.slice();
  for (let k = 0; k < n; k++) {
    const square = r[k * n + k]!;
    const pivot = square > 1e-13 * matrix[k * n + k]! && square > 0 ? Math.sqrt(square) : 0;
    for (let j = k; j < n; j++) r[k * n + j] = pivot === 0 ? 0 : r[k * n + j]! / pivot;
    for (let i = k + 1; i < n; i++) {
      const share = r[k * n + i]!;
      if (share !== 0) for (let j = i; j < n; j++) r[i * n + j]! -= share * r[k * n + j]!;
    }
  }
  return r;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Aᵀ A for A [rows, width]. */
function innerProducts(a: Float32Array, rows: number, width: number): Float64Array {
  const out = new Float64Array(width * width);
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    for (let i = 0; i < width; i++) {
      const left = a[at + i]!;
      if (left === 0) continue;
      for (let j = i; j < width; j++) out[i * width + j]! += left * a[at + j]!;
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) out[i * width + j] = out[j * width + i]!;
  return out;
}

/** Eigenvalues and eigenvectors (columns) of a symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan 8.5). */
function symmetricEigen(matrix: Float64Array, n: number): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  const total = Math.sqrt(dot(a, a)) || 1;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q]! ** 2;
    if (Math.sqrt(off) < 1e-11 * total) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q]!;
        if (Math.abs(apq) < 1e-300) continue;
        const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(a, vectors, n, p, q, c, t * c);
      }
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors };
}

function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const kp = a[k * n + p]!;
    const kq = a[k * n + q]!;
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const pk = a[p * n + k]!;
    const qk = a[q * n + k]!;
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
    const vp = vectors[k * n + p]!;
    const vq = vectors[k * n + q]!;
    vectors[k * n + p] = c * vp - s * vq;
    vectors[k * n + q] = s * vp + c * vq;
  }
}
