import type { ItemFeatures } from '../../db/records.ts';
import type { BriefApi } from './brief.ts';
import type { CatalogRow } from './catalog.ts';
import type { DraftsApi } from './drafts.ts';
import type { OpeningApi } from './opening.ts';
import type { VariantsApi } from './variants.ts';
import type { Contrast, Explanation, ItemHistory, Together } from './what-if.ts';

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
  /** Compute; `lists` is what the lists, `where` and readiness of a preview cost beside its numbers. */
  readonly milliseconds: { readonly encode: number; readonly score: number; readonly displace: number; readonly lists?: number };
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
  /** Mean places it moves down, over the moments in whose top K it stood. */
  readonly places: number;
  /** Whether it is marked as protected. */
  readonly protected: boolean;
}

/** Displaced SKUs of one brand or leaf category. */
export interface DisplacedGroup {
  /** '' for SKUs without one. */
  readonly label: string;
  readonly skus: number;
  readonly slots: number;
  /** Whether it is the draft's own. */
  readonly own: boolean;
}

/** Everybody who loses, not only those listed: the slots of all groups and of `rest` add up to `slotsLost`. */
export interface DisplacedBy {
  readonly by: 'category' | 'brand';
  /** Most slots lost first. */
  readonly groups: readonly DisplacedGroup[];
  /** All further groups together. */
  readonly rest: { readonly groups: number; readonly skus: number; readonly slots: number } | null;
}

/** Moments of the panel that are alike in one respect. Exposure within it: entered / (K · moments). */
export interface MomentGroup {
  /** '' where the item before the moment has no brand or category. */
  readonly label: string;
  /** The SKU, where groups are entry items. */
  readonly item?: CatalogRow;
  readonly moments: number;
  /** Moments of it in whose top K the draft stands. */
  readonly entered: number;
}

export interface WhereBreakdown {
  /** Leaf category and brand of the last item before the moment; number of items so far; first item of the session. */
  readonly by: 'category' | 'length' | 'entry' | 'brand';
  /** Most entered moments first, `length` from short to long. */
  readonly groups: readonly MomentGroup[];
  /** All further groups together. */
  readonly rest: { readonly groups: number; readonly moments: number; readonly entered: number } | null;
}

export interface ReadinessPart {
  /** Fields that comparable SKUs fill; words and brand the model knows; category known, and the one the other fields suggest; exposure among comparable SKUs. */
  readonly name: 'fields' | 'words' | 'category' | 'standing';
  readonly score: number;
  readonly weight: number;
  /** A sentence with the counts behind the score. */
  readonly detail: string;
}

/** How ready the draft is, 0…1: Σ weight · score of its parts. Never shown without them. */
export interface Readiness {
  readonly score: number;
  readonly parts: readonly ReadinessPart[];
  /** Fields that most comparable SKUs fill and the draft leaves empty, most common first. */
  readonly missing: readonly string[];
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

export type PreviewWarningCode = 'unknown-brand' | 'unknown-tokens' | 'unknown-category' | 'no-title' | 'known-sku' | 'stale-model' | 'id-head' | 'protected-loses';

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
  /** Over all moments; of a panel of more than 40,000 moments over 20,000 of them, evenly chosen. */
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
  readonly displacedBy: readonly DisplacedBy[];
  readonly entered: readonly EnteredMoment[];
  readonly where: readonly WhereBreakdown[];
  readonly readiness: Readiness;
  readonly categories: readonly CategoryAgreement[];
  readonly tokens: readonly TokenNote[];
  readonly confidence: 'normal' | 'low';
  readonly warnings: readonly PreviewWarning[];
  readonly provenance: Provenance;
}

export interface LaunchApi extends DraftsApi, BriefApi, VariantsApi, OpeningApi {
  /** Previews what is typed, saved or not: nothing is stored. `no-model` before a first training. */
  preview(request: { readonly sku: string; readonly features: ItemFeatures; readonly k?: number; readonly panel?: number }): Promise<Preview>;
  /** What each field and title word contributes, and what filling fields would change. About a second: not for each keystroke. */
  explain(request: { readonly sku: string; readonly features: ItemFeatures; readonly k?: number; readonly panel?: number }): Promise<Explanation>;
  contrast(request: { readonly sku: string; readonly a: ItemFeatures; readonly b: ItemFeatures; readonly k?: number; readonly panel?: number }): Promise<Contrast>;
  /** Saved drafts, 1 to 500. `not-found` where one is no draft; `invalid` where drafts times moments of the panel exceed 50 million. */
  together(request: { readonly skus: readonly string[]; readonly k?: number; readonly panel?: number }): Promise<Together>;
  history(request: { readonly sku: string }): Promise<ItemHistory>;
}
