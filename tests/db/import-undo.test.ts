import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Workspace } from '../../db/database.ts';
import { saveDraft } from '../../db/drafts.ts';
import { moveImport, planUndo } from '../../db/import-undo.ts';
import { listImports } from '../../db/imports.ts';
import { getItem, listItems, readItemStats } from '../../db/items.ts';
import { listSessions, readSessionStats } from '../../db/sessions.ts';
import { readDataVersion } from '../../db/version.ts';
import { features, importText, temporaryWorkspace } from '../helpers/database.ts';

const counted = ({ restored, removed, kept, events }: Awaited<ReturnType<typeof moveImport>>) => ({ restored, removed, kept, events });

/** All that can be seen of items: every column but numbers, and what search finds. */
function items({ reader }: Workspace): string {
  const rows = reader.prepare<[], { sku: string; title: string; brand: string }>(
    `SELECT sku, status, title, brand, leaf, (SELECT path FROM categories WHERE id = items.category) AS path, price, color, content_hash, import, line, description, attrs, events FROM items ORDER BY sku`).all();
  const found = rows.map(({ sku, title }) => listItems(reader, { search: title, status: 'all', sort: 'sku', offset: 0, limit: 50 }).rows.map((row) => row.sku).includes(sku));
  return JSON.stringify([rows, found, readItemStats(reader)]);
}

/** All that can be seen of sessions. */
function sessions({ reader }: Workspace): string {
  const events = reader.prepare<[], unknown>(
    `SELECT session_id, user_id, start, length, timestamp, position, skus.sku, type, split, import FROM sessions LEFT JOIN events ON session = sessions.id LEFT JOIN skus ON skus.id = events.sku ORDER BY 1, 5, 6, 7, 8`).all();
  const counts = reader.prepare<[], unknown>(`SELECT sku, events FROM skus WHERE events > 0 ORDER BY sku`).all();
  return JSON.stringify([events, counts, readSessionStats(reader), reader.prepare<[], unknown>(`SELECT * FROM event_totals ORDER BY split`).all()]);
}

test('a whole import goes back as one step: what it changed is restored, what it created is gone; and it can be done again', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title,brand\nA,Hinge,Acme\nB,Door,Acme\nC,Knob,Acme\n');
  const before = items(workspace);
  const { importId } = await importText(workspace, 'sku,title,brand\nA,Hinge of brass,Acme\nB,Door,Acme\nD,Lamp,Bolt\n', { retireMissing: true });
  const after = items(workspace);
  const version = readDataVersion(workspace.reader);
  assert.deepEqual(planUndo(workspace.reader, importId!), { id: importId, kind: 'catalog', file: 'test.csv', way: 'undo', changed: 0, examples: [] });
  assert.deepEqual(counted(await moveImport(workspace, { id: importId!, way: 'undo' })), { restored: 2, removed: 1, kept: 0, events: 0 });
  assert.equal(items(workspace), before);
  assert.ok(readDataVersion(workspace.reader) > version);
  assert.equal(listImports(workspace.reader)[0]!.undone === null, false);
  assert.deepEqual(counted(await moveImport(workspace, { id: importId!, way: 'redo' })), { restored: 2, removed: 1, kept: 0, events: 0 });
  assert.equal(items(workspace), after);
  assert.equal(listImports(workspace.reader)[0]!.undone, null);
});

test('what was changed since is listed and kept, unless it is to go too', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Hinge\nB,Door\n');
  const { importId } = await importText(workspace, 'sku,title\nA,Hinge 2\nB,Door 2\nC,Knob 2\nD,Lamp 2\n');
  const drafts = (await importText(workspace, 'sku,title\nN,New\n', { asDrafts: true })).importId!;
  await importText(workspace, 'sku,title\nB,Door 3\nC,Knob 3\n');
  await workspace.write((db) => saveDraft(db, 'N', features({ title: 'Newer' })));
  const { changed, examples } = planUndo(workspace.reader, importId!);
  assert.deepEqual([changed, examples], [2, [{ sku: 'B', title: 'Door 3', by: 'test.csv' }, { sku: 'C', title: 'Knob 3', by: 'test.csv' }]]);
  assert.deepEqual(planUndo(workspace.reader, drafts).examples, [{ sku: 'N', title: 'Newer', by: null }]);
  assert.deepEqual(counted(await moveImport(workspace, { id: importId!, way: 'undo' })), { restored: 1, removed: 1, kept: 2, events: 0 });
  const title = (sku: string) => getItem(workspace.reader, sku).item.title;
  assert.deepEqual([title('A'), title('B'), title('C')], ['Hinge', 'Door 3', 'Knob 3']);
  assert.throws(() => title('D'));
  await moveImport(workspace, { id: importId!, way: 'redo' });
  assert.deepEqual([title('A'), title('B'), title('C'), title('D')], ['Hinge 2', 'Door 3', 'Knob 3', 'Lamp 2']);
  assert.deepEqual(counted(await moveImport(workspace, { id: importId!, way: 'undo', overwrite: true })), { restored: 2, removed: 2, kept: 0, events: 0 });
  assert.deepEqual([title('A'), title('B')], ['Hinge', 'Door']);
  assert.throws(() => title('C'));
  await moveImport(workspace, { id: importId!, way: 'redo' });
  assert.deepEqual([title('A'), title('B'), title('C'), title('D')], ['Hinge 2', 'Door 3', 'Knob 3', 'Lamp 2']);
});

test('a SKU made since is not lost when an import is done again', async (t) => {
  const workspace = temporaryWorkspace(t);
  const { importId } = await importText(workspace, 'sku,title\nA,Hinge\nB,Door\n');
  await moveImport(workspace, { id: importId!, way: 'undo' });
  await workspace.write((db) => saveDraft(db, 'A', features({ title: 'By hand' })));
  assert.deepEqual(planUndo(workspace.reader, importId!).examples, [{ sku: 'A', title: 'By hand', by: null }]);
  assert.deepEqual(counted(await moveImport(workspace, { id: importId!, way: 'redo' })), { restored: 0, removed: 1, kept: 1, events: 0 });
  assert.deepEqual(['A', 'B'].map((sku) => getItem(workspace.reader, sku).item.title), ['By hand', 'Door']);
});

test('events go back with their sessions and counts, also where sessions are cut out of a user’s events', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Hinge\nB,Door\n');
  await importText(workspace, 'session_id,sku,timestamp,split\ns1,A,1700000000,train\ns2,B,1700000000,test\n', { kind: 'sessions' });
  await importText(workspace, 'user_id,sku,timestamp\nu,A,1700000000\nu,B,1700003600\n', { kind: 'sessions' });
  const before = sessions(workspace);
  const plain = await importText(workspace, 'session_id,sku,timestamp,split\ns1,A,1700000000,train\ns1,B,1700000100,train\ns3,X,1700000000,valid\n', { kind: 'sessions' });
  const between = sessions(workspace);
  // The event between them makes one session of two.
  const merged = await importText(workspace, 'user_id,sku,timestamp\nu,C,1700001700\nv,A,1700000000\n', { kind: 'sessions' });
  const after = sessions(workspace);
  assert.notEqual(after, between);
  assert.deepEqual(counted(await moveImport(workspace, { id: merged.importId!, way: 'undo' })), { restored: 0, removed: 0, kept: 0, events: 2 });
  assert.equal(sessions(workspace), between);
  assert.deepEqual(counted(await moveImport(workspace, { id: plain.importId!, way: 'undo' })), { restored: 0, removed: 0, kept: 0, events: 2 });
  assert.equal(sessions(workspace), before);
  await moveImport(workspace, { id: plain.importId!, way: 'redo' });
  await moveImport(workspace, { id: merged.importId!, way: 'redo' });
  assert.equal(sessions(workspace), after);
});

test('drafts go back, and the live catalogue is not touched by either way', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Hinge\n');
  const version = readDataVersion(workspace.reader);
  const { importId, alreadyLive } = await importText(workspace, 'sku,title\nA,Overwritten\nN,New\n', { asDrafts: true });
  const live = () => JSON.stringify(workspace.reader.prepare('SELECT * FROM live_items').all());
  const before = live();
  assert.equal(alreadyLive, 1);
  assert.equal((await moveImport(workspace, { id: importId!, way: 'undo' })).removed, 1);
  assert.deepEqual([live(), readItemStats(workspace.reader).drafts, readDataVersion(workspace.reader)], [before, 0, version]);
  assert.equal((await moveImport(workspace, { id: importId!, way: 'redo' })).removed, 1);
  assert.deepEqual([live(), readItemStats(workspace.reader).drafts, readDataVersion(workspace.reader)], [before, 1, version]);
});

test('cancelling leaves everything as it was', async (t) => {
  const workspace = temporaryWorkspace(t);
  const { importId } = await importText(workspace, `sku,title\n${Array.from({ length: 3_000 }, (_, row) => `S${row},Hinge ${row}\n`).join('')}`);
  const controller = new AbortController();
  const going = moveImport(workspace, { id: importId!, way: 'undo' }, { signal: controller.signal, onRows: () => controller.abort() });
  await assert.rejects(going, { name: 'AbortError' });
  assert.deepEqual([readItemStats(workspace.reader).live, listImports(workspace.reader)[0]!.undone], [3_000, null]);
});

test('nothing is taken back of a refused file, or of one that is not there', async (t) => {
  const workspace = temporaryWorkspace(t);
  const { importId } = await importText(workspace, 'nothing\nuseful\n');
  assert.throws(() => planUndo(workspace.reader, importId!), { name: 'StorageError', code: 'invalid' });
  assert.throws(() => planUndo(workspace.reader, 99), { name: 'StorageError', code: 'not-found' });
});

test('any imports taken back, newest first, leave what a replay of the others gives; done again, what was there', async (t) => {
  const row = fc.record({ sku: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'É', 'E\u0301'), title: fc.constantFrom('Hinge', 'Door', 'Knob'), brand: fc.constantFrom('', 'Acme', 'Bolt') });
  const file = fc.record({ rows: fc.uniqueArray(row, { selector: ({ sku }) => sku.normalize('NFC'), minLength: 1, maxLength: 5 }), asDrafts: fc.boolean(), retireMissing: fc.boolean() });
  const text = (rows: readonly { sku: string; title: string; brand: string }[]) => `sku,title,brand\n${rows.map(({ sku, title, brand }) => `${sku},${title},${brand}\n`).join('')}`;
  const seen = (workspace: Workspace) => JSON.stringify(workspace.reader.prepare(`SELECT sku, status, title, brand, content_hash FROM items ORDER BY sku`).all());
  await fc.assert(fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 5 }), fc.nat(), async (files, chosen) => {
    const workspace = temporaryWorkspace(t);
    const ids: number[] = [];
    for (const { rows, asDrafts, retireMissing } of files) ids.push((await importText(workspace, text(rows), { asDrafts, retireMissing })).importId!);
    const after = seen(workspace);
    const from = chosen % (files.length + 1);
    for (const id of ids.slice(from).reverse()) assert.equal((await moveImport(workspace, { id, way: 'undo' })).kept, 0);
    const replay = temporaryWorkspace(t);
    for (const { rows, asDrafts, retireMissing } of files.slice(0, from)) await importText(replay, text(rows), { asDrafts, retireMissing });
    assert.equal(seen(workspace), seen(replay));
    for (const id of ids.slice(from)) assert.equal((await moveImport(workspace, { id, way: 'redo' })).kept, 0);
    assert.equal(seen(workspace), after);
  }), { numRuns: 12, endOnFailure: true });
});

test('any session lists taken back, newest first, leave what a replay of the others gives; done again, what was there', async (t) => {
  const visit = fc.record({ who: fc.constantFrom('s1', 's2', 's3'), sku: fc.constantFrom('A', 'B', 'X'), minute: fc.nat(200), split: fc.constantFrom('', 'train', 'test') });
  const list = fc.record({ byUser: fc.boolean(), visits: fc.array(visit, { minLength: 1, maxLength: 8 }) });
  const text = ({ byUser, visits }: { byUser: boolean; visits: readonly { who: string; sku: string; minute: number; split: string }[] }) =>
    `${byUser ? 'user_id' : 'session_id'},sku,timestamp,split\n${visits.map(({ who, sku, minute, split }) => `${who},${sku},${1_700_000_000 + 60 * minute},${split}\n`).join('')}`;
  await fc.assert(fc.asyncProperty(fc.array(list, { minLength: 1, maxLength: 5 }), fc.nat(), async (lists, chosen) => {
    const workspace = temporaryWorkspace(t);
    await importText(workspace, 'sku,title\nA,Hinge\n');
    const ids: number[] = [];
    for (const one of lists) ids.push((await importText(workspace, text(one), { kind: 'sessions' })).importId!);
    const after = sessions(workspace);
    const from = chosen % (lists.length + 1);
    for (const id of ids.slice(from).reverse()) await moveImport(workspace, { id, way: 'undo' });
    const replay = temporaryWorkspace(t);
    await importText(replay, 'sku,title\nA,Hinge\n');
    for (const one of lists.slice(0, from)) await importText(replay, text(one), { kind: 'sessions' });
    assert.equal(sessions(workspace), sessions(replay));
    for (const id of ids.slice(from)) await moveImport(workspace, { id, way: 'redo' });
    assert.equal(sessions(workspace), after);
  }), { numRuns: 12, endOnFailure: true });
});
