/** Quality against the share of the training sessions that was learned from: the paper's claim of robustness. */
import type { BenchmarkRow, BenchmarkTable, Measure } from '../../../electron/api/benchmark.ts';
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

/** How much of the full-data figure is left at each share; a dash where it was not run. */
export function shareTable(table: BenchmarkTable, measure: Measure, settings: Settings): { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const ladders = laddersOf(table);
  const shares = [...new Set([...usualShares, ...ladders.flatMap(({ rows }) => rows.map((row) => row.share))])].sort((a, b) => a - b);
  return {
    columns: ['System', ...shares.map(formatPart), `${formatPart(shares[0]!)} keeps`],
    rows: ladders.map(({ label, rows }) => {
      const means = shares.map((share) => rows.find((row) => row.share === share)).map((row) => (row === undefined ? null : measureOf(row, measure, settings)?.mean ?? null));
      const [first, last] = [means[0] ?? null, means.at(-1) ?? null];
      return [label, ...means.map((mean) => (mean === null ? '–' : percent(mean))), first === null || last === null || last === 0 ? '–' : `${Math.round((first / last) * 100)} %`];
    }),
  };
}

/** 0.25 -> `25 %`. */
export function formatPart(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
