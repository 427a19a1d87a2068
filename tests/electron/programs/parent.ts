/** Starts a worker, sends it into an endless loop, prints its pid and folder and waits to be killed: the worker must not outlive it. */
import { join } from 'node:path';
import { createClient } from '../../../electron/transport/channel.ts';
import { forkedWorkers } from '../../../electron/transport/spawn.ts';
import { workMethods, type Work } from './work.ts';

const worker = join(import.meta.dirname, 'worker.ts');
const child = await forkedWorkers({ backend: worker, compute: worker })('compute', []);
const { api } = createClient<Work>(child.connect(), workMethods, { lost: 'compute-lost', lostMessage: 'lost' });
const { folder } = await api.work.identify({});
api.work.hang({}).catch(() => {});
console.log(JSON.stringify({ pid: child.pid, folder }));
setInterval(() => {}, 1_000);
