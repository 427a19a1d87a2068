/** Tables as files for spreadsheets: RFC 4180, a dash for what is missing, and no cell that runs as a formula. */
import { dash } from './benchmark-markdown.ts';

export type Cell = string | number | null;

/** A text that a spreadsheet would take for a formula gets an apostrophe, which spreadsheets do not show. */
export function csvCell(value: Cell): string {
  if (value === null) return dash;
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvTable(lines: readonly (readonly Cell[])[]): string {
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}
