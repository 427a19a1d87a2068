/** The catalog: a list of any length, sorted and filtered by the backend, and the SKU that is open beside it. */
import type { CatalogRow, CatalogSort, CatalogStats } from '../../../electron/api/catalog.ts';
import type { Item, ItemStatus } from '../../../db/records.ts';
import { importing } from '../../state/address.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Pages } from '../../state/pages.svelte.ts';

/** Wait after a key in the search field, so that a word is one question. */
const searchMilliseconds = 80;

export class CatalogState {
  search = $state('');
  status = $state<ItemStatus | 'all'>('all');
  sort = $state<CatalogSort>('events');
  descending = $state(true);
  stats = $state.raw<CatalogStats | null>(null);
  detail = $state.raw<{ readonly item: Item; readonly events: number } | null>(null);
  detailProblem = $state('');
  readonly pages: Pages<CatalogRow>;
  readonly #app: App;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening = 0;

  constructor(app: App) {
    this.#app = app;
    this.pages = new Pages((offset, limit) => app.api.catalog.list({ search: this.search, status: this.status, sort: this.sort, descending: this.descending, offset, limit }));
    app.onChange((what) => {
      if (what.has('catalog') || what.has('drafts') || what.has('sessions')) void this.load();
    });
    void this.load();
  }

  async load(): Promise<void> {
    await Promise.all([this.pages.reload(), this.#app.api.catalog.stats({}).then((stats) => (this.stats = stats), () => undefined)]);
  }

  find(text: string): void {
    this.search = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#reload(), searchMilliseconds);
  }

  show(status: ItemStatus | 'all'): void {
    this.status = status;
    void this.#reload();
  }

  sortBy(column: string): void {
    this.descending = this.sort === column ? !this.descending : column === 'events' || column === 'price';
    this.sort = column as CatalogSort;
    void this.#reload();
  }

  async open(sku: string): Promise<void> {
    const opening = ++this.#opening;
    this.detailProblem = '';
    if (sku === '' || sku === importing) {
      this.detail = null;
      return;
    }
    try {
      const detail = await this.#app.api.catalog.get({ sku });
      if (opening === this.#opening) this.detail = detail;
    } catch (error) {
      if (opening !== this.#opening) return;
      this.detail = null;
      this.detailProblem = describeError(error);
    }
  }

  async #reload(): Promise<void> {
    await this.pages.reload();
    this.#app.announcement = `${this.pages.total} SKUs`;
  }
}
