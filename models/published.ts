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

/** Counts tell a set: whoever imported the same file has them, and no other shop does. */
interface KnownSet {
  readonly items: number;
  readonly sessions: number;
  readonly events: number;
  readonly tables: readonly PublishedTable[];
}

/** The tables that may stand beside figures on this data; none where it is not recognised. */
export function publishedFor(data: { readonly items: number; readonly sessions: number; readonly events: number }): readonly PublishedTable[] {
  return knownSets.find(({ items, sessions, events }) => items === data.items && sessions === data.sessions && events === data.events)?.tables ?? [];
}

/** Percent as printed: HIT, Recall, MRR of all sessions, the same of sparse ones, parameters. */
type PaperFigures = readonly [hit: number, recall: number, mrr: number, sparseHit: number, sparseRecall: number, sparseMrr: number, size?: string];

function paperRow(label: string, [hit, recall, mrr, sparseHit, sparseRecall, sparseMrr, size]: PaperFigures): PublishedRow {
  return {
    label, size: size ?? null,
    all: { hit: hit / 100, recall: recall / 100, mrr: mrr / 100, ndcg: null },
    sparse: { hit: sparseHit / 100, recall: sparseRecall / 100, mrr: sparseMrr / 100 },
  };
}

function allRow(label: string, hit: number, recall: number | null, mrr: number | null, ndcg: number | null = null): PublishedRow {
  const ratio = (value: number | null): number | null => (value === null ? null : value / 100);
  return { label, size: null, all: { hit: hit / 100, recall: ratio(recall), mrr: ratio(mrr), ndcg: ratio(ndcg) }, sparse: null };
}

const paper: PublishedTable = {
  title: 'The paper, tables 2 and 3, Diginetica',
  source: 'Shalaby et al., M2TRec, RecSys 2022',
  protocol: 'Diginetica with titles and categories, 191K training and 16K test sessions, 119K items',
  recall: 'anyHit',
  reading: 'Our reading of its measures: HIT and MRR of the next item with seen items removed, Recall as any item of the rest.',
  repeats: 'removed',
  near: 'Near the paper’s set, never equal: here 43,097 SKUs under another item filter, and no titles. What carries over is the order of the rows.',
  k: 20,
  rows: [
    paperRow('STAMP', [25.45, 41.61, 7.17, 16.05, 28.89, 4.44]),
    paperRow('GRU4Rec', [29.09, 45.45, 8.51, 22.33, 36.14, 6.45]),
    paperRow('NARM', [30.49, 47.6, 8.13, 21.78, 36.9, 5.55]),
    paperRow('TRec-id', [30.24, 46.96, 8.55, 16.93, 29.45, 4.35, '110.3M']),
    paperRow('MuTRec-id', [32.69, 50.13, 9.5, 21.1, 35.18, 5.71, '111.1M']),
    paperRow('TRec-title', [32.17, 49.4, 8.7, 20.41, 34.64, 5.22, '56.1M']),
    paperRow('MeTRec', [34.78, 52.5, 9.33, 24.99, 40.43, 6.22, '86.5M']),
    paperRow('M2TRec', [35.47, 53.7, 9.75, 25.51, 41.01, 6.63, '89.5M']),
  ],
};

const singleSplit: PublishedTable = {
  title: 'Published on the single split of Diginetica',
  source: 'rn5l/session-rec',
  protocol: 'P1: last 7 days as test, items with fewer than 5 views and test items unseen in training left out, every prefix, trained on all training sessions',
  recall: 'recall',
  reading: '',
  repeats: 'allowed',
  near: 'Near the published set: the same filters and split, prepared by another program.',
  k: 20,
  rows: [
    allRow('VSKNN', 52.03, 40.29, 18.41), allRow('GRU4Rec', 50.97, 39.57, 17.5), allRow('NARM', 49.79, 38.9, 15.85), allRow('SKNN', 48.46, 37.88, 17.36),
    allRow('STAMP', 46.9, 36.63, 14.99), allRow('association rules', 43.94, 34.01, 14.65), allRow('Markov', 34.41, 26.31, 13.07),
  ],
};

const officialGru: PublishedTable = {
  title: 'GRU4Rec by its authors',
  source: 'hidasib/GRU4Rec_PyTorch_Official',
  protocol: 'As P1, with consecutive repeats merged and ties counted against the system',
  recall: 'recall',
  reading: '',
  repeats: 'allowed',
  near: 'Near the published set: the same filters and split, but repeats of the item just viewed are not merged here.',
  k: 20,
  rows: [allRow('GRU4Rec', 49.95, null, 15.42)],
};

const recformer: PublishedTable = {
  title: 'Recformer on Amazon Scientific',
  source: 'arXiv 2305.13731',
  protocol: 'Leave one out, all items ranked, pre-trained on other categories, about 100 times larger',
  recall: 'hit',
  reading: 'Its Recall@10 of one relevant item is HIT@10. Whether it ranks items already seen is not told.',
  repeats: null,
  near: 'Near the published set, not proven equal.',
  k: 10,
  rows: [allRow('Recformer', 14.48, 14.48, 9.51, 10.27)],
};

const knownSets: readonly KnownSet[] = [
  { items: 43_097, sessions: 202_633, events: 982_961, tables: [paper, singleSplit, officialGru] },
  { items: 4_344, sessions: 8_317, events: 58_492, tables: [recformer] },
];
