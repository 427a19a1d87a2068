/** The named steps of the drafts' history, and taking them back. */
import type { DraftEdit } from '../../../../electron/api/drafts.ts';
import type { App } from '../../../state/app.svelte.ts';

export class Edits {
  /** Newest first. */
  list = $state.raw<readonly DraftEdit[]>([]);
  busy = $state(false);
  readonly undoable = $derived(this.list.find(({ undone }) => !undone));
  readonly redoable = $derived(this.list.findLast(({ undone }) => undone));
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
    app.onChange((what) => {
      if (what.has('drafts')) void this.load();
    });
    void this.load();
  }

  async load(): Promise<void> {
    this.list = await this.#app.api.launch.edits({}).catch(() => []);
  }

  undo(): Promise<void> {
    return this.#move('undo');
  }

  redo(): Promise<void> {
    return this.#move('redo');
  }

  async forget(id: number): Promise<void> {
    try {
      await this.#app.api.launch.forgetEdit({ id });
      await this.load();
    } catch (error) {
      this.#app.fail(error);
    }
  }

  async #move(way: 'undo' | 'redo'): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const { launch } = this.#app.api;
    try {
      const step = await (way === 'undo' ? launch.undo({}) : launch.redo({}));
      await this.load();
      if (step === null) this.#app.say(way === 'undo' ? 'There is nothing to undo.' : 'There is nothing to do again.');
      else this.#tell(way === 'undo' ? `Undone: ${step.name}.` : `Done again: ${step.name}.`, way === 'undo' ? 'redo' : 'undo');
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.busy = false;
    }
  }

  #tell(text: string, back: 'undo' | 'redo'): void {
    this.#app.say(text);
    this.#app.notice = { kind: 'done', text, action: { label: back === 'undo' ? 'Undo' : 'Redo', run: () => void this.#move(back) } };
  }
}
