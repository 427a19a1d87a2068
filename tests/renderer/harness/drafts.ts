/** DEVELOPMENT HARNESS, never part of the product: the real service of the board over the shop in a database in memory; only the model is made up. */
import { openPlain } from '../../../db/connection.ts';
import type { WritableDB } from '../../../db/connection.ts';
import { migrate } from '../../../db/migrate.ts';
import { migrations } from '../../../db/migrations/index.ts';
import { activateRun, createRun, updateRun } from '../../../db/runs.ts';
import { fromStored, prepareItemWriter, toStored } from '../../../db/stored-item.ts';
import type { StoredItem } from '../../../db/stored-item.ts';
import type { ItemFeatures } from '../../../db/records.ts';
import type { DraftsApi } from '../../../electron/api/drafts.ts';
import type { Preview } from '../../../electron/api/launch.ts';
import type { Context } from '../../../electron/services/context.ts';
import { createDraftsService } from '../../../electron/services/drafts.ts';
import type { Send } from './answers.ts';
import { items } from './shop.ts';

function stockDatabase(stocked: boolean, trained: boolean): WritableDB {
  const db = openPlain(':memory:') as WritableDB;
  migrate(db, migrations);
  if (!stocked) return db;
  const writer = prepareItemWriter(db);
  db.transaction(() => {
    for (const item of items.values()) writer.put(item.sku, item.status, toStored(item), null, { importId: null, line: null });
    if (!trained) return;
    createRun(db, { runId: 'r', model: 'm2trec', head: 'tied', mode: 'causal', seed: 1, config: {}, device: 'cpu', dataHash: '', dataVersion: 0, hidden: [] });
    updateRun(db, 'r', { status: 'done' });
    activateRun(db, 'r');
  })();
  return db;
}

export function draftsAnswers(previewOf: (sku: string, features: ItemFeatures) => Preview, stocked: boolean, trained: boolean, send: Send, wait: (milliseconds: number) => Promise<void>): DraftsApi {
  const db = stockDatabase(stocked, trained);
  /** The other answers read the shop in memory. */
  const follow = (): void => {
    const stored = db.prepare<[], StoredItem & { sku: string }>(`SELECT items.*, categories.path AS category_path FROM items JOIN categories ON categories.id = items.category WHERE status = 'draft'`).all();
    for (const [sku, { status }] of items) if (status === 'draft') items.delete(sku);
    for (const row of stored) items.set(row.sku, fromStored(row.sku, 'draft', row));
  };
  const workspace = {
    reader: db,
    async write<T>(work: (writer: WritableDB) => T | Promise<T>): Promise<T> {
      const result = await work(db);
      follow();
      return result;
    },
  };
  return createDraftsService({ workspace, emit: send } as unknown as Context, { draftsChanged: () => undefined }, async (_run, item) => {
    await wait(20);
    const { exposure, exposureInterval, averageExposure, reach, medianRank, confidence, readiness } = previewOf(item.sku, item);
    return { exposure, exposureInterval, averageExposure, reach, medianRank, confidence, readiness };
  });
}
