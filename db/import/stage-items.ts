/**
 * Second reading of a catalogue: valid rows go to a temporary table that only this connection sees and the system drops, however the
 * process ends.
 */
import type { WritableDB } from '../connection.ts';
import { contentHash, emptyItem, skuKey, storedFields } from '../stored-item.ts';
import type { StoredItem, StoredValue } from '../stored-item.ts';
import type { ItemStatus } from '../records.ts';
import { nothingBeside } from './beside.ts';
import type { Beside } from './beside.ts';
import { inheritParents } from './inherit.ts';
import { hashText, KeyTable } from './key-table.ts';
import { limits } from './limits.ts';
import type { Plan } from './plan.ts';
import type { FileRecord } from './record-reader.ts';
import { IssueList } from './report.ts';
import { checkStructure, cleanCells, readRows, RowIssues } from './rows.ts';
import type { RowCounts } from './rows.ts';
import { refuseNoRows, SurveyMistaken } from './survey.ts';
import type { FileSurvey } from './survey.ts';
import { DecimalEvidence } from './values.ts';
import { describeDifference, givenFields, prepareItemReader } from './validate-items.ts';
import type { ReadItem } from './validate-items.ts';

export interface StagedItem extends StoredItem {
  /** Number among the rows that are staged. */
  readonly ordinal: number;
  readonly line: number;
  readonly sku: string;
  readonly key: string;
  readonly status: ItemStatus;
  readonly parent: string;
  readonly alternate: string;
  /** 1: no item where it has children; 2: a model of a further file, never an item. */
  readonly role: number;
  /** '' until parents have been asked. */
  readonly content_hash: string;
}

/** Text that a model may read; products equal in all of it are one product to it. */
const readableFields = ['title', 'description', 'brand', 'category_path', 'color', 'material', 'size', 'department', 'manufacturer', 'class', 'attrs'] as const;

/** Page cache of staged rows: they are written, and later read, one after the other. */
const stagingKibibytes = 2_048;

export interface StageProgress {
  readonly signal?: AbortSignal | undefined;
  readonly onRead?: (bytes: number, rows: number) => void;
  /** Hears of each rejected row. */
  readonly onRejected?: (record: FileRecord, reason: string) => void;
}

/** `beside`: further files of the same archive, with rows that children inherit from. */
export async function stageItems(db: WritableDB, plan: Plan, survey: FileSurvey, list: IssueList, progress: StageProgress, beside: Beside = nothingBeside): Promise<RowCounts> {
  db.pragma(`temp.cache_size = -${stagingKibibytes}`);
  db.exec(`CREATE TEMP TABLE staged_items (ordinal INTEGER PRIMARY KEY, line INTEGER NOT NULL, sku TEXT NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL, content_hash TEXT NOT NULL,
    parent TEXT NOT NULL DEFAULT '', alternate TEXT NOT NULL DEFAULT '', role INTEGER NOT NULL DEFAULT 0, ${storedFields.map((field) => `${field} ANY DEFAULT ${emptyItem[field] === null ? 'NULL' : `'${emptyItem[field]}'`}`).join(', ')}) STRICT`);
  db.exec(`CREATE TEMP TABLE rejected_keys (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID`);
  // What the file does not speak of is empty in every row and costs nothing.
  const given = givenFields(plan);
  const inherits = plan.known.layout?.parents !== undefined;
  const fields = inherits ? storedFields : storedFields.filter((field) => given.has(field));
  const columns = ['ordinal', 'line', 'sku', 'key', 'status', 'content_hash', ...(inherits ? ['parent', 'alternate', 'role'] : []), ...fields];
  const insert = db.prepare(`INSERT INTO temp.staged_items (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
  const stage = (item: ReadItem, ordinal: number, line: number, role: number): void => {
    const values: StoredValue[] = inherits
      ? [ordinal, line, item.sku, item.key, item.status, '', item.parent, item.alternate, role] : [ordinal, line, item.sku, item.key, item.status, contentHash(item.stored)];
    for (const field of fields) values.push(item.stored[field]);
    insert.run(...values); // given one by one they are bound faster than as a list (measured)
  };
  for (const model of beside.models) await stageModels(db, model, beside, stage);

  const readItem = prepareItemReader(plan, survey, beside);
  const issues = new RowIssues(list);
  const keys = prepareKeyCheck(db, plan, issues);
  const texts = new KeyTable(Uint8Array);
  const counts: RowCounts = { ok: 0, rejected: 0, skipped: 0 };
  let identical = 0;
  let numeric = 0;
  let notItems = 0;

  const price = plan.mapping.priceDecimal === undefined ? plan.columnOf.get('price') : undefined;
  const evidence = new DecimalEvidence();

  // A row that is rejected names its product all the same: it is not missing from the file.
  const rejectedKey = db.prepare(`INSERT OR IGNORE INTO temp.rejected_keys VALUES (?)`);
  const nothingThere = db.prepare(`SELECT 1 FROM items LIMIT 1`).get() === undefined;
  const noteRejected = ({ fields }: FileRecord): void => {
    if (nothingThere) return;
    for (const index of plan.map.sources.get('sku') ?? []) {
      const sku = fields[index]?.trim() ?? '';
      if (sku !== '' && sku.length <= limits.skuCharacters) rejectedKey.run(skuKey(sku));
    }
  };

  const onRow = (record: FileRecord): void => {
    if (price !== undefined && record.fields.length === plan.headers.length) evidence.add(record.fields[price]!);
    const structure = checkStructure(record, plan, issues);
    const item = structure === 'ok' ? readItem(record, cleanCells(record, plan, issues), issues) : null;
    const hash = item === null ? 0 : keys.check(item, record.line);
    const { reason } = issues;
    if (issues.settle()) {
      counts.rejected += 1;
      noteRejected(record);
      progress.onRejected?.(record, reason);
    } else if (item === null) {
      counts.skipped += 1;
      if (structure === 'ok') notItems += 1;
    } else {
      counts.ok += 1;
      stage(item, counts.ok, record.line, item.role === 'parent' ? 1 : 0);
      keys.add(item, hash, counts.ok);
      if (!inherits) identical += countIdentical(texts, item.stored);
      if (item.numeric) numeric += 1;
    }
  };
  let bytes = 0;
  const { records } = await readRows(plan, {
    signal: progress.signal,
    around: db.transaction((work: () => void) => {
      work();
      progress.onRead?.(bytes, counts.ok + counts.rejected);
    }),
    onRead: (read) => {
      bytes = read;
    },
    onRow,
    onEndMark: (line) => list.add('W_CONTROL_CHAR', { line, because: 'ctrl-z' }),
  });
  refuseNoRows(plan, records);
  if (price !== undefined && evidence.decimal !== survey.decimal) {
    if (evidence.open || survey.decimal === ',') throw new SurveyMistaken();
    if (evidence.decimal === ',') list.add('I_DECIMAL_COMMA', { column: plan.headers[price]! });
  }
  if (inherits) {
    notItems += await inheritParents(db, plan, survey, list, counts, progress);
    for (const stored of db.prepare<[], StagedItem>(`SELECT * FROM temp.staged_items`).iterate()) identical += countIdentical(texts, stored);
  }
  if (notItems > 0) list.add('I_ROW_NOT_ITEM', { because: plan.known.layout?.fill !== undefined ? 'image rows' : inherits ? 'parents of variants' : 'further rows of a product', details: { count: notItems } });
  if (plan.table.container === 'xlsx' && numeric > 0) list.add('W_SKU_NUMBER_CELL', { column: plan.headers[plan.columnOf.get('sku')!]!, details: { count: numeric } });
  if ((survey.untitled || !plan.columnOf.has('title')) && counts.ok > 0) {
    const given = survey.filled.filter((field) => field !== 'title' && field !== 'sku');
    list.add('W_TITLE_MISSING', { because: given.length === 0 ? 'nothing' : given.join(', '), details: { count: counts.ok } });
  }
  beside.numbers?.report(list);
  if (identical > 0) list.add('W_IDENTICAL_METADATA', { details: { count: identical } });
  return counts;
}

/** Models are told apart from rows of the file by numbers below it; what is wrong with them is nobody's row. */
async function stageModels(db: WritableDB, plan: Plan, beside: Beside, stage: (item: ReadItem, ordinal: number, line: number, role: number) => void): Promise<void> {
  const read = prepareItemReader(plan, { untitled: true, decimal: null, filled: [] }, { ...beside, numbers: null });
  const issues = new RowIssues(new IssueList('', null));
  const lowest = db.prepare<[], number>(`SELECT coalesce(min(ordinal), 0) FROM temp.staged_items`).pluck().get()!;
  await readRows(plan, {
    around: db.transaction((work: () => void) => work()),
    onRow(record, ordinal) {
      const item = checkStructure(record, plan, issues) === 'ok' ? read(record, cleanCells(record, plan, issues), issues) : null;
      if (!issues.settle() && item !== null) stage(item, lowest - ordinal, record.line, 2);
    },
  });
}

/** How many more rows are known to share their text with another one: two for the first pair, one for each further row. */
function countIdentical(texts: KeyTable, stored: StoredItem): number {
  const hash = hashText(...(readableFields.map((field) => stored[field]) as string[]));
  const seen = texts.get(hash);
  texts.set(hash, seen === null ? 1 : 2);
  return seen === null ? 0 : seen === 1 ? 2 : 1;
}

/** Finds SKUs that stood in the file before, equal or equal but for case. Only accepted rows are remembered: the first one is kept. */
function prepareKeyCheck(db: WritableDB, plan: Plan, issues: RowIssues): { check(item: ReadItem, line: number): number; add(item: ReadItem, hash: number, ordinal: number): void } {
  const column = plan.headers[plan.columnOf.get('sku') ?? -1] ?? 'sku';
  const stagedAt = db.prepare<[number], StagedItem>(`SELECT * FROM temp.staged_items WHERE ordinal = ?`);
  const folded = new KeyTable();
  /** Keys whose place in the table is taken by a variant of theirs. */
  const variants = new Map<string, number>();
  return {
    check(item, line) {
      const hash = hashText(item.key.toLowerCase());
      const first = folded.get(hash);
      if (first === null) return hash;
      const other = stagedAt.get(variants.get(item.key) ?? first)!;
      if (other.key === item.key) {
        const details = { first_line: other.line, ...(other.sku === item.sku ? {} : { normalisation: 'NFC' }) };
        issues.reject('E_SKU_DUPLICATE', { line, column, value: item.sku, because: describeDifference(other, item.stored), details });
      } else if (other.key.toLowerCase() === item.key.toLowerCase()) {
        issues.warn('W_SKU_CASE', { line, column, value: item.sku, details: { first_line: other.line, other: other.sku } });
      }
      return hash;
    },
    add(item, hash, ordinal) {
      if (folded.get(hash) === null) folded.set(hash, ordinal);
      else variants.set(item.key, ordinal);
    },
  };
}
