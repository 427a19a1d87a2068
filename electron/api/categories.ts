import type { CatalogRow } from './catalog.ts';
import type { PredictedLabel } from './launch.ts';

export interface CategoryLevel {
  /** `l1`, `l2`, `l3`, `leaf`. */
  readonly level: string;
  /** Most probable first; with `rest` they sum to 1. */
  readonly labels: readonly PredictedLabel[];
  readonly rest: number;
  /** The paper's two heuristics for the same session. */
  readonly frequent: readonly string[];
  readonly fromTopItems: readonly PredictedLabel[];
}

export interface Recommendation {
  readonly run: string;
  readonly head: 'tied' | 'id';
  /** SKUs of the request that neither the catalogue nor the drafts hold. */
  readonly unknown: readonly string[];
  readonly items: readonly { readonly item: CatalogRow; readonly score: number; readonly probability: number }[];
  readonly categories: readonly CategoryLevel[];
}

export interface CategoriesApi {
  /** Next items and next categories after a session; drafts may stand in it. */
  recommend(request: { readonly session: readonly string[]; readonly k?: number; readonly run?: string; readonly withDrafts?: boolean }): Promise<Recommendation>;
}
