/** The benchmark as a file: CSV for spreadsheets, Markdown with every field that a report must print. A dash is what is missing, never a 0. */
import type { BenchmarkRow, BenchmarkTable, ExportBenchmark, Slice } from '../api/benchmark.ts';
import { describeBenchmark, type ReportPlace } from './benchmark-markdown.ts';
import { measures, slices } from './benchmark-rows.ts';
import { csvTable, type Cell } from './csv.ts';

export function exportTable(table: BenchmarkTable, { format, repeats, k = 20 }: ExportBenchmark, place: ReportPlace): { readonly name: string; readonly text: string } {
  const name = `benchmark-${table.data!.hash.slice(0, 8)}-repeats-${repeats}`;
  if (format === 'markdown') return { name: `${name}.md`, text: describeBenchmark(table, repeats, String(k), place) };
  const lines = [header, ...table.rows.flatMap((row) => linesOf(row, repeats, String(k)))];
  return { name: `${name}.csv`, text: csvTable(lines) };
}

const header: readonly Cell[] = [
  'system', 'settings', 'kind', 'seeds', 'share', 'fit', 'parameters', 'bytes', 'training_seconds', 'repeats', 'ties', 'k', 'slice', 'n',
  ...measures.flatMap((measure) => [measure, `${measure}_standard_error`, `${measure}_spread_over_seeds`]),
];

function linesOf(row: BenchmarkRow, repeats: ExportBenchmark['repeats'], k: string): readonly (readonly Cell[])[] {
  const facts = [row.label, row.detail, row.kind, row.seeds.join(' ') || null, row.share, row.fit, row.parameters, row.bytes, row.seconds];
  const means = row.means[repeats]?.[k];
  const ofSlice = (slice: Slice): readonly Cell[] => {
    const bucket = means?.[slice] ?? null;
    return [...facts, repeats, 'against', k, slice, bucket?.n ?? null, ...measures.flatMap((measure) => {
      const value = bucket?.measures[measure];
      return value === undefined ? [null, null, null] : [value.mean, value.error, value.spread];
    })];
  };
  const ofCategories = Object.entries(row.categories).flatMap(([level, { n, hit }]) => Object.entries(hit).map(([size, value]) => [
    ...facts, repeats, 'against', size, `category ${level}`, n, value.mean, value.error, value.spread, ...measures.slice(1).flatMap(() => [null, null, null]),
  ]));
  return [...(means === undefined ? [] : slices.map(ofSlice)), ...ofCategories];
}
