/** The child's side of spawn.ts and utility.ts: lines from the parent, the order to stop, and the end when the parent is gone. */
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Port } from './channel.ts';
import { openLines, type LineMessage } from './lines.ts';
import { portOf, type MessagePortLike } from './port.ts';
import { parentVariable, scratchPrefix } from './spawn.ts';

/** Electron's `process.parentPort` in a utility process; absent in plain Node. */
export interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: readonly MessagePortLike[] }) => void): unknown;
  postMessage(message: unknown): void;
}

export interface ParentListeners {
  onConnection(port: Port): void;
  /** Ends the process in good order. */
  onStop(): void;
}

export function parentPort(): ParentPort | null {
  return (process as unknown as { parentPort?: ParentPort }).parentPort ?? null;
}

/** Says something to the parent outside of any line; its `Child.onSaid` hears it. */
export function tellParent(words: unknown): void {
  const port = parentPort();
  if (port) port.postMessage({ kind: 'say', words });
  else if (process.connected) process.send!({ kind: 'say', words } satisfies LineMessage, undefined, {}, () => {});
}

/** Call once, at the start of a worker process. */
export function listenToParent(listeners: ParentListeners): void {
  // Ctrl-C reaches the whole process group: what it means for children is the parent's to say.
  process.on('SIGINT', () => {});
  const scratch = scratchFolder();
  if (scratch !== null) process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const port = parentPort();
  if (port) {
    watchParent('pid');
    port.on('message', ({ data, ports }) => {
      if (ports[0] && isKind(data, 'open')) listeners.onConnection(portOf(ports[0], 'wrapped'));
      else if (isKind(data, 'stop')) listeners.onStop();
    });
    return;
  }
  if (!process.send) throw new Error('This program is started by Shelfsight, not by hand.');
  watchParent('ppid');
  const lines = openLines((message) => process.connected && process.send!(message, undefined, {}, () => {}), listeners);
  process.on('message', (message) => lines.receive(message as LineMessage));
  process.on('disconnect', () => listeners.onStop());
}

function isKind(data: unknown, kind: string): boolean {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === kind;
}

/** The empty folder this process was started in, which is its own to remove; null where it has none. */
function scratchFolder(): string | null {
  return basename(process.cwd()).startsWith(scratchPrefix) ? process.cwd() : null;
}

/** Polling interval of the watchdog, milliseconds. */
const watchMs = 200;

/**
 * Ends this process when its parent is gone, even while it is stuck in native code: only another thread still runs then.
 * `ppid` compares the parent's pid as the system knows it (a dead parent that nobody reaped still answers to signal 0);
 * `pid` asks whether the shell's pid still exists (a utility process need not be the shell's own child).
 */
export function watchParent(mode: 'ppid' | 'pid', parent = Number(process.env[parentVariable] ?? process.ppid)): void {
  const gone =
    mode === 'ppid' ? 'process.ppid !== parent' : "(() => { try { process.kill(parent, 0); return false; } catch (error) { return error.code === 'ESRCH'; } })()";
  // Plain JavaScript in a string: it needs no file, so it runs from a checkout, a bundle and an asar alike.
  const scratch = scratchFolder();
  const tidy = scratch === null ? '' : `require('node:fs').rmSync(${JSON.stringify(scratch)}, { recursive: true, force: true });`;
  const source = `const parent = ${parent}; setInterval(() => { if (${gone}) { ${tidy} process.kill(process.pid, 'SIGKILL'); } }, ${watchMs});`;
  new Worker(source, { eval: true }).unref();
}
