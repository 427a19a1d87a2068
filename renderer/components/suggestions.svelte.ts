import { Latest } from '../state/latest.ts';

export interface Suggestion {
  readonly value: string;
  readonly count: number;
}
export type Suggest = (text: string) => Promise<readonly Suggestion[]>;

export class Suggestions {
  values = $state.raw<readonly Suggestion[]>([]);
  active = $state(-1);
  open = $state(false);
  /** Where the list floats, px of the window: under its field, whatever scrolls around it. */
  place = $state.raw({ left: 0, top: 0, width: 0 });
  readonly chosen = $derived(this.open ? this.values[this.active] : undefined);
  readonly #latest: Latest<{ readonly text: string; readonly field: HTMLElement }, readonly Suggestion[]>;

  constructor(suggest: Suggest) {
    this.#latest = new Latest(
      ({ text }) => suggest(text),
      (values, { text, field }) => this.#show(values.filter(({ value }) => value !== text), field),
      // A proposal that cannot be had is no reason to disturb typing.
      () => this.close(),
    );
  }

  ask(text: string, field: HTMLElement | undefined): void {
    if (field !== undefined) this.#latest.put({ text, field });
  }

  move(step: number): void {
    this.active = (this.active + step + this.values.length) % this.values.length;
  }

  close(): void {
    this.#latest.drop();
    this.open = false;
    this.active = -1;
  }

  #show(values: readonly Suggestion[], field: HTMLElement): void {
    const box = field.getBoundingClientRect();
    this.values = values;
    this.active = -1;
    this.place = { left: box.left, top: box.bottom + 4, width: box.width };
    this.open = values.length > 0 && document.activeElement === field;
  }
}
