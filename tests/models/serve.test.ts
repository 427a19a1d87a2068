/** Serving a trained model, held against a full rescoring of the catalogue. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { splitCodes } from '../../db/records.ts';
import type { ItemFeatures } from '../../db/records.ts';
import { VectorCache } from '../../models/cache.ts';
import { splitSessions } from '../../models/examples.ts';
import type { OpenModelJob } from '../../models/jobs.ts';
import type { PreviewNumbers } from '../../models/launch-jobs.ts';
import { loadModel } from '../../models/loaded.ts';
import { Recall } from '../../models/memory.ts';
import { drawPanel } from '../../models/panel.ts';
import type { OpeningProgress } from '../../models/opening.ts';
import { openModel, type ServedModel } from '../../models/serve.ts';
import { train } from '../../models/train.ts';
import { encoderItems } from '../../models/trained.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { firstSessions, smallJob } from './slice.ts';

const dataset = firstSessions(300);
const count = dataset.items.length;
const k = 10;
const draft: ItemFeatures = { ...dataset.items[11]!, title: 'digital caliper stainless steel 6 inch with case', brand: dataset.items[40]!.brand, categoryPath: dataset.items[12]!.categoryPath };
/** Saved in the catalogue, not live, in no session. */
const draftRow = count;
const hiddenRow = dataset.sessions.items[0]!;
const sold = [...new Set(dataset.sessions.items)].find((row) => row !== hiddenRow)!;

const folders = new Map<string, Promise<string>>();
function trained(t: TestContext, overrides: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const key = JSON.stringify(overrides);
  const known = folders.get(key) ?? (async () => {
    const folder = temporaryFolder({ after: (done: () => void) => void process.once('exit', done) } as TestContext);
    const { status } = await train({ ...smallJob(dataset, folder, { epochs: 2, ...overrides }), hidden: Int32Array.of(hiddenRow) }, { onProgress: () => {}, stopRequested: () => false, threads: 1 });
    assert.equal(status, 'done');
    return folder;
  })();
  folders.set(key, known);
  return known;
}

function jobFor(folder: string, cache: string, change: Partial<OpenModelJob> = {}): OpenModelJob {
  return {
    folder, cache, items: [...dataset.items, draft], ids: Int32Array.of(...dataset.ids, 99_999), live: Uint8Array.of(...dataset.live, 0),
    sessions: dataset.sessions, panel: { sessions: 80, seed: 3 }, k, ...change,
  };
}

async function serving(t: TestContext, change: Partial<OpenModelJob> = {}, overrides: Readonly<Record<string, unknown>> = {}): Promise<{ readonly served: ServedModel; readonly job: OpenModelJob }> {
  const job = jobFor(await trained(t, overrides), temporaryFolder(t), change);
  const served = await openModel(job);
  t.after(() => served.dispose());
  return { served, job };
}

const numbersOf = ({ milliseconds: _, ...numbers }: PreviewNumbers): Omit<PreviewNumbers, 'milliseconds'> => numbers;
const close = (actual: number, expected: number, tolerance = 1e-6): void => assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

interface Brute {
  readonly moments: number;
  readonly sessions: number;
  /** Entered moments with every doubtful tie (within rounding) against the draft, and with every one for it. */
  readonly entered: readonly [least: number, most: number];
  readonly reached: readonly [least: number, most: number];
  readonly lost: ReadonlyMap<number, number>;
}

/** Ranks `features` among all live SKUs at every moment of the panel, in double precision and by definition: as `evaluate` ranks a SKU without events. */
async function rescore(job: OpenModelJob, features: ItemFeatures, row: number): Promise<Brute> {
  const model = await loadModel(job.folder, 1);
  const { artifact, encoders } = model;
  const items = [...job.items, features];
  const vectors = await encoders.encodeItems(encoderItems(artifact.features, artifact.manifest.config, items, Int32Array.of(...job.ids, -1), artifact.ids));
  const panel = drawPanel({ ...job.sessions, splits: splitSessions(job.sessions).codes }, { ...job.panel, maxContext: artifact.manifest.config.maxLength });
  const key = (index: number): Float32Array => vectors.keys.subarray(index * vectors.keyWidth, (index + 1) * vectors.keyWidth);
  const { memory, manifest } = artifact;
  const recallWithout = async (left: number): Promise<Recall> => {
    const likeness = { vectors: vectors.vectors, width: vectors.width, threads: 1 };
    return Recall.open(memory!, Int32Array.from([...job.ids, -1], (sku, index) => (index === left ? -1 : sku)), likeness);
  };
  const [recall, recallOfDraft] = [await recallWithout(-1), await recallWithout(row)]; // the draft does not inherit from itself
  const entered: [number, number] = [0, 0];
  const reached: [number, number] = [0, 0];
  const lost = new Map<number, number>();
  let [moments, sessions] = [0, 0];
  for (let s = 0; s < panel.sessions.length; s++) {
    if (row >= 0 && panel.items.subarray(panel.itemOffsets[s], panel.itemOffsets[s + 1]).includes(row)) continue;
    sessions++;
    let seenHere: readonly [boolean, boolean] = [false, false];
    for (let m = panel.momentOffsets[s]!; m < panel.momentOffsets[s + 1]!; m++) {
      moments++;
      const context = panel.items.slice(panel.starts[m], panel.ends[m]);
      const { queries } = await encoders.encodePrefixes({ offsets: Int32Array.of(0, context.length), items: context }, vectors.vectors);
      const product = (index: number): number => queries.reduce((sum, q, i) => sum + q * key(index)[i]!, 0);
      const own = product(job.items.length) + manifest.memory!.weight * recallOfDraft.recall(context).values[job.items.length]!;
      const { values } = recall.recall(context);
      const score = (index: number): number => product(index) + manifest.memory!.weight * values[index]!;
      const others = job.items.map((_, index) => index).filter((index) => job.live[index] === 1 && index !== row && !context.includes(index)).map((index) => ({ index, score: score(index) }));
      const [sure, doubtful] = [others.filter((other) => other.score > own + 1e-5).length, others.filter((other) => Math.abs(other.score - own) <= 1e-5).length];
      const inside = [sure + doubtful < job.k, sure < job.k] as const;
      inside.forEach((yes, i) => (entered[i]! += yes ? 1 : 0));
      seenHere = [seenHere[0] || inside[0], seenHere[1] || inside[1]];
      const last = others.sort((a, b) => b.score - a.score)[job.k - 1]!;
      if (inside[0]) lost.set(last.index, (lost.get(last.index) ?? 0) + 1);
    }
    seenHere.forEach((yes, i) => (reached[i]! += yes ? 1 : 0));
  }
  await model.dispose();
  return { moments, sessions, entered, reached, lost };
}

test('exposure, reach and displaced SKUs of a preview are those of a full rescoring', async (t) => {
  const { served, job } = await serving(t, { panel: { sessions: 25, seed: 3 } });
  let enteredAny = 0;
  for (const [features, row] of [[draft, -1], [{ ...dataset.items[sold]!, title: `${dataset.items[sold]!.title} refurbished` }, sold], [dataset.items[30]!, -1]] as const) {
    const seen = await served.preview({ features, row, k, lists: true });
    const brute = await rescore(job, features, row);
    assert.deepEqual([seen.panel.n, seen.panel.moments], [brute.sessions, brute.moments]);
    const between = (value: number, [least, most]: readonly [number, number], name: string): void => assert.ok(value >= least && value <= most, `${name} ${value} is not in ${least} to ${most}`);
    between(seen.slotsGained, brute.entered, 'slots');
    close(seen.exposure, seen.slotsGained / (k * brute.moments), 1e-12);
    between(Math.round(seen.reach * brute.sessions), brute.reached, 'sessions reached');
    assert.equal(seen.slotsLost, seen.slotsGained);
    assert.equal(seen.ranks.reduce((sum, { moments }) => sum + moments, 0), brute.moments);
    if (brute.entered[0] === brute.entered[1]) assert.deepEqual(new Map(seen.displaced.map((entry) => [entry.row, entry.slots])), brute.lost);
    enteredAny += seen.slotsGained;
  }
  assert.ok(enteredAny > 0, 'no draft ever entered: the comparison says nothing');
});

test('a draft with the metadata of a live SKU stands beside it', async (t) => {
  const { served } = await serving(t);
  const seen = await served.preview({ features: dataset.items[sold]!, row: -1, k, lists: true });
  assert.equal(seen.similar[0]!.row, sold);
  close(seen.similar[0]!.similarity, 1, 1e-3);
  assert.deepEqual(seen.warnings, []);
});

test('a saved draft and the same text unsaved are one SKU; it never displaces itself', async (t) => {
  const { served } = await serving(t);
  const [saved, unsaved] = [await served.preview({ features: draft, row: draftRow, k, lists: true }), await served.preview({ features: draft, row: -1, k, lists: true })];
  assert.deepEqual(numbersOf(saved), numbersOf(unsaved));
  const own = await served.preview({ features: dataset.items[sold]!, row: sold, k, lists: true });
  assert.ok(![...own.displaced, ...own.similar].some(({ row }) => row === sold));
});

test('sessions that hold a SKU are no test of it, and a SKU the model learned from is called known', async (t) => {
  const { served, job } = await serving(t, { panel: { sessions: 300, seed: 3 } });
  const codes = (numbers: PreviewNumbers): string[] => numbers.warnings.map(({ code }) => code);
  for (const row of [sold, hiddenRow]) {
    const seen = await served.preview({ features: dataset.items[row]!, row, k, lists: true });
    const holding = [...dataset.sessions.offsets.keys()].slice(0, -1).filter((s) => dataset.sessions.items.subarray(dataset.sessions.offsets[s], dataset.sessions.offsets[s + 1]).includes(row));
    assert.ok(holding.length > 0);
    assert.equal(seen.panel.n, served.info.panel.n - holding.length);
    assert.ok(seen.entered.every(({ session }) => !holding.includes(session)));
    assert.deepEqual(codes(seen).filter((code) => code === 'known-sku'), row === hiddenRow ? [] : ['known-sku'], String(row));
  }
  assert.equal(job.k, k);
});

test('the panel holds sessions out of training, by the file’s split or by our rule', async (t) => {
  const given = await serving(t);
  assert.match(given.served.info.panel.source, /^80 of 300 sessions whose last event the model did not learn from \(test\), drawn with seed 3$/);
  const sessions = { ...dataset.sessions, splits: new Uint8Array(dataset.sessions.splits.length) };
  const { served } = await serving(t, { sessions, panel: { sessions: 25, seed: 3 } });
  assert.match(served.info.panel.source, /^25 of 30 sessions the model did not learn from \(test\)/);
  const split = splitSessions(sessions);
  for (const row of [3, 50, 120, 400]) {
    const { entered } = await served.preview({ features: dataset.items[row]!, row: -1, k, lists: true });
    for (const { session } of entered) {
      const events = split.codes.subarray(sessions.offsets[session], sessions.offsets[session + 1]);
      assert.ok(events.every((code) => code === splitCodes.test), `session ${session}`);
    }
  }
});

test('lists are left out where nobody asks, the numbers stay', async (t) => {
  const { served } = await serving(t);
  const [without, full] = [await served.preview({ features: draft, row: -1, k, lists: false }), await served.preview({ features: draft, row: -1, k, lists: true })];
  const empty = { similar: [], displaced: [], displacedBy: [], entered: [], where: [], categories: [] };
  assert.deepEqual(numbersOf({ ...full, ...empty }), numbersOf(without));
  for (const [name, list] of Object.entries(full).filter(([name]) => Object.hasOwn(empty, name))) assert.ok((list as unknown[]).length > 0, name);
});

test('the category suggested never reads the category stated', async (t) => {
  const { served } = await serving(t);
  const suggest = async (categoryPath: readonly string[]) => (await served.preview({ features: { ...draft, categoryPath }, row: -1, k, lists: true })).categories;
  const [none, right] = [await suggest([]), await suggest(dataset.items[12]!.categoryPath)];
  assert.deepEqual(none.map(({ predicted }) => predicted), right.map(({ predicted }) => predicted));
  assert.deepEqual(none.map(({ stated, agrees }) => [stated, agrees]), none.map(() => [null, null]));
  for (const { predicted, stated, agrees } of right) {
    assert.equal(agrees, predicted[0]!.label === stated);
    assert.ok(predicted.reduce((sum, { probability }) => sum + probability, 0) < 1 + 1e-9);
  }
});

test('recommendations: probabilities of all candidates sum to 1, those of each level with the rest', async (t) => {
  for (const overrides of [{}, { head: 'id', mode: 'prefix' }]) {
    const { served } = await serving(t, {}, overrides);
    const rows = Int32Array.of(sold, 17, sold, 80);
    const { items, categories } = await served.recommend({ rows, k: count, extra: new Int32Array(0) });
    assert.equal(items.length, count - 3 - ('head' in overrides ? 1 : 0)); // the hidden SKU has no row to be scored by
    assert.ok(items.every(({ row }) => row !== draftRow && !rows.includes(row)));
    assert.ok(items.every(({ score }, i) => i === 0 || score <= items[i - 1]!.score));
    close(items.reduce((sum, { probability }) => sum + probability, 0), 1);
    assert.deepEqual(categories.map(({ level }) => level), served.info.levels);
    assert.ok(categories.length > 0);
    for (const { labels, rest, frequent } of categories) {
      close(labels.reduce((sum, { probability }) => sum + probability, rest), 1, 1e-5);
      assert.ok(labels.every(({ probability, label }) => probability >= 0 && label !== '') && frequent.length > 0);
    }
    const few = await served.recommend({ rows, k: 3, extra: new Int32Array(0) });
    assert.deepEqual(few.items, items.slice(0, 3));
  }
});

test('drafts compete in recommendations where asked', async (t) => {
  const { served } = await serving(t);
  const { items } = await served.recommend({ rows: Int32Array.of(11), k: count, extra: Int32Array.of(draftRow) });
  assert.ok(items.some(({ row }) => row === draftRow));
  close(items.reduce((sum, { probability }) => sum + probability, 0), 1);
});

test('an id model ignores SKUs of a session that it does not know', async (t) => {
  const { served } = await serving(t, {}, { model: 'mutrec-id' });
  const scores = async (...rows: number[]) => (await served.recommend({ rows: Int32Array.from(rows), k: 20, extra: new Int32Array(0) })).items.map(({ score }) => score);
  assert.deepEqual(await scores(17, draftRow, 80), await scores(17, 80));
});

test('what is cached is recomputed when damaged, and the numbers stay', async (t) => {
  const job = jobFor(await trained(t), temporaryFolder(t));
  const ask = async (): Promise<unknown> => {
    const served = await openModel(job);
    const seen = numbersOf(await served.preview({ features: draft, row: -1, k, lists: true }));
    await served.dispose();
    return seen;
  };
  const first = await ask();
  const files = readdirSync(job.cache).map((name) => join(job.cache, name));
  assert.equal(files.length, 5); // vectors, keys, sizes, moments, inheritance
  const whole = files.map((file) => readFileSync(file));
  for (const damage of [(bytes: Buffer) => bytes.subarray(0, 1000), (bytes: Buffer) => bytes.subarray(0, 10), (bytes: Buffer) => Buffer.alloc(0), (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === bytes.length - 3 ? byte ^ 1 : byte)))]) {
    for (const [i, file] of files.entries()) writeFileSync(file, damage(whole[i]!));
    assert.deepEqual(await ask(), first);
    assert.deepEqual(files.map((file) => readFileSync(file)), whole);
  }
});

test('a draft saved since finds the catalogue in the cache, and changes no number of another', async (t) => {
  const [folder, cache] = [await trained(t), temporaryFolder(t)];
  const ask = async (change: Partial<OpenModelJob>): Promise<unknown> => {
    const served = await openModel(jobFor(folder, cache, change));
    t.after(() => served.dispose());
    return numbersOf(await served.preview({ features: dataset.items[30]!, row: -1, k, lists: true }));
  };
  const without = await ask({ items: dataset.items, ids: dataset.ids, live: dataset.live });
  const files = readdirSync(cache);
  assert.deepEqual(await ask({}), without);
  assert.deepEqual(readdirSync(cache), files);
});

test('an opening tells its parts in their order, each as far as the one before or farther; so does the first question for demand', async (t) => {
  const seen: OpeningProgress[] = [];
  const served = await openModel(jobFor(await trained(t), temporaryFolder(t)), (progress) => void seen.push(progress));
  t.after(() => served.dispose());
  assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ['items', 'likeness', 'moments', 'standings']);
  assert.ok(seen.every(({ done }, i) => done <= 1 && (i === 0 ? done === 0 : done >= seen[i - 1]!.done)));
  assert.ok(seen.at(-1)!.done > 0);
  seen.length = 0;
  const ask = () => served.demand({ level: served.info.levels[0]!, segment: { entry: null, least: 1, most: null, row: -1, brand: null }, from: null });
  await ask();
  assert.deepEqual(seen[0], { phase: 'demand', done: 0 });
  assert.ok(seen.every(({ phase }) => phase === 'demand'));
  seen.length = 0;
  await ask();
  assert.deepEqual(seen, []);
});

test('the cache computes once per key and keeps a few files', async (t) => {
  const folder = temporaryFolder(t);
  const cache = new VectorCache(folder);
  let computed = 0;
  const get = (key: string) => cache.numbers(key, () => Promise.resolve(Float32Array.of(++computed, 0.1)));
  assert.deepEqual([await get('a'), await get('a'), await get('b')], [Float32Array.of(1, 0.1), Float32Array.of(1, 0.1), Float32Array.of(2, 0.1)]);
  for (let key = 0; key < 22; key++) await get(String(key));
  assert.equal(readdirSync(folder).length, 18);
  const vectors = { count: 2, width: 2, keyWidth: 1, vectors: Float32Array.of(1, 2, 3, 4), keys: Float32Array.of(5, 6) };
  for (const rows of [null, Int32Array.of(3, -1)]) {
    for (let time = 0; time < 2; time++) assert.deepEqual(await cache.catalog(`catalog ${rows}`, () => Promise.resolve({ vectors, rows })), { vectors, rows });
  }
});
