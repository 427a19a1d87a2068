/** History of imports and what they had to say. */
import type { ReadableDB, WritableDB } from './connection.ts';
import type { FileReport, ImportKind, ImportOutcome, ImportReport, Issue } from './records.ts';

export interface ImportSummary {
  readonly id: number;
  readonly kind: ImportKind;
  readonly file: string;
  readonly at: number;
  readonly outcome: ImportOutcome;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly retired: number;
  /** Items became drafts. */
  readonly drafts: boolean;
  /** Before-images were kept, so that it can be taken back. */
  readonly recorded: boolean;
  /** When it was taken back; null while it stands. */
  readonly undone: number | null;
  readonly files: readonly FileReport[];
}

/** Newest first. */
export function listImports(db: ReadableDB): readonly ImportSummary[] {
  const rows = db.prepare<[], Omit<ImportSummary, 'files' | 'drafts' | 'recorded'> & { files: string; drafts: number; recorded: number }>(
    `SELECT id, kind, file, at, outcome, created, updated, unchanged, rejected, retired, drafts, recorded, undone, files FROM imports ORDER BY id DESC`).all();
  return rows.map((row) => ({ ...row, drafts: row.drafts === 1, recorded: row.recorded === 1, files: JSON.parse(row.files) }));
}

export function lastImport(db: ReadableDB): { readonly id: number; readonly file: string; readonly at: number; readonly outcome: ImportOutcome } | null {
  return db.prepare<[], { id: number; file: string; at: number; outcome: ImportOutcome }>(`SELECT id, file, at, outcome FROM imports ORDER BY id DESC LIMIT 1`).get() ?? null;
}

/** The issues that were listed (the first 1,000). */
export function listIssues(db: ReadableDB, importId: number): readonly Issue[] {
  return db.prepare<[number], string>(`SELECT issue FROM import_issues WHERE import = ? ORDER BY ordinal`).pluck().all(importId).map((text) => JSON.parse(text));
}

/** Opens the history entry that rows refer to; `finishImport` fills in its counts before the transaction ends. */
export function beginImport(db: WritableDB, entry: { readonly kind: ImportKind; readonly file: string; readonly drafts: boolean; readonly detected: unknown }): number {
  const result = db.prepare(
    `INSERT INTO imports (kind, file, at, outcome, drafts, created, updated, unchanged, rejected, already_live, files, detected, issue_counts)
     VALUES (?, ?, ?, 'ok', ?, 0, 0, 0, 0, 0, '[]', ?, '{}')`,
  ).run(entry.kind, entry.file, Date.now(), entry.drafts ? 1 : 0, JSON.stringify(entry.detected));
  return Number(result.lastInsertRowid);
}

export function finishImport(db: WritableDB, importId: number, report: ImportReport): void {
  db.prepare(
    `UPDATE imports SET outcome = ?, created = ?, updated = ?, unchanged = ?, rejected = ?, already_live = ?, retired = ?, files = ?, issue_counts = ?, report = ? WHERE id = ?`,
  ).run(report.outcome, report.created, report.updated, report.unchanged, report.rejected, report.alreadyLive, report.retired, JSON.stringify(report.files), JSON.stringify(report.issueCounts), report.report, importId);
  const insert = db.prepare(`INSERT INTO import_issues (import, ordinal, issue) VALUES (?, ?, ?)`);
  for (const [ordinal, issue] of report.issues.entries()) insert.run(importId, ordinal, JSON.stringify(issue));
}
