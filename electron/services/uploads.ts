/**
 * Files the user chose, staged in `<workspace>/uploads` under random names: no file name of the user ever becomes a path.
 * They go when they were imported, and whatever is left goes at the next start.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { open, rm, stat, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../api/errors.ts';

export interface Upload {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** False for a file of the user's own, which stays where it is. */
  readonly staged: boolean;
  received: number;
  /** What files like it are known by; found when first asked for, null where there are no columns. */
  shape: string | null | undefined;
}

export interface Uploads {
  open(name: string, bytes: number): Promise<string>;
  /** @throws AppError `invalid` where the chunk is not the next one or overruns the announced size. */
  write(token: string, offset: number, chunk: Buffer): Promise<number>;
  /** A token for a file that is on this machine already: the command line's way, without a copy. @throws AppError `not-found` */
  adopt(path: string): Promise<string>;
  /** @throws AppError `not-found`; `invalid` while chunks are missing */
  read(token: string): Upload;
  remove(token: string): Promise<void>;
}

/** Staged files at one time: more are forgotten ones. */
const uploadLimit = 20;
/** Free space that must remain beside an upload, for the import itself. */
const reserveBytes = 64 * 2 ** 20;

/** `readOnly`: nothing can be staged, but what lies on this machine can be looked at. */
export function createUploads(folder: string, readOnly = false): Uploads {
  for (const name of readOnly ? [] : readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  const uploads = new Map<string, Upload>();

  function find(token: string): Upload {
    const upload = uploads.get(token);
    if (!upload) throw new AppError('not-found', 'This file is no longer staged. Choose it again.');
    return upload;
  }

  return {
    async open(name, bytes) {
      const { bavail, bsize } = await statfs(folder);
      const free = bavail * bsize;
      if (free < bytes + reserveBytes) {
        throw new AppError('invalid', `${name} needs ${bytes + reserveBytes} bytes of disk space, ${free} are free. Free some space and choose the file again.`);
      }
      const staged = [...uploads].filter(([, upload]) => upload.staged);
      if (staged.length >= uploadLimit) await this.remove(staged[0]![0]);
      const token = randomUUID();
      const path = join(folder, token);
      await (await open(path, 'wx')).close();
      uploads.set(token, { path, name, bytes, staged: true, received: 0, shape: undefined });
      return token;
    },
    async write(token, offset, chunk) {
      const upload = find(token);
      if (!upload.staged || offset !== upload.received || offset + chunk.length > upload.bytes) {
        throw new AppError('invalid', `${upload.name}: a chunk of ${chunk.length} bytes at ${offset} does not follow the ${upload.received} of ${upload.bytes} bytes received. Choose the file again.`);
      }
      upload.received += chunk.length; // before the wait: a second chunk for the same place is refused
      const file = await open(upload.path, 'r+');
      try {
        await file.write(chunk, 0, chunk.length, offset);
      } finally {
        await file.close();
      }
      return upload.received;
    },
    async adopt(path) {
      const found = await stat(path).catch(() => null);
      if (!found?.isFile()) throw new AppError('not-found', `There is no file ${path}.`);
      const token = randomUUID();
      uploads.set(token, { path, name: basename(path), bytes: found.size, staged: false, received: found.size, shape: undefined });
      return token;
    },
    read(token) {
      const upload = find(token);
      if (upload.received < upload.bytes) throw new AppError('invalid', `${upload.name} has arrived only in part: ${upload.received} of ${upload.bytes} bytes. Choose it again.`);
      return upload;
    },
    async remove(token) {
      const upload = uploads.get(token);
      uploads.delete(token);
      if (upload?.staged) await rm(upload.path, { force: true });
    },
  };
}
