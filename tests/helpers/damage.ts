/** Pages of a workspace's file, and how to spoil them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { openPlain } from '../../db/connection.ts';

const page = 4_096;

/** Overwrites pages of a file. */
export function spoil(file: string, pages: readonly number[]): void {
  const bytes = readFileSync(file);
  for (const number of pages) bytes.fill(0xa5, (number - 1) * page, number * page);
  writeFileSync(file, bytes);
}

/** Numbers of the pages of a table or an index that hold nothing but rows. */
export function leaves(file: string, name: string): readonly number[] {
  const db = openPlain(file, { readonly: true });
  const root = db.prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name)!;
  db.close();
  const bytes = readFileSync(file);
  const below = (number: number): readonly number[] => {
    const at = (number - 1) * page;
    if (bytes[at] !== 5 && bytes[at] !== 2) return [number];
    const cells = Array.from({ length: bytes.readUInt16BE(at + 3) }, (_, index) => bytes.readUInt32BE(at + bytes.readUInt16BE(at + 12 + 2 * index)));
    return [...cells, bytes.readUInt32BE(at + 8)].flatMap(below);
  };
  return below(root);
}
