/** The way of one or several files through the steps of an import. The step is in the address, the choices are here: going back loses none. */
import { importing } from '../../state/address.ts';
import type { App } from '../../state/app.svelte.ts';
import { formatCount } from '../../state/format.ts';
import { ImportFile, summarize } from './import-file.svelte.ts';
import type { Target } from './import-file.svelte.ts';

export const steps = ['choose', 'look', 'check', 'done'] as const;
export type Step = (typeof steps)[number];
export const stepWords = { choose: 'Files', look: 'Recognised', check: 'Check', done: 'Done' } as const satisfies Record<Step, string>;

/** More at once than a catalogue, its sessions and a launch list is a mistake of the hand. */
const mostFiles = 6;

export class ImportState {
  files = $state.raw<readonly ImportFile[]>([]);
  chosen = $state(0);
  readonly file = $derived(this.files[this.chosen] ?? null);
  readonly busy = $derived(this.files.some((file) => file.busy));
  /** How far the files have come: later steps of the address show this one. */
  readonly reached = $derived.by<Step>(() => {
    if (this.files.length === 0) return 'choose';
    if (this.files.every((file) => file.done !== null)) return 'done';
    return this.files.some((file) => file.check !== null || file.phase === 'checking' || file.phase === 'importing' || file.done !== null) ? 'check' : 'look';
  });
  readonly step = $derived.by<Step>(() => {
    const wanted = steps.indexOf((this.#app.address.view ?? 'choose') as Step);
    return steps[Math.min(Math.max(0, wanted), steps.indexOf(this.reached))]!;
  });
  readonly missing = $derived(this.files.flatMap((file) => (file.inspection === null ? [] : file.missing.map((field) => (this.files.length > 1 ? `${field} of ${file.name}` : field)))));
  readonly ready = $derived(this.files.length > 0 && this.files.every((file) => file.inspection !== null && file.phase === 'ready' && !file.stopped && file.missing.length === 0));
  readonly checked = $derived(this.files.length > 0 && this.files.every((file) => file.check !== null || file.done !== null));
  readonly acceptable = $derived(this.checked && this.files.every((file) => file.done !== null || (file.check!.outcome !== 'reject_file' && file.check!.files.some(({ rows }) => rows.ok > 0))));
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  take(files: readonly File[], target: Target = 'catalog'): void {
    for (const file of this.files) file.abandon();
    this.files = files.slice(0, mostFiles).map((file) => new ImportFile(this.#app, file, target));
    this.chosen = 0;
    if (files.length > mostFiles) this.#app.fail(new Error(`${files.length} files are too many at once. The first ${mostFiles} are shown; import the others after them.`));
    this.go('look');
  }

  go(step: Step): void {
    this.#app.go('catalog', importing, step === 'choose' ? '' : step);
  }

  async check(): Promise<void> {
    const files = this.files.filter((file) => file.done === null);
    // One begins before the address moves: the step is reached by it.
    const first = files[0]?.run(true);
    this.go('check');
    await first;
    for (const file of files.slice(1)) if (this.files.includes(file)) await file.run(true);
    const reports = files.flatMap((file) => (file.check === null ? [] : [`${file.name}: ${summarize(file.check)}`]));
    if (reports.length > 0) this.#app.announcement = `Checked. ${reports.join('. ')}.`;
  }

  /** Catalogues first, so that events find their SKUs. The first file that stops stops those behind it. */
  async commit(): Promise<void> {
    const files = this.files.filter((file) => file.done === null).sort((a, b) => Number(a.target === 'sessions') - Number(b.target === 'sessions'));
    for (const file of files) {
      const report = await file.run(false);
      if (report === null || report.outcome === 'cancelled' || report.outcome === 'reject_file') {
        if (report?.outcome === 'reject_file') {
          file.check = report;
          file.done = null;
        }
        return;
      }
    }
    this.#app.say(this.files.map((file) => `Imported ${file.name}: ${file.done === null ? '' : summarize(file.done)}.`).join(' '));
    this.go('done');
  }

  restart(): void {
    for (const file of this.files) file.abandon();
    this.files = [];
    this.go('choose');
  }

  /** `1,204 SKUs and 88,000 events`. */
  get amount(): string {
    const count = (target: Target): number => this.files.reduce((sum, file) => sum + (file.target === target && file.done === null && file.check !== null ? file.check.created + file.check.updated : 0), 0);
    const words = { catalog: 'SKUs', drafts: 'drafts', sessions: 'events' } as const satisfies Record<Target, string>;
    const targets = (['catalog', 'drafts', 'sessions'] as const).filter((target) => this.files.some((file) => file.target === target));
    const retired = this.files.reduce((sum, file) => sum + (file.retire ? file.check?.difference?.missing ?? 0 : 0), 0);
    return `${targets.map((target) => `${formatCount(count(target))} ${words[target]}`).join(' and ')}${retired > 0 ? `, retire ${formatCount(retired)}` : ''}`;
  }
}
