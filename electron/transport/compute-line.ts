/** What a compute process answers and says: the allow-list of models/jobs.ts. */
import type { ComputeApi, TrainJobProgress } from '../../models/jobs.ts';
import type { OpeningProgress } from '../../models/opening.ts';
import type { Allowed } from './channel.ts';

export interface ComputeServices {
  readonly compute: ComputeApi;
}

export interface ComputeEvents {
  readonly progress: TrainJobProgress;
  /** How far a model report is, 0…1. */
  readonly measured: number;
  /** How far the opening of a model is. */
  readonly opening: OpeningProgress;
}

export const computeMethods = {
  compute: { probe: true, train: true, stop: true, evaluate: true, compare: true, backtest: true, open: true, preview: true, explain: true, contrast: true, together: true, recommend: true, contributions: true, demand: true, demandMoments: true, report: true, export: true },
} as const satisfies Allowed<ComputeServices>;
