/**
 * Imports, and taking them back, on a thread of their own: reading, checking and SQLite's longer statements keep the thread that answers
 * the screens for nothing but a few messages. Who may write when is still decided there: the thread asks for its turn.
 */
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Workspace } from '../database.ts';
import { StorageError } from '../errors.ts';
import type { StorageErrorCode } from '../errors.ts';
import { moveImport } from '../import-undo.ts';
import type { UndoReport, UndoRequest } from '../import-undo.ts';
import type { ImportReport } from '../records.ts';
import { importFile, reportCancelled } from './import.ts';
import type { ImportHooks, ImportRequest } from './request.ts';

/** Smaller files take less time than the start of a thread, which is about 0.1 s. */
const smallBytes = 262_144;

/**
 * Room for the newest objects of the thread, in MiB. Rows live for a moment: with V8's own choice of room a thread held 100 MB of dead ones,
 * and with this little it needs no more time (measured).
 */
const youngMebibytes = 8;

export type ThreadTask =
  | { readonly kind: 'import'; readonly path: string; readonly name: string; readonly request: ImportRequest }
  | { readonly kind: 'move'; readonly request: UndoRequest };

/** What becomes of a thread's work. It is decided once, by whoever is first: the thread before its commit, or a cancel. */
export const fates = { open: 0, kept: 1, dropped: 2 } as const;

/** What the thread is started with. `fate`: one number that both sides see. */
export interface ThreadStart {
  readonly fate: Int32Array<SharedArrayBuffer>;
  readonly folder: string;
  readonly file: string;
  readonly task: ThreadTask;
}

export type FromThread =
  | { readonly say: 'progress'; readonly progress: unknown }
  /** Everything between `turn` and `ended` happens while nobody else writes. */
  | { readonly say: 'turn' }
  | { readonly say: 'ended' }
  | { readonly say: 'done'; readonly report: unknown }
  | { readonly say: 'failed'; readonly error: PlainError };

export type ToThread = { readonly say: 'cancel' } | { readonly say: 'yours' } | { readonly say: 'refused'; readonly error: PlainError };

/** An error as it crosses: its class is told by `storage`. */
export interface PlainError {
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly storage: boolean;
}

export function describeError(error: unknown): PlainError {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined, code: undefined, storage: false };
  return { message: error.message, stack: error.stack, code: 'code' in error ? String(error.code) : undefined, storage: error instanceof StorageError };
}

export function rebuildError({ message, stack, code, storage }: PlainError): Error {
  const error = storage ? new StorageError(code as StorageErrorCode, message) : Object.assign(new Error(message), code === undefined ? {} : { code });
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** As `importFile`. `bytes`: the size of the file. */
export async function importAside(workspace: Workspace, path: string, name: string, bytes: number, request: ImportRequest, hooks: ImportHooks): Promise<ImportReport> {
  if (bytes <= smallBytes) return importFile(workspace, path, name, request, hooks);
  try {
    return await runThread(workspace, { kind: 'import', path, name, request }, hooks.signal, hooks.onProgress as (progress: unknown) => void) as ImportReport;
  } catch (error) {
    if (hooks.signal?.aborted === true && error === hooks.signal.reason) return reportCancelled(name, request);
    throw error;
  }
}

/** As `moveImport`. */
export async function moveImportAside(workspace: Workspace, request: UndoRequest, hooks: NonNullable<Parameters<typeof moveImport>[2]>): Promise<UndoReport> {
  return await runThread(workspace, { kind: 'move', request }, hooks.signal, hooks.onRows as (progress: unknown) => void) as UndoReport;
}

/**
 * @throws the signal's reason where a cancel was answered before the thread had heard of it: an index of ten million events takes it some
 * seconds, which nobody needs to wait for but those who write next
 */
function runThread(workspace: Workspace, task: ThreadTask, signal: AbortSignal | undefined, onProgress: ((progress: unknown) => void) | undefined): Promise<unknown> {
  const fate = new Int32Array(new SharedArrayBuffer(4));
  const start: ThreadStart = { fate, folder: workspace.folder, file: workspace.file, task };
  // A .ts file from a checkout, a bundle beside this one from a build.
  const thread = new Worker(join(import.meta.dirname, `import-thread${extname(import.meta.filename)}`), { workerData: start, resourceLimits: { maxYoungGenerationSizeMb: youngMebibytes } });
  const send = (message: ToThread): void => thread.postMessage(message);
  return new Promise<unknown>((resolve, reject) => {
    let writes = false;
    const cancel = (): void => {
      send({ say: 'cancel' });
      if (writes && Atomics.compareExchange(fate, 0, fates.open, fates.dropped) === fates.open) reject(signal!.reason as Error);
    };
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted === true) cancel();
    const ended = new Promise<void>((end) => {
      thread.once('exit', () => end());
    });
    // Said when the thread is gone, and its files with it: who hears of the end may close the workspace, whose log goes with the last connection.
    let answer = (): void => reject(new Error('The thread of an import ended without an answer.'));
    let endTurn = (): void => {};
    const giveTurn = (): Promise<void> => workspace.exclusive(() => {
      const turn = new Promise<void>((end) => {
        endTurn = end;
      });
      writes = true;
      send({ say: 'yours' });
      return Promise.race([turn, ended]); // a thread that dies gives its turn back
    });
    thread.on('message', (message: FromThread) => {
      if (fate[0] === fates.dropped) { // nobody listens any more; its turn ends with it, and it gets no other
        if (message.say === 'turn') send({ say: 'refused', error: describeError(signal!.reason) });
      } else if (message.say === 'progress') onProgress?.(message.progress);
      else if (message.say === 'turn') giveTurn().catch((error: unknown) => send({ say: 'refused', error: describeError(error) }));
      else if (message.say === 'ended') {
        writes = false;
        endTurn();
      }
      else if (message.say === 'done') answer = () => resolve(message.report);
      else answer = () => reject(rebuildError(message.error));
    });
    thread.once('error', (error) => {
      answer = () => reject(error);
    });
    void ended.then(() => {
      signal?.removeEventListener('abort', cancel);
      answer();
    });
  });
}
