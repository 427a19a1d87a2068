/** Staged items into the catalogue: what is equal is not touched, what a draft import must not touch is counted. */
import type { WritableDB } from '../connection.ts';
import type { ItemStatus } from '../records.ts';
import { emptyItem, prepareItemWriter, sortAttributes, storedFields } from '../stored-item.ts';
import type { Existing, StoredField, StoredItem, StoredValue } from '../stored-item.ts';
import { raiseDataVersion } from '../version.ts';
import type { Plan } from './plan.ts';
import { inSlices } from './publish.ts';
import type { Publication, Slices } from './publish.ts';
import type { StagedItem } from './stage-items.ts';
import { attributeNames, givenFields } from './validate-items.ts';

/** Staged rows fetched at once. */
const pageRows = 100;

/** Inside the caller's transaction. */
export async function publishItems(db: WritableDB, plan: Plan, importId: number, asDrafts: boolean, slices: Slices): Promise<Publication> {
  const writer = prepareItemWriter(db);
  const given = givenFields(plan);
  const attributes = attributeNames(plan);
  const page = db.prepare<[number, number], StagedItem>(`SELECT * FROM temp.staged_items WHERE ordinal > ? ORDER BY ordinal LIMIT ?`);
  const publication: Publication = { created: 0, updated: 0, unchanged: 0, alreadyLive: 0, difference: null };
  const liveBefore = db.prepare<[], number>(`SELECT count(*) FROM live_items`).pluck().get()!;
  const emptied = new Map<string, number>();
  let liveFound = 0;
  let liveChanged = false;
  let last = 0;
  let rows: readonly StagedItem[] = [];
  let next = 0;
  let done = 0;

  await inSlices(() => {
    if (next === rows.length) {
      rows = page.all(last, pageRows);
      next = 0;
      slices.onRows?.(done);
      if (rows.length === 0) return false;
    }
    const row = rows[next]!;
    next += 1;
    done += 1;
    last = row.ordinal;
    const existing = writer.find(row.key);
    if (existing?.status === 'live') liveFound += 1;
    if (asDrafts && existing?.status === 'live') {
      publication.alreadyLive += 1;
      return true;
    }
    const status: ItemStatus = asDrafts ? 'draft' : row.status;
    const change = writer.put(row.sku, status, existing === null ? row : merge(existing, row, given, attributes, emptied), existing, { importId, line: row.line });
    publication[change] += 1;
    if (change !== 'unchanged' && (status === 'live' || existing?.status === 'live')) liveChanged = true;
    return true;
  }, slices.signal);
  if (liveChanged) raiseDataVersion(db);
  if (!asDrafts) publication.difference = { missing: liveBefore - liveFound, emptied: Object.fromEntries(emptied) };
  return publication;
}

/** A column the file has not leaves its field as it is; an empty cell of a column it has clears it. */
function merge(existing: Existing, row: StagedItem, given: ReadonlySet<StoredField>, attributes: ReadonlySet<string>, emptied: Map<string, number>): StoredItem {
  const merged = {} as Record<StoredField, StoredValue>;
  for (const field of storedFields) {
    const held = existing.stored[field];
    merged[field] = given.has(field) ? row[field] : held;
    if (field !== 'attrs' && merged[field] !== held && merged[field] === emptyItem[field]) emptied.set(field, (emptied.get(field) ?? 0) + 1);
  }
  if (existing.stored.attrs !== '[]' && existing.stored.attrs !== row.attrs) {
    const kept = (JSON.parse(existing.stored.attrs as string) as [string, string][]).filter(([name]) => !attributes.has(name));
    merged.attrs = JSON.stringify(sortAttributes([...kept, ...(JSON.parse(row.attrs as string) as [string, string][])]));
  }
  return merged;
}
