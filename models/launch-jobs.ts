/** What the launch page asks of an open model, and its answers before rows become SKUs; see `electron/api/launch.ts` and `what-if.ts` for the meaning of each number. */
import type { ItemFeatures } from '../db/records.ts';

export interface PanelFacts {
  readonly n: number;
  readonly moments: number;
  readonly seed: number;
  readonly source: string;
}

export interface PreviewJob {
  readonly features: ItemFeatures;
  /** Row of the SKU where the catalogue holds it (a saved draft, a live SKU), else -1. */
  readonly row: number;
  readonly k: number;
  readonly lists: boolean;
  /** Rows whose losses are told though the list of the displaced be cut. */
  readonly watched?: Int32Array;
}

export interface DisplacedRow {
  readonly row: number;
  readonly slots: number;
  readonly before: number;
  readonly after: number;
  readonly places: number;
}

export interface DisplacedGroups {
  readonly by: 'category' | 'brand';
  readonly groups: readonly { readonly label: string; readonly skus: number; readonly slots: number; readonly own: boolean }[];
  readonly rest: { readonly groups: number; readonly skus: number; readonly slots: number } | null;
}

export interface WhereGroups {
  readonly by: 'category' | 'length' | 'entry' | 'brand';
  /** `row` where a group is a SKU, else -1. */
  readonly groups: readonly { readonly label: string; readonly row: number; readonly moments: number; readonly entered: number }[];
  readonly rest: { readonly groups: number; readonly moments: number; readonly entered: number } | null;
}

export interface ReadinessNumbers {
  readonly score: number;
  readonly parts: readonly { readonly name: 'fields' | 'words' | 'category' | 'standing'; readonly score: number; readonly weight: number; readonly detail: string }[];
  readonly missing: readonly string[];
}

export interface Milliseconds {
  readonly encode: number;
  readonly score: number;
  readonly displace: number;
}

export interface PreviewNumbers {
  readonly exposure: number;
  readonly exposureInterval: readonly [number, number];
  readonly reach: number;
  readonly reachInterval: readonly [number, number];
  readonly medianRank: number;
  readonly averageExposure: number;
  readonly percentile: number;
  readonly ranks: readonly { readonly label: string; readonly moments: number }[];
  readonly slotsGained: number;
  readonly slotsLost: number;
  readonly similar: readonly { readonly row: number; readonly similarity: number; readonly exposure: number }[];
  readonly displaced: readonly DisplacedRow[];
  readonly displacedBy: readonly DisplacedGroups[];
  /** Those of `watched` that lose slots. */
  readonly watched: readonly DisplacedRow[];
  /** `session` is a row of the session table. */
  readonly entered: readonly { readonly session: number; readonly rank: number; readonly score: number; readonly rows: readonly number[] }[];
  readonly where: readonly WhereGroups[];
  readonly readiness: ReadinessNumbers;
  readonly categories: readonly { readonly level: string; readonly stated: string | null; readonly predicted: readonly { readonly label: string; readonly probability: number }[]; readonly agrees: boolean | null }[];
  readonly tokens: readonly { readonly field: string; readonly token: string; readonly count: number }[];
  readonly warnings: readonly { readonly code: 'unknown-brand' | 'unknown-tokens' | 'unknown-category' | 'no-title' | 'known-sku'; readonly message: string }[];
  readonly panel: PanelFacts;
  /** Of the numbers alone; `lists` is what the lists, `where` and readiness cost. */
  readonly milliseconds: Milliseconds & { readonly lists: number };
}

/** What three numbers become when something about the draft is another. */
export interface Outcome {
  readonly exposure: number;
  readonly reach: number;
  readonly medianRank: number;
}

export type ExplainJob = Pick<PreviewJob, 'features' | 'row' | 'k'>;

/** A change of one field to what comparable SKUs have: an estimate by substitution, never a promise. */
export interface Fill {
  readonly field: string;
  /** What the draft says now, '' where it says nothing. */
  readonly present: string;
  readonly value: string;
  /** The draft with this change made: what "apply" saves. */
  readonly features: ItemFeatures;
  /** Comparable SKUs with this value, of how many. */
  readonly support: number;
  readonly of: number;
  /** The field is empty; the model has not seen its value; or few of the SKUs it learned from have it. */
  readonly reason: 'empty' | 'unseen' | 'rare';
  readonly exposure: number;
  readonly interval: readonly [number, number];
  /** exposure - exposure as it is; the interval is paired (same resampled sessions for both). */
  readonly gain: number;
  readonly gainInterval: readonly [number, number];
  readonly medianRank: number;
}

export interface ExplainNumbers {
  readonly whole: Outcome;
  readonly attributes: readonly { readonly field: string; readonly value: string; readonly without: Outcome }[];
  readonly tokens: readonly { readonly field: string; readonly token: string; readonly count: number; readonly without: Outcome }[];
  readonly fills: readonly Fill[];
  readonly summary: string;
  readonly comparable: number;
  readonly panel: PanelFacts;
  readonly milliseconds: Milliseconds;
}

export interface ContrastJob {
  readonly a: ItemFeatures;
  readonly b: ItemFeatures;
  readonly row: number;
  readonly k: number;
}

export interface ContrastNumbers {
  readonly a: Outcome & { readonly exposureInterval: readonly [number, number] };
  readonly b: Outcome & { readonly exposureInterval: readonly [number, number] };
  readonly difference: { readonly exposure: number; readonly interval: readonly [number, number] };
  readonly wins: { readonly a: number; readonly b: number; readonly ties: number; readonly winRate: number; readonly interval: readonly [number, number] };
  readonly shows: { readonly both: number; readonly onlyA: number; readonly onlyB: number; readonly neither: number };
  readonly onlyA: readonly { readonly session: number; readonly rankA: number; readonly rankB: number; readonly rows: readonly number[] }[];
  readonly onlyB: ContrastNumbers['onlyA'];
  readonly panel: PanelFacts;
  readonly milliseconds: Milliseconds;
}

export interface TogetherJob {
  readonly drafts: readonly { readonly features: ItemFeatures; readonly row: number }[];
  readonly k: number;
}

export interface TogetherNumbers {
  /** In the order asked for. */
  readonly drafts: readonly (Outcome & { readonly alone: number; readonly exposureInterval: readonly [number, number]; readonly slots: number; readonly lostTo: number })[];
  readonly displaced: readonly DisplacedRow[];
  readonly displacedBy: readonly DisplacedGroups[];
  readonly slotsGained: number;
  readonly slotsLost: number;
  readonly reach: number;
  readonly panel: PanelFacts;
  readonly milliseconds: Milliseconds;
}
