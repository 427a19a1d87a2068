import type { Item, ItemFeatures } from '../../db/records.ts';
import type { CatalogRow } from './catalog.ts';

/** How a number was computed: shown beside every preview. */
export interface Provenance {
  readonly run: string;
  readonly model: string;
  readonly head: 'tied' | 'id';
  readonly trainedAt: number;
  readonly device: string;
  /** Sessions of the panel, the moments in them (prefixes), and the seed that drew them. */
  readonly panel: { readonly n: number; readonly moments: number; readonly seed: number; readonly source: string };
  readonly k: number;
  /** SKUs a draft competes with. */
  readonly candidates: number;
  /** Items already in the session are not recommended again. */
  readonly seen: 'removed' | 'allowed';
  readonly milliseconds: { readonly encode: number; readonly score: number; readonly displace: number };
}

export interface SimilarItem {
  readonly item: CatalogRow;
  /** Cosine of the item vectors. */
  readonly similarity: number;
  /** Its exposure on the same panel. */
  readonly exposure: number;
}

export interface DisplacedItem {
  readonly item: CatalogRow;
  /** Top-K slots of the panel it loses to the draft. */
  readonly slots: number;
  /** Its exposure before and after. */
  readonly before: number;
  readonly after: number;
}

/** A moment of a panel session in which the draft would be shown. */
export interface EnteredMoment {
  readonly sessionId: string;
  readonly rank: number;
  readonly score: number;
  /** The last items before this moment, oldest first. */
  readonly items: readonly CatalogRow[];
}

export interface PredictedLabel {
  readonly label: string;
  readonly probability: number;
}

export interface CategoryAgreement {
  /** `l1`, `l2`, `l3`, `leaf`. */
  readonly level: string;
  readonly stated: string | null;
  readonly predicted: readonly PredictedLabel[];
  readonly agrees: boolean | null;
}

export interface TokenNote {
  readonly field: string;
  readonly token: string;
  /** Occurrences among the SKUs the model learned from; 0 is unseen. */
  readonly count: number;
}

export type PreviewWarningCode = 'unknown-brand' | 'unknown-tokens' | 'unknown-category' | 'no-title' | 'known-sku' | 'stale-model' | 'id-head';

export interface PreviewWarning {
  readonly code: PreviewWarningCode;
  readonly message: string;
}

/** What the model says of one draft over the whole panel. Ratios in 0…1. */
export interface Preview {
  readonly sku: string;
  /** Share of all top-K slots of the panel (moments x K). Never sales. */
  readonly exposure: number;
  /** 95 % bootstrap interval over sessions. */
  readonly exposureInterval: readonly [number, number];
  /** Share of panel sessions with at least one moment in whose top K it stands. */
  readonly reach: number;
  readonly reachInterval: readonly [number, number];
  readonly medianRank: number;
  /** The exposure an average SKU has: K slots over the candidates. */
  readonly averageExposure: number;
  /** Share of candidates with less exposure. */
  readonly percentile: number;
  /** Moments by rank: 1, 2-5, 6-10, 11-20, 21-50, 51-100, 101-500, beyond. */
  readonly ranks: readonly { readonly label: string; readonly moments: number }[];
  readonly similar: readonly SimilarItem[];
  readonly displaced: readonly DisplacedItem[];
  /** Slots gained = slots lost by others, always. */
  readonly slotsGained: number;
  readonly slotsLost: number;
  readonly entered: readonly EnteredMoment[];
  readonly categories: readonly CategoryAgreement[];
  readonly tokens: readonly TokenNote[];
  readonly confidence: 'normal' | 'low';
  readonly warnings: readonly PreviewWarning[];
  readonly provenance: Provenance;
}

export interface DraftRow extends CatalogRow {
  /** null until computed for the present model and text. */
  readonly exposure: number | null;
  readonly exposureInterval: readonly [number, number] | null;
  readonly reach: number | null;
  readonly medianRank: number | null;
  readonly confidence: 'normal' | 'low' | null;
}

export type DraftSort = 'sku' | 'title' | 'exposure' | 'reach' | 'medianRank';

export interface LaunchApi {
  drafts(request: { readonly search?: string; readonly sort?: DraftSort; readonly descending?: boolean; readonly offset: number; readonly limit: number }): Promise<{ readonly total: number; readonly rows: readonly DraftRow[] }>;
  /** Creates or changes a draft. Refuses (`invalid`) a SKU that is live. */
  saveDraft(request: { readonly sku: string; readonly features: ItemFeatures; readonly currency?: string }): Promise<{ readonly item: Item; readonly created: boolean }>;
  deleteDraft(request: { readonly sku: string }): Promise<void>;
  /** Previews what is typed, saved or not: nothing is stored. `no-model` before a first training. `detail: 'numbers'` leaves out the lists. */
  preview(request: { readonly sku: string; readonly features: ItemFeatures; readonly k?: number; readonly panel?: number }): Promise<Preview>;
  /** Computes and stores the board's numbers for drafts that lack them. */
  refreshBoard(request: {}): Promise<{ readonly previewed: number }>;
}
