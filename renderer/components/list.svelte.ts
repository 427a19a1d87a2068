/** A long list on screen: which rows are drawn, which one the keyboard is on. The focus stays on the list; the active row is named by id. */
import { overscan, rowAfterKey, rowsInView, scrollToShow } from '../state/rows.ts';

export class ListView {
  scrollTop = $state(0);
  /** Of the rows' area, without the header. */
  height = $state(0);
  active = $state(0);
  readonly #total: () => number;
  readonly #rowHeight: () => number;
  readonly window = $derived.by(() => rowsInView(this.scrollTop, this.height, this.#rowHeight(), this.#total()));
  /** Rows are drawn in this many places in turn: a row that leaves at the top gives its elements to the one that enters below. */
  readonly slots = $derived.by(() => Math.ceil(this.height / this.#rowHeight()) + 2 * overscan + 2);
  readonly indices = $derived(Array.from({ length: this.window.end - this.window.first }, (_, step) => this.window.first + step));

  constructor(total: () => number, rowHeight: () => number) {
    this.#total = total;
    this.#rowHeight = rowHeight;
  }

  /** Moves the active row for a key; true when the key was one of a list's. */
  press(key: string, scroller: HTMLElement): boolean {
    const rowHeight = this.#rowHeight();
    const target = rowAfterKey(key, this.active, this.#total(), Math.max(1, Math.floor(this.height / rowHeight) - 1));
    if (target === null) return false;
    this.active = target;
    scroller.scrollTop = scrollToShow(target, scroller.scrollTop, this.height, rowHeight);
    return true;
  }
}
