export interface Column {
  readonly key: string;
  readonly label: string;
  /** A CSS grid track: `minmax(0, 2fr)`, `96px`. */
  readonly width: string;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  /** The column is left out where the grid is narrower than this (px). */
  readonly from?: number;
}
