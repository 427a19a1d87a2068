/** Which categories the model takes for each other: its first guess against the category of the next SKU, pairs under one parent. */
import { keySeparator } from './features.ts';
import type { Confusion, ConfusionExample } from './report-jobs.ts';

const shown = { pairs: 25, examples: 3 } as const;

export class ConfusionCounts {
  readonly #parents: readonly string[];
  readonly #pairs = new Map<number, { count: number; readonly examples: ConfusionExample[] }>();
  readonly #of: Int32Array;
  #n = 0;
  #wrong = 0;
  #siblings = 0;

  /** @param keys of the labels, as `CategoryAttribute.keys`: siblings share everything but the last name */
  constructor(keys: readonly string[]) {
    this.#parents = keys.map((key) => key.slice(0, Math.max(0, key.lastIndexOf(keySeparator))));
    this.#of = new Int32Array(keys.length);
  }

  /** `probabilities` is [labels]; label 0 is no guess. */
  add(probabilities: Float32Array, actual: number, session: number, target: number): void {
    let guess = 1;
    for (let label = 2; label < probabilities.length; label++) if (probabilities[label]! > probabilities[guess]!) guess = label;
    this.#n++;
    this.#of[actual]!++;
    if (guess === actual) return;
    this.#wrong++;
    if (this.#parents[guess] !== this.#parents[actual]) return;
    this.#siblings++;
    const id = actual * this.#of.length + guess;
    const pair = this.#pairs.get(id) ?? { count: 0, examples: [] };
    this.#pairs.set(id, pair);
    pair.count++;
    pair.examples.push({ session, target, guessed: probabilities[guess]!, right: probabilities[actual]! });
    if (pair.examples.length > shown.examples) {
      pair.examples.sort((a, b) => b.guessed - b.right - (a.guessed - a.right));
      pair.examples.length = shown.examples;
    }
  }

  result(): Confusion {
    const pairs = [...this.#pairs].sort(([a, one], [b, other]) => other.count - one.count || a - b).slice(0, shown.pairs).map(([id, { count, examples }]) => {
      const actual = Math.floor(id / this.#of.length);
      return { actual, predicted: id % this.#of.length, count, of: this.#of[actual]!, examples: examples.toSorted((a, b) => b.guessed - b.right - (a.guessed - a.right)) };
    });
    return { n: this.#n, wrong: this.#wrong, siblings: this.#siblings, pairs };
  }
}
