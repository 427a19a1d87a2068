/**
 * A bundle: one ZIP archive that holds a workspace with the model in use, to be opened on another machine. It says what it is in
 * `bundle.json`; beside that lie `workspace.sqlite` and the files of the model. An archive that holds anything else is refused, and no name
 * in it becomes a path that leaves the new folder.
 */
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPlain, openReadable } from '../../db/connection.ts';
import { describeFullDisk, freeBytes } from '../../db/full-disk.ts';
import { FileRejection } from '../../db/import/rejection.ts';
import { listMembers, readMember, type ZipMember } from '../../db/import/zip.ts';
import { backUp, makeDurable } from '../../db/migrate.ts';
import { activeRun, keepRunOnly } from '../../db/runs.ts';
import { AppError } from '../api/errors.ts';
import { writeZip, ZipTooLarge } from './zip-file.ts';

const card = 'bundle.json';
const database = 'workspace.sqlite';
const format = 1;
/** Whatever a bundle may hold; of its own making, so that a stricter rule costs nothing. */
const known = /^(?:bundle\.json|workspace\.sqlite|models\/[\w-]+\/model\/[\w-]+\.[a-z0-9]+)$/;
const largestCard = 65_536;

export interface SavedBundle {
  readonly file: string;
  readonly bytes: number;
  /** Whose model it holds; null: none. */
  readonly run: string | null;
}

/** Writes the workspace in `folder`, which is open, whole or not at all. @throws AppError `invalid` where the file is there already or would be too large */
export async function saveBundle(folder: string, file: string, version: string): Promise<SavedBundle> {
  if (existsSync(file)) throw new AppError('invalid', `${file} is there already, so nothing was written. Name a new file.`);
  if (!existsSync(dirname(file))) throw new AppError('not-found', `There is no folder ${dirname(file)}.`);
  const draft = `${file}.tmp-${process.pid}-0`;
  const scratch = mkdtempSync(join(folder, 'cache', 'bundle-'));
  try {
    const copy = copyDatabase(folder, scratch);
    const handle = await open(draft, 'wx');
    try {
      const zip = writeZip(handle);
      await zip.add(card, { text: JSON.stringify({ format, name: basename(folder), version, run: copy.run }) });
      await zip.add(database, { path: copy.path });
      const model = `models/${copy.run}/model`;
      for (const name of copy.run === null ? [] : readdirSync(join(folder, model))) await zip.add(`${model}/${name}`, { path: join(folder, model, name) });
      const bytes = await zip.finish();
      await handle.sync();
      await handle.close();
      renameSync(draft, file);
      makeDurable(dirname(file));
      return { file, bytes, run: copy.run };
    } finally {
      await handle.close().catch(() => undefined); // closed already where all went well
    }
  } catch (error) {
    throw error instanceof ZipTooLarge ? new AppError('invalid', 'The workspace is larger than the 4 GB a bundle can hold, so nothing was written. Copy its folder instead.') : error;
  } finally {
    rmSync(draft, { force: true });
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A copy that knows of the model in use only: the others' files stay behind. */
function copyDatabase(folder: string, scratch: string): { readonly path: string; readonly run: string | null } {
  const db = openReadable(join(folder, database));
  try {
    const run = activeRun(db)?.runId ?? null;
    const path = backUp(db, scratch);
    const copy = openPlain(path);
    try {
      keepRunOnly(copy, run);
    } finally {
      copy.close();
    }
    return { path, run };
  } finally {
    db.close();
  }
}

/** Unpacks a bundle into a new folder below `parent`, whole or not at all; its path. @throws AppError `invalid` where it is none */
export async function unpackBundle(archive: string, parent: string): Promise<string> {
  const handle = await open(archive, 'r');
  try {
    const members = await listMembers(handle, statSync(archive).size);
    const name = await readName(handle, members);
    mkdirSync(parent, { recursive: true });
    const needed = members.reduce((sum, { bytes }) => sum + bytes, 0);
    const free = freeBytes([parent]);
    if (needed > free) throw new AppError('invalid', describeFullDisk({ needed, free }));
    const draft = mkdtempSync(join(parent, '.bundle-'));
    try {
      for (const member of members) {
        const path = join(draft, member.name);
        mkdirSync(dirname(path), { recursive: true });
        await pipeline(Readable.from(readMember(handle, member)), createWriteStream(path, { flags: 'wx', flush: true }));
      }
      rmSync(join(draft, card));
      const folder = freeName(parent, name);
      renameSync(draft, folder);
      makeDurable(parent);
      return folder;
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw error;
    }
  } catch (error) {
    throw error instanceof FileRejection ? noBundle(`${error.fields['because'] ?? 'it cannot be read'}`) : error;
  } finally {
    await handle.close();
  }
}

/** The name of the workspace that was bundled, as a folder may be called. */
async function readName(handle: FileHandle, members: readonly ZipMember[]): Promise<string> {
  const strange = members.find(({ name }) => !known.test(name));
  const described = members.find(({ name }) => name === card);
  if (described === undefined || described.bytes > largestCard || !members.some(({ name }) => name === database)) throw noBundle('it holds no workspace');
  if (strange !== undefined || new Set(members.map(({ name }) => name)).size < members.length) throw noBundle(`it holds ${JSON.stringify(strange?.name.slice(0, 100) ?? 'a file twice')}, which no bundle does`);
  const chunks: Buffer[] = [];
  for await (const chunk of readMember(handle, described)) chunks.push(chunk);
  const told = parse(Buffer.concat(chunks).toString());
  if (told?.['format'] !== format) throw noBundle(typeof told?.['format'] === 'number' ? 'it was written by a newer Shelfsight' : 'it does not say what it is');
  const name = String(told['name'] ?? '').replaceAll(/[^\p{L}\p{N}_-]+/gu, ' ').trim().slice(0, 60);
  return name === '' ? 'bundle' : name;
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const told: unknown = JSON.parse(text);
    return typeof told === 'object' ? (told as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function freeName(parent: string, name: string): string {
  for (let number = 1; ; number++) {
    const folder = join(parent, number === 1 ? name : `${name} ${number}`);
    if (!existsSync(folder)) return folder;
  }
}

function noBundle(why: string): AppError {
  return new AppError('invalid', `This file is no bundle that can be opened: ${why}. Nothing was changed. Choose a .zip that Shelfsight has saved.`);
}
