/** A new workspace file. */
import { renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { openPlain } from './connection.ts';
import { makeDurable, migrate, type Migration } from './migrate.ts';

/** Whole or absent: the schema is built under another name, made durable, renamed. */
export function createFile(file: string, migrations: readonly Migration[]): void {
  const draft = `${file}.tmp-${process.pid}-0`;
  const db = openPlain(draft);
  try {
    migrate(db, migrations);
    db.close();
    makeDurable(draft);
  } catch (error) {
    db.close();
    rmSync(draft, { force: true });
    throw error;
  }
  renameSync(draft, file);
  makeDurable(resolve(file, '..'));
}
