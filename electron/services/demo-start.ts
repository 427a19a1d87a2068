/**
 * The demo as it was when its model was first ready, kept in the folder `start` of its workspace: catalogue, sessions and drafts are
 * copied before anybody can change them, the first model joins them when it is trained.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openReadable } from '../../db/connection.ts';
import { backUp, makeDurable } from '../../db/migrate.ts';
import { listRuns, takeRunOver } from '../../db/runs.ts';
import { AppError } from '../api/errors.ts';
import { demoMark } from './workspace.ts';

const file = 'workspace.sqlite';
const startOf = (folder: string): string => join(folder, 'start');
/** Written last: without it the start has no model yet. */
const readyMark = 'ready.json';

/** Call when the demo was just imported. */
export function keepImported(folder: string): void {
  const start = startOf(folder);
  rmSync(start, { recursive: true, force: true });
  const db = openReadable(join(folder, file));
  try {
    renameSync(backUp(db, start), join(start, file));
  } finally {
    db.close();
  }
}

/** Adds the demo's first run, where it is done and not there yet. */
export function keepTrained(folder: string): void {
  const start = startOf(folder);
  if (!existsSync(join(start, file)) || existsSync(join(start, readyMark))) return;
  const db = openReadable(join(folder, file));
  try {
    const first = listRuns(db).at(-1);
    if (first?.status !== 'done') return;
    cpSync(join(folder, 'models', first.runId), join(start, 'models', first.runId), { recursive: true });
    takeRunOver(join(start, file), join(folder, file), first.runId);
    writeFileSync(join(start, readyMark), JSON.stringify({ run: first.runId }));
    makeDurable(start);
  } finally {
    db.close();
  }
}

/**
 * Puts the start back, or empties the demo where no start is kept: it is made again then. The workspace must be closed.
 * @throws AppError `invalid` where this is not the demo
 */
export function restoreStart(folder: string): void {
  if (!existsSync(join(folder, demoMark))) throw new AppError('invalid', `${folder} is not the demo workspace, so nothing was reset.`);
  const start = startOf(folder);
  const ready = existsSync(join(start, readyMark));
  const draft = join(folder, `${file}.tmp-${process.pid}-0`);
  if (ready) {
    cpSync(join(start, file), draft);
    makeDurable(draft);
  }
  // A log without its file, or beside another one, would be refused; what it holds is to go anyway.
  for (const end of ['-wal', '-shm', '-journal']) rmSync(join(folder, `${file}${end}`), { force: true });
  if (ready) renameSync(draft, join(folder, file));
  else rmSync(join(folder, file), { force: true });
  const kept = new Set(ready ? readdirSync(join(start, 'models')) : []);
  mkdirSync(join(folder, 'models'), { recursive: true });
  for (const name of readdirSync(join(folder, 'models'))) if (!kept.has(name)) rmSync(join(folder, 'models', name), { recursive: true });
  for (const name of kept) cpSync(join(start, 'models', name), join(folder, 'models', name), { recursive: true });
  makeDurable(folder);
}
