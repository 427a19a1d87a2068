/** What the methods of `categories` take. */
import { z } from 'zod';
import { count, name, object, page, runId, sku, skus } from './fields.ts';

const session = { session: skus(5_000), k: count(1, 1_000).exactOptional(), run: runId.exactOptional(), withDrafts: z.boolean().exactOptional() };
const path = z.array(name).min(1).max(10);
const demand = {
  run: runId.exactOptional(),
  level: z.enum(['l1', 'l2', 'l3', 'leaf']).exactOptional(),
  segment: object({
    entry: path.exactOptional(),
    least: count(1, 1_000_000).exactOptional(),
    most: count(1, 1_000_000).exactOptional(),
    sku: sku.exactOptional(),
    brand: name.exactOptional(),
  }).exactOptional(),
  from: path.exactOptional(),
};

export const categoriesRequests = {
  items: object({ skus: skus(5_000) }),
  recommend: object(session),
  contributions: object(session),
  demand: object(demand),
  demandMoments: object({ ...demand, to: path.exactOptional(), which: z.enum(['went', 'missed', 'expected']), ...page }),
} as const;
