import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { listDrafts } from '../../db/board.ts';
import { openPlain } from '../../db/connection.ts';
import { openWorkspace } from '../../db/database.ts';
import type { ReadableDB, WritableDB } from '../../db/database.ts';
import { deleteDrafts, editDrafts, listProtections, protectSkus, readProtections, saveDraft } from '../../db/drafts.ts';
import { forgetEdit, listEdits, redoEdit, undoEdit } from '../../db/edit-log.ts';
import { getItem, listItems } from '../../db/items.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import { savePreviews } from '../../db/previews.ts';
import type { BoardNumbers } from '../../db/previews.ts';
import type { DraftChange } from '../../db/records.ts';
import { createRun } from '../../db/runs.ts';
import { emptyItem, prepareItemWriter } from '../../db/stored-item.ts';
import { keepVariant, readVariant } from '../../db/variants.ts';
import { features, importText, temporaryFolder, temporaryWorkspace } from '../helpers/database.ts';

const catalogue = 'sku,title,brand\nL-1,Oak door,Nordholz\nL-2,Brass hinge,Beslag\nL-3,Lamp,Lumière\n';
const titles = (db: ReadableDB): readonly string[] => listItems(db, { status: 'draft', offset: 0, limit: 100 }).rows.map(({ sku, title }) => `${sku} ${title}`);
const history = (db: ReadableDB): readonly string[] => listEdits(db).map(({ name, undone, skus }) => `${name} (${skus})${undone ? ' undone' : ''}`);

/** Everything a step could change, and what search finds of it. */
function stateOf(db: ReadableDB): unknown {
  const drafts = db.prepare(
    `SELECT sku, status, title, brand, (SELECT path FROM categories WHERE id = category) AS path, leaf, price, currency, color, material, size, attrs, content_hash, import, line, events,
       EXISTS (SELECT 1 FROM items_search WHERE items_search MATCH 'shelf' AND rowid = items.id) AS found FROM items ORDER BY sku`).all();
  return JSON.stringify({ drafts, protected: [...readProtections(db)] });
}

test('each edit is a step with a name that says what it did', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  await workspace.write((db) => {
    for (const sku of ['D-1', 'D-2', 'D-3']) saveDraft(db, sku, features({ title: 'Shelf' }));
    saveDraft(db, 'D-1', features({ title: 'Shelf' }));
    saveDraft(db, 'D-1', features({ title: 'Oak shelf', brand: 'Nordholz' }));
  });
  const set = (skus: readonly string[], ...changes: DraftChange[]) => workspace.write((db) => editDrafts(db, { skus, changes, dryRun: false }));
  await set(['D-1', 'D-2', 'D-3'], { field: 'brand', to: 'Nordholz' });
  await set(['D-2'], { field: 'price', to: null }, { field: 'color', to: [] });
  await set(['D-2', 'D-3'], { field: 'brand', to: '' }, { field: 'attribute', name: 'finish', to: 'matt' });
  await workspace.write((db) => deleteDrafts(db, ['D-2', 'D-3']));
  await workspace.write((db) => protectSkus(db, ['L-1', 'L-2'], 0.1));
  await workspace.write((db) => protectSkus(db, ['L-2'], null));
  assert.deepEqual(history(workspace.reader), [
    'remove the protection of L-2 (1)', 'protect 2 SKUs (2)', 'delete 2 drafts (2)', 'set brand and finish of 2 drafts (2)', 'set brand of 2 drafts (2)', 'change title and brand of D-1 (1)',
    'create draft D-3 (1)', 'create draft D-2 (1)', 'create draft D-1 (1)',
  ]);
  assert.deepEqual(listProtections(workspace.reader).map(({ item, limit }) => [item.sku, item.title, limit]), [['L-1', 'Oak door', 0.1]]);
  assert.deepEqual(listProtections(workspace.reader, ['L-2', 'L-1']).map(({ item }) => item.sku), ['L-1']);
});

test('a bulk edit tells before what it would change, and then changes exactly that', async (t) => {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => {
    saveDraft(db, 'D-1', features({ title: 'Shelf', brand: 'Nordholz', color: ['oak'] }));
    saveDraft(db, 'D-2', features({ title: 'Shelf', categoryPath: ['Home', 'Shelves'], attrs: [['finish', 'matt']] }));
  });
  const before = stateOf(workspace.reader);
  const changes: readonly DraftChange[] = [{ field: 'brand', to: 'Beslag' }, { field: 'color', to: [' red ', '', 'blue'] }, { field: 'attribute', name: 'finish', to: '' }];
  const ask = (dryRun: boolean, onlyEmpty = false) => workspace.write((db) => editDrafts(db, { skus: ['D-1', 'D-2', 'D-1'], changes, onlyEmpty, dryRun }));
  const preview = await ask(true);
  assert.deepEqual(preview, {
    changed: 2, unchanged: 0, edit: null,
    examples: [
      { sku: 'D-1', title: 'Shelf', changes: [{ field: 'brand', before: 'Nordholz', after: 'Beslag' }, { field: 'colour', before: 'oak', after: 'red, blue' }] },
      { sku: 'D-2', title: 'Shelf', changes: [{ field: 'brand', before: '', after: 'Beslag' }, { field: 'colour', before: '', after: 'red, blue' }, { field: 'finish', before: 'matt', after: '' }] },
    ],
  });
  assert.equal(stateOf(workspace.reader), before);
  assert.deepEqual((await ask(true, true)).examples.map(({ sku, changes }) => [sku, changes.map(({ field }) => field)]), [['D-2', ['brand', 'colour']]]);
  assert.deepEqual({ ...(await ask(false)), edit: null }, preview);
  assert.deepEqual(getItem(workspace.reader, 'D-2').item, { ...getItem(workspace.reader, 'D-2').item, brand: 'Beslag', color: ['red', 'blue'], attrs: [], categoryPath: ['Home', 'Shelves'] });
  assert.deepEqual((await ask(false)).edit, null);
});

test('a change to drafts takes drafts only, all or none', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  await workspace.write((db) => saveDraft(db, 'D-1', features({ title: 'Shelf' })));
  const before = [stateOf(workspace.reader), history(workspace.reader)];
  const edit = (skus: readonly string[], changes: readonly DraftChange[]) => workspace.write((db) => editDrafts(db, { skus, changes, dryRun: false }));
  await assert.rejects(edit(['D-1', 'L-1'], [{ field: 'brand', to: 'x' }]), { code: 'not-found', message: /no draft "L-1".*is live/ });
  await assert.rejects(edit(['D-1'], []), { code: 'invalid', message: /No field/ });
  await assert.rejects(edit(['D-1'], [{ field: 'brand', to: 'x' }, { field: 'brand', to: 'y' }]), { code: 'invalid', message: /brand is set twice/ });
  await assert.rejects(edit(['D-1'], [{ field: 'attribute', name: ' ', to: 'y' }]), { code: 'invalid', message: /no name/ });
  await assert.rejects(workspace.write((db) => deleteDrafts(db, ['D-1', 'nobody'])), { code: 'not-found', message: /no draft "nobody"/ });
  await assert.rejects(workspace.write((db) => protectSkus(db, ['L-1', 'D-1'], 0.5)), { code: 'not-found', message: /no live SKU "D-1"/ });
  await assert.rejects(workspace.write((db) => forgetEdit(db, 99)), { code: 'not-found' });
  assert.deepEqual([stateOf(workspace.reader), history(workspace.reader)], before);
});

test('an undo never takes back what an import wrote since; forgetting the step frees the older ones', async (t) => {
  const workspace = temporaryWorkspace(t);
  await workspace.write(async (db) => {
    for (const sku of ['D-1', 'D-2', 'D-3']) saveDraft(db, sku, features({ title: 'Shelf' }));
    await editDrafts(db, { skus: ['D-1', 'D-2', 'D-3'], changes: [{ field: 'brand', to: 'Nordholz' }], dryRun: false });
  });
  await importText(workspace, 'sku,title\nD-2,Imported shelf\n', { asDrafts: true });
  const imported = stateOf(workspace.reader);
  await assert.rejects(workspace.write(undoEdit), { code: 'invalid', message: /Not undone: “set brand of 3 drafts”. D-2 has changed since.*Edit by hand, or forget this step/ });
  assert.equal(stateOf(workspace.reader), imported);
  const [blocked] = listEdits(workspace.reader);
  await workspace.write((db) => forgetEdit(db, blocked!.id));
  await assert.rejects(workspace.write(undoEdit), { code: 'invalid', message: /“create draft D-3”. D-3 has changed since/ });
  assert.equal(stateOf(workspace.reader), imported);
});

test('the history survives a restart, a new step drops what was undone, and old steps go', async (t) => {
  const folder = temporaryFolder(t);
  let workspace = openWorkspace(folder);
  const restart = async (): Promise<void> => {
    await workspace.close();
    workspace = openWorkspace(folder);
  };
  t.after(() => workspace.close());
  await workspace.write((db) => saveDraft(db, 'D-1', features({ title: 'Shelf' })));
  await workspace.write((db) => deleteDrafts(db, ['D-1']));
  await restart();
  assert.deepEqual(await workspace.write(undoEdit), { name: 'delete draft D-1' });
  assert.deepEqual(titles(workspace.reader), ['D-1 Shelf']);
  assert.deepEqual(await workspace.write(undoEdit), { name: 'create draft D-1' });
  assert.deepEqual([titles(workspace.reader), await workspace.write(undoEdit)], [[], null]);
  await restart();
  assert.deepEqual(await workspace.write(redoEdit), { name: 'create draft D-1' });
  assert.deepEqual(history(workspace.reader), ['delete draft D-1 (1) undone', 'create draft D-1 (1)']);
  await workspace.write((db) => saveDraft(db, 'D-2', features({ title: 'Other' })));
  assert.deepEqual([history(workspace.reader), await workspace.write(redoEdit)], [['create draft D-2 (1)', 'create draft D-1 (1)'], null]);
  await workspace.write((db) => {
    for (let step = 0; step < 205; step++) saveDraft(db, 'D-2', features({ title: `Other ${step}` }));
  });
  assert.equal(listEdits(workspace.reader).length, 200);
});

test('a draft comes back with everything that belonged to it, however often it goes', async (t) => {
  const workspace = temporaryWorkspace(t);
  const variant = (title: string) => ({ features: features({ title }), currency: 'EUR' });
  const numbers: BoardNumbers = { exposure: 0.002, exposureInterval: [0.001, 0.003], averageExposure: 0.0005, reach: 0.1, medianRank: 9, confidence: 'normal', readiness: { score: 0.5, parts: [], missing: ['color'] } };
  const belongings = (): unknown => [readVariant(workspace.reader, 'D-1')?.features.title, listDrafts(workspace.reader, { runId: 'kept', offset: 0, limit: 9 }).rows.map(({ sku, exposure, readiness }) => [sku, exposure, readiness?.missing])];
  await workspace.write((db) => {
    for (const runId of ['kept', 'gone']) createRun(db, { runId, model: 'm2trec', head: 'tied', mode: 'causal', seed: 1, config: {}, device: 'cpu', dataHash: '', dataVersion: 0, hidden: [] });
    for (const sku of ['D-1', 'D-2']) saveDraft(db, sku, features({ title: 'Shelf' }));
    for (const runId of ['kept', 'gone']) savePreviews(db, runId, ['D-1', 'D-2'].map((sku) => ({ sku, contentHash: getItem(db, sku).contentHash, ...numbers })));
    keepVariant(db, 'D-1', variant('Oak shelf'));
  });
  const before = belongings();
  assert.deepEqual(before, ['Oak shelf', [['D-1', 0.002, ['color']], ['D-2', 0.002, ['color']]]]);
  await workspace.write((db) => deleteDrafts(db, ['D-1', 'D-2']));
  await workspace.write((db) => db.prepare(`DELETE FROM runs WHERE run_id = 'gone'`).run());
  await workspace.write(undoEdit);
  assert.deepEqual(belongings(), before);
  // What was kept since counts, not what went the first time; and a creation that is undone loses nothing either.
  await workspace.write((db) => keepVariant(db, 'D-1', variant('Ash shelf')));
  await workspace.write(redoEdit);
  for (let step = 0; step < 3; step++) await workspace.write(undoEdit);
  assert.deepEqual(belongings(), [undefined, []]);
  for (let step = 0; step < 2; step++) await workspace.write(redoEdit);
  assert.deepEqual(belongings(), ['Ash shelf', [['D-1', 0.002, ['color']], ['D-2', 0.002, ['color']]]]);
});

const skus = ['D-1', 'D-2', 'L-1', 'L-2', 'R-1'] as const;
const command = fc.oneof(
  fc.record({ does: fc.constant('save' as const), sku: fc.constantFrom(...skus), title: fc.constantFrom('Shelf', 'Oak shelf'), price: fc.constantFrom(null, 5), path: fc.constantFrom([], ['Home'], ['Home', 'Shelves']) }),
  fc.record({ does: fc.constant('delete' as const), skus: fc.uniqueArray(fc.constantFrom(...skus), { minLength: 1, maxLength: 2 }) }),
  fc.record({
    does: fc.constant('edit' as const), skus: fc.uniqueArray(fc.constantFrom(...skus), { minLength: 1 }),
    change: fc.constantFrom<DraftChange>({ field: 'brand', to: 'Nordholz' }, { field: 'brand', to: '' }, { field: 'title', to: 'Lamp' }, { field: 'color', to: ['red'] }, { field: 'attribute', name: 'finish', to: 'matt' }),
  }),
  fc.record({ does: fc.constant('protect' as const), skus: fc.uniqueArray(fc.constantFrom(...skus), { minLength: 1, maxLength: 2 }), limit: fc.constantFrom(null, 0.1, 0.5) }),
  fc.record({ does: fc.constantFrom('undo' as const, 'redo' as const, 'undo' as const) }),
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

async function obey(db: WritableDB, order: Command): Promise<void> {
  try {
    if (order.does === 'save') saveDraft(db, order.sku, features({ title: order.title, price: order.price, categoryPath: order.path }));
    else if (order.does === 'delete') await deleteDrafts(db, order.skus);
    else if (order.does === 'edit') await editDrafts(db, { skus: order.skus, changes: [order.change], dryRun: false });
    else if (order.does === 'protect') protectSkus(db, order.skus, order.limit);
    else await (order.does === 'undo' ? undoEdit(db) : redoEdit(db));
  } catch (error) {
    // An edit of a SKU that is no draft is refused as a whole.
    if (!['not-found', 'invalid'].includes((error as { readonly code: string }).code)) throw error;
  }
}

/** Two live SKUs and a retired one, in memory. */
function fresh(): WritableDB {
  const db = openPlain(':memory:') as WritableDB;
  migrate(db, migrations);
  const writer = prepareItemWriter(db);
  for (const [sku, status, title] of [['L-1', 'live', 'Oak door'], ['L-2', 'live', 'Brass hinge'], ['R-1', 'retired', 'Old shelf']] as const) {
    writer.put(sku, status, { ...emptyItem, title }, null, { importId: null, line: null });
  }
  return db;
}

test('any sequence of edits, undos and redos leaves what the edits that stand leave, replayed alone', async () => {
  await fc.assert(fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 20 }), async (orders) => {
    const db = fresh();
    const standing: Command[] = [];
    const undone: Command[] = [];
    const states = [stateOf(db)];
    for (const order of orders) {
      const before = listEdits(db)[0]?.id;
      await obey(db, order);
      if (order.does === 'undo') undone.push(...standing.splice(-1));
      else if (order.does === 'redo') standing.push(...undone.splice(-1));
      else if (listEdits(db)[0]?.id !== before) {
        standing.push(order);
        undone.length = 0;
        states.length = standing.length;
        states.push(stateOf(db));
      }
      assert.equal(stateOf(db), states[standing.length]);
    }
    const replayed = fresh();
    for (const order of standing) await obey(replayed, order);
    assert.equal(stateOf(db), stateOf(replayed));
    db.close();
    replayed.close();
  }), { numRuns: 60 });
});
