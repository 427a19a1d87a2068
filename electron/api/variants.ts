/** Part of the service `launch`: variant B of a draft, a second text kept beside it. */
import type { ItemFeatures } from '../../db/records.ts';

export interface VariantsApi {
  /** null where none is kept. */
  variant(request: { readonly sku: string }): Promise<{ readonly features: ItemFeatures; readonly currency: string } | null>;
  /** In place of one that was kept before. `not-found` where there is no such draft. */
  keepVariant(request: { readonly sku: string; readonly features: ItemFeatures; readonly currency: string }): Promise<void>;
  /** Safe to call twice. */
  dropVariant(request: { readonly sku: string }): Promise<void>;
}
