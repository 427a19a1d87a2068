import type { ModelKind, TrainingConfig } from '../../models/config.ts';
import type { Parity } from '../../models/export-jobs.ts';
import type { BaselineName, EvaluationReport, TrainJobProgress } from '../../models/jobs.ts';

export type RunStatus = 'running' | 'paused' | 'stopped' | 'done' | 'failed';

/** One point of the curves: a training step, or an epoch's end where `validation` is given. */
export interface CurvePoint {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  /** Seconds into the run; absent in runs of before this was recorded. */
  readonly elapsed?: number;
  readonly validation?: Readonly<Record<string, number>>;
}

/** Reports state, never steers. 2 to 10 a second while a run is going. */
export interface TrainingProgress extends TrainJobProgress {
  readonly runId: string;
  readonly status: RunStatus;
}

export interface RunSummary {
  readonly runId: string;
  readonly model: ModelKind;
  readonly head: 'tied' | 'id';
  readonly mode: 'causal' | 'prefix';
  readonly seed: number;
  readonly device: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly seconds: number;
  readonly epochs: number;
  readonly bestEpoch: number | null;
  readonly validation: Readonly<Record<string, number>> | null;
  /** SKUs whose events were hidden from training. */
  readonly hidden: number;
  /** The catalogue or the sessions have changed since. */
  readonly stale: boolean;
  readonly active: boolean;
  readonly message: string | null;
}

export interface RunDetail extends RunSummary {
  readonly config: TrainingConfig;
  readonly curve: readonly CurvePoint[];
  /** Attributes the model reads, and how many of their tokens it knows. */
  readonly attributes: readonly { readonly name: string; readonly kind: string; readonly vocabulary: number; readonly filled: number }[];
  readonly parameters: number;
  readonly dataHash: string;
  /** By the plain protocol, with repeats allowed where there is such a report. */
  readonly evaluation: EvaluationReport | null;
}

export interface DeviceInfo {
  readonly device: string;
  readonly available: boolean;
  /** How fast it is, or the reason it cannot be used. */
  readonly detail: string;
  /** Time of a fixed piece of work; null where it cannot be used. */
  readonly milliseconds: number | null;
}

export interface StartTraining {
  readonly preset?: 'small' | 'full';
  readonly model?: ModelKind;
  readonly head?: 'tied' | 'id';
  readonly mode?: 'causal' | 'prefix';
  readonly epochs?: number;
  readonly device?: string;
  readonly seed?: number;
  /** SKUs whose events are removed from training and validation. */
  readonly hide?: readonly string[];
  readonly config?: Partial<TrainingConfig>;
}

export interface EvaluateRequest {
  /** A finished run or a baseline; the active run unless given. */
  readonly system?: { readonly run: string } | { readonly baseline: BaselineName };
  readonly ks?: readonly number[];
  /** Count only prefixes whose next SKU is one of these. */
  readonly targets?: readonly string[];
  /** SKUs whose events a baseline must not count; a run has its own list. */
  readonly hide?: readonly string[];
  readonly candidates?: 'all' | 'targets';
  readonly prefixes?: 'test' | 'valid' | 'all';
  readonly equalExposure?: boolean;
  readonly excludeSeen?: boolean;
}

/** A model as files for other programs; a folder is named by its user on this machine, so no screen can ask for one. */
export interface ExportedRun {
  readonly run: string;
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly parity: Parity;
}

export interface TrainingApi {
  /** Each setting with its default for a kind of model, and the reason for it. */
  defaults(request: { readonly preset?: 'small' | 'full'; readonly model?: ModelKind }): Promise<{ readonly config: TrainingConfig; readonly reasons: Readonly<Record<string, string>> }>;
  devices(request: {}): Promise<readonly DeviceInfo[]>;
  /** Answers at once; `training.progress` events follow with this run id. Its model is put to use at the end, unless it cannot rank drafts and another is in use. */
  start(request: StartTraining): Promise<{ readonly runId: string }>;
  pause(request: { readonly runId: string }): Promise<void>;
  resume(request: { readonly runId: string }): Promise<void>;
  /** Safe to call twice. The last good model stays in use. */
  cancel(request: { readonly runId: string }): Promise<void>;
  runs(request: {}): Promise<readonly RunSummary[]>;
  run(request: { readonly runId: string }): Promise<RunDetail>;
  /** Makes a finished run the model that screens use. */
  activate(request: { readonly runId: string }): Promise<void>;
  /** Every metric of measures.md. `busy` while a training is going: both use the one process that trains. */
  evaluate(request: EvaluateRequest): Promise<EvaluationReport>;
}
