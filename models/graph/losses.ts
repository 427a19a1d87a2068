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

/** The logits of all sessions and one chunk, [B, C], or transposed, [C, B]. */
type LogitsOf = (chunk: Chunk, transposed: boolean) => Value;

/**
 * The exact softmax cross-entropy of logits = sessions items', without ever holding all logits (measures.md 4.3).
 * sessions [B, D], items [N, D], targets [B] into the N items -> loss per row [B].
 *
 * Forward, per chunk of items E_c: L = S E_c', Z += sum exp(L); loss_b = log Z_b - s_b . e_target(b).
 * Backward, per chunk: L again; P = exp(L) / Z * g; dS += P E_c; dE_c = P' S; then the targets: dS_b -= g_b e_target(b), dE_target(b) -= g_b s_b,
 * summed by row first, because a batch repeats targets. The second L is the transpose of the first: an
 * equal expression would be merged with it, by this library and by onnxruntime, and all logits kept from pass to pass.
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
  const logitsOf = correction === undefined ? plainLogits(sessions) : correctedLogits(sessions, targets.indices, targetLogits, correction);
  const [total, largest] = bounded ? [boundedSum(logitsOf, chunks), null] : runningSum(logitsOf, chunks); // [B, 1]
  const logZ = largest === null ? log(total) : add(log(total), largest);
  const loss = reshape(sub(logZ, targetLogits), [rows!]);

  return customGradient([sessions, items], loss, (g) => {
    const weight = reshape(g, [rows!, 1]);
    // With a bound P stays unnormalised and 1 / Z goes with the thin matrices: two passes over each chunk of logits less.
    const scale = bounded ? div(weight, total) : weight;
    const scaled = mul(sessions, scale); //                                     [B, D]
    let sum: Value | null = null;
    const itemGradients = chunks.map((chunk) => {
      const logits = logitsOf(chunk, true); //                                  [C, B]
      const p = exp(bounded ? logits : sub(logits, reshape(logZ, [1, rows!])));
      const part = matmul(p, chunk.items, { transposeA: true }); //             [B, D]
      sum = sum === null ? part : add(sum, part);
      return matmul(p, scaled); //                                              [C, D]
    });
    const sessionGradient = sub(mul(sum!, scale), mul(target, weight));
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

function plainLogits(sessions: Value): LogitsOf {
  return ({ items }, transposed) => (transposed ? matmul(items, sessions, { transposeB: true }) : matmul(sessions, items, { transposeB: true }));
}

/**
 * l_bj - correction_j, but l_bj at the target. The correction is one more column of the product. The target's logit is put in place, not added to the sum
 * and its corrected form subtracted: that would cancel where a rare target (correction far below 0) has nearly all of the probability.
 */
function correctedLogits(sessions: Value, targets: Value, targetLogits: Value, correction: Value): LogitsOf {
  const rows = targets.shape[0]!;
  const column = reshape(targets, [rows, 1]);
  const wide = concat([sessions, cast(greater(column, -1), 'float32')], 1); //  [B, D + 1], the last column 1
  return ({ items, start, size }, transposed) => {
    const wideItems = concat([items, reshape(neg(slice(correction, 0, start, start + size)), [size, 1])], 1); // [C, D + 1]
    const places = Int32Array.from({ length: size }, (_, i) => start + i);
    if (!transposed) return where(equal(column, constant(places, [1, size])), targetLogits, matmul(wide, wideItems, { transposeB: true }));
    return where(equal(reshape(column, [1, rows]), constant(places, [size, 1])), reshape(targetLogits, [1, rows]), matmul(wideItems, wide, { transposeB: true }));
  };
}

function boundedSum(logitsOf: LogitsOf, chunks: readonly Chunk[]): Value {
  return chunks.map((chunk) => reduceSum(exp(logitsOf(chunk, false)), 1, true)).reduce((a, b) => add(a, b));
}

/** Z and the maximum m it is relative to: on a larger maximum the sum so far is rescaled, Z <- Z exp(m - m') + sum exp(L - m'). */
function runningSum(logitsOf: LogitsOf, chunks: readonly Chunk[]): readonly [Value, Value] {
  let total: Value | null = null;
  let largest: Value | null = null;
  for (const chunk of chunks) {
    const logits = logitsOf(chunk, false);
    const top: Value = reduceMax(logits, 1, true);
    const next: Value = largest === null ? top : maximum(largest, top);
    const part = reduceSum(exp(sub(logits, next)), 1, true);
    total = total === null ? part : add(mul(total, exp(sub(largest!, next))), part);
    largest = next;
  }
  return [total!, largest!];
}
