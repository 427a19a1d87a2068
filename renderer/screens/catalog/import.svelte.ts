/** An import as the user goes through it: choose, look, correct, try without storing, store. Every step can be left without a trace. */
import type { FileInspection, ImportMapping, ImportRequest } from '../../../electron/api/catalog.ts';
import type { ImportReport } from '../../../db/records.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { formatCount } from '../../state/format.ts';
import { upload } from './upload.ts';

/** What the file is taken for; `drafts` is a catalogue whose items become drafts. */
export type Target = 'catalog' | 'sessions' | 'drafts';
export type ImportStep = 'choose' | 'uploading' | 'inspecting' | 'look' | 'checking' | 'checked' | 'importing' | 'done';

export class ImportState {
  step = $state<ImportStep>('choose');
  target = $state<Target>('catalog');
  name = $state('');
  bytes = $state(0);
  sent = $state(0);
  problem = $state('');
  inspection = $state.raw<FileInspection | null>(null);
  report = $state.raw<ImportReport | null>(null);
  job = $state('');
  readonly progress = $derived.by(() => this.#app.jobs.imports.find((line) => line.job === this.job));
  /** Required fields that no column is mapped to. */
  readonly missing = $derived(this.inspection?.fields.filter((field) => field.required && !this.inspection?.columns.some((column) => column.field === field.name)).map((field) => field.name) ?? []);
  #mapping: ImportMapping = {};
  #attempt = 0;
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async take(file: File): Promise<void> {
    const attempt = ++this.#attempt;
    this.#mapping = {};
    this.inspection = null;
    this.report = null;
    this.problem = '';
    this.name = file.name;
    this.bytes = file.size;
    this.sent = 0;
    this.step = 'uploading';
    try {
      const token = await upload(this.#app.api.catalog, file, (sent) => { if (attempt === this.#attempt) this.sent = sent; }, () => attempt === this.#attempt);
      if (token === null || attempt !== this.#attempt) return;
      this.step = 'inspecting';
      // The backend says whether it is a catalogue or sessions; a user who chose drafts meant drafts.
      const inspection = await this.#app.api.catalog.inspect({ file: token });
      if (attempt !== this.#attempt) return;
      this.target = inspection.kind === 'sessions' ? 'sessions' : this.target === 'drafts' ? 'drafts' : 'catalog';
      this.inspection = inspection;
      this.step = 'look';
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(error);
    }
  }

  choose(target: Target): void {
    const before = kindOf(this.target);
    this.target = target;
    if (this.inspection !== null && kindOf(target) !== before) {
      this.#mapping = {};
      void this.#inspect();
    } else if (this.step === 'checked') this.step = 'look';
  }

  /** Maps a column by hand; the empty field ignores it. */
  map(header: string, field: string): void {
    const columns: Record<string, string> = {};
    for (const column of this.inspection?.columns ?? []) if (column.field !== null && column.header !== header && column.field !== field) columns[column.field] = column.header;
    if (field !== '') columns[field] = header;
    this.#mapping = { ...this.#mapping, columns };
    void this.#inspect();
  }

  read(change: Pick<ImportMapping, 'encoding' | 'delimiter'>): void {
    const { columns: _columns, ...rest } = this.#mapping;
    this.#mapping = { ...rest, ...change };
    void this.#inspect();
  }

  async check(): Promise<void> {
    this.step = 'checking';
    await this.#run(true);
  }

  async commit(): Promise<void> {
    this.step = 'importing';
    await this.#run(false);
  }

  async cancel(): Promise<void> {
    try {
      if (this.job !== '') await this.#app.api.catalog.cancelImport({ job: this.job });
    } catch (error) {
      this.#app.fail(error);
    }
  }

  restart(): void {
    this.#attempt += 1;
    this.step = 'choose';
    this.problem = '';
    this.inspection = null;
    this.report = null;
  }

  async #inspect(): Promise<void> {
    const attempt = ++this.#attempt;
    const file = this.inspection?.file;
    if (file === undefined) return;
    this.problem = '';
    try {
      const inspection = await this.#app.api.catalog.inspect({ file, kind: kindOf(this.target), mapping: this.#mapping });
      if (attempt !== this.#attempt) return;
      this.inspection = inspection;
      this.step = 'look';
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(error);
    }
  }

  async #run(dryRun: boolean): Promise<void> {
    const attempt = ++this.#attempt;
    const file = this.inspection?.file;
    if (file === undefined) return;
    const job = crypto.randomUUID();
    this.job = job;
    this.problem = '';
    const request: ImportRequest = { file, kind: kindOf(this.target), mapping: this.#mapping, asDrafts: this.target === 'drafts', dryRun };
    try {
      const report = await this.#app.api.catalog.import({ ...request, job });
      const words = `${report.outcome === 'cancelled' ? 'Cancelled' : report.outcome === 'reject_file' ? 'The file was refused' : 'Done'}: ${summarize(report)}.`;
      if (dryRun) this.#app.jobs.dismiss(job);
      else this.#app.jobs.endImport(job, report.outcome === 'cancelled' ? 'cancelled' : report.outcome === 'reject_file' ? 'failed' : 'done', words);
      if (attempt !== this.#attempt) return;
      this.report = report;
      this.step = report.outcome === 'cancelled' ? 'look' : dryRun ? 'checked' : 'done';
      if (report.outcome === 'cancelled') this.#app.say('The import was cancelled; nothing was changed.');
      else if (!dryRun) this.#app.say(`Imported ${this.name}: ${summarize(report)}.`);
      else this.#app.announcement = `Checked: ${summarize(report)}.`;
    } catch (error) {
      this.#app.jobs.endImport(job, 'failed', describeError(error));
      if (attempt === this.#attempt) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.problem = describeError(error);
    this.step = this.inspection === null ? 'choose' : 'look';
    this.#app.announcement = this.problem;
  }
}

function kindOf(target: Target): 'catalog' | 'sessions' {
  return target === 'sessions' ? 'sessions' : 'catalog';
}

export function summarize(report: ImportReport): string {
  return `${formatCount(report.created)} new, ${formatCount(report.updated)} changed, ${formatCount(report.unchanged)} unchanged, ${formatCount(report.rejected)} rejected`;
}
