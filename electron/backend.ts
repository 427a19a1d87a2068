/** Entry of the backend process: SQLite and all services. `backend.ts WORKSPACE [--demo [--reset]]` */
import { extname, join } from 'node:path';
import { methods, type Api, type Events } from './api/index.ts';
import { withDepartures } from './departure.ts';
import type { Engine } from './engine.ts';
import { serve } from './transport/channel.ts';
import { listenToParent, parentPort, tellParent } from './transport/parent.ts';
import { cannotOpen, forkedWorkers } from './transport/spawn.ts';
import { orderedWorkers } from './transport/utility.ts';
import { openWipeable } from './wipe.ts';

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: backend WORKSPACE [--demo [--reset]]');

const shell = parentPort();
const entry = (role: string): string => join(import.meta.dirname, role + extname(import.meta.filename));
const spawn = shell ? orderedWorkers(shell) : forkedWorkers({ backend: entry('backend'), compute: entry('compute') });

/** Lines that open while the workspace is being opened wait for it. */
const ready: Promise<Engine> = open(folder);
let stopping = false;

async function open(folder: string): Promise<Engine> {
  if (flags.includes('--reset')) (await import('./demo.ts')).restoreStart(folder);
  return openWipeable(folder, spawn);
}

function stop(): void {
  if (stopping) return;
  stopping = true;
  void ready.then((engine) => engine.close()).finally(() => process.exit(0));
}

listenToParent({
  onConnection(port) {
    const waiting: unknown[] = [];
    let deliver: (message: unknown) => void = (message) => void waiting.push(message);
    port.onMessage((message) => deliver(message));
    void ready.then((engine) => {
      const emit = serve<Api, Events>({ ...port, onMessage: (listener) => void (deliver = listener) }, {
        services: withDepartures(engine, tellParent),
        allowed: methods,
        onBug: (name, error) => console.error(name, error),
      });
      port.onClose(engine.onEvent(emit));
      for (const message of waiting) deliver(message);
    });
  },
  onStop: stop,
});
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

const engine = await ready.catch((error: Error) => {
  console.error(error.message);
  process.exit(cannotOpen);
});
if (flags.includes('--demo') && (await engine.api.workspace.recovery({})) === null) {
  const { fillDemo } = await import('./demo.ts');
  await fillDemo(engine).catch((error: unknown) => console.error('demo', error));
}
