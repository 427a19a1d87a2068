/** A long list read page by page: a row asked for and not there is fetched, and answers to an older question are dropped. */
import { describeError } from './errors.ts';

const pageSize = 100;

export interface Page<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

export class Pages<Row> {
  total = $state(0);
  /** `loading` until the first page of the first question is there; later questions keep the old rows until theirs arrive. */
  status = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state('');
  #rows = $state.raw<ReadonlyMap<number, readonly Row[]>>(new Map());
  readonly #read: (offset: number, limit: number) => Promise<Page<Row>>;
  #asked = new Set<number>();
  #question = 0;
  /** What the list shows now. */
  #window = { first: 0, end: 0 };

  constructor(read: (offset: number, limit: number) => Promise<Page<Row>>) {
    this.#read = read;
  }

  /** Asks anew: the filter, the order or the data behind it has changed. */
  async reload(): Promise<void> {
    const question = ++this.#question;
    this.#asked = new Set([0]);
    try {
      const page = await this.#read(0, pageSize);
      if (question !== this.#question) return;
      this.#rows = new Map([[0, page.rows]]);
      this.#asked = new Set([0]);
      this.total = page.total;
      this.status = 'ready';
      this.problem = '';
      // The list may be scrolled: it does not ask again for rows that it has in view already.
      this.need(this.#window.first, this.#window.end);
    } catch (error) {
      if (question !== this.#question) return;
      this.status = 'failed';
      this.problem = describeError(error);
    }
  }

  row(index: number): Row | undefined {
    return this.#rows.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  find(matches: (row: Row) => boolean): Row | undefined {
    for (const rows of this.#rows.values()) {
      const row = rows.find(matches);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  indexOf(matches: (row: Row) => boolean): number {
    for (const [page, rows] of this.#rows) {
      const index = rows.findIndex(matches);
      if (index >= 0) return page * pageSize + index;
    }
    return -1;
  }

  /** Fetches the pages that hold rows `first` to `end`. */
  need(first: number, end: number): void {
    this.#window = { first, end };
    if (this.status !== 'ready') return;
    for (let page = Math.floor(first / pageSize); page * pageSize < Math.min(end, this.total); page++) {
      if (!this.#asked.has(page)) void this.#fetch(page);
    }
  }

  async #fetch(page: number): Promise<void> {
    const question = this.#question;
    this.#asked.add(page);
    try {
      const { rows } = await this.#read(page * pageSize, pageSize);
      if (question === this.#question) this.#rows = new Map(this.#rows).set(page, rows);
    } catch {
      this.#asked.delete(page);
    }
  }
}
