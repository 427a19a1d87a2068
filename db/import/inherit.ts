/** Variants take from their parents what they lack themselves: from a row before or behind them, a model of a further file, or the catalogue. */
import type { WritableDB } from '../connection.ts';
import { contentHash, prepareItemWriter, skuKey, sortAttributes, storedFields } from '../stored-item.ts';
import type { StoredField, StoredItem, StoredValue } from '../stored-item.ts';
import type { Plan } from './plan.ts';
import { inSlices } from './publish.ts';
import type { IssueList } from './report.ts';
import type { RowCounts } from './rows.ts';
import type { StagedItem } from './stage-items.ts';
import type { FileSurvey } from './survey.ts';

/** A chain longer than this is no family of products. */
const generations = 16;

type Ancestor = Pick<StagedItem, 'ordinal' | 'key' | 'parent'> & StoredItem;

/** Answers how many rows turned out to be parents only; they are gone from the staged rows, with those that have no title in the end. */
export async function inheritParents(db: WritableDB, plan: Plan, survey: FileSurvey, list: IssueList, counts: RowCounts, { signal }: { readonly signal?: AbortSignal | undefined }): Promise<number> {
  db.exec(`CREATE INDEX temp.staged_by_key ON staged_items (key); CREATE INDEX temp.staged_by_alternate ON staged_items (alternate); CREATE INDEX temp.staged_by_parent ON staged_items (parent)`);
  const page = db.prepare<[number], StagedItem>(`SELECT * FROM temp.staged_items WHERE parent <> '' AND ordinal > ? ORDER BY ordinal LIMIT 100`);
  const find = db.prepare<[string, string], StagedItem>(`SELECT * FROM temp.staged_items WHERE key = ? UNION ALL SELECT * FROM temp.staged_items WHERE alternate = ? LIMIT 1`);
  const update = db.prepare(`UPDATE temp.staged_items SET ${storedFields.map((field) => `${field} = ?`).join(', ')} WHERE ordinal = ?`);
  const catalogue = prepareItemWriter(db);
  const column = plan.headers[plan.columnOf.get('group_id') ?? -1] ?? 'parent';
  const place = (row: StagedItem) => ({ ...placeOf(plan, row), column, value: row.parent });

  const ancestors = (row: StagedItem): readonly StoredItem[] => {
    const chain: StoredItem[] = [];
    const seen = new Set([row.ordinal]);
    for (let at: Ancestor = row; at.parent !== '' && chain.length < generations;) {
      const key = skuKey(at.parent);
      const staged: StagedItem | undefined = find.get(key, at.parent);
      if (staged === undefined) {
        const known = catalogue.find(key);
        if (known !== null) chain.push(known.stored);
        else if (chain.length === 0) list.add('W_PARENT_MISSING', place(row));
        return chain;
      }
      if (seen.has(staged.ordinal)) {
        list.add('W_PARENT_CYCLE', place(row));
        return [];
      }
      seen.add(staged.ordinal);
      chain.push(staged);
      at = staged;
    }
    return chain;
  };

  let rows: readonly StagedItem[] = [];
  let next = 0;
  let last = Number.MIN_SAFE_INTEGER;
  await inSlices(() => {
    if (next === rows.length) {
      rows = page.all(last);
      next = 0;
      if (rows.length === 0) return false;
    }
    const row = rows[next]!;
    next += 1;
    last = row.ordinal;
    const chain = row.role === 2 ? [] : ancestors(row);
    if (chain.length > 0) {
      const whole = chain.reduce<StoredItem>(inherit, row);
      update.run(...storedFields.map((field): StoredValue => whole[field]), row.ordinal);
    }
    return true;
  }, signal);

  hashStaged(db);
  const parents = db.prepare(`DELETE FROM temp.staged_items WHERE role = 1 AND (
    EXISTS (SELECT 1 FROM temp.staged_items AS child WHERE child.parent = staged_items.sku AND child.ordinal <> staged_items.ordinal)
    OR (alternate <> '' AND EXISTS (SELECT 1 FROM temp.staged_items AS child WHERE child.parent = staged_items.alternate)))`).run().changes;
  db.exec(`DELETE FROM temp.staged_items WHERE role = 2`);
  counts.ok -= parents;
  counts.skipped += parents;
  if (!survey.untitled && plan.mapping.untitled !== 'allow') refuseUntitled(db, plan, list, counts);
  return parents;
}

function hashStaged(db: WritableDB): void {
  const update = db.prepare(`UPDATE temp.staged_items SET content_hash = ? WHERE ordinal = ?`);
  const page = db.prepare<[number], StagedItem>(`SELECT * FROM temp.staged_items WHERE ordinal > ? ORDER BY ordinal LIMIT 1000`);
  for (let rows = page.all(Number.MIN_SAFE_INTEGER); rows.length > 0; rows = page.all(rows.at(-1)!.ordinal)) for (const row of rows) update.run(contentHash(row), row.ordinal);
}

function inherit(child: StoredItem, parent: StoredItem): StoredItem {
  const whole = { ...child } as Record<StoredField, StoredValue>;
  for (const field of storedFields) {
    const value = child[field];
    if (field !== 'group_id' && (value === '' || value === '[]' || value === null)) whole[field] = parent[field];
  }
  if (child.attrs !== '[]' && parent.attrs !== '[]') {
    const own = JSON.parse(child.attrs as string) as [string, string][];
    const names = new Set(own.map(([name]) => name));
    whole.attrs = JSON.stringify(sortAttributes([...own, ...(JSON.parse(parent.attrs as string) as [string, string][]).filter(([name]) => !names.has(name))]));
  }
  return whole;
}

function refuseUntitled(db: WritableDB, plan: Plan, list: IssueList, counts: RowCounts): void {
  const title = plan.columnOf.get('title');
  if (title === undefined) return;
  for (const row of db.prepare<[], StagedItem>(`SELECT * FROM temp.staged_items WHERE title = '' ORDER BY ordinal`).all()) {
    list.add('E_TITLE_EMPTY', { ...placeOf(plan, row), column: plan.headers[title]!, because: 'empty' });
    counts.ok -= 1;
    counts.rejected += 1;
  }
  db.exec(`INSERT OR IGNORE INTO temp.rejected_keys SELECT key FROM temp.staged_items WHERE title = ''; DELETE FROM temp.staged_items WHERE title = ''`);
}

/** Line of a row, or its number where rows have one instead. */
function placeOf(plan: Plan, { line }: StagedItem): { readonly line: number | null; readonly details?: { readonly record: number } } {
  return plan.table.container === 'json' ? { line: null, details: { record: line } } : { line };
}
