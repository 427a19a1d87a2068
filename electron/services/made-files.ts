/**
 * Files made for the user, who takes them piece by piece as uploads come in: the same way in Electron and in the browser host, and no path is
 * ever told. They lie in the workspace's cache until they were taken whole, or until the next start.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../api/errors.ts';
import type { MadeFile, WorkspaceApi } from '../api/workspace.ts';
import type { SavedBundle } from './bundle.ts';
import type { ExportRun } from './export.ts';
import type { Context } from './context.ts';
import { writeZip } from './zip-file.ts';

const pieceBytes = 512 * 1024;
/** One that was never taken goes when the next but one is made. */
const mostFiles = 2;

export type MadeFiles = Pick<WorkspaceApi, 'makeBundle' | 'makeExport' | 'takeMade'>;

export function createMadeFiles({ workspace }: Context, saveBundle: (file: string) => Promise<SavedBundle>, exportRun: ExportRun): MadeFiles {
  const folder = join(workspace.folder, 'cache', 'made');
  if (!workspace.readOnly) rmSync(folder, { recursive: true, force: true });
  const paths = new Map<string, string>();

  async function drop(token: string): Promise<void> {
    const path = paths.get(token);
    paths.delete(token);
    if (path !== undefined) await rm(path, { force: true });
  }

  /** `write` makes the file at the path it gets, or throws and leaves nothing there. */
  async function make(name: string, write: (path: string) => Promise<unknown>): Promise<MadeFile> {
    if (workspace.readOnly) throw new AppError('invalid', `The workspace ${workspace.folder} can only be read, and files are made in it before they are handed out. Copy its folder to where you may write.`);
    mkdirSync(folder, { recursive: true });
    const file = randomUUID();
    const path = join(folder, file);
    await write(path);
    paths.set(file, path);
    for (const token of [...paths.keys()].slice(0, -mostFiles)) await drop(token);
    return { file, name, bytes: statSync(path).size };
  }

  return {
    makeBundle: () => make(`${basename(workspace.folder)}.shelfsight.zip`, saveBundle),
    makeExport: ({ runId }) => make(`${runId}.onnx.zip`, async (path) => {
      const parts = `${path}.parts`;
      try {
        await exportRun({ runId, folder: parts });
        await zipFolder(parts, path);
      } finally {
        rmSync(parts, { recursive: true, force: true });
      }
    }),
    async takeMade({ file, offset }) {
      const path = paths.get(file);
      if (path === undefined) throw new AppError('not-found', 'This file is no longer there. Save it again.');
      const handle = await open(path, 'r');
      try {
        const piece = Buffer.alloc(pieceBytes);
        const { bytesRead } = await handle.read(piece, 0, pieceBytes, offset);
        if (offset + bytesRead >= statSync(path).size) await drop(file);
        return { base64: piece.toString('base64', 0, bytesRead) };
      } finally {
        await handle.close();
      }
    },
  };
}

async function zipFolder(folder: string, file: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    const zip = writeZip(handle);
    for (const name of readdirSync(folder)) await zip.add(name, { path: join(folder, name) });
    await zip.finish();
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
