import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsOfSku, readHistory } from '../../db/history.ts';
import { explain, importText, temporaryWorkspace } from '../helpers/database.ts';

const day = 86_400_000;
const at = (date: string): string => String(Date.parse(`${date}T10:00:00Z`));

/** History of A where its events lie at these times; '' for none. */
async function historyOf(t: Parameters<typeof temporaryWorkspace>[0], times: readonly string[]) {
  const workspace = temporaryWorkspace(t);
  await importText(workspace, 'sku,title\nA,Hinge\nB,Door\n');
  await importText(workspace, ['session_id,sku,timestamp,position,type,split', ...times.flatMap((time, i) => [`s${i},A,${time},0,${i === 0 ? 'cart' : 'view'},${i === 1 ? 'test' : 'train'}`, `s${i},B,${time},1,view,train`])].join('\n'), { kind: 'sessions' });
  return { workspace, history: readHistory(workspace.reader, 'A') };
}

test('events are counted by session, split and kind, and by day with the empty days between', async (t) => {
  const { history } = await historyOf(t, [at('2026-03-01'), at('2026-03-01'), at('2026-03-04'), '']);
  const { item, ...counts } = history;
  assert.equal(item.title, 'Hinge');
  assert.deepEqual(counts, {
    events: 4, sessions: 4, splits: { none: 0, train: 3, valid: 0, test: 1 }, types: { view: 3, cart: 1, purchase: 0, other: 0 },
    periods: { unit: 'day', counts: [2, 0, 0, 1].map((events, i) => ({ start: Date.parse('2026-03-01') + i * day, events })) },
  });
});

test('half a year is told by weeks from Monday, years by months, a wrong year by the last 600 months', async (t) => {
  const weeks = (await historyOf(t, [at('2026-01-01'), at('2026-04-15')])).history.periods!;
  assert.deepEqual([weeks.unit, weeks.counts.length, weeks.counts[0], weeks.counts.at(-1)], ['week', 16, { start: Date.parse('2025-12-29'), events: 1 }, { start: Date.parse('2026-04-13'), events: 1 }]);
  const months = (await historyOf(t, [at('2024-02-29'), at('2026-01-31'), at('2026-01-01')])).history.periods!;
  assert.deepEqual([months.unit, months.counts.length, months.counts[0], months.counts.at(-1)], ['month', 24, { start: Date.parse('2024-02-01'), events: 1 }, { start: Date.parse('2026-01-01'), events: 2 }]);
  const { counts } = (await historyOf(t, [at('1995-01-05'), at('2060-01-31')])).history.periods!;
  assert.deepEqual([counts.length, counts.at(-1)], [600, { start: Date.parse('2060-01-01'), events: 1 }]);
});

test('a SKU without events or times has no periods, an unknown one is an error, and an index finds the events', async (t) => {
  const { workspace, history } = await historyOf(t, ['']);
  assert.deepEqual([history.events, history.periods], [1, null]);
  await importText(workspace, 'sku,title\nC,Screw\n');
  assert.deepEqual([readHistory(workspace.reader, 'C').events, readHistory(workspace.reader, 'C').periods], [0, null]);
  assert.throws(() => readHistory(workspace.reader, 'nobody'), { code: 'not-found' });
  assert.match(explain(workspace.reader, eventsOfSku, [1]), /USING INDEX events_by_sku/);
});
