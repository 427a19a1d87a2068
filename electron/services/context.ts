/** What every service is given. Compute is an interface here: a service knows neither the carrier nor the runtime behind it. */
import type { Workspace } from '../../db/database.ts';
import type { ComputeApi, TrainJobProgress } from '../../models/jobs.ts';
import type { OpeningProgress } from '../../models/opening.ts';
import type { ErrorCode } from '../api/errors.ts';
import type { Events } from '../api/index.ts';

export type Emit = <Name extends keyof Events>(name: Name, data: Events[Name]) => void;

/** One compute process, started when it is first asked. */
export interface ComputeLine {
  readonly api: ComputeApi;
  /** Counts the processes that have ended: a model opened at another count is gone. */
  readonly generation: number;
  onProgress(listener: (progress: TrainJobProgress) => void): () => void;
  /** How far a model report is, 0…1. */
  onMeasured(listener: (done: number) => void): () => void;
  /** How far the opening of a model is. */
  onOpening(listener: (progress: OpeningProgress) => void): () => void;
  /** Ends the process; its calls in flight end with this error. The next call starts another. */
  kill(code: ErrorCode, message: string): Promise<void>;
}

export interface Compute {
  /** Trains and evaluates. */
  readonly training: ComputeLine;
  /** Keeps one model open: a preview answers while a training runs. */
  readonly serving: ComputeLine;
  /** In a process of its own that is thrown away: a driver that crashes takes nothing with it. */
  probe(device: string): ReturnType<ComputeApi['probe']>;
  readonly state: 'idle' | 'busy' | 'restarting';
}

export interface Context {
  readonly workspace: Workspace;
  readonly compute: Compute;
  readonly emit: Emit;
  readonly version: string;
}
