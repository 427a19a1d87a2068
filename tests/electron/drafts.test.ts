/** The board's service on a real workspace; what a model would say is given. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Workspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import type { BoardNumbers } from '../../db/previews.ts';
import type { Item } from '../../db/records.ts';
import { activateRun, createRun, updateRun } from '../../db/runs.ts';
import type { DraftsApi } from '../../electron/api/drafts.ts';
import type { Context } from '../../electron/services/context.ts';
import { createDraftsService } from '../../electron/services/drafts.ts';
import { features, newRun, temporaryWorkspace } from '../helpers/database.ts';

const numbers: BoardNumbers = {
  exposure: 0.002, exposureInterval: [0.001, 0.003], averageExposure: 0.001, reach: 0.1, medianRank: 14, confidence: 'normal',
  readiness: { score: 0.7, parts: [{ name: 'fields', score: 0.7, weight: 1, detail: '5 of 7 fields.' }], missing: ['size'] },
};

async function start(t: TestContext, numbersOf: (item: Item, service: DraftsApi, workspace: Workspace) => Promise<BoardNumbers>): Promise<{ readonly service: DraftsApi; readonly workspace: Workspace; readonly events: string[] }> {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => {
    for (const sku of ['D-1', 'D-2', 'D-3', 'D-4']) saveDraft(db, sku, features({ title: `Shelf ${sku}` }));
  });
  const events: string[] = [];
  const context = { workspace, emit: (_name: string, { what }: { readonly what: readonly string[] }) => void events.push(what.join()) } as unknown as Context;
  const service: DraftsApi = createDraftsService(context, { draftsChanged: () => void events.push('model') }, (_run, item) => numbersOf(item, service, workspace));
  return { service, workspace, events };
}

const train = (workspace: Workspace): Promise<void> => workspace.write((db) => {
  createRun(db, newRun('r1'));
  updateRun(db, 'r1', { status: 'done' });
  activateRun(db, 'r1');
});
const computed = async (service: DraftsApi): Promise<readonly string[]> => (await service.drafts({ sort: 'sku', offset: 0, limit: 10 })).rows.filter(({ exposure }) => exposure !== null).map(({ sku }) => sku);

test('computing without a model is refused; the drafts are there all the same', async (t) => {
  const { service } = await start(t, async () => numbers);
  await assert.rejects(service.refreshBoard({}), { code: 'no-model' });
  assert.equal((await service.drafts({ offset: 0, limit: 10 })).total, 4);
});

test('computing can be stopped and goes on where it was; nothing is computed twice', async (t) => {
  const asked: string[] = [];
  const { service, workspace } = await start(t, async ({ sku }, running) => {
    asked.push(sku);
    if (sku === 'D-2') await running.stopBoard({});
    return numbers;
  });
  await train(workspace);
  assert.deepEqual([await service.refreshBoard({}), await computed(service)], [{ previewed: 2 }, ['D-1', 'D-2']]);
  assert.deepEqual([await service.refreshBoard({}), await computed(service)], [{ previewed: 2 }, ['D-1', 'D-2', 'D-3', 'D-4']]);
  assert.deepEqual([await service.refreshBoard({}), asked], [{ previewed: 0 }, ['D-1', 'D-2', 'D-3', 'D-4']]);
  assert.deepEqual((await service.drafts({ offset: 0, limit: 1 })).rows[0]!.readiness, numbers.readiness);
  assert.deepEqual(await service.draftFacets({}), {
    total: 4, drafts: 4, computed: 4, brands: [], categories: [], confidence: { normal: 4, low: 0, none: 0 }, dead: 0, mostExposure: 0.003,
    missing: [['title', 0], ['brand', 4], ['category', 4], ['color', 4], ['material', 4], ['price', 4]].map(([field, count]) => ({ field, count })),
  });
});

test('a draft edited or deleted while it is computed keeps no number of its old text', async (t) => {
  const { service, workspace } = await start(t, async ({ sku }, running, { write }) => {
    if (sku === 'D-1') await write((db) => saveDraft(db, 'D-1', features({ title: 'Another shelf' })));
    if (sku === 'D-2') await running.deleteDrafts({ skus: ['D-3'] });
    return numbers;
  });
  await train(workspace);
  await service.refreshBoard({});
  assert.deepEqual(await computed(service), ['D-2', 'D-4']);
});

test('every change of drafts is told to the screens and to the model, a question is not', async (t) => {
  const { service, events } = await start(t, async () => numbers);
  const told = async (work: () => Promise<unknown>): Promise<string> => {
    events.length = 0;
    await work();
    return events.join(' ');
  };
  const changes = [{ field: 'brand', to: 'Nordholz' }] as const;
  assert.deepEqual(
    [
      await told(() => service.editDrafts({ skus: ['D-1'], changes, dryRun: true })), await told(() => service.editDrafts({ skus: ['D-1'], changes, dryRun: false })),
      await told(() => service.undo({})), await told(() => service.redo({})), await told(() => service.deleteDrafts({ skus: ['D-2'] })), await told(() => service.edits({})),
    ],
    ['', 'model drafts', 'model drafts', 'model drafts', 'model drafts', ''],
  );
  assert.deepEqual((await service.edits({})).slice(0, 2).map(({ name }) => name), ['delete draft D-2', 'set brand of D-1']);
});

test('an order holds while numbers arrive, drafts are edited, come and go; sorting again is another order', async (t) => {
  const exposures: Readonly<Record<string, number>> = { 'D-1': 0.001, 'D-2': 0.003, 'D-3': 0.002, 'D-4': 0.004 };
  const { service, workspace, events } = await start(t, async ({ sku }) => ({ ...numbers, exposure: exposures[sku] ?? 0.009 }));
  await train(workspace);
  const query = { sort: 'exposure', descending: true } as const;
  const read = async (order: number): Promise<string> => {
    const { rows } = await service.drafts({ ...query, order, offset: 0, limit: 10 });
    const skus = await service.draftSkus({ ...query, order, offset: 0, limit: 10 });
    assert.deepEqual(rows.map(({ sku }) => sku), skus);
    return rows.map(({ sku, exposure }) => `${sku} ${exposure ?? '–'}`).join(', ');
  };
  const first = await service.orderDrafts({ ...query, find: 'D-2' });
  assert.deepEqual(first, { order: 1, stale: false, arrived: 0, at: 1 });
  await service.refreshBoard({});
  assert.deepEqual(events, ['numbers']);
  assert.equal(await read(1), 'D-1 0.001, D-2 0.003, D-3 0.002, D-4 0.004');
  assert.deepEqual(await service.orderDrafts({ ...query, order: 1, find: 'D-2' }), { order: 1, stale: true, arrived: 4, at: 1 });
  const again = await service.orderDrafts({ ...query, find: 'd-2' });
  assert.deepEqual(again, { order: 2, stale: false, arrived: 0, at: null }); // SKUs differ by case
  assert.equal(await read(2), 'D-4 0.004, D-2 0.003, D-3 0.002, D-1 0.001');
  await service.deleteDrafts({ skus: ['D-4'] });
  await service.saveDraft({ sku: 'D-5', features: features({ title: 'A new one' }) });
  await service.saveDraft({ sku: 'D-2', features: features({ title: 'Edited' }) });
  assert.equal(await read(2), 'D-2 –, D-3 0.002, D-1 0.001'); // nothing that is no draft is ever shown as one
  assert.deepEqual(await service.orderDrafts({ ...query, order: 2, find: 'D-1' }), { order: 2, stale: true, arrived: 0, at: 2 });
  assert.equal(await read(2), 'D-2 –, D-3 0.002, D-1 0.001, D-5 –');
  assert.equal((await service.drafts({ ...query, order: 2, offset: 3, limit: 10 })).total, 4);
  // Of a backend that is there no more: the page comes as it would be sorted now.
  assert.deepEqual((await service.orderDrafts({ ...query, order: 77 })).order, 3);
  assert.equal(await read(99), 'D-3 0.002, D-1 0.001, D-2 –, D-5 –');
});
