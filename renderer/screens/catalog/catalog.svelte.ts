/** The catalog: a list of any length, sorted and filtered by the backend, and the SKU that is open beside it. */
import type { CatalogRow, CatalogSort, CatalogStats } from '../../../electron/api/catalog.ts';
import type { Item, ItemStatus } from '../../../db/records.ts';
import { ColumnLayout } from '../../components/column-layout.svelte.ts';
import type { Column } from '../../components/columns.ts';
import { importing } from '../../state/address.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Pages } from '../../state/pages.svelte.ts';

/** Wait after a key in the search field, so that a word is one question. */
const searchMilliseconds = 80;

const columns: readonly Column[] = [
  { key: 'title', label: 'Title', width: 'minmax(120px, 3fr)', sortable: true, always: true },
  { key: 'sku', label: 'SKU', width: '112px', sortable: true },
  { key: 'brand', label: 'Brand', width: 'minmax(72px, 0.8fr)', sortable: true },
  { key: 'leaf', label: 'Category', width: 'minmax(72px, 1.4fr)', sortable: true, from: 720 },
  { key: 'color', label: 'Colour', width: 'minmax(64px, 0.7fr)', from: 900 },
  { key: 'price', label: 'Price', width: '88px', numeric: true, sortable: true },
  { key: 'events', label: 'Events', width: '64px', numeric: true, sortable: true, means: 'Recorded events in which the SKU occurs.' },
  { key: 'path', label: 'Category path', width: 'minmax(140px, 2fr)', extra: true },
  { key: 'status', label: 'Status', width: '64px', extra: true },
];

export class CatalogState {
  search = $state('');
  status = $state<ItemStatus | 'all'>('all');
  sort = $state<CatalogSort>('events');
  descending = $state(true);
  stats = $state.raw<CatalogStats | null>(null);
  detail = $state.raw<{ readonly item: Item; readonly events: number } | null>(null);
  detailProblem = $state('');
  readonly pages: Pages<CatalogRow>;
  readonly columns: ColumnLayout;
  readonly #app: App;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening = 0;

  constructor(app: App) {
    this.#app = app;
    this.columns = new ColumnLayout(app, 'catalog', columns);
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
