/** What the methods of `launch` take. */
import { z } from 'zod';
import { count, empty, features, name, object, page, sku, skus, text } from './fields.ts';

const panel = { k: count(1, 1_000).exactOptional(), panel: count(1, 1_000_000).exactOptional() };

export const launchRequests = {
  drafts: object({
    search: name.exactOptional(),
    sort: z.enum(['sku', 'title', 'exposure', 'reach', 'medianRank']).exactOptional(),
    descending: z.boolean().exactOptional(),
    ...page,
  }),
  saveDraft: object({ sku, features, currency: text(10).exactOptional() }),
  deleteDraft: object({ sku }),
  preview: object({ sku: text(256), features, ...panel }),
  explain: object({ sku: text(256), features, ...panel }),
  contrast: object({ sku: text(256), a: features, b: features, ...panel }),
  together: object({ skus: skus(500).min(1), ...panel }),
  history: object({ sku }),
  refreshBoard: empty,
} as const;
