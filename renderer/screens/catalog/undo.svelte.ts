/** Taking a whole import back, or doing it again: at once where nothing was changed since, else after a look at what was. */
import type { UndoPlan, UndoReport } from '../../../electron/api/catalog.ts';
import type { App } from '../../state/app.svelte.ts';
import { formatCount, formatPlural } from '../../state/format.ts';

export class UndoState {
  /** Rows that were changed since, to decide about. */
  plan = $state.raw<UndoPlan | null>(null);
  /** The import that is being moved. */
  moving = $state<number | null>(null);
  job = $state('');
  /** Counts up whenever an import was moved: lists read again. */
  moved = $state(0);
  /** Imports that were taken back here. */
  undone = $state.raw<ReadonlySet<number>>(new Set());
  readonly rows = $derived.by(() => this.#app.jobs.imports.find((line) => line.job === this.job)?.rows ?? 0);
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async ask(importId: number): Promise<void> {
    try {
      const plan = await this.#app.api.catalog.planUndo({ importId });
      if (plan.changed > 0) this.plan = plan;
      else await this.move(plan.id, plan.way, false);
    } catch (error) {
      this.#app.fail(error);
    }
  }

  async move(importId: number, way: UndoPlan['way'], overwrite: boolean): Promise<void> {
    if (this.moving !== null) return;
    this.plan = null;
    this.moving = importId;
    this.job = crypto.randomUUID();
    try {
      const report = await this.#app.api.catalog.moveImport({ importId, way, overwrite, job: this.job });
      this.undone = new Set(way === 'undo' ? [...this.undone, importId] : [...this.undone].filter((id) => id !== importId));
      this.#app.say(describeMove(report));
      const notice = this.#app.notice;
      if (notice !== null) this.#app.notice = { ...notice, action: { label: way === 'undo' ? 'Redo' : 'Undo', run: () => void this.ask(importId) } };
    } catch (error) {
      this.#app.fail(error);
    } finally {
      this.#app.jobs.dismiss(this.job);
      this.moving = null;
      this.moved += 1;
    }
  }

  async cancel(): Promise<void> {
    await this.#app.api.catalog.cancelImport({ job: this.job }).catch((error: unknown) => this.#app.fail(error));
  }
}

/** `Import of prices.csv undone: 12 SKUs restored, 3 removed, 2 kept because they were changed since.` */
export function describeMove({ file, kind, way, restored, removed, kept, events }: UndoReport): string {
  const parts = kind === 'sessions'
    ? [`${formatPlural(events, 'event')} ${way === 'undo' ? 'removed' : 'added again'}`]
    : [
      ...(restored > 0 ? [`${formatPlural(restored, 'SKU')} ${way === 'undo' ? 'restored' : 'changed again'}`] : []),
      ...(removed > 0 ? [`${formatPlural(removed, 'SKU')} ${way === 'undo' ? 'removed' : 'added again'}`] : []),
      ...(kept > 0 ? [`${formatCount(kept)} kept because ${kept === 1 ? 'it was' : 'they were'} changed since`] : []),
    ];
  return `Import of ${file} ${way === 'undo' ? 'undone' : 'done again'}: ${parts.length === 0 ? 'it had changed nothing' : parts.join(', ')}.`;
}
