/**
 * The board: which drafts are shown in which order, what is selected, and the numbers that are still being computed.
 *
 * Sorting is an act, as in a spreadsheet: rows keep their places while numbers arrive in them and drafts are edited, and a line offers to
 * sort again. Only where nobody is in the grid, by keyboard or with the pointer, do arriving numbers sort themselves in. The row that the
 * keyboard is on is a draft, not a place: wherever that draft goes, the keyboard goes with it.
 */
import type { DraftFacets, DraftFilters, DraftQuery, DraftRow, DraftSort } from '../../../../electron/api/drafts.ts';
import { ColumnLayout } from '../../../components/column-layout.svelte.ts';
import type { ColumnChoice } from '../../../components/column-layout.svelte.ts';
import { chooseColumns } from '../../../components/columns.ts';
import type { Attention } from '../../../components/list.svelte.ts';
import type { App } from '../../../state/app.svelte.ts';
import { describeError } from '../../../state/errors.ts';
import { formatPlural } from '../../../state/format.ts';
import { Latest } from '../../../state/latest.ts';
import { Pages } from '../../../state/pages.svelte.ts';
import { boardMark, formatQuery, readQuery, startDescending, wholeBoard } from './query.ts';
import type { BoardQuery } from './query.ts';
import { Selection } from './selection.svelte.ts';
import { columns } from './words.ts';

/** Up to this many drafts the numbers are computed without asking: half a minute at most. More is the user's decision. */
const computedUnasked = 500;

/** Wait after a key in the search field, so that a word is one question. */
const searchMilliseconds = 80;

export class Board {
  query = $state.raw<BoardQuery>(wholeBoard);
  facets = $state.raw<DraftFacets | null>(null);
  computing = $state(false);
  /** Why the numbers could not be computed; '' where they could. */
  problem = $state('');
  /** The row that the keyboard is on. */
  active = $state(0);
  /** Sorting now would move something. */
  stale = $state(false);
  /** How many drafts have got their numbers since it was sorted. */
  arrived = $state(0);
  readonly pages: Pages<DraftRow>;
  readonly selection: Selection;
  /** Those that the address names, or the user's own. */
  readonly columns: ColumnChoice;
  readonly activeRow = $derived.by(() => this.pages.row(this.active));
  readonly filtered = $derived.by(() => this.query.search !== '' || Object.keys(this.query.filters).length > 0);
  readonly lacking = $derived.by(() => (this.facets === null ? 0 : this.facets.drafts - this.facets.computed));
  readonly #app: App;
  readonly #facets: Latest<BoardQuery, DraftFacets>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #loading: Promise<void> | null = null;
  #changed = false;
  /** The order that pages are read in; undefined: the next load sorts. */
  #order: number | undefined;
  #loads = 0;
  /** Numbers have come that were not sorted in. */
  #unsorted = false;
  /** Somebody is in the grid. */
  #inside = false;
  /** The user has chosen the active row: before, it is just the first. */
  #chosen = false;
  /** The draft of the active row, where its page was there when it became active. */
  #activeSku: string | undefined;
  /** The user has stopped the computing, or it failed: it begins again when asked, or with another model. */
  #held = false;

  constructor(app: App) {
    this.#app = app;
    this.pages = new Pages((offset, limit) => app.api.launch.drafts({ ...this.#question(), offset, limit }));
    this.columns = this.#chooseColumns(new ColumnLayout(app, 'board', columns));
    this.selection = new Selection((offset, limit) => app.api.launch.draftSkus({ ...this.#question(), offset, limit }), (error) => app.fail(error));
    this.#facets = new Latest(
      ({ search, filters }) => app.api.launch.draftFacets({ search, filters }),
      (facets) => {
        this.facets = facets;
        if (this.lacking > 0 && facets.drafts <= computedUnasked && !this.#held && app.status?.model) void this.compute();
      },
      // The page that is asked for at the same time says what is wrong.
      () => (this.facets = null),
    );
    app.onChange((what) => {
      if (what.has('model')) this.#held = false;
      if (what.has('model') || what.has('numbers')) this.#unsorted = true;
      if (what.has('model') || what.has('numbers') || what.has('drafts') || what.has('catalog')) void this.load();
    });
    void this.load();
  }

  /** Reads pages and counts again. Changes come faster than pages while numbers are computed: those meanwhile are one question. */
  load(): Promise<void> {
    this.#changed = this.#loading !== null;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
      if (this.#changed) void this.load();
    });
    return this.#loading;
  }

  /** What an address asks for. */
  show(question: string): void {
    const query = readQuery(question);
    if (formatQuery(query) === formatQuery(this.query)) return;
    this.#ask(query);
  }

  /** The address of what is shown; '' for the whole board. */
  get detail(): string {
    return formatQuery(this.query);
  }

  /** The same with the columns, which are the user's own otherwise: what a saved view leads to. */
  get view(): string {
    return formatQuery({ ...this.query, columns: this.columns.shown.map(({ key }) => key) });
  }

  find(search: string): void {
    this.query = { ...this.query, search };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#ask(this.query);
      this.#tellAddress('replace');
    }, searchMilliseconds);
  }

  /** Sets some filters; undefined takes one away. Back brings the ones before. */
  filter(part: { readonly [Name in keyof DraftFilters]: DraftFilters[Name] | undefined }): void {
    const filters = Object.fromEntries(Object.entries({ ...this.query.filters, ...part }).filter(([, value]) => value !== undefined));
    this.#ask({ ...this.query, filters });
    this.#tellAddress('go');
  }

  showAll(): void {
    this.#ask({ ...this.query, search: '', filters: {} });
    this.#tellAddress('go');
  }

  sortBy(column: string): void {
    const sort = column as DraftSort;
    this.#ask({ ...this.query, sort, descending: this.query.sort === sort ? !this.query.descending : startDescending(sort) });
    this.#tellAddress('replace');
  }

  /** Sorts and filters what is there now. */
  async sortAgain(): Promise<void> {
    this.#order = undefined;
    await this.#load();
    if (this.pages.status === 'ready') this.#app.announcement = `Sorted again: ${formatPlural(this.pages.total, 'draft')}`;
  }

  /** The keyboard is on this row now. */
  activate(index: number): void {
    this.active = index;
    this.#activeSku = this.pages.row(index)?.sku;
    if (index > 0) this.#chosen = true;
  }

  /** Where the user is: rows do not move under a hand. */
  attend(attention: Attention): void {
    this.#inside = attention !== 'elsewhere';
    if (attention === 'keyboard') this.#chosen = true;
  }

  /** What a key acts on: the selection, or the row that the keyboard is on. */
  get targets(): readonly string[] {
    if (this.selection.size > 0) return [...this.selection.skus];
    return this.activeRow === undefined ? [] : [this.activeRow.sku];
  }

  async compute(): Promise<void> {
    if (this.computing) return;
    this.computing = true;
    this.problem = '';
    this.#held = false;
    try {
      await this.#app.api.launch.refreshBoard({});
    } catch (error) {
      this.#held = true;
      this.problem = describeError(error);
    } finally {
      this.computing = false;
    }
  }

  async stop(): Promise<void> {
    this.#held = true;
    await this.#app.api.launch.stopBoard({}).catch((error: unknown) => this.#app.fail(error));
  }

  #chooseColumns(own: ColumnLayout): ColumnChoice {
    const named = (): readonly string[] | null => this.query.columns;
    const name = (keys: readonly string[] | null): void => {
      this.query = { ...this.query, columns: keys };
      this.#tellAddress('replace');
    };
    return {
      all: columns,
      get shown() {
        return named() === null ? own.shown : chooseColumns(columns, named());
      },
      get saving() {
        return own.saving;
      },
      choose: (keys) => (named() === null ? own.choose(keys) : name(keys)),
    };
  }

  #ask(query: BoardQuery): void {
    clearTimeout(this.#timer);
    const other = query.search !== this.query.search || JSON.stringify(query.filters) !== JSON.stringify(this.query.filters);
    // What is not seen any more is not changed unseen.
    if (other) this.selection.clear();
    this.query = query;
    this.#order = undefined;
    this.#chosen = false;
    this.active = 0;
    void this.#load().then(() => {
      if (this.pages.status === 'ready') this.#app.announcement = formatPlural(this.pages.total, 'draft');
    });
  }

  #question(): DraftQuery & { readonly order?: number } {
    const { search, filters, sort, descending } = this.query;
    return { search, filters, sort, descending, ...(this.#order === undefined ? {} : { order: this.#order }) };
  }

  async #load(): Promise<void> {
    const load = ++this.#loads;
    this.#facets.put(this.query);
    if (this.#unsorted && !this.#inside) this.#order = undefined;
    this.#unsorted = false;
    const { active } = this;
    const find = this.#chosen ? this.activeRow?.sku : undefined;
    const arranged = await this.#app.api.launch.orderDrafts({ ...this.#question(), ...(find === undefined ? {} : { find }) }).catch(() => null);
    if (load !== this.#loads) return;
    this.#order = arranged?.order;
    await this.pages.reload(); // says what is wrong where there is no order either
    if (load !== this.#loads || arranged === null) return;
    this.stale = arranged.stale;
    this.arrived = arranged.arrived;
    if (find !== undefined) this.#follow(active, arranged.at);
  }

  /** The draft that was active at `from` stands at `at` now; the user may have moved on meanwhile. */
  #follow(from: number, at: number | null): void {
    const place = this.active === from ? at : this.pages.indexOf(({ sku }) => sku === this.#activeSku);
    const last = Math.max(0, this.pages.total - 1);
    this.active = Math.min(place === null || place < 0 ? this.active : place, last);
  }

  /** Only on the board itself: the list beside a draft keeps the draft's address. */
  #tellAddress(how: 'go' | 'replace'): void {
    const { screen, detail } = this.#app.address;
    if (screen !== 'launch' || !(detail === '' || detail.startsWith(boardMark)) || detail === this.detail) return;
    if (how === 'go') this.#app.go('launch', this.detail);
    else this.#app.replaceAddress('launch', this.detail);
  }
}
