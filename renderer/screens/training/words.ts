import type { ModelKind } from '../../../models/config.ts';
import type { RunStatus } from '../../../electron/api/training.ts';

/** Systems to compare with: the screens that preview drafts cannot use them. */
export const benchmarkOnly: ReadonlySet<ModelKind> = new Set(['gru4rec', 'narm', 'stamp']);

export const statusWords = { running: 'Running', paused: 'Paused', stopped: 'Stopped', done: 'Done', failed: 'Failed' } as const satisfies Record<RunStatus, string>;

/** The metric a list shows: a hit rate at 20 where there is one, else the first. */
export function headlineMetric(validation: Readonly<Record<string, number>> | null): readonly [string, number] | null {
  const entries = Object.entries(validation ?? {});
  return entries.find(([name]) => /^(hit|hr)(@|_)?20$/i.test(name)) ?? entries[0] ?? null;
}
