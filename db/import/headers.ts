/** What a header must be, whatever kind of file it stands in. */
import type { ImportKind, ImportMapping } from '../records.ts';
import { limits } from './limits.ts';
import { mapColumns } from './mapping.ts';
import type { ColumnMap } from './mapping.ts';
import { generic, profiles, proposeHeaderless } from './profile.ts';
import type { FileRecord } from './record-reader.ts';
import { FileRejection } from './rejection.ts';
import type { Table } from './table.ts';

/** @throws FileRejection E_FIELD_TOO_LONG, E_QUOTE_TRAILING, E_TOO_MANY_COLUMNS, E_HEADER_DUPLICATE */
export function refuseHeaders(headers: readonly string[], { line, faults }: Pick<FileRecord, 'line' | 'faults'>): void {
  const tooLong = faults.find((fault) => fault.kind === 'too-long');
  if (tooLong !== undefined) {
    throw new FileRejection('E_FIELD_TOO_LONG', { line, column: `${tooLong.field + 1}`, details: { limit: limits.fieldCharacters, found: tooLong.characters } });
  }
  const trailing = faults.find((fault) => fault.kind === 'trailing');
  if (trailing !== undefined) {
    throw new FileRejection('E_QUOTE_TRAILING', { line, column: `${trailing.field + 1}`, value: trailing.value, details: trailing.backslash ? { hint: 'backslash' } : {} });
  }
  if (headers.length > limits.columns) throw new FileRejection('E_TOO_MANY_COLUMNS', { line, details: { limit: limits.columns, found: headers.length } });
  const seen = new Map<string, number>();
  for (const [index, header] of headers.entries()) {
    const name = header.toLowerCase();
    const first = seen.get(name);
    if (first !== undefined && name !== '') throw new FileRejection('E_HEADER_DUPLICATE', { line, column: name, details: { first_index: first + 1, column_index: index + 1 } });
    seen.set(name, index);
  }
}

/** Why a file cannot be read as it stands, with what would help: a later line, a delimiter, a choice between columns, a format. */
export function describeLacking(map: ColumnMap, table: Table, kind: ImportKind, mapping: ImportMapping): FileRejection {
  const { missing, candidates, choice } = map;
  const { first, headers, headerLine } = table;
  const better = table.container !== 'csv' && table.container !== 'xlsx' ? undefined
    : first.find(({ line, fields }) => line > headerLine && line <= limits.headerSearchLines && mapColumns(fields, kind, [], mapping).missing.length === 0);
  const names = missing.map((name) => `"${name}"`).join(' and ');
  const headerless = table.container !== 'csv' || better !== undefined ? null : proposeHeaderless(first.slice(0, 20).map(({ fields }) => fields));
  const asked = missing.filter((field) => candidates.has(field));
  const absent = missing.filter((field) => (mapping.columns?.[field] ?? '').trim() !== '');
  const hint = absent.length > 0 ? `The mapping says that ${absent.map((field) => `${field} is "${mapping.columns![field]}"`).join(' and ')}, which is no column of the file`
    : better !== undefined ? `Line ${better.line} looks like a header: choose "header is on line ${better.line}"`
    : headerless !== null ? `The file has no header and looks like ${headerless.id}: choose that format`
    : asked.length > 0 ? asked.map((field) => `${field} may be ${candidates.get(field)!.map((name) => `"${name}"`).join(' or ')}: choose one`).join('; ')
    : headers.length === 1 && table.container === 'csv' ? `Only one column was found${mapping.delimiter === undefined ? ' (tried comma, semicolon, tab, pipe): choose the delimiter by hand' : ''}`
    : choice.rivals.length > 0 ? `The format may be ${choice.rivals.join(' or ')}: choose one`
    : '';
  const line = headerLine === 0 ? 1 : headerLine;
  return new FileRejection('E_HEADER_REQUIRED', {
    line: table.container === 'csv' || table.container === 'xlsx' ? line : null, column: missing.length === 1 ? missing[0]! : null, because: `${missing.length === 1 ? 'column' : 'columns'} ${names}`,
    details: {
      missing, found: headers.join(', ').slice(0, 200), ...(hint === '' ? {} : { hint }), ...(better === undefined ? {} : { suggest_header_line: better.line }),
      ...(headerless === null ? {} : { suggest_format: headerless.id }), ...(asked.length === 0 ? {} : { candidates: Object.fromEntries(asked.map((field) => [field, candidates.get(field)!])) }),
    },
  });
}

/** Names of the columns of a headerless format that the user chose. */
export function givenHeader(mapping: ImportMapping): readonly string[] | undefined {
  return profiles.find((profile) => profile !== generic && profile.id === mapping.format)?.header?.map(({ name }) => name);
}
