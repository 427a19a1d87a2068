/**
 * The training objective as one scalar Value (Eqs. 6-7), and the inputs it expects; `batch.ts` fills them.
 *
 * Items are encoded once per step, R of them: all that may be recommended, or the sample that shares this step's softmax, or, where every item
 * has an output row of its own, those the batch looks at.
 */
import { negativesOf, variantOf, type TrainingConfig } from './config.ts';
import { chunkedCrossEntropy, softmaxCrossEntropy } from './graph/losses.ts';
import { add, exp, gather, log, maximum, mul, reduceSum, reshape, slice, sub } from './graph/operators.ts';
import { embedding, indexInput, sparseInput, sparseMatmul, transposeSparse, type IndexInput, type SparseMatrix } from './graph/sparse.ts';
import { constant, input, type Dim, type Value } from './graph/value.ts';
import { isPacked, positionShape, sessionLayout, type Dropout, type SessionLayout } from './layout.ts';
import { categoryLogits, itemVectors, maximumTemperature, predictsCategories } from './m2trec.ts';
import { idVectors, scalarsOf, type Model, type ModelParameter } from './model.ts';
import { headOf, itemsCompared, sessionQueries, sessionVectors } from './network.ts';
import { Random } from './random.ts';
import type { AdamOptions } from './runtime/adam.ts';

/** Rows of ready dropout masks: no provider draws random numbers inside a graph (engine.md), so a batch feeds row numbers of this pool. */
export const dropoutPoolRows = 509;
/** Item rows per chunk of the head: 512 moments x 2,048 rows of logits are 4 MB and stay in the cache. */
const headChunk = 2048;

/** A parameter as a trainer takes it; of a table with `rows` only the picked rows are differentiated and moved. */
export interface TrainedParameter extends ModelParameter {
  readonly rows?: { readonly picked: Value; readonly indices: Value };
}

export interface Objective {
  /** Mean over the batch of the item loss plus the weighted category losses. */
  readonly loss: Value;
  /** The item's part alone: comparable between variants. */
  readonly itemLoss: Value;
  /** All parameters of the model. */
  readonly parameters: readonly TrainedParameter[];
  /** SKUs that share each step's softmax; 0: all. */
  readonly negatives: number;
  readonly plans: Plans;
  readonly layout: SessionLayout;
  /** Names of dropout inputs: int32 [B, T] rows of the pool each. */
  readonly dropouts: readonly string[];
}

/** Index plans that the host feeds; see `models/graph/sparse.ts`. */
export interface Plans {
  /** Token bags of the encoded items [R, tokens]; null for id input. */
  readonly bags: SparseMatrix | null;
  /** int32 [R], distinct: catalogue rows of the encoded items, where tables of rows per item are read; else null. */
  readonly rows: Value | null;
  /** Encoded item at each session position [B, T] of R. */
  readonly positions: IndexInput;
  /** Place of each moment [M] among the session vectors. */
  readonly moments: IndexInput;
  /** Next item of each moment [M], of R, or of all items (exact softmax over free rows). */
  readonly targets: IndexInput;
  /** log of how often each encoded item is expected in a shared sample [R]; null for the exact softmax. */
  readonly correction: Value | null;
  /**
   * Items of a moment's own session whose logits differ from the plain ones, as pairs [M, pairs]: those already seen (cosine head), and where
   * the softmax is shared all of them, as their own session brings them into every sample it is in. Null where there are none.
   */
  readonly own: SparseMatrix | null;
  /** The item of each pair, of R; null likewise. */
  readonly ownItems: IndexInput | null;
}

/** @param candidates items that training may recommend: the exact softmax is cut into chunks of them. */
export function trainingObjective(model: Model, candidates: number): Objective {
  const { config, shape } = model;
  const head = headOf(config);
  const negatives = negativesOf(config, candidates);
  const sampled = negatives > 0;
  const encoded: Dim = sampled ? negatives : head === 'rows' ? 'encoded' : candidates;
  const metadata = variantOf(config.model).input !== 'id';
  const freeRows = head === 'rows';
  const plans: Plans = {
    bags: metadata ? sparseInput('bags', { rows: encoded, columns: shape.tokens }) : null,
    rows: !metadata || (freeRows && sampled) ? input('rows', [encoded], 'int32') : null,
    positions: indexInput('positions.items', positionShape(config), encoded),
    moments: indexInput('moments', ['moments'], placesOf(config)),
    targets: indexInput('targets', ['moments'], freeRows && !sampled ? shape.items : encoded),
    correction: sampled ? input('correction', [encoded]) : null,
    own: head === 'cosine' || sampled ? sparseInput('own', { rows: 'moments', columns: 'pairs' }, { weighted: false }) : null,
    ownItems: head === 'cosine' || sampled ? indexInput('own.items', ['pairs'], encoded) : null,
  };
  const picked = new Map<Value, NonNullable<TrainedParameter['rows']>>();
  const pick = (name: string): Value => {
    const table = model.weight(name);
    const rows = gather(table, plans.rows!);
    picked.set(table, { picked: rows, indices: plans.rows! });
    return rows;
  };
  const dropouts: string[] = [];
  const dropout = dropoutFrom(model, dropouts);

  const numbers = shape.numbers > 0 && metadata ? input('numbers', [encoded, shape.numbers]) : null;
  const items = metadata
    ? itemVectors(model, sparseMatmul(plans.bags!, model.weight('item.tokens')), numbers)
    : idVectors(pick('item.ids'));
  const layout = sessionLayout(config);
  const everywhere = sessionVectors(model, embedding(items, plans.positions), layout, dropout); // [places, d]
  const sessions = embedding(everywhere, plans.moments); // [M, d]

  const keys = itemsCompared(model, items, () => (sampled ? pick('head.items') : model.weight('head.items')));
  const query = sessionQueries(model, sessions);
  const plain = chunkedCrossEntropy(query, keys, plans.targets, {
    chunk: headChunk, ...(head === 'cosine' ? { bound: maximumTemperature } : {}), ...(plans.correction === null ? {} : { correction: plans.correction }),
  });
  const itemLosses = plans.own === null ? plain : add(plain, ownChange(model, plain, query, keys, plans));
  const share = input('share', ['moments']); // 1 / M
  const itemLoss = reduceSum(mul(itemLosses, share));
  const loss = predictsCategories(model) && config.categoryWeight > 0 ? add(itemLoss, mul(categoryLoss(model, sessions, share), config.categoryWeight)) : itemLoss;
  const parameters = model.parameters.map((parameter) => {
    const rows = picked.get(parameter.value);
    return rows === undefined ? parameter : { ...parameter, rows };
  });
  return { loss, itemLoss, parameters, negatives, plans, layout, dropouts };
}

/**
 * Adam's settings. Rows of ids are named by a gradient of their own once in some fifty steps and by traces of others in between: squares must
 * be remembered for longer than that, or the traces are blown up to full steps.
 */
export function optimizerOf(config: TrainingConfig): AdamOptions {
  const beta2 = variantOf(config.model).input === 'id' ? 0.999 : 0.98;
  return { beta2, weightDecay: config.weightDecay, clipNorm: config.clipNorm };
}

/** Places that session vectors stand at. */
function placesOf(config: TrainingConfig): Dim {
  if (isPacked(config)) return `${config.maxLength}*batch`;
  return config.mode === 'causal' ? 'batch*length' : 'batch';
}

/**
 * What the items of a moment's own session change in its loss [M], over few pairs instead of all logits. An item already seen has a learned
 * logit s added (`head.seen`), so that the likeness of a session to its own items need not be unlearned; and an item j that the session itself
 * brought into a shared sample was not drawn, so its correction q_j is taken back:
 * log Z' - log Z = log(1 + Σ_own p (e^(s + q) - 1)), p = e^(l - q - log Z). The target has q = 0: a positive is never corrected.
 */
function ownChange(model: Model, plain: Value, query: Value, keys: Value, plans: Plans): Value {
  const own = plans.own!;
  const perPair = transposeSparse(own); // [pairs, M]
  const logZ = add(plain, reduceSum(mul(query, embedding(keys, plans.targets)), 1)); // [M]
  const products = reduceSum(mul(sparseMatmul(perPair, query), embedding(keys, plans.ownItems!)), 1, true); // [pairs, 1]
  const correction = plans.correction === null ? null : input('own.correction', ['pairs', 1]);
  const share = exp(sub(correction === null ? products : sub(products, correction), sparseMatmul(perPair, reshape(logZ, ['moments', 1]))));
  const bonus = headOf(model.config) === 'cosine' ? seenLogits(model) : null; // [pairs, 1]
  const raise = bonus === null ? correction! : correction === null ? bonus : add(bonus, correction);
  const change = sparseMatmul(own, mul(share, sub(exp(raise), 1))); // [M, 1]
  // Rounding may take 1 + change a hair below the target's own share; the floor keeps the logarithm finite.
  const grown = log(maximum(add(change, 1), 1e-6));
  const target = bonus === null ? null : sparseMatmul(own, mul(bonus, input('own.target', ['pairs', 1]))); // s where the target itself was seen
  return reshape(target === null ? grown : sub(grown, target), ['moments']);
}

/** Logit of having been seen, per pair [pairs, 1]: one for the item just looked at, one for earlier ones, 0 for what is still to come. */
function seenLogits(model: Model): Value {
  const seen = scalarsOf(model, 'head.seen');
  return add(mul(input('own.last', ['pairs', 1]), slice(seen, 0, 1, 2)), mul(input('own.earlier', ['pairs', 1]), slice(seen, 0, 0, 1)));
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
    return mul(x, gather(pool, input(name, positionShape(model.config), 'int32')));
  };
}
