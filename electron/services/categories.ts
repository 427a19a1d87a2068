/** Next items and next categories after a session. */
import { getItemRows } from '../../db/items.ts';
import type { CategoriesApi } from '../api/categories.ts';
import { AppError } from '../api/errors.ts';
import type { Context } from './context.ts';
import { defaultK, type Serving } from './serving.ts';

export function createCategoriesService({ workspace }: Context, serving: Serving): CategoriesApi {
  const db = workspace.reader;
  return {
    async recommend({ session, k = defaultK, run: runId, withDrafts = false }) {
      return serving.use({ runId, drafts: true }, async (served) => {
        const rowOf = (sku: string): number => served.rowOf.get(sku.normalize('NFC')) ?? -1;
        const known = session.filter((sku) => rowOf(sku) >= 0);
        if (known.length === 0) throw new AppError('invalid', nothingKnown(session));
        const { items, categories } = await served.compute.recommend({
          rows: Int32Array.from(known, rowOf),
          k,
          extra: withDrafts ? served.drafts : new Int32Array(0),
        });
        const found = getItemRows(db, items.map(({ row }) => served.skus[row]!));
        return {
          run: served.run.runId,
          head: served.info.head,
          unknown: session.filter((sku) => rowOf(sku) < 0),
          items: items.flatMap(({ score, probability }, index) => (found[index] ? [{ item: found[index], score, probability }] : [])),
          categories,
        };
      });
    },
  };
}

function nothingKnown(session: readonly string[]): string {
  if (session.length === 0) return 'The session is empty. Name at least one SKU.';
  return `None of the ${session.length} SKUs is in the catalogue, the first is "${session[0]}". Name SKUs of the catalogue.`;
}
