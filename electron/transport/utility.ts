/** The second implementation of spawn.ts: Electron's utility processes. Only types of Electron here; the shell passes the values in. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageChannelMain, MessagePortMain, UtilityProcess, utilityProcess } from 'electron';
import type { Port } from './channel.ts';
import { portOf, type MessagePortLike } from './port.ts';
import type { ParentPort } from './parent.ts';
import { parentVariable, scratchPrefix, stopProcess, type Child, type Exit, type Role, type SpawnWorker } from './spawn.ts';

export interface ElectronForks {
  readonly utilityProcess: typeof utilityProcess;
  readonly MessageChannelMain: typeof MessageChannelMain;
}

/** A child of the shell that can also be given the end of a line that someone else holds (a window, the backend). */
export interface UtilityChild extends Child {
  give(port: MessagePortMain): void;
  /** What the child says outside any line: the backend's orders for compute processes. */
  onMessage(listener: (message: unknown) => void): void;
  post(message: unknown, ports?: readonly MessagePortMain[]): void;
}

export async function forkUtility(electron: ElectronForks, entry: string, role: Role, args: readonly string[]): Promise<UtilityChild> {
  const folder = role === 'backend' ? null : mkdtempSync(join(tmpdir(), scratchPrefix));
  const child: UtilityProcess = electron.utilityProcess.fork(entry, [...args], {
    serviceName: `Shelfsight ${role}`,
    stdio: role === 'probe' ? 'ignore' : 'inherit',
    ...(folder === null ? {} : { cwd: folder }),
    env: { ...process.env, [parentVariable]: String(process.pid) },
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code) => {
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
      resolve({ code, signal: null });
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', () => resolve());
    child.once('exit', (code) => reject(new Error(`The ${role} process ended with code ${code} before it started.`)));
  });
  const pid = child.pid!;
  const give = (port: MessagePortMain): void => child.postMessage({ kind: 'open' }, [port]);
  return {
    pid,
    exited,
    give,
    connect() {
      const { port1, port2 } = new electron.MessageChannelMain();
      give(port2);
      return closingWith(portOf(port1 as unknown as MessagePortLike, 'wrapped'), exited);
    },
    stop: (graceMs) => stopProcess(pid, exited, () => child.postMessage({ kind: 'stop' }), graceMs),
    onMessage: (listener) => void child.on('message', listener),
    onSaid: (listener) => void child.on('message', ({ kind, words }: { readonly kind?: string; readonly words?: unknown }) => void (kind === 'say' && listener(words))),
    post: (message, ports = []) => child.postMessage(message, [...ports]),
  };
}

/** The backend cannot fork in Electron: it orders compute processes from the shell by these messages. */
type Order = { readonly kind: 'spawn'; readonly role: Role; readonly ticket: string; readonly args: readonly string[] } | { readonly kind: 'kill'; readonly ticket: string; readonly graceMs: number };
type Delivery =
  | { readonly kind: 'spawned'; readonly ticket: string; readonly pid: number }
  | { readonly kind: 'exited'; readonly ticket: string; readonly exit: Exit };

/** The shell's side: forks compute processes for the backend and hands it a port to each. */
export function serveOrders(electron: ElectronForks, backend: UtilityChild, computeEntry: string): void {
  const children = new Map<string, Promise<UtilityChild>>();
  backend.onMessage((message) => {
    const order = message as Order;
    if (order.kind === 'kill') void children.get(order.ticket)?.then((child) => child.stop(order.graceMs)).catch(() => {});
    if (order.kind !== 'spawn') return;
    const { ticket } = order;
    const child = forkUtility(electron, computeEntry, order.role, order.args);
    children.set(ticket, child);
    const ended = (exit: Exit): void => {
      children.delete(ticket);
      backend.post({ kind: 'exited', ticket, exit } satisfies Delivery);
    };
    void child.then(
      (compute) => {
        const { port1, port2 } = new electron.MessageChannelMain();
        compute.give(port2);
        backend.post({ kind: 'spawned', ticket, pid: compute.pid } satisfies Delivery, [port1]);
        void compute.exited.then(ended);
      },
      () => ended({ code: -1, signal: null }),
    );
  });
  // A backend that is gone cannot end what it ordered.
  void backend.exited.then(() => {
    for (const child of children.values()) void child.then((compute) => compute.stop(0)).catch(() => {});
  });
}

/** The backend's side of `serveOrders`: the same `SpawnWorker` as anywhere else, with one line per process. */
export function orderedWorkers(shell: ParentPort): SpawnWorker {
  const spawned = new Map<string, (pid: number, port: MessagePortLike) => void>();
  const ends = new Map<string, (exit: Exit) => void>();
  shell.on('message', ({ data, ports }) => {
    const delivery = data as Delivery;
    if (delivery.kind === 'spawned') spawned.get(delivery.ticket)?.(delivery.pid, ports[0]!);
    if (delivery.kind === 'exited') ends.get(delivery.ticket)?.(delivery.exit);
  });
  return async (role, args) => {
    if (role === 'backend') throw new Error('The backend starts compute processes only.');
    const ticket = randomUUID();
    const exited = new Promise<Exit>((resolve) => ends.set(ticket, resolve));
    const { pid, port } = await new Promise<{ pid: number; port: MessagePortLike }>((resolve, reject) => {
      spawned.set(ticket, (pid, port) => resolve({ pid, port }));
      void exited.then((exit) => reject(new Error(`The compute process ended with code ${exit.code} before it started.`)));
      shell.postMessage({ kind: 'spawn', role, ticket, args } satisfies Order);
    });
    spawned.delete(ticket);
    void exited.then(() => ends.delete(ticket));
    return {
      pid,
      exited,
      connect: () => closingWith(portOf(port, 'wrapped'), exited),
      onSaid: () => {}, // a compute process has its line
      async stop(graceMs) {
        shell.postMessage({ kind: 'kill', ticket, graceMs } satisfies Order);
        return exited;
      },
    };
  };
}

/** A port that also closes when the process at its other end has gone, should Electron not say so itself. */
function closingWith(port: Port, exited: Promise<Exit>): Port {
  const listeners = new Set<() => void>();
  let open = true;
  const end = (): void => {
    if (!open) return;
    open = false;
    for (const listener of listeners) listener();
  };
  port.onClose(end);
  void exited.then(end);
  return {
    post: (message) => void (open && port.post(message)),
    onMessage: (listener) => port.onMessage(listener),
    onClose: (listener) => void listeners.add(listener),
    close: () => port.close(),
  };
}
