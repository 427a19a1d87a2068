/** The compute processes of one backend: one that trains, one that serves previews, and a throw-away one per device probe. */
import type { ComputeApi, TrainJobProgress } from '../models/jobs.ts';
import type { OpeningProgress } from '../models/opening.ts';
import type { Compute, ComputeLine } from './services/context.ts';
import { computeMethods, type ComputeEvents, type ComputeServices } from './transport/compute-line.ts';
import type { SpawnWorker } from './transport/spawn.ts';
import { supervise, type Supervised } from './transport/supervise.ts';

export interface ComputePool extends Compute {
  stop(): Promise<void>;
}

const second = 1_000;
const minute = 60 * second;

/** How long a call may go without a sign of life; a training shows its own by progress, and so does an opening, which is silent for seconds at 600,000 SKUs; an evaluation has none. */
const limits: { readonly [Method in keyof ComputeApi]: number } = {
  probe: minute,
  train: 10 * minute,
  stop: minute,
  evaluate: 60 * minute,
  compare: 60 * minute,
  backtest: 10 * minute,
  open: 10 * minute,
  preview: minute,
  explain: 5 * minute,
  contrast: minute,
  together: 10 * minute,
  recommend: minute,
  contributions: minute,
  demand: 10 * minute,
  demandMoments: 10 * minute,
  report: 60 * minute,
  export: 10 * minute,
};

/** `onChange`: the answer of `state` may have changed. */
export function createComputePool(spawn: SpawnWorker, onChange: () => void): ComputePool {
  let calls = 0;
  const restarting = new Set<string>();

  function supervised(name: string, role: 'compute' | 'probe' = 'compute'): Supervised<ComputeServices, ComputeEvents> {
    return supervise<ComputeServices, ComputeEvents>({
      spawn: () => spawn(role, []),
      allowed: computeMethods,
      events: ['progress', 'measured', 'opening'],
      lost: 'compute-lost',
      subject: `The process that ${name}`,
      limit: (method) => limits[method.slice(method.indexOf('.') + 1) as keyof ComputeApi],
      onStart() {
        if (restarting.delete(name)) onChange();
      },
      onExit(exit, intended) {
        if (intended) return;
        console.error(`The process that ${name} ended (code ${exit.code}, signal ${exit.signal}).`);
        restarting.add(name);
        onChange();
      },
    });
  }

  function counted(api: ComputeApi): ComputeApi {
    const count = async <T>(call: Promise<T>): Promise<T> => {
      if (++calls === 1) onChange();
      try {
        return await call;
      } finally {
        if (--calls === 0) onChange();
      }
    };
    return { ...api, train: (job) => count(api.train(job)), evaluate: (job) => count(api.evaluate(job)), compare: (job) => count(api.compare(job)), backtest: (job) => count(api.backtest(job)), report: (job) => count(api.report(job)) };
  }

  function lineOf(worker: Supervised<ComputeServices, ComputeEvents>): ComputeLine {
    return {
      api: counted(worker.api.compute),
      get generation() {
        return worker.generation;
      },
      onProgress: (listener: (progress: TrainJobProgress) => void) => worker.on('progress', listener),
      onMeasured: (listener: (done: number) => void) => worker.on('measured', listener),
      onOpening: (listener: (progress: OpeningProgress) => void) => worker.on('opening', listener),
      kill: worker.kill,
    };
  }

  const trainer = supervised('trains');
  const server = supervised('computes previews');

  return {
    training: lineOf(trainer),
    serving: lineOf(server),
    async probe(device) {
      const trial = supervised('tries a device', 'probe');
      try {
        return await trial.api.compute.probe({ device });
      } finally {
        restarting.delete('tries a device');
        await trial.stop(0);
      }
    },
    get state() {
      if (restarting.size > 0) return 'restarting';
      return calls > 0 ? 'busy' : 'idle';
    },
    async stop() {
      await Promise.all([trainer.stop(0), server.stop(0)]);
    },
  };
}
