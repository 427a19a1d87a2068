/** The catalog: a list of any length, sorted and filtered by the backend, and the SKU that is open beside it. */
import type { CatalogFacets, CatalogRow, CatalogSort, CatalogStats } from '../../../electron/api/catalog.ts';
import type { Item } from '../../../db/records.ts';
import { ColumnLayout } from '../../components/column-layout.svelte.ts';
import type { Column } from '../../components/columns.ts';
import { importing } from '../../state/address.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';
import { Pages } from '../../state/pages.svelte.ts';
import { findMark, formatCatalogQuery, readCatalogQuery, wholeCatalog } from './query.ts';
import type { CatalogQuery } from './query.ts';

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

function asked({ search, status, brand, category }: CatalogQuery) {
  return { search, status, ...(brand === undefined ? {} : { brand }), ...(category === undefined ? {} : { category }) };
}

export class CatalogState {
  query = $state.raw<CatalogQuery>(wholeCatalog);
  facets = $state.raw<CatalogFacets | null>(null);
  sort = $state<CatalogSort>('events');
  descending = $state(true);
  stats = $state.raw<CatalogStats | null>(null);
  detail = $state.raw<{ readonly item: Item; readonly events: number } | null>(null);
  detailProblem = $state('');
  readonly pages: Pages<CatalogRow>;
  readonly columns: ColumnLayout;
  readonly filtered = $derived.by(() => formatCatalogQuery(this.query) !== '');
  readonly #app: App;
  readonly #facets: Latest<CatalogQuery, CatalogFacets>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening = 0;
  /** What the address said last. */
  #followed = '';

  constructor(app: App) {
    this.#app = app;
    this.columns = new ColumnLayout(app, 'catalog', columns);
    this.pages = new Pages((offset, limit) => app.api.catalog.list({ ...asked(this.query), sort: this.sort, descending: this.descending, offset, limit }));
    this.#facets = new Latest(
      (query) => app.api.catalog.facets(asked(query)),
      (facets) => (this.facets = facets),
      () => (this.facets = null), // the page that is asked for at the same time says what is wrong
    );
    app.onChange((what) => {
      if (what.has('catalog') || what.has('drafts') || what.has('sessions')) void this.load();
    });
    void this.load();
  }

  async load(): Promise<void> {
    this.#facets.put(this.query);
    await Promise.all([this.pages.reload(), this.#app.api.catalog.stats({}).then((stats) => (this.stats = stats), () => undefined)]);
  }

  find(search: string): void {
    this.query = { ...this.query, search };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask('replace'), searchMilliseconds);
  }

  /** Sets some filters; undefined takes one away. Back brings the ones before. */
  filter(part: Partial<CatalogQuery>): void {
    this.query = { ...this.query, ...part };
    this.#ask('go');
  }

  showAll(): void {
    this.query = wholeCatalog;
    this.#ask('go');
  }

  /** Follows the address: a question, a SKU, or neither, which after a question is the whole catalogue and after a SKU what was shown before. */
  follow(detail: string): void {
    const before = this.#followed;
    this.#followed = detail;
    const isQuestion = detail.startsWith(findMark);
    void this.open(isQuestion ? '' : detail);
    if (detail === '' && !before.startsWith(findMark)) return this.#tellAddress('replace');
    if (!isQuestion && detail !== '') return;
    const query = readCatalogQuery(detail);
    if (formatCatalogQuery(query) === formatCatalogQuery(this.query)) return;
    clearTimeout(this.#timer);
    this.query = query;
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

  #ask(how: 'go' | 'replace'): void {
    clearTimeout(this.#timer);
    void this.#reload();
    this.#tellAddress(how);
  }

  /** Only on the list itself: beside a SKU the address is the SKU's. */
  #tellAddress(how: 'go' | 'replace'): void {
    const { screen, detail } = this.#app.address;
    const wanted = formatCatalogQuery(this.query);
    if (screen !== 'catalog' || !(detail === '' || detail.startsWith(findMark)) || detail === wanted) return;
    this.#followed = wanted;
    if (how === 'go') this.#app.go('catalog', wanted);
    else this.#app.replaceAddress('catalog', wanted);
  }

  async #reload(): Promise<void> {
    this.#facets.put(this.query);
    await this.pages.reload();
    this.#app.announcement = `${this.pages.total} SKUs`;
  }
}
