/** Several drafts launched at once: they compete with each other as well as with live SKUs. */
import type { Together } from '../../../electron/api/what-if.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';

export class TogetherState {
  result = $state.raw<Together | null>(null);
  problem = $state('');
  computing = $state(false);
  skus = $state.raw<readonly string[]>([]);
  readonly #latest: Latest<readonly string[], Together>;

  constructor(app: App) {
    this.#latest = new Latest(
      (skus) => app.api.launch.together({ skus }),
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
    app.onChange((what) => {
      if (what.has('model') || what.has('drafts') || what.has('catalog')) this.compute();
    });
  }

  open(skus: readonly string[]): void {
    if (JSON.stringify(skus) === JSON.stringify(this.skus) && this.result !== null) return;
    this.skus = skus;
    this.result = null;
    this.compute();
  }

  compute(): void {
    if (this.skus.length === 0) return;
    this.computing = true;
    this.problem = '';
    this.#latest.put(this.skus);
  }
}
