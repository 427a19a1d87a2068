/** Going to another workspace from here. The page is loaded anew: nothing of the one before may stay on screen. */
import type { App } from '../../state/app.svelte.ts';
import { upload } from '../catalog/upload.ts';

export class Departure {
  going = $state(false);
  /** Share of a bundle that was handed over, 0…1. */
  sent = $state(0);
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

  /** The file travels as one to import does; it becomes a workspace of its own. */
  openBundle(file: File): Promise<void> {
    const { api } = this.#app;
    return this.#go(async () => {
      const token = await upload(api.catalog, file, (sent) => (this.sent = file.size === 0 ? 1 : sent / file.size), () => true);
      if (token !== null) await api.workspace.openBundle({ file: token });
    });
  }

  async #go(leave: () => Promise<void>): Promise<void> {
    if (this.going) return;
    this.going = true;
    this.sent = 0;
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
