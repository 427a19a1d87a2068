/** The report of one run: what is stored, what is being measured, how it is looked at. */
import type { ReportPage, ReportProgress } from '../../../electron/api/report.ts';
import { saveFile } from '../../components/save-file.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { Latest } from '../../state/latest.ts';
import { formatSettings, plain, readSettings, type ReportSettings } from './settings.ts';

/** What the inspector explains. */
export type ReportTopic = 'measures' | 'categories' | 'beside' | 'calibration' | 'confusion' | 'exposure';

export class ReportState {
  runId = $state('');
  page = $state.raw<ReportPage | null>(null);
  problem = $state('');
  settings = $state.raw<ReportSettings>(plain);
  topic = $state<ReportTopic>('measures');
  starting = $state(false);
  exporting = $state(false);
  /** Whether all parts are shown as one page to print. */
  onPaper = $state(false);
  /** Of the run that is open; null where nothing was measured since it was opened. */
  progress = $state.raw<ReportProgress | null>(null);
  readonly isGoing = $derived(this.progress?.status === 'running');
  readonly #app: App;
  readonly #read: Latest<string, ReportPage>;

  constructor(app: App) {
    this.#app = app;
    this.#read = new Latest(
      (runId) => app.api.report.read({ runId }),
      (page) => {
        this.page = page;
        this.problem = '';
        if (page.progress !== null) this.progress = page.progress;
      },
      (error) => {
        this.page = null;
        this.problem = describeError(error);
      },
    );
    app.onChange((what) => {
      if (this.runId !== '' && (what.has('runs') || what.has('catalog') || what.has('sessions'))) this.#read.put(this.runId);
    });
    app.connection.on('report.progress', (progress) => {
      this.#tellEnd(progress);
      if (progress.runId !== this.runId) return;
      this.progress = progress;
      if (progress.status === 'done') this.#read.put(this.runId);
    });
  }

  /** "Measuring" must not stand there when it is over; why it failed stands where the report would. */
  #tellEnd({ runId, status, message }: ReportProgress): void {
    if (status === 'done') this.#app.say(runId === this.#app.status?.model?.runId ? 'The report of the model in use is measured.' : `The report of ${runId} is measured.`);
    else if (status === 'cancelled') this.#app.say('The report was not measured: it was cancelled.');
    else if (status === 'failed') this.#app.fail(new Error(message ?? 'The report could not be measured.'));
  }

  /** What the address says; without a run the model in use. */
  open(detail: string, view: string | undefined): void {
    this.settings = readSettings(view);
    this.topic = this.settings.view;
    const runId = detail === '' ? (this.#app.status?.model?.runId ?? '') : detail;
    if (runId === this.runId) return;
    this.runId = runId;
    this.page = null;
    this.progress = null;
    this.problem = '';
    if (runId !== '') this.#read.put(runId);
  }

  reload(): void {
    this.#read.put(this.runId);
  }

  /** The same report, counted otherwise: no step in the history. */
  change(part: Partial<ReportSettings>): void {
    this.#app.replaceAddress('report', this.runId, formatSettings({ ...this.settings, ...part }));
  }

  async measure(): Promise<void> {
    this.starting = true;
    try {
      this.progress = await this.#app.api.report.measure({ runId: this.runId });
      this.#app.say('Measuring the report. You can go on browsing.');
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.starting = false;
    }
  }

  async cancel(): Promise<void> {
    try {
      await this.#app.api.report.cancel({});
    } catch (error) {
      this.#app.fail(error);
    }
  }

  /** The comparison with baselines is the benchmark's: what lacks an evaluation is evaluated there. */
  async evaluateOthers(): Promise<void> {
    try {
      const queue = await this.#app.api.benchmark.evaluate({});
      this.#app.jobs.adoptBenchmark(queue);
      this.#app.say(queue.tasks.length === 0 ? 'Nothing is missing: all comparable systems have an evaluation.' : `The benchmark evaluates ${queue.tasks.length} systems. You can go on browsing.`);
    } catch (error) {
      this.#app.fail(error);
    }
  }

  async export(format: 'csv' | 'markdown' | 'html'): Promise<void> {
    this.exporting = true;
    try {
      const { name, text } = await this.#app.api.report.export({ runId: this.runId, format });
      saveFile(name, new Blob([text], { type: { csv: 'text/csv', markdown: 'text/markdown', html: 'text/html' }[format] }));
      this.#app.say(`Exported ${name}.`);
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.exporting = false;
    }
  }
}
