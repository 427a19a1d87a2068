/** Writes a ZIP archive file by file (PKWARE APPNOTE 4.3.7, 4.3.12, 4.3.16), deflated while streaming. db/import/zip.ts reads it. */
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

/** Lengths and places have 32 bits in the directory. */
const largest = 0xffff_fffe;
/** Names are UTF-8. */
const utf8 = 0x800;
const deflated = 8;
/** 1 January 1980: the same files give the same archive. */
const noDate = 0x0021;

export class ZipTooLarge extends Error {}

interface Entry {
  readonly name: Buffer;
  readonly crc: number;
  readonly packed: number;
  readonly bytes: number;
  readonly offset: number;
}

export interface ZipFile {
  /** A file of this machine, or text. */
  add(name: string, from: { readonly path: string } | { readonly text: string }): Promise<void>;
  /** Writes the directory. The length of the whole. */
  finish(): Promise<number>;
}

/** @throws ZipTooLarge where the archive would pass 4 GB */
export function writeZip(handle: FileHandle): ZipFile {
  const entries: Entry[] = [];
  let at = 0;

  async function append(bytes: Buffer): Promise<void> {
    if (at + bytes.length > largest) throw new ZipTooLarge();
    await handle.write(bytes, 0, bytes.length, at);
    at += bytes.length;
  }

  return {
    async add(name, from) {
      const entry = { name: Buffer.from(name), offset: at };
      await append(localHeader({ ...entry, crc: 0, packed: 0, bytes: 0 }));
      const begin = at;
      let crc = 0;
      let bytes = 0;
      const packer = createDeflateRaw();
      const source = 'text' in from ? [Buffer.from(from.text)] : createReadStream(from.path);
      const feeding = (async () => {
        for await (const chunk of source as AsyncIterable<Buffer>) {
          crc = crc32(chunk, crc);
          bytes += chunk.length;
          if (!packer.write(chunk)) await new Promise((resolve) => packer.once('drain', resolve));
        }
        packer.end();
      })().catch((error: Error) => void packer.destroy(error));
      for await (const chunk of packer as AsyncIterable<Buffer>) await append(chunk);
      await feeding;
      if (bytes > largest) throw new ZipTooLarge();
      const done: Entry = { ...entry, crc, packed: at - begin, bytes };
      const header = localHeader(done); // the same length with what is known now
      await handle.write(header, 0, header.length, done.offset);
      entries.push(done);
    },
    async finish() {
      const offset = at;
      for (const entry of entries) await append(directoryEntry(entry));
      const end = Buffer.alloc(22);
      end.writeUInt32LE(0x06054b50, 0);
      end.writeUInt16LE(entries.length, 8);
      end.writeUInt16LE(entries.length, 10);
      end.writeUInt32LE(at - offset, 12);
      end.writeUInt32LE(offset, 16);
      await append(end);
      return at;
    },
  };
}

/** From the version needed to the length of the extra field: the part that both headers share, 26 bytes. */
function facts({ name, crc, packed, bytes }: Entry): Buffer {
  const part = Buffer.alloc(26);
  part.writeUInt16LE(20, 0);
  part.writeUInt16LE(utf8, 2);
  part.writeUInt16LE(deflated, 4);
  part.writeUInt16LE(noDate, 8);
  part.writeUInt32LE(crc, 10);
  part.writeUInt32LE(packed, 14);
  part.writeUInt32LE(bytes, 18);
  part.writeUInt16LE(name.length, 22);
  return part;
}

function localHeader(entry: Entry): Buffer {
  return Buffer.concat([Buffer.from('504b0304', 'hex'), facts(entry), entry.name]);
}

function directoryEntry(entry: Entry): Buffer {
  const rest = Buffer.alloc(14); // comment, disk, attributes: none
  rest.writeUInt32LE(entry.offset, 10);
  return Buffer.concat([Buffer.from('504b01021400', 'hex'), facts(entry), rest, entry.name]);
}
