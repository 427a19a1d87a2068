import type { CatalogRow } from '../../../electron/api/catalog.ts';
import type { SessionRow, SessionStats } from '../../../electron/api/sessions.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Pages } from '../../state/pages.svelte.ts';

export interface SessionDetail {
  readonly session: SessionRow;
  readonly items: readonly (CatalogRow | null)[];
}

export class SessionsState {
  stats = $state.raw<SessionStats | null>(null);
  sku = $state('');
  detail = $state.raw<SessionDetail | null>(null);
  problem = $state('');
  readonly pages: Pages<SessionRow>;
  readonly #app: App;
  #opening = 0;

  constructor(app: App) {
    this.#app = app;
    this.pages = new Pages((offset, limit) => app.api.sessions.list({ offset, limit, ...(this.sku.trim() === '' ? {} : { sku: this.sku.trim() }) }));
    app.onChange((what) => {
      if (what.has('sessions') || what.has('catalog')) void this.load();
    });
    void this.load();
  }

  async load(): Promise<void> {
    await Promise.all([this.pages.reload(), this.#app.api.sessions.stats({}).then((stats) => (this.stats = stats), () => undefined)]);
  }

  find(sku: string): void {
    this.sku = sku;
    void this.pages.reload();
  }

  async open(sessionId: string): Promise<void> {
    const opening = ++this.#opening;
    this.problem = '';
    if (sessionId === '') {
      this.detail = null;
      return;
    }
    try {
      const detail = await this.#app.api.sessions.get({ sessionId });
      if (opening === this.#opening) this.detail = detail;
    } catch (error) {
      if (opening !== this.#opening) return;
      this.detail = null;
      this.problem = describeError(error);
    }
  }
}
