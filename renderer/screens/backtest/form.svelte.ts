/** What to hide and how to train: the form of a back-test. */
import type { BacktestOptions, StartBacktest } from '../../../electron/api/backtest.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';

export type By = 'date' | 'list';

export class BacktestForm {
  by = $state<By>('date');
  since = $state('');
  text = $state('');
  preset = $state<'small' | 'full'>('small');
  epochs = $state('');
  starting = $state(false);
  problem = $state('');
  /** How many SKUs the date makes launches; null while it is not known. */
  found = $state.raw<{ readonly launches: number; readonly knownEvents: number } | null>(null);
  readonly skus = $derived([...new Set(this.text.split(/[\r\n,;\t]+/).map((sku) => sku.trim()).filter((sku) => sku !== ''))]);
  readonly #app: App;
  readonly #count: Latest<string, { readonly launches: number; readonly knownEvents: number }>;
  #offered = false;

  constructor(app: App) {
    this.#app = app;
    this.#count = new Latest((since) => app.api.backtest.launches({ since }), (found) => {
      this.found = found;
      this.problem = '';
    }, (error) => (this.problem = describeError(error)));
  }

  /** Sets what the data allow, once, before the user has chosen. */
  offer({ range, suggested }: BacktestOptions): void {
    if (this.#offered) return;
    this.#offered = true;
    if (range === null) this.by = 'list';
    else if (suggested !== null) this.setSince(new Date(suggested).toISOString().slice(0, 10));
  }

  setSince(since: string): void {
    this.since = since;
    this.found = null;
    if (since === '') this.#count.drop();
    else this.#count.put(since);
  }

  async readFile(file: File): Promise<void> {
    this.text = await file.text();
  }

  /** Why it cannot start, or nothing. */
  lacks(options: BacktestOptions | null): string {
    if (options === null) return 'Reading what the sessions have.';
    if (options.liveSkus === 0) return 'Import a catalogue first.';
    if (options.sessions === 0) return 'Import sessions first: a back-test compares previews with what shoppers did.';
    if (this.by === 'list') return this.skus.length >= options.fewest ? '' : `List at least ${options.fewest} live SKUs.`;
    if (options.range === null) return 'The sessions have no times. Give a list of SKUs instead.';
    if (this.since === '') return 'Choose a date.';
    if (this.found === null) return this.problem === '' ? 'Counting the launches.' : this.problem;
    return this.found.launches >= options.fewest ? '' : `Only ${this.found.launches} SKUs were first seen since; at least ${options.fewest} are needed.`;
  }

  /** Answers the id; null where it was refused. */
  async start(): Promise<string | null> {
    this.starting = true;
    this.problem = '';
    const request: StartBacktest = {
      ...(this.by === 'date' ? { since: this.since } : { hide: this.skus }), preset: this.preset, ...(this.epochs === '' ? {} : { epochs: Number(this.epochs) }),
    };
    try {
      return (await this.#app.api.backtest.start(request)).id;
    } catch (error) {
      this.problem = describeError(error);
      return null;
    } finally {
      this.starting = false;
    }
  }
}
