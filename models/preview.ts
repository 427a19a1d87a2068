/** The launch preview: one item encoding, one product with the cached moments, the placement among cached standings (`exposure.ts`). */
import type { ItemFeatures } from '../db/records.ts';
import { findComparable, type Comparable } from './comparable.ts';
import { encodeDrafts, scoreRoughly } from './draft.ts';
import { describeTokens, warningsFor } from './encode.ts';
import type { DraftRequest, Displaced, Placed } from './exposure.ts';
import { labelPath } from './features.ts';
import type { DisplacedRow, PreviewJob, PreviewNumbers } from './launch-jobs.ts';
import { displacedBy } from './losers.ts';
import { readinessOf } from './readiness.ts';
import type { Served } from './served.ts';
import { whereEntered } from './where.ts';

/** Lists of a preview are cut to what a screen shows. */
const shown = { similar: 12, displaced: 50, entered: 40, labels: 8, items: 6 } as const;

export async function preview(served: Served, request: PreviewJob): Promise<PreviewNumbers> {
  const { model, board, info, labels, divisions } = served;
  const { features } = model.artifact;
  const { k, lists } = request;
  const started = performance.now();
  // The second is the draft without its category: what the other fields alone suggest.
  const [encoded, uncategorised] = await encodeDrafts(served, [request.features, { ...request.features, categoryPath: [] }]);
  const encodedAt = performance.now();
  const [likeness, likenessWithout] = served.neighbours.search(encoded!.vector, uncategorised!.vector);
  const draft = scoreRoughly(served, encoded!, likeness, request.row, k);
  const scoredAt = performance.now();
  const placed = board.place(draft);
  const { sessions: _sessions, moments: _moments, medianRankError: _error, displaced, ...numbers } = board.preview(draft, placed);
  const displacedAt = performance.now();
  const comparable = findComparable(served, likeness, request.row);
  const categories = suggestCategories(served, request.features, findComparable(served, likenessWithout, request.row));
  const watched = new Set(request.watched);
  const listed = lists ? displaced.filter(({ row }, place) => place < shown.displaced || watched.has(row)) : displaced.filter(({ row }) => watched.has(row));
  const rows = describeLosers(served, draft, placed, listed);
  const answer = {
    ...numbers,
    similar: lists ? comparable.slice(0, shown.similar).map(({ row, similarity }) => ({ row, similarity, exposure: board.exposureOf(row, k) })) : [],
    displaced: lists ? rows.slice(0, shown.displaced) : [],
    displacedBy: lists ? displacedBy(displaced, labels(), [request.features]) : [],
    watched: rows.filter(({ row }) => watched.has(row)),
    entered: lists ? board.entered(draft, placed, shown.entered).map(({ session, rank, score, rows }) => ({ session, rank, score, rows: rows.slice(-shown.items) })) : [],
    where: lists ? whereEntered(divisions(), board.panel, placed.entered, placed.leftOut) : [],
    readiness: readinessOf(served, request.features, comparable, categories, numbers.exposure, k),
    categories: lists ? categories : [],
    tokens: describeTokens(features, request.features).notes,
    warnings: [
      ...warningsFor(features, request.features),
      ...(request.row >= 0 && served.learned[request.row] === 1
        ? [{ code: 'known-sku' as const, message: 'This SKU is live and the model has learned from its own sessions, so this is no launch preview of an unknown SKU.' }]
        : []),
    ],
    panel: { ...info.panel, n: placed.sessions, moments: placed.moments },
  };
  return { ...answer, milliseconds: { encode: encodedAt - started, score: scoredAt - encodedAt, displace: displacedAt - scoredAt, lists: performance.now() - displacedAt } };
}

function describeLosers({ board }: Served, draft: DraftRequest, placed: Placed, displaced: readonly Displaced[]): readonly DisplacedRow[] {
  if (displaced.length === 0) return [];
  const places = board.placesLost(draft, placed, displaced);
  return displaced.map((loss) => ({ ...loss, places: places.get(loss.row)! }));
}

/** Per level: labels of the nearest SKUs to the draft without its category, each voting by its closeness. */
function suggestCategories(served: Served, draft: ItemFeatures, votes: readonly Comparable[]): PreviewNumbers['categories'] {
  return served.suggestible.map(({ name, labels, labelOf }) => {
    const sums = new Map<number, number>();
    let total = 0;
    for (const { row: neighbour, weight } of votes) {
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
