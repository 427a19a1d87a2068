/**
 * Reads what can still be read of a damaged workspace into a new one, table by table (SQLite's own recovery is not in this build). What
 * was lost with a page is lost; whatever pointed to it is mended or dropped, so that the new workspace is whole.
 */
import type Database from 'better-sqlite3';
import { openPlain, sqliteCode } from './connection.ts';
import { StorageError } from './errors.ts';
import { migrate, newestVersion, readVersion, type Migration } from './migrate.ts';
import type { SalvagedTable } from './records.ts';

/** Rows between two pauses. */
const slice = 5_000;
/** Damaged places of one table, after which the rest of it is given up. */
const mostGaps = 1_000;

/** Fills the new file `into`. @throws StorageError where nothing can be read */
export async function salvage(from: string, into: string, migrations: readonly Migration[]): Promise<readonly SalvagedTable[]> {
  const source = openPlain(from, { readonly: true });
  const target = openPlain(into);
  try {
    source.pragma('trusted_schema = OFF');
    // Without this SQLite reads nothing of a file that was cut, and nothing at all where one entry of the schema makes no sense.
    source.unsafeMode();
    source.pragma('writable_schema = ON');
    for (const pragma of ['journal_mode = MEMORY', 'synchronous = OFF', 'foreign_keys = OFF']) target.pragma(pragma); // made durable as a whole in the end
    const version = versionOf(source);
    if (version < 1 || version > newestVersion(migrations)) throw new StorageError('invalid', `Nothing can be read from ${from}. Restore a backup, or start anew and import the files again.`);
    migrate(target, migrations.filter((migration) => migration.version <= version));
    const tables = tablesOf(target);
    const found = new Map<string, number | null>();
    target.exec('BEGIN');
    for (const table of tables) {
      found.set(table, countRows(source, table));
      await copyTable(source, target, table);
    }
    target.exec('COMMIT');
    migrate(target, migrations);
    target.transaction(() => mend(target))();
    return tablesOf(target).map((table) => {
      const rows = countRows(target, table)!;
      const before = found.get(table) ?? null;
      return { table, rows, lost: before === null ? null : Math.max(0, before - rows) };
    });
  } finally {
    target.close();
    source.close();
  }
}

function versionOf(source: Database.Database): number {
  try {
    return readVersion(source);
  } catch {
    return 0;
  }
}

/** In the order in which they may refer to each other; derived ones (the search index) are made anew. */
function tablesOf(db: Database.Database): readonly string[] {
  return db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'items\\_search%' ESCAPE '\\' ORDER BY rowid`).pluck().all();
}

function countRows(db: Database.Database, table: string): number | null {
  try {
    // A view in the place of a table may have no end.
    if (db.prepare<[string], string>(`SELECT type FROM sqlite_schema WHERE name = ? AND sql LIKE 'CREATE TABLE%'`).pluck().get(table) !== 'table') return null;
    return db.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get()!;
  } catch {
    return null;
  }
}

async function copyTable(source: Database.Database, target: Database.Database, table: string): Promise<void> {
  const columns = target.prepare<[string], { name: string; pk: number }>(`SELECT name, pk FROM pragma_table_info(?)`).all(table);
  const keyed = target.prepare<[string], string>(`SELECT sql FROM sqlite_schema WHERE name = ?`).pluck().get(table)!.trimEnd().endsWith('WITHOUT ROWID');
  const key = keyed ? columns.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk)[0]!.name : 'rowid';
  const names = columns.map(({ name }) => `"${name}"`).join();
  const insert = target.prepare(`INSERT OR IGNORE INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join()})`);
  const readers = prepareReaders(source, table, key, names);
  if (readers === null) return;
  let rows = 0;
  for (const [, ...row] of readable(readers)) {
    if (rows === 0) target.exec(`DELETE FROM "${table}"`); // what the migrations put there
    try {
      insert.run(...row);
    } catch (error) {
      if (sqliteCode(error)?.startsWith('SQLITE_CONSTRAINT') !== true) throw error; // a value that its column cannot hold is damage too; a full disk is not
    }
    rows += 1;
    if (rows % slice === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

type Key = number | bigint | string;
type Row = readonly [Key, ...unknown[]];

interface Readers {
  /** Every row, from the beginning. */
  readonly all: Database.Statement<[], Row>;
  /** The rows behind a key. */
  readonly behind: Database.Statement<[Key], Row>;
  readonly backwards: Database.Statement<[], Row>;
  /** The key is the first of several columns. */
  readonly repeats: boolean;
}

function prepareReaders(source: Database.Database, table: string, key: string, names: string): Readers | null {
  if (source.prepare<[string], number>(`SELECT count(*) FROM sqlite_schema WHERE name = ? AND type = 'table' AND sql LIKE 'CREATE TABLE%'`).pluck().get(table) !== 1) return null;
  const prepare = <Bind extends unknown[]>(rest: string): Database.Statement<Bind, Row> => source.prepare<Bind, Row>(`SELECT ${key}, ${names} FROM "${table}" NOT INDEXED ${rest}`).raw();
  try {
    const order = key === 'rowid' ? 'rowid' : `"${key}"`;
    return { all: prepare(`ORDER BY ${order}`), behind: prepare(`WHERE ${order} > ? ORDER BY ${order}`), backwards: prepare(`ORDER BY ${order} DESC`), repeats: key !== 'rowid' };
  } catch {
    return null; // columns that are not ours
  }
}

/**
 * Every row that can be read, in the order of the key. Behind a damaged page the reading goes on at the first key that can be found
 * again: in growing steps over the gap, then by halves back to its end. Where keys are no numbers, from the other end instead.
 */
function* readable({ all, behind, backwards, repeats }: Readers): Generator<Row> {
  let last: Key | null = null;
  for (let gaps = 0; gaps < mostGaps; gaps++) {
    try {
      let ordered = true;
      for (const row of last === null ? all.iterate() : behind.iterate(last)) {
        ordered = last === null || row[0] > last || (repeats && row[0] === last);
        if (!ordered) break; // pages that lead back to others: without this it would read in circles
        yield row;
        last = row[0];
      }
      if (ordered) return;
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    if (last !== null && typeof last !== 'number') {
      yield* untilDamage(backwards, last);
      return;
    }
    const start = findNext(behind, last ?? 0);
    if (start === null) return;
    last = start;
  }
}

function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(sqliteCode(error) ?? '');
}

function* untilDamage(backwards: Readers['backwards'], end: Key): Generator<Row> {
  try {
    for (const row of backwards.iterate()) {
      if (row[0] === end) return;
      yield row;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
}

/** The smallest number behind which a row can be read; null where there is none. */
function findNext(behind: Readers['behind'], last: number): number | null {
  const reads = (key: number): boolean => {
    try {
      return behind.get(key) !== undefined;
    } catch (error) {
      if (!isDamage(error)) throw error;
      return false;
    }
  };
  let [low, step] = [last, 1];
  while (!reads(last + step)) {
    low = last + step;
    step *= 2;
    if (step > 2 ** 50) return null;
  }
  let high = last + step;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reads(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** What pointed to a lost row gets another where that says no more than is known, and is dropped otherwise; what is derived is derived again. */
function mend(db: Database.Database): void {
  db.exec(`
    INSERT OR IGNORE INTO skus (id, sku, key) SELECT id, sku, sku FROM items WHERE id NOT IN (SELECT id FROM skus);
    INSERT OR IGNORE INTO categories (path, leaf) SELECT iif(leaf = '', '[]', json_array(leaf)), leaf FROM items WHERE category NOT IN (SELECT id FROM categories);
    UPDATE items SET category = (SELECT id FROM categories WHERE path = iif(items.leaf = '', '[]', json_array(items.leaf))) WHERE category NOT IN (SELECT id FROM categories);
    INSERT INTO imports (id, kind, file, at, outcome, drafts, created, updated, unchanged, rejected, already_live, files, detected, issue_counts)
      SELECT import, min(kind), 'salvaged', 0, 'partial', 0, 0, 0, 0, 0, 0, '[]', 'null', '{}' FROM (SELECT import, 'catalog' AS kind FROM items UNION SELECT import, 'sessions' FROM events)
      WHERE import NOT NULL AND import NOT IN (SELECT id FROM imports) GROUP BY import;
    INSERT OR IGNORE INTO sessions (id, session_id, user_id) SELECT DISTINCT session, 'salvaged-' || session, '' FROM events WHERE session NOT IN (SELECT id FROM sessions);`);
  for (const table of tablesOf(db)) dropOrphans(db, table);
  db.exec(`
    UPDATE sessions SET length = (SELECT count(*) FROM events WHERE session = sessions.id), start = (SELECT min(timestamp) FROM events WHERE session = sessions.id AND timestamp >= 0);
    DELETE FROM event_totals;
    INSERT INTO event_totals SELECT split, count(*) FROM events GROUP BY split;
    UPDATE skus SET events = (SELECT count(*) FROM events WHERE sku = skus.id);
    UPDATE items SET events = (SELECT events FROM skus WHERE id = items.id);
    INSERT INTO data_version SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM data_version);
    UPDATE data_version SET version = version + 1;
    DELETE FROM items_search;
    INSERT INTO items_search (rowid, sku, title, brand, category)
      SELECT items.id, sku, title, brand, (SELECT group_concat(value, ' ') FROM json_each(path)) FROM items JOIN categories ON categories.id = items.category;`);
}

function dropOrphans(db: Database.Database, table: string): void {
  const keys = db.prepare<[string], { id: number; parent: string; child: string; other: string | null }>(`SELECT id, "table" AS parent, "from" AS child, "to" AS other FROM pragma_foreign_key_list(?)`).all(table);
  for (const [, parts] of Map.groupBy(keys, ({ id }) => id)) {
    const { parent } = parts[0]!;
    const primary = db.prepare<[string], string>(`SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk`).pluck().all(parent);
    const same = parts.map(({ child, other }, index) => `parent."${other ?? primary[index]!}" = child."${child}"`).join(' AND ');
    const given = parts.map(({ child }) => `child."${child}" NOT NULL`).join(' AND ');
    db.exec(`DELETE FROM "${table}" AS child WHERE ${given} AND NOT EXISTS (SELECT 1 FROM "${parent}" AS parent WHERE ${same})`);
  }
}
