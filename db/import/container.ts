/**
 * The bytes of a file: a regular file that does not change while it is read, unpacked if it is gzip or a ZIP archive. What it is decides
 * its content, never its name.
 */
import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { FileRejection } from './rejection.ts';
import { listMembers, readMember } from './zip.ts';

/** Bytes read at once. What is done with one chunk takes a few milliseconds: the event loop is free in between. */
const chunkBytes = 262_144;

export interface SourceFile {
  /** Name of the data: the file's, without `.gz`, or that of the archive's member. */
  readonly name: string;
  readonly bytes: number;
  readonly packing: 'none' | 'gzip' | 'zip';
  /** A workbook, which is an archive of its own: its parts are beside it. */
  readonly workbook: boolean;
  /** Other files of the same archive. */
  readonly beside: readonly SourceFile[];
  /** Reads the whole file from the start, as often as asked; `onRead` hears how far in the file it is. @throws FileRejection */
  read(onRead?: (bytesRead: number) => void): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/** Chooses the file of an archive with several; null where none is meant. */
export type MemberChoice = (names: readonly string[]) => string | null;

/** @throws FileRejection E_FILE_READ, E_EMPTY, E_NOT_TEXT (by its first bytes) */
export async function openSource(path: string, name = path, choose: MemberChoice = () => null): Promise<SourceFile> {
  const handle = await openRegular(path);
  try {
    const before = await handle.stat();
    if (before.size === 0) throw new FileRejection('E_EMPTY', { because: 'is empty (0 bytes)' });
    const head = Buffer.alloc(512);
    const { bytesRead } = await handle.read(head, 0, 512, 0);
    const close = () => handle.close();
    const whole = { name, bytes: before.size, packing: 'none', workbook: false, beside: [], close } as const;
    if (head[0] === 0x1f && head[1] === 0x8b) {
      return { ...whole, name: name.replace(/\.gz$/i, ''), packing: 'gzip', read: (onRead) => readSource(handle, before, () => unpackGzip(handle, onRead)) };
    }
    const plain: SourceFile = { ...whole, read: (onRead) => readSource(handle, before, () => readHandle(handle, onRead)) };
    if (head.readUInt32BE(0) !== 0x504b0304 || /\.(?:csv|tsv|tab|txt)$/i.test(name)) {
      refuseMagic(head.subarray(0, bytesRead));
      return plain;
    }
    const members = await listMembers(handle, before.size);
    const files = members.map((member): SourceFile => ({
      ...whole, name: member.name, bytes: member.packed, packing: 'zip', read: (onRead) => readSource(handle, before, () => readMember(handle, member, onRead)),
    }));
    if (files.some(({ name: part }) => part.toLowerCase() === 'xl/workbook.xml')) return { ...plain, workbook: true, beside: files };
    const chosen = files.length === 1 ? files[0] : files.find((file) => file.name === choose(files.map((one) => one.name)));
    if (chosen === undefined) throw refuseArchive(files.map((file) => file.name));
    return { ...chosen, beside: files.filter((file) => file !== chosen) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function refuseArchive(names: readonly string[]): FileRejection {
  const office = names.includes('xl/workbook.bin') ? 'a binary Excel workbook (.xlsb): in Excel use "Save as > Excel Workbook (.xlsx)"'
    : names.includes('mimetype') && names.includes('content.xml') ? 'an OpenDocument file: save it as .xlsx or CSV' : names.some((name) => name.endsWith('.iwa')) ? 'a Numbers file: export it as CSV' : null;
  if (office !== null) return new FileRejection('E_NOT_TEXT', { because: `This is ${office}` });
  const list = names.slice(0, 10).map((one) => `"${one}"`).join(', ');
  return new FileRejection('E_NOT_TEXT', {
    because: names.length === 0 ? 'This is a ZIP archive without a file in it' : `This is a ZIP archive with several files (${list}): choose one of them (sheet), or unpack it and import the file inside`,
    details: { files: names.slice(0, 100) },
  });
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

async function* readSource(handle: FileHandle, before: Stats, open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    let first = true;
    for await (const chunk of open()) {
      if (first) refuseMagic(chunk);
      first = false;
      yield chunk;
      await nextTurn();
    }
  } catch (error) {
    await refuseChanged(handle, before);
    throw error instanceof FileRejection ? error : unreadable(error);
  }
  await refuseChanged(handle, before);
}

async function* unpackGzip(handle: FileHandle, onRead?: (bytesRead: number) => void): AsyncGenerator<Uint8Array> {
  try {
    // A fault of the file must reach the reader, not only end the pipe.
    for await (const chunk of pipeline(Readable.from(readHandle(handle, onRead)), createGunzip({ chunkSize: chunkBytes }), () => undefined)) yield chunk as Buffer;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && /^Z_|^ERR_/.test(String(error.code)))) throw error;
    throw new FileRejection('E_NOT_TEXT', { because: `This is a damaged gzip archive (${String(error.code)}); it cannot be unpacked to the end` });
  }
}

async function* readHandle(handle: FileHandle, onRead?: (bytesRead: number) => void): AsyncGenerator<Buffer> {
  const read = (position: number) => {
    const reading = handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, position);
    reading.catch(() => undefined); // heard where it is awaited; a reader that stops before does not ask
    return reading;
  };
  // The next bytes are fetched while the last ones are worked on.
  let ahead = read(0);
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await ahead;
    if (bytesRead === 0) return;
    position += bytesRead;
    ahead = read(position);
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
