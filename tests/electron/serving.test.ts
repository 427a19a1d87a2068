/** Waiting for a model to open: told, stopped, and given up for another one. When the compute process answers is given. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { activateRun, createRun, updateRun } from '../../db/runs.ts';
import { AppError, type ErrorCode } from '../../electron/api/errors.ts';
import type { ModelOpening } from '../../electron/api/opening.ts';
import type { Context } from '../../electron/services/context.ts';
import { createServing } from '../../electron/services/serving.ts';
import type { OpeningProgress } from '../../models/opening.ts';
import { newRun, temporaryWorkspace } from '../helpers/database.ts';

async function start(t: TestContext) {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => {
    for (const runId of ['r1', 'r2']) {
      createRun(db, newRun(runId));
      updateRun(db, runId, { status: 'done' });
    }
    activateRun(db, 'r1');
  });
  const events: ModelOpening[] = [];
  const opened: string[] = [];
  /** Openings that go on until they are let go or their process is killed. */
  const going: { readonly finish: () => void; readonly fail: (error: unknown) => void }[] = [];
  let tell: (progress: OpeningProgress) => void = () => {};
  let heard: () => void = () => {};
  const line = {
    generation: 0,
    api: {
      open: ({ folder }: { readonly folder: string }) => new Promise((resolve, reject) => {
        opened.push(folder.slice(-2));
        going.push({ finish: () => resolve({}), fail: reject });
        heard();
      }),
    },
    onOpening(listener: typeof tell) {
      tell = listener;
      return () => {
        tell = () => {};
      };
    },
    async kill(code: ErrorCode, message: string) {
      line.generation++;
      for (const one of going.splice(0)) one.fail(new AppError(code, message));
    },
  };
  const context = { workspace, compute: { serving: line }, emit: (_name: string, data: ModelOpening) => {
    events.push(data);
    heard();
  } } as unknown as Context;
  const serving = createServing(context);
  /** Resolves once the condition holds, which is looked at whenever something was opened or told. */
  const until = (condition: () => boolean): Promise<void> => new Promise((resolve) => {
    heard = () => void (condition() && resolve());
    heard();
  });
  const runInUse = (): Promise<string> => serving.use({ drafts: false }, async ({ run }) => run.runId);
  return { workspace, serving, events, opened, going, until, runInUse, tell: (progress: OpeningProgress) => tell(progress) };
}

test('who waits is told how far it is, as long as it lasts; an opening that nobody notices is not told', async (t) => {
  const { events, going, until, runInUse, tell, opened } = await start(t);
  const first = runInUse();
  await until(() => events.length > 0);
  await until(() => going.length > 0);
  tell({ phase: 'items', done: 0.25 });
  tell({ phase: 'standings', done: 0.9 });
  going[0]!.finish();
  assert.equal(await first, 'r1');
  assert.deepEqual(events.map(({ seconds: _, ...event }) => event), [
    { runId: 'r1', status: 'running', phase: 'reading', done: null }, { runId: 'r1', status: 'running', phase: 'items', done: 0.25 },
    { runId: 'r1', status: 'running', phase: 'standings', done: 0.9 }, { runId: 'r1', status: 'ended', phase: 'standings', done: 0.9 },
  ]);
  assert.ok(events.every(({ seconds }, i) => seconds > 0.1 && (i === 0 || seconds >= events[i - 1]!.seconds)));
  tell({ phase: 'items', done: 1 }); // nobody waits
  assert.equal(events.length, 4);
  assert.equal(await runInUse(), 'r1');
  assert.deepEqual(opened, ['r1']);
});

test('stopped, whoever waits is told so, and the next question opens the model again', async (t) => {
  const { serving, going, until, runInUse, opened } = await start(t);
  await serving.stopOpening(); // nothing to stop
  for (const when of ['while the workspace is read', 'while it is opened']) {
    const waiting = assert.rejects(runInUse(), { code: 'cancelled', message: 'Opening the model was stopped.' });
    if (when === 'while it is opened') await until(() => going.length > 0);
    else await nextTurn();
    await serving.stopOpening();
    await waiting;
  }
  const before = opened.length; // the first may have been stopped before it came to the compute process
  const again = runInUse();
  await until(() => going.length > 0);
  going[0]!.finish();
  assert.equal(await again, 'r1');
  assert.equal(opened.length, before + 1);
});

test('a model that is no longer in use is not opened to its end: all who wait are answered by the one that is', async (t) => {
  const { workspace, going, until, runInUse, opened, serving } = await start(t);
  const early = [runInUse(), runInUse()];
  await until(() => opened.length === 1);
  await workspace.write((db) => activateRun(db, 'r2'));
  const late = runInUse();
  await until(() => opened.length === 2);
  going[0]!.finish();
  assert.deepEqual(await Promise.all([...early, late]), ['r2', 'r2', 'r2']);
  assert.deepEqual(opened, ['r1', 'r2']);

  // Who named a run gets that run.
  const named = serving.use({ runId: 'r1', drafts: false }, async ({ run }) => run.runId);
  await until(() => opened.length === 3);
  const other = runInUse();
  await nextTurn();
  assert.equal(opened.length, 3);
  going.at(-1)!.finish();
  assert.equal(await named, 'r1');
  await until(() => opened.length === 4);
  going.at(-1)!.finish();
  assert.equal(await other, 'r2');
});
