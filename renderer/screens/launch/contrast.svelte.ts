/** Variants A and B of one draft on the same moments; follows the typing in either. */
import type { Contrast } from '../../../electron/api/what-if.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';
import { featuresOf } from './form.ts';
import type { Form } from './form.ts';

/** What is compared: an editor with two texts. */
export interface Compared {
  readonly sku: string;
  textOf(side: 'a' | 'b'): Form | null;
}

export class Contrasting {
  result = $state.raw<Contrast | null>(null);
  problem = $state('');
  computing = $state(false);
  readonly #compared: Compared;
  readonly #latest: Latest<string, Contrast>;

  constructor(app: App, compared: Compared) {
    this.#compared = compared;
    this.#latest = new Latest(
      (question) => app.api.launch.contrast(JSON.parse(question) as Parameters<typeof app.api.launch.contrast>[0]),
      (result) => {
        this.result = result;
        this.problem = '';
        this.computing = false;
      },
      (error) => {
        this.problem = describeError(error);
        this.computing = false;
      },
    );
  }

  /** What would be asked now; null without a variant. Reads both texts, so an effect that reads it runs when either changes. */
  get question(): string | null {
    const [a, b] = [this.#compared.textOf('a'), this.#compared.textOf('b')];
    return a === null || b === null ? null : JSON.stringify({ sku: this.#compared.sku, a: featuresOf(a), b: featuresOf(b) });
  }

  ask(question: string | null): void {
    if (question === null) return this.forget();
    this.computing = true;
    this.#latest.put(question);
  }

  forget(): void {
    this.#latest.drop();
    this.result = null;
    this.problem = '';
    this.computing = false;
  }
}
