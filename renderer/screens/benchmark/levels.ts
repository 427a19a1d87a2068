/** The paper's figure 2: HIT@K of the next category by level, systems against the two heuristics. */
import type { BenchmarkTable, SeedMean } from '../../../electron/api/benchmark.ts';
import { kinds } from './names.ts';
import type { Tone } from './lines.ts';
import type { Settings } from './settings.ts';
import { wide } from './shares.ts';
import { detailOf } from './table.ts';

export interface LevelBar {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly best: boolean;
}

export interface LevelLine {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly tone: Tone;
  readonly heuristic: boolean;
  /** By level; null where the system does not predict it. */
  readonly bars: readonly (LevelBar | null)[];
}

export interface LevelChart {
  readonly levels: readonly { readonly name: string; readonly n: number }[];
  readonly lines: readonly LevelLine[];
}

/** Systems that learn categories first, then the heuristics. */
export function drawLevels(table: BenchmarkTable, { labels }: Pick<Settings, 'labels'>): LevelChart {
  const rows = table.rows.filter((row) => row.share === 1 && Object.keys(row.categories).length > 0);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.categories)))].sort(byDepth);
  const valueOf = (row: (typeof rows)[number], level: string): SeedMean | null => row.categories[level]?.hit[labels] ?? null;
  const best = new Map(names.map((level) => [level, Math.max(...rows.map((row) => valueOf(row, level)?.mean ?? -1))]));
  const lines = rows.map((row) => ({
    key: row.group, label: row.label, detail: detailOf(row, rows), tone: kinds[row.name].tone, heuristic: row.kind === 'baseline',
    bars: names.map((level) => {
      const value = valueOf(row, level);
      if (value === null) return null;
      return { mean: value.mean, low: Math.max(0, value.mean - wide * value.error), high: Math.min(1, value.mean + wide * value.error), best: value.mean === best.get(level) };
    }),
  }));
  return {
    levels: names.map((name) => ({ name, n: Math.max(...rows.map((row) => row.categories[name]?.n ?? 0)) })),
    lines: [...lines.filter((line) => !line.heuristic), ...lines.filter((line) => line.heuristic)],
  };
}

/** l1, l2, l3, then the leaf. */
function byDepth(a: string, b: string): number {
  return Number(a === 'leaf') - Number(b === 'leaf') || a.localeCompare(b);
}
