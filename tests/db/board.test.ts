import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { listDrafts, listDraftSkus, readDraftFacets, selectDraftIds } from '../../db/board.ts';
import type { DraftQuery, DraftSort } from '../../db/board.ts';
import type { Workspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import { getItem } from '../../db/items.ts';
import { savePreviews } from '../../db/previews.ts';
import { createRun } from '../../db/runs.ts';
import { explain, features, newRun, temporaryWorkspace } from '../helpers/database.ts';

const drafts = [
  ['D-1', { title: 'Oak shelf', brand: 'Nordholz', categoryPath: ['Home', 'Shelves'], color: ['oak'], material: ['oak'], price: 20 }, 0.004, 0.9, 'normal'],
  ['D-2', { title: 'beech shelf', brand: 'nordholz', categoryPath: ['Home', 'Shelves'], color: ['beech'] }, 0.0004, 0.4, 'normal'],
  ['D-3', { title: 'Brass hinge', brand: 'Beslag', categoryPath: ['Home', 'Hardware', 'Hinges'], price: 3 }, 0.002, 0.6, 'low'],
  ['D-4', { title: 'Nothing known' }, null, null, null],
] as const;

async function board(t: TestContext): Promise<Workspace> {
  const workspace = temporaryWorkspace(t);
  await workspace.write((db) => {
    createRun(db, newRun('r1'));
    for (const [sku, given] of drafts) saveDraft(db, sku, features(given));
    savePreviews(db, 'r1', drafts.flatMap(([sku, , exposure, score, confidence]) => (exposure === null ? [] : [{
      sku, contentHash: getItem(db, sku).contentHash, exposure, exposureInterval: [exposure / 2, exposure * 2] as const, averageExposure: 0.001, reach: exposure * 10, medianRank: 1 / exposure,
      confidence, readiness: { score, parts: [], missing: [] },
    }])));
  });
  return workspace;
}

test('each filter finds its drafts, and they combine', async (t) => {
  const { reader } = await board(t);
  const found = (query: Partial<DraftQuery>): readonly string[] => listDraftSkus(reader, { runId: 'r1', offset: 0, limit: 10, ...query });
  assert.deepEqual(
    [
      found({}), found({ search: 'shelf' }), found({ filters: { brand: 'NORDHOLZ' } }), found({ filters: { category: 'Hardware' } }), found({ filters: { category: 'Home > Shelves' } }),
      found({ filters: { confidence: 'low' } }), found({ filters: { confidence: 'none' } }), found({ filters: { missing: 'material' } }), found({ filters: { readinessBelow: 0.5 } }),
      found({ filters: { exposureBelow: 0.003 } }), found({ filters: { dead: true } }), found({ search: 'shelf', filters: { missing: 'price', dead: true } }),
    ],
    [
      ['D-1', 'D-2', 'D-3', 'D-4'], ['D-1', 'D-2'], ['D-1', 'D-2'], ['D-3'], ['D-1', 'D-2'],
      ['D-3'], ['D-4'], ['D-2', 'D-3', 'D-4'], ['D-2'],
      ['D-2', 'D-3'], ['D-2'], ['D-2'],
    ],
  );
  assert.deepEqual(listDraftSkus(reader, { runId: 'r1', sort: 'title', offset: 1, limit: 2 }), ['D-3', 'D-4']);
  assert.equal(listDrafts(reader, { runId: 'r1', filters: { dead: true }, offset: 0, limit: 10 }).total, 1);
  assert.deepEqual(found({ filters: { brand: `' OR 1 --` } }), []);
});

test('every order sorts by its column; drafts without numbers come last either way', async (t) => {
  const { reader } = await board(t);
  const orders: Readonly<Record<DraftSort, readonly string[]>> = {
    sku: ['D-1', 'D-2', 'D-3', 'D-4'], title: ['D-2', 'D-3', 'D-4', 'D-1'], brand: ['D-4', 'D-3', 'D-1', 'D-2'], category: ['D-4', 'D-3', 'D-1', 'D-2'],
    exposure: ['D-2', 'D-3', 'D-1', 'D-4'], reach: ['D-2', 'D-3', 'D-1', 'D-4'], medianRank: ['D-1', 'D-3', 'D-2', 'D-4'], readiness: ['D-2', 'D-3', 'D-1', 'D-4'], confidence: ['D-3', 'D-1', 'D-2', 'D-4'],
    missing: ['D-1', 'D-2', 'D-3', 'D-4'],
  };
  for (const [sort, order] of Object.entries(orders)) {
    assert.deepEqual(listDrafts(reader, { runId: 'r1', sort: sort as DraftSort, offset: 0, limit: 10 }).rows.map(({ sku }) => sku), order, sort);
  }
  assert.deepEqual(listDraftSkus(reader, { runId: 'r1', sort: 'exposure', descending: true, offset: 0, limit: 10 }), ['D-1', 'D-3', 'D-2', 'D-4']);
  assert.deepEqual(listDraftSkus(reader, { runId: 'r1', sort: 'sku', descending: true, offset: 0, limit: 2 }), ['D-4', 'D-3']);
});

test('a facet counts within the other filters and leaves out its own', async (t) => {
  const { reader } = await board(t);
  assert.deepEqual(readDraftFacets(reader, { runId: 'r1' }), {
    total: 4, drafts: 4, computed: 3,
    brands: [{ value: 'Nordholz', count: 2 }, { value: 'Beslag', count: 1 }], categories: [{ value: 'Shelves', count: 2 }, { value: 'Hinges', count: 1 }],
    confidence: { normal: 2, low: 1, none: 1 },
    missing: [['title', 0], ['brand', 1], ['category', 1], ['color', 2], ['material', 3], ['price', 2]].map(([field, count]) => ({ field, count })),
    dead: 1, mostExposure: 0.008,
  });
  const narrowed = readDraftFacets(reader, { runId: 'r1', filters: { brand: 'Beslag', dead: true } });
  assert.deepEqual([narrowed.total, narrowed.brands, narrowed.dead, narrowed.confidence], [0, [{ value: 'nordholz', count: 1 }], 0, { normal: 0, low: 0, none: 0 }]);
  assert.deepEqual(readDraftFacets(reader, { runId: null }).confidence, { normal: 0, low: 0, none: 4 });
});

test('the board is sorted and counted on its index alone, and numbers are looked up by key', async (t) => {
  const { reader } = await board(t);
  for (const sort of ['sku', 'title', 'brand', 'category', 'exposure', 'readiness', 'missing'] as const) {
    for (const filters of [{}, { dead: true, missing: 'color', brand: 'Beslag' }] as const) {
      const { sql, values } = selectDraftIds({ runId: 'r1', filters, sort, offset: 0, limit: 50 });
      const plan = explain(reader, sql, values);
      assert.match(plan, /SCAN items USING COVERING INDEX drafts/, plan);
      if (/previews/.test(sql)) assert.match(plan, /SEARCH previews USING PRIMARY KEY \(item=\? AND run_id=\? AND content_hash=\?\)/, plan);
      if (sort === 'sku') assert.doesNotMatch(plan, /TEMP B-TREE/, plan);
    }
  }
  const { sql, values } = selectDraftIds({ runId: 'r1', search: 'shelf', filters: { category: 'Home > Shelves' }, offset: 0, limit: 50 });
  assert.match(explain(reader, sql, values), /SCAN items USING COVERING INDEX drafts/);
});
