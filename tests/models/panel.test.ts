import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitCodes } from '../../db/records.ts';
import type { SessionTable } from '../../db/records.ts';
import { drawPanel } from '../../models/panel.ts';
import type { Panel } from '../../models/panel.ts';
import { readDataset } from '../helpers/data.ts';

const codeOf = { '.': splitCodes.none, t: splitCodes.train, v: splitCodes.valid, x: splitCodes.test } as const;

/** `[[1, 2], 'tx']` is a session of rows 1 and 2, the second one a test event. */
function table(...sessions: readonly (readonly [items: readonly number[], splits: string])[]): SessionTable {
  const offsets = [0];
  for (const [items] of sessions) offsets.push(offsets.at(-1)! + items.length);
  return {
    offsets: Int32Array.from(offsets), items: Int32Array.from(sessions.flatMap(([items]) => items)),
    splits: Uint8Array.from(sessions.flatMap(([, splits]) => [...splits]), (letter) => codeOf[letter as keyof typeof codeOf]),
  };
}

/** Per session of the panel: its row and its contexts. */
function show(panel: Panel): string[] {
  return [...panel.sessions].map((session, s) => {
    const contexts = [];
    for (let m = panel.momentOffsets[s]!; m < panel.momentOffsets[s + 1]!; m++) contexts.push(panel.items.subarray(panel.starts[m]!, panel.ends[m]!).join(','));
    return `${session}: ${contexts.join(' | ')}`;
  });
}

const options = { sessions: 10, seed: 7, maxContext: 20 };

test('every prefix with a next event is a moment; unknown SKUs drop out of contexts, and old items beyond the limit', () => {
  const sessions = table([[1, 2, 3, 4], '....'], [[-1, 5, -1, 6], '....'], [[7], '.'], [[-1, -1], '..'], [[8, -1], '..']);
  const panel = drawPanel(sessions, { ...options, maxContext: 2 });
  assert.deepEqual(show(panel), ['0: 1 | 1,2 | 2,3', '1: 5 | 5', '4: 8']);
  assert.deepEqual([...panel.itemOffsets], [0, 4, 6, 7]);
  assert.match(panel.source, /^the last 3 sessions/);
});

test('sessions that were trained on stay out as soon as enough others exist', () => {
  const trained = Array.from({ length: 50 }, () => [[1, 2, 3], 'ttt'] as const);
  const held = Array.from({ length: 10 }, () => [[4, 5, 6], 'xxx'] as const);
  const validated = Array.from({ length: 10 }, () => [[7, 8, 9], 'vvv'] as const);
  const mixed = table(...trained.slice(25), ...held, ...validated, ...trained.slice(25));
  assert.deepEqual([...drawPanel(mixed, options).sessions], Array.from({ length: 10 }, (_, i) => 25 + i));
  const larger = drawPanel(mixed, { ...options, sessions: 15 });
  assert.equal(larger.sessions.length, 15);
  assert.ok([...larger.sessions].every((session) => session >= 25 && session < 45));
  assert.match(larger.source, /^15 of 20 sessions the model did not learn from \(test or validation\), drawn with seed 7$/);
  // Twenty held-out sessions are too few for thirty: the last ones of the table, and the panel says so.
  const last = drawPanel(mixed, { ...options, sessions: 30 });
  assert.deepEqual([...last.sessions], Array.from({ length: 30 }, (_, i) => 40 + i));
  assert.match(last.source, /the model may have learned from them/);
});

test('two hundred held-out sessions are enough, however many were asked for', () => {
  const sessions = table(...Array.from({ length: 300 }, () => [[1, 2], 'tt'] as const), ...Array.from({ length: 200 }, () => [[1, 2], 'xx'] as const));
  const panel = drawPanel(sessions, { ...options, sessions: 2000 });
  assert.deepEqual([panel.sessions.length, panel.sessions[0]], [200, 300]);
});

test('a session whose last event alone is held out counts, with all its prefixes', () => {
  const panel = drawPanel(table([[1, 2, 3], 'tvx'], [[4, 5], 'tt']), { ...options, sessions: 1 });
  assert.deepEqual(show(panel), ['0: 1 | 1,2']);
  assert.match(panel.source, /sessions whose last event the model did not learn from/);
});

test('the same seed draws the same panel, another seed another one; nothing is drawn twice', () => {
  const { sessions } = readDataset('amazon_scientific');
  const panel = drawPanel(sessions, { ...options, sessions: 2000 });
  assert.deepEqual(drawPanel(sessions, { ...options, sessions: 2000 }), panel);
  assert.notDeepEqual(drawPanel(sessions, { ...options, sessions: 2000, seed: 8 }).sessions, panel.sessions);
  assert.equal(new Set(panel.sessions).size, 2000);
  assert.ok(panel.starts.every((start, m) => start < panel.ends[m]! && panel.ends[m]! - start <= 20));
});

test('of diginetica only test sessions are drawn', () => {
  const { sessions } = readDataset('diginetica');
  const panel = drawPanel(sessions, { ...options, sessions: 2000 });
  for (const session of panel.sessions) {
    assert.ok(sessions.splits.subarray(sessions.offsets[session]!, sessions.offsets[session + 1]!).every((code) => code === splitCodes.test));
  }
  assert.match(panel.source, /^2,000 of 15,963 sessions the model did not learn from \(test\)/);
});

test('without sessions there is an empty panel', () => {
  const panel = drawPanel(table(), options);
  assert.deepEqual([panel.sessions.length, panel.ends.length, [...panel.momentOffsets]], [0, 0, [0]]);
});
