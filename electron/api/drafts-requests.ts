/** What the methods of the board take. */
import { z } from 'zod';
import { count, empty, features, name, object, offset, page, sku, skus, text } from './fields.ts';

/** A selection: as many as `draftSkus` gives at once. */
const selected = skus(100_000);
const ratio = z.number().min(0).max(1);

const question = {
  search: name.exactOptional(),
  filters: object({
    brand: name.exactOptional(),
    category: text(10_100).exactOptional(),
    confidence: z.enum(['normal', 'low', 'none']).exactOptional(),
    missing: z.enum(['title', 'brand', 'category', 'color', 'material', 'price']).exactOptional(),
    readinessBelow: ratio.exactOptional(),
    exposureBelow: ratio.exactOptional(),
    dead: z.boolean().exactOptional(),
  }).exactOptional(),
};
const order = count(1, 2 ** 53 - 1);
const sorting = {
  sort: z.enum(['sku', 'title', 'brand', 'category', 'exposure', 'reach', 'medianRank', 'readiness', 'confidence', 'missing']).exactOptional(),
  descending: z.boolean().exactOptional(),
};

const { title, description, brand, size, department, manufacturer, categoryPath, color, material, price } = features.shape;
const change = z.discriminatedUnion('field', [
  object({ field: z.literal('title'), to: title }),
  object({ field: z.literal('description'), to: description }),
  object({ field: z.literal('brand'), to: brand }),
  object({ field: z.literal('size'), to: size }),
  object({ field: z.literal('department'), to: department }),
  object({ field: z.literal('manufacturer'), to: manufacturer }),
  object({ field: z.literal('currency'), to: text(10) }),
  object({ field: z.literal('categoryPath'), to: categoryPath }),
  object({ field: z.literal('color'), to: color }),
  object({ field: z.literal('material'), to: material }),
  object({ field: z.literal('price'), to: price }),
  object({ field: z.literal('attribute'), name, to: text(1_048_576) }),
]);

export const draftsRequests = {
  orderDrafts: object({ ...question, ...sorting, order: order.exactOptional(), find: sku.exactOptional() }),
  drafts: object({ ...question, ...sorting, ...page, order: order.exactOptional() }),
  draftFacets: object(question),
  draftSkus: object({ ...question, ...sorting, order: order.exactOptional(), offset, limit: count(0, 100_000) }),
  saveDraft: object({ sku, features, currency: text(10).exactOptional() }),
  deleteDrafts: object({ skus: selected.min(1) }),
  editDrafts: object({ skus: selected, changes: z.array(change).min(1).max(20), onlyEmpty: z.boolean().exactOptional(), dryRun: z.boolean() }),
  edits: empty,
  undo: empty,
  redo: empty,
  forgetEdit: object({ id: count(0, 2 ** 53 - 1) }),
  protect: object({ skus: selected.min(1), limit: ratio.nullable() }),
  protections: object({ skus: selected.exactOptional() }),
  refreshBoard: empty,
  stopBoard: empty,
} as const;
