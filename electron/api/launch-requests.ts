/** What the methods of `launch` take. */
import { z } from 'zod';
import { draftsRequests } from './drafts-requests.ts';
import { count, features, object, sku, skus, text } from './fields.ts';

const panel = { k: count(1, 1_000).exactOptional(), panel: count(1, 1_000_000).exactOptional() };

export const launchRequests = {
  ...draftsRequests,
  preview: object({ sku: text(256), features, ...panel }),
  explain: object({ sku: text(256), features, ...panel }),
  contrast: object({ sku: text(256), a: features, b: features, ...panel }),
  together: object({ skus: skus(500).min(1), ...panel }),
  history: object({ sku }),
  variant: object({ sku }),
  keepVariant: object({ sku, features, currency: text(10) }),
  dropVariant: object({ sku }),
  stopOpening: object({}),
  brief: object({ sku: text(256), features, currency: text(10).exactOptional() }),
  exportTable: object({ name: text(1_000).min(1), rows: z.array(z.array(z.union([text(1_048_576), z.number(), z.null()])).max(1_000)).max(100_000) }),
} as const;
