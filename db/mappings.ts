/** What was chosen for a file is kept under its shape, and offered for the next file of it. */
import { hash } from 'node:crypto';
import type { ReadableDB, WritableDB } from './connection.ts';
import type { ImportMapping, Inspection } from './records.ts';

export interface RememberedMapping {
  /** The last file that it was chosen for. */
  readonly file: string;
  readonly at: number;
  readonly mapping: ImportMapping;
}

/** Shapes that are remembered; the oldest go. */
const keptMappings = 500;

/** Container and header names of a file as it is recognised without anybody's word; its rows and its name do not count. */
export function shapeOf({ detected, columns, kind }: Pick<Inspection, 'detected' | 'columns' | 'kind'>): string {
  const container = detected.find(({ what }) => what === 'container')?.guess ?? '';
  return hash('sha256', JSON.stringify([kind, container, columns.map(({ header }) => header.trim().toLowerCase())]));
}

export function findMapping(db: ReadableDB, shape: string): RememberedMapping | null {
  const row = db.prepare<[string], { file: string; at: number; mapping: string }>(`SELECT file, at, mapping FROM mappings WHERE shape = ?`).get(shape);
  return row === undefined ? null : { ...row, mapping: JSON.parse(row.mapping) };
}

/** An empty mapping says nothing, and is forgotten. */
export function rememberMapping(db: WritableDB, shape: string, file: string, mapping: ImportMapping): void {
  if (Object.keys(mapping).length === 0) {
    forgetMapping(db, shape);
    return;
  }
  db.prepare(`INSERT INTO mappings (shape, file, at, mapping) VALUES (?, ?, ?, ?) ON CONFLICT (shape) DO UPDATE SET file = excluded.file, at = excluded.at, mapping = excluded.mapping`).run(shape, file, Date.now(), JSON.stringify(mapping));
  db.prepare(`DELETE FROM mappings WHERE shape IN (SELECT shape FROM mappings ORDER BY at DESC LIMIT -1 OFFSET ?)`).run(keptMappings);
}

export function forgetMapping(db: WritableDB, shape: string): void {
  db.prepare(`DELETE FROM mappings WHERE shape = ?`).run(shape);
}
