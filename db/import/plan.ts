/** How a file is to be read: everything that is detected, asked or chosen before its rows are read. */
import type { ImportKind, ImportMapping } from '../records.ts';
import type { SourceFile } from './container.ts';
import { decideEncoding } from './detect-encoding.ts';
import { detectDialect } from './delimiter.ts';
import { decodeText } from './encoding.ts';
import type { Encoding } from './encoding.ts';
import { guardColumn } from './guard.ts';
import { describeLacking, givenHeader } from './headers.ts';
import { findForm, openJson } from './json-table.ts';
import { guessKind, mapColumns } from './mapping.ts';
import type { ColumnMap } from './mapping.ts';
import { columnsOf, profiles, proposeHeaderless } from './profile.ts';
import type { ProfileColumns } from './profile.ts';
import { FileRejection } from './rejection.ts';
import { openSheet } from './sheet-table.ts';
import type { Table } from './table.ts';
import { openText } from './text-table.ts';
import { openXml } from './xml-table.ts';

export interface Plan {
  readonly kind: ImportKind;
  readonly table: Table;
  readonly headers: readonly string[];
  readonly map: ColumnMap;
  /** What the format knows of files of this kind. */
  readonly known: ProfileColumns;
  /** Canonical field -> its first column. */
  readonly columnOf: ReadonlyMap<string, number>;
  readonly mapping: ImportMapping;
  /** Our own export: formula cells have an apostrophe in front that is none of theirs. */
  readonly guarded: boolean;
  /** Cells hold lists as JSON: rows of a feed or of JSON that come back as a table. */
  readonly lists: boolean;
  /** The first records below the header. */
  readonly sample: readonly (readonly string[])[];
  /** What the header lacks; an import stops there, a look at the file shows it. */
  readonly lacking: FileRejection | null;
}

/** Characters looked at to find the delimiter and to judge columns by their values. */
const sampleCharacters = 131_072;

/** @throws FileRejection with the first fault of the whole file, in the order of the import contract. */
export async function planImport(source: SourceFile, wanted: ImportKind | undefined, mapping: ImportMapping, signal?: AbortSignal): Promise<Plan> {
  const table = await openTable(source, wanted, mapping, signal);
  const { headers, container } = table;
  // A format without a header that has sessions is taken for them; as what it is read is asked all the same.
  const headerless = wanted === undefined && container === 'csv' ? proposeHeaderless(table.first.slice(0, 20).map(({ fields }) => fields)) : null;
  const kind = wanted ?? (headerless?.sessions === undefined ? guessKind(headers, container) : 'sessions');
  const rows = table.first.filter(({ line, fields }) => (container !== 'csv' || line > table.headerLine) && fields.length === headers.length).map(({ fields }) => fields);
  const guarded = headers.includes(guardColumn);
  const own = guarded ? profiles.find(({ id }) => id === rows[0]?.[headers.indexOf(guardColumn)]) : undefined;
  const map = mapColumns(headers, kind, rows, own?.[kind] === undefined || mapping.format !== undefined ? mapping : { ...mapping, format: own.id }, container);
  const columnOf = new Map([...map.sources].map(([field, [first]]) => [field, first!]));
  return {
    kind, table, headers, map, known: columnsOf(map.profile, kind), columnOf, mapping, guarded, lists: guarded && container === 'csv' && !map.profile.containers.includes('csv'), sample: rows,
    lacking: map.missing.length === 0 ? null : describeLacking(map, table, kind, mapping),
  };
}

async function openTable(source: SourceFile, wanted: ImportKind | undefined, mapping: ImportMapping, signal?: AbortSignal): Promise<Table> {
  const kinds: readonly ImportKind[] = wanted === undefined ? ['catalog', 'sessions'] : [wanted];
  if (source.workbook) return openSheet(source, kinds, mapping.sheet, mapping.headerLine);
  const encoding = await decideEncoding(source, mapping);
  const { sample, whole } = await readSample(source, encoding);
  if (sample.trim() === '' && whole) throw new FileRejection('E_EMPTY', { because: 'contains only blank lines' });
  const content = refuseOtherText(sample, source.name);
  if (content === 'xml') return openXml(source, encoding, signal);
  if (content === 'json') {
    const form = findForm(sample, whole);
    const table = await openJson(source, encoding, form, undefined, signal);
    const kind = wanted ?? guessKind(table.headers, table.container);
    // A format with nested rows is recognised by the outer keys; its columns are those of the rows inside.
    const { json } = mapColumns(table.headers, kind, [], mapping, table.container).profile;
    return json === undefined ? table : openJson(source, encoding, form, json, signal);
  }
  const askedLines = Math.max(0, (mapping.headerLine ?? 1) - 1);
  const detected = detectDialect(sample, kinds, askedLines);
  const dialect = mapping.delimiter === undefined ? detected : { ...detected, delimiter: delimiterOf(mapping.delimiter) };
  return openText(source, { encoding, dialect, skipLines: Math.max(askedLines, dialect.fromSepLine ? 1 : 0), sample, whole, names: givenHeader(mapping) });
}

async function readSample(source: SourceFile, encoding: Encoding): Promise<{ readonly sample: string; readonly whole: boolean }> {
  let sample = '';
  for await (const text of decodeText(source.read(), encoding)) {
    sample += text;
    if (sample.length >= sampleCharacters && sample.trim() !== '') return { sample, whole: false };
  }
  return { sample, whole: true };
}

/** What may stand before a document: a declaration, comments. */
const xmlProlog = /^(?:<\?[^>]{0,500}>\s{0,200}|<!--[^]{0,1000}?-->\s{0,200}){0,5}/;
const webPage = /^<(?:!doctype html|html|head|body)\b/i;
const tableName = /\.(?:csv|tsv|tab)$/i;
const feedName = /\.(?:xml|rss|atom)$/i;

/** Text of another kind than its name promises would only give nonsense rows. @throws FileRejection E_NOT_CSV, E_NOT_FEED */
function refuseOtherText(sample: string, name: string): 'text' | 'xml' | 'json' {
  const text = sample.trimStart();
  const start = text.slice(0, 2_000);
  if (/^<[!?a-z]/i.test(start)) {
    if (webPage.test(start.replace(xmlProlog, ''))) {
      const line = sample.slice(0, sample.length - text.length).split(/\r\n|\r|\n/).length;
      if (feedName.test(name)) throw new FileRejection('E_NOT_FEED', { line });
      throw new FileRejection('E_NOT_CSV', { because: 'a web page (HTML; the download may have needed a login)' });
    }
    if (tableName.test(name)) throw new FileRejection('E_NOT_CSV', { because: 'XML' });
    return 'xml';
  }
  if (start.startsWith('version https://git-lfs')) throw new FileRejection('E_NOT_CSV', { because: 'a Git LFS pointer (fetch the file itself with "git lfs pull")' });
  if (tableName.test(name)) {
    if (/^(\{\s*["}]|\[\s*[{["\d\]])/.test(start)) throw new FileRejection('E_NOT_CSV', { because: 'JSON' });
    return 'text';
  }
  return start.startsWith('{') || start.startsWith('[') ? 'json' : 'text';
}

function delimiterOf(name: string): string {
  const named: Readonly<Record<string, string>> = { comma: ',', semicolon: ';', tab: '\t', '\\t': '\t', pipe: '|' };
  return named[name.toLowerCase()] ?? name.slice(0, 1);
}

/** Which file of an archive is meant: the user's word, else the one that the name patterns of a format tell. */
export function chooseMember(names: readonly string[], kind: ImportKind | undefined, mapping: ImportMapping): string | null {
  if (mapping.sheet !== undefined) return names.includes(mapping.sheet) ? mapping.sheet : null;
  const found = new Set<string>();
  for (const { members } of profiles) {
    for (const pattern of [kind !== 'sessions' ? members?.catalog : undefined, kind !== 'catalog' ? members?.sessions : undefined]) {
      if (pattern === undefined) continue;
      const matching = names.filter((name) => new RegExp(pattern, 'i').test(name.split('/').at(-1)!));
      if (matching.length === 1) found.add(matching[0]!);
    }
  }
  // A single file beside such as only explain it (models, trees, taxonomies).
  for (const { members: { parents, options, categories, taxonomy } = {} } of profiles) {
    const further = [parents, options, categories, taxonomy].filter((pattern) => pattern !== undefined).map((pattern) => new RegExp(pattern, 'i'));
    const rest = names.filter((name) => !further.some((pattern) => pattern.test(name.split('/').at(-1)!)));
    if (rest.length === 1 && rest.length < names.length) found.add(rest[0]!);
  }
  return found.size === 1 ? [...found][0]! : null;
}
