/**
 * The report of one model: every measure by slice with its interval, whether its probabilities come true, which categories it takes for
 * each other, who takes the slots, and the baselines beside it. Ratios in 0…1.
 */
import type { CalibrationReport, ExposureReport, ReportNumbers } from '../../models/report-jobs.ts';
import type { BenchmarkSystem } from './benchmark.ts';
import type { CatalogRow } from './catalog.ts';
import type { RunStatus } from './training.ts';

export type { CalibrationReport, Estimate, LabelReport, ReliabilityBin, ReportMeasure, ReportSlice, SliceReport } from '../../models/report-jobs.ts';

export interface ConfusedPair {
  readonly actual: readonly string[];
  readonly predicted: readonly string[];
  readonly count: number;
  /** Test moments whose next SKU is in `actual`. */
  readonly of: number;
  readonly examples: readonly { readonly sessionId: string; readonly target: CatalogRow | null; readonly guessed: number; readonly right: number }[];
}

export interface ExposureOfSkus extends Omit<ExposureReport, 'top'> {
  readonly top: readonly { readonly item: CatalogRow; readonly slots: number }[];
}

/** As it was measured: what it names are the SKUs of that moment. */
export interface ModelReport extends Omit<ReportNumbers, 'calibration' | 'confusion' | 'exposure'> {
  readonly calibration: readonly CalibrationReport[];
  readonly confusion: readonly { readonly level: string; readonly n: number; readonly wrong: number; readonly siblings: number; readonly pairs: readonly ConfusedPair[] }[];
  readonly exposure: { readonly allowed: ExposureOfSkus; readonly removed: ExposureOfSkus };
}

/** A measurement that is going on. */
export interface ReportProgress {
  readonly runId: string;
  readonly status: 'running' | 'done' | 'failed' | 'cancelled';
  /** 0…1; null until it tells. */
  readonly done: number | null;
  readonly seconds: number;
  /** Why it failed. */
  readonly message: string | null;
}

export interface ReportPage {
  readonly run: { readonly runId: string; readonly model: string; readonly head: 'tied' | 'id'; readonly seed: number; readonly device: string; readonly status: RunStatus; readonly active: boolean; readonly startedAt: number; readonly seconds: number; readonly dataHash: string; readonly hidden: number };
  /** null until it was measured. */
  readonly report: ModelReport | null;
  readonly measuredAt: number | null;
  /** The present data; null while there is none. A report of other data must not be compared with what is measured now. */
  readonly presentHash: string | null;
  /** Systems with a stored evaluation on the report's data and split, the run itself among them; the others with the reason. */
  readonly beside: readonly BenchmarkSystem[];
  readonly apart: readonly { readonly label: string; readonly key: string; readonly reason: string }[];
  readonly progress: ReportProgress | null;
}

export interface ReportApi {
  /** `not-found` for a run nobody knows. */
  read(request: { readonly runId: string }): Promise<ReportPage>;
  /** Answers at once; `report.progress` follows. `busy` while a training or an evaluation is going, `no-model` for an unfinished run. */
  measure(request: { readonly runId: string }): Promise<ReportProgress>;
  /** Safe to call twice. */
  cancel(request: {}): Promise<void>;
  /** CSV with every figure; Markdown and HTML with the charts as tables. */
  export(request: { readonly runId: string; readonly format: 'csv' | 'markdown' | 'html' }): Promise<{ readonly name: string; readonly text: string }>;
}
