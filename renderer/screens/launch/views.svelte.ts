/** Which sides of the draft page are shown: as the address says, else as they were left on this machine. */
import type { App } from '../../state/app.svelte.ts';
import { formatAddress } from '../../state/address.ts';
import { firstViews, readViews, writeViews } from './views.ts';
import type { Views } from './views.ts';

const place = 'shelfsight.launch.views';
const foldPlace = 'shelfsight.launch.inspector';

/** Whether the inspector is unfolded, as it was left on this machine. */
export class InspectorFold {
  open = $state(localStorage.getItem(foldPlace) !== 'folded');

  remember(): void {
    localStorage.setItem(foldPlace, this.open ? 'open' : 'folded');
  }
}

export class ViewState {
  readonly #app: App;
  #left = $state.raw<Views>(readViews(localStorage.getItem(place) ?? '', firstViews));
  readonly now = $derived.by(() => readViews(this.#app.address.view ?? '', this.#left));

  constructor(app: App) {
    this.#app = app;
  }

  /** Where the draft that is open shows these sides. */
  address(part: Partial<Views>): string {
    return formatAddress('launch', this.#app.address.detail, writeViews({ ...this.now, ...part }));
  }

  /** Back must lead to what is shown now, also where the address did not say it. */
  pin(): void {
    this.#app.replaceAddress('launch', this.#app.address.detail, writeViews(this.now));
  }

  show(part: Partial<Views>): void {
    const { detail } = this.#app.address;
    const words = writeViews({ ...this.now, ...part });
    this.pin();
    this.#app.go('launch', detail, words);
  }

  /** The next draft opens with the sides of this one. */
  remember(): void {
    const left = { ...this.now, brief: false };
    if (writeViews(left) === writeViews(this.#left)) return;
    this.#left = left;
    localStorage.setItem(place, writeViews(left));
  }
}
