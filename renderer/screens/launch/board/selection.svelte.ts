/** Drafts that are selected, by SKU. A range is asked of the backend: rows that were never scrolled to are in it too. */
export class Selection {
  skus = $state.raw<ReadonlySet<string>>(new Set());
  readonly #range: (offset: number, limit: number) => Promise<readonly string[]>;
  readonly #failed: (error: unknown) => void;
  /** Where a range begins, and what was selected before it. */
  #from: { readonly index: number; readonly before: ReadonlySet<string> } | null = null;
  #asked = 0;

  constructor(range: (offset: number, limit: number) => Promise<readonly string[]>, failed: (error: unknown) => void) {
    this.#range = range;
    this.#failed = failed;
  }

  get size(): number {
    return this.skus.size;
  }

  /** Selects or deselects the row at `index`; `sku` where its page is there. */
  async toggle(index: number, sku?: string): Promise<void> {
    this.#from = null;
    const [named] = sku === undefined ? await this.#ask(index, 1) : [sku];
    if (named === undefined) return;
    const skus = new Set(this.skus);
    if (!skus.delete(named)) skus.add(named);
    this.skus = skus;
  }

  /** Selects everything between where the range began (`from`, unless one is going on) and `to`. */
  async extend(from: number, to: number): Promise<void> {
    this.#from ??= { index: from, before: this.skus };
    const { index, before } = this.#from;
    const first = Math.min(index, to);
    const range = await this.#ask(first, Math.abs(to - index) + 1);
    if (range.length > 0) this.skus = new Set([...before, ...range]);
  }

  async all(total: number): Promise<void> {
    this.#from = null;
    const range = await this.#ask(0, total);
    if (range.length > 0) this.skus = new Set(range);
  }

  clear(): void {
    this.#asked += 1;
    this.#from = null;
    this.skus = new Set();
  }

  /** Nothing where a later question was asked meanwhile. */
  async #ask(offset: number, limit: number): Promise<readonly string[]> {
    const question = ++this.#asked;
    try {
      const skus = await this.#range(offset, limit);
      return question === this.#asked ? skus : [];
    } catch (error) {
      this.#failed(error);
      return [];
    }
  }
}
