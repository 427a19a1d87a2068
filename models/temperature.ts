/**
 * Temperatures of the heads: what makes probabilities of scores, chosen after training so that they come true (`temperature-choice.ts`).
 *
 *   p(j) = e^c(z_j) / Σ over all that compete of e^c(z_k)
 *   c(z) = min(z, knee) / value + max(0, z - knee) / above.value
 *
 * c rises with z, so no order changes. Category heads have no knee.
 */

/** What makes logits of scores: c(z). */
export interface Softening {
  readonly value: number;
  readonly above: { readonly knee: number; readonly value: number } | null;
}

export interface Temperature extends Softening {
  /** Validation moments it was chosen on. */
  readonly n: number;
  /** Mean -log p of what came there, in nats, at temperature 1 and as chosen. */
  readonly validation: { readonly without: number; readonly with: number };
}

export const unsoftened: Softening = { value: 1, above: null };

/** By head: `item`, and each category level. A head that is missing has temperature 1. */
export type Temperatures = Readonly<Record<string, Temperature>>;

/** c(z) of a head: at temperature 1 where none was chosen. One function for all, so that loops over a catalogue run it in place. */
export function logitOf({ value, above }: Softening = unsoftened): (score: number) => number {
  const [s, r, knee] = [1 / value, 1 / (above?.value ?? value), above?.knee ?? Infinity];
  return (score) => (score > knee ? s * knee + r * (score - knee) : s * score);
}
