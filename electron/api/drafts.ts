/** Part of the service `launch`: the board of drafts, and every edit of it as a named step. */
import type { DraftChange, Item, ItemFeatures, MissingField } from '../../db/records.ts';
import type { CatalogRow } from './catalog.ts';
import type { Readiness } from './launch.ts';

export type { DraftChange, MissingField } from '../../db/records.ts';

/** Numbers are null until computed for the present model and text. */
export interface DraftRow extends CatalogRow {
  readonly exposure: number | null;
  readonly exposureInterval: readonly [number, number] | null;
  /** The exposure of an average SKU on the same panel. */
  readonly averageExposure: number | null;
  readonly reach: number | null;
  readonly medianRank: number | null;
  readonly confidence: 'normal' | 'low' | null;
  readonly readiness: Readiness | null;
  /** Empty ones of `MissingField`, in that order; known without a model. */
  readonly missing: readonly MissingField[];
}

export type DraftSort = 'sku' | 'title' | 'brand' | 'category' | 'exposure' | 'reach' | 'medianRank' | 'readiness' | 'confidence' | 'missing';

export interface DraftFilters {
  readonly brand?: string;
  /** A level by its name, or a path as `A > B`. */
  readonly category?: string;
  /** `none`: no numbers yet. */
  readonly confidence?: 'normal' | 'low' | 'none';
  readonly missing?: MissingField;
  /** Ratios in 0…1. */
  readonly readinessBelow?: number;
  readonly exposureBelow?: number;
  /** Dead on arrival: exposure below an average SKU's. */
  readonly dead?: boolean;
}

export interface DraftQuery {
  /** Words or beginnings of words in SKU, title, brand or category; all must occur. */
  readonly search?: string;
  readonly filters?: DraftFilters;
  readonly sort?: DraftSort;
  readonly descending?: boolean;
}

/** The board as it was sorted once: rows keep their places in it while numbers arrive and drafts are edited. */
export interface DraftOrder {
  /** What pages and ranges name it by. */
  readonly order: number;
  /** Sorting and filtering now would change something. */
  readonly stale: boolean;
  /** How many more drafts have numbers than when it was sorted. */
  readonly arrived: number;
  /** The place of the draft that was to be found; null where it is not in it. */
  readonly at: number | null;
}

/** Counts within search and filters; each facet leaves out its own filter, so that its other values can be chosen. */
export interface DraftFacets {
  /** Drafts that match, and all there are. */
  readonly total: number;
  readonly drafts: number;
  /** Of all drafts, those that have numbers for the present model and text. */
  readonly computed: number;
  /** Most frequent first, at most 100. */
  readonly brands: readonly { readonly value: string; readonly count: number }[];
  /** By leaf. */
  readonly categories: readonly { readonly value: string; readonly count: number }[];
  readonly confidence: { readonly normal: number; readonly low: number; readonly none: number };
  readonly missing: readonly { readonly field: MissingField; readonly count: number }[];
  readonly dead: number;
  /** Upper end of the widest interval, or the average, over all drafts: what their exposure is drawn against. */
  readonly mostExposure: number;
}

export interface EditDrafts {
  readonly skus: readonly string[];
  readonly changes: readonly DraftChange[];
  /** Only where the field is empty now. */
  readonly onlyEmpty?: boolean;
  /** Tells what would change and stores nothing. */
  readonly dryRun: boolean;
}

export interface EditedDrafts {
  readonly changed: number;
  readonly unchanged: number;
  /** The first that change, at most 50; values as the board would write them. */
  readonly examples: readonly { readonly sku: string; readonly title: string; readonly changes: readonly { readonly field: string; readonly before: string; readonly after: string }[] }[];
  /** The step to undo; null where nothing was stored. */
  readonly edit: number | null;
}

/** A step of the history. */
export interface DraftEdit {
  readonly id: number;
  /** Fits after "Undo: ". `set brand of 12 drafts` */
  readonly name: string;
  readonly at: number;
  readonly undone: boolean;
  readonly skus: number;
}

export interface ProtectedSku {
  readonly item: CatalogRow;
  /** Share of its slots that it may lose before a preview warns. */
  readonly limit: number;
}

export interface DraftsApi {
  /** Sorts now, or looks again at an `order`: what is no draft any more leaves it, what is new comes at its end. One that is not known any more is sorted anew. */
  orderDrafts(request: DraftQuery & { readonly order?: number; readonly find?: string }): Promise<DraftOrder>;
  /** A page of an order, or of the board as it would be sorted now. */
  drafts(request: DraftQuery & { readonly order?: number; readonly offset: number; readonly limit: number }): Promise<{ readonly total: number; readonly rows: readonly DraftRow[] }>;
  draftFacets(request: Pick<DraftQuery, 'search' | 'filters'>): Promise<DraftFacets>;
  /** The SKUs of a range of the board, in its order: what a selection holds. At most 100,000. */
  draftSkus(request: DraftQuery & { readonly order?: number; readonly offset: number; readonly limit: number }): Promise<readonly string[]>;
  /** Creates or changes a draft. Refuses (`invalid`) a SKU that is live. */
  saveDraft(request: { readonly sku: string; readonly features: ItemFeatures; readonly currency?: string }): Promise<{ readonly item: Item; readonly created: boolean }>;
  /** All or none: `not-found` where one of them is no draft. */
  deleteDrafts(request: { readonly skus: readonly string[] }): Promise<{ readonly edit: number }>;
  /** The same change to many drafts, as one step. `not-found` where one of them is no draft. */
  editDrafts(request: EditDrafts): Promise<EditedDrafts>;
  /** Newest first; undone ones, which can be done again, before the others. */
  edits(request: {}): Promise<readonly DraftEdit[]>;
  /** Takes back the newest step, or does the oldest undone one again. `invalid`, and nothing changed, where a draft is no longer what the step left. null: there is none. */
  undo(request: {}): Promise<{ readonly name: string } | null>;
  redo(request: {}): Promise<{ readonly name: string } | null>;
  /** Drops a step that can no longer be undone; drafts stay as they are. */
  forgetEdit(request: { readonly id: number }): Promise<void>;
  /** Marks SKUs that a launch must not hurt, as one step. `limit`: share of its slots that each may lose; null removes the mark. */
  protect(request: { readonly skus: readonly string[]; readonly limit: number | null }): Promise<{ readonly changed: number }>;
  /** By SKU; all of them unless some are named. */
  protections(request: { readonly skus?: readonly string[] }): Promise<readonly ProtectedSku[]>;
  /** Computes and stores the board's numbers for drafts that lack them; `workspace.changed` with `numbers` follows each visible step. */
  refreshBoard(request: {}): Promise<{ readonly previewed: number }>;
  /** Ends `refreshBoard` after the draft it is at. What is computed stays. */
  stopBoard(request: {}): Promise<void>;
}
