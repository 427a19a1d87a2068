/**
 * Staged items into the catalogue. What is there already is compared and merged one by one; what is new is copied by SQL, some rows at a
 * time. Where nearly all is new, the indexes are built once at the end: kept up row by row they took twice as long, and far longer on a
 * disk (measured).
 */
import type { WritableDB } from '../connection.ts';
import type { ItemStatus } from '../records.ts';
import { contentHash, emptyItem, prepareItemWriter, sortAttributes, storedFields } from '../stored-item.ts';
import type { Existing, StoredField, StoredItem, StoredValue } from '../stored-item.ts';
import { raiseDataVersion } from '../version.ts';
import { collectExamples, shown } from './examples.ts';
import type { ExampleCollector } from './examples.ts';
import type { Plan } from './plan.ts';
import { inSlices } from './publish.ts';
import type { Publication, Slices } from './publish.ts';
import { countMissing, findNamed, listMissing } from './retire.ts';
import type { StagedItem } from './stage-items.ts';
import { attributeNames, givenFields } from './validate-items.ts';

/** Rows that one statement compares with what is there: those that differ are held in memory. */
const chunkRows = 500;

/** Rows that one statement copies into an empty catalogue, some tens of milliseconds of work: the full-text index ends a segment with each. */
const copiedRows = 5_000;

/** Memory of the page cache while an empty catalogue is filled and indexes are built: sorting in pieces that fit the processor's cache took a third less time (measured). */
const sorterKibibytes = 2_048;

/** From so many new rows on, and only where they outnumber the old ones, indexes wait for the end. */
export const manyRows = 50_000;

const nobody = { known: 0, same: 0, live: 0 };

const copied = storedFields.filter((field) => field !== 'category_path');

export interface ItemPublishing {
  readonly importId: number;
  readonly asDrafts: boolean;
  /** Counts what would happen and writes nothing. */
  readonly dryRun: boolean;
}

/** Inside the caller's transaction. */
export async function publishItems(db: WritableDB, plan: Plan, { importId, asDrafts, dryRun }: ItemPublishing, slices: Slices): Promise<Publication> {
  const { staged, last } = db.prepare<[], { staged: number; last: number }>(`SELECT count(*) AS staged, coalesce(max(ordinal), 0) AS last FROM temp.staged_items`).get()!;
  const { items, live, skus } = db.prepare<[], { items: number; live: number; skus: number }>(`SELECT (SELECT count(*) FROM items) AS items, (SELECT count(*) FROM live_items) AS live, EXISTS (SELECT 1 FROM skus) AS skus`).get()!;
  // Nothing is known to an empty catalogue: a question less for each row.
  const isKnown = items === 0 ? '0' : `EXISTS (SELECT 1 FROM items WHERE items.id = (SELECT id FROM skus WHERE skus.key = staged.key))`;
  const examples = collectExamples(db, isKnown);
  const updates = prepareUpdates(db, plan, { importId, asDrafts, dryRun }, examples);
  const joined = `FROM temp.staged_items AS staged CROSS JOIN skus ON skus.key = staged.key CROSS JOIN items ON items.id = skus.id WHERE staged.ordinal BETWEEN ? AND ?`;
  // Equal hashes: the file says all there is, and the same. A draft import leaves live items alone whatever they say.
  const same = asDrafts ? '0' : `(items.content_hash = staged.content_hash AND items.status = staged.status)`;
  const countKnown = db.prepare<[number, number], { known: number; same: number; live: number }>(`SELECT count(*) AS known, coalesce(sum(${same}), 0) AS same, coalesce(sum(${same} AND items.status = 'live'), 0) AS live ${joined}`);
  const changed = db.prepare<[number, number], StagedItem>(`SELECT staged.* ${joined} AND NOT ${same} ORDER BY staged.ordinal`);
  const countStaged = db.prepare<[number, number], number>(`SELECT count(*) FROM temp.staged_items WHERE ordinal BETWEEN ? AND ?`).pluck();
  const status = asDrafts ? `'draft'` : 'staged.status';
  const copy = dryRun ? prepareCount(db, isKnown) : await prepareCopy(db, skus === 0 ? null : isKnown, status, importId, slices);
  const deferred = !dryRun && staged >= manyRows && staged > items;
  const indexes = deferred ? dropIndexes(db, 'items') : [];
  const step = items === 0 ? copiedRows : chunkRows;
  if (items === 0) db.pragma(`cache_size = -${sorterKibibytes}`); // rows in the order of their keys need no more

  let first = 1;
  await inSlices(() => {
    if (first > last) return false;
    const end = first + step - 1;
    const met = items > 0 ? countKnown.get(first, end)! : nobody;
    updates.publication.unchanged += met.same;
    updates.liveFound += met.live;
    if (met.known > met.same) for (const row of changed.all(first, end)) updates.put(row);
    if (met.known < countStaged.get(first, end)!) {
      if (dryRun) examples.created(first, end);
      updates.publication.created += copy(first, end);
    }
    first = end + 1;
    slices.onRows?.(Math.min(staged, first - 1));
    return true;
  }, slices.signal);
  await createIndexes(db, indexes, { ...slices, onRows: () => slices.onRows?.(staged) });

  const { publication, liveFound, liveChanged, emptied } = updates;
  const newLive = publication.created > 0 && !asDrafts && db.prepare<[], number>(`SELECT EXISTS (SELECT 1 FROM temp.staged_items WHERE status = 'live')`).pluck().get() === 1;
  if (liveChanged || newLive) raiseDataVersion(db);
  if (asDrafts) return publication;
  let missing = live - liveFound;
  if (missing > 0) {
    await findNamed(db, slices);
    if (db.prepare(`SELECT 1 FROM temp.rejected_keys LIMIT 1`).get() !== undefined) missing = countMissing(db);
  }
  return { ...publication, difference: { missing, emptied: Object.fromEntries(emptied), examples: examples.finish(missing > 0 ? listMissing(db, shown) : []) } };
}

/** Those of the table that a statement can make again; the one of its key is not among them. Answers their statements. */
export function dropIndexes(db: WritableDB, table: 'items' | 'events' | 'sessions'): readonly string[] {
  const indexes = db.prepare<[string], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`).all(table);
  for (const { name } of indexes) db.exec(`DROP INDEX "${name}"`);
  return indexes.map(({ sql }) => sql);
}

/** Builds what `dropIndexes` took away; speaks up before each. */
export async function createIndexes(db: WritableDB, statements: readonly string[], { signal, onRows }: Slices): Promise<void> {
  const cache: unknown = db.pragma('cache_size', { simple: true });
  db.pragma(`cache_size = -${sorterKibibytes}`);
  let next = 0;
  await inSlices(() => {
    const statement = statements[next];
    if (statement === undefined) return false;
    onRows?.(next);
    db.exec(statement);
    next += 1;
    return true;
  }, signal);
  db.pragma(`cache_size = ${String(cache)}`);
}

function prepareCount(db: WritableDB, isKnown: string): (first: number, last: number) => number {
  const count = db.prepare<[number, number], number>(`SELECT count(*) FROM temp.staged_items AS staged WHERE ordinal BETWEEN ? AND ? AND NOT ${isKnown}`).pluck();
  return (first, last) => count.get(first, last)!;
}

/** Copies new rows into the catalogue and its full-text index; answers how many they were. `isKnown` null: no SKU was ever named, so each row's number becomes its SKU's. */
async function prepareCopy(db: WritableDB, isKnown: string | null, status: string, importId: number, slices: Slices): Promise<(first: number, last: number) => number> {
  await publishCategories(db, slices);
  const range = `staged.ordinal BETWEEN ? AND ?`;
  const [id, events] = isKnown === null ? ['staged.ordinal', '0'] : ['skus.id', 'skus.events'];
  const addSkus = db.prepare(isKnown === null
    ? `INSERT INTO skus (id, sku, key) SELECT staged.ordinal, staged.sku, staged.key FROM temp.staged_items AS staged WHERE ${range}`
    : `INSERT INTO skus (sku, key) SELECT staged.sku, staged.key FROM temp.staged_items AS staged WHERE ${range} ON CONFLICT (key) DO NOTHING`);
  const paths = `FROM temp.staged_items AS staged CROSS JOIN temp.staged_paths AS paths ON paths.path = staged.category_path`;
  const joined = isKnown === null ? `${paths} WHERE ${range}` : `${paths} CROSS JOIN skus ON skus.key = staged.key WHERE ${range} AND NOT ${isKnown}`;
  const index = db.prepare(`INSERT INTO items_search (rowid, sku, title, brand, category) SELECT ${id}, staged.sku, staged.title, staged.brand, paths.words ${joined}`);
  const insert = db.prepare(
    `INSERT INTO items (id, sku, status, events, category, leaf, content_hash, import, line, ${copied.join(', ')})
     SELECT ${id}, staged.sku, ${status}, ${events}, paths.id, paths.leaf, staged.content_hash, ${importId}, staged.line, ${copied.map((field) => `staged.${field}`).join(', ')} ${joined}`);
  return (first, last) => {
    addSkus.run(first, last);
    index.run(first, last);
    return insert.run(first, last).changes;
  };
}

/** Distinct paths of the file with their numbers; `words` is what the full-text index reads. */
async function publishCategories(db: WritableDB, { signal }: Slices): Promise<void> {
  db.exec(`CREATE TEMP TABLE staged_paths (path TEXT PRIMARY KEY, id INTEGER NOT NULL, leaf TEXT NOT NULL, words TEXT NOT NULL) STRICT, WITHOUT ROWID`);
  const paths = db.prepare<[], string>(`SELECT DISTINCT category_path FROM temp.staged_items`).pluck().all();
  const add = db.prepare(`INSERT INTO categories (path, leaf) VALUES (?, ?) ON CONFLICT (path) DO NOTHING`);
  const stage = db.prepare(`INSERT INTO temp.staged_paths SELECT path, id, leaf, ? FROM categories WHERE path = ?`);
  let next = 0;
  await inSlices(() => {
    const path = paths[next];
    if (path === undefined) return false;
    next += 1;
    const levels = JSON.parse(path) as string[];
    add.run(path, levels.at(-1) ?? '');
    stage.run(levels.join(' '), path);
    return true;
  }, signal);
}

/** Compares and merges rows whose SKU is there already. */
function prepareUpdates(db: WritableDB, plan: Plan, { importId, asDrafts, dryRun }: ItemPublishing, examples: ExampleCollector) {
  const writer = prepareItemWriter(db);
  const given = givenFields(plan);
  const attributes = attributeNames(plan);
  const updates = {
    publication: { created: 0, updated: 0, unchanged: 0, alreadyLive: 0, retired: 0, difference: null } as Publication,
    emptied: new Map<string, number>(),
    liveFound: 0,
    liveChanged: false,
    put(row: StagedItem): void {
      const existing = writer.find(row.key)!;
      if (existing.status === 'live') updates.liveFound += 1;
      if (asDrafts && existing.status === 'live') {
        updates.publication.alreadyLive += 1;
        return;
      }
      const status: ItemStatus = asDrafts ? 'draft' : row.status;
      const merged = merge(existing, row, given, attributes, updates.emptied);
      const change = dryRun ? (existing.status === status && existing.contentHash === contentHash(merged) ? 'unchanged' : 'updated') : writer.put(row.sku, status, merged, existing, { importId, line: row.line });
      updates.publication[change] += 1;
      if (dryRun && change === 'updated') examples.updated(existing, merged);
      if (change !== 'unchanged' && (status === 'live' || existing.status === 'live')) updates.liveChanged = true;
    },
  };
  return updates;
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
