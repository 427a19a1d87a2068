/** Arrow keys in a table of numbers: one stop for the Tab key, every number by arrows, Home and End. */
export class GridKeys {
  table = $state<HTMLTableElement>();
  row = $state(0);
  column = $state(0);
  readonly #rows: () => number;
  readonly #columns: () => number;
  readonly #entered: (row: number, column: number) => void;

  constructor(rows: () => number, columns: () => number, entered: (row: number, column: number) => void) {
    this.#rows = rows;
    this.#columns = columns;
    this.#entered = entered;
  }

  /** Whether the Tab key stops here. */
  isStop(row: number, column: number): boolean {
    return row === Math.min(this.row, this.#rows() - 1) && column === Math.min(this.column, this.#columns() - 1);
  }

  enter(row: number, column: number): void {
    this.row = row;
    this.column = column;
    this.#entered(row, column);
  }

  press(event: KeyboardEvent): void {
    const target = cellAfterKey(event.key, event.ctrlKey || event.metaKey, this.row, this.column, this.#rows(), this.#columns());
    if (target === null || event.altKey) return;
    event.preventDefault();
    this.table?.querySelector<HTMLElement>(`[data-cell="${target.row}/${target.column}"]`)?.focus();
  }
}

/** Home and End move within the row, with Ctrl to the first and the last number of all. */
export function cellAfterKey(key: string, far: boolean, row: number, column: number, rows: number, columns: number): { readonly row: number; readonly column: number } | null {
  const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowRight: [row, column + 1], ArrowLeft: [row, column - 1],
    Home: [far ? 0 : row, 0], End: [far ? rows - 1 : row, columns - 1],
  };
  const target = moves[key];
  return target === undefined || rows === 0 ? null : { row: within(target[0], rows), column: within(target[1], columns) };
}
