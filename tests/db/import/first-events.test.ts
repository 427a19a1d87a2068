/** Sessions copied into an empty workspace are those that come beside others, and the indexes are there afterwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Workspace } from '../../../db/database.ts';
import { expectedFingerprint, fingerprintSchema } from '../../../db/migrate.ts';
import { migrations } from '../../../db/migrations/index.ts';
import { Random } from '../../../models/random.ts';
import { importText, temporaryWorkspace } from '../../helpers/database.ts';

const random = new Random(5);
/** Interleaved sessions, some events without a time, some twice, one session of 12,000: more than one statement copies. */
const events = Array.from({ length: 20_000 }, (_, row) => {
  const session = row % 5 < 3 ? 'long' : `s${random.below(2_500)}`;
  const time = random.below(20) === 0 ? '' : 1_700_000_000 + random.below(5_000);
  return `${session},A${random.below(400)},${time},${row % 1_900},${row % 7 === 0 ? 'cart' : 'view'},${row % 3 === 0 ? 'test' : ''},u${row % 9}`;
});
const text = ['session_id,sku,timestamp,position,type,split,user_id', ...events, ...events.slice(0, 50), ''].join('\n');
const catalogue = ['sku,title', ...Array.from({ length: 390 }, (_, index) => `A${index},Shirt ${index}`), ''].join('\n');

function look({ reader }: Workspace) {
  const all = (sql: string): unknown[] => reader.prepare(sql).raw().all();
  return {
    sessions: all(`SELECT session_id, user_id, start, length FROM sessions WHERE session_id <> 'other' ORDER BY session_id`),
    events: all(`SELECT session_id, timestamp, position, skus.sku, type, split, line FROM events JOIN sessions ON sessions.id = session JOIN skus ON skus.id = events.sku WHERE session_id <> 'other' ORDER BY line`),
    totals: all(`SELECT split, events - (split = 0) FROM event_totals ORDER BY split`),
    counts: all(`SELECT sku, events FROM skus WHERE sku <> 'other' ORDER BY sku`),
    repeated: all(`SELECT sku, events FROM items WHERE sku <> 'other' ORDER BY sku`),
  };
}

test('the first sessions of a workspace are stored as later ones are', async (t) => {
  const [first, later] = [temporaryWorkspace(t), temporaryWorkspace(t)];
  await importText(later, 'session_id,sku,timestamp,type,split\nother,other,1700000000,view,\n', { kind: 'sessions' });
  await importText(first, catalogue);
  await importText(later, catalogue);
  const reports = [await importText(first, text, { kind: 'sessions' }), await importText(later, text, { kind: 'sessions' })] as const;
  const [here, there] = reports.map(({ created, unchanged, outcome, issueCounts, issues }) => ({ created, unchanged, outcome, issueCounts, issues }));
  assert.deepEqual(here, there);
  const [one, other] = [look(first), look(later)];
  one.totals = one.totals.map((row) => [(row as number[])[0], (row as number[])[1]! + ((row as number[])[0] === 0 ? 1 : 0)]); // without the other session's event
  for (const part of ['sessions', 'events', 'totals', 'counts', 'repeated'] as const) assert.equal(JSON.stringify(one[part]), JSON.stringify(other[part]), part);
  assert.ok(one.sessions.length > 2_000 && one.events.length > 19_000);
  assert.equal(fingerprintSchema(first.reader), expectedFingerprint(migrations, migrations.at(-1)!.version));
  assert.equal(first.reader.pragma('integrity_check', { simple: true }), 'ok');
});
