import type { CategoryTreeNumbers } from '../../models/category-jobs.ts';
import type { CatalogRow } from './catalog.ts';
import type { PredictedLabel } from './launch.ts';

export type { CategoryNode, CategoryTreeNumbers as CategoryTree, RestOfLevel } from '../../models/category-jobs.ts';

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
  /** The distributions of `categories` whole: nodes and rests of each level, with its `none`, sum to 1. */
  readonly tree: CategoryTreeNumbers;
  /** SKUs that were ranked. */
  readonly candidates: number;
  readonly milliseconds: number;
}

export interface SessionRequest {
  /** Oldest first; drafts may stand in it. */
  readonly session: readonly string[];
  readonly k?: number;
  /** The active run unless given. */
  readonly run?: string;
  /** Drafts compete with live SKUs. */
  readonly withDrafts?: boolean;
}

/** Everything predicted again without one item at a time. Differences are with minus without, in probability: above 0 the item spoke for it. */
export interface Contributions {
  readonly run: string;
  readonly items: readonly { readonly item: CatalogRow; readonly probability: number }[];
  readonly labels: readonly { readonly level: string; readonly path: readonly string[]; readonly probability: number }[];
  /** Of the last items, as many as the model reads. Empty for a session of one item: nothing would be left. */
  readonly positions: readonly {
    /** Place in `session` as it was asked for. */
    readonly place: number;
    readonly item: CatalogRow;
    /** In the order of `items` and `labels`. */
    readonly items: readonly number[];
    readonly labels: readonly number[];
    /** SKUs of the top K that would be others. */
    readonly replaced: number;
    /** Probability that it moves between SKUs, 0…1. */
    readonly moved: number;
  }[];
}

/** Which moments count. All of it looks back: what happened after a moment never chooses it. */
export interface DemandSegment {
  /** Category of the session's first item: its path from the top, or one name of any level. */
  readonly entry?: readonly string[];
  /** Items of the session so far. */
  readonly least?: number;
  readonly most?: number;
  /** The session so far holds this SKU, this brand. */
  readonly sku?: string;
  readonly brand?: string;
}

export interface DemandRequest {
  readonly run?: string;
  /** The deepest the model predicts unless given. */
  readonly level?: string;
  readonly segment?: DemandSegment;
  /** Category whose moments are followed; the one most moments start from unless given. */
  readonly from?: readonly string[];
}

/** Predicted count: the sum of the category's probability over the moments. Actual count: moments whose next SKU is in it. */
export interface DemandCount {
  /** Names from the top down. */
  readonly path: readonly string[];
  readonly predicted: number;
  readonly actual: number;
}

export interface CategoryDemand extends DemandCount {
  /** Predicted minus actual, with its 95 % interval. */
  readonly difference: number;
  readonly interval: readonly [number, number];
  /** Moments whose last item is in it. */
  readonly from: number;
}

export interface Demand {
  readonly run: string;
  readonly model: string;
  readonly level: string;
  readonly levels: readonly string[];
  /** Moments of the segment; `labelled`: their next SKU has a category at this level. Predicted and actual both sum to `labelled`. */
  readonly sessions: number;
  readonly moments: number;
  readonly labelled: number;
  readonly panel: { readonly sessions: number; readonly moments: number; readonly heldOut: number; readonly seed: number; readonly source: string };
  /** Only moments count whose next event the model did not learn from; false where there are too few of them. */
  readonly honest: boolean;
  readonly categories: readonly CategoryDemand[];
  readonly rest: { readonly count: number; readonly predicted: number; readonly actual: number };
  /** From rows to columns over `paths` and, last, all others. */
  readonly flows: { readonly paths: readonly (readonly string[])[]; readonly predicted: readonly (readonly number[])[]; readonly actual: readonly (readonly number[])[] };
  readonly chosen: { readonly from: readonly string[] | null; readonly moments: number; readonly to: readonly DemandCount[]; readonly rest: { readonly predicted: number; readonly actual: number } };
  readonly milliseconds: number;
}

export interface DemandMomentsRequest extends DemandRequest {
  /** The category of the next SKU, or with `expected` the most probable one; any unless given. */
  readonly to?: readonly string[];
  /** `went` there; `missed`: went there though another was more probable; `expected`: was the most probable. */
  readonly which: 'went' | 'missed' | 'expected';
  readonly offset: number;
  readonly limit: number;
}

export interface DemandMoment {
  readonly sessionId: string;
  /** The last items before it, oldest first. */
  readonly items: readonly CatalogRow[];
  readonly next: CatalogRow | null;
  /** Of the category asked for, else of the one it went to. */
  readonly probability: number;
  readonly expected: { readonly path: readonly string[]; readonly probability: number };
}

export interface CategoriesApi {
  /** Rows of SKUs in the order asked for, null where neither catalogue nor drafts hold one. */
  items(request: { readonly skus: readonly string[] }): Promise<readonly (CatalogRow | null)[]>;
  /** Next items and next categories after a session. */
  recommend(request: SessionRequest): Promise<Recommendation>;
  contributions(request: SessionRequest): Promise<Contributions>;
  /** `no-model` where the model predicts no categories. The first question after a model was opened encodes the panel. */
  demand(request: DemandRequest): Promise<Demand>;
  /** The moments behind a count, most probable first. */
  demandMoments(request: DemandMomentsRequest): Promise<{ readonly total: number; readonly moments: readonly DemandMoment[] }>;
}
