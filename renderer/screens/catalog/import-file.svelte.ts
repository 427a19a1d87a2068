/** One file on its way in: sent, recognised, corrected, checked without storing, stored. Nothing of it is lost by going back a step. */
import type { ColumnGuess, FileInspection, ImportMapping } from '../../../electron/api/catalog.ts';
import type { ImportReport } from '../../../db/records.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';
import { formatCount } from '../../state/format.ts';
import { upload } from './upload.ts';

/** What the file is taken for; `drafts` is a catalogue whose items become drafts. */
export type Target = 'catalog' | 'sessions' | 'drafts';
export type Phase = 'uploading' | 'inspecting' | 'ready' | 'checking' | 'importing' | 'failed';

export class ImportFile {
  readonly name: string;
  readonly bytes: number;
  phase = $state<Phase>('uploading');
  target = $state<Target>('catalog');
  sent = $state(0);
  problem = $state('');
  inspection = $state.raw<FileInspection | null>(null);
  mapping = $state.raw<ImportMapping>({});
  /** Live SKUs that the file does not name are retired with it. */
  retire = $state(false);
  /** What a check found; gone as soon as anything is chosen otherwise. */
  check = $state.raw<ImportReport | null>(null);
  done = $state.raw<ImportReport | null>(null);
  job = $state('');
  readonly progress = $derived.by(() => this.#app.jobs.imports.find((line) => line.job === this.job));
  readonly busy = $derived(this.phase === 'uploading' || this.phase === 'inspecting' || this.phase === 'checking' || this.phase === 'importing');
  /** Columns that only the user can make what they seem to be. */
  readonly guesses = $derived(this.inspection?.columns.filter((column) => column.field !== null && !isApplied(column)) ?? []);
  /** Required fields that no column is mapped to. */
  readonly missing = $derived(this.inspection?.fields.filter((field) => field.required && !this.inspection?.columns.some((column) => column.field === field.name)).map((field) => field.name) ?? []);
  /** Something only the user can say stops it. */
  readonly stopped = $derived(this.inspection !== null && this.inspection.problems.length > 0);
  #attempt = 0;
  readonly #app: App;

  constructor(app: App, file: File, target: Target) {
    this.#app = app;
    this.name = file.name;
    this.bytes = file.size;
    this.target = target;
    void this.#take(file);
  }

  async #take(file: File): Promise<void> {
    const attempt = ++this.#attempt;
    const isWanted = (): boolean => attempt === this.#attempt;
    try {
      const token = await upload(this.#app.api.catalog, file, (sent) => { if (isWanted()) this.sent = sent; }, isWanted);
      if (token === null || !isWanted()) return;
      this.phase = 'inspecting';
      // The backend says whether it is a catalogue or sessions; a user who chose drafts meant drafts.
      const inspection = await this.#app.api.catalog.inspect({ file: token });
      if (!isWanted()) return;
      if (inspection.kind === 'sessions') this.target = 'sessions';
      this.mapping = inspection.remembered?.mapping ?? {};
      this.inspection = inspection;
      this.phase = 'ready';
    } catch (error) {
      if (isWanted()) this.#fail(error);
    }
  }

  choose(target: Target): void {
    const before = kindOf(this.target);
    this.target = target;
    this.check = null;
    if (this.inspection !== null && kindOf(target) !== before) {
      this.mapping = {};
      void this.#inspect();
    }
  }

  /** Maps a column by hand; the empty field keeps it as an attribute. */
  map(header: string, field: string): void {
    const columns: Record<string, string> = {};
    for (const column of this.inspection?.columns ?? []) if (isApplied(column) && column.header !== header && column.field !== field) columns[column.field!] = column.header;
    const before = this.inspection?.columns.find((column) => column.header === header)?.field ?? null;
    if (field === '' && before !== null) columns[before] = '';
    if (field !== '') columns[field] = header;
    this.choosing({ columns });
  }

  /** Proposals become choices, all of them. */
  takeGuesses(): void {
    const columns = (this.inspection?.columns ?? []).filter(({ field }) => field !== null).map(({ field, header }) => [field!, header] as const);
    this.choosing({ columns: Object.fromEntries(columns) });
  }

  /** Other words for the same bytes: what was said of columns no longer holds. */
  read(change: ImportMapping): void {
    const { columns: _columns, ...rest } = this.mapping;
    this.mapping = rest;
    this.choosing(change);
  }

  choosing(change: ImportMapping): void {
    this.mapping = { ...this.mapping, ...change };
    void this.#inspect();
  }

  /** One answer for all rows of its kind; the check is done again with it at once. */
  async answer(change: ImportMapping): Promise<void> {
    this.mapping = { ...this.mapping, ...change };
    await this.#inspect();
    await this.run(true);
  }

  async forget(): Promise<void> {
    const file = this.inspection?.file;
    if (file === undefined) return;
    try {
      await this.#app.api.catalog.forgetMapping({ file });
      this.mapping = {};
      await this.#inspect();
    } catch (error) {
      this.#app.fail(error);
    }
  }

  async cancel(): Promise<void> {
    try {
      if (this.job !== '') await this.#app.api.catalog.cancelImport({ job: this.job });
    } catch (error) {
      this.#app.fail(error);
    }
  }

  /** Whatever is still on its way is not waited for. */
  abandon(): void {
    this.#attempt += 1;
    if (this.phase === 'checking') void this.cancel();
  }

  /** A check stores nothing. Answers the report, or null where there is none. */
  async run(dryRun: boolean): Promise<ImportReport | null> {
    const attempt = ++this.#attempt;
    const file = this.inspection?.file;
    if (file === undefined) return null;
    const job = crypto.randomUUID();
    this.job = job;
    this.problem = '';
    this.phase = dryRun ? 'checking' : 'importing';
    try {
      const report = await this.#app.api.catalog.import({ file, kind: kindOf(this.target), mapping: this.mapping, asDrafts: this.target === 'drafts', retireMissing: this.retire && this.target === 'catalog', dryRun, job });
      if (dryRun) this.#app.jobs.dismiss(job);
      else this.#app.jobs.endImport(job, report.outcome === 'cancelled' ? 'cancelled' : report.outcome === 'reject_file' ? 'failed' : 'done', `${outcomeWords[report.outcome]}: ${summarize(report)}.`);
      if (attempt !== this.#attempt) return null;
      this.phase = 'ready';
      if (report.outcome === 'cancelled') this.#app.say(`Cancelled; nothing of ${this.name} was stored.`);
      else if (dryRun) this.check = report;
      else this.done = report;
      return report;
    } catch (error) {
      this.#app.jobs.endImport(job, 'failed', describeError(error));
      if (attempt === this.#attempt) this.#fail(error);
      return null;
    }
  }

  async #inspect(): Promise<void> {
    const attempt = ++this.#attempt;
    const file = this.inspection?.file;
    if (file === undefined) return;
    this.problem = '';
    this.check = null;
    try {
      const inspection = await this.#app.api.catalog.inspect({ file, kind: kindOf(this.target), mapping: this.mapping });
      if (attempt !== this.#attempt) return;
      this.inspection = inspection;
      this.phase = 'ready';
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.problem = describeError(error);
    this.phase = this.inspection === null ? 'failed' : 'ready';
    this.#app.announcement = this.problem;
  }
}

const outcomeWords = { ok: 'Done', partial: 'Done', reject_file: 'The file was refused', cancelled: 'Cancelled' } as const satisfies Record<ImportReport['outcome'], string>;

/** Surer than a proposal: the file is read by it. */
export function isApplied({ field, confidence }: Pick<ColumnGuess, 'field' | 'confidence'>): boolean {
  return field !== null && confidence >= 0.6;
}

function kindOf(target: Target): 'catalog' | 'sessions' {
  return target === 'sessions' ? 'sessions' : 'catalog';
}

export function summarize(report: ImportReport): string {
  return `${formatCount(report.created)} new, ${formatCount(report.updated)} changed, ${formatCount(report.unchanged)} unchanged, ${formatCount(report.rejected)} rejected`;
}
