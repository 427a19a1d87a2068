/**
 * The bytes of a file: a regular file that does not change while it is read, unpacked if it is gzip. What it is decides its content,
 * never its name.
 */
import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { FileRejection } from './rejection.ts';

/** Bytes read at once. What is done with one chunk takes a few milliseconds: the event loop is free in between. */
const chunkBytes = 65_536;

export interface SourceFile {
  readonly bytes: number;
  readonly gzip: boolean;
  /** Reads the whole file from the start, as often as asked; `onRead` hears how far in the file it is. @throws FileRejection */
  read(onRead?: (bytesRead: number) => void): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/** @throws FileRejection E_FILE_READ, E_EMPTY, E_NOT_TEXT (by its first bytes) */
export async function openSource(path: string): Promise<SourceFile> {
  const handle = await openRegular(path);
  try {
    const before = await handle.stat();
    if (before.size === 0) throw new FileRejection('E_EMPTY', { because: 'is empty (0 bytes)' });
    const head = Buffer.alloc(512);
    const { bytesRead } = await handle.read(head, 0, 512, 0);
    const gzip = head[0] === 0x1f && head[1] === 0x8b;
    if (!gzip) refuseMagic(head.subarray(0, bytesRead));
    return { bytes: before.size, gzip, read: (onRead) => readSource(handle, before, gzip, onRead), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw new FileRejection('E_FILE_READ', { because: 'This is a folder, not a file' });
    if (!status.isFile()) throw new FileRejection('E_FILE_READ', { because: 'The file could not be opened: it is not a regular file' });
    return await open(path, constants.O_RDONLY);
  } catch (error) {
    throw error instanceof FileRejection ? error : unreadable(error);
  }
}

function unreadable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const causes: Readonly<Record<string, string>> = { EACCES: 'permission denied (EACCES)', EPERM: 'permission denied (EPERM)', ENOENT: 'it does not exist (ENOENT)', ELOOP: 'its links go round in a circle (ELOOP)' };
  if (!/^E[A-Z]+$/.test(code)) return error;
  return new FileRejection('E_FILE_READ', { because: `The file could not be opened: ${causes[code] ?? code}` });
}


async function* readSource(handle: FileHandle, before: Stats, gzip: boolean, onRead?: (bytesRead: number) => void): AsyncGenerator<Uint8Array> {
  const raw = readHandle(handle, onRead);
  try {
    if (gzip) {
      let first = true;
      for await (const chunk of Readable.from(raw).pipe(createGunzip({ chunkSize: chunkBytes }))) {
        if (first) refuseMagic(chunk as Buffer);
        first = false;
        yield chunk as Buffer;
        await nextTurn();
      }
    } else {
      for await (const chunk of raw) {
        yield chunk;
        await nextTurn();
      }
    }
  } catch (error) {
    await refuseChanged(handle, before);
    if (gzip && error instanceof Error && 'code' in error && /^Z_|^ERR_/.test(String(error.code))) {
      throw new FileRejection('E_NOT_TEXT', { because: `This is a damaged gzip archive (${String(error.code)}); it cannot be unpacked to the end` });
    }
    throw error instanceof FileRejection ? error : unreadable(error);
  }
  await refuseChanged(handle, before);
}

async function* readHandle(handle: FileHandle, onRead?: (bytesRead: number) => void): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    onRead?.(position);
    yield buffer.subarray(0, bytesRead);
  }
}

async function refuseChanged(handle: FileHandle, before: Stats): Promise<void> {
  const after = await handle.stat();
  if (after.size === before.size && after.mtimeMs === before.mtimeMs && after.ino === before.ino) return;
  throw new FileRejection('E_FILE_CHANGED', { details: { size_before: before.size, size_after: after.size } });
}

const archive = 'unpack it and import the file inside';
/** First bytes (hexadecimal), what they mean, and what to do. */
const magics: readonly (readonly [hex: string, what: string, remedy: string])[] = [
  ['89504e470d0a1a0a', 'a PNG image', 'choose the CSV file'],
  ['ffd8ff', 'a JPEG image', 'choose the CSV file'],
  ['47494638', 'a GIF image', 'choose the CSV file'],
  ['25504446', 'a PDF document', 'export the data as CSV'],
  ['d0cf11e0a1b11ae1', 'an old Excel workbook (.xls)', 'in Excel use "Save as > CSV UTF-8"'],
  ['53514c69746520666f726d6174203300', 'an SQLite database', 'use "Open workspace" if it is one'],
  ['504b0304', 'an Excel workbook (.xlsx) or another ZIP archive', 'in Excel use "Save as > CSV UTF-8", or unpack it'],
  ['504b0506', 'an empty ZIP archive', 'choose the CSV file'],
  ['1f8b', 'a gzip archive inside another one', archive],
  ['425a68', 'a bzip2 archive', archive],
  ['fd377a585a00', 'an xz archive', archive],
  ['28b52ffd', 'a Zstandard archive', archive],
  ['377abcaf271c', 'a 7-Zip archive', archive],
  ['526172211a07', 'a RAR archive', archive],
  ['50415231', 'a Parquet file', 'export the data as CSV'],
];

function refuseMagic(head: Uint8Array): void {
  const hex = Buffer.from(head.subarray(0, 16)).toString('hex');
  const magic = magics.find(([start]) => hex.startsWith(start));
  const tar = Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar';
  const [, what, remedy] = magic ?? (tar ? ['', 'a tar archive', archive] : []);
  if (what !== undefined) throw new FileRejection('E_NOT_TEXT', { because: `This is ${what}, not a CSV file: ${remedy}` });
}
