/** Cross-entropy losses with gradients of their own. All give one loss per row; average and weight them outside. */
import { addRows, add, cast, concat, customGradient, describe, div, equal, exp, gather, greater, log, logSumExp, matmul, maximum, mul, neg, reduceMax, reduceSum, reshape, slice, softmax, sub, where } from './operators.ts';
import { sumByRow, type IndexInput } from './sparse.ts';
import { constant, graphError, sizeOf, type Value } from './value.ts';

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
  /** A promise that |logit| never exceeds this (at most 60): exp then needs no running maximum. */
  readonly bound?: number;
}

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
  const [rows, width] = sessions.shape;
  const count = items.shape[0];
  if (sessions.shape.length !== 2 || items.shape.length !== 2 || items.shape[1] !== width || typeof count !== 'number' || targets.rows !== count || targets.indices.shape[0] !== rows) {
    throw graphError('chunkedCrossEntropy', `sessions ${describe(sessions)}, items ${describe(items)}, targets ${describe(targets.indices)} into ${targets.rows}`);
  }
  const bounded = options.bound !== undefined;
  if (bounded && !(options.bound! <= 60)) throw graphError('chunkedCrossEntropy', `a bound of ${options.bound} overflows float32: leave it out`);
  const pieces = Math.ceil(count / (options.chunk ?? 2048));
  const size = Math.ceil(count / pieces);
  const chunks = Array.from({ length: pieces }, (_, c) => slice(items, 0, Math.min(c * size, count), Math.min((c + 1) * size, count))).filter((chunk) => sizeOf(chunk.shape.slice(0, 1)) > 0);

  const [total, largest] = bounded ? [boundedSum(sessions, chunks), null] : runningSum(sessions, chunks); // [B, 1]
  const target = gather(items, targets.indices); //                                                       [B, D]
  const logZ = largest === null ? log(total) : add(log(total), largest);
  const loss = sub(reshape(logZ, [rows!]), reduceSum(mul(sessions, target), 1));

  return customGradient([sessions, items], loss, (g) => {
    const weight = reshape(g, [rows!, 1]);
    // With a bound P stays unnormalised and 1 / Z goes with the thin matrices: two passes over each chunk of logits less.
    const scale = bounded ? div(weight, total) : weight;
    const scaled = mul(sessions, scale); //                                     [B, D]
    let sum: Value | null = null;
    const itemGradients = chunks.map((chunk) => {
      const logits = matmul(chunk, sessions, { transposeB: true }); //          [C, B]
      const p = exp(bounded ? logits : sub(logits, reshape(logZ, [1, rows!])));
      const part = matmul(p, chunk, { transposeA: true }); //                   [B, D]
      sum = sum === null ? part : add(sum, part);
      return matmul(p, scaled); //                                              [C, D]
    });
    const sessionGradient = sub(mul(sum!, scale), mul(target, weight));
    return [sessionGradient, addRows(concat(itemGradients, 0), targets.distinct, neg(sumByRow(targets, mul(sessions, weight))))];
  });
}

function boundedSum(sessions: Value, chunks: readonly Value[]): Value {
  return chunks.map((chunk) => reduceSum(exp(matmul(sessions, chunk, { transposeB: true })), 1, true)).reduce((a, b) => add(a, b));
}

/** Z and the maximum m it is relative to: on a larger maximum the sum so far is rescaled, Z <- Z exp(m - m') + sum exp(L - m'). */
function runningSum(sessions: Value, chunks: readonly Value[]): readonly [Value, Value] {
  let total: Value | null = null;
  let largest: Value | null = null;
  for (const chunk of chunks) {
    const logits = matmul(sessions, chunk, { transposeB: true });
    const top: Value = reduceMax(logits, 1, true);
    const next: Value = largest === null ? top : maximum(largest, top);
    const part = reduceSum(exp(sub(logits, next)), 1, true);
    total = total === null ? part : add(mul(total, exp(sub(largest!, next))), part);
    largest = next;
  }
  return [total!, largest!];
}
