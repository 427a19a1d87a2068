/** What of the benchmark is shown, and how it is counted. It stands in the address: `#/benchmark/table.removed.anyhit.k10`. */
import type { Measure, Repeats } from '../../../electron/api/benchmark.ts';

export const views = ['table', 'categories', 'convergence', 'sessions', 'cost', 'run'] as const;
export type View = (typeof views)[number];

/** Which of the two readings of "Recall" the table shows. */
export type RecallMeasure = Extract<Measure, 'recall' | 'anyHit'>;

export interface Settings {
  readonly view: View;
  readonly repeats: Repeats;
  readonly recall: RecallMeasure;
  /** Length of the lists of SKUs that are counted. */
  readonly k: '5' | '10' | '20';
  /** Length of the lists of categories. */
  readonly labels: '1' | '5' | '10' | '20';
}

export const standard: Settings = { view: 'table', repeats: 'allowed', recall: 'recall', k: '20', labels: '1' };

/** What differs from the standard, as words of the address. */
const words: readonly (readonly [string, Partial<Settings>])[] = [
  ...views.map((view) => [view, { view }] as const),
  ['removed', { repeats: 'removed' }],
  ['anyhit', { recall: 'anyHit' }],
  ...(['5', '10'] as const).map((k) => [`k${k}`, { k }] as const),
  ...(['5', '10', '20'] as const).map((labels) => [`top${labels}`, { labels }] as const),
];

/** Words nobody knows are passed over: an address of another version still opens. */
export function readSettings(detail: string): Settings {
  const given = detail.split('.');
  return words.reduce<Settings>((settings, [word, part]) => (given.includes(word) ? { ...settings, ...part } : settings), standard);
}

export function settingsAddress(settings: Settings): string {
  const differs = (part: Partial<Settings>): boolean =>
    Object.entries(part).every(([name, value]) => settings[name as keyof Settings] === value && standard[name as keyof Settings] !== value);
  const given = words.filter(([, part]) => part.view === undefined && differs(part)).map(([word]) => word);
  return settings.view === standard.view && given.length === 0 ? '' : [settings.view, ...given].join('.');
}
