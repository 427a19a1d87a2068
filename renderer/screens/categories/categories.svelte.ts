/** A session put together by hand, and what the model expects after it. */
import type { CatalogRow } from '../../../electron/api/catalog.ts';
import type { Recommendation } from '../../../electron/api/categories.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';
import { readSessionAddress, sessionAddress } from './session-address.ts';

export class CategoriesState {
  session = $state.raw<readonly string[]>([]);
  /** What is known of the session's SKUs; absent while it is being asked, null where nobody knows the SKU. */
  items = $state.raw<ReadonlyMap<string, CatalogRow | null>>(new Map());
  withDrafts = $state(false);
  answer = $state.raw<Recommendation | null>(null);
  problem = $state('');
  problemCode = $state('');
  computing = $state(false);
  found = $state.raw<readonly CatalogRow[]>([]);
  readonly #app: App;
  readonly #recommend: Latest<{ readonly session: readonly string[]; readonly withDrafts: boolean }, Recommendation>;
  readonly #search: Latest<string, readonly CatalogRow[]>;

  constructor(app: App) {
    this.#app = app;
    this.#recommend = new Latest(
      (request) => app.api.categories.recommend({ ...request, k: 20 }),
      (answer) => {
        this.answer = answer;
        this.problem = '';
        this.problemCode = '';
        this.computing = false;
      },
      (error) => {
        this.answer = null;
        this.problem = describeError(error);
        this.problemCode = (error as { readonly code?: string }).code ?? '';
        this.computing = false;
      },
    );
    this.#search = new Latest(
      async (text) => (await app.api.catalog.list({ search: text, status: 'all', sort: 'events', descending: true, offset: 0, limit: 8 })).rows,
      (rows) => (this.found = rows),
      () => (this.found = []),
    );
    app.onChange((what) => {
      if (what.has('model') && this.session.length > 0) this.compute();
    });
  }

  open(detail: string): void {
    const session = readSessionAddress(detail);
    if (session.join('\n') === this.session.join('\n')) return;
    this.session = session;
    void this.#describe(session);
    this.compute();
  }

  compute(): void {
    if (this.session.length === 0) {
      this.#recommend.drop();
      this.answer = null;
      this.problem = '';
      this.computing = false;
      return;
    }
    this.computing = true;
    this.#recommend.put({ session: this.session, withDrafts: this.withDrafts });
  }

  add(skus: readonly string[]): void {
    this.found = [];
    this.#set([...this.session, ...skus]);
  }

  remove(index: number): void {
    this.#set(this.session.filter((_, place) => place !== index));
  }

  move(index: number, step: -1 | 1): void {
    const session = [...this.session];
    const [sku] = session.splice(index, 1);
    if (sku !== undefined) session.splice(Math.max(0, index + step), 0, sku);
    this.#set(session);
  }

  clear(): void {
    this.#set([]);
  }

  find(text: string): void {
    if (text.trim().length < 2) {
      this.#search.drop();
      this.found = [];
    } else this.#search.put(text.trim());
  }

  #set(session: readonly string[]): void {
    this.#app.go('categories', sessionAddress(session));
  }

  async #describe(session: readonly string[]): Promise<void> {
    for (const sku of new Set(session)) {
      if (this.items.has(sku)) continue;
      const row = await this.#app.api.catalog.get({ sku }).then(({ item, events }) => ({ ...item, events }), () => null);
      this.items = new Map(this.items).set(sku, row);
    }
  }
}

/** SKUs of a pasted text: one per line, or separated by commas, semicolons or tabs. */
export function readPasted(text: string): readonly string[] {
  return text.split(/[\n\r,;\t]+/).map((part) => part.trim()).filter((part) => part !== '');
}
