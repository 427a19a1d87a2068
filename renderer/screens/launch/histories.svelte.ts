/** What really happened to SKUs: asked for one after another, once each until the sessions change. */
import { SvelteMap } from 'svelte/reactivity';
import type { ItemHistory } from '../../../electron/api/what-if.ts';
import type { App } from '../../state/app.svelte.ts';

export class Histories {
  readonly #app: App;
  /** null: it could not be read. */
  readonly #known = new SvelteMap<string, ItemHistory | null>();
  #wanted: readonly string[] = [];
  #asking = false;

  constructor(app: App) {
    this.#app = app;
    app.onChange((what) => {
      if (what.has('sessions') || what.has('catalog')) this.#known.clear();
    });
  }

  /** undefined: not yet. */
  of(sku: string): ItemHistory | null | undefined {
    return this.#known.get(sku);
  }

  want(skus: readonly string[]): void {
    this.#wanted = skus;
    if (!this.#asking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    for (let sku = this.#next(); sku !== undefined; sku = this.#next()) {
      this.#known.set(sku, await this.#app.api.launch.history({ sku }).catch(() => null));
    }
    this.#asking = false;
  }

  #next(): string | undefined {
    return this.#wanted.find((sku) => !this.#known.has(sku));
  }
}
