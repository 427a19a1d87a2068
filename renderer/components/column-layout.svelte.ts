/** Which columns a grid shows, in which order: the user's choice is kept with the workspace. */
import type { GridName } from '../../electron/api/views.ts';
import type { App } from '../state/app.svelte.ts';
import { chooseColumns, sameKeys } from './columns.ts';
import type { Column } from './columns.ts';

/** What the menu of columns shows and changes. */
export interface ColumnChoice {
  readonly all: readonly Column[];
  readonly shown: readonly Column[];
  /** null: those the grid shows by itself. */
  choose(keys: readonly string[] | null): void;
}

export class ColumnLayout implements ColumnChoice {
  readonly all: readonly Column[];
  #kept = $state.raw<readonly string[] | null>(null);
  readonly #grid: GridName;
  readonly #app: App;
  #saving: Promise<void> = Promise.resolve();

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

  choose(keys: readonly string[] | null): void {
    const columns = keys === null || sameKeys(keys, chooseColumns(this.all, null)) ? null : keys;
    this.#kept = columns;
    // One after the other: the last choice is the one that is kept.
    this.#saving = this.#saving.then(() => this.#app.api.views.keepColumns({ grid: this.#grid, columns })).catch((error: unknown) => this.#app.fail(error));
  }

  async #load(): Promise<void> {
    await this.#saving;
    const before = this.#kept;
    const columns = await this.#app.api.views.columns({ grid: this.#grid }).catch(() => before);
    if (this.#kept === before) this.#kept = columns;
  }
}
