export interface Column {
  readonly key: string;
  readonly label: string;
  /** A CSS grid track: `minmax(0, 2fr)`, `96px`. */
  readonly width: string;
  /** Its definition, on hover; the screen says it to the keyboard too. */
  readonly means?: string;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  /** The column is left out where the grid is narrower than this (px). */
  readonly from?: number;
}

/** Several rows selected at once. An index stands for a row whose page may not be there yet. */
export interface GridSelection<Row> {
  readonly size: number;
  has(row: Row): boolean;
  toggle(index: number, row: Row | undefined): void;
  /** Everything from where the range began, which is `from` unless one is going on, to `to`. */
  extend(from: number, to: number): void;
  all(): void;
  clear(): void;
}
