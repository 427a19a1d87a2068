/**
 * How sessions lie in the tensors of a run, as inputs of the graph; `layoutFeeds` of `batch.ts` fills them. Two ways:
 *
 *   padded   a session a row, [B, T] with T the longest of the batch: the Transformers, whose attention is within a row
 *   packed   sessions back to back in rows of a fixed length: the recurrent systems, which unroll that many steps
 */
import { variantOf, type TrainingConfig } from './config.ts';
import { indexInput, type IndexInput } from './graph/sparse.ts';
import { input, type Shape, type Value } from './graph/value.ts';

export interface PaddedLayout {
  readonly kind: 'padded';
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

export interface PackedLayout {
  readonly kind: 'packed';
  /** T: steps of a row. */
  readonly length: number;
  /** [B, T, 1] 0 where a session begins, 1 where it goes on: what carries over from the step before. */
  readonly carry: Value;
  /** [B, T, T] 1 where the column is in the same session and not after the row, else 0. */
  readonly past: Value;
  /** [B, T, T] `past` with rows that sum to 1. */
  readonly mean: Value;
}

export type SessionLayout = PaddedLayout | PackedLayout;

/** Shape of what stands at every position: [B, T]. */
export function positionShape(config: TrainingConfig): Shape {
  return ['batch', isPacked(config) ? config.maxLength : 'length'];
}

export function isPacked(config: TrainingConfig): boolean {
  return variantOf(config.model).encoder !== 'transformer';
}

export function sessionLayout(config: TrainingConfig): SessionLayout {
  if (isPacked(config)) {
    const length = config.maxLength;
    return { kind: 'packed', length, carry: input('carry', ['batch', length, 1]), past: input('past', ['batch', length, length]), mean: input('mean', ['batch', length, length]) };
  }
  const weights = config.mode === 'causal' ? ['length', 'length'] : ['batch', 1, 'length'];
  return {
    kind: 'padded',
    present: input('present', ['batch', 'length', 1]),
    mask: input('mask', config.mode === 'causal' ? [1, 1, 'length', 'length'] : ['batch', 1, 1, 'length']),
    pool: input('pool', weights),
    age: input('age', weights),
    past: input('past', weights),
    steps: indexInput('steps', ['length'], config.maxLength),
  };
}

export type Dropout = (x: Value) => Value;
export const keepAll: Dropout = (x) => x;
