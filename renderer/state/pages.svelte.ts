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
    // With the first page come those in view: a scrolled list changes at once and never goes blank.
    const wanted = [...new Set([0, ...pagesOf(this.#window, this.total)])];
    this.#asked = new Set(wanted);
    try {
      const pages = await Promise.all(wanted.map(async (page) => [page, await this.#read(page * pageSize, pageSize)] as const));
      if (question !== this.#question) return;
      this.#rows = new Map(pages.map(([page, { rows }]) => [page, rows]));
      this.#asked = new Set(wanted);
      this.total = pages[0]![1].total;
      this.status = 'ready';
      this.problem = '';
      this.need(this.#window.first, this.#window.end); // it may have been scrolled meanwhile
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
    for (const page of pagesOf(this.#window, this.total)) {
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

/** Numbers of the pages that hold the rows of a window. */
function pagesOf({ first, end }: { readonly first: number; readonly end: number }, total: number): readonly number[] {
  const from = Math.floor(first / pageSize);
  return Array.from({ length: Math.max(0, Math.ceil(Math.min(end, total) / pageSize) - from) }, (_, step) => from + step);
}
