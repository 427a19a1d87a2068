/** What a back-test is asked and answers, as plain data: see `backtest.ts` for the meaning of each number. */
import type { Dataset } from './jobs.ts';

export interface TrainingPart {
  readonly dataset: Dataset;
  /** [events] of the dataset's sessions; null without a clock. */
  readonly times: Float64Array | null;
  /** Rows the trainer must not learn of; their metadata are blank in `dataset`. */
  readonly hidden: Int32Array;
}

export interface BacktestJob {
  /** Folder of a run that was trained on `known`. */
  readonly run: string;
  readonly known: TrainingPart;
  /** Everything, to replay and to count what came. */
  readonly dataset: Dataset;
  /** [events] of `dataset`, ms, with the date from which on moments are replayed; null without a clock. */
  readonly clock: { readonly times: Float64Array; readonly since: number } | null;
  /** Rows to preview. */
  readonly rows: Int32Array;
  readonly k: number;
  readonly seed: number;
}

/** One launch, in clicks per moment, with what explains it. */
export interface Expectation {
  readonly forecast: number;
  readonly category: number;
  readonly title: number;
  /** Cosine of the nearest visible SKU, by the model's item vectors. */
  readonly nearest: number;
  /** 80 % over 20 % quantile of the neighbours' rates: how far comparable SKUs differ among themselves. */
  readonly spread: number;
  /** Visible SKUs of its leaf, and of its brand. */
  readonly inLeaf: number;
  readonly ofBrand: number;
}

export interface LaunchNumbers extends Expectation {
  readonly row: number;
  /** ms; null without a clock. */
  readonly firstSeen: number | null;
  /** After its launch; predictions are sums over as many. */
  readonly moments: number;
  readonly actual: number;
  readonly clicks: number;
  readonly exposure: number;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export interface BacktestNumbers {
  readonly launches: readonly LaunchNumbers[];
  /** SKUs and events the model could learn from. */
  readonly visible: number;
  readonly events: number;
  /** Moments whose whole ranking was computed, of all there are. */
  readonly sampled: number;
  readonly moments: number;
  readonly seconds: number;
}
