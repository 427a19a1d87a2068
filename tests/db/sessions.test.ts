import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDataset } from '../../db/dataset.ts';
import { eventsInOrder } from '../../db/dataset.ts';
import { saveDraft } from '../../db/drafts.ts';
import { retireItems } from '../../db/items.ts';
import { getSession, lengthCounts, listSessions, readSessionStats, sessionsBySku } from '../../db/sessions.ts';
import { readDataVersion } from '../../db/version.ts';
import { codes, explain, features, importText, temporaryWorkspace } from '../helpers/database.ts';

const catalogue = 'sku,title\nA,Hinge\nB,Door\nC,Screw\n';

/** Sessions of a dataset as SKUs; `?` where the dataset does not hold the SKU. */
async function sessionsOf(workspace: ReturnType<typeof temporaryWorkspace>, drafts = false) {
  const { skus, sessions, sessionIds, hash } = await readDataset(workspace, { drafts });
  const lists = sessionIds.map((id, row) => [id, ...Array.from(sessions.items.subarray(sessions.offsets[row], sessions.offsets[row + 1]), (item) => skus[item] ?? '?')].join(' '));
  return { lists, hash, splits: [...sessions.splits] };
}

test('order: time, then position, then file; by position alone where a time is missing', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  const report = await importText(workspace, [
    'session_id,sku,timestamp,position', 'time,B,1700000002,', 'place,C,,2', 'time,A,1700000001,', 'place,A,,0', 'tie,B,1700000000,1', 'tie,A,1700000000,0',
    'file,C,1700000000,', 'file,A,1700000000,', 'mixed,C,1600000000,2', 'mixed,B,,1', 'mixed,A,1700000000,0', 'place,B,,1',
  ].join('\n'), { kind: 'sessions' });
  assert.deepEqual(codes(report), ['I_SORTED']);
  const { lists } = await sessionsOf(workspace);
  // Sessions themselves by the time they began, those without one first: a split by order must not learn from what comes later.
  assert.deepEqual(lists, ['place A B C', 'mixed A B C', 'tie A B', 'file C A', 'time A B']);
  for (const list of lists) {
    const [id = '', ...skus] = list.split(' ');
    assert.deepEqual(getSession(workspace.reader, id).session.skus, skus);
  }
});

test('unknown SKUs are kept, reported, and count once imported', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Hinge\n');
  const report = await importText(workspace, 'session_id,sku,position\ns1,A,0\ns1,X,1\ns1,X,2\ns2,Y,0\n', { kind: 'sessions' });
  assert.deepEqual(report.issues.map(({ code, line, details }) => [code, line, details?.['count']]), [['W_SESSION_UNKNOWN_SKU', 3, 3], ['W_SESSION_TOO_SHORT', null, 1]]);
  assert.deepEqual((await sessionsOf(workspace)).lists, ['s1 A ? ?', 's2 ?']);
  assert.equal(readSessionStats(workspace.reader).unknownEvents, 3);
  await importText(workspace, 'sku,title\nX,Lamp\n');
  assert.deepEqual((await sessionsOf(workspace)).lists, ['s1 A X X', 's2 ?']);
  assert.equal(readSessionStats(workspace.reader).unknownEvents, 1);
});

test('exact duplicates are dropped and counted; the same event in a later file is unchanged', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  const report = await importText(workspace, 'session_id,sku,timestamp,type\ns,A,1700000000,view\ns,A,1700000000,cart\ns,A,1700000000,view\ns,A,1700000000000,view\ns,B,1700000009,view\n', { kind: 'sessions' });
  assert.deepEqual([report.created, report.files[0]!.rows, report.issues.map(({ code, line, details }) => [code, line, details?.['count']])], [
    3, { ok: 3, rejected: 0, skipped: 2 }, [['W_EVENT_DUPLICATE', 4, 2], ['W_TIMESTAMP_UNITS', null, undefined]],
  ]);
  const later = await importText(workspace, 'session_id,sku,timestamp,type\ns,A,1700000000,view\ns,C,1700000001,view\n', { kind: 'sessions' });
  assert.deepEqual([later.created, later.unchanged], [1, 1]);
  assert.deepEqual((await sessionsOf(workspace)).lists, ['s A A C B']);
});

test('counts, splits and lengths', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  await importText(workspace, `session_id,sku,position,split\n${Array.from({ length: 25 }, (_, index) => `long,A,${index},train\n`).join('')}two,A,0,valid\ntwo,B,1,test\none,C,0,\n`, { kind: 'sessions' });
  const { lengths, ...stats } = readSessionStats(workspace.reader);
  assert.deepEqual(stats, { sessions: 3, events: 28, unknownEvents: 0, single: 1, meanLength: 28 / 3, splits: { none: 1, train: 25, valid: 1, test: 1 } });
  assert.deepEqual(lengths, [1, 1, ...new Array<number>(17).fill(0), 1]);
  assert.deepEqual((await sessionsOf(workspace)).splits, [...new Array<number>(25).fill(1), 2, 3, 0]);
});

test('pages of sessions, all or those with a SKU', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  await importText(workspace, 'session_id,sku,timestamp\ns1,A,1700000000\ns1,X,1700000001\ns2,B,1700000002\ns3,B,1700000003\ns3,A,1700000004\n', { kind: 'sessions' });
  const page = listSessions(workspace.reader, { offset: 1, limit: 1 });
  assert.deepEqual(page, { total: 3, rows: [{ sessionId: 's2', length: 1, start: 1_700_000_002_000, skus: ['B'], titles: ['Door'] }] });
  const withA = listSessions(workspace.reader, { offset: 0, limit: 10, sku: 'A' });
  assert.deepEqual([withA.total, withA.rows.map(({ sessionId, titles }) => [sessionId, titles])], [2, [['s1', ['Hinge', null]], ['s3', ['Door', 'Hinge']]]]);
  assert.deepEqual(listSessions(workspace.reader, { offset: 0, limit: 10, sku: 'nobody' }), { total: 0, rows: [] });
  assert.deepEqual(getSession(workspace.reader, 's1').items.map((row) => row?.title ?? null), ['Hinge', null]);
  assert.throws(() => getSession(workspace.reader, 'nobody'), { code: 'not-found' });
});

test('drafts and retired items are not live, and drafts move neither rows nor hash', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  await importText(workspace, 'session_id,sku,position\ns,A,0\ns,0-draft,1\ns,C,2\n', { kind: 'sessions' });
  const before = await readDataset(workspace, { drafts: false });
  await workspace.write((db) => saveDraft(db, '0-draft', features({ title: 'New' })));
  const after = await readDataset(workspace, { drafts: false });
  const withDrafts = await readDataset(workspace, { drafts: true });
  assert.deepEqual([before.skus, [...before.live]], [['A', 'B', 'C'], [1, 1, 1]]);
  assert.deepEqual([after.skus, after.hash, after.dataVersion], [before.skus, before.hash, before.dataVersion]);
  assert.deepEqual([withDrafts.skus, [...withDrafts.live], withDrafts.hash, [...withDrafts.sessions.items]], [['A', 'B', 'C', '0-draft'], [1, 1, 1, 0], before.hash, [0, 3, 2]]);
  await workspace.write((db) => retireItems(db, ['C']));
  const retired = await readDataset(workspace, { drafts: true });
  assert.deepEqual([retired.skus, [...retired.sessions.items]], [['A', 'B', '0-draft'], [0, 2, -1]]);
  assert.notEqual(retired.hash, before.hash);
});

test('the hash tells the data: equal files, equal hash; one title or one event, another hash', async (t) => {
  const events = 'session_id,sku,position\ns,A,0\ns,B,1\n';
  const hashOf = async (items: string, sessions: string): Promise<string> => {
    const workspace = temporaryWorkspace(t);
    await importText(workspace, items);
    await importText(workspace, sessions, { kind: 'sessions' });
    return (await readDataset(workspace, { drafts: false })).hash;
  };
  const hash = await hashOf(catalogue, events);
  assert.equal(await hashOf(catalogue, events), hash);
  assert.equal(await hashOf('title,sku\nScrew,C\nDoor,B\nHinge,A\n', events), hash);
  for (const [items, sessions] of [[catalogue.replace('Door', 'Gate'), events], [catalogue, events.replace('B,1', 'C,1')], [catalogue, `${events}s,B,2\n`]] as const) assert.notEqual(await hashOf(items, sessions), hash);
});

test('a dataset is one state, whatever is written while it is read', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, catalogue);
  await importText(workspace, `session_id,sku,position\n${Array.from({ length: 6_000 }, (_, index) => `s${index},A,0\ns${index},B,1\n`).join('')}`, { kind: 'sessions' });
  const version = readDataVersion(workspace.reader);
  const reading = readDataset(workspace, { drafts: false });
  await workspace.write((db) => retireItems(db, ['B']));
  const dataset = await reading;
  assert.deepEqual([dataset.dataVersion, dataset.skus.length, dataset.sessions.items.every((row) => row >= 0)], [version, 3, true]);
});

test('a reading that is stopped ends before the next slice', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, `sku,title\n${Array.from({ length: 1_500 }, (_, index) => `S${index},Hinge\n`).join('')}`);
  const stop = new AbortController();
  const reading = readDataset(workspace, { drafts: false, stop: stop.signal });
  stop.abort(new Error('enough'));
  await assert.rejects(reading, { message: 'enough' });
  assert.equal((await readDataset(workspace, { drafts: false, stop: new AbortController().signal })).items.length, 1_500);
});

test('equal lists of a dataset are one list, also after a structured clone', async (t) => {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title,category_path,color\nA,Hinge,Home > Doors,red\nB,Door,Home > Doors,\nC,Screw,Home,red\n');
  const { items } = await readDataset(workspace, { drafts: false });
  assert.deepEqual(items.map(({ categoryPath, color, attrs }) => [categoryPath, color, attrs]), [[['Home', 'Doors'], ['red'], []], [['Home', 'Doors'], [], []], [['Home'], ['red'], []]]);
  for (const [a, b, c] of [items, structuredClone(items)]) assert.ok(a!.categoryPath === b!.categoryPath && a!.color === c!.color && Object.is(a!.attrs, b!.color) && c!.attrs === a!.attrs);
});

test('hot queries use their indexes', (t) => {
  const { reader } = temporaryWorkspace(t);
  assert.match(explain(reader, lengthCounts, []), /USING COVERING INDEX sessions_by_length/);
  assert.match(explain(reader, sessionsBySku, [1, 10, 0]), /SEARCH events USING COVERING INDEX events_by_sku \(sku=\?\)/);
  assert.match(explain(reader, eventsInOrder, [1, 2]), /SEARCH events USING PRIMARY KEY \(session>\? AND session<\?\)/);
  assert.match(explain(reader, 'SELECT count(*) FROM events WHERE sku = ?', [1]), /USING COVERING INDEX events_by_sku/);
});
