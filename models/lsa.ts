/**
 * Start of the token vectors: truncated SVD of the item x token matrix (latent semantic analysis), by randomised subspace iteration
 * (Halko, Martinsson & Tropp 2011, algorithm 4.4). With rows of X of unit length, an item's first vector x V is its LSA coordinate, so
 * training begins where untrained title similarity stands instead of at noise.
 */
import { Random } from './random.ts';
import type { SparseRows } from './bags.ts';

/**
 * The `rank` leading right singular vectors V of X [rows, columns]: row-major [columns, rank], orthonormal columns, strongest first.
 * Where X has fewer dimensions than `rank`, the rest is filled with small noise so that no token vector is dead.
 */
export function leadingTokenVectors(x: SparseRows, columns: number, rank: number, seed: number): Float32Array {
  const random = new Random(seed);
  const sketch = Math.min(rank + 16, columns);
  let basis = Float64Array.from({ length: columns * sketch }, () => random.normal());
  const passes = 6; // subspace iterations: the spectrum of titles falls slowly, two are not enough
  for (let pass = 0; pass < passes; pass++) {
    orthonormalize(basis, columns, sketch);
    basis = gram(x, basis, columns, sketch);
  }
  orthonormalize(basis, columns, sketch);
  const projected = multiply(x, basis, sketch); // [rows, sketch]
  const { values, vectors } = symmetricEigen(innerProducts(projected, x.offsets.length - 1, sketch), sketch);
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

/** X B: [rows, width]. */
function multiply(x: SparseRows, b: Float64Array, width: number): Float64Array {
  const rows = x.offsets.length - 1;
  const out = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let e = x.offsets[row]!; e < x.offsets[row + 1]!; e++) {
      const weight = x.weights[e]!;
      const from = x.ids[e]! * width;
      for (let k = 0; k < width; k++) out[row * width + k]! += weight * b[from + k]!;
    }
  }
  return out;
}

/** Xᵀ X B: [columns, width]. */
function gram(x: SparseRows, b: Float64Array, columns: number, width: number): Float64Array<ArrayBuffer> {
  const projected = multiply(x, b, width);
  const out = new Float64Array(columns * width);
  for (let row = 0; row < x.offsets.length - 1; row++) {
    for (let e = x.offsets[row]!; e < x.offsets[row + 1]!; e++) {
      const weight = x.weights[e]!;
      const to = x.ids[e]! * width;
      for (let k = 0; k < width; k++) out[to + k]! += weight * projected[row * width + k]!;
    }
  }
  return out;
}

/** Modified Gram-Schmidt on the columns of B [rows, width], in place; a dependent column becomes zero. */
function orthonormalize(b: Float64Array, rows: number, width: number): void {
  const columns = Array.from({ length: width }, (_, k) => Float64Array.from({ length: rows }, (_, row) => b[row * width + k]!));
  for (let k = 0; k < width; k++) {
    const column = columns[k]!;
    const before = Math.sqrt(dot(column, column));
    for (let repeat = 0; repeat < 2; repeat++) { // twice is enough (Kahan)
      for (let j = 0; j < k; j++) {
        const share = dot(columns[j]!, column);
        for (let row = 0; row < rows; row++) column[row]! -= share * columns[j]![row]!;
      }
    }
    const length = Math.sqrt(dot(column, column));
    const scale = length > 1e-10 * before && length > 0 ? 1 / length : 0;
    for (let row = 0; row < rows; row++) b[row * width + k] = column[row]! *= scale;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Aᵀ A for A [rows, width]. */
function innerProducts(a: Float64Array, rows: number, width: number): Float64Array {
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
