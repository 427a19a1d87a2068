import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ReadableDB } from '../../db/database.ts';
import { deleteDrafts, saveDraft } from '../../db/drafts.ts';
import { getItem, getItemRows, listItems, readItemStats, retireItems, selectIds, readItemFacets } from '../../db/items.ts';
import type { ItemQuery } from '../../db/items.ts';
import { suggestValues } from '../../db/search.ts';
import { readDataVersion } from '../../db/version.ts';
import { explain, features, importText, temporaryWorkspace } from '../helpers/database.ts';

const catalogue = `sku,title,brand,category_path,color,price,currency
100%,Oak cabinet door,Nordholz,Home > Kitchen > Doors,oak,59.90,EUR
1_0,Brass hinge,Beslag,Home > Kitchen > Hinges,brass,3.50,EUR
150,Épaule de lampe,Lumière,Lighting > Lamps,white,,
C-1,brass screw,beslag,Home > Hardware,brass,0.10,EUR
__proto__,Constructor set,constructor,Toys > constructor,red,12.00,EUR
`;

const skus = (db: ReadableDB, query: Partial<ItemQuery>) => listItems(db, { offset: 0, limit: 50, ...query }).rows.map((row) => row.sku);

test('search finds beginnings of words; signs of SQL and patterns are text', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  const found = (search: string) => skus(workspace.reader, { search });
  assert.deepEqual(found('bras'), ['1_0', 'C-1']);
  assert.deepEqual(found('brass scr'), ['C-1']);
  assert.deepEqual(found('epaule'), ['150']);
  assert.deepEqual(found('kitchen nordholz'), ['100%']);
  assert.deepEqual(found('100%'), ['100%']);
  assert.deepEqual(found('1_0'), ['1_0']);
  assert.deepEqual(found('%'), ['100%']);
  assert.deepEqual(found('_'), ['1_0', '__proto__']);
  for (const search of ['"', "'; DROP TABLE items; --", '* OR 1', 'NEAR(', 'title:', '\\', '-', '"a" OR "b']) assert.doesNotThrow(() => found(search), search);
  assert.deepEqual(found('constructor'), ['__proto__']);
});

test('filters, sort orders and pages are cut in SQL', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  const db = workspace.reader;
  assert.deepEqual(skus(db, { brand: 'BESLAG' }), ['1_0', 'C-1']);
  assert.deepEqual(skus(db, { category: 'Kitchen' }), ['100%', '1_0']);
  assert.deepEqual(skus(db, { category: 'Home > Kitchen' }), ['100%', '1_0']);
  assert.deepEqual(skus(db, { category: 'Home > Kit' }), []);
  assert.deepEqual(skus(db, { category: 'constructor' }), ['__proto__']);
  assert.deepEqual(skus(db, { sort: 'title' }), ['1_0', 'C-1', '__proto__', '100%', '150']);
  assert.deepEqual(skus(db, { sort: 'price', descending: true }), ['100%', '__proto__', '1_0', 'C-1', '150']);
  assert.deepEqual(listItems(db, { sort: 'sku', offset: 1, limit: 2 }), {
    total: 5,
    rows: [
      { sku: '150', title: 'Épaule de lampe', brand: 'Lumière', categoryPath: ['Lighting', 'Lamps'], color: ['white'], price: null, currency: '', status: 'live', events: 0 },
      { sku: '1_0', title: 'Brass hinge', brand: 'Beslag', categoryPath: ['Home', 'Kitchen', 'Hinges'], color: ['brass'], price: 3.5, currency: 'EUR', status: 'live', events: 0 },
    ],
  });
});

test('events are counted for known SKUs, whichever file came first', async (t) => {
  const workspace = temporaryWorkspace(t);
  const events = 'session_id,sku,position\ns1,C-1,0\ns1,1_0,1\ns2,C-1,0\ns2,new,1\n';
  await importText(workspace, events, { kind: 'sessions' });
  await importText(workspace, catalogue);
  const counts = () => listItems(workspace.reader, { sort: 'events', descending: true, offset: 0, limit: 3 }).rows.map((row) => [row.sku, row.events]);
  assert.deepEqual(counts().slice(0, 2), [['C-1', 2], ['1_0', 1]]);
  await importText(workspace, 'session_id,sku,position\ns3,1_0,0\ns3,1_0,1\n', { kind: 'sessions' });
  assert.deepEqual(counts().slice(0, 2), [['1_0', 3], ['C-1', 2]]);
  assert.equal(getItem(workspace.reader, '1_0').events, 3);
});

test('the grid reads indexes: no order is sorted by hand', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  const orders = { sku: 'items.sku', title: 'items.title COLLATE NOCASE', brand: 'items.brand COLLATE NOCASE', leaf: 'items.leaf COLLATE NOCASE', price: 'items.price', events: 'items.events' } as const;
  for (const [sort, column] of Object.entries(orders)) {
    for (const direction of ['ASC', 'DESC']) {
      for (const status of ['live', 'all'] as const) {
        const { sql, values } = selectIds({ status, offset: 0, limit: 50 });
        const plan = explain(workspace.reader, `${sql} ORDER BY ${column} ${direction}, items.id ${direction} LIMIT 50`, values);
        assert.match(plan, new RegExp(`SCAN items USING COVERING INDEX items_by_${sort}`), plan);
      }
    }
  }
  const { sql, values } = selectIds({ search: 'brass', category: 'Kitchen', offset: 0, limit: 50 });
  assert.doesNotMatch(explain(workspace.reader, sql, values), /SCAN items\b/);
  assert.match(explain(workspace.reader, `SELECT id FROM items WHERE id = (SELECT id FROM skus WHERE key = ?)`, ['x']), /SEARCH items USING INTEGER PRIMARY KEY/);
});

test('a page is the same piece of the list from either end of it, however many are found', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, `sku,title,brand,price\n${Array.from({ length: 230 }, (_, row) => `P${row},Tile % ${row % 7},${row % 3 === 0 ? 'Beslag' : 'Nordholz'},${row % 11}`).join('\n')}\n`);
  const db = workspace.reader;
  for (const query of [{}, { search: 'tile' }, { search: '%' }, { brand: 'beslag' }] as const) {
    for (const sort of ['sku', 'title', 'brand', 'price', 'events'] as const) {
      for (const descending of [false, true]) {
        const whole = skus(db, { ...query, sort, descending, limit: 1000 });
        const pages = Array.from({ length: Math.ceil(whole.length / 50) + 1 }, (_, page) => skus(db, { ...query, sort, descending, offset: page * 50 }));
        assert.deepEqual(pages.flat(), whole);
      }
    }
  }
  // Thousands of found items are looked for along the order's own index.
  const many = selectIds({ search: 'tile', status: 'all', offset: 0, limit: 50 }, 30_000);
  assert.match(explain(db, `${many.sql} ORDER BY items.price, items.id LIMIT 50`, many.values), /SCAN items USING COVERING INDEX items_by_price/);
});

test('the total follows every change, whoever makes it, and what is rolled back', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  const total = (db: ReadableDB) => listItems(db, { status: 'all', offset: 0, limit: 1 }).total;
  assert.deepEqual([total(workspace.reader), total(workspace.reader)], [5, 5]);
  await workspace.write((db) => {
    saveDraft(db, 'N-1', features({ title: 'Teal vase' }));
    assert.equal(total(db), 6);
    db.exec('BEGIN');
    saveDraft(db, 'N-2', features({ title: 'Teal vase' }));
    assert.equal(total(db), 7);
    db.exec('ROLLBACK');
    assert.equal(total(db), 6);
  });
  assert.equal(total(workspace.reader), 6);
});

test('a draft is made, changed and deleted, and never touches a live SKU', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  const version = readDataVersion(workspace.reader);
  const save = (sku: string, title: string) => workspace.write((db) => saveDraft(db, sku, features({ title, color: ['teal'] })));
  assert.equal((await save(' N-1 ', 'Teal vase')).created, true);
  const changed = await save('N-1', 'Teal vase, tall');
  assert.deepEqual([changed.created, changed.item.title, changed.item.status], [false, 'Teal vase, tall', 'draft']);
  assert.deepEqual(skus(workspace.reader, { search: 'tall', status: 'draft' }), ['N-1']);
  assert.deepEqual(skus(workspace.reader, { search: 'tall' }), []);
  await assert.rejects(save('C-1', 'x'), { code: 'invalid', message: /"C-1" is live already/ });
  await assert.rejects(save('  ', 'x'), { code: 'invalid', message: /SKU is empty/ });
  await assert.rejects(save('x'.repeat(257), 'x'), { code: 'invalid', message: /257 characters/ });
  assert.deepEqual(readItemStats(workspace.reader), { live: 5, drafts: 1, retired: 0, brands: 4, leaves: 5 });

  await workspace.write((db) => deleteDrafts(db, ['N-1']));
  await assert.rejects(workspace.write((db) => deleteDrafts(db, ['N-1'])), { code: 'not-found' });
  await assert.rejects(workspace.write((db) => deleteDrafts(db, ['C-1'])), { code: 'not-found' });
  assert.throws(() => getItem(workspace.reader, 'N-1'), { code: 'not-found', message: /no SKU "N-1"/ });
  assert.equal(readDataVersion(workspace.reader), version);
});

test('retiring says what it changed and takes the SKU out of what is live', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  const version = readDataVersion(workspace.reader);
  assert.deepEqual(await workspace.write((db) => retireItems(db, ['C-1', 'nobody', 'C-1'])), { retired: ['C-1'] });
  assert.deepEqual(skus(workspace.reader, { brand: 'beslag' }), ['1_0']);
  assert.equal(getItem(workspace.reader, 'C-1').item.status, 'retired');
  assert.equal(readDataVersion(workspace.reader), version + 1);
});

test('rows by SKU come in the order asked for', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nCafé,Coffee\nB,Tea\n');
  assert.deepEqual(getItemRows(workspace.reader, ['B', 'nobody', 'Cafe\u0301']).map((row) => row?.title ?? null), ['Tea', null, 'Coffee']);
});

test('brands and categories are counted within the search and the other filters', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title,brand,category_path\nA,Oak shelf,Nord,Home > Shelves\nB,Beech shelf,nord,Home > Shelves\nC,Brass hinge,Beslag,Home > Hinges\nD,Oak hinge,,Home > Hinges\n');
  const count = (query: object): string => {
    const { brands, categories } = readItemFacets(workspace.reader, query);
    return [brands, categories].map((values) => values.map(({ value, count }) => `${value} ${count}`).join(', ')).join(' | ');
  };
  assert.deepEqual(
    [count({}), count({ search: 'oak' }), count({ brand: 'NORD' }), count({ category: 'Hinges' }), count({ brand: 'Beslag', category: 'Shelves' }), count({ status: 'draft' })],
    ['Nord 2, Beslag 1 | Hinges 2, Shelves 2', 'Nord 1 | Hinges 1, Shelves 1', 'Nord 2, Beslag 1 | Shelves 2', 'Beslag 1 | Hinges 2, Shelves 2', 'Nord 2 | Hinges 1', ' | '],
  );
});

test('completion offers values that contain the text, most frequent first', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  const suggest = (field: 'brand' | 'color' | 'category', text: string) => suggestValues(workspace.reader, field, text, 10).map(({ value, count }) => [value, count]);
  assert.deepEqual(suggest('color', 'bra'), [['brass', 2]]);
  assert.deepEqual(suggest('category', 'o').slice(0, 1), [['Home', 3]]);
  assert.deepEqual(suggest('brand', 'beslag').map(([, count]) => count), [2]);
  assert.deepEqual([suggest('brand', '%'), suggest('color', '%')], [[], []]);
  await importText(workspace, 'sku,title,color\nBRASS-9,Brass plate,BRASS\n'); // what was remembered is asked anew after a write
  assert.deepEqual(suggest('color', 'RASS '), [['brass', 2], ['BRASS', 1]]);
});

test('live items have one door: no other file counts statuses by itself', () => {
  const allowed = new Set(['items.ts', 'search.ts', 'previews.ts', 'board.ts', 'drafts.ts', 'edit-log.ts', 'belongings.ts', 'stored-item.ts', 'sessions.ts', 'dataset.ts', 'item-images.ts', 'salvage.ts']);
  /** They change the status, and must see what they write over. */
  const writers = new Set(['items.ts', 'import/publish-items.ts', 'import/retire.ts'].map((name) => join(name)));
  const folder = join(import.meta.dirname, '../../db');
  for (const name of globSync('**/*.ts', { cwd: folder })) {
    const source = readFileSync(join(folder, name), 'utf8');
    if (/status = 'live'/.test(source)) assert.ok(writers.has(name) || name.startsWith('migrations'), `${name} decides by itself what is live`);
    if (/(FROM|JOIN) items\b/.test(source)) assert.ok(allowed.has(name) || name.startsWith('import/') || name.startsWith('migrations'), `${name} reads items beside the views`);
  }
});
