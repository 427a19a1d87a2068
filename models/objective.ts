/**
 * The training objective of M2TRec as one scalar Value (Eqs. 6-7), and the inputs it expects; `batch.ts` fills them.
 *
 * Items are encoded once per step, R of them: with the tied head all that may be recommended, otherwise those the batch looks at.
 */
import { variantOf } from './config.ts';
import { chunkedCrossEntropy, softmaxCrossEntropy } from './graph/losses.ts';
import { add, exp, gather, log, maximum, mul, reduceSum, reshape, slice, sub } from './graph/operators.ts';
import { embedding, indexInput, sparseInput, sparseMatmul, transposeSparse, type IndexInput, type SparseMatrix } from './graph/sparse.ts';
import { constant, input, type Value } from './graph/value.ts';
import { categoryLogits, freeQueries, idVectors, itemKeys, itemVectors, maximumTemperature, predictsCategories, queries, scalarsOf, sessionLayout, sessionVectors, type Dropout, type Model, type SessionLayout } from './m2trec.ts';
import { Random } from './random.ts';

/** Rows of ready dropout masks: no provider draws random numbers inside a graph (engine.md), so a batch feeds row numbers of this pool. */
export const dropoutPoolRows = 509;
/** Item rows per chunk of the head: 512 moments x 2,048 rows of logits are 4 MB and stay in the cache. */
const headChunk = 2048;

export interface Objective {
  /** Mean over the batch of the item loss plus the weighted category losses. */
  readonly loss: Value;
  /** The item's part alone: comparable between variants. */
  readonly itemLoss: Value;
  readonly plans: Plans;
  readonly layout: SessionLayout;
  /** Names of dropout inputs: int32 [B, T] rows of the pool each. */
  readonly dropouts: readonly string[];
}

/** Index plans that the host feeds; see `models/graph/sparse.ts`. */
export interface Plans {
  /** Token bags of the encoded items [R, tokens]; null for id input. */
  readonly bags: SparseMatrix | null;
  /** Catalogue rows of the encoded items [R]; null for metadata. */
  readonly ids: IndexInput | null;
  /** Encoded item at each session position [B, T] of R. */
  readonly positions: IndexInput;
  /** Place of each moment [M] among the B·Q session vectors. */
  readonly moments: IndexInput;
  /** Next item of each moment [M], of R (tied head) or of all items (id head). */
  readonly targets: IndexInput;
  /** Items already in the session at each moment, as pairs: [M, pairs]; null for the id head. */
  readonly seen: SparseMatrix | null;
  /** The item of each pair, of R; null for the id head. */
  readonly seenItems: IndexInput | null;
}

/** @param encoded R; a number, because the item head is cut into chunks of it, or `'encoded'` where it differs from batch to batch (id head). */
export function trainingObjective(model: Model, encoded: number | 'encoded'): Objective {
  const { config, shape } = model;
  const tied = config.head === 'tied';
  const metadata = variantOf(config.model).input !== 'id';
  const plans: Plans = {
    bags: metadata ? sparseInput('bags', { rows: encoded, columns: shape.tokens }) : null,
    ids: metadata ? null : indexInput('ids', [encoded], shape.items),
    positions: indexInput('positions.items', ['batch', 'length'], encoded),
    moments: indexInput('moments', ['moments'], config.mode === 'causal' ? 'batch*length' : 'batch'),
    targets: indexInput('targets', ['moments'], tied ? encoded : shape.items),
    seen: tied ? sparseInput('seen', { rows: 'moments', columns: 'pairs' }, { weighted: false }) : null,
    seenItems: tied ? indexInput('seen.items', ['pairs'], encoded) : null,
  };
  const dropouts: string[] = [];
  const dropout = dropoutFrom(model, dropouts);

  const numbers = shape.numbers > 0 && metadata ? input('numbers', [encoded, shape.numbers]) : null;
  const items = metadata
    ? itemVectors(model, sparseMatmul(plans.bags!, model.weight('item.tokens')), numbers)
    : idVectors(embedding(model.weight('item.ids'), plans.ids!));
  const layout = sessionLayout(config);
  const everywhere = sessionVectors(model, embedding(items, plans.positions), layout, dropout); // [B·Q, d]
  const sessions = embedding(everywhere, plans.moments); // [M, d]

  const itemLosses = tied ? tiedLosses(model, items, sessions, plans) : freeLosses(model, sessions, plans);
  const share = input('share', ['moments']); // 1 / M
  const itemLoss = reduceSum(mul(itemLosses, share));
  const loss = predictsCategories(model) && config.categoryWeight > 0 ? add(itemLoss, mul(categoryLoss(model, sessions, share), config.categoryWeight)) : itemLoss;
  return { loss, itemLoss, plans, layout, dropouts };
}

/**
 * Tied head: exact softmax over all R items [M]. Items already in the session have a learned logit s added (`head.seen`), so that the
 * likeness of a session to its own items need not be unlearned; over few pairs this corrects the sum instead of all logits:
 * log Z' = log Z + log(1 + Σ_seen p (e^s - 1)), p = e^(l - log Z).
 */
function tiedLosses(model: Model, items: Value, sessions: Value, plans: Plans): Value {
  const query = queries(model, sessions);
  const keys = itemKeys(model, items);
  const plain = chunkedCrossEntropy(query, keys, plans.targets, { chunk: headChunk, bound: maximumTemperature });
  const logZ = add(plain, reduceSum(mul(query, embedding(keys, plans.targets)), 1)); // [M]
  const perPair = transposeSparse(plans.seen!); // [pairs, M]
  const logits = reduceSum(mul(sparseMatmul(perPair, query), embedding(keys, plans.seenItems!)), 1, true); // [pairs, 1]
  const share = exp(sub(logits, sparseMatmul(perPair, reshape(logZ, ['moments', 1]))));
  const isLast = input('seen.last', ['pairs', 1]); // 1: the item just looked at
  const seen = scalarsOf(model, 'head.seen');
  const bonus = add(mul(isLast, slice(seen, 0, 1, 2)), mul(sub(1, isLast), slice(seen, 0, 0, 1))); // [pairs, 1]
  const change = sparseMatmul(plans.seen!, mul(share, sub(exp(bonus), 1))); // [M, 1]
  const repeated = sparseMatmul(plans.seen!, mul(bonus, input('seen.target', ['pairs', 1]))); // s where the target itself was seen
  // Rounding may take 1 + change a hair below the target's own share; the floor keeps the logarithm finite.
  const corrected = sub(log(maximum(add(change, 1), 1e-6)), repeated);
  return add(plain, reshape(corrected, ['moments']));
}

/** The paper's head: one row and bias per known item. */
function freeLosses(model: Model, sessions: Value, plans: Plans): Value {
  return chunkedCrossEntropy(freeQueries(sessions), model.weight('head.items'), plans.targets, { chunk: headChunk });
}

/** Σ over levels of the mean cross-entropy; a moment whose target carries no label (-1) adds 0. */
function categoryLoss(model: Model, sessions: Value, share: Value): Value {
  return model.shape.levels
    .map(({ name }) => reduceSum(mul(softmaxCrossEntropy(categoryLogits(model, name, sessions), input(`labels.${name}`, ['moments'], 'int32')), share)))
    .reduce((a, b) => add(a, b));
}

/** Inverted dropout from a constant pool of masks; every use has an input of its own with the rows to take. */
function dropoutFrom(model: Model, names: string[]): Dropout {
  const { dropout, width, seed } = model.config;
  if (dropout === 0) return (x) => x;
  const random = new Random(seed ^ 0x5eed);
  const pool = constant(Float32Array.from({ length: dropoutPoolRows * width }, () => (random.uniform() < dropout ? 0 : 1 / (1 - dropout))), [dropoutPoolRows, width]);
  return (x) => {
    const name = `dropout.${names.length}`;
    names.push(name);
    return mul(x, gather(pool, input(name, ['batch', 'length'], 'int32')));
  };
}
