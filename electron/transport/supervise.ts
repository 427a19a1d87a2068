/**
 * An API whose process may end at any time: calls in flight are answered with a named error, the next call starts another process,
 * and a call that outlasts its limit ends its process (there is no other way to end one long native call).
 */
import type { ErrorCode } from '../api/errors.ts';
import { createClient, mapMethods, type Allowed, type Client } from './channel.ts';
import { keep, type KeepOptions } from './keep.ts';
import type { Child } from './spawn.ts';

export interface SupervisorOptions<A, E> extends KeepOptions<Child> {
  readonly allowed: Allowed<A>;
  /** Names of the events to pass on. */
  readonly events: readonly (keyof E & string)[];
  /** Milliseconds that a method (`service.method`) may take without a sign of life; events are signs of life. */
  limit(name: string): number;
}

export interface Supervised<A, E> {
  /** Starts the process where none runs. */
  readonly api: A;
  on<Name extends keyof E & string>(name: Name, listener: (data: E[Name]) => void): () => void;
  readonly generation: number;
  readonly pid: number | null;
  /** Ends the process, if any; calls in flight end with this error. The next call starts another at once. */
  kill(code: ErrorCode, message: string): Promise<void>;
  /** Ends it for good. */
  stop(graceMs: number): Promise<void>;
}

/** A process with its line. */
interface Staffed<A, E> {
  readonly child: Child;
  readonly client: Client<A, E>;
  /** Each call in flight renews its limit when an event comes. */
  readonly renewals: Set<() => void>;
}

export function supervise<A, E>(options: SupervisorOptions<A, E>): Supervised<A, E> {
  const { subject, lost } = options;
  const listeners = new Map<string, Set<(data: never) => void>>();
  let staffed: Staffed<A, E> | null = null;
  const keeper = keep({
    ...options,
    onStart(child) {
      const client = createClient<A, E>(child.connect(), options.allowed, { lost, lostMessage: `${subject} ended unexpectedly. It is started again when it is needed.` });
      const renewals = new Set<() => void>();
      for (const name of options.events) {
        client.on(name, (data) => {
          for (const renew of renewals) renew();
          for (const listener of listeners.get(name) ?? []) listener(data as never);
        });
      }
      staffed = { child, client, renewals };
      options.onStart?.(child);
    },
  });

  async function end({ child, client }: Staffed<A, E>, code: ErrorCode, message: string): Promise<void> {
    client.fail(code, message);
    await keeper.end(child);
  }

  async function call(service: string, method: string, request: unknown): Promise<unknown> {
    await keeper.child();
    const present = staffed!;
    const name = `${service}.${method}`;
    const limit = options.limit(name);
    let timer: NodeJS.Timeout | undefined;
    const renew = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void end(present, lost, `${subject} gave no sign of life for ${limit / 1000} s during ${name} and was ended.`), limit);
    };
    renew();
    present.renewals.add(renew);
    try {
      const services = present.client.api as Record<string, Record<string, (request: unknown) => Promise<unknown>>>;
      const value = await services[service]![method]!(request);
      keeper.succeeded();
      return value;
    } finally {
      clearTimeout(timer);
      present.renewals.delete(renew);
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
      return keeper.generation;
    },
    get pid() {
      return keeper.pid;
    },
    async kill(code, message) {
      if (staffed && keeper.pid === staffed.child.pid) await end(staffed, code, message);
    },
    stop: keeper.stop,
  };
}
