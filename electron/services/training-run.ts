/**
 * One run on its way: sends it to compute, keeps curve and status in the database, passes progress on, and decides what follows an
 * end of any kind. A run whose device fails goes on on the CPU from its last checkpoint; the model in use is touched by success only.
 */
import type { Workspace } from '../../db/database.ts';
import { activateRun, addCurvePoints, updateRun, type RunChange } from '../../db/runs.ts';
import type { TrainJob, TrainJobProgress, TrainJobResult } from '../../models/jobs.ts';
import { AppError, isAppError } from '../api/errors.ts';
import type { CurvePoint, RunStatus, TrainingProgress } from '../api/training.ts';
import type { ComputeLine, Emit } from './context.ts';

/** Points of the curve go to the disk this often, milliseconds: each write is an fsync. */
const flushMs = 1_000;
/** A cancel answers within a second: what cannot reach its next checkpoint by then is killed and falls back to the last one. */
const cancelMs = 900;
/** A pause waits for the checkpoint, but not for ever. */
const pauseMs = 60_000;

export interface GoingRun {
  readonly runId: string;
  /** Ends when the run has ended, however it did; never rejects. */
  readonly ended: Promise<void>;
  stop(intent: 'pause' | 'cancel'): Promise<void>;
}

interface Parts {
  readonly workspace: Workspace;
  readonly line: ComputeLine;
  readonly emit: Emit;
}

export interface Launch {
  readonly runId: string;
  readonly job: TrainJob;
  /** Seconds of earlier stretches of the same run. */
  readonly spent: number;
  /** Whether its model, once finished, becomes the one in use. */
  readonly activate: boolean;
  /** Hears what the screens hear. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

export function launchRun({ workspace, line, emit }: Parts, { runId, job, spent, activate, onProgress }: Launch): GoingRun {
  const started = performance.now();
  let points: CurvePoint[] = [];
  let last: TrainJobProgress | null = null;
  let lastLoss: number | null = null;
  let intent: 'pause' | 'cancel' | null = null;
  let note: string | null = null;

  const seconds = (): number => spent + (performance.now() - started) / 1000;
  const update = (change: RunChange): Promise<void> => workspace.write((db) => updateRun(db, runId, change));

  function tell(progress: TrainingProgress): void {
    emit('training.progress', progress);
    onProgress?.(progress);
  }

  function announce(status: RunStatus, message: string | null): void {
    tell({
      runId, status, phase: status === 'done' ? 'done' : last?.phase ?? 'preparing',
      step: last?.step ?? 0, steps: last?.steps ?? 0, epoch: last?.epoch ?? 0, epochs: last?.epochs ?? job.config.epochs,
      loss: lastLoss, examplesPerSecond: null, eta: null, elapsed: seconds(), device: last?.device ?? job.device, memoryMB: last?.memoryMB ?? 0,
      validation: last?.validation ?? null, message,
    });
  }

  async function flush(): Promise<void> {
    if (points.length === 0) return;
    const batch = points;
    points = [];
    await workspace.write((db) => addCurvePoints(db, runId, batch));
  }

  function hear(progress: TrainJobProgress): void {
    last = progress;
    if (progress.loss !== null && Number.isFinite(progress.loss)) lastLoss = progress.loss;
    if (lastLoss !== null && (progress.loss !== null || progress.validation !== null)) {
      const { step, epoch, validation } = progress;
      points.push({ step, epoch, loss: lastLoss, elapsed: seconds(), ...(validation === null ? {} : { validation }) });
    }
    tell({ runId, status: 'running', ...progress, elapsed: seconds(), message: progress.message ?? note });
  }

  /** Runs the job, once more on the CPU where the device gave up (`train` throws then; a loss that is no number is a result). */
  async function attempt(present: TrainJob): Promise<TrainJobResult> {
    try {
      return await line.api.train(present);
    } catch (error) {
      // What is refused with a sentence (a full disk) no other device does better.
      const refused = isAppError(error) && error.code === 'invalid';
      if (intent !== null || refused || present.device === 'cpu') throw error;
      return await fallBack(present, (error as Error).message);
    }
  }

  async function fallBack(present: TrainJob, reason: string): Promise<TrainJobResult> {
    note = `${present.device} failed (${firstSentence(reason)}). Training goes on on the CPU from the last checkpoint.`;
    // After a GPU error nothing in that process can be trusted.
    await line.kill('compute-lost', note);
    await update({ device: 'cpu', message: note });
    announce('running', note);
    return attempt({ ...present, device: 'cpu', resume: true });
  }

  async function settle(status: RunStatus, message: string | null, result: TrainJobResult | null): Promise<void> {
    await flush();
    await update({
      status, message, seconds: seconds(),
      ...(result === null
        ? {}
        : { device: result.device, epochs: result.epochs, bestEpoch: result.bestEpoch, parameters: result.parameters, attributes: result.attributes, validation: result.validation }),
    });
    if (status === 'done' && activate) await workspace.write((db) => activateRun(db, runId));
    announce(status, message);
    emit('workspace.changed', { what: status === 'done' && activate ? ['runs', 'model'] : ['runs'] });
  }

  async function drive(): Promise<void> {
    const stopListening = line.onProgress(hear);
    const timer = setInterval(() => void flush().catch((error: unknown) => console.error('curve', error)), flushMs);
    try {
      const result = await attempt(job);
      if (result.status === 'done') await settle('done', result.message ?? note, result);
      else if (result.status === 'failed') await settle('failed', result.message, null);
      else await settle(intent === 'pause' ? 'paused' : 'stopped', result.message, null);
    } catch (error) {
      if (!isAppError(error) || error.code === 'internal') {
        console.error(`run ${runId}`, error);
        await settle('failed', (error as Error).message, null);
      } else if (intent === null) {
        await settle('stopped', `${error.message} Resume goes on from the last checkpoint.`, null);
      } else {
        await settle(intent === 'pause' ? 'paused' : 'stopped', 'Stopped at the last checkpoint.', null);
      }
    } finally {
      clearInterval(timer);
      stopListening();
    }
  }

  const ended = drive().catch((error: unknown) => console.error(`run ${runId} could not be recorded`, error));

  return {
    runId,
    ended,
    async stop(wanted) {
      intent = intent === 'cancel' ? 'cancel' : wanted;
      // The answer to `stop` may be late (a step blocks the process): the end of the run is what counts.
      line.api.stop({}).catch(() => {});
      if (await endsWithin(ended, wanted === 'cancel' ? cancelMs : pauseMs)) return;
      await line.kill('cancelled', 'The training was stopped.');
      await ended;
    },
  };
}

/** A runtime's complaint carries build paths and stack lines behind its first line. */
function firstSentence(reason: string): string {
  const line = reason.split('\n')[0]!.replaceAll(/\S*\/\S+\s?/g, '').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

async function endsWithin(ended: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, ms, false)));
  const answer = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return answer;
}

/** Refusal where a run or an evaluation already has the process. */
export function busyWith(what: string): AppError {
  return new AppError('busy', `${what} is going on. Wait for its end, or cancel it.`);
}
