/**
 * M2TRec (Shalaby et al., RecSys 2022) as a graph; the paper's equations beside the lines that compute them.
 *
 *   item      v_k = unit(Σ_tokens w · E_token + price terms + b)           Eqs. 2-4: attributes pooled, joined, projected to d
 *   session   H   = TransformerEncoder(v_1 … v_t + positions)              2 layers, 8 heads
 *             v_S = pooled H                                               Eq. 5
 *   tasks     p   = softmax of a score per item, per label of each level   Eq. 6
 *   loss      Σ over tasks of the cross-entropy                            Eq. 7
 *
 * Differences from the paper, each with its reason, stand in the README's table.
 * Dimensions: R items encoded in a run, B sessions of length T, M moments (positions with a next item), d width.
 */
import type { TrainingConfig } from './config.ts';
import { variantOf } from './config.ts';
import { add, clip, concat, div, exp, layerNorm, linear, log, matmul, mul, relu, reduceSum, reshape, sigmoid, slice, softmax, sqrt, transpose } from './graph/operators.ts';
import { embedding, indexInput, type IndexInput } from './graph/sparse.ts';
import { input, parameter, type Value } from './graph/value.ts';
import { Random } from './random.ts';

/** What the data decides about a model: sizes of its tables. */
export interface ModelShape {
  /** Entries of the joint token table over all attributes; 0 where items are known by id only. */
  readonly tokens: number;
  /** Columns of numeric attributes (price: value and missing flag). */
  readonly numbers: number;
  /** Items with a row of their own (id input, id head); 0 for metadata in and tied head out. */
  readonly items: number;
  readonly levels: readonly { readonly name: string; readonly labels: number }[];
}

/**
 * Scalars (gate, decay, temperature, …) are stored divided by this and multiplied back where they are used: Adam moves every number by
 * about the learning rate, and a scalar that scales a whole vector has further to go than one entry of a matrix.
 */
const scalarScale = 5;

/** Likewise for rows that belong to one item: each is seen a few times an epoch, so it must move further each time. */
const rowScale = 8;

export interface ModelParameter {
  readonly value: Value;
  readonly initial: Float32Array;
  readonly weightDecay: boolean;
}

/** Bounds every logit of the tied head, so that its softmax over all items needs no running maximum in float32. */
export const maximumTemperature = 40;

/** A model under construction: parameters appear as the parts that own them are built. */
export interface Model {
  readonly config: TrainingConfig;
  readonly shape: ModelShape;
  readonly parameters: readonly ModelParameter[];
  /** Looks a parameter up by name; throws where the variant has none. */
  readonly weight: (name: string) => Value;
}

/**
 * All parameters with their first values. `tokenStart` [tokens, d] replaces noise for the token table (`lsa.ts`).
 */
export function createModel(config: TrainingConfig, shape: ModelShape, tokenStart: Float32Array | null = null): Model {
  const random = new Random(config.seed);
  const d = config.width;
  const parameters = new Map<string, ModelParameter>();
  const define = (name: string, dims: readonly number[], fill: (index: number) => number, weightDecay: boolean): void => {
    const initial = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, index) => fill(index));
    parameters.set(name, { value: parameter(name, dims), initial, weightDecay });
  };
  const matrix = (name: string, rows: number, columns: number): void => {
    const bound = Math.sqrt(6 / (rows + columns)); // Glorot & Bengio 2010
    define(name, [rows, columns], () => (2 * random.uniform() - 1) * bound, true);
  };
  const vector = (name: string, size: number, value = 0): void => define(name, [size], () => value, false);
  const scalars = (name: string, values: readonly number[]): void => define(name, [values.length], (index) => values[index]! / scalarScale, false);
  const identity = (name: string): void => define(name, [d, d], (index) => (index % (d + 1) === 0 ? 1 : 0), true);

  if (variantOf(config.model).input === 'id') {
    define('item.ids', [shape.items, d], () => random.normal() / Math.sqrt(d) / rowScale, false);
  } else {
    define('item.tokens', [shape.tokens, d], tokenStart === null ? () => 0.05 * random.normal() : (index) => tokenStart[index]!, false);
    if (shape.numbers > 0) define('item.numbers', [shape.numbers, d], () => 0.02 * random.normal(), false);
    vector('item.bias', d);
  }
  matrix('session.input', d, d);
  vector('session.input.bias', d);
  define('session.positions', [config.maxLength, d], () => 0.02 * random.normal(), false);
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `session.${layer}`;
    for (const norm of ['norm1', 'norm2']) {
      vector(`${at}.${norm}.scale`, d, 1);
      vector(`${at}.${norm}.bias`, d);
    }
    matrix(`${at}.attention.in`, d, 3 * d);
    vector(`${at}.attention.in.bias`, 3 * d);
    matrix(`${at}.attention.out`, d, d);
    vector(`${at}.attention.out.bias`, d);
    matrix(`${at}.forward.in`, d, config.feedForward);
    vector(`${at}.forward.in.bias`, config.feedForward);
    matrix(`${at}.forward.out`, config.feedForward, d);
    vector(`${at}.forward.out.bias`, d);
  }
  vector('session.norm.scale', d, 1);
  vector('session.norm.bias', d);
  define('session.query', [d, d], () => 0.02 * random.normal(), true);
  vector('session.query.bias', d);
  if (config.head === 'tied') {
    scalars('session.gate', [0.1]); // starts near the content skip: the untrained model already recommends what resembles the session
    scalars('session.decay', [Math.log(0.85 / 0.15)]); // logit of the decay per step back
    identity('head.key');
    scalars('head.temperature', [Math.log(14)]);
    scalars('head.seen', [-2, -2]); // logits of items already in the session: earlier ones, the last one
  } else {
    define('head.items', [shape.items, d + 1], (index) => (index % (d + 1) === d ? 0 : random.normal() / Math.sqrt(d) / rowScale), false); // last column: the bias
  }
  if (variantOf(config.model).tasks === 'item+categories') {
    for (const level of shape.levels) {
      matrix(`task.${level.name}`, d, level.labels);
      vector(`task.${level.name}.bias`, level.labels);
    }
  }
  return {
    config, shape, parameters: [...parameters.values()],
    weight: (name) => {
      const found = parameters.get(name);
      if (found === undefined) throw new Error(`${config.model} with the ${config.head} head has no parameter ${name}`);
      return found.value;
    },
  };
}

/** Scalar parameters at their true size: [n]. */
export function scalarsOf(model: Model, name: string): Value {
  return mul(model.weight(name), scalarScale);
}

/** Logits added to items already in the session, earlier ones and the last one; 0 for models without the tied head. */
export function seenBonus(weights: ReadonlyMap<string, Float32Array>): readonly [earlier: number, last: number] {
  const seen = weights.get('head.seen');
  return seen === undefined ? [0, 0] : [scalarScale * seen[0]!, scalarScale * seen[1]!];
}

/** Item vectors of ids [R, d] from their rows of `item.ids`. */
export function idVectors(rows: Value): Value {
  return mul(rows, rowScale);
}

/** [M, d] -> [M, d + 1]: what the paper's head multiplies with `head.items`, whose last column is a bias per item (Eq. 6). */
export function freeQueries(sessions: Value): Value {
  return mul(concat([sessions, add(mul(slice(sessions, 1, 0, 1), 0), 1)], 1), rowScale);
}

/** x / |x| over the last axis; the small constant keeps empty items (no known token) finite. */
export function unit(x: Value): Value {
  return div(x, sqrt(add(reduceSum(mul(x, x), -1, true), 1e-4)));
}

/** Item vectors v_k from metadata: pooled token vectors [R, d] and numbers [R, numbers] (Eqs. 2-4). */
export function itemVectors(model: Model, pooled: Value, numbers: Value | null): Value {
  const sum = add(pooled, model.weight('item.bias'));
  return unit(numbers === null ? sum : add(sum, matmul(numbers, model.weight('item.numbers'))));
}

/** Inputs that say how a batch of sessions is laid out; see `batch.ts` for how they are filled. */
export interface SessionLayout {
  /** [B, T, 1] 1 for an item, 0 for padding. */
  readonly present: Value;
  /** Additive attention mask: [1, 1, T, T] (causal) or [B, 1, 1, T] (prefix). */
  readonly mask: Value;
  /** Pooling weights (Eq. 5): [T, T] running mean plus last position (causal), or [B, 1, T] mean (prefix). */
  readonly pool: Value;
  /** Steps back from each moment, same shape as `pool`; and 1 where that step is in the past of the moment, else 0. */
  readonly age: Value;
  readonly past: Value;
  /** 0 … T - 1, rows of the position table. */
  readonly steps: IndexInput;
}

export function sessionLayout(config: TrainingConfig): SessionLayout {
  const weights = config.mode === 'causal' ? ['length', 'length'] : ['batch', 1, 'length'];
  return {
    present: input('present', ['batch', 'length', 1]),
    mask: input('mask', config.mode === 'causal' ? [1, 1, 'length', 'length'] : ['batch', 1, 1, 'length']),
    pool: input('pool', weights),
    age: input('age', weights),
    past: input('past', weights),
    steps: indexInput('steps', ['length'], config.maxLength),
  };
}

export type Dropout = (x: Value) => Value;
const keepAll: Dropout = (x) => x;

/** Session vectors after every moment: items [B, T, d] -> [B·Q, d], Q = T (causal) or 1 (prefix). */
export function sessionVectors(model: Model, items: Value, layout: SessionLayout, dropout: Dropout = keepAll): Value {
  const { config, weight } = model;
  const positions = embedding(weight('session.positions'), layout.steps);
  const content = mul(items, layout.present);
  let x = dropout(add(linear(content, weight('session.input'), weight('session.input.bias')), positions));
  for (let layer = 0; layer < config.layers; layer++) x = encoderLayer(model, x, layout.mask, layer, dropout);
  const hidden = layerNorm(x, weight('session.norm.scale'), weight('session.norm.bias'));
  const pooled = matmul(layout.pool, hidden); // Eq. 5
  const query = linear(pooled, weight('session.query'), weight('session.query.bias'));
  if (config.head === 'id') return reshape(query, [-1, config.width]);
  // Content skip: the decayed mean of what was looked at, weights decay^age normalised over the past.
  const rate = log(sigmoid(scalarsOf(model, 'session.decay')));
  const decayed = mul(exp(mul(layout.age, rate)), layout.past);
  const weights = div(decayed, reduceSum(decayed, -1, true));
  return reshape(add(mul(query, scalarsOf(model, 'session.gate')), unit(matmul(weights, content))), [-1, config.width]);
}

/** Pre-norm encoder layer: x + attention(norm(x)), then x + forward(norm(x)); ReLU. */
function encoderLayer(model: Model, x: Value, mask: Value, layer: number, dropout: Dropout): Value {
  const { config } = model;
  const weight = (name: string): Value => model.weight(`session.${layer}.${name}`);
  const heads = config.attentionHeads;
  const size = config.width / heads;
  const normed = layerNorm(x, weight('norm1.scale'), weight('norm1.bias'));
  const all = linear(normed, weight('attention.in'), weight('attention.in.bias')); // [B, T, 3d]
  const part = (index: number): Value => transpose(reshape(slice(all, 2, index * config.width, (index + 1) * config.width), ['batch', 'length', heads, size]), [0, 2, 1, 3]);
  const scores = matmul(mul(part(0), 1 / Math.sqrt(size)), part(1), { transposeB: true }); // [B, heads, T, T]
  const attention = matmul(softmax(add(scores, mask)), part(2)); // [B, heads, T, size]
  const joined = reshape(transpose(attention, [0, 2, 1, 3]), ['batch', 'length', config.width]);
  const attended = add(x, dropout(linear(joined, weight('attention.out'), weight('attention.out.bias'))));
  const inner = relu(linear(layerNorm(attended, weight('norm2.scale'), weight('norm2.bias')), weight('forward.in'), weight('forward.in.bias')));
  return add(attended, dropout(linear(inner, weight('forward.out'), weight('forward.out.bias'))));
}

/** τ · unit(v_S): [M, d]. With `itemKeys`, the tied head's score is their product. */
export function queries(model: Model, sessions: Value): Value {
  const temperature = clip(exp(scalarsOf(model, 'head.temperature')), 0, maximumTemperature);
  return mul(unit(sessions), temperature);
}

/** unit(U v_k): [R, d]; no parameter belongs to an item. */
export function itemKeys(model: Model, items: Value): Value {
  return unit(matmul(items, model.weight('head.key')));
}

/** Logits of one category task: [M, labels] (Eq. 6). */
export function categoryLogits(model: Model, level: string, sessions: Value): Value {
  return linear(mul(unit(sessions), Math.sqrt(model.config.width)), model.weight(`task.${level}`), model.weight(`task.${level}.bias`));
}

export function predictsCategories(model: Model): boolean {
  return variantOf(model.config.model).tasks === 'item+categories' && model.shape.levels.length > 0;
}
