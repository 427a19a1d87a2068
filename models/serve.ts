/**
 * Opens a model to be served: launch previews and recommendations over a catalogue and a fixed panel of sessions. Vectors of the whole
 * catalogue and of the panel's moments are computed once and cached by content, and so are the standings of every moment.
 */
import { createHash } from 'node:crypto';
import type { ItemFeatures } from '../db/records.ts';
import { VectorCache } from './cache.ts';
import { CategoryTree } from './category-tree.ts';
import { CompactRows } from './compact-rows.ts';
import { contributions } from './contributions.ts';
import { DemandPanel } from './demand-panel.ts';
import { splitSessions } from './examples.ts';
import { ExposureBoard } from './exposure.ts';
import { isCategoryLevel } from './features.ts';
import type { ComputeApi, OpenModel, OpenModelJob } from './jobs.ts';
import { scoresNewSkus } from './config.ts';
import { Opening, type OpeningProgress } from './opening.ts';
import { encodeCatalog, loadModel, openMemory, type LoadedModel } from './loaded.ts';
import type { Recall } from './memory.ts';
import { drawPanel, type Panel } from './panel.ts';
import { createStandings, packStandings, StandingsWriter, unpackStandings, type Standings } from './standings.ts';
import { categoryLevels, readableItems } from './trained.ts';
import type { ItemVectors } from './encoders.ts';
import { contrast } from './contrast.ts';
import { explain } from './explain.ts';
import { preview } from './preview.ts';
import { Neighbours } from './ranking.ts';
import { recommend } from './recommend.ts';
import { RecalledMoments } from './recalled-moments.ts';
import { RowProducts } from './row-products.ts';
import { batchPrefixes } from './scorer.ts';
import type { Served } from './served.ts';
import { together } from './together.ts';
import { divideMoments, labelCatalog } from './where.ts';

export interface ServedModel extends Pick<ComputeApi, 'preview' | 'explain' | 'contrast' | 'together' | 'recommend' | 'contributions' | 'demand' | 'demandMoments'> {
  readonly info: OpenModel;
  dispose(): Promise<void>;
}

/** Nominal microseconds of work: an item encoded, a moment encoded and its best sorted, a thousand scores of a moment ranked, a thousand SKUs compared. */
const nominal = { item: 19, moment: 28, standing: 90, scores: 8, likenesses: 1.5 } as const;

/**
 * Moments ranked together: 160 MB of their scores, and not so many that nothing is told for long. Their keys are multiplied tile by tile: a
 * product of six moments with 600,000 keys brings all of these in order, which takes longer than to multiply them.
 */
const [scoresAtOnce, mostRanked, keysPerTile] = [40_000_000, 256, 8_192];

/** Moments encoded between two tellings of how far it is. */
const momentsAtOnce = 4_096;

/**
 * @param tell how far it has come, now and then; also while category demand reads the panel
 * @throws ArtifactError where the manifest does not vouch for the model.
 */
export async function openModel(job: OpenModelJob, tell: (progress: OpeningProgress) => void = () => {}): Promise<ServedModel> {
  const model = await loadModel(job.folder);
  const { manifest } = model.artifact;
  const cache = new VectorCache(job.cache);
  const settled = job.live.lastIndexOf(1) + 1; // drafts come last: one more of them must not cost the catalogue once more
  const catalogHash = hashItems(job.items.slice(0, settled), job.ids.subarray(0, settled));

  // Events without a split follow the same rule as training, so that the panel never holds what the model learned from while it can be helped.
  const table = { ...job.sessions, splits: splitSessions(job.sessions).codes };
  const panel = drawPanel(table, { ...job.panel, maxContext: manifest.config.maxLength });
  const opening = new Opening(costs(model, job, panel), tell);
  const { vectors, keys, rows } = layOutKeys(await encodeWithDrafts(model, job, settled, opening.begin('items'), (compute) => cache.catalog(`${manifest.weightsHash}-${catalogHash}`, compute)));
  const { features } = model.artifact;
  const levelNames = features.categories.map(({ name }) => name);
  const allLevels = categoryLevels(features, job.items, levelNames);
  const [levels, suggestible] = [model.levels.map((name) => allLevels[levelNames.indexOf(name)]!), allLevels.filter(({ name }) => isCategoryLevel(name))];
  const live = rows === null ? job.live : job.live.map((flag, row) => (rows[row]! < 0 ? 0 : flag));
  const panelHash = `${panel.items.some((row) => row >= settled) ? hashItems(job.items, job.ids) : catalogHash}-${hashPanel(panel)}`;
  const kept = { settled, numbers: (compute: () => Promise<Float32Array>) => cache.numbers(`${manifest.seal}-${catalogHash}-inheritance`, compute) };
  const memory = await openMemory(model, job.ids, vectors, { kept, compared: opening.begin('likeness') });
  const encodeMoments = opening.begin('moments');
  const products = new RowProducts(await cache.numbers(`${manifest.weightsHash}-${panelHash}`, () => encodePanel(model, panel, rows, vectors, encodeMoments)), vectors.keyWidth);
  const queries = products.rows;
  const moments = memory === null ? null : new RecalledMoments(memory.recall, memory.weight, panel.ends.length, (moment) => panel.items.subarray(panel.starts[moment], panel.ends[moment]));
  const standings = createStandings(panel.ends.length, live, job.k);
  const rank = opening.begin('standings');
  const fill = (): Promise<void> => fillStandings(standings, model, panel, queries, vectors, memory, rank);
  if (standings.above.length === 0) await fill();
  else unpackStandings(await cache.numbers(`${manifest.seal}-${panelHash}-${hashBytes(live)}-standings-${job.k}`, async () => (await fill(), packStandings(standings))), standings);
  const board = new ExposureBoard(panel, standings);
  const candidates = live.reduce((sum, flag) => sum + flag, 0);
  const info: OpenModel = {
    head: manifest.config.head, scoresNewSkus: scoresNewSkus(manifest.config), levels: model.levels, candidates, seen: 'removed',
    panel: { n: panel.sessions.length, moments: panel.ends.length, seed: panel.seed, source: panel.source },
  };
  const hidden = new Set(model.artifact.hidden);
  const learned = job.live.map((flag, row) => (flag === 1 && !hidden.has(job.ids[row]!) ? 1 : 0));
  const labels = once(() => labelCatalog(job.items));
  const openDemand = once(() => DemandPanel.open(served, new Opening([{ phase: 'demand', cost: 1 }], tell).begin('demand')));
  const served: Served = {
    model, job, vectors, neighbours: new Neighbours(vectors.vectors, vectors.width), keys,
    rows, levels, suggestible, tree: once(() => new CategoryTree(model.levels.map((name) => features.categories.find((attribute) => attribute.name === name)!))),
    panel, moments: products, compactMoments: new CompactRows(panel.ends.length, vectors.keyWidth, (moment) => queries.subarray(moment * vectors.keyWidth, (moment + 1) * vectors.keyWidth)), labels, divisions: once(() => divideMoments(panel, labels())),
    memory: memory === null ? null : { ...memory, moments: moments! }, board, live, learned, info,
  };
  return {
    info,
    preview: (request) => preview(served, request),
    explain: (request) => explain(served, request),
    contrast: (request) => contrast(served, request),
    together: (request) => together(served, request),
    recommend: (request) => recommend(served, request),
    contributions: (request) => contributions(served, request),
    demand: async (request) => (await openDemand()).demand(request),
    demandMoments: async (request) => (await openDemand()).list(request),
    dispose: () => model.dispose(),
  };
}

/** Made by the first call. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** What the parts of an opening cost where nothing is cached. */
function costs({ artifact: { memory } }: LoadedModel, { items }: OpenModelJob, panel: Panel): ConstructorParameters<typeof Opening>[0] {
  const [moments, seen] = [panel.ends.length, memory?.skus.length ?? 0];
  return [
    { phase: 'items', cost: nominal.item * items.length }, { phase: 'likeness', cost: memory === null ? 0 : (nominal.likenesses / 1000) * seen * Math.max(0, items.length - seen) },
    { phase: 'moments', cost: nominal.moment * moments }, { phase: 'standings', cost: (nominal.standing + (nominal.scores / 1000) * items.length) * moments },
  ];
}

async function fillStandings(standings: Standings, model: LoadedModel, panel: Panel, queries: Float32Array, vectors: ItemVectors, memory: { readonly recall: Recall; readonly weight: number } | null, done: (share: number) => void): Promise<void> {
  const writer = new StandingsWriter(standings);
  const { keyWidth, count } = vectors;
  const step = Math.max(1, Math.min(mostRanked, Math.floor(scoresAtOnce / count)));
  const scores = new Float32Array(Math.min(step, panel.ends.length) * count);
  for (let from = 0; from < panel.ends.length; from += step) {
    const to = Math.min(panel.ends.length, from + step);
    const some = queries.subarray(from * keyWidth, to * keyWidth);
    for (let first = 0; first < count; first += keysPerTile) {
      const end = Math.min(count, first + keysPerTile);
      const tile = await model.products.multiply(some, vectors.keys.subarray(first * keyWidth, end * keyWidth));
      for (let i = 0; i < to - from; i++) scores.set(tile.subarray(i * (end - first), (i + 1) * (end - first)), i * count + first);
    }
    for (let moment = from; moment < to; moment++) {
      const row = scores.subarray((moment - from) * count, (moment - from + 1) * count);
      const context = panel.items.subarray(panel.starts[moment]!, panel.ends[moment]!);
      memory?.recall.add(context, memory.weight, row);
      writer.write(moment, row, context);
    }
    done(to / panel.ends.length);
  }
}

/** Vectors of all moments, some at a time. */
async function encodePanel(model: LoadedModel, panel: Panel, rows: Int32Array | null, vectors: ItemVectors, done: (share: number) => void): Promise<Float32Array> {
  const count = panel.ends.length;
  const queries = new Float32Array(count * vectors.keyWidth);
  for (let from = 0; from < count; from += momentsAtOnce) {
    const to = Math.min(count, from + momentsAtOnce);
    const some = await model.encoders.encodePrefixes(readableItems(model.artifact.manifest.config, batchPrefixes(panel, from, to), rows), vectors.vectors);
    queries.set(some.queries, from * vectors.keyWidth);
    done(to / count);
  }
  return queries;
}

/** Keys lie where they are multiplied, and nowhere else. */
function layOutKeys({ vectors, rows }: EncodedCatalog): EncodedCatalog & { readonly keys: RowProducts } {
  const keys = new RowProducts(vectors.keys, vectors.keyWidth);
  return { vectors: { ...vectors, keys: keys.rows }, rows, keys };
}

type EncodedCatalog = Awaited<ReturnType<typeof encodeCatalog>>;

/** The rows before `settled` come from a cache where they can; drafts, behind them, are encoded at every opening. */
async function encodeWithDrafts(model: LoadedModel, { items, ids }: OpenModelJob, settled: number, done: (share: number) => void, cached: (compute: () => Promise<EncodedCatalog>) => Promise<EncodedCatalog>): Promise<EncodedCatalog> {
  const base = await cached(() => encodeCatalog(model, items.slice(0, settled), ids.subarray(0, settled), done));
  if (settled === items.length) return base;
  const drafts = await encodeCatalog(model, items.slice(settled), ids.subarray(settled));
  // The first takes the second in, and ends: two of a large catalogue would be as much as all the rest.
  const join = (a: Float32Array, b: Float32Array): Float32Array => {
    const both = new Float32Array((a.buffer as ArrayBuffer).transfer(a.byteLength + b.byteLength));
    both.set(b, both.length - b.length);
    return both;
  };
  const { width, keyWidth } = drafts.vectors;
  return {
    vectors: { count: items.length, width, keyWidth, vectors: join(base.vectors.vectors, drafts.vectors.vectors), keys: join(base.vectors.keys, drafts.vectors.keys) },
    rows: base.rows === null || drafts.rows === null ? null : Int32Array.from([...base.rows, ...drafts.rows]),
  };
}

function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

function hashItems(items: readonly ItemFeatures[], ids: Int32Array): string {
  const hash = createHash('sha256').update(Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength));
  for (const item of items) {
    hash.update(JSON.stringify([item.title, item.description, item.brand, item.categoryPath, item.color, item.material, item.size, item.department, item.manufacturer, item.price, item.attrs]));
  }
  return hash.digest('hex').slice(0, 32);
}

function hashPanel(panel: Panel): string {
  const hash = createHash('sha256');
  for (const part of [panel.items, panel.starts, panel.ends]) hash.update(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  return hash.digest('hex').slice(0, 32);
}
