/**
 * A model being served: launch previews and recommendations over a catalogue and a fixed panel of sessions. Vectors of the whole
 * catalogue and of the panel's moments are computed once and cached by content; a keystroke then costs one item encoding, one product
 * with the cached moments, and the placement among cached standings (`exposure.ts`).
 */
import { createHash } from 'node:crypto';
import type { ItemFeatures } from '../db/records.ts';
import { VectorCache } from './cache.ts';
import { describeTokens, warningsFor } from './encode.ts';
import { splitSessions } from './examples.ts';
import { ExposureBoard } from './exposure.ts';
import { isCategoryLevel, labelPath } from './features.ts';
import type { OpenModel, OpenModelJob, PreviewJob, PreviewNumbers, RecommendJob, RecommendNumbers } from './jobs.ts';
import { scoresNewSkus } from './config.ts';
import { encodeCatalog, loadModel, openMemory, type LoadedModel } from './loaded.ts';
import { inheritance, RecalledMoments, type Recall } from './memory.ts';
import { drawPanel, type Panel } from './panel.ts';
import { scoreMoments } from './placement.ts';
import { createStandings, StandingsWriter, type Standings } from './standings.ts';
import { categoryLevels, encoderItems, readableItems } from './trained.ts';
import type { ItemVectors } from './encoders.ts';
import type { CategoryLevel } from './scorer.ts';
import { Neighbours, softmaxOver, topRows } from './ranking.ts';
import { RowProducts } from './row-products.ts';

/** Lists of a preview are cut to what a screen shows. */
const shown = { similar: 12, displaced: 50, entered: 40, labels: 8 } as const;
/** Neighbours that vote on the category a draft's other fields suggest, and how sharply closeness counts. */
const voters = { count: 20, sharpness: 20 } as const;

export interface ServedModel {
  readonly info: OpenModel;
  preview(job: PreviewJob): Promise<PreviewNumbers>;
  recommend(job: RecommendJob): Promise<RecommendNumbers>;
  dispose(): Promise<void>;
}

/** @throws ArtifactError where the manifest does not vouch for the model. */
export async function openModel(job: OpenModelJob): Promise<ServedModel> {
  const model = await loadModel(job.folder);
  const { manifest } = model.artifact;
  const cache = new VectorCache(job.cache);
  const catalogHash = hashItems(job.items, job.ids);
  const { vectors, rows } = await cache.catalog(`${manifest.weightsHash}-${catalogHash}`, () => encodeCatalog(model, job.items, job.ids));
  const { features } = model.artifact;
  const levels = categoryLevels(features, job.items, model.levels);
  const suggestible = categoryLevels(features, job.items, features.categories.map(({ name }) => name).filter(isCategoryLevel));

  // Events without a split follow the same rule as training, so that the panel never holds what the model learned from while it can be helped.
  const table = { ...job.sessions, splits: splitSessions(job.sessions).codes };
  const panel = drawPanel(table, { ...job.panel, maxContext: manifest.config.maxLength });
  const live = rows === null ? job.live : job.live.map((flag, row) => (rows[row]! < 0 ? 0 : flag));
  const queries = await cache.numbers(`${manifest.weightsHash}-${catalogHash}-panel-${hashPanel(panel)}`, async () => (await model.encoders.encodePrefixes(readableItems(manifest.config, momentBatch(panel), rows), vectors.vectors)).queries);
  const memory = await openMemory(model, job.ids, vectors);
  const moments = memory === null ? null : new RecalledMoments(memory.recall, memory.weight, panel.ends.length, (moment) => panel.items.subarray(panel.starts[moment], panel.ends[moment]));
  const board = new ExposureBoard(panel, await standingsOf(model, panel, queries, vectors, memory, live, job.k));
  const candidates = live.reduce((sum, flag) => sum + flag, 0);
  const info: OpenModel = {
    head: manifest.config.head, scoresNewSkus: scoresNewSkus(manifest.config), levels: model.levels, candidates, seen: 'removed',
    panel: { n: panel.sessions.length, moments: panel.ends.length, seed: panel.seed, source: panel.source },
  };
  const hidden = new Set(model.artifact.hidden);
  const learned = job.live.map((flag, row) => (flag === 1 && !hidden.has(job.ids[row]!) ? 1 : 0));
  let keys: RowProducts | null = null;
  const served: Served = {
    model, job, vectors, neighbours: new Neighbours(vectors.vectors, vectors.width), keys: () => (keys ??= new RowProducts(vectors.keys, vectors.keyWidth)), rows, levels, suggestible, panel, queries, memory: memory === null ? null : { ...memory, moments: moments! }, board, live, learned, info,
  };
  return {
    info,
    preview: (request) => preview(served, request),
    recommend: (request) => recommend(served, request),
    dispose: () => model.dispose(),
  };
}

interface Served {
  readonly model: LoadedModel;
  readonly job: OpenModelJob;
  readonly vectors: ItemVectors;
  readonly neighbours: Neighbours;
  /** Keys of the catalogue laid out for one query at a time; made by the first recommendation, as previews do not need them. */
  readonly keys: () => RowProducts;
  /** [items] see `TrainedParts.rows`. */
  readonly rows: Int32Array | null;
  readonly levels: readonly CategoryLevel[];
  /** All levels of the catalogue, also those the model does not predict; computed once, a keystroke must not encode 50,000 labels. */
  readonly suggestible: readonly CategoryLevel[];
  readonly panel: Panel;
  /** [moments, keyWidth] */
  readonly queries: Float32Array;
  /** What was seen together, at the moments of the panel too; null: the model alone. */
  readonly memory: { readonly recall: Recall; readonly weight: number; readonly moments: RecalledMoments } | null;
  readonly board: ExposureBoard;
  /** [items] 1 for rows that compete. */
  readonly live: Uint8Array;
  /** [items] 1 for rows whose events the model may have learned from. */
  readonly learned: Uint8Array;
  readonly info: OpenModel;
}

async function preview(served: Served, request: PreviewJob): Promise<PreviewNumbers> {
  const { model, vectors, memory, board, live, info } = served;
  const { features, manifest } = model.artifact;
  const started = performance.now();
  // Row 0 is the draft, row 1 the same draft without its category: what the other fields alone suggest.
  const items = [request.features, { ...request.features, categoryPath: [] }];
  const encoded = await model.encoders.encodeItems(encoderItems(features, manifest.config, items, Int32Array.of(-1, -1), model.artifact.ids));
  const key = encoded.keys.subarray(0, encoded.keyWidth);
  const encodedAt = performance.now();
  const scores = scoreMoments(served.queries, key);
  const competes = request.row >= 0 && live[request.row] === 1;
  const presentScores = competes ? scoreMoments(served.queries, vectors.keys.slice(request.row * vectors.keyWidth, (request.row + 1) * vectors.keyWidth)) : null;
  if (memory !== null) {
    // The draft is a SKU without events, whatever the catalogue holds: it inherits from the SKUs nearest to what was typed.
    memory.moments.addNewcomer(served.neighbours.nearest(encoded.vectors.subarray(0, encoded.width), memory.recall.seen, request.row, inheritance.count), scores);
    if (presentScores !== null) memory.moments.add(request.row, presentScores);
  }
  const scoredAt = performance.now();
  const exposure = board.preview({ k: request.k, row: request.row, scores, presentScores });
  const similar = request.lists ? served.neighbours.nearest(encoded.vectors.subarray(0, encoded.width), live, request.row, shown.similar) : [];
  const done = performance.now();
  const { sessions: _sessions, moments: _moments, medianRankError: _error, entered, displaced, ...numbers } = exposure;
  return {
    ...numbers,
    similar: similar.map(({ row, score }) => ({ row, similarity: score, exposure: board.exposureOf(row, request.k) })),
    displaced: request.lists ? displaced.slice(0, shown.displaced) : [],
    entered: request.lists ? entered.slice(0, shown.entered).map(({ session, rank, score, rows }) => ({ session, rank, score, rows: rows.slice(-6) })) : [],
    categories: request.lists ? suggestCategories(served, request.features, request.row, encoded.vectors.subarray(encoded.width)) : [],
    tokens: describeTokens(features, request.features).notes,
    warnings: [
      ...warningsFor(features, request.features),
      ...(request.row >= 0 && served.learned[request.row] === 1
        ? [{ code: 'known-sku' as const, message: 'This SKU is live and the model has learned from its own sessions, so this is no launch preview of an unknown SKU.' }]
        : []),
    ],
    panel: { ...info.panel, n: exposure.sessions, moments: exposure.moments },
    milliseconds: { encode: encodedAt - started, score: scoredAt - encodedAt, displace: done - scoredAt },
  };
}

/** Per level: labels of the nearest SKUs to the draft without its category, each voting with exp(sharpness · cosine). */
function suggestCategories(served: Served, draft: ItemFeatures, row: number, vector: Float32Array): PreviewNumbers['categories'] {
  const { live } = served;
  const votes = served.neighbours.nearest(vector, live, row, voters.count).map(({ row: neighbour, score }) => ({ neighbour, weight: Math.exp(voters.sharpness * (score - 1)) }));
  return served.suggestible.map(({ name, labels, labelOf }) => {
    const sums = new Map<number, number>();
    let total = 0;
    for (const { neighbour, weight } of votes) {
      const label = labelOf[neighbour]!;
      if (label < 0) continue;
      sums.set(label, (sums.get(label) ?? 0) + weight);
      total += weight;
    }
    const predicted = [...sums].sort((a, b) => b[1] - a[1]).slice(0, shown.labels).map(([label, weight]) => ({ label: labels[label]!, probability: weight / total }));
    const stated = labelPath(draft, name)?.at(-1) ?? null;
    return { level: name, stated, predicted, agrees: stated === null || predicted.length === 0 ? null : predicted[0]!.label === stated };
  });
}

async function recommend(served: Served, request: RecommendJob): Promise<RecommendNumbers> {
  const { model, vectors, memory, live, levels } = served;
  const batch = readableItems(model.artifact.manifest.config, { offsets: Int32Array.of(0, request.rows.length), items: request.rows }, served.rows);
  const { queries, labels } = await model.encoders.encodePrefixes(batch, vectors.vectors);
  const scores = served.keys().multiply(queries);
  memory?.recall.add(request.rows, memory.weight, scores);
  const competing = Uint8Array.from(live);
  for (const row of request.extra) competing[row] = 1;
  for (const row of request.rows) competing[row] = 0;
  const top = topRows(scores, competing, request.k, memory === null ? served.keys().tops : null);
  const probability = softmaxOver(scores, competing);
  return {
    items: top.map((row) => ({ row, score: scores[row]!, probability: probability(scores[row]!) })),
    categories: levels.map((level, index) => {
      const probabilities = labels[index]!;
      const best = topRows(probabilities, new Uint8Array(probabilities.length).fill(1).fill(0, 0, 1), shown.labels);
      const listed = best.map((label) => ({ label: level.labels[label]!, probability: probabilities[label]! }));
      return {
        level: level.name, labels: listed, rest: Math.max(0, 1 - listed.reduce((sum, entry) => sum + entry.probability, 0)),
        frequent: shares(level, request.rows).map(({ label }) => label),
        fromTopItems: shares(level, Int32Array.from(top)),
      };
    }),
  };
}

/** Labels of some rows, most frequent first (the later seen first among equals), with their share. */
function shares(level: CategoryLevel, rows: Int32Array): { readonly label: string; readonly probability: number }[] {
  const counts = new Map<number, number>();
  for (const row of [...rows].reverse()) if (level.labelOf[row]! >= 0) counts.set(level.labelOf[row]!, (counts.get(level.labelOf[row]!) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, shown.labels).map(([label, count]) => ({ label: level.labels[label]!, probability: count / total }));
}

function momentBatch(panel: Panel): { readonly offsets: Int32Array; readonly items: Int32Array } {
  const offsets = new Int32Array(panel.ends.length + 1);
  for (let m = 0; m < panel.ends.length; m++) offsets[m + 1] = offsets[m]! + panel.ends[m]! - panel.starts[m]!;
  const items = new Int32Array(offsets.at(-1)!);
  for (let m = 0; m < panel.ends.length; m++) items.set(panel.items.subarray(panel.starts[m]!, panel.ends[m]!), offsets[m]!);
  return { offsets, items };
}

/** Cells of one product: bounds memory for any catalogue. */
const cellsPerProduct = 4_000_000;

async function standingsOf(model: LoadedModel, panel: Panel, queries: Float32Array, vectors: ItemVectors, memory: { readonly recall: Recall; readonly weight: number } | null, live: Uint8Array, k: number): Promise<Standings> {
  const writer = new StandingsWriter(createStandings(panel.ends.length, live, k));
  const { keyWidth, count } = vectors;
  const step = Math.max(1, Math.floor(cellsPerProduct / Math.max(1, count)));
  for (let from = 0; from < panel.ends.length; from += step) {
    const to = Math.min(panel.ends.length, from + step);
    const scores = await model.products.multiply(queries.subarray(from * keyWidth, to * keyWidth), vectors.keys);
    for (let moment = from; moment < to; moment++) {
      const row = scores.subarray((moment - from) * count, (moment - from + 1) * count);
      const context = panel.items.subarray(panel.starts[moment]!, panel.ends[moment]!);
      memory?.recall.add(context, memory.weight, row);
      writer.write(moment, row, context);
    }
  }
  return writer.standings;
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
