/** What the methods of `launch` take. */
import { z } from 'zod';
import { count, empty, features, name, object, page, sku, text } from './fields.ts';

export const launchRequests = {
  drafts: object({
    search: name.exactOptional(),
    sort: z.enum(['sku', 'title', 'exposure', 'reach', 'medianRank']).exactOptional(),
    descending: z.boolean().exactOptional(),
    ...page,
  }),
  saveDraft: object({ sku, features, currency: text(10).exactOptional() }),
  deleteDraft: object({ sku }),
  preview: object({ sku: text(256), features, k: count(1, 1_000).exactOptional(), panel: count(1, 1_000_000).exactOptional() }),
  refreshBoard: empty,
} as const;
