/**
 * Starts worker processes. One interface, two implementations: `child_process` here (browser host, command line, tests) and
 * `utilityProcess` in utility.ts (Electron, where the `runAsNode` fuse is off and `fork` fails once packaged).
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Port } from './channel.ts';
import { openLines, type LineMessage } from './lines.ts';

/** A probe is a compute process whose complaints nobody needs to read: drivers print pages of them. */
export type Role = 'backend' | 'compute' | 'probe';

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Child {
  readonly pid: number;
  /** A new line to the child: its `onConnection` gets the other end. Several may be open at once. */
  connect(): Port;
  readonly exited: Promise<Exit>;
  /** Hears what the child says outside of any line. */
  onSaid(listener: (words: unknown) => void): void;
  /** Asks, then SIGTERM, then SIGKILL; 0 kills at once. A process inside native code hears nothing but the last. */
  stop(graceMs: number): Promise<Exit>;
}

export type SpawnWorker = (role: Role, args: readonly string[]) => Promise<Child>;

/** The program of each role: .ts files from a checkout, bundles from a build. */
export type Entries = Readonly<Record<'backend' | 'compute', string>>;

export function forkedWorkers(entries: Entries): SpawnWorker {
  return (role, args) => forkWorker(entries[role === 'backend' ? 'backend' : 'compute'], role, args);
}

/** Exit code of a backend that cannot open its workspace, after it said why on stderr: starting it again would not help. */
export const cannotOpen = 3;

/** Begins the names of the empty folders that compute processes work in; the last to go removes it, parent or child. */
export const scratchPrefix = 'shelfsight-compute-';

/** Variable that tells a child whose death ends it. */
export const parentVariable = 'SHELFSIGHT_PARENT';

async function forkWorker(entry: string, role: Role, args: readonly string[]): Promise<Child> {
  // A model that names external data resolves it against the working directory: compute gets an empty one of its own.
  const folder = role === 'backend' ? null : mkdtempSync(join(tmpdir(), scratchPrefix));
  const stderr = role === 'probe' ? 'ignore' : 2;
  const child = fork(entry, [...args], {
    serialization: 'advanced', // structured clone: typed arrays cross whole
    stdio: ['ignore', stderr, stderr, 'ipc'], // stdout belongs to the one JSON document of the command line
    execArgv: [],
    ...(folder === null ? {} : { cwd: folder }),
    env: { ...process.env, [parentVariable]: String(process.pid) },
  });
  const listeners = new Set<(words: unknown) => void>();
  const send = (message: LineMessage): void => {
    if (child.connected) child.send(message, () => {}); // the callback swallows EPIPE: `exited` tells the same
  };
  const lines = openLines(send, { onSaid: (words) => listeners.forEach((listener) => listener(words)) });
  child.on('message', (message) => lines.receive(message as LineMessage));
  const exited = new Promise<Exit>((resolve) => {
    const settle = (exit: Exit): void => {
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
      resolve(exit);
      lines.closeAll();
    };
    child.once('exit', (code, signal) => settle({ code, signal }));
    child.once('error', () => child.pid === undefined && settle({ code: -1, signal: null }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid!;
  return { pid, connect: lines.connect, exited, onSaid: (listener) => void listeners.add(listener), stop: (graceMs) => stopProcess(pid, exited, () => lines.askToStop(), graceMs) };
}

/** Pause between SIGTERM and SIGKILL: SIGTERM ends a process that installed no handler in about 12 ms. */
const afterTermMs = 500;

export async function stopProcess(pid: number, exited: Promise<Exit>, ask: () => void, graceMs: number): Promise<Exit> {
  if (graceMs > 0) {
    ask();
    if (await within(exited, graceMs)) return exited;
    signalProcess(pid, 'SIGTERM');
    if (await within(exited, afterTermMs)) return exited;
  }
  signalProcess(pid, 'SIGKILL');
  return exited;
}

function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function within(done: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, ms, false)));
  const ended = await Promise.race([done.then(() => true as const), late]);
  clearTimeout(timer);
  return ended;
}
