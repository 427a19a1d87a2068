/**
 * Cells that a spreadsheet would run as a formula (OWASP CSV injection): written with one apostrophe in front, and read back without it.
 * Apostrophes that are there already stay, so that the step can be undone exactly. Files guarded so say it by a last column.
 */

export const guardColumn = '_shelfsight_export';

const dangerous = /^'*[=+\-@\t\r\n＝＋－＠]/;

export function guardCell(text: string): string {
  return dangerous.test(text) ? `'${text}` : text;
}

export function unguardCell(text: string): string {
  return text.startsWith("'") && dangerous.test(text) ? text.slice(1) : text;
}
