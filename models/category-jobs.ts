/** What a compute process can be asked of categories, and its answers: the part of `jobs.ts` behind the session lab and category demand. */

export interface CategoryNode {
  readonly level: string;
  /** Label index at its level, stable for one model. */
  readonly index: number;
  /** The last name of the path. */
  readonly label: string;
  /** Names from the top down. */
  readonly path: readonly string[];
  /** By the head of its own level. */
  readonly probability: number;
  /** What the heads of the levels below give to all its children together; null without children. */
  readonly below: number | null;
  /** The two differ by more than `tolerance`, or one child alone exceeds its parent by more. */
  readonly disagrees: boolean;
  /** Most probable first; the others are in `rest`. */
  readonly children: readonly CategoryNode[];
  readonly rest: readonly RestOfLevel[];
}

/** Children that are not listed, of one level. */
export interface RestOfLevel {
  readonly level: string;
  readonly count: number;
  readonly probability: number;
}

export interface CategoryTreeNumbers {
  /** The predicted levels, broad first. */
  readonly levels: readonly {
    readonly level: string;
    readonly labels: number;
    /** What its head gives to "no category"; with all nodes and rests of the level it sums to 1. */
    readonly none: number;
  }[];
  readonly roots: readonly CategoryNode[];
  readonly rest: readonly RestOfLevel[];
}

export interface ContributionsJob {
  /** Rows of the session, oldest first. */
  readonly rows: Int32Array;
  readonly k: number;
  readonly extra: Int32Array;
}

/** Differences are probability with the item minus without it: above 0 the item spoke for it. */
export interface ContributionNumbers {
  /** Rows of the best items of the whole session, as `recommend` lists them. */
  readonly items: readonly { readonly row: number; readonly probability: number }[];
  readonly labels: readonly { readonly level: string; readonly path: readonly string[]; readonly probability: number }[];
  readonly positions: readonly {
    /** Place in the session, from 0. */
    readonly position: number;
    /** In the order of `items` and of `labels`. */
    readonly items: readonly number[];
    readonly labels: readonly number[];
    /** Of the top K, how many are others without it. */
    readonly replaced: number;
    /** Total variation of the item distribution, 0…1: the probability it moved. */
    readonly moved: number;
  }[];
}

export interface CategoryDemand {
  readonly label: number;
  readonly predicted: number;
  readonly actual: number;
  readonly difference: number;
  readonly interval: readonly [number, number];
  /** Moments that start from it: their last item is in it. */
  readonly from: number;
}

/** Which moments of the panel count. All of it looks back: nothing after the moment chooses it. */
export interface DemandSegment {
  /** Category of the first item, its path as labels hold it or one name of any level; null: any. */
  readonly entry: string | null;
  /** Items of the session so far. */
  readonly least: number;
  readonly most: number | null;
  /** The session so far holds this row (-1: any) and this brand (null: any). */
  readonly row: number;
  readonly brand: string | null;
}

export interface DemandJob {
  readonly level: string;
  readonly segment: DemandSegment;
  /** Category whose moments are followed, by its key; null: the one most moments start from. */
  readonly from: string | null;
}

export interface DemandMomentsJob {
  readonly level: string;
  readonly segment: DemandSegment;
  readonly from: string | null;
  readonly to: string | null;
  /** `went`: the next SKU is in `to`; `missed`: it is, and another category was more probable; `expected`: `to` was the most probable. */
  readonly which: 'went' | 'missed' | 'expected';
  readonly offset: number;
  readonly limit: number;
}

export interface LabelNumbers {
  readonly key: string;
  readonly path: readonly string[];
}

export interface DemandNumbers {
  readonly level: string;
  /** The levels that can be asked for. */
  readonly levels: readonly string[];
  readonly sessions: number;
  readonly moments: number;
  readonly labelled: number;
  /** Of the whole panel: moments that are held out from what the model learned, and all. */
  readonly panel: { readonly sessions: number; readonly moments: number; readonly heldOut: number };
  /** Whether only held-out moments count; false: too few are, so all count and some were learned from. */
  readonly honest: boolean;
  readonly categories: readonly (LabelNumbers & Omit<CategoryDemand, 'label'>)[];
  /** What the list leaves out, together: labels, predicted (with "no category") and actual. */
  readonly rest: { readonly count: number; readonly predicted: number; readonly actual: number };
  readonly flows: { readonly labels: readonly LabelNumbers[]; readonly predicted: readonly (readonly number[])[]; readonly actual: readonly (readonly number[])[] };
  readonly chosen: {
    readonly from: LabelNumbers | null;
    readonly moments: number;
    readonly to: readonly (LabelNumbers & { readonly predicted: number; readonly actual: number })[];
    readonly rest: { readonly predicted: number; readonly actual: number };
  };
}

export interface DemandMomentsNumbers {
  readonly total: number;
  readonly moments: readonly {
    /** Row of the session table. */
    readonly session: number;
    /** The last items before it, oldest first, and the next one. */
    readonly rows: readonly number[];
    readonly next: number;
    /** Of the category asked for, else of the category it went to. */
    readonly probability: number;
    readonly expected: LabelNumbers & { readonly probability: number };
  }[];
}
