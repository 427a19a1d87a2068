/** Configuration of a training run: one validated object, a reason for each default. */

/** Systems of the paper that train; every one is run by the same command. */
export const modelKinds = ['m2trec', 'metrec', 'trec-title', 'trec-id', 'mutrec-id', 'gru4rec', 'narm', 'stamp'] as const;
export type ModelKind = (typeof modelKinds)[number];

export interface TrainingConfig {
  readonly model: ModelKind;
  /** `tied`: score by metadata, any SKU. `id`: the paper's free row per known SKU. */
  readonly head: 'tied' | 'id';
  readonly mode: 'causal' | 'prefix';
}
