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
  /** Says which row it is: it cannot be hidden. */
  readonly always?: boolean;
  /** Shown only where the user asks for it. */
  readonly extra?: boolean;
}

/** Between columns, and at both ends of a row, px. */
export const columnGap = 12;
export const rowPadding = 16;

/** The columns that are shown: `chosen` keys in their order, or those a grid shows by itself. What is not known (any more) is left out. */
export function chooseColumns(columns: readonly Column[], chosen: readonly string[] | null): readonly Column[] {
  const standard = columns.filter(({ extra }) => extra !== true);
  if (chosen === null || sameKeys(chosen, standard)) return standard;
  const picked = [...new Set(chosen)].flatMap((key) => columns.find((column) => column.key === key) ?? []);
  const missing = columns.filter(({ always, key }) => always === true && !chosen.includes(key));
  // Who has chosen a column sees it wherever there is room.
  return [...missing, ...picked].map(({ from: _, ...column }) => column);
}

/** Whether these are the columns that a grid shows by itself. */
export function sameKeys(chosen: readonly string[], columns: readonly Column[]): boolean {
  return chosen.join() === columns.map(({ key }) => key).join();
}

/** The keys after one was shown, hidden or moved by `step` places. */
export function toggleColumn(shown: readonly Column[], key: string): readonly string[] {
  const keys = shown.map((column) => column.key);
  return keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key];
}

export function moveColumn(shown: readonly Column[], key: string, step: -1 | 1): readonly string[] {
  const keys = shown.map((column) => column.key);
  const from = keys.indexOf(key);
  const to = from + step;
  if (from < 0 || to < 0 || to >= keys.length) return keys;
  return keys.with(from, keys[to]!).with(to, key);
}

/** Leaves out what is made for wider grids, then the last columns as long as the row has no room. `besides`: px that something else takes. */
export function fitColumns(columns: readonly Column[], width: number, besides = 0): readonly Column[] {
  const fitting = columns.filter((column) => width === 0 || width >= (column.from ?? 0));
  const room = (count: number): number => fitting.slice(0, count).reduce((sum, column) => sum + leastWidth(column) + columnGap, 2 * rowPadding - columnGap + besides);
  let count = fitting.length;
  while (width > 0 && count > 1 && room(count) > width) count -= 1;
  return fitting.slice(0, count);
}

/** The first length of a track is what it needs. */
function leastWidth({ width }: Column): number {
  return Number(/(\d+)px/.exec(width)?.[1] ?? 0);
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
