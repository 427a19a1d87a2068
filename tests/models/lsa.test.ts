/** The start of the token vectors against a dense singular value decomposition of the same small matrix. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { SparseRows } from '../../models/bags.ts';
import { cooccurrenceOf, leadingTokenVectors } from '../../models/lsa.ts';
import { Random } from '../../models/random.ts';

const [rows, columns] = [40, 25];

function sparse(dense: readonly (readonly number[])[]): SparseRows {
  const offsets = [0];
  const ids: number[] = [];
  const weights: number[] = [];
  for (const row of dense) {
    for (const [column, weight] of row.entries()) if (weight !== 0) (ids.push(column), weights.push(weight));
    offsets.push(ids.length);
  }
  return { offsets: Int32Array.from(offsets), ids: Int32Array.from(ids), weights: Float32Array.from(weights) };
}

const random = new Random(12);
/** Columns of falling weight, so that leading directions stand apart. */
const x = Array.from({ length: rows }, () => Array.from({ length: columns }, (_, column) => (random.uniform() < 0.5 ? 0 : Math.fround(random.normal() * 0.8 ** column))));
const a = Array.from({ length: rows }, () => Array.from({ length: rows }, () => (random.uniform() < 0.8 ? 0 : Math.fround(random.uniform() / 6))));

const product = (left: readonly (readonly number[])[], right: readonly (readonly number[])[]): number[][] => left.map((row) => right[0]!.map((_, k) => row.reduce((sum, value, j) => sum + value * right[j]![k]!, 0)));
const transposed = (matrix: readonly (readonly number[])[]): number[][] => matrix[0]!.map((_, k) => matrix.map((row) => row[k]!));

/** Leading eigenvectors of YᵀY, Y = [X; A X], one after the other by power iteration with deflation. */
function leading(count: number): number[][] {
  const y = [...x, ...product(a, x)];
  let gram = product(transposed(y), y);
  return Array.from({ length: count }, () => {
    let v = Array.from({ length: columns }, (_, i) => 1 + i / 7);
    for (let step = 0; step < 3000; step++) {
      const next = gram.map((row) => row.reduce((sum, value, j) => sum + value * v[j]!, 0));
      v = next.map((value) => value / Math.hypot(...next));
    }
    const value = gram.reduce((sum, row, i) => sum + v[i]! * row.reduce((inner, entry, j) => inner + entry * v[j]!, 0), 0);
    gram = gram.map((row, i) => row.map((entry, j) => entry - value * v[i]! * v[j]!));
    return v;
  });
}

const column = (matrix: Float32Array, width: number, k: number): number[] => Array.from({ length: columns }, (_, i) => matrix[i * width + k]!);
const dot = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, value, i) => sum + value * v[i]!, 0);

test('the vectors are the leading singular vectors of items and their neighbours', () => {
  const rank = 5;
  const found = leadingTokenVectors(sparse(x), columns, sparse(a), rank, 1);
  for (const [k, expected] of leading(rank).entries()) {
    const cosine = Math.abs(dot(column(found, rank, k), expected));
    assert.ok(cosine > 1 - 1e-4, `direction ${k}: cosine ${cosine}`);
  }
});

test('they are orthonormal, the same for the same seed, and span the same for another', () => {
  const rank = 6;
  const found = leadingTokenVectors(sparse(x), columns, sparse(a), rank, 1);
  for (let i = 0; i < rank; i++) for (let j = 0; j < rank; j++) assert.ok(Math.abs(dot(column(found, rank, i), column(found, rank, j)) - (i === j ? 1 : 0)) < 1e-5, `${i} ${j}`);
  assert.deepEqual(leadingTokenVectors(sparse(x), columns, sparse(a), rank, 1), found);
  const other = leadingTokenVectors(sparse(x), columns, sparse(a), rank, 2);
  for (let k = 0; k < rank; k++) assert.ok(Math.abs(dot(column(found, rank, k), column(other, rank, k))) > 1 - 1e-4);
});

test('fewer directions than asked for are filled with small noise, no vector is dead', () => {
  const two = x.map((row) => row.map((value, k) => (k < 2 ? value : 0)));
  const rank = 40; // more than columns
  const found = leadingTokenVectors(sparse(two), columns, sparse(a), rank, 1);
  assert.ok(found.every(Number.isFinite));
  for (let k = columns; k < rank; k++) {
    const length = Math.hypot(...column(found, rank, k));
    assert.ok(length > 0 && length < 0.3, `${k}: ${length}`);
  }
});

test('neighbours count 1 / distance within five steps, shrunk by one', () => {
  // Sequence of catalogue rows 9 8 7 9 8 6 9; slots 9 -> 0, 8 -> 1, 7 -> 2, 6 -> 3. Items 0 and 6 are six steps apart.
  const slot = new Int32Array(10).fill(-1);
  for (const [row, at] of [[9, 0], [8, 1], [7, 2], [6, 3]] as const) slot[row] = at;
  const { offsets, ids, weights } = cooccurrenceOf({ items: Int32Array.of(9, 8, 7, 9, 8, 6, 9), starts: Int32Array.of(0), ends: Int32Array.of(6), moments: 6 }, slot, 4);
  const row = (at: number): Record<number, number> => Object.fromEntries(Array.from(ids.subarray(offsets[at], offsets[at + 1]), (id, i) => [id, Number((weights[offsets[at]! + i]! / weights[offsets[at]!]!).toFixed(5))]));
  // Of item 7 (slot 2, place 2): 9 at distances 2, 1, 4; 8 at 1, 2; 6 at 3. In the order they came up, relative to the first.
  const raw = { 0: 1 / 2 + 1 + 1 / 4, 1: 1 + 1 / 2, 3: 1 / 3 };
  assert.deepEqual(row(2), Object.fromEntries(Object.entries(raw).map(([id, value]) => [id, Number((value / raw[0]).toFixed(5))])));
  const sum = weights.subarray(offsets[2], offsets[3]).reduce((total, weight) => total + weight, 0);
  const total = raw[0] + raw[1] + raw[3];
  assert.ok(Math.abs(sum - total / (total + 1)) < 1e-6);
});
