/** What quality costs: parameters and seconds of training against HIT@K. */
import type { BenchmarkTable } from '../../../electron/api/benchmark.ts';
import { formatCount, formatSeconds } from '../../state/format.ts';
import type { Series } from './lines.ts';
import { kinds } from './names.ts';
import type { Settings } from './settings.ts';
import { wide } from './shares.ts';
import { measureOf, percent, shortNames, tableRows } from './table.ts';

/** One point a system: rows that were trained and have both figures. */
export function costSeries(table: BenchmarkTable, by: 'parameters' | 'seconds', settings: Pick<Settings, 'repeats' | 'k'>): readonly Series[] {
  const rows = tableRows(table);
  const names = shortNames(rows);
  return rows.flatMap((row) => {
    const [x, value] = [row[by], measureOf(row, 'hit', settings)];
    if (row.kind !== 'run' || x === null || x <= 0 || value === null) return [];
    return [{ key: row.group, label: names.get(row.group)!, tone: kinds[row.name].tone, dashed: kinds[row.name].tasks === 'one', points: [{ x, y: value.mean, half: wide * value.error }] }];
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
