/** Variants A and B of one draft on the same moments; follows the typing in either. */
import type { Contrast } from '../../../electron/api/what-if.ts';
import type { App } from '../../state/app.svelte.ts';
import { Asked } from '../../state/asked.svelte.ts';
import { featuresOf } from './form.ts';
import type { Form } from './form.ts';

/** What is compared: an editor with two texts. */
export interface Compared {
  readonly sku: string;
  textOf(side: 'a' | 'b'): Form | null;
}

export class Contrasting extends Asked<string, Contrast> {
  readonly #compared: Compared;

  constructor(app: App, compared: Compared) {
    super((question) => app.api.launch.contrast(JSON.parse(question) as Parameters<typeof app.api.launch.contrast>[0]));
    this.#compared = compared;
  }

  /** What would be asked now; null without a variant. Reads both texts, so an effect that reads it runs when either changes. */
  get question(): string | null {
    const [a, b] = [this.#compared.textOf('a'), this.#compared.textOf('b')];
    return a === null || b === null ? null : JSON.stringify({ sku: this.#compared.sku, a: featuresOf(a), b: featuresOf(b) });
  }

  ask(question: string | null): void {
    if (question === null) this.forget();
    else this.put(question);
  }
}
