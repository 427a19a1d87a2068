/** What was found out about a file, in words: each guess with its confidence and what it rests on. */
import type { Detection, FileReport, ImportKind } from '../records.ts';
import type { SourceFile } from './container.ts';
import { delimiterNames } from './delimiter.ts';
import { nameEncoding } from './encoding.ts';
import { showValue } from './issues.ts';
import type { Plan } from './plan.ts';
import type { IssueList } from './report.ts';
import type { RowCounts } from './rows.ts';

const containerNames: Readonly<Record<Plan['table']['container'], string>> = { csv: 'delimited text', xml: 'XML feed', json: 'JSON', jsonl: 'JSON Lines', xlsx: 'Excel workbook' };
const shownExamples = 3;

/** Values of a column, written so that they can be shown. */
export function examplesOf(plan: Plan, index: number): readonly string[] {
  return plan.sample.map((row) => row[index]!).filter((value) => value.trim() !== '').slice(0, shownExamples).map(showValue);
}

/** Container, encoding, delimiter, header, format. Columns have a table of their own. */
export function describeDetection(source: SourceFile, plan: Plan): readonly Detection[] {
  const { table, mapping, map } = plan;
  const asked = (chosen: unknown, confidence: number): number => (chosen === undefined ? confidence : 1);
  const lines = plan.sample.slice(0, shownExamples).map((row) => showValue(row.join(' · ')));
  const accents = plan.sample.flat().filter((cell) => /[^\0-\x7f]/.test(cell)).slice(0, shownExamples).map(showValue);
  const found: Detection[] = [
    { what: 'container', guess: `${containerNames[table.container]}${source.packing === 'none' ? '' : `, ${source.packing}`}`, confidence: asked(mapping.sheet, sheetsOf(source, plan).length > 1 ? 0.9 : 1), examples: table.sheet !== undefined ? [table.sheet] : source.packing === 'zip' ? [source.name, ...source.beside.map(({ name }) => name)] : [] },
    { what: 'encoding', guess: table.encoding.label, confidence: table.container === 'xlsx' ? 1 : asked(mapping.encoding, table.encoding.markBytes > 0 ? 1 : 0.95), examples: accents },
  ];
  if (table.container === 'csv') found.push({ what: 'delimiter', guess: delimiterNames[table.delimiter] ?? table.delimiter, confidence: asked(mapping.delimiter, table.fromSepLine ? 1 : plan.headers.length > 1 ? 0.9 : 0.2), examples: lines });
  if (table.container === 'csv' || table.container === 'xlsx') {
    found.push({ what: 'header', guess: table.headerLine === 0 ? 'none' : `line ${table.headerLine}`, confidence: asked(mapping.headerLine, plan.lacking === null ? 0.95 : 0.3), examples: plan.headers.slice(0, 10).map(showValue) });
  }
  found.push({ what: 'format', guess: map.profile.id, confidence: map.choice.confidence, examples: map.choice.rivals });
  return found;
}

/** Sheets of a workbook, or files of an archive, to choose from. */
export function sheetsOf(source: SourceFile, plan: Plan): readonly string[] {
  return source.packing === 'zip' ? [source.name, ...source.beside.map(({ name }) => name)] : plan.table.sheets;
}

/** What was found out about the file and is not what everybody expects. */
export function reportDetection({ table, headers }: Plan, list: IssueList): void {
  if (table.encoding.label !== 'utf-8') list.add('I_ENCODING', { because: nameEncoding(table.encoding.label), details: { encoding: table.encoding.label } });
  if (table.container === 'csv' && table.delimiter !== ',') {
    const name = delimiterNames[table.delimiter] ?? `"${table.delimiter}"`;
    list.add('I_DELIMITER', { because: `${name}${table.fromSepLine ? ' (from the "sep=" line)' : ''}`, details: { delimiter: table.delimiter } });
  }
  for (const [index, header] of headers.entries()) {
    if (header === '') list.add('W_HEADER_BLANK', { line: Math.max(1, table.headerLine), details: { column_index: index + 1 } });
  }
}

/** Kept with the import: what was detected or chosen. */
export function describePlan({ table, map, mapping, known }: Plan): unknown {
  return {
    container: table.container, profile: map.profile.id, profileVersion: map.profile.version, encoding: table.encoding.label, delimiter: table.delimiter,
    headerLine: table.headerLine, columns: map.columns, chosen: mapping,
    ...(known.values?.['description']?.html === true ? { html: true } : {}),
  };
}

export function fileReport(name: string, plan: Plan | null, rows: RowCounts, kind: ImportKind = 'catalog'): FileReport {
  return {
    file: name, kind: plan?.kind ?? kind, format: plan?.map.profile.id ?? '', encoding: plan?.table.encoding.label ?? '', delimiter: plan?.table.delimiter ?? '',
    headerLine: plan?.table.headerLine ?? 1, rows: { ...rows },
  };
}
