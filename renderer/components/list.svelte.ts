/** A long list on screen: which rows are drawn, which one the keyboard is on. The focus stays on the list; the active row is named by id. */
import { untrack } from 'svelte';
import type { GridSelection } from './columns.ts';
import { overscan, rowAfterKey, rowsInView, scrollToShow, trackOf } from '../state/rows.ts';

/** Where the user is, as a list sees it: one that was only given the focus is not used yet. */
export type Attention = 'keyboard' | 'pointer' | 'elsewhere';

/** Knows which row the keyboard is on, also while the list is not shown. */
export interface PlaceKeeper {
  /** Set from outside, it moves the keyboard there. */
  readonly active: number;
  activate(index: number): void;
  attend(attention: Attention): void;
}

/** Tells a keeper where the user is. Made together with its list. */
export class UserPlace {
  keyed = $state(false);
  #pointed = $state(false);
  readonly listeners = {
    onfocusout: (): void => void (this.keyed = false),
    onpointerenter: (): void => void (this.#pointed = true),
    onpointerleave: (): void => void (this.#pointed = false),
  };

  constructor(keeper: () => PlaceKeeper | undefined, view: ListView) {
    $effect(() => keeper()?.activate(view.active));
    $effect(() => keeper()?.attend(this.keyed ? 'keyboard' : this.#pointed ? 'pointer' : 'elsewhere'));
    $effect(() => () => keeper()?.attend('elsewhere'));
  }
}

export class ListView {
  scrollTop = $state(0);
  /** Of the rows' area, without the header. */
  height = $state(0);
  active = $state(0);
  #entered = $state<number | null>(null);
  #placed = false;
  #asked: string | null = null;
  readonly #total: () => number;
  readonly #rowHeight: () => number;
  readonly track = $derived.by(() => trackOf(this.#total(), this.#rowHeight(), this.height));
  /** From where row 0 would be drawn in a list of any length to where it is drawn, px; 0 where the track is as long as the list. */
  readonly shift = $derived(this.scrollTop - this.scrollTop * this.track.ratio);
  readonly window = $derived.by(() => rowsInView(this.scrollTop * this.track.ratio, this.height, this.#rowHeight(), this.#total()));
  /** Rows are drawn in this many places in turn: a row that leaves at the top gives its elements to the one that enters below. */
  readonly slots = $derived.by(() => Math.ceil(this.height / this.#rowHeight()) + 2 * overscan + 2);
  readonly indices = $derived(Array.from({ length: this.window.end - this.window.first }, (_, step) => this.window.first + step));

  constructor(total: () => number, rowHeight: () => number, active: number) {
    this.#total = total;
    this.#rowHeight = rowHeight;
    this.active = active;
  }

  restart(): void {
    this.active = 0;
    this.#entered = null;
  }

  /** Opens the row that Enter was pressed on, once its page is there. */
  enter<Row>(rowOf: (index: number) => Row | undefined, open: (row: Row) => void): void {
    const row = this.#entered === null ? undefined : rowOf(this.#entered);
    if (row === undefined) return;
    this.#entered = null;
    open(row);
  }

  /** Moves or enters the active row for a key; true when the key was one of a list's. */
  press(key: string, scroller: HTMLElement): boolean {
    this.#entered = key === 'Enter' ? this.active : null;
    if (key === 'Enter') return true;
    const rowHeight = this.#rowHeight();
    const target = rowAfterKey(key, this.active, this.#total(), Math.max(1, Math.floor(this.height / rowHeight) - 1));
    if (target === null) return false;
    this.show(target, scroller, this.height);
    return true;
  }

  /** Puts the keyboard on a row that is named from outside, as a list that is opened again does. */
  place(index: number | undefined, scroller: HTMLElement, headHeight: number): void {
    untrack(() => {
      if (index === undefined || (this.#placed && index === this.active)) return;
      this.#placed = true;
      this.#entered = null;
      this.show(index, scroller, scroller.clientHeight - headHeight);
    });
  }

  /** Another question than before is answered from the top. */
  answer(asked: string, scroller: HTMLElement): void {
    if (this.#asked !== null && this.#asked !== asked) {
      this.restart();
      scroller.scrollTo(0, 0);
    }
    this.#asked = asked;
  }

  /** Makes a row the active one and scrolls as far as it takes to see it whole. */
  show(index: number, scroller: HTMLElement, height: number): void {
    this.active = index;
    const { ratio } = this.track;
    scroller.scrollTop = scrollToShow(index, scroller.scrollTop * ratio, height, this.#rowHeight()) / ratio;
  }
}

/** A key on a list: Space, Shift with a key that moves and Ctrl A select, the others move or enter. True when it was used. */
export function pressList<Row>(event: KeyboardEvent, scroller: HTMLElement, view: ListView, selection: GridSelection<Row> | undefined, rowOf: (index: number) => Row | undefined): boolean {
  if (event.altKey) return false;
  if (event.ctrlKey || event.metaKey) {
    if (selection === undefined || event.key.toLowerCase() !== 'a') return false;
    selection.all();
    return true;
  }
  if (selection !== undefined && event.key === ' ') {
    selection.toggle(view.active, rowOf(view.active));
    return true;
  }
  const from = view.active;
  if (!view.press(event.key, scroller)) return false;
  if (event.shiftKey && event.key !== 'Enter') selection?.extend(from, view.active);
  return true;
}

/** A click on the box of a row; with Shift on a range. */
export function checkRow<Row>(selection: GridSelection<Row>, view: ListView, index: number, row: Row | undefined, range: boolean): void {
  if (range) selection.extend(view.active, index);
  else selection.toggle(index, row);
  view.active = index;
}
