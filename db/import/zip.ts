/**
 * Files of a ZIP archive, by its central directory (PKWARE APPNOTE 4.3.12, 4.3.16): stored or deflated, unpacked while streaming, length and
 * checksum compared at the end. No member's name is ever a path here.
 */
import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { FileRejection } from './rejection.ts';

export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly bytes: number;
  readonly crc: number;
  readonly offset: number;
  readonly encrypted: boolean;
}

const chunkBytes = 65_536;
/** Larger directories are of no export we know. */
const largestDirectory = 16_777_216;
const unset = 0xffffffff;

/** Files of the archive, folders and hidden ones left out. @throws FileRejection E_NOT_TEXT where it is damaged */
export async function listMembers(handle: FileHandle, size: number): Promise<readonly ZipMember[]> {
  const tail = await readAt(handle, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from('504b0506', 'hex'));
  if (end < 0 || end + 22 > tail.length) throw damaged('its directory is missing');
  const length = tail.readUInt32LE(end + 12);
  const offset = tail.readUInt32LE(end + 16);
  if (length === unset || offset === unset) throw damaged('it is larger than 4 GB');
  if (length > largestDirectory || offset + length > size) throw damaged('its directory lies outside of the file');
  const directory = await readAt(handle, offset, length);
  const members: ZipMember[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50;) {
    const nameBytes = directory.readUInt16LE(at + 28);
    const flags = directory.readUInt16LE(at + 8);
    const name = directory.toString((flags & 0x800) === 0 ? 'latin1' : 'utf8', at + 46, at + 46 + nameBytes);
    const base = name.split('/').at(-1)!;
    if (base !== '' && !base.startsWith('.') && !name.startsWith('__MACOSX/')) {
      members.push({
        name, method: directory.readUInt16LE(at + 10), crc: directory.readUInt32LE(at + 16), packed: directory.readUInt32LE(at + 20), bytes: directory.readUInt32LE(at + 24),
        offset: directory.readUInt32LE(at + 42), encrypted: (flags & 1) === 1,
      });
    }
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

/** @throws FileRejection E_NOT_TEXT where the member cannot be unpacked to its end */
export async function* readMember(handle: FileHandle, member: ZipMember, onRead?: (bytes: number) => void): AsyncGenerator<Buffer> {
  if (member.encrypted) throw damaged(`"${member.name}" is encrypted`);
  if (member.method !== 0 && member.method !== 8) throw damaged(`"${member.name}" is packed in a way that cannot be read (method ${member.method})`);
  const head = await readAt(handle, member.offset, 30);
  if (head.length < 30 || head.readUInt32LE(0) !== 0x04034b50) throw damaged(`"${member.name}" is not where the directory says`);
  const packed = readRange(handle, member.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28), member.packed, onRead);
  let crc = 0;
  let bytes = 0;
  const unpacked: AsyncIterable<Buffer> = member.method === 0 ? packed : pipeline(Readable.from(packed), createInflateRaw({ chunkSize: chunkBytes }), () => undefined);
  try {
    for await (const chunk of unpacked) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      if (bytes > member.bytes) break; // longer than its directory says: what follows is not what was packed
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^Z_|^ERR_/.test(String(error.code))) throw damaged(`"${member.name}" cannot be unpacked to its end (${String(error.code)})`);
    throw error;
  }
  if (crc !== member.crc || bytes !== member.bytes) throw damaged(`"${member.name}" does not match its checksum`);
}

async function* readRange(handle: FileHandle, from: number, length: number, onRead?: (bytes: number) => void): AsyncGenerator<Buffer> {
  for (let done = 0; done < length;) {
    const chunk = await readAt(handle, from + done, Math.min(chunkBytes, length - done));
    if (chunk.length === 0) return;
    done += chunk.length;
    onRead?.(done);
    yield chunk;
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function damaged(why: string): FileRejection {
  return new FileRejection('E_NOT_TEXT', { because: `This is a ZIP archive that cannot be read: ${why}` });
}
