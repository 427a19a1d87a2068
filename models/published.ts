/**
 * Figures that others printed, to stand beside ours: each with its source, its protocol and K. They are shown only where the data in the
 * workspace is recognised as near the published set, and never in one table with ours. Figures and readings: measures.md 3.1, 3.2 and 1.4.
 */
export interface PublishedRow {
  readonly label: string;
  /** Ratios in 0…1; null where nothing was printed. `recall` as its source defines it (see the table's `reading`). */
  readonly all: { readonly hit: number | null; readonly recall: number | null; readonly mrr: number | null; readonly ndcg: number | null };
  readonly sparse: { readonly hit: number | null; readonly recall: number | null; readonly mrr: number | null } | null;
  /** Parameters as printed ("89.5M"), or null. */
  readonly size: string | null;
}

export interface PublishedTable {
  readonly title: string;
  readonly source: string;
  readonly protocol: string;
  /** Our measure that comes nearest to its "Recall": the column beside which it may be read. */
  readonly recall: 'recall' | 'anyHit' | 'hit';
  /** What of its definitions is our reading, one sentence; '' where they are settled. */
  readonly reading: string;
  /** The switch of ours it is nearest to; null where it is not told. */
  readonly repeats: 'allowed' | 'removed' | null;
  /** How its data differs from the workspace's: "Near the paper's set: …". */
  readonly near: string;
  readonly k: number;
  readonly rows: readonly PublishedRow[];
}
