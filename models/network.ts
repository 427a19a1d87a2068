/** Where the systems differ, in one place: which parameters they own, how a session becomes a vector, and what that vector is compared with. */
import { variantOf, type TrainingConfig } from './config.ts';
import type { Value } from './graph/value.ts';
import { defineGru4Rec, gru4recSessions } from './gru4rec.ts';
import { keepAll, type Dropout, type PackedLayout, type PaddedLayout, type SessionLayout } from './layout.ts';
import { defineM2TRec, freeQueries, itemKeys, queries, transformerSessions } from './m2trec.ts';
import { Definer, type Model, type ModelShape } from './model.ts';
import { defineNarm, narmSessions } from './narm.ts';
import { defineStamp, stampSessions } from './stamp.ts';

/** All parameters with their first values. `tokenStart` [tokens, d] replaces noise for the token table (`lsa.ts`). */
export function createModel(config: TrainingConfig, shape: ModelShape, tokenStart: Float32Array | null = null): Model {
  const definer = new Definer(config, shape);
  switch (variantOf(config.model).encoder) {
    case 'transformer': defineM2TRec(definer, tokenStart); break;
    case 'gru4rec': defineGru4Rec(definer); break;
    case 'narm': defineNarm(definer); break;
    case 'stamp': defineStamp(definer); break;
  }
  return {
    config, shape, parameters: [...definer.parameters.values()],
    weight: (name) => {
      const found = definer.parameters.get(name);
      if (found === undefined) throw new Error(`${config.model} with the ${config.head} head has no parameter ${name}`);
      return found.value;
    },
  };
}

/**
 * `cosine`: the tied head, temperature times the cosine with the item's key. `rows`: the paper's, a free row and bias per item.
 * `dot`: the product with the item's own vector.
 */
export function headOf(config: TrainingConfig): 'cosine' | 'rows' | 'dot' {
  if (variantOf(config.model).encoder !== 'transformer') return 'dot';
  return config.head === 'tied' ? 'cosine' : 'rows';
}

/** Width of queries and keys. */
export function keyWidth(config: TrainingConfig): number {
  return headOf(config) === 'rows' ? config.width + 1 : config.width;
}

/** Session vectors at every place: items [B, T, d] -> [places, d]; places are all B·T positions, or B where only the last one predicts (prefix). */
export function sessionVectors(model: Model, items: Value, layout: SessionLayout, dropout: Dropout = keepAll): Value {
  const { encoder } = variantOf(model.config.model);
  switch (encoder) {
    case 'transformer': return transformerSessions(model, items, layout as PaddedLayout, dropout);
    case 'gru4rec': return gru4recSessions(model, items, layout as PackedLayout, dropout);
    case 'narm': return narmSessions(model, items, layout as PackedLayout, dropout);
    case 'stamp': return stampSessions(model, items, layout as PackedLayout, dropout);
  }
}

/** What is multiplied with the items' keys: session vectors [M, d] -> [M, keyWidth]. */
export function sessionQueries(model: Model, sessions: Value): Value {
  switch (headOf(model.config)) {
    case 'cosine': return queries(model, sessions);
    case 'rows': return freeQueries(sessions);
    case 'dot': return sessions;
  }
}

/** What sessions are compared with: item vectors [R, d] and, for the `rows` head, their rows [R, d + 1] -> [R, keyWidth]. */
export function itemsCompared(model: Model, vectors: Value, rows: () => Value): Value {
  switch (headOf(model.config)) {
    case 'cosine': return itemKeys(model, vectors);
    case 'rows': return rows();
    case 'dot': return vectors;
  }
}
