/**
 * STAMP (Liu et al., KDD 2018) as a graph: no recurrence, an attention over the items so far that is steered by the last of them (short-term
 * interest) and by their mean (general interest).
 *
 *   α_ti = w₀ᵀ σ(W₁ x_i + W₂ x_t + W₃ m_s + b_a)      m_a = Σ_{i ≤ t} α_ti x_i      m_s = mean of x_1 … x_t
 *   h_s = tanh(W_s m_a + b_s)      h_t = tanh(W_t x_t + b_t)      score_j = (h_s ⊙ h_t) · e_j
 *
 * The paper squashes scores by a sigmoid before the softmax, which bounds every probability by e / N; like the code that its figures were
 * reproduced with, we leave that out.
 */
import { add, linear, matmul, mul, reshape, sigmoid, tanh } from './graph/operators.ts';
import type { Value } from './graph/value.ts';
import type { Dropout, PackedLayout } from './layout.ts';
import type { Definer, Model } from './model.ts';

export function defineStamp(definer: Definer): void {
  const d = definer.config.width;
  definer.rows('item.ids');
  for (const name of ['each', 'last', 'mean']) definer.matrix(`attention.${name}`, d, d);
  definer.vector('attention.bias', d);
  definer.matrix('attention.sum', d, 1);
  for (const name of ['session', 'last']) {
    definer.matrix(`${name}.out`, d, d);
    definer.vector(`${name}.out.bias`, d);
  }
}

/** Items [B, T, d] -> the session vector at every position [B·T, d]. */
export function stampSessions(model: Model, items: Value, layout: PackedLayout, dropout: Dropout): Value {
  const d = model.config.width;
  const { length } = layout;
  const { weight } = model;
  const x = dropout(items);
  const mean = matmul(layout.mean, x); // [B, T, d], of the items up to each
  const each = reshape(matmul(x, weight('attention.each')), ['batch', 1, length, d]);
  const steering = add(add(matmul(x, weight('attention.last')), matmul(mean, weight('attention.mean'))), weight('attention.bias'));
  const energies = matmul(sigmoid(add(each, reshape(steering, ['batch', length, 1, d]))), weight('attention.sum')); // [B, T, T, 1]
  const attended = matmul(mul(reshape(energies, ['batch', length, length]), layout.past), x);
  const session = tanh(linear(attended, weight('session.out'), weight('session.out.bias')));
  const last = tanh(linear(x, weight('last.out'), weight('last.out.bias')));
  return reshape(mul(session, last), [-1, d]);
}
