import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isAppError } from '../../../electron/api/errors.ts';
import { forkedWorkers } from '../../../electron/transport/spawn.ts';
import { supervise, type SupervisorOptions } from '../../../electron/transport/supervise.ts';
import { isRunning, untilGone } from '../../helpers/processes.ts';
import { workMethods, type Work, type WorkEvents } from '../programs/work.ts';

const worker = join(import.meta.dirname, '../programs/worker.ts');
const workers = forkedWorkers({ backend: worker, compute: worker });

function superviseWorker(context: TestContext, options: Partial<SupervisorOptions<Work, WorkEvents>> = {}) {
  const supervised = supervise<Work, WorkEvents>({
    spawn: () => workers('compute', []), allowed: workMethods, events: ['reported'], lost: 'compute-lost', subject: 'The worker',
    limit: () => 60_000, pause: () => 0, ...options,
  });
  context.after(() => supervised.stop(0));
  return supervised;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'answered', (error: unknown) => (isAppError(error) ? error.code : String(error)));
}

test('a compute process works in an empty folder of its own, which goes with it', async (context) => {
  const supervised = superviseWorker(context);
  const { folder, parent } = await supervised.api.work.identify({});
  assert.deepEqual({ files: readdirSync(folder), parent }, { files: [], parent: process.pid });
  await supervised.stop(0);
  assert.equal(existsSync(folder), false);
});

test('typed arrays cross whole', async (context) => {
  const values = Float64Array.from({ length: 300_000 }, (_, index) => index);
  assert.equal(await superviseWorker(context).api.work.sum({ values }), (299_999 * 300_000) / 2);
});

for (const [name, end] of [
  ['killed', async (pid: number) => void process.kill(pid, 'SIGKILL')],
  ['aborted', null],
] as const) {
  test(`${name} in the middle of a call: the call ends as compute-lost, the next one is answered by another process`, async (context) => {
    const supervised = superviseWorker(context, { spawn: () => workers('probe', []) }); // a probe's last words go nowhere
    const { pid } = await supervised.api.work.identify({});
    const waiting = codeOf(end === null ? supervised.api.work.abort({}) : supervised.api.work.wait({}));
    await end?.(pid);
    assert.equal(await waiting, 'compute-lost');
    const next = await supervised.api.work.identify({});
    assert.notEqual(next.pid, pid);
    assert.equal(supervised.generation, 1);
  });
}

test('a call stuck in native code is ended at its limit, its process with it', async (context) => {
  const supervised = superviseWorker(context, { limit: (name) => (name === 'work.hang' ? 300 : 60_000) });
  const { pid } = await supervised.api.work.identify({});
  assert.equal(await codeOf(supervised.api.work.hang({})), 'compute-lost');
  await untilGone(pid);
  assert.notEqual((await supervised.api.work.identify({})).pid, pid);
});

test('events are signs of life: a call that tells its progress outlasts its limit', async (context) => {
  const supervised = superviseWorker(context, { limit: (name) => (name === 'work.report' ? 1_000 : 60_000) });
  await supervised.api.work.identify({});
  const times: number[] = [];
  supervised.on('reported', ({ time }) => void times.push(time));
  await supervised.api.work.report({ times: 30 });
  assert.deepEqual(times, Array.from({ length: 30 }, (_, index) => index + 1));
});

test('an asked-for kill answers with the given kind and is no crash', async (context) => {
  const exits: boolean[] = [];
  const supervised = superviseWorker(context, { onExit: (_exit, intended) => void exits.push(intended) });
  await supervised.api.work.identify({});
  const hanging = codeOf(supervised.api.work.hang({}));
  await supervised.kill('cancelled', 'Enough.');
  assert.equal(await hanging, 'cancelled');
  await supervised.api.work.identify({});
  assert.deepEqual(exits, [true]);
});

test('a process that dies at every start is given up on', async (context) => {
  const pauses: number[] = [];
  const supervised = superviseWorker(context, {
    spawn: () => workers('probe', ['--dies-at-once']),
    pause: (crashes) => {
      pauses.push(crashes);
      return 0;
    },
  });
  const codes: string[] = [];
  for (let attempt = 0; attempt < 7; attempt++) codes.push(await codeOf(supervised.api.work.identify({})));
  assert.deepEqual([new Set(codes), pauses], [new Set(['compute-lost']), [1, 2, 3, 4, 5]]);
});

test('a stuck worker does not outlive a parent that was killed, nor does its folder', async () => {
  const parent = spawn(process.execPath, [join(import.meta.dirname, '../programs/parent.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const { pid, folder } = JSON.parse(String(line)) as { pid: number; folder: string };
  assert.equal(isRunning(pid), true);
  parent.kill('SIGKILL');
  await untilGone(pid);
  assert.equal(existsSync(folder), false);
});
