/** What the methods of `backtest` take. */
import { z } from 'zod';
import { config, count, empty, name, object, page, preset, runId, skus, text } from './fields.ts';

const id = text(100).min(1);
const since = text(40).min(1);

export const backtestRequests = {
  options: empty,
  launches: object({ since }),
  start: object({
    since: since.exactOptional(),
    hide: skus(1_000_000).exactOptional(),
    k: count(1, 1_000).exactOptional(),
    preset: preset.exactOptional(),
    epochs: count(1, 1_000).exactOptional(),
    device: text(40).min(1).exactOptional(),
    seed: count(0, 2 ** 31).exactOptional(),
    config: config.exactOptional(),
  }),
  pause: object({ id }),
  resume: object({ id }),
  cancel: object({ id }),
  remove: object({ id }),
  list: empty,
  get: object({ id }),
  rows: object({
    id,
    search: name.exactOptional(),
    reason: z.enum(['unknown-brand', 'no-brand', 'thin-text', 'unknown-words', 'rare-category', 'crowded-category', 'far-neighbours', 'uneven-neighbours', 'few-moments', 'chance']).exactOptional(),
    sort: z.enum(['sku', 'title', 'predicted', 'actual', 'factor', 'firstSeen', 'clicks', 'exposure']).exactOptional(),
    descending: z.boolean().exactOptional(),
    ...page,
  }),
  export: object({ id }),
  latest: object({ run: runId.exactOptional(), confidence: z.enum(['normal', 'low']).exactOptional(), leaf: name.exactOptional() }),
} as const;
