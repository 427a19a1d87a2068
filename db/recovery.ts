/** What can be done about a workspace that was refused. The file as it was is set aside, never deleted. */
import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { listBackups } from './backups.ts';
import { createFile } from './create.ts';
import { RefusedFile, StorageError } from './errors.ts';
import { describeFault } from './faults.ts';
import { assertOurs } from './inspection.ts';
import { takeLock } from './lock.ts';
import { makeDurable, type Migration } from './migrate.ts';
import { migrations as released } from './migrations/index.ts';
import type { RecoveryWay, SalvagedTable } from './records.ts';
import { salvage } from './salvage.ts';

export interface Recovered {
  /** The folder that what was there lies in now. */
  readonly setAside: string;
  /** Null where nothing had to be read. */
  readonly tables: readonly SalvagedTable[] | null;
}

const logs = ['-wal', '-journal', '-shm'];

/**
 * Puts another file in the place of one that is refused; models and reports beside it stay.
 * @throws StorageError `invalid` where the workspace opens as it is, the backup is not sound, or nothing can be read
 */
export async function recoverWorkspace(folder: string, way: RecoveryWay, backup?: string, migrations: readonly Migration[] = released): Promise<Recovered> {
  const root = resolve(folder);
  const file = join(root, 'workspace.sqlite');
  if (!existsSync(file)) throw new StorageError('not-found', `There is no workspace at ${root}.`);
  const lock = takeLock(root);
  const draft = `${file}.tmp-${process.pid}-0`;
  try {
    assertRefused(file, way, migrations);
    rmSync(draft, { force: true });
    const tables = way === 'salvage' ? await salvage(file, draft, migrations) : null;
    if (way === 'restore') copyBackup(root, backup, draft, migrations);
    if (way === 'fresh') createFile(draft, migrations);
    if (way !== 'log') makeDurable(draft);
    const setAside = keep(root, file, way === 'log' ? logs : ['', ...logs], tables);
    if (way !== 'log') renameSync(draft, file);
    // Killed before this, the new file is refused for the old one's log, and that can be set aside alone.
    for (const end of logs) rmSync(`${file}${end}`, { force: true });
    makeDurable(root);
    return { setAside, tables };
  } catch (error) {
    rmSync(draft, { force: true });
    throw describeFault(error, root) ?? error;
  } finally {
    lock.close();
  }
}

function assertRefused(file: string, way: RecoveryWay, migrations: readonly Migration[]): void {
  try {
    assertOurs(file, migrations, file);
  } catch (error) {
    if (!(error instanceof RefusedFile)) throw error;
    if (way === 'log' && error.refusal !== 'stray-log') throw new StorageError('invalid', `No log is in the way: ${error.message}`, { cause: error });
    return;
  }
  throw new StorageError('invalid', `${file} opens as it is, so nothing was changed.`);
}

function copyBackup(root: string, name: string | undefined, draft: string, migrations: readonly Migration[]): void {
  const known = listBackups(root).find((backup) => (name === undefined ? true : backup.name === name));
  if (known === undefined) throw new StorageError('not-found', name === undefined ? `There is no backup in ${join(root, 'backups')}.` : `There is no backup ${name} in ${join(root, 'backups')}.`);
  const backup = join(root, 'backups', known.name);
  copyFileSync(backup, draft);
  assertOurs(draft, migrations, backup);
}

/** Both names lead to the same bytes until the file's own is given to another: at no moment is there no workspace. */
function keep(root: string, file: string, ends: readonly string[], tables: readonly SalvagedTable[] | null): string {
  const folder = join(root, 'set-aside', new Date().toISOString().replaceAll(':', '-'));
  mkdirSync(folder, { recursive: true });
  for (const end of ends.filter((end) => existsSync(`${file}${end}`))) link(`${file}${end}`, join(folder, `${basename(file)}${end}`));
  if (tables !== null) writeFileSync(join(folder, 'salvaged.json'), `${JSON.stringify(tables, null, 2)}\n`);
  for (const path of [folder, join(root, 'set-aside'), root]) makeDurable(path);
  return folder;
}

function link(file: string, name: string): void {
  try {
    linkSync(file, name);
  } catch { // a file system without second names
    copyFileSync(file, name);
    makeDurable(name);
  }
}
