import type { TrainingConfig } from '../../models/config.ts';
import type { BacktestReport, PredictorName } from '../../models/backtest-report.ts';
import type { ReasonCode } from '../../models/backtest-reasons.ts';
import type { RunStatus, TrainingProgress } from './training.ts';

export type { BacktestReport, PredictorName, ReasonCode };

/** What was hidden, and how the model that knows nothing of it was trained. */
export interface BacktestDefinition {
  /** ms: launches are the SKUs first seen from here on. Null: a list. */
  readonly since: number | null;
  readonly hide: readonly string[];
  /** Without a clock: SKUs hidden beside the list, on which the factors of the predictions are chosen. */
  readonly fold: readonly string[];
  readonly k: number;
  readonly device: string;
  readonly config: TrainingConfig;
}

export interface BacktestSummary {
  readonly id: string;
  /** Trained for it; null before that began. */
  readonly runId: string | null;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly seconds: number;
  readonly launches: number;
  readonly since: number | null;
  readonly k: number;
  /** The catalogue or the sessions have changed since. */
  readonly stale: boolean;
  readonly message: string | null;
  /** Of the forecast; null until done. */
  readonly spearman: number | null;
  readonly medianErrorFactor: number | null;
}

export interface BacktestDetail extends BacktestSummary {
  readonly definition: Omit<BacktestDefinition, 'hide' | 'fold'>;
  readonly report: BacktestReport | null;
  /** A point a launch: what was forecast, what came. At most 1,000, evenly picked by SKU; `launches` is all. */
  readonly points: readonly { readonly sku: string; readonly predicted: number; readonly actual: number }[];
}

/** What a back-test can be made of. */
export interface BacktestOptions {
  /** First and last event with a time, ms; null without any. */
  readonly range: readonly [number, number] | null;
  /** A date with about a tenth of the SKUs launched after it; null where no date has enough. */
  readonly suggested: number | null;
  readonly fewest: number;
  readonly sessions: number;
  readonly liveSkus: number;
}

export interface BacktestRow {
  readonly sku: string;
  readonly title: string;
  readonly brand: string;
  readonly categoryPath: readonly string[];
  readonly firstSeen: number | null;
  /** The forecast, scaled. */
  readonly predicted: number;
  /** The model's own clicks, scaled; slots at K over the moments after the launch. */
  readonly clicks: number;
  readonly exposure: number;
  readonly category: number;
  readonly similarity: number;
  readonly actual: number;
  readonly moments: number;
  /** max(q, 1/q), q = (predicted + 0.5) / (actual + 0.5) */
  readonly factor: number;
  /** Whether the factor of the predictions was chosen on it or is reported on it. */
  readonly part: 'chosen' | 'reported';
  readonly confidence: 'normal' | 'low';
  readonly reasons: readonly { readonly code: ReasonCode; readonly detail: string }[];
}

export type BacktestSort = 'sku' | 'title' | 'predicted' | 'actual' | 'factor' | 'firstSeen' | 'clicks' | 'exposure';

export interface StartBacktest {
  /** `YYYY-MM-DD`, or with a time in ISO 8601. Give this or `hide`. */
  readonly since?: string;
  readonly hide?: readonly string[];
  readonly k?: number;
  readonly preset?: 'small' | 'full';
  readonly epochs?: number;
  readonly device?: string;
  readonly seed?: number;
  readonly config?: Partial<TrainingConfig>;
}

export interface BacktestProgress {
  readonly id: string;
  readonly status: RunStatus;
  readonly phase: 'training' | 'previewing' | 'done';
  /** Of what goes on; `step` and `steps` are moments while launches are previewed. */
  readonly training: TrainingProgress | null;
  readonly message: string | null;
}

/** How far off drafts like this one were: what stands beside a preview. */
export interface ErrorToExpect {
  readonly backtest: string;
  readonly at: number;
  /** Whose launches these are: the draft's category, its confidence, or all. */
  readonly by: 'all' | 'confidence' | 'category';
  readonly label: string;
  readonly launches: number;
  /** Median error factor of the forecast, what four of five stayed below, and the median of exposure read as clicks. */
  readonly median: number;
  readonly p80: number;
  readonly exposureMedian: number;
  readonly spearman: number;
  readonly stale: boolean;
}

export interface BacktestApi {
  options(request: {}): Promise<BacktestOptions>;
  /** SKUs first seen on or after a date. */
  launches(request: { readonly since: string }): Promise<{ readonly launches: number; readonly knownEvents: number }>;
  /**
   * Trains without the launches, previews them as drafts and compares. Answers at once; `backtest.progress` follows. The run does not
   * become the model in use. `busy` while the process that trains has something to do; `invalid` where there are too few launches.
   */
  start(request: StartBacktest): Promise<{ readonly id: string }>;
  /** Stops the training at a checkpoint. */
  pause(request: { readonly id: string }): Promise<void>;
  resume(request: { readonly id: string }): Promise<void>;
  /** Safe to call twice. */
  cancel(request: { readonly id: string }): Promise<void>;
  remove(request: { readonly id: string }): Promise<void>;
  list(request: {}): Promise<readonly BacktestSummary[]>;
  get(request: { readonly id: string }): Promise<BacktestDetail>;
  rows(request: { readonly id: string; readonly search?: string; readonly reason?: ReasonCode; readonly sort?: BacktestSort; readonly descending?: boolean; readonly offset: number; readonly limit: number }): Promise<{ readonly total: number; readonly rows: readonly BacktestRow[] }>;
  /** CSV, one line a launch. */
  export(request: { readonly id: string }): Promise<{ readonly name: string; readonly text: string }>;
  /** Of the latest finished back-test (of the one that the run was trained for, where it was); null before a first. The narrowest group with enough launches. */
  latest(request: { readonly run?: string; readonly confidence?: 'normal' | 'low'; readonly leaf?: string }): Promise<ErrorToExpect | null>;
}
