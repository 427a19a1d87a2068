/**
 * GRU4Rec (Hidasi et al., ICLR 2016; losses as in CIKM 2018) as a graph: a gated recurrent unit over the items of a session, whose state
 * after each of them is compared with the vectors of all items ("constrained embedding": one table reads and predicts).
 *
 *   r = σ(W_r x + U_r h + b_r)      z = σ(W_z x + U_z h + b_z)
 *   n = tanh(W_n x + b_n + r ⊙ (U_n h + c))      h' = (1 - z) ⊙ n + z ⊙ h      score_j = h' · e_j
 */
import { add, concat, linear, mul, reshape, sigmoid, slice, sub, tanh } from './graph/operators.ts';
import type { Value } from './graph/value.ts';
import type { Dropout, PackedLayout } from './layout.ts';
import type { Definer, Model } from './model.ts';

export function defineGru4Rec(definer: Definer): void {
  definer.rows('item.ids');
  defineGru(definer);
}

/** Parameters of one gated recurrent unit of the model's width; `recurrent` reads them. */
export function defineGru(definer: Definer): void {
  const d = definer.config.width;
  definer.matrix('gru.in', d, 3 * d);
  definer.vector('gru.in.bias', 3 * d);
  definer.matrix('gru.state', d, 3 * d);
  definer.vector('gru.state.bias', 3 * d);
}

/** Items [B, T, d] -> the session vector at every position [B·T, d]. */
export function gru4recSessions(model: Model, items: Value, layout: PackedLayout, dropout: Dropout): Value {
  return reshape(dropout(recurrent(model, dropout(items), layout)), [-1, model.config.width]);
}

/** State after each item [B, T, d], unrolled; a session that begins starts from 0. */
export function recurrent(model: Model, x: Value, layout: PackedLayout): Value {
  const d = model.config.width;
  const input = linear(x, model.weight('gru.in'), model.weight('gru.in.bias')); // [B, T, 3d], all steps in one product
  const at = (value: Value, t: number): Value => reshape(slice(value, 1, t, t + 1), ['batch', value.shape[2]!]);
  const gate = (value: Value, index: number): Value => slice(value, 1, index * d, (index + 1) * d);
  const states: Value[] = [];
  let state: Value | null = null;
  for (let t = 0; t < layout.length; t++) {
    const read = at(input, t);
    // The first step has no state before it: 0 through the same product, so that its bias is learned there too.
    const before: Value = state === null ? mul(gate(read, 0), 0) : mul(state, at(layout.carry, t));
    const kept = linear(before, model.weight('gru.state'), model.weight('gru.state.bias'));
    const reset = sigmoid(add(gate(read, 0), gate(kept, 0)));
    const update = sigmoid(add(gate(read, 1), gate(kept, 1)));
    const proposed = tanh(add(gate(read, 2), mul(reset, gate(kept, 2))));
    state = add(proposed, mul(update, sub(before, proposed)));
    states.push(reshape(state, ['batch', 1, d]));
  }
  return concat(states, 1);
}
