/** A workspace that was refused: what is offered, what was chosen, what came of it. */
import type { RecoveryWay, SalvagedTable } from '../../../db/records.ts';
import type { Recovered, Recovery } from '../../../electron/api/workspace.ts';
import type { App } from '../../state/app.svelte.ts';
import { describeError } from '../../state/errors.ts';

export class RecoveryState {
  offer = $state.raw<Recovery | null>(null);
  done = $state.raw<Recovered | null>(null);
  going = $state.raw<RecoveryWay | null>(null);
  problem = $state('');
  /** Name of the backup to restore. */
  backup = $state('');
  readonly isShown = $derived.by(() => this.done !== null || (this.offer !== null && this.#app.status === null));
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  async look(): Promise<void> {
    try {
      this.offer = await this.#app.api.workspace.recovery({});
      this.backup = this.offer?.backups[0]?.name ?? '';
    } catch {
      this.offer = null; // the screen says why there is no status
    }
  }

  async recover(way: RecoveryWay): Promise<void> {
    if (this.going !== null) return;
    this.going = way;
    this.problem = '';
    this.#app.announcement = `${headings[way]}…`;
    try {
      this.done = await this.#app.api.workspace.recover(way === 'restore' ? { way, backup: this.backup } : { way });
      this.#app.announcement = 'The workspace opens again.';
    } catch (error) {
      this.problem = describeError(error);
      await this.look(); // it may be refused for another reason now
    }
    this.going = null;
  }

  leave(): void {
    this.done = null;
    this.#app.go(this.#app.home);
  }
}

export const refusals: Readonly<Record<Recovery['refusal'], string>> = {
  damaged: 'The workspace is damaged',
  changed: 'The workspace was changed outside Shelfsight',
  foreign: 'This is not a workspace',
  newer: 'The workspace was written by a newer Shelfsight',
  'stray-log': 'A file beside the workspace belongs to another one',
};

export const headings: Readonly<Record<RecoveryWay, string>> = {
  restore: 'Restore a backup', salvage: 'Salvage what can be read', log: 'Open it without that file', fresh: 'Start an empty workspace',
};

export const explanations: Readonly<Record<RecoveryWay, string>> = {
  restore: 'A copy takes its place. What was changed after the copy was made stays in the file that is set aside.',
  salvage: 'Every row that can still be read goes into a new workspace, and you see what came over. Trained models and reports stay.',
  log: 'The file beside it is set aside, and the workspace opens as it was when it was closed.',
  fresh: 'Import the catalogue and the sessions again. Trained models stay on the disk, but are not listed.',
};

const words: Readonly<Record<string, string>> = {
  items: 'SKUs and drafts', sessions: 'Sessions', events: 'Events', imports: 'Imports', runs: 'Training runs', evaluations: 'Evaluations', previews: 'Numbers of the board', backtests: 'Back-tests', variants: 'Variants B', protections: 'Protected SKUs',
};

export interface SalvageLine {
  readonly what: string;
  readonly rows: number;
  readonly lost: number | null;
}

/** In the words of the screens; what has none there is one line. */
export function linesOf(tables: readonly SalvagedTable[]): readonly SalvageLine[] {
  const named = Object.entries(words).flatMap(([name, what]) => tables.filter(({ table }) => table === name).map(({ rows, lost }) => ({ what, rows, lost })));
  const rest = tables.filter(({ table }) => words[table] === undefined);
  const lost = rest.some((table) => table.lost === null) ? null : rest.reduce((sum, table) => sum + table.lost!, 0);
  return [...named.filter((line) => line.rows > 0 || line.lost !== 0), { what: 'Other records', rows: rest.reduce((sum, { rows }) => sum + rows, 0), lost }];
}
