/**
 * Keeps a worker process available: starts it when it is first needed, answers calls in flight with a named error when it ends,
 * starts it again with growing pauses, and ends it when a call outlasts its limit (there is no other way to end one long native call).
 */
import { AppError, type ErrorCode } from '../api/errors.ts';
import { createClient, mapMethods, type Allowed, type Client } from './channel.ts';
import type { Child, Exit } from './spawn.ts';

export interface SupervisorOptions<A, E> {
  spawn(): Promise<Child>;
  readonly allowed: Allowed<A>;
  /** Names of the events to pass on. */
  readonly events: readonly (keyof E & string)[];
  readonly lost: ErrorCode;
  /** Subject of the sentences for the user: `The compute process`. */
  readonly subject: string;
  /** Milliseconds that a method (`service.method`) may take without a sign of life; events are signs of life. */
  limit(name: string): number;
  onStart?(): void;
  /** `intended` tells an end that was asked for from a crash. */
  onExit?(exit: Exit, intended: boolean): void;
  /** Pause before the start after the n-th crash in a row; tests shorten it. */
  readonly pause?: (crashes: number) => number;
}

export interface Supervised<A, E> {
  /** Starts the process where none runs. */
  readonly api: A;
  on<Name extends keyof E & string>(name: Name, listener: (data: E[Name]) => void): () => void;
  /** Counts processes: what was set up in an earlier one is gone. */
  readonly generation: number;
  readonly pid: number | null;
  /** Ends the process, if any; calls in flight end with `code`. The next call starts another at once. */
  kill(code: ErrorCode, message: string): Promise<void>;
  /** Ends it for good. */
  stop(graceMs: number): Promise<void>;
}

/** After so many crashes in a row something is wrong that another start does not mend. */
const crashLimit = 5;

/** 1, 2, 4, 8, 16 seconds; never more than 30. */
function defaultPause(crashes: number): number {
  return Math.min(30_000, 1000 * 2 ** (crashes - 1));
}

interface Running<A, E> {
  readonly child: Child;
  readonly client: Client<A, E>;
  /** Renewed by events. */
  readonly alarms: Set<() => void>;
  intended: boolean;
}

export function supervise<A, E>(options: SupervisorOptions<A, E>): Supervised<A, E> {
  const listeners = new Map<string, Set<(data: never) => void>>();
  let starting: Promise<Running<A, E>> | null = null;
  let running: Running<A, E> | null = null;
  let generation = 0;
  let crashes = 0;
  let notBefore = 0;
  let stopped = false;

  async function start(): Promise<Running<A, E>> {
    if (stopped) throw new AppError(options.lost, `${options.subject} was stopped.`);
    if (crashes >= crashLimit) throw new AppError(options.lost, `${options.subject} ended ${crashes} times in a row. Start Shelfsight again.`);
    const wait = notBefore - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const child = await options.spawn();
    if (stopped) {
      await child.stop(0);
      throw new AppError(options.lost, `${options.subject} was stopped.`);
    }
    const client = createClient<A, E>(child.connect(), options.allowed, { lost: options.lost, lostMessage: `${options.subject} ended unexpectedly. It is being started again.` });
    const current: Running<A, E> = { child, client, alarms: new Set(), intended: false };
    for (const name of options.events) {
      client.on(name, (data) => {
        for (const renew of current.alarms) renew();
        for (const listener of listeners.get(name) ?? []) listener(data as never);
      });
    }
    generation++;
    running = current;
    void child.exited.then((exit) => {
      if (running === current) {
        running = null;
        starting = null;
      }
      if (!current.intended) {
        crashes++;
        notBefore = Date.now() + (options.pause ?? defaultPause)(crashes);
      }
      options.onExit?.(exit, current.intended || stopped);
    });
    options.onStart?.();
    return current;
  }

  function ensure(): Promise<Running<A, E>> {
    starting ??= start().catch((error: unknown) => {
      starting = null;
      throw error;
    });
    return starting;
  }

  async function end(current: Running<A, E>, code: ErrorCode, message: string): Promise<void> {
    current.intended = true;
    if (running === current) {
      running = null;
      starting = null;
    }
    current.client.fail(code, message);
    await current.child.stop(0);
  }

  async function call(service: string, method: string, request: unknown): Promise<unknown> {
    const current = await ensure();
    const name = `${service}.${method}`;
    const limit = options.limit(name);
    let timer: NodeJS.Timeout;
    const renew = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        void end(current, options.lost, `${options.subject} gave no sign of life for ${limit / 1000} s during ${name} and was ended.`);
      }, limit);
    };
    renew();
    current.alarms.add(renew);
    try {
      const services = current.client.api as Record<string, Record<string, (request: unknown) => Promise<unknown>>>;
      const value = await services[service]![method]!(request);
      crashes = 0;
      return value;
    } finally {
      clearTimeout(timer!);
      current.alarms.delete(renew);
    }
  }

  return {
    api: mapMethods(options.allowed, (service, method) => (request) => call(service, method, request)),
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => void set.delete(listener);
    },
    get generation() {
      return generation;
    },
    get pid() {
      return running?.child.pid ?? null;
    },
    async kill(code, message) {
      const current = running ?? (starting ? await starting.catch(() => null) : null);
      if (current) await end(current, code, message);
    },
    async stop(graceMs) {
      stopped = true;
      const current = running;
      if (!current) return;
      current.intended = true;
      await current.child.stop(graceMs);
    },
  };
}
