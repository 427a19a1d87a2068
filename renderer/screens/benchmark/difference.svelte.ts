/** Whether the selected number differs from another row's by more than chance: a paired bootstrap, asked of the backend. */
import type { BenchmarkApi, BenchmarkRow, BenchmarkTable, CompareRows, PairedDifference, RowDifference } from '../../../electron/api/benchmark.ts';
import { describeError } from '../../state/errors.ts';
import { formatCount } from '../../state/format.ts';
import { Latest } from '../../state/latest.ts';
import type { Settings } from './settings.ts';
import { measureOf, percent, tableRows, type Cell, type TableLine } from './table.ts';

/** A number is asked about when the keyboard rests on it, not at every step on the way there. */
const restMilliseconds = 250;

export class DifferenceState {
  /** The row that was chosen to read against; '' for the best other one. */
  chosen = $state('');
  answer = $state.raw<RowDifference | null>(null);
  problem = $state('');
  readonly #latest: Latest<CompareRows, RowDifference>;
  #asked = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Pick<BenchmarkApi, 'difference'>) {
    this.#latest = new Latest((request) => api.difference(request), (answer) => (this.answer = answer), (error) => (this.problem = describeError(error)));
  }

  /** Asks unless it was asked already; null: there is nothing to ask. */
  ask(request: CompareRows | null): void {
    const text = JSON.stringify(request);
    if (text === this.#asked) return;
    this.#asked = text;
    this.answer = null;
    this.problem = '';
    this.#latest.drop();
    clearTimeout(this.#timer);
    if (request !== null) this.#timer = setTimeout(() => this.#latest.put(request), restMilliseconds);
  }
}

/** Rows that have the selected number too, the best first. */
export function rivalsOf(line: TableLine, cell: Cell, table: BenchmarkTable, settings: Settings): readonly BenchmarkRow[] {
  const valueOf = (row: BenchmarkRow): number => measureOf(row, cell.column.measure, settings, cell.column.slice)?.mean ?? -1;
  return tableRows(table).filter((row) => row.group !== line.row.group && valueOf(row) >= 0).sort((a, b) => valueOf(b) - valueOf(a));
}

/** What to ask about a cell; null where no paired comparison is made of its measure. */
export function questionOf(line: TableLine, cell: Cell, against: BenchmarkRow | undefined, settings: Settings): CompareRows | null {
  const { measure, slice } = cell.column;
  if (cell.value === null || against === undefined || settings.k !== '20' || (measure !== 'hit' && measure !== 'mrr')) return null;
  return { group: line.row.group, against: against.group, repeats: settings.repeats, slice };
}

/** `1.24 points more, 95 % interval 0.31 to 2.17`, or that none is shown. */
export function describeDifference({ mean, interval, shown }: PairedDifference, n: number): string {
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${percent(Math.abs(value))}`;
  const range = `95 % interval ${signed(interval[0])} to ${signed(interval[1])}`;
  const source = `Paired bootstrap over sessions, n = ${formatCount(n)}.`;
  return shown ? `${signed(mean)} points, ${range}. ${source}` : `No difference shown: ${signed(mean)} points, ${range} holds 0. ${source}`;
}
