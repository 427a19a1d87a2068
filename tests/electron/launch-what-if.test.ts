/** Why, which text, several drafts at once, and what really happened: through the contract, on a real workspace. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ItemFeatures } from '../../db/records.ts';
import type { Engine } from '../../electron/engine.ts';
import { closeAndRemove, fillTrainedShop, openTestEngine } from '../helpers/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-what-if-'));
let engine: Engine;

before(async () => {
  await fillTrainedShop(folder);
  engine = await openTestEngine(folder);
});
after(() => closeAndRemove(engine, folder));

async function featuresOf(sku: string): Promise<ItemFeatures> {
  const { title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs } = (await engine.api.catalog.get({ sku })).item;
  return { title, description, brand, categoryPath, color, material, size, department, manufacturer, price, attrs };
}

test('an explanation and a contrast speak of the panel and model that a preview does', async () => {
  const { launch } = engine.api;
  const features = await featuresOf('NEW-1001');
  const seen = await launch.preview({ sku: 'NEW-1001', features });
  const why = await launch.explain({ sku: 'NEW-1001', features });
  assert.deepEqual(why.whole, { exposure: seen.exposure, reach: seen.reach, medianRank: seen.medianRank });
  const source = ({ milliseconds: _, ...provenance }: typeof seen.provenance) => provenance;
  assert.deepEqual(source(why.provenance), source(seen.provenance));
  assert.ok(why.attributes.some(({ field, value }) => field === 'brand' && value === features.brand) && why.tokens.every(({ field }) => field === 'title'));
  const [a, b] = [features, await featuresOf('NEW-1002')];
  const both = await launch.contrast({ sku: 'NEW-1001', a, b });
  assert.equal(both.a.exposure, seen.exposure);
  const named = [...both.onlyA, ...both.onlyB];
  assert.ok(named.length > 0 && named.every(({ sessionId, items }) => sessionId !== '' && items.length > 0));
  for (const { sessionId } of named.slice(0, 3)) assert.equal((await engine.api.sessions.get({ sessionId })).session.sessionId, sessionId);
});

test('a brand that nobody has is on the to-do list, and filling it is what the list says', async () => {
  const features = { ...await featuresOf('NEW-1001'), brand: '' };
  const { fills } = await engine.api.launch.explain({ sku: 'NEW-1001', features });
  const brand = fills.find(({ field }) => field === 'brand')!;
  assert.deepEqual([brand.reason, brand.present, brand.features.brand], ['empty', '', brand.value]);
  assert.equal((await engine.api.launch.preview({ sku: 'NEW-1001', features: brand.features })).exposure, brand.exposure);
});

test('drafts launch together by their SKUs; others are refused', async () => {
  const { launch } = engine.api;
  const skus = (await launch.drafts({ offset: 0, limit: 5 })).rows.map(({ sku }) => sku);
  const all = await launch.together({ skus });
  assert.deepEqual(all.drafts.map(({ item }) => item.sku), skus);
  assert.equal(all.slotsGained, all.slotsLost);
  assert.ok(all.displaced.every(({ item }) => item.status === 'live'));
  const one = await launch.together({ skus: [skus[0]!] });
  assert.equal(one.drafts[0]!.exposure, (await launch.preview({ sku: skus[0]!, features: await featuresOf(skus[0]!) })).exposure);
  const live = (await engine.api.catalog.list({ status: 'live', offset: 0, limit: 1 })).rows[0]!.sku;
  await assert.rejects(launch.together({ skus: [skus[0]!, live] }), { code: 'not-found', message: new RegExp(live) });
  await assert.rejects(launch.together({ skus: ['nobody'] }), { code: 'not-found' });
  await assert.rejects(launch.together({ skus: [skus[0]!, skus[0]!] }), { code: 'invalid', message: /twice/ });
});

test('where entry items are, they are SKUs of the catalogue', async () => {
  const { where, displacedBy, slotsLost } = await engine.api.launch.preview({ sku: 'NEW-1001', features: await featuresOf('NEW-1001') });
  const entry = where.find(({ by }) => by === 'entry')!;
  assert.ok(entry.groups.length > 0 && entry.groups.every(({ item, label }) => item !== undefined && item.title === label));
  assert.ok(where.filter(({ by }) => by !== 'entry').every(({ groups }) => groups.every(({ item }) => item === undefined)));
  assert.deepEqual(displacedBy.map(({ groups, rest }) => groups.reduce((sum, { slots }) => sum + slots, rest?.slots ?? 0)), [slotsLost, slotsLost]);
});

test('the history of a SKU is its recorded events, each in its time', async () => {
  const [most] = (await engine.api.catalog.list({ status: 'live', sort: 'events', descending: true, offset: 0, limit: 1 })).rows;
  const { item, events, sessions, splits, types, periods } = await engine.api.launch.history({ sku: most!.sku });
  const listed = await engine.api.sessions.list({ sku: most!.sku, offset: 0, limit: 1 });
  assert.deepEqual([item.sku, events, sessions], [most!.sku, most!.events, listed.total]);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  assert.deepEqual([sum(Object.values(splits)), sum(Object.values(types)), sum(periods!.counts.map((period) => period.events))], [events, events, events]);
  assert.ok(periods!.counts.every(({ start }, i) => i === 0 || start > periods!.counts[i - 1]!.start));
  assert.ok(periods!.counts[0]!.events > 0 && periods!.counts.at(-1)!.events > 0);
  const draft = await engine.api.launch.history({ sku: 'NEW-1001' });
  assert.deepEqual([draft.events, draft.sessions, draft.periods], [0, 0, null]);
  await assert.rejects(engine.api.launch.history({ sku: 'nobody' }), { code: 'not-found' });
});
