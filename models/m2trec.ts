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
import { scoresNewSkus, variantOf } from './config.ts';
import { add, clip, concat, div, exp, layerNorm, linear, log, matmul, mul, relu, reduceSum, reshape, sigmoid, slice, softmax, sqrt, transpose } from './graph/operators.ts';
import { embedding } from './graph/sparse.ts';
import type { Value } from './graph/value.ts';
import type { Dropout, PaddedLayout } from './layout.ts';
import { rowScale, scalarsOf, type Definer, type Model } from './model.ts';

/** Bounds every logit of the tied head, so that its softmax over all items needs no running maximum in float32. */
export const maximumTemperature = 40;

export function defineM2TRec(definer: Definer, tokenStart: Float32Array | null): void {
  const { config, shape } = definer;
  const d = config.width;
  if (variantOf(config.model).input === 'id') {
    definer.rows('item.ids');
  } else {
    if (tokenStart === null) definer.noise('item.tokens', [shape.tokens, d], 0.05);
    else definer.define('item.tokens', [shape.tokens, d], (index) => tokenStart[index]!, false);
    if (shape.numbers > 0) definer.noise('item.numbers', [shape.numbers, d], 0.02);
    definer.vector('item.bias', d);
  }
  definer.matrix('session.input', d, d);
  definer.vector('session.input.bias', d);
  definer.noise('session.positions', [config.maxLength, d], 0.02);
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `session.${layer}`;
    for (const norm of ['norm1', 'norm2']) {
      definer.vector(`${at}.${norm}.scale`, d, 1);
      definer.vector(`${at}.${norm}.bias`, d);
    }
    definer.matrix(`${at}.attention.in`, d, 3 * d);
    definer.vector(`${at}.attention.in.bias`, 3 * d);
    definer.matrix(`${at}.attention.out`, d, d);
    definer.vector(`${at}.attention.out.bias`, d);
    definer.matrix(`${at}.forward.in`, d, config.feedForward);
    definer.vector(`${at}.forward.in.bias`, config.feedForward);
    definer.matrix(`${at}.forward.out`, config.feedForward, d);
    definer.vector(`${at}.forward.out.bias`, d);
  }
  definer.vector('session.norm.scale', d, 1);
  definer.vector('session.norm.bias', d);
  definer.noise('session.query', [d, d], 0.02, true);
  definer.vector('session.query.bias', d);
  if (config.head === 'tied') {
    definer.scalars('session.gate', [0.1]); // starts near the content skip: the untrained model already recommends what resembles the session
    definer.scalars('session.decay', [Math.log(0.85 / 0.15)]); // logit of the decay per step back
    if (scoresNewSkus(config)) definer.identity('head.key'); // a free row per item needs no map of its own
    definer.scalars('head.temperature', [Math.log(14)]);
    definer.scalars('head.seen', [-2, -2]); // logits of items already in the session: earlier ones, the last one
  } else {
    definer.rows('head.items', d + 1); // last column: the bias
  }
  if (variantOf(config.model).tasks === 'item+categories') {
    for (const level of shape.levels) {
      definer.matrix(`task.${level.name}`, d, level.labels);
      definer.vector(`task.${level.name}.bias`, level.labels);
    }
  }
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

/** Session vectors after every moment: items [B, T, d] -> [B·Q, d], Q = T (causal) or 1 (prefix). */
export function transformerSessions(model: Model, items: Value, layout: PaddedLayout, dropout: Dropout): Value {
  const { config, weight } = model;
  const positions = embedding(weight('session.positions'), layout.steps);
  // Metadata is hidden by token and attribute while training; a row of its own is one vector, so parts of that are hidden.
  const content = mul(variantOf(config.model).input === 'id' ? dropout(items) : items, layout.present);
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

/** unit(U v_k): [R, d]; no parameter belongs to an item, unless its vector is a row of its own already. */
export function itemKeys(model: Model, items: Value): Value {
  return unit(scoresNewSkus(model.config) ? matmul(items, model.weight('head.key')) : items);
}

/** Logits of one category task: [M, labels] (Eq. 6). */
export function categoryLogits(model: Model, level: string, sessions: Value): Value {
  return linear(mul(unit(sessions), Math.sqrt(model.config.width)), model.weight(`task.${level}`), model.weight(`task.${level}.bias`));
}

export function predictsCategories(model: Model): boolean {
  return variantOf(model.config.model).tasks === 'item+categories' && model.shape.levels.length > 0;
}
