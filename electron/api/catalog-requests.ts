/** What the methods of `catalog` take. */
import { z } from 'zod';
import { count, empty, job, kind, limit, mapping, name, object, page, sku, status, text, token } from './fields.ts';

const importId = count(1, 2 ** 40);

const filter = {
  search: name.exactOptional(),
  status: z.union([status, z.literal('all')]).exactOptional(),
  brand: name.exactOptional(),
  category: text(10_100).exactOptional(),
};

export const catalogRequests = {
  stats: empty,
  list: object({
    ...filter,
    sort: z.enum(['sku', 'title', 'brand', 'leaf', 'price', 'events']).exactOptional(),
    descending: z.boolean().exactOptional(),
    ...page,
  }),
  facets: object(filter),
  get: object({ sku }),
  suggest: object({ field: z.enum(['brand', 'color', 'material', 'category']), text: name, limit }),
  openUpload: object({ name: text(1_000).min(1), bytes: count(0, 2 ** 40) }),
  writeUpload: object({ file: token, offset: count(0, 2 ** 40), base64: z.base64().max(1_398_104, 'holds more than 1 MiB: send smaller chunks') }),
  inspect: object({ file: token, kind: kind.exactOptional(), mapping: mapping.exactOptional() }),
  forgetMapping: object({ file: token }),
  import: object({
    file: token,
    kind,
    mapping: mapping.exactOptional(),
    asDrafts: z.boolean().exactOptional(),
    dryRun: z.boolean().exactOptional(),
    retireMissing: z.boolean().exactOptional(),
    job,
  }),
  cancelImport: object({ job }),
  rejectedRows: object({ of: z.union([object({ job }), object({ importId })]), offset: count(0, 2 ** 40) }),
  imports: empty,
  planUndo: object({ importId }),
  moveImport: object({ importId, way: z.enum(['undo', 'redo']), overwrite: z.boolean().exactOptional(), job }),
} as const;
