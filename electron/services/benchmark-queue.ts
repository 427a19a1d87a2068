/**
 * Tasks of a benchmark, one after another, with the training process held for all of them. A task that fails is told and the next one
 * begins; a pause or a cancel ends the queue. It is not stored: what its tasks made is.
 */
import type { BenchmarkProgress, BenchmarkTask } from '../api/benchmark.ts';
import { isAppError } from '../api/errors.ts';
import type { TrainingProgress } from '../api/training.ts';
import type { Emit } from './context.ts';
import type { HeldTraining, System, TrainingService } from './training.ts';

export type TaskFacts = Pick<BenchmarkTask, 'kind' | 'name' | 'label' | 'seed' | 'share' | 'fit'>;

export interface PlannedTask {
  readonly facts: TaskFacts;
  work(steps: Steps): Promise<void>;
}

/** What the work of a task is made of. */
export interface Steps {
  /** Trains to the end of the run and answers its id. */
  train(config: Parameters<HeldTraining['train']>[0], device: string): Promise<string>;
  compare(system: System): Promise<void>;
}

export interface BenchmarkQueue {
  /** The last queue, also after its end; null before a first. */
  readonly state: BenchmarkProgress | null;
  /** @throws AppError `busy` while a training, an evaluation or a queue is going */
  start(tasks: readonly PlannedTask[]): BenchmarkProgress;
  /** Answers when the queue has ended. What trains is cancelled, or paused at a checkpoint. */
  stop(intent: 'pause' | 'cancel'): Promise<void>;
}

/** How a run ended that nobody finished: told by its status. */
export class RunEnded extends Error {
  readonly status: 'paused' | 'stopped' | 'failed';
  constructor(status: RunEnded['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** `outcomeOf` tells what became of a run that has ended: nothing for a finished one. */
export function createBenchmarkQueue(training: Pick<TrainingService, 'hold'>, emit: Emit, outcomeOf: (runId: string) => RunEnded | null): BenchmarkQueue {
  let state: BenchmarkProgress | null = null;
  let intent: 'pause' | 'cancel' | null = null;
  /** Ends what the task that runs is doing. */
  let interrupt: (intent: 'pause' | 'cancel') => Promise<void> = async () => {};
  let ended: Promise<void> = Promise.resolve();

  async function drive(planned: readonly PlannedTask[], held: HeldTraining): Promise<void> {
    const started = performance.now();
    const tasks: BenchmarkTask[] = planned.map(({ facts }) => ({ ...facts, status: 'waiting', runId: null, seconds: null, message: null }));
    const seconds = (since: number): number => (performance.now() - since) / 1000;
    let position = 0;
    let taskStarted = started;
    let progress: TrainingProgress | null = null;

    function tell(status: BenchmarkProgress['status']): void {
      const eta = status === 'running' ? estimate(tasks, position, seconds(taskStarted), progress?.eta ?? null) : null;
      state = { status, tasks: [...tasks], position, training: progress, elapsed: seconds(started), eta };
      emit('benchmark.progress', state);
    }
    const change = (fields: Partial<BenchmarkTask>): void => void (tasks[position] = { ...tasks[position]!, ...fields });

    const steps: Steps = {
      async train(config, device) {
        throwIfStopped();
        const run = await held.train(config, device, (heard) => {
          progress = heard;
          tell('running');
        });
        change({ runId: run.runId });
        interrupt = (wanted) => run.stop(wanted);
        if (intent !== null) await run.stop(intent);
        await run.ended;
        interrupt = async () => {};
        progress = null;
        const outcome = outcomeOf(run.runId);
        if (outcome !== null) throw outcome;
        tell('running');
        return run.runId;
      },
      async compare(system) {
        throwIfStopped();
        if ('run' in system) change({ runId: system.run });
        const abort = new AbortController();
        interrupt = async () => abort.abort();
        await held.compare(system, abort.signal);
        interrupt = async () => {};
        emit('workspace.changed', { what: ['runs'] });
      },
    };

    try {
      for (; position < planned.length && intent === null; position++) {
        taskStarted = performance.now();
        change({ status: 'running' });
        tell('running');
        const failure = await planned[position]!.work(steps).then(() => null, (error: unknown) => error as Error);
        progress = null;
        change({ ...outcome(failure), seconds: seconds(taskStarted) });
        if (failure instanceof RunEnded && failure.status === 'paused') intent ??= 'pause';
      }
    } finally {
      interrupt = async () => {};
      held.release();
      for (const [index, task] of tasks.entries()) if (task.status === 'waiting') tasks[index] = { ...task, status: 'cancelled' };
      tell(intent === null ? 'done' : 'cancelled');
    }
  }

  function throwIfStopped(): void {
    if (intent !== null) throw new RunEnded('stopped', 'The benchmark was stopped.');
  }

  function outcome(failure: Error | null): Pick<BenchmarkTask, 'status' | 'message'> {
    if (failure === null) return { status: 'done', message: null };
    const stopped = intent !== null || (failure instanceof RunEnded && failure.status !== 'failed');
    if (!stopped && !(failure instanceof RunEnded) && !isAppError(failure)) console.error('benchmark', failure);
    return { status: stopped ? 'cancelled' : 'failed', message: failure.message };
  }

  return {
    get state() {
      return state;
    },
    start(tasks) {
      const held = training.hold('A benchmark');
      intent = null;
      ended = drive(tasks, held).catch((error: unknown) => console.error('benchmark', error));
      return state!; // told before the first wait
    },
    async stop(wanted) {
      if (state?.status !== 'running') return;
      intent ??= wanted;
      await interrupt(wanted);
      await ended;
    },
  };
}

/** Seconds to the end: tasks of a kind take as long as those before, in proportion to their share of the data; null until one of each kind tells. */
export function estimate(tasks: readonly BenchmarkTask[], position: number, spent: number, eta: number | null): number | null {
  const present = tasks[position];
  if (present === undefined) return null;
  const left = (kind: BenchmarkTask['kind']): number | null => {
    const rates = tasks.filter((task) => task.kind === kind && task.status === 'done' && task.seconds !== null).map(({ seconds, share }) => seconds! / share);
    if (present.kind === kind && eta !== null) rates.push((spent + eta) / present.share);
    const waiting = tasks.slice(position).filter((task) => task.kind === kind).reduce((sum, { share }) => sum + share, 0);
    if (waiting === 0) return 0;
    if (rates.length === 0) return null;
    const whole = (rates.reduce((sum, rate) => sum + rate, 0) / rates.length) * waiting;
    return Math.max(0, present.kind === kind ? whole - spent : whole);
  };
  const [train, evaluate] = [left('train'), left('evaluate')];
  return train === null || evaluate === null ? null : train + evaluate;
}
