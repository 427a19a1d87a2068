/** The launch board: drafts with the numbers last computed for them. */
import { transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import type { ItemRow } from './items.ts';
import { matchItems } from './search.ts';
import { skuKey } from './stored-item.ts';

export interface BoardNumbers {
  readonly exposure: number;
  readonly exposureInterval: readonly [number, number];
  readonly reach: number;
  readonly medianRank: number;
  readonly confidence: 'normal' | 'low';
}

/** A draft on the board; numbers are null until computed for this run and this text. */
export type DraftRow = ItemRow & { readonly [Name in keyof BoardNumbers]: BoardNumbers[Name] | null };
export type DraftSort = 'sku' | 'title' | 'exposure' | 'reach' | 'medianRank';

const sortColumns: Readonly<Record<DraftSort, string>> = {
  sku: 'items.sku', title: 'items.title COLLATE NOCASE', exposure: 'previews.exposure', reach: 'previews.reach', medianRank: 'previews.median_rank',
};

/** `runId` null: no model yet, all numbers are null. Drafts without numbers come last in either direction. */
export function listDrafts(db: ReadableDB, query: { readonly runId: string | null; readonly search?: string; readonly sort?: DraftSort; readonly descending?: boolean; readonly offset: number; readonly limit: number }): { readonly total: number; readonly rows: readonly DraftRow[] } {
  const match = query.search !== undefined && query.search.trim() !== '' ? matchItems(query.search) : null;
  const condition = `items.status = 'draft'${match === null ? '' : ` AND ${match.sql}`}`;
  const values = match?.values ?? [];
  const total = db.prepare<unknown[], number>(`SELECT count(*) FROM items WHERE ${condition}`).pluck().get(...values)!;
  const direction = query.descending === true ? 'DESC' : 'ASC';
  const rows = db.prepare<unknown[], RawDraft>(
    `SELECT items.sku, items.title, items.brand, categories.path AS categoryPath, items.color, items.price, items.currency, items.status, items.events,
       previews.exposure, previews.exposure_low, previews.exposure_high, previews.reach, previews.median_rank AS medianRank, previews.confidence
     FROM items JOIN categories ON categories.id = items.category
     LEFT JOIN previews ON previews.item = items.id AND previews.run_id = ? AND previews.content_hash = items.content_hash
     WHERE ${condition} ORDER BY ${sortColumns[query.sort ?? 'sku']} ${direction} NULLS LAST, items.sku LIMIT ? OFFSET ?`,
  ).all(query.runId ?? '', ...values, Math.min(query.limit, 1_000), query.offset);
  return {
    total,
    rows: rows.map(({ exposure_low: low, exposure_high: high, ...row }) => ({
      ...row, categoryPath: JSON.parse(row.categoryPath), color: JSON.parse(row.color),
      exposureInterval: low === null || high === null ? null : [low, high],
    })),
  };
}

type RawDraft = Omit<DraftRow, 'categoryPath' | 'color' | 'exposureInterval'> & {
  readonly categoryPath: string;
  readonly color: string;
  readonly exposure_low: number | null;
  readonly exposure_high: number | null;
};

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
      `INSERT INTO previews (item, run_id, content_hash, exposure, exposure_low, exposure_high, reach, median_rank, confidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    for (const row of numbers) {
      const item = find.get(skuKey(row.sku));
      if (item === undefined) continue;
      drop.run(item, runId);
      insert.run(item, runId, row.contentHash, row.exposure, ...row.exposureInterval, row.reach, row.medianRank, row.confidence);
    }
  });
}
