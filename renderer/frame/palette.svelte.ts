/** What Ctrl K finds: screens, actions and saved views by name at once, categories and SKUs as the backend answers. */
import type { CatalogRow } from '../../electron/api/catalog.ts';
import { demandDetail, demandView, plainDemand } from '../screens/categories/demand-address.ts';
import { blank, importing } from '../state/address.ts';
import type { App } from '../state/app.svelte.ts';
import { Latest } from '../state/latest.ts';
import { keep } from '../state/keep.svelte.ts';
import { SavedViews } from '../state/saved-views.svelte.ts';
import { places } from './keys.ts';

export interface Entry {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly item: CatalogRow | null;
  readonly run: () => void;
}

interface Found {
  readonly items: readonly CatalogRow[];
  /** Paths, `A > B`. */
  readonly categories: readonly string[];
}
const nothing: Found = { items: [], categories: [] };

export class PaletteState {
  text = $state('');
  active = $state(0);
  #found = $state.raw<Found>(nothing);
  readonly entries = $derived(this.#build());
  readonly #app: App;
  readonly #views: SavedViews;
  readonly #search: Latest<string, Found>;

  constructor(app: App) {
    this.#app = app;
    this.#views = keep(app, SavedViews);
    this.#search = new Latest<string, Found>(
      async (text) => {
        const [{ rows }, categories] = await Promise.all([
          app.api.catalog.list({ search: text, status: 'all', sort: 'events', descending: true, offset: 0, limit: 8 }),
          app.api.catalog.suggest({ field: 'category', text, limit: 3 }),
        ]);
        return { items: rows, categories: categories.map(({ value }) => value) };
      },
      (found) => (this.#found = found),
      () => (this.#found = nothing),
    );
  }

  type(text: string): void {
    this.text = text;
    this.active = 0;
    if (text.trim().length >= 2) this.#search.put(text.trim());
    else {
      this.#search.drop();
      this.#found = nothing;
    }
  }

  move(step: number): void {
    const count = this.entries.length;
    if (count > 0) this.active = (this.active + step + count) % count;
  }

  choose(index = this.active): void {
    const entry = this.entries[index];
    if (entry === undefined) return;
    this.#app.overlay = null;
    this.type('');
    entry.run();
  }

  #build(): readonly Entry[] {
    const app = this.#app;
    const fixed: readonly Entry[] = [
      ...places.map((place) => ({ key: `go-${place.screen}`, label: `Go to ${place.label}`, detail: `G ${place.key.toUpperCase()}`, item: null, run: () => app.go(place.screen) })),
      { key: 'new-draft', label: 'New draft', detail: 'Launch', item: null, run: () => app.go('launch', blank) },
      { key: 'import', label: 'Import a file', detail: 'Catalogue', item: null, run: () => app.go('catalog', importing) },
      { key: 'train', label: 'Train a model', detail: 'Training', item: null, run: () => app.go('training', blank) },
      { key: 'demand', label: 'Category demand', detail: 'Categories', item: null, run: () => app.go('categories', '+demand') },
      { key: 'report', label: 'Model report', detail: 'Training', item: null, run: () => app.go('report', app.status?.model?.runId ?? '') },
      { key: 'benchmark', label: 'Run the benchmark', detail: 'Benchmark', item: null, run: () => app.go('benchmark', 'run') },
      { key: 'backtest', label: 'Launch back-test', detail: 'Launch', item: null, run: () => app.go('backtest') },
      { key: 'jobs', label: 'Show jobs', detail: 'J', item: null, run: () => (app.overlay = 'jobs') },
      { key: 'checklist', label: 'Show the checklist', detail: 'First steps', item: null, run: () => app.go('home') },
      { key: 'settings', label: 'Settings', detail: '', item: null, run: () => app.go('settings') },
      { key: 'light', label: 'Use the light theme', detail: '', item: null, run: () => (app.appearance.theme = 'light') },
      { key: 'dark', label: 'Use the dark theme', detail: '', item: null, run: () => (app.appearance.theme = 'dark') },
      { key: 'system', label: 'Use the system theme', detail: '', item: null, run: () => (app.appearance.theme = 'system') },
      app.appearance.contrast === 'more'
        ? { key: 'contrast', label: 'Use the system contrast', detail: '', item: null, run: () => (app.appearance.contrast = 'system') }
        : { key: 'contrast', label: 'Use high contrast', detail: '', item: null, run: () => (app.appearance.contrast = 'more') },
      { key: 'keys', label: 'Keyboard shortcuts', detail: '?', item: null, run: () => (app.overlay = 'shortcuts') },
    ];
    const views = this.#views.list.map((view) => ({ key: `view-${view.name}`, label: view.name, detail: 'Saved view', item: null, run: () => this.#views.open(view) }));
    const words = this.text.toLowerCase().split(/\s+/).filter((word) => word !== '');
    const matching = [...fixed, ...views].filter((entry) => words.every((word) => entry.label.toLowerCase().includes(word)));
    const categories = this.#found.categories.map((path) => ({
      key: `category-${path}`, label: path, detail: 'Demand of sessions that enter here', item: null,
      run: () => app.go('categories', demandDetail, demandView({ ...plainDemand, segment: { entry: path.split('>').map((part) => part.trim()) } })),
    }));
    const items = this.#found.items.map((item) => ({
      key: `sku-${item.sku}`, label: item.title === '' ? item.sku : item.title, detail: item.sku, item, run: () => app.go(item.status === 'draft' ? 'launch' : 'catalog', item.sku),
    }));
    return words.length === 0 ? fixed : [...matching, ...items, ...categories];
  }
}
