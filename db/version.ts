/** Counts changes of what models learn from: live items and events. Drafts do not count. */
import type { ReadableDB, WritableDB } from './connection.ts';

export function readDataVersion(db: ReadableDB): number {
  return db.prepare<[], number>(`SELECT version FROM data_version`).pluck().get()!;
}

export function raiseDataVersion(db: WritableDB): void {
  db.prepare(`UPDATE data_version SET version = version + 1`).run();
}
