/** Which columns a grid shows, in which order: the user's choice is kept with the workspace. */
import type { GridName } from '../../electron/api/views.ts';
import type { App } from '../state/app.svelte.ts';
import { chooseColumns, sameKeys } from './columns.ts';
import type { Column } from './columns.ts';

/** What the menu of columns shows and changes. */
export interface ColumnChoice {
  readonly all: readonly Column[];
  readonly shown: readonly Column[];
  /** Whether the last choice is not kept yet: leaving now may lose it. */
  readonly saving: boolean;
  /** null: those the grid shows by itself. */
  choose(keys: readonly string[] | null): void;
}

export class ColumnLayout implements ColumnChoice {
  readonly all: readonly Column[];
  #kept = $state.raw<readonly string[] | null>(null);
  readonly #grid: GridName;
  readonly #app: App;
  #saved: Promise<void> = Promise.resolve();
  #waiting = $state(0);

  constructor(app: App, grid: GridName, all: readonly Column[]) {
    this.#app = app;
    this.#grid = grid;
    this.all = all;
    app.onChange((what) => {
      if (what.has('views')) void this.#load();
    });
    void this.#load();
  }

  get kept(): readonly string[] | null {
    return this.#kept;
  }

  get shown(): readonly Column[] {
    return chooseColumns(this.all, this.#kept);
  }

  get saving(): boolean {
    return this.#waiting > 0;
  }

  choose(keys: readonly string[] | null): void {
    const columns = keys === null || sameKeys(keys, chooseColumns(this.all, null)) ? null : keys;
    this.#kept = columns;
    // One after the other: the last choice is the one that is kept.
    this.#waiting++;
    this.#saved = this.#saved.then(() => this.#app.api.views.keepColumns({ grid: this.#grid, columns })).catch((error: unknown) => this.#app.fail(error)).finally(() => this.#waiting--);
  }

  async #load(): Promise<void> {
    await this.#saved;
    const before = this.#kept;
    const columns = await this.#app.api.views.columns({ grid: this.#grid }).catch(() => before);
    if (this.#kept === before) this.#kept = columns;
  }
}
