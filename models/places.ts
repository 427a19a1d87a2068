/** Where the sessions of a run stand in its tensors, and the layout tensors that follow from it (`layout.ts` says what each is for). */
import type { TrainingConfig } from './config.ts';
import { floats, type Tensor } from './graph/tensor.ts';
import { isPacked } from './layout.ts';

export interface Places {
  /** [sessions] items of each. */
  readonly lengths: Int32Array;
  /** Rows and columns of the tensors: [batch, length]. */
  readonly batch: number;
  readonly length: number;
  /** [sessions] position of the first item of each, in [batch · length]. */
  readonly starts: Int32Array;
  /** Place of the session vector after item `t` of session `index`. */
  moment(index: number, t: number): number;
}

/** Padded: a session a row. Packed: sessions back to back, a new row where the next one does not fit. */
export function placeSessions(config: TrainingConfig, lengths: Int32Array): Places {
  const starts = new Int32Array(lengths.length);
  if (isPacked(config)) {
    const length = config.maxLength;
    let [row, used] = [0, 0];
    for (const [i, n] of lengths.entries()) {
      if (used + n > length) [row, used] = [row + 1, 0];
      starts[i] = row * length + used;
      used += n;
    }
    return { lengths, batch: row + 1, length, starts, moment: (index, t) => starts[index]! + t };
  }
  const length = Math.max(...lengths);
  for (const i of lengths.keys()) starts[i] = i * length;
  return { lengths, batch: lengths.length, length, starts, moment: config.mode === 'causal' ? (index, t) => starts[index]! + t : (index) => index };
}

/** The tensors of `SessionLayout`, without the position table's rows. */
export function layoutFeeds(config: TrainingConfig, places: Places): Record<string, Tensor> {
  return isPacked(config) ? packedFeeds(places) : paddedFeeds(config.mode, places);
}

function packedFeeds({ lengths, batch, length, starts }: Places): Record<string, Tensor> {
  const carry = new Float32Array(batch * length);
  const past = new Float32Array(batch * length * length);
  const mean = new Float32Array(batch * length * length);
  for (const [i, n] of lengths.entries()) {
    const column = starts[i]! % length;
    for (let t = 0; t < n; t++) {
      const at = starts[i]! + t;
      carry[at] = t > 0 ? 1 : 0;
      past.fill(1, at * length + column, at * length + column + t + 1);
      mean.fill(1 / (t + 1), at * length + column, at * length + column + t + 1);
    }
  }
  const square = [batch, length, length];
  return { carry: floats(carry, [batch, length, 1]), past: floats(past, square), mean: floats(mean, square) };
}

function paddedFeeds(mode: TrainingConfig['mode'], { lengths, batch, length }: Places): Record<string, Tensor> {
  const present = new Float32Array(batch * length);
  for (const [b, n] of lengths.entries()) present.fill(1, b * length, b * length + n);
  const size = mode === 'causal' ? length * length : batch * length;
  const [mask, pool, age, past] = [new Float32Array(size), new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  const rows = mode === 'causal' ? length : batch;
  for (let row = 0; row < rows; row++) {
    const visible = mode === 'causal' ? row + 1 : lengths[row]!; // items this row may look at
    for (let k = 0; k < length; k++) {
      const at = row * length + k;
      mask[at] = k < visible ? 0 : -1e9;
      pool[at] = k < visible ? 1 / visible + (mode === 'causal' && k === row ? 1 : 0) : 0;
      age[at] = k < visible ? visible - 1 - k : 0;
      past[at] = k < visible ? 1 : 0;
    }
  }
  const weights = mode === 'causal' ? [length, length] : [batch, 1, length];
  return {
    present: floats(present, [batch, length, 1]),
    mask: floats(mask, mode === 'causal' ? [1, 1, length, length] : [batch, 1, 1, length]),
    pool: floats(pool, weights), age: floats(age, weights), past: floats(past, weights),
  };
}
