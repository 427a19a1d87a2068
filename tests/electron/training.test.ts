/** Which model is in use after a training. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TrainingConfig } from '../../models/config.ts';
import { awaitEnd, closeAndRemove, importShop, openTestEngine, quick, writeShop } from '../helpers/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-training-'));
const files = writeShop();
const engine = await openTestEngine(folder);
after(() => closeAndRemove(engine, folder, files.folder));

async function train(config: Partial<TrainingConfig>): Promise<string> {
  const ended = awaitEnd(engine);
  const { runId } = await engine.api.training.start({ config: { ...quick, epochs: 1, ...config }, device: 'cpu' });
  assert.equal((await ended).status, 'done');
  await nextTurn(); // the end is told a moment before the process is free for another run
  return runId;
}

test('one that cannot rank drafts is put to use where there is none; then it takes no other’s place, unless it is told to', async () => {
  await importShop(engine, files);
  const inUse = async (): Promise<string> => (await engine.api.workspace.status({})).model!.runId;
  const first = await train({ model: 'narm' });
  assert.equal(await inUse(), first);
  const metadata = await train({ model: 'metrec' });
  assert.equal(await inUse(), metadata);
  const rows = await train({ model: 'm2trec', head: 'id' });
  assert.equal(await inUse(), metadata);
  await engine.api.training.activate({ runId: rows });
  assert.equal(await inUse(), rows);
});

test('each kind has its own defaults', async () => {
  const defaultsOf = async (request: Parameters<typeof engine.api.training.defaults>[0]) => (await engine.api.training.defaults(request)).config;
  assert.deepEqual([(await defaultsOf({})).model, (await defaultsOf({ model: 'trec-id' })).head, (await defaultsOf({ preset: 'small', model: 'narm' })).maxLength], ['m2trec', 'id', 20]);
});
