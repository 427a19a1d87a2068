/** Copies of a workspace in its folder `backups`: one before each migration, and one a day when it is closed. */
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { applicationId } from './connection.ts';
import { readHeader } from './inspection.ts';
import { backupName, makeDurable } from './migrate.ts';
import type { Backup } from './records.ts';

const day = 86_400_000;
/** Newest first, so many are kept, and as long as they take no more than so many bytes together; the newest always. */
const most = 5;
const budget = 4 * 2 ** 30;

/** Newest first; files that are no workspace do not count. */
export function listBackups(root: string): readonly Backup[] {
  const folder = join(root, 'backups');
  if (!existsSync(folder)) return [];
  const backups = readdirSync(folder).filter((name) => name.endsWith('.sqlite')).flatMap((name): Backup[] => {
    const file = join(folder, name);
    const { size, mtimeMs } = statSync(file);
    const header = mayRead(file) ? readHeader(file) : null;
    if (header?.application !== applicationId) return [];
    const stamp = /-(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.sqlite$/.exec(name);
    return [{ name, at: stamp === null ? mtimeMs : Date.parse(stamp.slice(1).join(':')), bytes: size, version: header.version }];
  });
  return backups.sort((one, other) => other.at - one.at);
}

function mayRead(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Copies a workspace that is closed, where the newest copy is older than a day: its file is whole then, and nothing writes to it while
 * the lock is held. A disk that takes no copy is no reason not to close.
 */
export async function keepCopy(root: string, file: string): Promise<void> {
  let draft = '';
  try {
    const newest = listBackups(root)[0];
    const header = readHeader(file);
    if (header === null || header.logged || (newest !== undefined && Date.now() - newest.at < day)) return;
    const copy = join(root, 'backups', backupName(header.version));
    draft = `${copy}.tmp-${process.pid}-0`;
    await copyFile(file, draft);
    const handle = await open(draft, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(draft, copy);
    makeDurable(join(root, 'backups'));
    await removeOld(root);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    await rm(draft, { force: true });
  }
}

/** Of each version of the workspace one is kept whatever its age: a newer Shelfsight may turn out to be a mistake. */
async function removeOld(root: string): Promise<void> {
  const versions = new Set<number>();
  let bytes = 0;
  for (const [index, backup] of listBackups(root).entries()) {
    bytes += backup.bytes;
    if (versions.has(backup.version) && (index >= most || bytes > budget)) await rm(join(root, 'backups', backup.name));
    versions.add(backup.version);
  }
}
