/** Going to another workspace from here. The page is loaded anew: nothing of the one before may stay on screen. */
import type { App } from '../../state/app.svelte.ts';

export class Departure {
  going = $state(false);
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  openDemo(): Promise<void> {
    return this.#go(() => this.#app.api.workspace.openDemo({}));
  }

  resetDemo(): Promise<void> {
    return this.#go(() => this.#app.api.workspace.resetDemo({}));
  }

  async #go(leave: () => Promise<void>): Promise<void> {
    if (this.going) return;
    this.going = true;
    try {
      await leave();
      history.replaceState(null, '', location.pathname);
      location.reload();
    } catch (error) {
      this.going = false;
      this.#app.fail(error);
    }
  }
}
