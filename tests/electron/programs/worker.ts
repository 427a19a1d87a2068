/** A worker for tests of supervision: it can wait, hang in native code, abort, and say what it was given. */
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../../../electron/transport/channel.ts';
import { listenToParent } from '../../../electron/transport/parent.ts';
import { workMethods, type Work, type WorkEvents } from './work.ts';

if (process.argv.includes('--dies-at-once')) process.abort();

listenToParent({
  onConnection(port) {
    const emit = serve<Work, WorkEvents>(port, {
      allowed: workMethods,
      onBug: console.error,
      services: {
        work: {
          identify: async () => ({ pid: process.pid, folder: process.cwd(), parent: process.ppid }),
          sum: async ({ values }) => values.reduce((sum, value) => sum + value, 0),
          wait: () => new Promise(() => {}),
          async report({ times }) {
            for (let time = 1; time <= times; time++) {
              await sleep(60);
              emit('reported', { time });
            }
          },
          async hang() {
            for (;;);
          },
          async abort() {
            process.abort();
          },
        },
      },
    });
  },
  onStop: () => process.exit(0),
});
