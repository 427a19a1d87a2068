/** A file that the backend makes comes over in pieces and goes to the browser's own downloads. */
import type { MadeFile, WorkspaceApi } from '../../electron/api/workspace.ts';
import type { App } from '../state/app.svelte.ts';
import { saveFile } from './save-file.ts';

export class MadeFileSaving {
  /** What the button says meanwhile; null while nothing is made. */
  doing = $state<string | null>(null);
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async save(make: (api: WorkspaceApi) => Promise<MadeFile>): Promise<void> {
    if (this.doing !== null) return;
    const { workspace } = this.#app.api;
    try {
      this.doing = 'Making it…';
      const made = await make(workspace);
      saveFile(made.name, await take(workspace, made, (share) => (this.doing = `Saving, ${Math.floor(100 * share)} %`)));
      this.#app.say(`Saved ${made.name}.`);
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.doing = null;
    }
  }
}

async function take(api: Pick<WorkspaceApi, 'takeMade'>, { file, bytes }: MadeFile, progress: (share: number) => void): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let offset = 0; offset < bytes; offset += pieces.at(-1)!.length) {
    progress(offset / bytes);
    const { base64 } = await api.takeMade({ file, offset });
    pieces.push(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  }
  return new Blob(pieces, { type: 'application/zip' });
}
