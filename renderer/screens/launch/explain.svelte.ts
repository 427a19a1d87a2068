/** Why a draft has the exposure it has, and what would raise it: computed when it is asked for, never while somebody types. */
import type { Explanation } from '../../../electron/api/what-if.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';
import { featuresOf } from './form.ts';
import type { Form } from './form.ts';

interface Explained {
  readonly sku: string;
  readonly form: Form;
}

export class Explaining {
  result = $state.raw<Explanation | null>(null);
  problem = $state('');
  computing = $state(false);
  /** What the result was computed from. */
  #question = $state('');
  readonly #explained: Explained;
  readonly #latest: Latest<string, Explanation>;

  constructor(app: App, explained: Explained) {
    this.#explained = explained;
    this.#latest = new Latest(
      (question) => app.api.launch.explain(JSON.parse(question) as Parameters<typeof app.api.launch.explain>[0]),
      (result, question) => {
        this.result = result;
        this.#question = question;
        this.problem = '';
        this.computing = false;
      },
      (error) => {
        this.problem = describeError(error);
        this.computing = false;
      },
    );
  }

  /** Whether the text has moved on since. */
  get stale(): boolean {
    return this.result !== null && this.#question !== this.#now();
  }

  /** Asks for the text as it is now, unless that is what is known already. */
  ask(): void {
    const question = this.#now();
    if (this.result !== null && question === this.#question) return;
    this.computing = true;
    this.problem = '';
    this.#latest.put(question);
  }

  /** The first time somebody looks. */
  open(): void {
    if (this.result === null && !this.computing && this.problem === '') this.ask();
  }

  forget(): void {
    this.#latest.drop();
    this.result = null;
    this.problem = '';
    this.computing = false;
  }

  #now(): string {
    return JSON.stringify({ sku: this.#explained.sku, features: featuresOf(this.#explained.form) });
  }
}
