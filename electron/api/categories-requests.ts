/** What the methods of `categories` take. */
import { z } from 'zod';
import { count, object, runId, skus } from './fields.ts';

export const categoriesRequests = {
  recommend: object({ session: skus(5_000), k: count(1, 1_000).exactOptional(), run: runId.exactOptional(), withDrafts: z.boolean().exactOptional() }),
} as const;
