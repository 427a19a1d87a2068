/** What the methods of `views` take. */
import { z } from 'zod';
import { empty, object, text } from './fields.ts';

const view = text(200).min(1);
const grid = z.enum(['board', 'catalog']);

export const viewsRequests = {
  list: empty,
  save: object({ name: view, detail: text(20_000), replace: z.boolean() }),
  rename: object({ name: view, to: view }),
  remove: object({ name: view }),
  columns: object({ grid }),
  keepColumns: object({ grid, columns: z.array(text(100).min(1)).min(1).max(100).nullable() }),
} as const;
