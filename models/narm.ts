/**
 * NARM (Li et al., CIKM 2017) as a graph: a gated recurrent unit whose last state is the global view of the session, and an attention of
 * that state over all states so far, the local view.
 *
 *   α_tj = vᵀ σ(A₁ h_t + A₂ h_j)      c_t = [h_t ; Σ_{j ≤ t} α_tj h_j]      score_j = e_jᵀ B c_t
 */
import { add, concat, matmul, mul, reshape, sigmoid } from './graph/operators.ts';
import type { Value } from './graph/value.ts';
import { defineGru, recurrent } from './gru4rec.ts';
import type { Dropout, PackedLayout } from './layout.ts';
import type { Definer, Model } from './model.ts';

export function defineNarm(definer: Definer): void {
  const d = definer.config.width;
  definer.rows('item.ids');
  defineGru(definer);
  definer.matrix('attention.last', d, d);
  definer.matrix('attention.each', d, d);
  definer.matrix('attention.sum', d, 1);
  definer.matrix('session.decoder', 2 * d, d);
}

/** Items [B, T, d] -> the session vector at every position [B·T, d]. */
export function narmSessions(model: Model, items: Value, layout: PackedLayout, dropout: Dropout): Value {
  const d = model.config.width;
  const { length } = layout;
  const states = recurrent(model, dropout(items), layout); // [B, T, d]
  const last = reshape(matmul(states, model.weight('attention.last')), ['batch', length, 1, d]);
  const each = reshape(matmul(states, model.weight('attention.each')), ['batch', 1, length, d]);
  const energies = reshape(matmul(sigmoid(add(last, each)), model.weight('attention.sum')), ['batch', length, length]);
  const local = matmul(mul(energies, layout.past), states); // [B, T, d]
  return reshape(matmul(concat([dropout(states), dropout(local)], 2), model.weight('session.decoder')), [-1, d]);
}
