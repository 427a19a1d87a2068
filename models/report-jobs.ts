/** What a compute process can be asked of a model's report, and its answer: the part of `jobs.ts` behind the model report. */
import type { Dataset, EvaluationReport } from './jobs.ts';
import type { Temperature } from './temperature.ts';

export const reportSlices = ['all', 'sparse', 'tail', 'cold'] as const;
export const reportMeasures = ['hit', 'mrr', 'ndcg', 'recall', 'anyHit'] as const;
export type ReportSlice = (typeof reportSlices)[number];
export type ReportMeasure = (typeof reportMeasures)[number];
type Repeats = 'allowed' | 'removed';

export interface Estimate {
  readonly value: number;
  /** 95 % of the resamples lie between. */
  readonly interval: readonly [number, number];
}

export interface ReliabilityBin {
  readonly n: number;
  readonly predicted: number;
  readonly observed: number;
  readonly interval: readonly [number, number];
}

export interface Reliability {
  readonly n: number;
  readonly error: number;
  /** Mean probability minus observed share: above 0 it promises too much. */
  readonly bias: number;
  readonly bins: readonly ReliabilityBin[];
}

export interface ConfusionPair {
  /** Labels of the level. */
  readonly actual: number;
  readonly predicted: number;
  readonly count: number;
  /** Moments whose next SKU is in `actual`. */
  readonly of: number;
  /** The first few, surest mistakes first. */
  readonly examples: readonly ConfusionExample[];
}

export interface ConfusionExample {
  /** Row of the session table, row of the next SKU. */
  readonly session: number;
  readonly target: number;
  /** Of the wrong guess, and of the category it went to. */
  readonly guessed: number;
  readonly right: number;
}

export interface Confusion {
  readonly n: number;
  /** First guesses that are another category, and those of them that are a sibling. */
  readonly wrong: number;
  readonly siblings: number;
  /** Most frequent first. */
  readonly pairs: readonly ConfusionPair[];
}

export interface SliceReport {
  /** Prefixes. */
  readonly n: number;
  readonly sessions: number;
  readonly measures: { readonly [M in ReportMeasure]: Estimate };
}

export interface LabelReport {
  readonly n: number;
  readonly sessions: number;
  /** HIT by K of `labelKs`. */
  readonly hit: Readonly<Record<string, Estimate>>;
  /** At the largest K. */
  readonly mrr: Estimate;
  readonly ndcg: Estimate;
}

export interface ExposureReport {
  /** Share of candidates in any top 20; Gini index of the slots per candidate. */
  readonly coverage: number;
  readonly gini: number | null;
  readonly slots: number;
  /** Shares of all slots that the least exposed 0 %, 2 %, … 100 % of the candidates take. */
  readonly lorenz: readonly number[];
  readonly top: readonly { readonly row: number; readonly slots: number }[];
}

/** How far a probability is to be believed: of the first guess, or of everything a list shows. */
export interface CalibrationReport extends Reliability {
  /** `item`, or a level. */
  readonly task: string;
  readonly of: 'first' | 'listed';
  /** What its probabilities were made with; null: as trained. Absent in reports of before there was one, which counted items with repeats allowed. */
  readonly temperature?: Temperature | null;
}

export interface ReportNumbers {
  readonly data: EvaluationReport['data'];
  readonly protocol: { readonly split: string; readonly fit: 'train' | 'train+valid' | null; readonly ties: 'against'; readonly leftOut: number; readonly hidden: number; readonly resamples: number; readonly seed: number };
  readonly prefixes: number;
  readonly sessions: number;
  /** By switch, K, slice; a slice without prefixes is null. */
  readonly items: { readonly [R in Repeats]: Readonly<Record<string, { readonly [S in ReportSlice]: SliceReport | null }>> };
  /** By level. Targets without a category are counted apart. */
  readonly categories: Readonly<Record<string, { readonly unlabelled: number; readonly slices: { readonly [S in ReportSlice]: LabelReport | null } }>>;
  readonly calibration: readonly CalibrationReport[];
  /** Labels are named by their path. */
  readonly confusion: readonly (Omit<Confusion, 'pairs'> & { readonly level: string; readonly pairs: readonly NamedPair[] })[];
  readonly exposure: { readonly [R in Repeats]: ExposureReport };
  /** The next SKUs of the test themselves: how concentrated the clicks are. */
  readonly clicks: Pick<ExposureReport, 'gini' | 'lorenz' | 'coverage'>;
  readonly seconds: number;
}

export type NamedPair = Omit<Confusion['pairs'][number], 'actual' | 'predicted'> & { readonly actual: readonly string[]; readonly predicted: readonly string[] };

export interface ReportJob {
  readonly dataset: Dataset;
  /** Folder of a finished run. */
  readonly run: string;
}
