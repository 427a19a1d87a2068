/** The benchmark's table in the paper's shape: sections of systems, columns of measures, and what stands in each cell. */
import type { BenchmarkRow, BenchmarkSystem, BenchmarkTable, Measure, SeedMean, Slice } from '../../../electron/api/benchmark.ts';
import { formatCount, nothing } from '../../state/format.ts';
import { formatTickSeconds } from './ticks.ts';
import { familyOf, familyWords, measureName, type Family } from './names.ts';
import type { Settings } from './settings.ts';

export interface Column {
  readonly key: string;
  /** Stands over the columns of one measure. */
  readonly head: string;
  readonly label: string;
  readonly measure: Measure;
  readonly slice: Slice;
}

export interface Cell {
  readonly column: Column;
  readonly text: string;
  /** n and standard error, for hover and for a screen reader. */
  readonly words: string;
  readonly best: boolean;
  readonly value: SeedMean | null;
  readonly n: number;
}

export interface TableLine {
  readonly row: BenchmarkRow;
  readonly detail: string;
  readonly cells: readonly Cell[];
  readonly size: string;
  readonly time: string;
  readonly epochs: string;
  readonly epochWords: string;
}

export interface Section {
  readonly family: Family;
  readonly title: string;
  readonly lines: readonly TableLine[];
}

export const cannotScore = 'cannot score';

export function columnsOf({ recall, k }: Pick<Settings, 'recall' | 'k'>): readonly Column[] {
  // The two readings of Recall share their place: a switch between them keeps what is selected.
  const column = (measure: Measure, slice: Slice): Column => ({ key: `${measure === recall ? 'rest' : measure}-${slice}`, head: measureName(measure, k), label: slice[0]!.toUpperCase() + slice.slice(1), measure, slice });
  const pair = (measure: Measure): readonly Column[] => [column(measure, 'all'), column(measure, 'sparse')];
  return [...pair('hit'), ...pair(recall), ...pair('mrr'), column('hit', 'tail'), column('hit', 'cold')];
}

/** Rows that rank SKUs and learned from all sessions: the others stand in charts of their own. */
export function tableRows(table: BenchmarkTable): readonly BenchmarkRow[] {
  return table.rows.filter((row) => row.share === 1 && (row.means.allowed !== null || row.means.removed !== null));
}

export function sectionsOf(table: BenchmarkTable, settings: Settings): readonly Section[] {
  const rows = tableRows(table);
  const columns = columnsOf(settings);
  const systems = new Map(table.systems.map((system) => [system.key, system]));
  const lines = rows.map((row) => ({ family: familyOf(row.name), line: lineOf(row, columns, rows, systems, settings) }));
  return (['ours', 'neural', 'untrained'] as const)
    .map((family) => ({ family, title: familyWords[family], lines: lines.filter((one) => one.family === family).map(({ line }) => line) }))
    .filter((section) => section.lines.length > 0);
}

function lineOf(row: BenchmarkRow, columns: readonly Column[], rows: readonly BenchmarkRow[], systems: ReadonlyMap<string, BenchmarkSystem>, settings: Settings): TableLine {
  const members = row.systems.flatMap((key) => systems.get(key) ?? []);
  const runs = members.flatMap(({ run }) => run ?? []);
  const chosen = runs.map((run) => run.bestEpoch ?? run.epochs);
  return {
    row,
    detail: detailOf(row, rows),
    cells: columns.map((column) => cellOf(row, column, rows, members, settings)),
    size: row.parameters === null ? nothing : formatParameters(row.parameters),
    time: row.seconds === null ? nothing : formatTickSeconds(row.seconds),
    epochs: chosen.length === 0 ? nothing : [...new Set(chosen)].sort((a, b) => a - b).join(', '),
    epochWords: [...new Set(runs.map((run) => (run.chosenBy === null ? `${run.epochs} epochs, run to their end without a choice` : `epoch ${run.bestEpoch ?? nothing} of ${run.epochs}, chosen on validation by ${run.chosenBy.toUpperCase()}`)))].join('; '),
  };
}

function cellOf(row: BenchmarkRow, column: Column, rows: readonly BenchmarkRow[], members: readonly BenchmarkSystem[], settings: Settings): Cell {
  const slice = sliceAt(row, column.slice, settings);
  const value = slice?.measures[column.measure] ?? null;
  if (slice === null || value === null) {
    // What knows SKUs by their events only has no score for those without any: neither a zero nor an unexplained dash.
    const n = column.slice === 'cold' && row.means[settings.repeats]?.[settings.k] !== undefined ? coldMoments(members, settings) : 0;
    if (n === 0) return { column, text: nothing, words: 'not measured', best: false, value: null, n: 0 };
    return { column, text: cannotScore, words: `${cannotScore} any of the ${formatCount(n)} moments`, best: false, value: null, n };
  }
  const text = percent(value.mean);
  const rivals = rows.filter((other) => other.fit === row.fit).flatMap((other) => sliceAt(other, column.slice, settings)?.measures[column.measure].mean ?? []);
  const best = rivals.length > 1 && text === percent(Math.max(...rivals)) && value.mean > 0;
  const seeds = value.spread === null ? '' : `; mean of ${row.seeds.length} seeds, ${percent(value.lowest)} to ${percent(value.highest)}`;
  return { column, text, words: `${text} % ± ${percent(value.error)} (standard error), n = ${formatCount(slice.n)}${seeds}`, best, value, n: slice.n };
}

/** Moments with a cold target that the reports counted. */
function coldMoments(members: readonly BenchmarkSystem[], { repeats, k }: Pick<Settings, 'repeats' | 'k'>): number {
  return Math.max(0, ...members.map(({ reports }) => reports[repeats]?.k[k]?.cold.n ?? 0));
}

function sliceAt(row: BenchmarkRow, slice: Slice, { repeats, k }: Pick<Settings, 'repeats' | 'k'>) {
  return row.means[repeats]?.[k]?.[slice] ?? null;
}

/** Over the slices and switches of the settings: what a chart draws of a row. */
export function measureOf(row: BenchmarkRow, measure: Measure, settings: Pick<Settings, 'repeats' | 'k'>, slice: Slice = 'all'): SeedMean | null {
  return sliceAt(row, slice, settings)?.measures[measure] ?? null;
}

/** 0.35468 -> `35.47`: two digits, as the literature prints them. */
export function percent(ratio: number): string {
  return (ratio * 100).toFixed(2);
}

/** 5,412,608 -> `5.41M`, 412,608 -> `413k`. */
export function formatParameters(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(count >= 1e8 ? 0 : count >= 1e7 ? 1 : 2)}M`;
  return count >= 1e3 ? `${(count / 1e3).toFixed(0)}k` : String(count);
}

/** What all trained rows have in common is said once, below the table; what tells them apart stands under their names. */
export function commonDetail(rows: readonly BenchmarkRow[]): readonly string[] {
  const [first = [], ...others] = rows.filter((row) => row.kind === 'run').map(partsOf);
  return first.filter((part) => others.every((parts) => parts.includes(part)));
}

/** What tells a row from others of its label comes first: a narrow column may end before the rest. */
export function detailOf(row: BenchmarkRow, rows: readonly BenchmarkRow[]): string {
  const common = commonDetail(rows);
  const telling = tellingParts(row, rows);
  return [...telling, ...partsOf(row).filter((part) => !common.includes(part) && !telling.includes(part))].join(', ');
}

function tellingParts(row: BenchmarkRow, rows: readonly BenchmarkRow[]): readonly string[] {
  const alike = rows.filter((other) => other.label === row.label && other.share === row.share).map(partsOf);
  return partsOf(row).filter((part) => !alike.every((parts) => parts.includes(part)));
}

function partsOf({ detail }: BenchmarkRow): readonly string[] {
  return detail === '' ? [] : detail.split(', ');
}

/** A name for each row, as short as tells it from the others of its share: the label, and what differs where labels are equal. */
export function shortNames(rows: readonly BenchmarkRow[]): ReadonlyMap<string, string> {
  return new Map(rows.map((row) => [row.group, [row.label, ...tellingParts(row, rows)].join(', ')]));
}

/** Systems that cannot stand in the table, and those that only lack an evaluation. */
export function setApart(table: BenchmarkTable): { readonly incomparable: readonly BenchmarkSystem[]; readonly unmeasured: readonly BenchmarkSystem[] } {
  return {
    incomparable: table.systems.filter((system) => !system.comparable),
    unmeasured: table.systems.filter((system) => system.comparable && (system.reports.allowed === null || system.reports.removed === null)),
  };
}
