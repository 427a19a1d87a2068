/** The shell's hold on the backend, the same in Electron and in the browser host: it is always running, and never stuck for long. */
import { methods, type Api } from './api/index.ts';
import type { Departure } from './api/workspace.ts';
import { demoWorkspace } from './folders.ts';
import { createClient, type Port } from './transport/channel.ts';
import { keep } from './transport/keep.ts';
import { cannotOpen, type Child } from './transport/spawn.ts';

/** A workspace to open. `demo`: it is filled where it is empty; `reset`: it is put back to its start first. */
export interface Destination {
  readonly folder: string;
  readonly demo: boolean;
  readonly reset: boolean;
}

/** Where a departure from the workspace in `folder` leads. */
export function destinationOf(departure: Departure, folder: string): Destination {
  if (typeof departure === 'object') return { folder: departure.folder, demo: false, reset: false };
  return { folder: departure === 'demo' ? demoWorkspace() : folder, demo: true, reset: departure === 'start' };
}

/** What each start of a backend is given: one that is started again after a crash resets nothing. */
export function backendWords({ folder, demo, reset }: Destination): () => readonly string[] {
  let first = true;
  return () => {
    const words = [folder, ...(demo ? ['--demo', ...(reset && first ? ['--reset'] : [])] : [])];
    first = false;
    return words;
  };
}

export interface BackendHold<C extends Child> {
  /** Rejects where the first start fails. */
  start(): Promise<void>;
  child(): Promise<C>;
  connect(): Promise<Port>;
  stop(): Promise<void>;
}

/** A running SQL statement cannot be stopped inside its process, and a stuck process cannot keep its own clock. */
const heartbeatMs = 5_000;
const stuckMs = 60_000;
/** Time to pause a training at a checkpoint and to close the workspace. */
const graceMs = 10_000;

/** `onGiveUp`: the backend cannot run (it said why on stderr); the shell should end. `onLeave`: the user goes to another workspace. */
export function keepBackend<C extends Child>(spawn: () => Promise<C>, onGiveUp: (exitCode: number | null) => void, onLeave: (departure: Departure) => void): BackendHold<C> {
  const keeper = keep<C>({
    spawn,
    lost: 'backend-lost',
    subject: 'The backend',
    onStart: watch,
    onExit(exit, intended) {
      if (intended) return;
      if (exit.code === cannotOpen) return onGiveUp(exit.code);
      console.error(`The backend ended (code ${exit.code}, signal ${exit.signal}). Starting it again.`);
      keeper.child().catch((error: Error) => {
        console.error(error.message);
        onGiveUp(null);
      });
    },
  });

  function watch(child: C): void {
    let left = false; // two windows may ask, and the first is followed
    child.onSaid((words) => {
      if (!left) onLeave(words as Departure);
      left = true;
    });
    const client = createClient<Api>(child.connect(), methods, { lost: 'backend-lost', lostMessage: 'The backend ended.' });
    let beating = true;
    void child.exited.then(() => (beating = false));
    const beat = async (): Promise<void> => {
      const alarm = setTimeout(() => {
        console.error(`The backend gave no sign of life for ${stuckMs / 1000} s. Starting it again.`);
        void child.stop(0);
      }, stuckMs);
      await client.api.workspace.status({}).then(keeper.succeeded, () => {});
      clearTimeout(alarm);
      if (beating) setTimeout(() => void beat(), heartbeatMs).unref();
    };
    void beat();
  }

  return {
    async start() {
      await keeper.child();
    },
    child: keeper.child,
    connect: async () => (await keeper.child()).connect(),
    stop: () => keeper.stop(graceMs),
  };
}
