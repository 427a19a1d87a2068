/** Reports of models. JSON that this layer does not look into. */
import { transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';

export interface StoredReport {
  readonly runId: string;
  readonly dataHash: string;
  readonly report: unknown;
  readonly measuredAt: number;
}

/** Replaces the run's report on the same data. */
export function saveReport(db: WritableDB, { runId, dataHash, report, measuredAt }: StoredReport): void {
  transact(db, () => db.prepare(`INSERT OR REPLACE INTO reports (run_id, data_hash, report, measured_at) VALUES (?, ?, ?, ?)`).run(runId, dataHash, JSON.stringify(report), measuredAt));
}

/** The latest of a run; null where it has none. */
export function readReport(db: ReadableDB, runId: string): StoredReport | null {
  const row = db.prepare<[string], Omit<StoredReport, 'report'> & { readonly report: string }>(
    `SELECT run_id AS runId, data_hash AS dataHash, report, measured_at AS measuredAt FROM reports WHERE run_id = ? ORDER BY measured_at DESC LIMIT 1`,
  ).get(runId);
  return row === undefined ? null : { ...row, report: JSON.parse(row.report) };
}
