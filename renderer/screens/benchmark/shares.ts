/** Quality against the share of the training sessions that was learned from: the paper's claim of robustness. */
import type { BenchmarkRow, BenchmarkTable, Measure } from '../../../electron/api/benchmark.ts';
import { nothing } from '../../state/format.ts';
import type { Series } from './lines.ts';
import { kinds } from './names.ts';
import type { Settings } from './settings.ts';
import { measureOf, percent, shortNames } from './table.ts';

export const usualShares: readonly number[] = [0.1, 0.25, 0.5, 1];

/** Half of the 95 % interval of a mean, in standard errors. */
export const wide = 1.96;

interface Ladder {
  readonly label: string;
  readonly rows: readonly BenchmarkRow[];
}

/** Rows that differ by their share only, for every system measured at two shares or more. */
export function laddersOf(table: BenchmarkTable): readonly Ladder[] {
  const settings = new Map(table.systems.flatMap(({ key, run }) => (run === null ? [] : [[key, JSON.stringify({ ...run.config, seed: null, share: null })] as const])));
  const trained = table.rows.filter((row) => row.kind === 'run');
  const names = shortNames(trained);
  return [...Map.groupBy(trained, (row) => settings.get(row.systems[0] ?? '') ?? row.group).values()]
    .filter((rows) => new Set(rows.map((row) => row.share)).size > 1)
    .map((rows) => ({ label: names.get(rows[0]!.group)!, rows: rows.toSorted((a, b) => a.share - b.share) }));
}

export function shareSeries(table: BenchmarkTable, measure: Measure, settings: Settings): readonly Series[] {
  return laddersOf(table).map(({ label, rows }) => ({
    key: rows.at(-1)!.group, label, tone: kinds[rows[0]!.name].tone, dashed: kinds[rows[0]!.name].tasks === 'one',
    points: rows.flatMap((row) => {
      const value = measureOf(row, measure, settings);
      return value === null ? [] : [{ x: row.share, y: value.mean, half: wide * value.error }];
    }),
  }));
}

export interface ShareTable {
  readonly columns: readonly string[];
  /** A dash where a system was not run. */
  readonly rows: readonly (readonly string[])[];
  /** How much of its figure each system keeps at its smallest share. */
  readonly kept: readonly { readonly label: string; readonly words: string }[];
}

export function shareTable(table: BenchmarkTable, measure: Measure, settings: Settings): ShareTable {
  const ladders = laddersOf(table);
  const shares = [...new Set(ladders.flatMap(({ rows }) => rows.map((row) => row.share)))].sort((a, b) => a - b);
  const meanOf = (row: BenchmarkRow | undefined): number | null => (row === undefined ? null : (measureOf(row, measure, settings)?.mean ?? null));
  return {
    columns: ['System', ...shares.map(formatPart)],
    rows: ladders.map(({ label, rows }) => [label, ...shares.map((share) => meanOf(rows.find((row) => row.share === share))).map((mean) => (mean === null ? nothing : percent(mean)))]),
    kept: ladders.flatMap(({ label, rows }) => {
      const [least, most] = [meanOf(rows[0]), meanOf(rows.at(-1))];
      if (least === null || most === null || most === 0) return [];
      return [{ label, words: `keeps ${Math.round((least / most) * 100)}\u00a0% of its figure at ${formatPart(rows.at(-1)!.share)} with ${formatPart(rows[0]!.share)} of the sessions.` }];
    }),
  };
}

/** 0.25 -> `25 %`. */
export function formatPart(share: number): string {
  return `${Number((share * 100).toPrecision(3))}\u00a0%`;
}
