/** Variant B: a second text kept beside a draft. It is never launched, listed or counted, and goes with its draft. */
import { transact } from './connection.ts';
import type { ReadableDB, WritableDB } from './connection.ts';
import { StorageError } from './errors.ts';
import { getItemRows } from './items.ts';
import type { ItemFeatures } from './records.ts';
import { skuKey } from './stored-item.ts';

export interface Variant {
  readonly features: ItemFeatures;
  readonly currency: string;
}

export function readVariant(db: ReadableDB, sku: string): Variant | null {
  const row = db.prepare<[string], { features: string; currency: string }>(`SELECT features, currency FROM variants WHERE item = (SELECT id FROM skus WHERE key = ?)`).get(skuKey(sku));
  return row === undefined ? null : { features: JSON.parse(row.features) as ItemFeatures, currency: row.currency };
}

/** Keeps a second text, in place of one that was kept before; null drops it. @throws StorageError `not-found` where there is no such draft */
export function keepVariant(db: WritableDB, sku: string, variant: Variant | null): void {
  transact(db, () => {
    if (getItemRows(db, [sku])[0]?.status !== 'draft') throw new StorageError('not-found', `There is no draft "${sku}" to keep a variant of. Save the draft first.`);
    if (variant === null) db.prepare(`DELETE FROM variants WHERE item = (SELECT id FROM skus WHERE key = ?)`).run(skuKey(sku));
    else {
      db.prepare(`INSERT INTO variants (item, features, currency) SELECT id, ?, ? FROM skus WHERE key = ? ON CONFLICT (item) DO UPDATE SET features = excluded.features, currency = excluded.currency`)
        .run(JSON.stringify(variant.features), variant.currency, skuKey(sku));
    }
  });
}
