/**
 * Training steps in a process of their own, so that their peak memory is theirs, with matrix products of this process in between, so that
 * both are timed under the same load. `steps-child.ts` is the other side.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Dataset } from '../../../models/jobs.ts';
import type { Device } from '../../../models/runtime/devices.ts';
import type { MatmulRate } from './matmul-rate.ts';
import type { ShopSize } from './synthetic.ts';

export interface StepsJob {
  /** Made there where it is large: what travels is held twice for a while. */
  readonly data: { readonly dataset: Dataset } | { readonly synthetic: ShopSize };
  /** Settings that differ from the preset. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly device: Device;
  readonly threads: number;
  /** Steps that count, drawn from the epoch at random; null: all of it. */
  readonly steps: number | null;
  readonly warmUp: number;
  /** Path prefix of onnxruntime's profile, and the steps it holds behind `warmUp` others; they come after those that count. */
  readonly profile: string | null;
  readonly profiled: number;
}

/** Milliseconds. */
export interface StepTime {
  readonly feeds: number;
  /** Graph and optimiser. */
  readonly step: number;
  readonly moments: number;
  readonly loss: number;
}

export interface StepsResult {
  readonly steps: readonly StepTime[];
  /** Steps of the epoch. */
  readonly batches: number;
  /** Predictions of the epoch. */
  readonly moments: number;
  readonly candidates: number;
  readonly negatives: number;
  readonly tokens: number;
  readonly parameters: number;
  readonly width: number;
  /** Seconds until the first step: reading attributes and placing words; compiling. */
  readonly prepareSeconds: number;
  readonly compileSeconds: number;
  /** Largest so far once the data was there, the attributes read, the model made, and all done; and what was resident at the end. */
  readonly megabytes: { readonly data: number; readonly attributes: number; readonly model: number; readonly peak: number; readonly end: number };
  /** Resident after each tenth of the steps. */
  readonly growth: readonly number[];
}

export interface MeasuredSteps extends StepsResult {
  /** Milliseconds of the matrix products in between. */
  readonly matmuls: readonly number[];
}

export type FromChild = { readonly kind: 'turn' } | { readonly kind: 'done'; readonly result: StepsResult } | { readonly kind: 'failed'; readonly message: string };

/** @throws Error with the child's message. `environment` is the child's, e.g. one that shows it a graphics adapter. */
export function measureSteps(job: StepsJob, matmul: MatmulRate | null, environment: NodeJS.ProcessEnv = process.env): Promise<MeasuredSteps> {
  const matmuls: number[] = [];
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'steps-child.ts'), [], { serialization: 'advanced', env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let ended = false;
    const end = (settle: () => void): void => {
      ended = true;
      settle();
      child.kill();
    };
    child.on('exit', (code, signal) => {
      if (!ended) reject(new Error(`the training process ended with ${code ?? signal}`));
    });
    child.on('message', (message: FromChild) => {
      if (message.kind === 'done') end(() => resolve({ ...message.result, matmuls }));
      else if (message.kind === 'failed') end(() => reject(new Error(message.message)));
      else void turn();
    });
    const turn = async (): Promise<void> => {
      if (matmul !== null) {
        const started = performance.now();
        await matmul.run();
        matmuls.push(performance.now() - started);
      }
      child.send('go on');
    };
    child.send(job);
  });
}
