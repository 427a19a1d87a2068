/** What the launch page asks beyond one preview: why, which of two texts, several drafts at once, and what really happened to a SKU. */
import type { Fill, Outcome } from '../../models/launch-jobs.ts';
import type { CatalogRow } from './catalog.ts';
import type { DisplacedBy, DisplacedItem, Provenance } from './launch.ts';

export type { Fill, Outcome };

export interface AttributeEffect {
  /** `title`, `brand`, `category`, `price`, …; a free column by its header. */
  readonly field: string;
  readonly value: string;
  /** With the field emptied. */
  readonly without: Outcome;
}

export interface TokenEffect {
  readonly field: string;
  /** A word as the model reads it: lower case. */
  readonly token: string;
  /** SKUs the model learned from that have it; 0 where it is read in unknown pieces. */
  readonly count: number;
  /** With every occurrence of the word left out. */
  readonly without: Outcome;
}

export interface Explanation {
  readonly sku: string;
  readonly whole: Outcome;
  readonly attributes: readonly AttributeEffect[];
  readonly tokens: readonly TokenEffect[];
  /** The to-do list, largest gain first; changes that cost exposure are in it, with their sign. */
  readonly fills: readonly Fill[];
  /** A sentence on the to-do list: what it rests on, or why it is empty. */
  readonly summary: string;
  /** Live SKUs it compares with. */
  readonly comparable: number;
  readonly provenance: Provenance;
}

export interface ContrastSide extends Outcome {
  readonly exposureInterval: readonly [number, number];
}

/** A moment in whose top K only one of the two variants stands. */
export interface ContrastMoment {
  readonly sessionId: string;
  readonly rankA: number;
  readonly rankB: number;
  readonly items: readonly CatalogRow[];
}

/** Two texts of one SKU on the same moments. */
export interface Contrast {
  readonly a: ContrastSide;
  readonly b: ContrastSide;
  /** B - A; 95 % interval by a bootstrap over sessions, both variants on the same resample. */
  readonly difference: { readonly exposure: number; readonly interval: readonly [number, number] };
  /** Moments at which one ranks better. winRate is B's: (b + ties / 2) / moments. */
  readonly wins: { readonly a: number; readonly b: number; readonly ties: number; readonly winRate: number; readonly interval: readonly [number, number] };
  /** Moments by who stands in the top K. */
  readonly shows: { readonly both: number; readonly onlyA: number; readonly onlyB: number; readonly neither: number };
  /** One moment a session, the widest difference of ranks first. */
  readonly onlyA: readonly ContrastMoment[];
  readonly onlyB: readonly ContrastMoment[];
  readonly provenance: Provenance;
}

export interface TogetherDraft extends Outcome {
  readonly item: CatalogRow;
  /** Its exposure if it launched alone, on the same moments. */
  readonly alone: number;
  readonly exposureInterval: readonly [number, number];
  readonly slots: number;
  /** Slots it would have alone and loses to the other drafts. */
  readonly lostTo: number;
}

/** Several drafts launched at once. Sessions that hold any of them do not count. */
export interface Together {
  readonly drafts: readonly TogetherDraft[];
  readonly displaced: readonly DisplacedItem[];
  readonly displacedBy: readonly DisplacedBy[];
  /** Slots of all drafts = slots lost by live SKUs, always. */
  readonly slotsGained: number;
  readonly slotsLost: number;
  /** Sessions with at least one of the drafts in a top K. */
  readonly reach: number;
  readonly provenance: Provenance;
}

/** What really happened to a SKU. */
export interface ItemHistory {
  readonly item: CatalogRow;
  readonly events: number;
  readonly sessions: number;
  readonly splits: { readonly none: number; readonly train: number; readonly valid: number; readonly test: number };
  readonly types: { readonly view: number; readonly cart: number; readonly purchase: number; readonly other: number };
  /** Events by time, where they have one: every period from the first event to the last, empty ones too; `start` in milliseconds since 1970, UTC. */
  readonly periods: { readonly unit: 'day' | 'week' | 'month'; readonly counts: readonly { readonly start: number; readonly events: number }[] } | null;
}
