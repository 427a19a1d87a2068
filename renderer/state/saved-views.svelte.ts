/** Saved views of the board: addresses under names, kept with the workspace. */
import type { SavedView } from '../../electron/api/views.ts';
import type { App } from './app.svelte.ts';
import { describeError } from './errors.ts';

export class SavedViews {
  /** By name. */
  list = $state.raw<readonly SavedView[]>([]);
  /** Why the last change was refused; '' where it was not. */
  problem = $state('');
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
    app.onChange((what) => {
      if (what.has('views')) void this.load();
    });
    void this.load();
  }

  async load(): Promise<void> {
    this.list = await this.#app.api.views.list({}).catch(() => this.list);
  }

  open({ detail }: SavedView): void {
    this.#app.go('launch', detail);
  }

  /** True when it was saved. */
  save(name: string, detail: string): Promise<boolean> {
    return this.#change(() => this.#app.api.views.save({ name, detail, replace: false }), `Saved the view “${name.trim()}”.`);
  }

  /** The view leads to `detail` from now on. */
  replace({ name, detail: before }: SavedView, detail: string): Promise<boolean> {
    return this.#put({ name, detail }, `The view “${name}” shows this now.`, { name, detail: before });
  }

  rename(name: string, to: string): Promise<boolean> {
    return this.#change(() => this.#app.api.views.rename({ name, to }), `The view is called “${to.trim()}” now.`, () => this.rename(to.trim(), name));
  }

  remove(view: SavedView): Promise<boolean> {
    return this.#change(() => this.#app.api.views.remove({ name: view.name }), `Deleted the view “${view.name}”.`, () => this.#put(view, `The view “${view.name}” is back.`));
  }

  #put(view: SavedView, text: string, before?: SavedView): Promise<boolean> {
    return this.#change(() => this.#app.api.views.save({ ...view, replace: true }), text, before === undefined ? undefined : () => this.#put(before, `The view “${view.name}” is as it was.`));
  }

  /** Everything but a first saving can be taken back by the notice. */
  async #change(work: () => Promise<void>, done: string, undo?: () => Promise<boolean>): Promise<boolean> {
    this.problem = '';
    try {
      await work();
    } catch (error) {
      this.problem = describeError(error);
      this.#app.announcement = this.problem;
      return false;
    }
    await this.load();
    this.#app.say(done);
    if (undo !== undefined) this.#app.notice = { kind: 'done', text: done, action: { label: 'Undo', run: () => void undo() } };
    return true;
  }
}
