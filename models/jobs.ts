/**
 * What a compute process can be asked. Plain data and typed arrays only: it crosses a process boundary by structured clone.
 * SKUs stay outside: an item is its row in the catalogue that was sent, which keeps ids out of the model by construction.
 */
import type { ItemFeatures, SessionTable } from '../db/records.ts';
import type { BacktestJob, BacktestNumbers } from './backtest-jobs.ts';
import type { CategoryTreeNumbers, ContributionNumbers, ContributionsJob, DemandJob, DemandMomentsJob, DemandMomentsNumbers, DemandNumbers } from './category-jobs.ts';
import type { TrainingConfig } from './config.ts';
import type { ExportJob, ExportNumbers } from './export-jobs.ts';
import type { ReportJob, ReportNumbers } from './report-jobs.ts';
import type { ContrastJob, ContrastNumbers, ExplainJob, ExplainNumbers, PanelFacts, PreviewJob, PreviewNumbers, TogetherJob, TogetherNumbers } from './launch-jobs.ts';

/** The validation measure that decides between epochs: it sees both hits and their places. */
export const chosenBy = 'ndcg@20';

/** Everything a job reads. `visible[i]` is 1 for live SKUs, 0 for drafts (never learned from, never candidates unless asked). */
export interface Dataset {
  readonly items: readonly ItemFeatures[];
  /** [items] stable number of each item in the workspace; read by models with a row per item (id head), never by metadata. */
  readonly ids: Int32Array;
  readonly live: Uint8Array;
  readonly sessions: SessionTable;
  /** sha256 over items and sessions: two runs compare only where it is equal. */
  readonly hash: string;
}

export type TrainingPhase = 'preparing' | 'tokenizing' | 'compiling' | 'training' | 'validating' | 'saving' | 'done';

export interface TrainJob {
  readonly dataset: Dataset;
  readonly config: TrainingConfig;
  readonly device: string;
  /** Rows whose events are removed from training and validation; they are candidates again when evaluated. */
  readonly hidden: Int32Array;
  /** Folder of the run: checkpoints while it goes, the artifact at its end. */
  readonly folder: string;
  /** Continue from the newest checkpoint of the folder. */
  readonly resume: boolean;
}

export interface TrainJobProgress {
  readonly phase: TrainingPhase;
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly epochs: number;
  /** Mean loss since the previous event; null before the first step. */
  readonly loss: number | null;
  readonly examplesPerSecond: number | null;
  /** Seconds to the end; null until the estimate is stable. */
  readonly eta: number | null;
  readonly elapsed: number;
  readonly device: string;
  readonly memoryMB: number;
  readonly validation: Readonly<Record<string, number>> | null;
  /** A sentence for the user: why it stopped, or what it is preparing. */
  readonly message: string | null;
}

export interface TrainJobResult {
  readonly status: 'done' | 'stopped' | 'failed';
  readonly device: string;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly steps: number;
  readonly seconds: number;
  readonly parameters: number;
  readonly validation: Readonly<Record<string, number>>;
  readonly attributes: readonly { readonly name: string; readonly kind: string; readonly vocabulary: number; readonly filled: number }[];
  /** sha256 of all weights: equal for equal seed, data and device. */
  readonly weightsHash: string;
  readonly message: string | null;
}

export const baselineNames = ['popularity', 'markov', 'co-occurrence', 'vsknn', 'title-similarity', 'top-frequent-categories', 'top-predicted-categories'] as const;
export type BaselineName = (typeof baselineNames)[number];

export interface EvaluateJob {
  readonly dataset: Dataset;
  /** Folder of a finished run (`alone`: without its memory), or a baseline by name. */
  readonly system: { readonly run: string; readonly alone?: boolean } | { readonly baseline: BaselineName };
  readonly ks: readonly number[];
  /** Only prefixes whose target is one of these rows; null: all. */
  readonly targets: Int32Array | null;
  /** Rows whose events a baseline must not count; a run has its own list, which its manifest tells. */
  readonly hidden: Int32Array;
  readonly candidates: 'all' | 'targets';
  readonly prefixes: 'test' | 'valid' | 'all';
  /** Offset on the targets' scores so that their share of top-K slots equals their share of clicks (largest K). */
  readonly equalExposure: boolean;
  readonly excludeSeen: boolean;
}

/** The plain protocol of a benchmark: the test split, every SKU ranked, repeats allowed and removed in one pass. K up to 255. */
export type CompareJob = Pick<EvaluateJob, 'dataset' | 'system' | 'ks' | 'hidden'>;

export interface Compared {
  readonly report: EvaluationReport;
  /** [test prefixes] rank of the target where it is within the largest K, else 0: what a paired comparison of two systems needs. */
  readonly ranks: Uint8Array;
}

/** One bucket of prefixes. Ratios in 0…1. */
export interface Metrics {
  readonly n: number;
  readonly hit: number;
  readonly mrr: number;
  /** |set(rest) ∩ top-K| / len(rest), session-rec's. */
  readonly recall: number;
  readonly anyHit: number;
  readonly ndcg: number;
  /** Standard errors of the means over prefixes; sqrt(p(1-p)/n) for `hit` and `anyHit`. */
  readonly errors: { readonly hit: number; readonly mrr: number; readonly recall: number; readonly anyHit: number; readonly ndcg: number };
}

export interface EvaluationReport {
  readonly system: string;
  readonly data: { readonly hash: string; readonly items: number; readonly sessions: number; readonly events: number };
  readonly protocol: {
    readonly prefixes: 'test' | 'valid' | 'all';
    readonly candidates: 'all' | 'targets';
    readonly repeats: 'allowed' | 'removed';
    readonly ties: 'against';
    readonly equalExposure: boolean;
    /** The offset that was added to the targets' scores, 0 without `equalExposure`. */
    readonly offset: number;
    readonly targets: number | null;
    /** Events the system's parameters or counts saw; null where it does not tell. */
    readonly fit: 'train' | 'train+valid' | null;
    /** Where train, validation and test come from, one sentence. */
    readonly split: string;
    /** Targets that are not in the catalogue, drafts or retired: not counted in any n. */
    readonly leftOut: number;
  };
  readonly k: Readonly<Record<string, { readonly all: Metrics; readonly sparse: Metrics; readonly tail: Metrics; readonly cold: Metrics }>>;
  /** HIT@K per level for the evaluated K and 1, 5. Empty where the system predicts no categories. */
  readonly categories: Readonly<Record<string, { readonly n: number; readonly unlabelled: number; readonly hit: Readonly<Record<string, number>> }>>;
  /** Share of candidates in any top K (largest K). `k` above is empty where the system ranks no items. */
  readonly coverage: number;
  /** Gini index of the top-K slots per candidate (largest K); null where the system ranks no items. */
  readonly gini: number | null;
  /** (targets' share of top-K slots) / (targets' share of clicks) for listed targets, else null. */
  readonly exposureRatio: number | null;
  /** The population behind it: prefixes of the same kind, whatever their target (`of` is their number before sampling). */
  readonly exposure: {
    readonly prefixes: number;
    readonly of: number;
    /** Share of clicks on listed targets. */
    readonly clicks: number;
    readonly ratio: number;
    readonly ratioWithoutOffset: number;
    /** HIT at the largest K on targets that are not listed. Of every prefix it is no quality figure (training is in it): the warm cost is the difference of the two. */
    readonly warmHit: number;
    readonly warmHitWithoutOffset: number;
  } | null;
  /** HIT with ties for us minus against us, at the largest K: above 0.001 scores collapse. */
  readonly tieGap: number;
  /** Targets the system cannot score (a free row per SKU has none for them): print "cannot score", not 0. */
  readonly unscored: number;
  readonly seconds: number;
}

export interface OpenModelJob {
  /** Folder of the run. Only what its manifest vouches for is read. */
  readonly folder: string;
  readonly items: readonly ItemFeatures[];
  /** As `Dataset.ids`. */
  readonly ids: Int32Array;
  /** 1 for SKUs that compete in top-K lists (live). */
  readonly live: Uint8Array;
  readonly sessions: SessionTable;
  /** Where item and session vectors are cached, keyed by content. */
  readonly cache: string;
  readonly panel: { readonly sessions: number; readonly seed: number };
  readonly k: number;
}

export interface OpenModel {
  readonly head: 'tied' | 'id';
  /** Whether a SKU that was not in training gets a score. */
  readonly scoresNewSkus: boolean;
  readonly levels: readonly string[];
  readonly panel: PanelFacts;
  readonly candidates: number;
  readonly seen: 'removed' | 'allowed';
}

export interface RecommendJob {
  /** Rows of the session, oldest first. */
  readonly rows: Int32Array;
  readonly k: number;
  /** Rows that compete besides the live ones (drafts). */
  readonly extra: Int32Array;
}

export interface RecommendNumbers {
  readonly items: readonly { readonly row: number; readonly score: number; readonly probability: number }[];
  readonly categories: readonly {
    readonly level: string;
    readonly labels: readonly { readonly label: string; readonly probability: number }[];
    readonly rest: number;
    readonly frequent: readonly string[];
    readonly fromTopItems: readonly { readonly label: string; readonly probability: number }[];
  }[];
  /** The same distributions whole: every level sums to 1. */
  readonly tree: CategoryTreeNumbers;
}

/** The methods of a compute process. One run at a time per process; cancel = kill. */
export interface ComputeApi {
  /** `milliseconds` of a fixed piece of work; null where the device is not available. */
  probe(request: { readonly device: string }): Promise<{ readonly available: boolean; readonly detail: string; readonly milliseconds: number | null }>;
  /** `progress` events (TrainJobProgress) while it runs. */
  train(request: TrainJob): Promise<TrainJobResult>;
  /** Takes effect between two steps: a checkpoint is written, and `train` answers with status `stopped`. */
  stop(request: {}): Promise<void>;
  evaluate(request: EvaluateJob): Promise<EvaluationReport>;
  compare(request: CompareJob): Promise<{ readonly allowed: Compared; readonly removed: Compared }>;
  /** `progress` events with phase `validating` while launches are replayed. */
  backtest(request: BacktestJob): Promise<BacktestNumbers>;
  open(request: OpenModelJob): Promise<OpenModel>;
  preview(request: PreviewJob): Promise<PreviewNumbers>;
  explain(request: ExplainJob): Promise<ExplainNumbers>;
  contrast(request: ContrastJob): Promise<ContrastNumbers>;
  together(request: TogetherJob): Promise<TogetherNumbers>;
  recommend(request: RecommendJob): Promise<RecommendNumbers>;
  contributions(request: ContributionsJob): Promise<ContributionNumbers>;
  demand(request: DemandJob): Promise<DemandNumbers>;
  demandMoments(request: DemandMomentsJob): Promise<DemandMomentsNumbers>;
  /** `measured` events (0…1) while it runs. */
  report(request: ReportJob): Promise<ReportNumbers>;
  export(request: ExportJob): Promise<ExportNumbers>;
}
