/**
 * Every problem an import can name: code, severity, sentence, remedy. Codes, lines and columns are the contract (import.md section 6);
 * sentences may improve.
 */
import type { Issue, IssueSeverity } from '../records.ts';

/** What a message may speak of. Further fields of a code travel in `details`. */
export interface IssueFields {
  readonly line?: number | null;
  readonly column?: string | null;
  readonly value?: string | null;
  /** A phrase that completes the sentence of codes with several causes. */
  readonly because?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

interface IssueKind {
  readonly severity: IssueSeverity;
  readonly message: (issue: IssueFields, detail: (name: string) => string) => string;
  readonly fix: string;
}

/** "Line 7", or "Record 7" where several records may share a line. */
const at = ({ line, details }: IssueFields): string => (line == null && details?.['record'] !== undefined ? `Record ${details['record'] as number}` : `Line ${line ?? 1}`);
const cell = (i: IssueFields): string => `${at(i)}, column ${i.column}`;
const q = ({ value }: IssueFields): string => `"${value}"`;
/** "3 rows", "1 row". */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
/** "has" for one, "have" for more. */
const verb = (count: string, one: string, many: string): string => (count === '1' ? one : many);

export const issueKinds = {
  E_EMPTY: { severity: 'file', message: (i) => `The file ${i.because}. Nothing was imported.`, fix: 'Export it again.' },
  E_NO_ROWS: { severity: 'file', message: (i) => `${i.because?.startsWith('The ') === true ? i.because : `The file has a header row but no ${i.because} rows`}. Nothing was imported.`, fix: "Check the export's filter." },
  E_NOT_TEXT: { severity: 'file', message: (i) => `${i.because}.`, fix: 'Export the data as "CSV UTF-8" and import that file.' },
  E_NOT_CSV: { severity: 'file', message: (i) => `This is ${i.because}, not a CSV file. Nothing was imported.`, fix: 'Get the file itself, as CSV or TSV.' },
  E_ENCODING: { severity: 'file', message: (i) => `${i.because}`, fix: 'Choose the encoding to continue.' },
  E_HEADER_REQUIRED: { severity: 'file', message: (i, d) => `${at(i)}: required ${i.because} not found. Columns found: ${d('found')}.${d('hint') === '' ? '' : ` ${d('hint')}.`}`, fix: 'Map a column by hand, or add it to the file.' },
  E_HEADER_DUPLICATE: { severity: 'file', message: (i, d) => `${at(i)}: column "${i.column}" appears twice (columns ${d('first_index')} and ${d('column_index')}).`, fix: 'Rename or remove one.' },
  E_TOO_MANY_COLUMNS: { severity: 'file', message: (i, d) => `${at(i)}: the header has ${d('found')} columns; at most ${d('limit')} are supported.`, fix: 'Remove columns you do not need.' },
  E_QUOTE_UNTERMINATED: { severity: 'file', message: (i, d) => `${cell(i)}: a quoted field opens here and is never closed (it runs to the end of the file, line ${d('end_line')}). Nothing was imported.`, fix: 'Close the quote, or double it ("") if it belongs to the text.' },
  E_FILE_READ: { severity: 'file', message: (i) => `${i.because}. Nothing was imported.`, fix: 'Check the file and try again.' },
  E_FILE_CHANGED: { severity: 'file', message: (_i, d) => `The file changed while it was being read (size ${d('size_before')}, now ${d('size_after')}). Nothing was imported.`, fix: 'Wait until it is written, then try again.' },
  E_DISK_FULL: { severity: 'file', message: (_i, d) => `The disk is full (needed about ${d('needed_mb')} MB, ${d('free_mb')} MB free). Nothing was imported; your catalogue is unchanged.`, fix: 'Free some space and try again.' },
  E_NOT_FEED: { severity: 'file', message: (i) => `${at(i)}: this is a web page, not a product feed. The download may have needed a login. Nothing was imported.`, fix: 'Download the feed itself.' },
  E_XML_DOCTYPE: { severity: 'file', message: (i) => `${at(i)}: the feed contains a DOCTYPE, which is not allowed. Nothing was imported.`, fix: 'Remove it at the source.' },
  E_XML_NOT_WELL_FORMED: { severity: 'file', message: (i, d) => `${at(i)}, character ${d('char_column')}: ${i.because}. Nothing was imported.`, fix: 'The download may be cut off: get the feed again, or mend it at the source.' },
  E_XML_DEPTH: { severity: 'file', message: (i) => `${at(i)}: elements are nested deeper than 64. This does not look like a product feed. Nothing was imported.`, fix: 'Export a product feed (RSS 2.0 or Atom).' },
  E_XML_LIMIT: { severity: 'file', message: (i, d) => `${at(i)}: element <${d('name')}> has ${d('found')} attributes or more; at most ${d('limit')} are supported. Nothing was imported.`, fix: 'Export a product feed (RSS 2.0 or Atom).' },
  E_JSON_SYNTAX: { severity: 'row', message: (i, d) => `${at(i)}, character ${d('char_column')}: ${i.because}.`, fix: 'Mend the text at this place, or export it again.' },
  E_JSON_DEPTH: { severity: 'file', message: (i) => `${at(i)}: values are nested deeper than 64. This does not look like product data. Nothing was imported.`, fix: 'Export a list of products.' },
  E_JSON_SHAPE: { severity: 'file', message: (i) => `Expected a list of products, found ${i.because}. Nothing was imported.`, fix: 'Choose the list or export JSON Lines.' },
  E_ROW_TYPE: { severity: 'row', message: (i) => (i.column == null ? `${at(i)}: expected ${i.because}.` : `${cell(i)}: expected text, found ${i.because}.`), fix: 'Write the value as text.' },
  E_SKU_NUMBER: { severity: 'row', message: (i) => `${cell(i)}: the SKU (${i.value}) must be text in quotes; as a number its digits would change.`, fix: 'Export SKUs as text.' },
  E_FIELD_TOO_LONG: { severity: 'row', message: (i, d) => `${cell(i)}: ${d('found')} characters; at most ${d('limit')} are allowed.`, fix: 'Shorten the field; an unclosed quote may be the cause.' },
  E_QUOTE_TRAILING: { severity: 'row', message: (i, d) => `${cell(i)}: unexpected text after the closing quote (${i.value}). Double quotes inside a field ("")${d('hint') === 'backslash' ? ', not \\"' : ''}.`, fix: 'Write "" for a quote inside a quoted field.' },
  E_CONTROL_CHAR: { severity: 'row', message: (i) => `${cell(i)} contains a NUL character (${i.value}).`, fix: 'Remove it at the source.' },
  E_ROW_TOO_MANY: { severity: 'row', message: (i, d) => `${at(i)}: expected ${d('expected')} fields, found ${d('found')}. ${i.because}`, fix: 'Quote fields that contain the delimiter.' },
  E_ROW_TOO_FEW: { severity: 'row', message: (i, d) => `${at(i)}: expected ${d('expected')} fields, found ${d('found')}. The row was skipped.`, fix: 'Complete the row, or move a second table to a file of its own.' },
  E_ROW_IS_HEADER: { severity: 'row', message: (i) => `${at(i)} repeats the header and was skipped.`, fix: 'Remove the line.' },
  E_SKU_EMPTY: { severity: 'row', message: (i) => `${at(i)}: SKU is empty (column ${i.column}).`, fix: 'Fill it or map another column.' },
  E_SKU_TOO_LONG: { severity: 'row', message: (i, d) => `${at(i)}: SKU ${q(i)} has ${d('found')} characters; at most ${d('limit')} are allowed (column ${i.column}).`, fix: 'Shorten it or map another column.' },
  E_SKU_DUPLICATE: { severity: 'row', message: (i, d) => `${at(i)}: SKU ${q(i)} (column ${i.column}) already appeared in ${i.line == null ? 'record' : 'line'} ${d('first_line')}${d('normalisation') === '' ? '' : ' after Unicode normalisation'}. The first one is kept.${i.because ?? ''}`, fix: 'Remove one of the rows.' },
  E_TITLE_EMPTY: { severity: 'row', message: (i) => `${at(i)}: ${i.column} is ${i.because}.`, fix: 'Fill it, or import rows without a title (untitled: allow).' },
  E_SESSION_ID_EMPTY: { severity: 'row', message: (i) => `${at(i)}: ${i.column} is empty.`, fix: 'Fill it or map another column.' },
  E_TIMESTAMP: { severity: 'row', message: (i) => `${cell(i)}: ${q(i)} is not a time.`, fix: 'Use ISO 8601 or seconds since 1970, or give a position.' },
  W_TITLE_MISSING: { severity: 'warn', message: (i, d) => `No row has a title (${d('count')} of ${d('count')}). Products are represented by ${i.because} alone.`, fix: 'Add titles if the source has them: they are what a new SKU is recognised by.' },
  W_TITLE_TRUNCATED: { severity: 'warn', message: (i, d) => `${at(i)}: ${i.column} was cut to ${d('limit')} characters.`, fix: 'Move long text to the description.' },
  W_TITLE_NO_WORDS: { severity: 'warn', message: (i) => `${at(i)}: ${i.column} ${q(i)} has no words; the model learns nothing from it.`, fix: 'Give the product a name.' },
  W_IDENTICAL_METADATA: { severity: 'warn', message: (_i, d) => `${d('count')} products have identical text; the model cannot tell them apart.`, fix: 'Add what distinguishes them: title, colour, size.' },
  W_SKU_TRIMMED: { severity: 'warn', message: (i) => `${at(i)}: spaces around SKU ${q(i)} were removed (column ${i.column}).`, fix: 'Nothing to do; mend the source if other systems keep the spaces.' },
  W_SKU_CASE: { severity: 'warn', message: (i, d) => `${at(i)}: SKU ${q(i)} (column ${i.column}) differs from "${d('other')}" (${i.line == null ? 'record' : 'line'} ${d('first_line')}) only by case. Both were imported.`, fix: 'Check whether they are one product.' },
  W_SKU_INVISIBLE: { severity: 'warn', message: (i) => `${at(i)}: SKU ${q(i)} contains an invisible character (column ${i.column}).`, fix: 'Remove it at the source.' },
  W_SKU_SCIENTIFIC: { severity: 'warn', message: (i) => `${at(i)}: SKU ${q(i)} looks like a number shortened by a spreadsheet (column ${i.column}); the original digits may be lost.`, fix: 'Export the column as text.' },
  W_SKU_DATE: { severity: 'warn', message: (i) => `${at(i)}: SKU ${q(i)} looks like a date made by a spreadsheet (column ${i.column}).`, fix: 'Export the column as text.' },
  W_SKU_NUMBER_CELL: { severity: 'warn', message: (_i, d) => `${d('count')} ${verb(d('count'), 'SKU is', 'SKUs are')} stored as numbers in the workbook; leading zeros may be lost.`, fix: 'Format the column as text.' },
  W_PARENT_MISSING: { severity: 'warn', message: (i) => `${at(i)}: parent ${q(i)} (column ${i.column}) is not in this file or the catalogue; nothing was inherited.`, fix: 'Export the parents too.' },
  W_PARENT_CYCLE: { severity: 'warn', message: (i) => `${at(i)}: parent ${q(i)} (column ${i.column}) leads back to this row; nothing was inherited.`, fix: 'Mend the parents at the source.' },
  W_JSON_DUPLICATE_KEY: { severity: 'warn', message: (i) => `${at(i)}: key "${i.column}" appears twice; the last value was kept.`, fix: 'Remove one of them.' },
  W_HEADER_BLANK: { severity: 'warn', message: (i, d) => `${at(i)}: column ${d('column_index')} has no name and was ignored.`, fix: 'Name the column if it is needed.' },
  W_ROW_EMPTY: { severity: 'warn', message: (i) => `${at(i)} is empty and was skipped.`, fix: 'Nothing to do.' },
  W_QUOTE_STRAY: { severity: 'warn', message: (i) => `${cell(i)}: a quote inside an unquoted field was kept as text (${i.value}).`, fix: 'Quote the field and double the quote ("").' },
  W_CONTROL_CHAR: { severity: 'warn', message: (i) => (i.because === 'ctrl-z' ? `${at(i)}: a Ctrl-Z end-of-file mark was ignored.` : `${cell(i)}: ${i.because} removed (${q(i)}).`), fix: 'Remove them at the source.' },
  W_BIDI: { severity: 'warn', message: (i) => `${at(i)}, ${i.column} contains text-direction control characters (${q(i)}). Kept, and isolated on screen.`, fix: 'Remove them at the source unless they are meant.' },
  W_MOJIBAKE: { severity: 'warn', message: (i) => `${at(i)}, ${i.column}: ${q(i)} looks wrongly decoded (UTF-8 read as Windows-1252). Imported as is.`, fix: 'Mend the source.' },
  W_REPLACEMENT_CHAR: { severity: 'warn', message: (i) => `${at(i)}, ${i.column} contains U+FFFD (${q(i)}): characters were already lost before this file was saved.`, fix: 'Export again from the original.' },
  W_PRICE_UNREADABLE: { severity: 'warn', message: (i) => `${cell(i)}: price ${q(i)} could not be read and was left empty.`, fix: 'Use digits with one decimal separator, or say which separator marks decimals.' },
  W_CATEGORY_EMPTY_LEVEL: { severity: 'warn', message: (i) => `${cell(i)}: the path ${q(i)} has empty levels, which were removed.`, fix: 'Fill the levels or remove the separators.' },
  W_CATEGORY_DEPTH: { severity: 'warn', message: (i, d) => `${cell(i)}: the path ${q(i)} is deeper than ${d('limit')} levels and was cut.`, fix: 'Use fewer levels.' },
  W_SESSION_UNKNOWN_SKU: { severity: 'warn', message: (i, d) => `${at(i)}, column ${i.column}: ${d('count')} ${verb(d('count'), 'event refers to a SKU that is', 'events refer to SKUs that are')} not in the catalogue (${d('values')}). ${verb(d('count'), 'It is', 'They are')} kept, and used once imported.`, fix: 'Import the missing products.' },
  W_SESSION_TOO_SHORT: { severity: 'warn', message: (i, d) => `${d('count')} ${verb(d('count'), 'session has', 'sessions have')} a single event and cannot be used for training.${i.because ?? ''}`, fix: 'Nothing to do; they are kept.' },
  W_EVENT_DUPLICATE: { severity: 'warn', message: (i, d) => `${at(i)}: ${d('count')} exact duplicate ${verb(d('count'), 'event was', 'events were')} dropped.`, fix: 'Nothing to do.' },
  W_TIMESTAMP_UNITS: { severity: 'warn', message: (i) => `Column ${i.column}: values mix ${i.because}; each was read by its size.`, fix: 'Please check the column.' },
  I_ENCODING: { severity: 'info', message: (i) => `Read as ${i.because}.`, fix: 'Choose another encoding if the accents look wrong.' },
  I_DELIMITER: { severity: 'info', message: (i) => `Delimiter: ${i.because}.`, fix: 'Choose another delimiter if the columns look wrong.' },
  I_DECIMAL_COMMA: { severity: 'info', message: (i) => `Column ${i.column} uses a decimal comma.`, fix: 'Say so if the comma groups thousands.' },
  I_NULL_WORDS: { severity: 'info', message: (i) => `${at(i)}: ${i.value} ${i.because} read as missing (${i.column}).`, fix: 'Nothing to do.' },
  I_ROW_NOT_ITEM: { severity: 'info', message: (i, d) => `${d('count')} ${verb(d('count'), 'row is not a product', 'rows are not products')} (${i.because}) and ${verb(d('count'), 'was', 'were')} merged or skipped.`, fix: 'Nothing to do.' },
  I_TAXONOMY: { severity: 'info', message: (i, d) => `Category numbers of ${d('count')} ${verb(d('count'), 'product', 'products')} were read by Google's list ${i.because}.`, fix: 'Nothing to do.' },
  I_CATEGORY_NUMBERS: { severity: 'info', message: (i, d) => `${cell(i)}: ${d('count')} ${verb(d('count'), 'product names its', 'products name their')} Google category by a number ${d('known') === '0' ? 'only' : "that Google's list beside the feed does not know"} (${i.because}). The number is kept; no category path was read from it.`, fix: 'Put Google\'s list into one ZIP with the feed: https://www.google.com/basepages/producttype/taxonomy-with-ids.en-US.txt' },
  I_SORTED: { severity: 'info', message: () => 'Events were sorted by time within each session.', fix: 'Nothing to do.' },
  I_SESSION_CUT: { severity: 'info', message: (_i, d) => `${d('count')} ${verb(d('count'), 'session is', 'sessions are')} longer than the model context; the last ${d('limit')} events are used.`, fix: 'Nothing to do; sessions are stored whole.' },
} as const satisfies Readonly<Record<string, IssueKind>>;

export type IssueCode = keyof typeof issueKinds;

export function makeIssue(code: IssueCode, file: string, fields: IssueFields, severity: IssueSeverity = issueKinds[code].severity): Issue {
  const kind: IssueKind = issueKinds[code];
  const shown = { ...fields, value: fields.value == null ? null : showValue(fields.value) };
  const detail = (name: string): string => (shown.details?.[name] === undefined ? '' : String(shown.details[name]));
  return {
    code, severity, file, line: fields.line ?? null, column: fields.column ?? null, value: shown.value,
    message: kind.message(shown, detail), fix: kind.fix, ...(fields.details === undefined ? {} : { details: fields.details }),
  };
}

/** Control, direction and other invisible characters, and no-break spaces, which look like what they are not. */
const invisible = /[\0-\x1f\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffd]/g;

/** At most 80 characters, invisible ones written out. A copy: a slice would keep the chunk it was cut from in memory. */
export function showValue(text: string): string {
  const characters = Array.from(text.slice(0, 162));
  const cut = characters.length > 80 ? `${characters.slice(0, 80).join('')}…` : text;
  const visible = cut.replace(invisible, (sign) => `<U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`);
  return Buffer.from(visible).toString();
}
