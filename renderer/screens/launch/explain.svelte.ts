/** Why a draft has the exposure it has, and what would raise it: computed when it is asked for, never while somebody types. */
import type { Explanation } from '../../../electron/api/what-if.ts';
import type { App } from '../../state/app.svelte.ts';
import { Asked } from '../../state/asked.svelte.ts';
import { featuresOf } from './form.ts';
import type { Form } from './form.ts';

interface Explained {
  readonly sku: string;
  readonly form: Form;
}

export class Explaining extends Asked<string, Explanation> {
  readonly #explained: Explained;

  constructor(app: App, explained: Explained) {
    super((question) => app.api.launch.explain(JSON.parse(question) as Parameters<typeof app.api.launch.explain>[0]));
    this.#explained = explained;
  }

  /** Whether the text has moved on since. */
  get stale(): boolean {
    return this.result !== null && this.answered !== this.#now();
  }

  /** Asks for the text as it is now, unless that is what is known already. */
  ask(): void {
    const question = this.#now();
    if (this.result !== null && question === this.answered) return;
    this.problem = '';
    this.put(question);
  }

  /** The first time somebody looks. */
  open(): void {
    if (this.result === null && !this.computing && this.problem === '') this.ask();
  }

  #now(): string {
    return JSON.stringify({ sku: this.#explained.sku, features: featuresOf(this.#explained.form) });
  }
}
