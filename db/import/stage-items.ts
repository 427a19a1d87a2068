/**
 * Second reading of a catalogue: valid rows go to a temporary table that only this connection sees and the system drops, however the
 * process ends.
 */
import type { WritableDB } from '../connection.ts';
import { storedFields } from '../stored-item.ts';
import type { StoredItem, StoredValue } from '../stored-item.ts';
import type { ItemStatus } from '../records.ts';
import type { SourceFile } from './container.ts';
import { hashText, KeyTable } from './key-table.ts';
import type { Plan } from './plan.ts';
import type { IssueList } from './report.ts';
import { checkStructure, cleanCells, readRows, RowIssues } from './rows.ts';
import type { RowCounts } from './rows.ts';
import type { FileSurvey } from './survey.ts';
import { describeDifference, prepareItemReader } from './validate-items.ts';
import type { ReadItem } from './validate-items.ts';

export interface StagedItem extends StoredItem {
  readonly line: number;
  readonly sku: string;
  readonly key: string;
  readonly status: ItemStatus;
}

/** Text that a model may read; products equal in all of it are one product to it. */
const readableFields = ['title', 'description', 'brand', 'category_path', 'color', 'material', 'size', 'department', 'manufacturer', 'class', 'attrs'] as const;

export async function stageItems(db: WritableDB, source: SourceFile, plan: Plan, survey: FileSurvey, list: IssueList, progress: { readonly signal?: AbortSignal | undefined; readonly onRead?: (bytes: number, rows: number) => void }): Promise<RowCounts> {
  db.exec(`CREATE TEMP TABLE staged_items (line INTEGER PRIMARY KEY, sku TEXT NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL, ${storedFields.map((field) => `${field} ANY`).join(', ')}) STRICT`);
  const insert = db.prepare(`INSERT INTO temp.staged_items VALUES (?, ?, ?, ?, ${storedFields.map(() => '?').join(', ')})`);
  const readItem = prepareItemReader(plan, survey);
  const issues = new RowIssues(list);
  const keys = prepareKeyCheck(db, plan, issues);
  const texts = new KeyTable();
  const counts: RowCounts = { ok: 0, rejected: 0, skipped: 0 };
  let identical = 0;

  const onRow = (record: Parameters<Parameters<typeof readRows>[2]['onRow']>[0]): void => {
    const structure = checkStructure(record, plan, issues);
    const item = structure === 'ok' ? readItem(record, cleanCells(record, plan, issues), issues) : null;
    if (item !== null) keys.check(item, record.line);
    if (issues.settle()) counts.rejected += 1;
    else if (item === null) counts.skipped += 1;
    else {
      counts.ok += 1;
      const values: StoredValue[] = storedFields.map((field) => item.stored[field]);
      insert.run(record.line, item.sku, item.key, item.status, ...values);
      keys.add(item, record.line);
      identical += countIdentical(texts, item.stored);
    }
  };
  let bytes = 0;
  await readRows(source, plan, {
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
  if (survey.untitled && counts.ok > 0) {
    const given = survey.filled.filter((field) => field !== 'title' && field !== 'sku');
    list.add('W_TITLE_MISSING', { because: given.length === 0 ? 'nothing' : given.join(', '), details: { count: counts.ok } });
  }
  if (identical > 0) list.add('W_IDENTICAL_METADATA', { details: { count: identical } });
  return counts;
}

/** How many more rows are known to share their text with another one: two for the first pair, one for each further row. */
function countIdentical(texts: KeyTable, stored: StoredItem): number {
  const hash = hashText(readableFields.map((field) => stored[field]).join('\x1f'));
  const seen = texts.get(hash);
  texts.set(hash, seen === null ? 1 : 2);
  return seen === null ? 0 : seen === 1 ? 2 : 1;
}

/** Finds SKUs that stood in the file before, equal or equal but for case. Only accepted rows are remembered: the first one is kept. */
function prepareKeyCheck(db: WritableDB, plan: Plan, issues: RowIssues): { check(item: ReadItem, line: number): void; add(item: ReadItem, line: number): void } {
  const column = plan.headers[plan.columnOf.get('sku')!]!;
  const stagedAt = db.prepare<[number], StagedItem>(`SELECT * FROM temp.staged_items WHERE line = ?`);
  const folded = new KeyTable();
  /** Keys whose place in the table is taken by a variant of theirs. */
  const variants = new Map<string, number>();
  return {
    check(item, line) {
      const first = folded.get(hashText(item.key.toLowerCase()));
      if (first === null) return;
      const other = stagedAt.get(variants.get(item.key) ?? first)!;
      if (other.key === item.key) {
        const details = { first_line: other.line, ...(other.sku === item.sku ? {} : { normalisation: 'NFC' }) };
        issues.reject('E_SKU_DUPLICATE', { line, column, value: item.sku, because: describeDifference(other, item.stored), details });
      } else if (other.key.toLowerCase() === item.key.toLowerCase()) {
        issues.warn('W_SKU_CASE', { line, column, value: item.sku, details: { first_line: other.line, other: other.sku } });
      }
    },
    add(item, line) {
      const hash = hashText(item.key.toLowerCase());
      if (folded.get(hash) === null) folded.set(hash, line);
      else variants.set(item.key, line);
    },
  };
}
