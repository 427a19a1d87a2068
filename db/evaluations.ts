/**
 * Reports of evaluations by the plain protocol: test split, every SKU ranked. One for each system, data and switch of repeats; a later one
 * replaces it. The report is JSON that this layer does not look into.
 */
import { transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';

export interface StoredEvaluation {
  /** A run id, or the name of a baseline. */
  readonly system: string;
  readonly dataHash: string;
  readonly repeats: 'allowed' | 'removed';
  readonly report: unknown;
}

/** All of them or none. */
export function saveEvaluations(db: WritableDB, evaluations: readonly StoredEvaluation[]): void {
  transact(db, () => {
    const insert = db.prepare(`INSERT OR REPLACE INTO evaluations (system, data_hash, repeats, report, evaluated_at) VALUES (?, ?, ?, ?, ?)`);
    for (const { system, dataHash, repeats, report } of evaluations) insert.run(system, dataHash, repeats, JSON.stringify(report), Date.now());
  });
}

/** Of one system, or of every system; the latest first. */
export function listEvaluations(db: ReadableDB, system?: string): readonly StoredEvaluation[] {
  const rows = db.prepare<[string | null, string | null], { system: string; dataHash: string; repeats: 'allowed' | 'removed'; report: string }>(
    `SELECT system, data_hash AS dataHash, repeats, report FROM evaluations WHERE ? IS NULL OR system = ? ORDER BY evaluated_at DESC, rowid DESC`,
  ).all(system ?? null, system ?? null);
  return rows.map((row) => ({ ...row, report: JSON.parse(row.report) }));
}
