/** Why, which text, and which drafts together: the answers of a trained model, held against plain previews of the same texts. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { ItemFeatures } from '../../db/records.ts';
import type { Dataset } from '../../models/jobs.ts';
import type { PreviewNumbers } from '../../models/launch-jobs.ts';
import { openModel, type ServedModel } from '../../models/serve.ts';
import { train } from '../../models/train.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { firstSessions, smallJob } from './slice.ts';

const k = 10;
const colors = ['black', 'white', 'blue', 'clear'] as const;
const dataset = decorated(firstSessions(300));
/** Row of a draft that the catalogue holds. */
const saved = dataset.items.length;
const draft: ItemFeatures = { ...dataset.items[11]!, title: 'digital caliper stainless steel 6 inch with case', brand: 'Nobody Ever', categoryPath: dataset.items[12]!.categoryPath, color: [], price: null };
const other: ItemFeatures = { ...dataset.items[30]!, title: `${dataset.items[30]!.title} refurbished` };

/** amazon_scientific knows neither colours nor prices: every SKU gets them by its leaf, so that comparable SKUs agree. */
function decorated(plain: Dataset): Dataset {
  const leafOf = ({ categoryPath }: ItemFeatures): number => (categoryPath.at(-1) ?? '').length;
  return { ...plain, items: plain.items.map((item, row) => ({ ...item, color: row % 5 === 0 ? [] : [colors[leafOf(item) % colors.length]!], price: 10 + leafOf(item) })) };
}

let folder: Promise<string> | null = null;
async function serving(t: TestContext): Promise<ServedModel> {
  folder ??= (async () => {
    const own = temporaryFolder({ after: (done: () => void) => void process.once('exit', done) } as TestContext);
    const { status } = await train(smallJob(dataset, own, { epochs: 2 }), { onProgress: () => {}, stopRequested: () => false, threads: 1 });
    assert.equal(status, 'done');
    return own;
  })();
  const served = await openModel({
    folder: await folder, cache: temporaryFolder(t), items: [...dataset.items, draft], ids: Int32Array.of(...dataset.ids, 99_999), live: Uint8Array.of(...dataset.live, 0),
    sessions: dataset.sessions, panel: { sessions: 250, seed: 3 }, k,
  });
  t.after(() => served.dispose());
  return served;
}

const previewOf = (served: ServedModel, features: ItemFeatures, row = -1): Promise<PreviewNumbers> => served.preview({ features, row, k, lists: true });
const outcomeOf = ({ exposure, reach, medianRank }: PreviewNumbers): unknown => ({ exposure, reach, medianRank });
const untimed = <T extends { readonly milliseconds: unknown }>({ milliseconds: _, ...rest }: T): Omit<T, 'milliseconds'> => rest;
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

test('an explanation agrees with previews of the same texts, and says nothing of empty fields', async (t) => {
  const served = await serving(t);
  for (const [features, row] of [[draft, saved], [other, -1], [{ ...other, color: [' '], brand: '' }, -1]] as const) {
    const { whole, attributes, tokens, fills, comparable } = await served.explain({ features, row, k });
    assert.deepEqual(whole, outcomeOf(await previewOf(served, features, row)));
    assert.equal(comparable, 20);
    const filled = { title: features.title, brand: features.brand, category: features.categoryPath.join(' > '), color: features.color.join(', ').trim(), price: features.price === null ? '' : String(features.price) };
    assert.deepEqual(Object.fromEntries(attributes.map(({ field, value }) => [field, value])), Object.fromEntries(Object.entries(filled).filter(([, value]) => value !== '')));
    const emptied: Readonly<Record<string, ItemFeatures>> = {
      title: { ...features, title: '' }, brand: { ...features, brand: '' }, category: { ...features, categoryPath: [] }, color: { ...features, color: [] }, price: { ...features, price: null },
    };
    for (const { field, without } of attributes) assert.deepEqual(without, outcomeOf(await previewOf(served, emptied[field]!, row)), field);
    assert.ok(tokens.length >= 5);
    for (const { token, without } of tokens.slice(0, 4)) {
      const title = features.title.toLowerCase().split(/[^\p{L}\p{N}.]+/u).filter((word) => word !== token).join(' ');
      if (/^[\p{L}]+$/u.test(token)) assert.equal(features.title.toLowerCase().includes(token), true);
      if (/^[a-z ]+$/u.test(features.title)) assert.deepEqual(without, outcomeOf(await previewOf(served, { ...features, title }, row)), token);
    }
    for (const fill of fills) {
      const { exposure, medianRank, exposureInterval } = await previewOf(served, fill.features, row);
      assert.deepEqual([fill.exposure, fill.medianRank, fill.interval, fill.gain], [exposure, medianRank, exposureInterval, exposure - whole.exposure]);
      assert.ok(fill.gainInterval[0] <= fill.gain && fill.gain <= fill.gainInterval[1], JSON.stringify(fill));
      assert.ok(fill.support >= 2 && fill.support <= fill.of);
    }
    assert.deepEqual(fills.map(({ gain }) => gain), fills.map(({ gain }) => gain).sort((a, b) => b - a));
  }
});

test('the to-do list names empty, unseen and rare fields, and is a sentence where there is nothing to do', async (t) => {
  const served = await serving(t);
  const { fills } = await served.explain({ features: draft, row: saved, k });
  const reasons = new Map(fills.map(({ field, reason }) => [field, reason]));
  assert.deepEqual([reasons.get('color'), reasons.get('price'), reasons.get('brand')], ['empty', 'empty', 'unseen']);
  assert.ok(fills.filter(({ field }) => field === 'color').every(({ value, features }) => features.color.join(', ') === value && colors.includes(value as 'black')));
  const leaf = dataset.items[0]!.categoryPath;
  const common = dataset.items.filter(({ brand }) => brand !== '').map(({ brand }) => brand);
  const brand = common.sort((a, b) => common.filter((one) => one === b).length - common.filter((one) => one === a).length)[0]!;
  const done = await served.explain({ features: { ...dataset.items[0]!, categoryPath: leaf, brand, color: ['black'], price: 20 }, row: -1, k });
  if (done.fills.length === 0) assert.match(done.summary, /^Nothing to do: /);
  else assert.deepEqual([...new Set(done.fills.map(({ field, reason }) => `${field} ${reason}`))], ['category rare'], done.summary);
});

test('a text contrasted with itself is a draw, and with another the two previews', async (t) => {
  const served = await serving(t);
  const same = await served.contrast({ a: draft, b: draft, row: saved, k });
  assert.deepEqual([same.difference, same.wins.winRate, same.wins.interval, same.wins.a, same.wins.b], [{ exposure: 0, interval: [0, 0] }, 0.5, [0.5, 0.5], 0, 0]);
  assert.deepEqual([same.onlyA, same.onlyB, same.shows.onlyA, same.shows.onlyB, same.wins.ties], [[], [], 0, 0, same.panel.moments]);
  const [a, b] = [draft, { ...draft, title: dataset.items[40]!.title, brand: dataset.items[40]!.brand, categoryPath: dataset.items[40]!.categoryPath }];
  const seen = await served.contrast({ a, b, row: saved, k });
  for (const [side, features] of [[seen.a, a], [seen.b, b]] as const) {
    const { exposure, exposureInterval, reach, medianRank, slotsGained } = await previewOf(served, features, saved);
    assert.deepEqual(side, { exposure, exposureInterval, reach, medianRank });
    assert.equal(seen.shows.both + (side === seen.a ? seen.shows.onlyA : seen.shows.onlyB), slotsGained);
  }
  assert.equal(total(Object.values(seen.shows)), seen.panel.moments);
  assert.equal(seen.wins.a + seen.wins.b + seen.wins.ties, seen.panel.moments);
  assert.equal(seen.difference.exposure, seen.b.exposure - seen.a.exposure);
  assert.ok(seen.difference.interval[0] <= seen.difference.exposure && seen.difference.exposure <= seen.difference.interval[1]);
  assert.ok(seen.wins.interval[0] <= seen.wins.winRate && seen.wins.winRate <= seen.wins.interval[1]);
  assert.ok(seen.onlyA.length + seen.onlyB.length > 0, 'the two never differ: the lists say nothing');
  assert.ok(seen.onlyA.every(({ rankA, rankB }) => rankA <= k && rankB > k) && seen.onlyB.every(({ rankA, rankB }) => rankB <= k && rankA > k));
  const mirrored = await served.contrast({ a: b, b: a, row: saved, k });
  assert.deepEqual([mirrored.shows.onlyA, mirrored.wins.a, mirrored.difference.exposure, mirrored.a], [seen.shows.onlyB, seen.wins.b, -seen.difference.exposure, seen.b]);
  assert.ok(Math.abs(mirrored.wins.winRate + seen.wins.winRate - 1) < 1e-12);
});

test('one draft together is its preview; several share slots, never win any, and take what live SKUs lose', async (t) => {
  const served = await serving(t);
  const one = await served.together({ drafts: [{ features: draft, row: saved }], k });
  const alone = await previewOf(served, draft, saved);
  const { exposure, exposureInterval, reach, medianRank, slotsGained, slotsLost, displaced, displacedBy } = alone;
  assert.deepEqual(one.drafts, [{ exposure, exposureInterval, reach, medianRank, alone: exposure, slots: slotsGained, lostTo: 0 }]);
  assert.deepEqual([one.slotsGained, one.slotsLost, one.reach, one.displaced, one.displacedBy, one.panel], [slotsGained, slotsLost, reach, displaced, displacedBy, alone.panel]);
  const shown = await Promise.all(dataset.items.slice(0, 40).map(async (features) => ({ features, slots: (await served.preview({ features, row: -1, k, lists: false })).slotsGained })));
  const [best, second] = shown.sort((a, b) => b.slots - a.slots) as [(typeof shown)[0], (typeof shown)[0]];
  const texts = [best.features, best.features, second.features, draft, other];
  const many = await served.together({ drafts: texts.map((features) => ({ features, row: -1 })), k });
  for (const [i, features] of texts.entries()) {
    const seen = await previewOf(served, features);
    const { alone: before, exposure: after, lostTo, slots } = many.drafts[i]!;
    assert.deepEqual([before, slots + lostTo], [seen.exposure, seen.slotsGained]);
    assert.ok(after <= before && lostTo >= 0);
  }
  assert.ok(many.drafts.some(({ lostTo }) => lostTo > 0), 'no draft ever loses to another: the comparison says nothing');
  assert.equal(total(many.drafts.map(({ slots }) => slots)), many.slotsGained);
  assert.equal(many.slotsGained, many.slotsLost);
  for (const { groups, rest } of many.displacedBy) assert.equal(total(groups.map(({ slots }) => slots)) + (rest?.slots ?? 0), many.slotsLost);
});

test('where a draft shows and who loses add up, each in every division', async (t) => {
  const served = await serving(t);
  for (const [features, row] of [[draft, saved], [other, -1], [dataset.items[40]!, 40]] as const) {
    const seen = await previewOf(served, features, row);
    assert.deepEqual(seen.where.map(({ by }) => by), ['category', 'length', 'entry', 'brand']);
    for (const { by, groups, rest } of seen.where) {
      assert.equal(total(groups.map(({ entered }) => entered)) + (rest?.entered ?? 0), seen.slotsGained, by);
      assert.equal(total(groups.map(({ moments }) => moments)) + (rest?.moments ?? 0), seen.panel.moments, by);
      assert.ok(groups.length <= 12 && groups.every(({ moments, entered }) => moments > 0 && entered <= moments));
      assert.ok(groups.every((group) => (by === 'entry') === (group.row >= 0)));
    }
    for (const { by, groups, rest } of seen.displacedBy) assert.equal(total(groups.map(({ slots }) => slots)) + (rest?.slots ?? 0), seen.slotsLost, by);
    assert.ok(seen.displaced.every(({ places, slots }) => places > 0 && places <= 1 && slots > 0));
  }
});

test('watched SKUs are told beyond the cut of the list, and only where they lose', async (t) => {
  const served = await serving(t);
  const { displaced } = await previewOf(served, other);
  const [loser, bystander] = [displaced.at(-1)!, dataset.items.findIndex((_, row) => !displaced.some((loss) => loss.row === row))];
  const { watched } = await served.preview({ features: other, row: -1, k, lists: false, watched: Int32Array.of(loser.row, bystander) });
  assert.deepEqual(watched, [loser]);
});

test('readiness is the weighted sum of its parts, and rises with what it asks for', async (t) => {
  const served = await serving(t);
  const readiness = async (change: Partial<ItemFeatures>) => (await previewOf(served, { ...draft, ...change })).readiness;
  const now = await readiness({});
  assert.deepEqual(now.parts.map(({ name }) => name), ['fields', 'words', 'category', 'standing']);
  assert.ok(Math.abs(total(now.parts.map(({ weight }) => weight)) - 1) < 1e-12);
  assert.ok(Math.abs(total(now.parts.map(({ weight, score }) => weight * score)) - now.score) < 1e-12);
  assert.ok(now.parts.every(({ score, detail }) => score >= 0 && score <= 1 && detail.endsWith('.')));
  assert.deepEqual(now.missing, ['price', 'color']);
  const part = ({ parts }: typeof now, name: string): number => parts.find((one) => one.name === name)!.score;
  const filled = await readiness({ color: ['black'], price: 15 });
  assert.deepEqual([part(filled, 'fields'), filled.missing], [1, []]);
  assert.ok(part(await readiness({ brand: dataset.items[40]!.brand }), 'words') > part(now, 'words'));
  assert.equal(part(await readiness({ categoryPath: [] }), 'category'), 0);
});

test('the same question has the same answer', async (t) => {
  const served = await serving(t);
  const ask = async () => JSON.stringify([
    untimed(await previewOf(served, draft)), untimed(await served.explain({ features: draft, row: -1, k })), untimed(await served.contrast({ a: draft, b: other, row: -1, k })),
    untimed(await served.together({ drafts: [{ features: draft, row: -1 }, { features: other, row: -1 }], k })),
  ]);
  assert.equal(await ask(), await ask());
});
