/** SKUs that a launch must not hurt, each with the share of its slots that it may lose before a preview warns. */
import type { App } from '../../state/app.svelte.ts';
import { formatProbability } from '../../state/format.ts';

/** Offered limits. */
export const limits: readonly number[] = [0, 0.05, 0.1, 0.2, 0.5];

export class Protections {
  #limits = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** What the next SKU is protected with: the limit chosen last. */
  usual = $state(0.1);
  readonly #app: App;
  /** Called when a mark has changed: the preview's warnings follow. */
  changed: () => void = () => {};

  constructor(app: App) {
    this.#app = app;
    app.onChange((what) => {
      if (what.has('drafts') || what.has('catalog')) void this.load();
    });
    void this.load();
  }

  limitOf(sku: string): number | null {
    return this.#limits.get(sku) ?? null;
  }

  async load(): Promise<void> {
    try {
      const all = await this.#app.api.launch.protections({});
      this.#limits = new Map(all.map(({ item, limit }) => [item.sku, limit]));
    } catch (error) {
      this.#app.fail(error);
    }
  }

  async mark(sku: string, limit: number | null): Promise<void> {
    if (limit !== null) this.usual = limit;
    try {
      await this.#app.api.launch.protect({ skus: [sku], limit });
      await this.load();
      this.#app.say(limit === null ? `${sku} is no longer protected.` : `${sku} is protected: a preview warns when a launch takes more than ${formatProbability(limit)} of its slots.`);
      this.changed();
    } catch (error) {
      this.#app.fail(error);
    }
  }
}
