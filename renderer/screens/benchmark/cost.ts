/** What quality costs: parameters and seconds of training against HIT@K. */
import type { BenchmarkTable } from '../../../electron/api/benchmark.ts';
import { formatCount, formatSeconds } from '../../state/format.ts';
import type { Series } from './lines.ts';
import { kinds } from './names.ts';
import type { Settings } from './settings.ts';
import { wide } from './shares.ts';
import { measureOf, percent, tableRows } from './table.ts';

/** Times people name: a tick stands at one of these. */
export const roundSeconds: readonly number[] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18_000, 36_000, 86_400];

/** A round number of seconds on an axis: `30 s`, `5 min`, `2 h`. */
export function formatTickSeconds(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  return seconds < 3600 ? `${Number((seconds / 60).toPrecision(3))} min` : `${Number((seconds / 3600).toPrecision(3))} h`;
}

/** A round count on an axis: `500k`, `5M`. */
export function formatTickCount(count: number): string {
  if (count >= 1e6) return `${Number((count / 1e6).toPrecision(3))}M`;
  return count >= 1e3 ? `${Number((count / 1e3).toPrecision(3))}k` : String(count);
}

/** A ratio on an axis of percent: 0.5 -> `50`, 0.125 -> `12.5`. */
export function formatTickPercent(ratio: number): string {
  return String(Number((ratio * 100).toPrecision(4)));
}

/** One point a system: rows that were trained and have both figures. */
export function costSeries(table: BenchmarkTable, by: 'parameters' | 'seconds', settings: Pick<Settings, 'repeats' | 'k'>): readonly Series[] {
  return tableRows(table).flatMap((row) => {
    const [x, value] = [row[by], measureOf(row, 'hit', settings)];
    if (row.kind !== 'run' || x === null || x <= 0 || value === null) return [];
    const label = row.detail === '' ? row.label : `${row.label}, ${row.detail}`;
    return [{ key: row.group, label, tone: kinds[row.name].tone, dashed: kinds[row.name].tasks === 'one', points: [{ x, y: value.mean, half: wide * value.error }] }];
  });
}

export function costTable(table: BenchmarkTable, settings: Pick<Settings, 'repeats' | 'k'>): { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  return {
    columns: ['System', `HIT@${settings.k}`, 'Parameters', 'Training'],
    rows: tableRows(table).filter((row) => row.kind === 'run').map((row) => {
      const value = measureOf(row, 'hit', settings);
      return [row.detail === '' ? row.label : `${row.label}, ${row.detail}`, value === null ? '–' : percent(value.mean), formatCount(row.parameters), formatSeconds(row.seconds)];
    }),
  };
}
