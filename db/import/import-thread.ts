/** The program of the thread that aside.ts starts: one import, or the undoing of one. */
import { parentPort, workerData } from 'node:worker_threads';
import { openReadable, openWritable } from '../connection.ts';
import type { ReadableDB } from '../connection.ts';
import { describeFault } from '../faults.ts';
import { moveImport } from '../import-undo.ts';
import { describeError, fates, rebuildError } from './aside.ts';
import type { FromThread, ThreadStart, ToThread } from './aside.ts';
import { importFile } from './import.ts';
import type { ImportSite } from './request.ts';

const { folder, file, task, fate } = workerData as ThreadStart;
const port = parentPort!;
const tell = (message: FromThread): void => port.postMessage(message);
const controller = new AbortController();
let answerTurn: { readonly grant: () => void; readonly refuse: (error: Error) => void } | null = null;

port.on('message', (message: ToThread) => {
  if (message.say === 'cancel') controller.abort();
  else if (message.say === 'yours') answerTurn?.grant();
  else answerTurn?.refuse(rebuildError(message.error));
});

async function exclusive<T>(work: () => T | Promise<T>): Promise<T> {
  const turn = new Promise<void>((grant, refuse) => {
    answerTurn = { grant, refuse };
  });
  tell({ say: 'turn' });
  await turn;
  try {
    return await work();
  } finally {
    tell({ say: 'ended' });
  }
}

/** The one connection for looking, opened when it is asked for: where an import fails. */
const readers: ReadableDB[] = [];
const site: ImportSite = {
  folder,
  get reader() {
    if (readers.length === 0) readers.push(openReadable(file));
    return readers[0]!;
  },
  openImport: () => openWritable(file),
  exclusive,
  write: (work) => exclusive(async () => {
    const db = openWritable(file);
    try {
      return await work(db);
    } finally {
      db.close();
    }
  }),
};

/** Before the end is told: who hears of it may close the workspace, whose log goes with the last connection. */
function closeReaders(): void {
  for (const reader of readers.splice(0)) reader.close();
}

const { signal } = controller;
const keep = (): void => {
  if (Atomics.compareExchange(fate, 0, fates.open, fates.kept) === fates.dropped) controller.abort(); // the message may still be on its way
  signal.throwIfAborted();
};
const onProgress = (progress: unknown): void => tell({ say: 'progress', progress });
try {
  const report = task.kind === 'import'
    ? await importFile(site, task.path, task.name, task.request, { signal, keep, onProgress })
    : await moveImport(site, task.request, { signal, keep, onRows: onProgress });
  closeReaders();
  tell({ say: 'done', report });
} catch (error) {
  closeReaders();
  tell({ say: 'failed', error: describeError(describeFault(error, folder) ?? error) });
} finally {
  port.close(); // the last thing that keeps the thread
}
