interface Bounds {
  readonly share: number;
  readonly least: number;
}

/** One press of an arrow key, in px. */
const keyStep = 16;

/** Proportions of panes side by side, remembered on this machine. */
export class PaneSizes {
  #shares = $state.raw<readonly number[]>([]);
  readonly #bounds: readonly Bounds[];
  readonly #key: string;
  /** Narrower than this they do not fit side by side, in px; a divider is 1 px. */
  readonly least: number;
  readonly template = $derived.by(() => this.#shares.map((share, index) => `minmax(${this.#bounds[index]!.least}px, ${share.toFixed(4)}fr)`).join(' 1px '));

  constructor(name: string, bounds: readonly Bounds[]) {
    this.#bounds = bounds;
    this.least = bounds.reduce((sum, pane) => sum + pane.least, bounds.length - 1);
    this.#key = `shelfsight.panes.${name}`;
    this.#shares = this.#remembered() ?? bounds.map((pane) => pane.share);
  }

  percent(index: number): number {
    const sum = this.#shares.reduce((total, share) => total + share, 0);
    return Math.round(((this.#shares[index] ?? 0) / sum) * 100);
  }

  reset(): void {
    this.#shares = this.#bounds.map((pane) => pane.share);
    localStorage.removeItem(this.#key);
  }

  drag(event: PointerEvent, index: number, root: HTMLElement | undefined): void {
    if (root === undefined || !(event.currentTarget instanceof HTMLElement)) return;
    const divider = event.currentTarget;
    const widths = this.#widths(root);
    const start = event.clientX;
    divider.setPointerCapture(event.pointerId);
    divider.onpointermove = (move) => this.#move(widths, index, move.clientX - start);
    divider.onpointerup = divider.onpointercancel = () => {
      divider.onpointermove = null;
      this.#remember();
    };
  }

  press(event: KeyboardEvent, index: number, root: HTMLElement | undefined): void {
    const step = event.key === 'ArrowLeft' ? -keyStep : event.key === 'ArrowRight' ? keyStep : 0;
    if (step === 0 || root === undefined) return;
    event.preventDefault();
    this.#move(this.#widths(root), index, step);
    this.#remember();
  }

  /** Present widths in px; panes and dividers alternate. */
  #widths(root: HTMLElement): readonly number[] {
    return [...root.children].filter((_, child) => child % 2 === 0).map((pane) => pane.getBoundingClientRect().width);
  }

  #move(widths: readonly number[], index: number, wanted: number): void {
    const left = widths[index - 1]!;
    const right = widths[index]!;
    const by = Math.max(this.#bounds[index - 1]!.least - left, Math.min(right - this.#bounds[index]!.least, wanted));
    this.#shares = widths.map((width, pane) => (pane === index - 1 ? left + by : pane === index ? right - by : width));
  }

  #remember(): void {
    localStorage.setItem(this.#key, JSON.stringify(this.#shares.map(Math.round)));
  }

  #remembered(): readonly number[] | null {
    try {
      const shares: unknown = JSON.parse(localStorage.getItem(this.#key) ?? 'null');
      const usable = Array.isArray(shares) && shares.length === this.#bounds.length && shares.every((share) => typeof share === 'number' && share > 0);
      return usable ? (shares as number[]) : null;
    } catch {
      return null;
    }
  }
}
