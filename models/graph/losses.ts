/** Cross-entropy losses with gradients of their own. All give one loss per row; average and weight them outside. */
import { addRows, add, cast, concat, customGradient, describe, div, equal, exp, gather, greater, log, logSumExp, matmul, maximum, mul, neg, reduceMax, reduceSum, reshape, slice, softmax, sub, where } from './operators.ts';
import { sameShape } from './shapes.ts';
import { sumByRow, type IndexInput } from './sparse.ts';
import { constant, graphError, type Value } from './value.ts';

/**
 * -log softmax(logits)[target] for each row; logits [B, N], targets int32 [B] -> [B].
 * A negative target means that nothing is known: the row's loss and gradient are 0.
 */
export function softmaxCrossEntropy(logits: Value, targets: Value): Value {
  const [rows, classes] = logits.shape;
  if (logits.shape.length !== 2 || typeof classes !== 'number' || targets.shape.length !== 1 || targets.shape[0] !== rows) {
    throw graphError('softmaxCrossEntropy', `logits ${describe(logits)}, targets ${describe(targets)}`);
  }
  const column = reshape(targets, [rows!, 1]);
  const known = cast(greater(column, -1), 'float32'); //                       [B, 1]
  const hit = equal(column, constant(Int32Array.from({ length: classes }, (_, i) => i), [1, classes])); // [B, N]
  const picked = reduceSum(where(hit, logits, 0), 1, true);
  const loss = reshape(mul(sub(logSumExp(logits, 1, true), picked), known), [rows!]);
  return customGradient([logits], loss, (g) => {
    const scale = mul(reshape(g, [rows!, 1]), known);
    const probability = softmax(logits, 1);
    return [mul(where(hit, sub(probability, 1), probability), scale)]; //        dL = (p - onehot) g
  });
}

export interface ChunkOptions {
  /** Items per chunk. 2,048 x 512 sessions are 4 MB of logits: they stay in the cache. */
  readonly chunk?: number;
  /** A promise that |logit|, and |logit - correction| where there is one, never exceed this (at most 60): exp then needs no running maximum. */
  readonly bound?: number;
  /**
   * float32 input [N], for items that are a sample: log of how often item j is expected in it. Each session's negatives lose it from their logits;
   * its target does not, because it was not drawn (logQ on negatives only, arXiv 2507.09331). Targets of other sessions are negatives like any other.
   */
  readonly correction?: Value;
}

interface Chunk {
  readonly items: Value; // [C, D]
  readonly start: number;
  readonly size: number; // C
}

/** The logits of all sessions and one chunk, [B, C], or transposed, [C, B]; `less` [B, 1] is subtracted from each session's. */
type LogitsOf = (chunk: Chunk, transposed: boolean, less?: Value) => Value;

/**
 * The exact softmax cross-entropy of logits = sessions items', without ever holding all logits (measures.md 4.3).
 * sessions [B, D], items [N, D], targets [B] into the N items -> loss per row [B].
 *
 * First, per chunk of items E_c: P = exp(S E_c'); Z += rows' sums of P; A += P E_c. Then loss_b = log Z_b - s_b . e_target(b), dS = g (A / Z - E_target).
 * For dE, per chunk again: P' = exp(E_c S' - log Z); dE_c = P' (g S); then the targets: dE_target(b) -= g_b s_b, summed by row first, because a batch
 * repeats targets. The second product is the transpose of the first: an equal expression would be merged with it, by this library and by onnxruntime,
 * and all logits kept from pass to pass. A computed in the first pass spares the second one a reader of P' that would keep every chunk until the end.
 */
export function chunkedCrossEntropy(sessions: Value, items: Value, targets: IndexInput, options: ChunkOptions = {}): Value {
  const { bound, correction } = options;
  const [rows, width] = sessions.shape;
  const count = items.shape[0];
  if (sessions.shape.length !== 2 || items.shape.length !== 2 || items.shape[1] !== width || typeof count !== 'number' || targets.rows !== count || targets.indices.shape[0] !== rows) {
    throw graphError('chunkedCrossEntropy', `sessions ${describe(sessions)}, items ${describe(items)}, targets ${describe(targets.indices)} into ${targets.rows}`);
  }
  if (correction !== undefined && !sameShape(correction.shape, [count])) throw graphError('chunkedCrossEntropy', `a correction ${describe(correction)} of ${count} items`);
  const bounded = bound !== undefined;
  if (bounded && !(bound <= 60)) throw graphError('chunkedCrossEntropy', `a bound of ${bound} overflows float32: leave it out`);
  const chunks = cut(items, count, options.chunk ?? 2048);

  const target = gather(items, targets.indices); //                            [B, D]
  const targetLogits = reduceSum(mul(sessions, target), 1, true); //           [B, 1]
  const logitsOf = logitsBy(sessions, correction === undefined ? null : { correction, targets: targets.indices, targetLogits });
  const { products, total, logZ } = bounded ? boundedSums(logitsOf, chunks) : runningSums(logitsOf, chunks, targetLogits);
  const loss = reshape(sub(logZ, targetLogits), [rows!]);

  return customGradient([sessions, items], loss, (g) => {
    const weight = reshape(g, [rows!, 1]);
    // With a bound P stays unnormalised and 1 / Z goes with the thin matrix.
    const scaled = mul(sessions, bounded ? div(weight, total) : weight); //     [B, D]
    const itemGradients = chunks.map((chunk) => matmul(exp(logitsOf(chunk, true, bounded ? undefined : logZ)), scaled)); // [C, D]
    const sessionGradient = mul(sub(div(products, total), target), weight);
    return [sessionGradient, addRows(concat(itemGradients, 0), targets.distinct, neg(sumByRow(targets, mul(sessions, weight))))];
  });
}

/** Chunks of nearly equal size, none larger than `limit`. */
function cut(items: Value, count: number, limit: number): readonly Chunk[] {
  const size = Math.ceil(count / Math.ceil(count / limit));
  return Array.from({ length: Math.ceil(count / size) }, (_, c) => {
    const [start, end] = [c * size, Math.min((c + 1) * size, count)];
    return { items: slice(items, 0, start, end), start, size: end - start };
  });
}

interface Correction {
  readonly correction: Value; //   [N]
  readonly targets: Value; //      [B]
  readonly targetLogits: Value; // [B, 1]
}

/**
 * What is subtracted from logits is one more column of the product: cheaper than a pass over them. Corrected, they are l_bj - correction_j, but l_bj at
 * the target. That is put in place, not added to the sum and its corrected form subtracted, which would cancel where a rare target (correction far
 * below 0) has nearly all of the probability.
 */
function logitsBy(sessions: Value, corrected: Correction | null): LogitsOf {
  const rows = sessions.shape[0]!;
  return ({ items, start, size }, transposed, less) => {
    const [left, right] = [[sessions], [items]];
    if (corrected !== null) {
      left.push(cast(greater(reshape(corrected.targets, [rows, 1]), -1), 'float32')); // ones
      right.push(reshape(neg(slice(corrected.correction, 0, start, start + size)), [size, 1]));
    }
    if (less !== undefined) {
      left.push(neg(less));
      right.push(constant(new Float32Array(size).fill(1), [size, 1]));
    }
    const [wide, wideItems] = [concat(left, 1), concat(right, 1)]; // [B, D + 0 to 2], [C, D + 0 to 2]
    const logits = transposed ? matmul(wideItems, wide, { transposeB: true }) : matmul(wide, wideItems, { transposeB: true });
    if (corrected === null) return logits;
    const places = Int32Array.from({ length: size }, (_, i) => start + i);
    const [perSession, perItem] = transposed ? [[1, rows], [size, 1]] : [[rows, 1], [1, size]];
    const own = less === undefined ? corrected.targetLogits : sub(corrected.targetLogits, less);
    return where(equal(reshape(corrected.targets, perSession!), constant(places, perItem as number[])), reshape(own, perSession!), logits);
  };
}

interface Sums {
  readonly products: Value; // A = sum P E_c   [B, D]
  readonly total: Value; //    Z, relative to the same maximum as A   [B, 1]
  readonly logZ: Value; //     [B, 1]
}

/** P = exp L. A and Z are summed as one tensor [B, D + 1], so that each chunk is done with before the next begins: onnxruntime would do every Z first and keep all P for A. */
function boundedSums(logitsOf: LogitsOf, chunks: readonly Chunk[]): Sums {
  const state = chunks.map((chunk) => withTotal(exp(logitsOf(chunk, false)), chunk)).reduce((a, b) => add(a, b));
  const total = slice(state, 1, -1);
  return { products: slice(state, 1, 0, -1), total, logZ: log(total) };
}

/**
 * P = exp(L - m) with the largest logit so far m, at first that of the target; where a chunk raises it, what was summed is rescaled. A chunk's logits come
 * relative to the last m, read off the state [A, Z, m]: again, so that no chunk is begun early.
 */
function runningSums(logitsOf: LogitsOf, chunks: readonly Chunk[], targetLogits: Value): Sums {
  let sum: Value | null = null; // [B, D + 1]
  let largest = targetLogits;
  for (const chunk of chunks) {
    const logits = logitsOf(chunk, false, largest);
    const raised = maximum(reduceMax(logits, 1, true), 0);
    const part = withTotal(exp(sub(logits, raised)), chunk);
    const state: Value = concat([sum === null ? part : add(mul(sum, exp(neg(raised))), part), add(largest, raised)], 1);
    sum = slice(state, 1, 0, -1);
    largest = slice(state, 1, -1);
  }
  const total = slice(sum!, 1, -1);
  return { products: slice(sum!, 1, 0, -1), total, logZ: add(log(total), largest) };
}

/** P E_c and the rows' sums of P, [B, D + 1]. */
function withTotal(p: Value, { items }: Chunk): Value {
  return concat([matmul(p, items), reduceSum(p, 1, true)], 1);
}
