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

/** All of them or none. `ranks` are [test prefixes]. */
export function saveEvaluations(db: WritableDB, evaluations: readonly (StoredEvaluation & { readonly ranks: Uint8Array })[]): void {
  transact(db, () => {
    const insert = db.prepare(`INSERT OR REPLACE INTO evaluations (system, data_hash, repeats, report, ranks, evaluated_at) VALUES (?, ?, ?, ?, ?, ?)`);
    for (const { system, dataHash, repeats, report, ranks } of evaluations) insert.run(system, dataHash, repeats, JSON.stringify(report), ranks, Date.now());
  });
}

/** [test prefixes]; null where there is no such evaluation. */
export function readRanks(db: ReadableDB, { system, dataHash, repeats }: Omit<StoredEvaluation, 'report'>): Uint8Array | null {
  return db.prepare<[string, string, string], Buffer>(`SELECT ranks FROM evaluations WHERE system = ? AND data_hash = ? AND repeats = ?`).pluck().get(system, dataHash, repeats) ?? null;
}

/** Of one system, or of every system; the latest first. */
export function listEvaluations(db: ReadableDB, system?: string): readonly StoredEvaluation[] {
  const rows = db.prepare<[string | null, string | null], { system: string; dataHash: string; repeats: 'allowed' | 'removed'; report: string }>(
    `SELECT system, data_hash AS dataHash, repeats, report FROM evaluations WHERE ? IS NULL OR system = ? ORDER BY evaluated_at DESC, rowid DESC`,
  ).all(system ?? null, system ?? null);
  return rows.map((row) => ({ ...row, report: JSON.parse(row.report) }));
}
