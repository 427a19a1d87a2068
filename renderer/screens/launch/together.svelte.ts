/** Several drafts launched at once: they compete with each other as well as with live SKUs. */
import type { Together } from '../../../electron/api/what-if.ts';
import type { App } from '../../state/app.svelte.ts';
import { Asked } from '../../state/asked.svelte.ts';

export class TogetherState extends Asked<readonly string[], Together> {
  skus = $state.raw<readonly string[]>([]);

  constructor(app: App) {
    super((skus) => app.api.launch.together({ skus }));
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
    this.problem = '';
    this.put(this.skus);
  }
}
