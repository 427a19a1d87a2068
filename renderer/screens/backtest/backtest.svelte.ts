/** The back-tests of the workspace: which there are, the one that is open, the one that is going, and the form to start another. */
import type { BacktestDetail, BacktestOptions, BacktestProgress, BacktestRow, BacktestSort, BacktestSummary, ReasonCode } from '../../../electron/api/backtest.ts';
import { saveFile } from '../../components/save-file.ts';
import { blank } from '../../state/address.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';
import { Pages } from '../../state/pages.svelte.ts';
import type { Topic } from './definitions.ts';
import { BacktestForm } from './form.svelte.ts';

export type View = 'result' | 'launches';

export class BacktestState {
  readonly form: BacktestForm;
  list = $state.raw<readonly BacktestSummary[]>([]);
  listStatus = $state<'loading' | 'ready' | 'failed'>('loading');
  listProblem = $state('');
  options = $state.raw<BacktestOptions | null>(null);
  id = $state('');
  view = $state<View>('result');
  detail = $state.raw<BacktestDetail | null>(null);
  problem = $state('');
  topic = $state<Topic>('forecast');
  /** What goes on, whichever is open. */
  progress = $state.raw<BacktestProgress | null>(null);
  search = $state('');
  reason = $state<ReasonCode | null>(null);
  sort = $state<BacktestSort>('factor');
  descending = $state(true);
  selected = $state.raw<BacktestRow | null>(null);
  readonly pages: Pages<BacktestRow>;
  readonly isGoing = $derived(this.progress !== null && this.progress.id === this.id && this.progress.status === 'running');
  readonly #app: App;
  readonly #read: Latest<string, BacktestDetail>;

  constructor(app: App) {
    this.#app = app;
    this.form = new BacktestForm(app);
    this.pages = new Pages((offset, limit) => app.api.backtest.rows({
      id: this.id, sort: this.sort, descending: this.descending, offset, limit, ...(this.search.trim() === '' ? {} : { search: this.search.trim() }), ...(this.reason === null ? {} : { reason: this.reason }),
    }));
    this.#read = new Latest((id) => app.api.backtest.get({ id }), (detail) => this.#show(detail), (error) => {
      this.detail = null;
      this.problem = describeError(error);
    });
    app.onChange((what) => {
      if (what.has('runs') || what.has('catalog') || what.has('sessions')) this.load();
    });
    app.connection.on('backtest.progress', (progress) => this.#hear(progress));
    this.load();
  }

  /** Reads everything anew. */
  load(): void {
    void this.loadList();
    if (this.id !== '') this.#read.put(this.id);
    this.#app.api.backtest.options({}).then((options) => {
      this.options = options;
      this.form.offer(options);
    }, () => undefined);
  }

  async loadList(): Promise<void> {
    try {
      this.list = await this.#app.api.backtest.list({});
      this.listStatus = 'ready';
      const { screen, detail } = this.#app.address;
      if (screen === 'backtest' && detail === '') this.open('', undefined);
    } catch (error) {
      this.listStatus = 'failed';
      this.listProblem = describeError(error);
    }
  }

  /** What the address says; nothing: the newest, or the form where there is none yet. */
  open(detail: string, view: string | undefined): void {
    const newest = this.list[0];
    if (detail === '' && newest !== undefined) {
      this.#app.replaceAddress('backtest', newest.id);
      return;
    }
    this.view = view === 'launches' ? 'launches' : 'result';
    const id = detail === blank ? '' : detail;
    if (id === this.id) return;
    this.id = id;
    this.detail = null;
    this.problem = '';
    this.selected = null;
    this.search = '';
    this.reason = null;
    if (id !== '') this.#read.put(id);
  }

  #show(detail: BacktestDetail): void {
    this.detail = detail;
    this.problem = '';
    if (detail.report !== null) void this.pages.reload();
  }

  #hear(progress: BacktestProgress): void {
    const ended = progress.status !== 'running';
    const isNew = this.progress?.id !== progress.id;
    this.progress = progress;
    if (isNew || ended) void this.loadList();
    if (ended && progress.id === this.id) this.#read.put(this.id);
    if (!ended) return;
    if (progress.status === 'done') this.#app.say('The back-test is done.');
    else if (progress.status === 'failed') this.#app.fail(new Error(`The back-test failed. ${progress.message ?? ''}`));
    else this.#app.say(`The back-test has ${progress.status === 'paused' ? 'paused' : 'stopped'}.`);
  }

  async start(): Promise<void> {
    const id = await this.form.start();
    if (id === null) return;
    this.#app.say('The back-test trains a model without the launches. You can go on browsing.');
    this.#app.go('backtest', id);
  }

  /** Pauses, resumes or cancels the open one. */
  async steer(how: 'pause' | 'resume' | 'cancel'): Promise<void> {
    try {
      await this.#app.api.backtest[how]({ id: this.id });
      this.load();
    } catch (error) {
      this.#app.fail(error);
    }
  }

  async remove(): Promise<void> {
    try {
      await this.#app.api.backtest.remove({ id: this.id });
      this.#app.say('The back-test was removed; the run it trained stays.');
      this.#app.go('backtest');
    } catch (error) {
      this.#app.fail(error);
    }
  }

  async export(): Promise<void> {
    try {
      const { name, text } = await this.#app.api.backtest.export({ id: this.id });
      saveFile(name, new Blob([text], { type: 'text/csv' }));
      this.#app.say(`Exported ${name}.`);
    } catch (error) {
      this.#app.fail(error);
    }
  }

  find(search: string): void {
    this.search = search;
    void this.pages.reload();
  }

  only(reason: ReasonCode | null): void {
    this.reason = reason;
    void this.pages.reload();
  }

  sortBy(column: string): void {
    const sort = column as BacktestSort;
    this.descending = sort === this.sort ? !this.descending : sort !== 'sku' && sort !== 'title';
    this.sort = sort;
    void this.pages.reload();
  }
}
