/** Keeps one worker process available: starts it when it is asked for, again after a crash with growing pauses, and gives up at last. */
import { AppError, type ErrorCode } from '../api/errors.ts';
import type { Child, Exit } from './spawn.ts';

export interface KeepOptions<C extends Child> {
  spawn(): Promise<C>;
  /** Kind and subject of the errors a caller gets when there is no process: `The compute process`. */
  readonly lost: ErrorCode;
  readonly subject: string;
  onStart?(child: C): void;
  /** `intended` tells an end that was asked for from a crash. */
  onExit?(exit: Exit, intended: boolean): void;
  /** Pause before the start after the n-th crash in a row; tests shorten it. */
  readonly pause?: (crashes: number) => number;
}

export interface Keeper<C extends Child> {
  /** The running process, started where none runs. */
  child(): Promise<C>;
  /** Counts the processes that have ended: what was set up at another count is gone. */
  readonly generation: number;
  readonly pid: number | null;
  /** The process did what it is for: crashes before count no more. */
  succeeded(): void;
  /** Ends this process; the next `child()` starts another at once. */
  end(child: C): Promise<void>;
  /** Ends it for good. */
  stop(graceMs: number): Promise<void>;
}

/** After so many crashes in a row something is wrong that another start does not mend. */
const crashLimit = 5;

/** 1, 2, 4, 8, 16 seconds; never more than 30. */
function defaultPause(crashes: number): number {
  return Math.min(30_000, 1000 * 2 ** (crashes - 1));
}

export function keep<C extends Child>(options: KeepOptions<C>): Keeper<C> {
  let present: Promise<C> | null = null;
  let running: C | null = null;
  const intended = new Set<C>();
  let generation = 0;
  let crashes = 0;
  let notBefore = 0;
  let stopped = false;

  function refuseStopped(): void {
    if (stopped) throw new AppError(options.lost, `${options.subject} was stopped.`);
  }

  async function start(): Promise<C> {
    refuseStopped();
    if (crashes >= crashLimit) throw new AppError(options.lost, `${options.subject} ended ${crashes} times in a row. Start Shelfsight again.`);
    const wait = notBefore - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    refuseStopped();
    const child = await options.spawn();
    if (stopped) await child.stop(0);
    refuseStopped();
    running = child;
    void child.exited.then((exit) => {
      forget(child);
      const asked = stopped || intended.delete(child);
      if (!asked) {
        crashes++;
        notBefore = Date.now() + (options.pause ?? defaultPause)(crashes);
      }
      options.onExit?.(exit, asked);
    });
    options.onStart?.(child);
    return child;
  }

  function forget(child: C): void {
    if (running !== child) return;
    running = null;
    present = null;
    generation++;
  }

  return {
    child() {
      present ??= start().catch((error: unknown) => {
        present = null;
        throw error;
      });
      return present;
    },
    get generation() {
      return generation;
    },
    get pid() {
      return running?.pid ?? null;
    },
    succeeded() {
      crashes = 0;
    },
    async end(child) {
      intended.add(child);
      forget(child);
      await child.stop(0);
    },
    async stop(graceMs) {
      stopped = true;
      await running?.stop(graceMs);
    },
  };
}
