/** What must hold of a workspace after every fault, and how two states are told apart. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPlain, type ReadableDB } from '../../db/connection.ts';
import { openWorkspace, workspaceFolders } from '../../db/database.ts';
import { RefusedFile } from '../../db/errors.ts';
import { migrations } from '../../db/migrations/index.ts';
import type { Operation } from './operations.ts';

export interface States {
  readonly before: string;
  readonly after: string;
  /** What shoppers' data hold in the end, without the history of how they came. */
  readonly content: string;
}

/** Clocks differ from run to run. */
const clocks = new Set(['at', 'started_at', 'undone', 'report']);
const origins = new Set([...clocks, 'import', 'line', 'source', 'source_line']);
const contentTables = ['items', 'sessions', 'events', 'event_totals', 'skus', 'previews', 'runs'];

/** sha256 over every row of the tables. */
function digest(db: ReadableDB, tables: readonly string[], without: ReadonlySet<string>): string {
  const hash = createHash('sha256');
  for (const table of tables) {
    const rows = db.prepare<[], Record<string, unknown>>(`SELECT * FROM "${table}"`).all();
    hash.update(JSON.stringify([table, ...rows.map((row) => JSON.stringify(Object.entries(row).filter(([name]) => !without.has(name)))).sort()]));
  }
  return hash.digest('hex');
}

function tablesOf(db: ReadableDB): readonly string[] {
  return db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'items\\_search%' ESCAPE '\\' ORDER BY name`).pluck().all();
}

interface State {
  readonly all: string;
  readonly content: string;
  readonly problems: readonly string[];
}

/** As `readState`; a workspace that is refused is a state too: the one before a recovery. */
export async function readOrRefused(folder: string): Promise<State> {
  try {
    return await readState(folder);
  } catch (error) {
    if (!(error instanceof RefusedFile)) throw error;
    return { all: 'refused', content: '', problems: [] };
  }
}

/** Opens the workspace as the app does and reads all of it. */
export async function readState(folder: string): Promise<State> {
  const workspace = openWorkspace(folder);
  const db = workspace.reader;
  const problems: string[] = [];
  try {
    const whole = db.pragma('integrity_check(5)', { simple: true });
    if (whole !== 'ok') problems.push(`integrity_check: ${String(whole)}`);
    if ((db.pragma('foreign_key_check') as unknown[]).length > 0) problems.push('foreign_key_check finds orphans');
    if (db.pragma('user_version', { simple: true }) !== migrations.at(-1)!.version) problems.push('not the newest version');
    const [searched, live] = [`SELECT count(*) FROM items_search`, `SELECT count(*) FROM items`].map((sql) => db.prepare<[], number>(sql).pluck().get());
    if (searched !== live) problems.push(`${String(searched)} rows to search, ${String(live)} items`);
    problems.push(...leftovers(folder, db), ...badBackups(folder));
    return { all: digest(db, tablesOf(db), clocks) + undoneImports(db), content: digest(db, contentTables, origins), problems };
  } finally {
    await workspace.close();
  }
}

function undoneImports(db: ReadableDB): string {
  return db.prepare<[], number>(`SELECT id FROM imports WHERE undone IS NOT NULL`).pluck().all().join();
}

/** Opening has swept what was half-written; what bears a final name belongs to an import that is there. */
function leftovers(folder: string, db: ReadableDB): readonly string[] {
  const imports = new Set(db.prepare<[], number>(`SELECT id FROM imports`).pluck().all().map(String));
  const found: string[] = [];
  for (const place of ['', ...workspaceFolders]) {
    if (!existsSync(join(folder, place))) continue;
    for (const name of readdirSync(join(folder, place))) {
      if (/\.tmp-/.test(name)) found.push(`left behind: ${join(place, name)}`);
      const of = /^import-(\d+)/.exec(name)?.[1];
      if (place === 'reports' && of !== undefined && !imports.has(of)) found.push(`${name} tells of an import that is not there`);
    }
  }
  return found;
}

/** A copy under its final name opens and is whole; one from before a migration has the rows of `prepareVersion`. */
function badBackups(folder: string): readonly string[] {
  return readdirSync(join(folder, 'backups')).filter((name) => !name.includes('.tmp-')).flatMap((name) => {
    try {
      const db = openPlain(join(folder, 'backups', name), { readonly: true });
      const whole = db.pragma('integrity_check', { simple: true });
      const rows = db.prepare<[], number>(`SELECT count(*) FROM items`).pluck().get()!;
      const before = db.pragma('user_version', { simple: true }) !== migrations.at(-1)!.version;
      db.close();
      return whole === 'ok' && (before ? rows === 500 : rows > 0) ? [] : [`${name}: ${String(whole)}, ${String(rows)} items`];
    } catch (error) {
      return [`${name}: ${String(error)}`];
    }
  });
}

/** What is wrong after a fault; then the operation is done again, and what is wrong after that. `acknowledged`: it had been reported as done. */
export async function judge(folder: string, operation: Operation, states: States, acknowledged: boolean): Promise<string[]> {
  const problems: string[] = [];
  try {
    const found = await readOrRefused(folder);
    problems.push(...found.problems);
    if (found.all !== states.after && (acknowledged || found.all !== states.before)) problems.push(acknowledged ? 'what was acknowledged is not there' : `neither the old state nor the new${found.all === 'refused' ? ': refused' : ''}`);
    await operation.run(folder);
    const again = await readState(folder);
    problems.push(...again.problems.map((problem) => `done again: ${problem}`));
    if (again.content !== states.content) problems.push('done again: not what it is without a fault');
  } catch (error) {
    problems.push(error instanceof Error ? error.stack ?? error.message : String(error));
  }
  return problems;
}
