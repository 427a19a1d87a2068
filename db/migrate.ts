/** Brings a workspace file to the newest version, one transaction per version. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { applicationId, openPlain } from './connection.ts';

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

export function readVersion(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

export function newestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

/** Applies what is missing. The version is set in the transaction that brings its tables: there is no state in between. */
export function migrate(db: Database.Database, migrations: readonly Migration[]): void {
  for (const migration of migrations) {
    if (migration.version <= readVersion(db)) continue;
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
}

/** Makes a file's bytes, or the names in a folder, survive a power loss. Windows cannot open folders; its renames are journalled. */
export function makeDurable(path: string): void {
  if (process.platform === 'win32' && statSync(path).isDirectory()) return;
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

export function backupName(version: number): string {
  return `workspace-v${version}-${new Date().toISOString().replaceAll(':', '-')}.sqlite`;
}

/**
 * Copies the workspace as it is into `backups/` and returns the copy's path: whole and durable, or absent. VACUUM INTO writes a file
 * that opens on read-only media too.
 */
export function backUp(db: Database.Database, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, backupName(readVersion(db)));
  const draft = `${file}.tmp-${process.pid}-0`;
  try {
    db.prepare('VACUUM INTO ?').run(draft);
    makeDurable(draft);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  renameSync(draft, file);
  makeDurable(folder);
  return file;
}

/**
 * sha256 over the declared schema. A hand-edited file (a table replaced by an endless view, a planted trigger) answers "ok" to
 * `integrity_check`; this does not. Statistics tables of ANALYZE do not count.
 */
export function fingerprintSchema(db: Database.Database): string {
  const rows = db.prepare(`SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name`).raw().all();
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

/** What `fingerprintSchema` must answer at a version, found by building that version in memory. */
export function expectedFingerprint(migrations: readonly Migration[], version: number): string {
  const db = openPlain(':memory:');
  try {
    migrate(db, migrations.filter((migration) => migration.version <= version));
    return fingerprintSchema(db);
  } finally {
    db.close();
  }
}
