/**
 * Entry of a compute process: the only one that loads onnxruntime. It trains, or serves one open model, and may be killed at any
 * time: what it must not lose is in checkpoints. No SIGTERM handler: one of ours would never run inside a native call.
 */
import { FullDisk } from '../db/full-disk.ts';
import type { ServedModel } from '../models/serve.ts';
import type { ComputeApi } from '../models/jobs.ts';
import { AppError } from './api/errors.ts';
import { serve } from './transport/channel.ts';
import { computeMethods, type ComputeEvents, type ComputeServices } from './transport/compute-line.ts';
import { listenToParent } from './transport/parent.ts';

let stopRequested = false;
let training = false;
let served: ServedModel | null = null;

listenToParent({
  onConnection(port) {
    const emit = serve<ComputeServices, ComputeEvents>(port, {
      services: { compute: computeServices((progress) => emit('progress', progress), (done) => emit('measured', done), (opening) => emit('opening', opening)) },
      allowed: computeMethods,
      onBug: (name, error) => console.error(name, error),
    });
  },
  onStop: () => process.exit(0),
});

function computeServices(onProgress: (progress: ComputeEvents['progress']) => void, onMeasured: (done: number) => void, onOpening: (opening: ComputeEvents['opening']) => void): ComputeApi {
  return {
    async probe({ device }) {
      const { probe } = await import('../models/runtime/devices.ts');
      return probe(device);
    },
    async train(job) {
      if (training) throw new AppError('busy', 'This process is training already.');
      const { train } = await import('../models/train.ts');
      training = true;
      stopRequested = false;
      try {
        return await train(job, { onProgress, stopRequested: () => stopRequested });
      } catch (error) {
        throw expected(error);
      } finally {
        training = false;
      }
    },
    async stop() {
      stopRequested = true;
    },
    async evaluate(job) {
      const { evaluate } = await import('../models/evaluate-job.ts');
      return evaluate(job);
    },
    async compare(job) {
      const { compare } = await import('../models/evaluate-job.ts');
      return compare(job);
    },
    async report(job) {
      const { report } = await import('../models/report-job.ts');
      return report(job, onMeasured);
    },
    async export(job) {
      const [{ exportModel }, { ArtifactError }] = await Promise.all([import('../models/export.ts'), import('../models/artifact.ts')]);
      return exportModel(job).catch((error: unknown) => {
        throw error instanceof ArtifactError ? new AppError('no-model', error.message) : expected(error);
      });
    },
    async backtest(job) {
      const { backtest } = await import('../models/backtest.ts');
      return backtest(job, onProgress);
    },
    async open(job) {
      const { openModel } = await import('../models/serve.ts');
      const previous = served;
      served = null;
      await previous?.dispose();
      served = await openModel(job, onOpening);
      return served.info;
    },
    async preview(job) {
      return openedModel().preview(job);
    },
    async explain(job) {
      return openedModel().explain(job);
    },
    async contrast(job) {
      return openedModel().contrast(job);
    },
    async together(job) {
      return openedModel().together(job);
    },
    async recommend(job) {
      return openedModel().recommend(job);
    },
    async contributions(job) {
      return openedModel().contributions(job);
    },
    async demand(job) {
      return openedModel().demand(job);
    },
    async demandMoments(job) {
      return openedModel().demandMoments(job);
    },
  } satisfies ComputeApi;
}

/** A disk without room is no bug. */
function expected(error: unknown): unknown {
  return error instanceof FullDisk ? new AppError('invalid', error.message, { cause: error }) : error;
}

function openedModel(): ServedModel {
  if (!served) throw new AppError('no-model', 'No model is open in this process.');
  return served;
}
