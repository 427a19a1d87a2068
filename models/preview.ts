/** The launch preview: one item encoding, one product with the cached moments, the placement among cached standings (`exposure.ts`). */
import type { ItemFeatures } from '../db/records.ts';
import { describeTokens, warningsFor } from './encode.ts';
import { labelPath } from './features.ts';
import type { PreviewJob, PreviewNumbers } from './jobs.ts';
import { inheritance } from './memory.ts';
import { scoreMoments } from './placement.ts';
import type { Served } from './served.ts';
import { encoderItems } from './trained.ts';

/** Lists of a preview are cut to what a screen shows. */
const shown = { similar: 12, displaced: 50, entered: 40, labels: 8 } as const;
/** Neighbours that vote on the category a draft's other fields suggest, and how sharply closeness counts. */
const voters = { count: 20, sharpness: 20 } as const;

export async function preview(served: Served, request: PreviewJob): Promise<PreviewNumbers> {
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
