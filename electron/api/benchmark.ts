/**
 * The benchmark: every trained run and every baseline side by side, measured by the same prefixes and switches; the queue that trains
 * and evaluates what is missing; the table as text. Ratios in 0…1. What is missing or cannot be scored is null here and a dash on paper.
 */
import type { ModelKind, TrainingConfig } from '../../models/config.ts';
import type { BaselineName, EvaluationReport } from '../../models/jobs.ts';
import type { PublishedTable } from '../../models/published.ts';
import type { TrainingProgress } from './training.ts';

export type { PublishedRow, PublishedTable } from '../../models/published.ts';

/** Whether the items of the prefix stay among the candidates: the switch that outweighs most changes of a model. */
export type Repeats = 'allowed' | 'removed';

/** What is trained or counted, by name. */
export type SystemName = ModelKind | BaselineName;

/** `all` prefixes; `sparse`: the session holds an item with < 10 training events; `tail`: the target has < 10; `cold`: it has none. */
export type Slice = 'all' | 'sparse' | 'tail' | 'cold';

/** HIT, MRR, NDCG: the next item. `recall`: session-rec's, of the rest. `anyHit`: our reading of the paper's "Recall". */
export type Measure = 'hit' | 'mrr' | 'ndcg' | 'recall' | 'anyHit';

/** The data in the workspace now; every comparable system was measured on it. */
export interface BenchmarkData {
  readonly hash: string;
  readonly items: number;
  readonly sessions: number;
  readonly events: number;
  /** Where train, validation and test come from, one sentence. */
  readonly split: string;
  /** Whether any item has a title: without one, title similarity and TRec-title have nothing to read. */
  readonly titles: boolean;
}

/** The end of an epoch on the convergence chart. */
export interface EpochPoint {
  readonly epoch: number;
  readonly step: number;
  /** Seconds of training and validation so far; null for runs of before this was recorded. */
  readonly elapsed: number | null;
  readonly loss: number;
  /** `ndcg@20`, `hr@20`, `mrr@20`, `leaf-hit@1`, …: repeats allowed. */
  readonly validation: Readonly<Record<string, number>>;
}

/** What only a trained system has. */
export interface RunFacts {
  readonly config: TrainingConfig;
  readonly device: string;
  readonly startedAt: number;
  /** Training and validation, all epochs. */
  readonly seconds: number;
  readonly epochs: number;
  readonly bestEpoch: number | null;
  /** The measure by which the epoch was chosen on validation (`ndcg@20`); null where all epochs were run without a choice. */
  readonly chosenBy: string | null;
  readonly validation: Readonly<Record<string, number>> | null;
  readonly parameters: number;
  /** Of the model on disk; null where its folder is gone. */
  readonly bytes: number | null;
  /** SKUs whose events were hidden from it. */
  readonly hidden: number;
  readonly active: boolean;
  readonly convergence: readonly EpochPoint[];
}

export interface BenchmarkSystem {
  /** The run id, or the baseline's name. */
  readonly key: string;
  readonly kind: 'run' | 'baseline';
  readonly name: SystemName;
  /** As the paper writes it: M2TRec, TRec-id, GRU4Rec, VSKNN, … */
  readonly label: string;
  /** Equal for runs that differ by seed only: they are one row of the table. A baseline is its own group. */
  readonly group: string;
  /** `items`: ranks SKUs. `categories`: predicts categories only (the paper's two heuristics), so HIT of items is a dash. */
  readonly ranks: 'items' | 'categories';
  /** The events its parameters or counts saw; null until a baseline is evaluated. Part of the name of every measure. */
  readonly fit: 'train' | 'train+valid' | null;
  /** null for a baseline. */
  readonly run: RunFacts | null;
  /** On the data the run learned from, or the present data; null where not evaluated. Test split, all SKUs ranked, K 5, 10, 20. */
  readonly reports: { readonly [R in Repeats]: EvaluationReport | null };
  /** Same data, split and protocol as the others, nothing hidden. What is not comparable must not stand in the same table unmarked. */
  readonly comparable: boolean;
  /** Why it is not comparable, or what must be said beside it (another `fit`, a share of the sessions, tied scores): one sentence each. */
  readonly remarks: readonly string[];
}

/** Over the seeds of a group. */
export interface SeedMean {
  readonly mean: number;
  /** Standard error over the prefixes, the mean over the seeds. */
  readonly error: number;
  /** Sample standard deviation over the seeds; null with one seed. */
  readonly spread: number | null;
  readonly lowest: number;
  readonly highest: number;
}

export interface SliceMeans {
  /** Prefixes of one seed. */
  readonly n: number;
  readonly measures: { readonly [M in Measure]: SeedMean };
}

/** A line of the paper's table: the comparable systems of one group. */
export interface BenchmarkRow {
  readonly group: string;
  readonly label: string;
  /** What tells rows of the same label apart: head, mode, share, negatives, fit; '' where the label says all. */
  readonly detail: string;
  readonly name: SystemName;
  readonly kind: 'run' | 'baseline';
  /** Keys of its systems, by seed; [key] for a baseline. */
  readonly systems: readonly string[];
  readonly seeds: readonly number[];
  /** Share of the training sessions, 0…1. */
  readonly share: number;
  readonly fit: 'train' | 'train+valid' | null;
  readonly parameters: number | null;
  readonly bytes: number | null;
  /** Training of one seed, the mean. */
  readonly seconds: number | null;
  /** By switch, then K ("5", "10", "20"), then slice; null where a seed lacks that report or nothing is ranked; a slice without prefixes, or whose targets it cannot score, is null. */
  readonly means: { readonly [R in Repeats]: Readonly<Record<string, { readonly [S in Slice]: SliceMeans | null }>> | null };
  /** HIT@K of the next category by level (repeats change nothing there), the paper's figure 2; {} where it predicts none. */
  readonly categories: Readonly<Record<string, { readonly n: number; readonly hit: Readonly<Record<string, SeedMean>> }>>;
}

export interface BenchmarkTable {
  /** null while the catalogue or the sessions are empty: then there is nothing to compare. */
  readonly data: BenchmarkData | null;
  /** Finished runs, newest first, and every baseline (also those not evaluated yet). */
  readonly systems: readonly BenchmarkSystem[];
  /** In the paper's order: baselines, neural systems, the family of M2TRec. Only what is comparable and has a report. */
  readonly rows: readonly BenchmarkRow[];
  /** Printed apart from ours, with source and protocol; empty unless the data is recognised as near a published set. */
  readonly published: readonly PublishedTable[];
  readonly queue: BenchmarkProgress | null;
}

export interface BenchmarkTask {
  readonly kind: 'train' | 'evaluate';
  readonly name: SystemName;
  readonly label: string;
  /** null for a baseline. */
  readonly seed: number | null;
  readonly share: number;
  /** `train+valid`: a refit on everything for the epochs chosen before. */
  readonly fit: 'train' | 'train+valid' | null;
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  /** The run it trains or evaluates, once known. */
  readonly runId: string | null;
  /** Spent on it; null until it ran. */
  readonly seconds: number | null;
  /** Why it failed. */
  readonly message: string | null;
}

/** State of the queue, the last one until the next starts. It does not outlive the app; the runs and reports it made do. */
export interface BenchmarkProgress {
  readonly status: 'running' | 'done' | 'cancelled';
  readonly tasks: readonly BenchmarkTask[];
  /** Index of the task that runs; the number of tasks once there is none. */
  readonly position: number;
  /** Of the task that runs, while it trains. */
  readonly training: TrainingProgress | null;
  readonly elapsed: number;
  /** Seconds to the end of the queue; null until a first task tells how long one takes. */
  readonly eta: number | null;
}

export interface StartBenchmark {
  readonly systems: readonly SystemName[];
  /** [1] unless given; baselines have none. */
  readonly seeds?: readonly number[];
  /** Shares of the training sessions, [1] unless given; baselines are counted on all. */
  readonly shares?: readonly number[];
  readonly epochs?: number;
  readonly preset?: 'small' | 'full';
  /** For the systems that have the choice; each kind's own unless given. */
  readonly head?: 'tied' | 'id';
  readonly mode?: 'causal' | 'prefix';
  /** 0: exact softmax. */
  readonly negatives?: number;
  /** `train+valid`: each chosen epoch number is followed by a refit on all training events, as published figures are. */
  readonly fit?: 'train' | 'train+valid';
  readonly device?: string;
  readonly config?: Partial<TrainingConfig>;
}

/** Two rows of the table, at K = 20. */
export interface CompareRows {
  /** `group` of the row that is asked about, and of the one it is read against. */
  readonly group: string;
  readonly against: string;
  readonly repeats: Repeats;
  /** `all` unless given. */
  readonly slice?: Slice;
}

/** Mean over the prefixes of one minus the other (each the mean over its seeds), with the interval that 95 % of 1,000 resamples of whole sessions lie in. */
export interface PairedDifference {
  readonly mean: number;
  readonly interval: readonly [number, number];
  /** false where the interval holds 0: say "no difference shown". */
  readonly shown: boolean;
}

export interface RowDifference {
  readonly n: number;
  readonly hit: PairedDifference;
  readonly mrr: PairedDifference;
}

export interface ExportBenchmark {
  readonly format: 'csv' | 'markdown';
  readonly repeats: Repeats;
  /** 20 unless given; 5, 10 or 20. */
  readonly k?: number;
}

export interface BenchmarkApi {
  /** Everything the screen draws. Ask again after `benchmark.progress` reports another position, and after `workspace.changed`. */
  table(request: {}): Promise<BenchmarkTable>;
  /**
   * Trains what is missing (a finished run of the same settings, seed and data is not trained again), one after another, and evaluates
   * each with repeats allowed and removed. Answers at once; `benchmark.progress` follows. A run that fails is told in its task, and the
   * queue goes on. Trained runs do not become the model in use. `busy` while a training, an evaluation or a queue is going.
   */
  start(request: StartBenchmark): Promise<BenchmarkProgress>;
  /** Evaluates the systems (keys of the table) that lack a report on the present data, as a queue. All that lack one unless given. */
  evaluate(request: { readonly systems?: readonly string[] }): Promise<BenchmarkProgress>;
  /** Ends the queue: the training stops, what is done stays. Safe to call twice. */
  cancel(request: {}): Promise<void>;
  /** Whether two rows differ by more than chance: a paired bootstrap over sessions. A claim that one is better needs it. `invalid` where one was not evaluated with the switch, or has no prefix in the slice. */
  difference(request: CompareRows): Promise<RowDifference>;
  /** The table as a file: CSV one line a row and slice, then its category levels; Markdown with every field a benchmark report must have. */
  export(request: ExportBenchmark): Promise<{ readonly name: string; readonly text: string }>;
}
