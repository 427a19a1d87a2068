/** What of a report is shown, and how it is counted. It stands in the address: `#/report/RUN/calibration.leaf.listed`. */
import type { ReportSlice } from '../../../electron/api/report.ts';

export const views = ['measures', 'calibration', 'confusion', 'exposure'] as const;
export type View = (typeof views)[number];
export const ks = ['5', '10', '20'] as const;
export const tasks = ['item', 'l1', 'l2', 'l3', 'leaf'] as const;
export const slices: readonly ReportSlice[] = ['all', 'sparse', 'tail', 'cold'];

export interface ReportSettings {
  readonly view: View;
  readonly repeats: 'allowed' | 'removed';
  readonly k: (typeof ks)[number];
  readonly task: (typeof tasks)[number];
  readonly of: 'first' | 'listed';
}

export const plain: ReportSettings = { view: 'measures', repeats: 'allowed', k: '20', task: 'item', of: 'first' };

const words: readonly (readonly [string, Partial<ReportSettings>])[] = [
  ...views.map((view) => [view, { view }] as const),
  ['removed', { repeats: 'removed' }],
  ...ks.map((k) => [`k${k}`, { k }] as const),
  ...tasks.map((task) => [task, { task }] as const),
  ['listed', { of: 'listed' }],
];

/** Words nobody knows are passed over: an address of another version still opens. */
export function readSettings(view = ''): ReportSettings {
  const given = view.split('.');
  return words.reduce<ReportSettings>((settings, [word, part]) => (given.includes(word) ? { ...settings, ...part } : settings), plain);
}

export function formatSettings(settings: ReportSettings): string {
  return words.filter(([, part]) => Object.entries(part).every(([name, value]) => settings[name as keyof ReportSettings] === value && plain[name as keyof ReportSettings] !== value)).map(([word]) => word).join('.');
}
