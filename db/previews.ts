/** The numbers of the launch board: what was last computed for each draft, under the run and the text it was computed from. */
import { transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import { skuKey } from './stored-item.ts';

/** The `Readiness` of the contract, stored as it is told. */
export interface StoredReadiness {
  readonly score: number;
  readonly parts: readonly { readonly name: 'fields' | 'words' | 'category' | 'standing'; readonly score: number; readonly weight: number; readonly detail: string }[];
  readonly missing: readonly string[];
}

export interface BoardNumbers {
  readonly exposure: number;
  readonly exposureInterval: readonly [number, number];
  /** The exposure of an average SKU on the same panel. */
  readonly averageExposure: number;
  readonly reach: number;
  readonly medianRank: number;
  readonly confidence: 'normal' | 'low';
  readonly readiness: StoredReadiness;
}

/** Drafts that have no numbers for this run and their present text, by SKU. */
export function draftsWithoutNumbers(db: ReadableDB, runId: string): readonly { readonly sku: string; readonly contentHash: string }[] {
  return db.prepare<[string], { sku: string; contentHash: string }>(
    `SELECT sku, content_hash AS contentHash FROM items WHERE status = 'draft' AND NOT EXISTS
     (SELECT 1 FROM previews WHERE previews.item = items.id AND previews.run_id = ? AND previews.content_hash = items.content_hash) ORDER BY sku`).all(runId);
}

/** Stores numbers under the text they were computed from; those of earlier texts of the draft go. A SKU deleted meanwhile is left out. */
export function savePreviews(db: WritableDB, runId: string, numbers: readonly (BoardNumbers & { readonly sku: string; readonly contentHash: string })[]): void {
  transact(db, () => {
    const find = db.prepare<[string], number>(`SELECT items.id FROM skus JOIN items ON items.id = skus.id WHERE skus.key = ?`).pluck();
    const drop = db.prepare(`DELETE FROM previews WHERE item = ? AND run_id = ?`);
    const insert = db.prepare(
      `INSERT INTO previews (item, run_id, content_hash, exposure, exposure_low, exposure_high, average, reach, median_rank, confidence, readiness) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    const insertReadiness = db.prepare(`INSERT INTO preview_readiness (item, run_id, content_hash, readiness) VALUES (?, ?, ?, ?)`);
    for (const row of numbers) {
      const item = find.get(skuKey(row.sku));
      if (item === undefined) continue;
      drop.run(item, runId);
      insert.run(item, runId, row.contentHash, row.exposure, ...row.exposureInterval, row.averageExposure, row.reach, row.medianRank, row.confidence, row.readiness.score);
      insertReadiness.run(item, runId, row.contentHash, JSON.stringify(row.readiness));
    }
  });
}
