/**
 * Clicks per moment that a SKU without events may expect, from the clicks of SKUs that have some:
 *
 *   rate(i)       = (R(i) + 0.5) / (|X(i)| + 0.5 / g),   g = Σ R / Σ |X|         a SKU seen a moment ago says hardly more than g
 *   likeness(j)   = Σ w_i log rate(i) over the 20 nearest i,  w a softmax of 10 · cosine of the model's item vectors
 *   standing(j)   = log rates averaged from the broadest category to the leaf, then over the brand, each shrunk towards the one before
 *   forecast(j)   = exp((likeness + standing) / 2)
 *
 * and by the two baselines it is read against, which know no model:
 *
 *   category(j)   = Σ R / Σ |X| over the SKUs of the deepest level of j's path that has any
 *   title(j)      = Σ w_i rate(i) over the 20 nearest i by TF-IDF cosine w
 *
 * Neighbours as near as the 20th all count: where many SKUs read the same, none is chosen by its place in the catalogue. Settings were
 * chosen on hidden sets of seeds 11 to 16 (README, "Launch back-test").
 */
import type { ItemFeatures } from '../db/records.ts';
import type { BaselineData } from './baselines/popularity.ts';
import { fitTitleSimilarity } from './baselines/title-similarity.ts';
import type { Expectation } from './backtest-jobs.ts';
import type { Clicks } from './backtest-moments.ts';
import type { ItemVectors } from './encoders.ts';
import { unitRows } from './nearest.ts';
import { queriesAtOnce, type Products } from './trained.ts';

const neighbours = 20;
const sharpness = 10;
/** SKUs whose weight the level above has against a category's own, and a category against a brand's. */
const shrinkage = { category: 4, brand: 4 } as const;

export interface Known {
  readonly items: readonly ItemFeatures[];
  /** [items] 1 for SKUs whose clicks may be known. */
  readonly visible: Uint8Array;
  readonly clicks: Clicks;
}

/** [launches] in the order of `rows`. */
export async function expectClicks(known: Known, rows: Int32Array, vectors: ItemVectors, products: Products): Promise<readonly Expectation[]> {
  const { items, visible } = known;
  const count = items.length;
  const overall = overallRate(known);
  const rates = Float64Array.from({ length: count }, (_, row) => (known.clicks.clicks[row]! + 0.5) / (known.clicks.moments[row]! + 0.5 / overall));
  const standings = new Standings(known, rates, overall);
  const similarity = fitTitleSimilarity({ sequences: noSequences, items, learnable: visible }, 1);
  const { width } = vectors;
  const unit = unitRows(vectors.vectors, width);
  const out: Expectation[] = [];
  const step = queriesAtOnce(count);
  const titles = new Float32Array(count);
  for (let from = 0; from < rows.length; from += step) {
    const part = rows.subarray(from, from + step);
    const queries = new Float32Array(part.length * width);
    for (const [i, row] of part.entries()) queries.set(unit.subarray(row * width, (row + 1) * width), i * width);
    const cosines = await products.multiply(queries, unit);
    for (const [i, row] of part.entries()) {
      const own = cosines.subarray(i * count, (i + 1) * count);
      const near = nearestWithTies(own, visible);
      const weights = near.map((other) => Math.exp(sharpness * (own[other]! - 1)));
      const likeness = weightedMean(near.map((other) => Math.log(rates[other]!)), weights) ?? Math.log(overall);
      await similarity.scores!({ offsets: Int32Array.of(0, 1), items: Int32Array.of(row) }, titles);
      const alike = nearestWithTies(titles, visible).filter((other) => titles[other]! > 0);
      const sorted = Float64Array.from(near, (other) => rates[other]!).sort();
      out.push({
        forecast: Math.exp((likeness + standings.of(items[row]!)) / 2),
        category: standings.category(items[row]!),
        title: weightedMean(alike.map((other) => rates[other]!), alike.map((other) => titles[other]!)) ?? overall,
        nearest: near.length === 0 ? 0 : Math.max(...near.map((other) => own[other]!)),
        spread: near.length === 0 ? 1 : sorted[Math.floor(0.8 * (sorted.length - 1))]! / sorted[Math.ceil(0.2 * (sorted.length - 1))]!,
        ...standings.sizes(items[row]!),
      });
    }
  }
  return out;
}

const noSequences: BaselineData['sequences'] = { offsets: new Int32Array(1), items: new Int32Array(0), sessions: new Int32Array(0) };

function overallRate({ visible, clicks }: Known): number {
  let [came, moments] = [0, 0];
  for (let row = 0; row < visible.length; row++) if (visible[row] === 1) [came, moments] = [came + clicks.clicks[row]!, moments + clicks.moments[row]!];
  return came === 0 ? 1e-9 : came / moments;
}

interface Group {
  skus: number;
  /** Sum of log rates. */
  logs: number;
  clicks: number;
  moments: number;
}

/** What category and brand say. */
class Standings {
  readonly #groups = new Map<string, Group>();
  readonly #mean: number;
  readonly #overall: number;

  constructor({ items, visible, clicks }: Known, rates: Float64Array, overall: number) {
    let [sum, n] = [0, 0];
    for (const [row, item] of items.entries()) {
      if (visible[row] !== 1) continue;
      const log = Math.log(rates[row]!);
      [sum, n] = [sum + log, n + 1];
      for (const key of [...levelKeys(item), ...brandKey(item)]) {
        const group = this.#groups.get(key) ?? { skus: 0, logs: 0, clicks: 0, moments: 0 };
        group.skus++;
        group.logs += log;
        group.clicks += clicks.clicks[row]!;
        group.moments += clicks.moments[row]!;
        this.#groups.set(key, group);
      }
    }
    this.#mean = n === 0 ? Math.log(overall) : sum / n;
    this.#overall = overall;
  }

  of(item: ItemFeatures): number {
    let value = this.#mean;
    const shrink = (key: string, by: number): void => {
      const group = this.#groups.get(key);
      if (group !== undefined) value = (group.logs + by * value) / (group.skus + by);
    };
    for (const key of levelKeys(item)) shrink(key, shrinkage.category);
    for (const key of brandKey(item)) shrink(key, shrinkage.brand);
    return value;
  }

  category(item: ItemFeatures): number {
    const group = levelKeys(item).map((key) => this.#groups.get(key)).findLast((found) => found !== undefined && found.moments > 0);
    return group === undefined ? this.#overall : group.clicks / group.moments;
  }

  sizes(item: ItemFeatures): Pick<Expectation, 'inLeaf' | 'ofBrand'> {
    const size = (key: string | undefined): number => (key === undefined ? 0 : this.#groups.get(key)?.skus ?? 0);
    return { inLeaf: size(levelKeys(item).at(-1)), ofBrand: size(brandKey(item)[0]) };
  }
}

/** Of each level, broadest first: a leaf is told by its whole path. */
function levelKeys({ categoryPath }: ItemFeatures): string[] {
  return categoryPath.map((_, level) => `category ${JSON.stringify(categoryPath.slice(0, level + 1)).toLowerCase()}`);
}

function brandKey({ brand }: ItemFeatures): string[] {
  return brand.trim() === '' ? [] : [`brand ${brand.trim().toLowerCase()}`];
}

/** Eligible rows at least as near as the 20th. */
function nearestWithTies(scores: Float32Array, eligible: Uint8Array): readonly number[] {
  const best = new Float32Array(neighbours).fill(-Infinity); // descending
  for (let row = 0; row < scores.length; row++) {
    if (eligible[row] !== 1 || scores[row]! <= best[neighbours - 1]!) continue;
    let place = neighbours - 1;
    while (place > 0 && best[place - 1]! < scores[row]!) {
      best[place] = best[place - 1]!;
      place--;
    }
    best[place] = scores[row]!;
  }
  // Equal items get scores that differ in their last bits.
  const bar = best[neighbours - 1]! - 1e-5;
  const out: number[] = [];
  for (let row = 0; row < scores.length; row++) if (eligible[row] === 1 && scores[row]! >= bar) out.push(row);
  return out;
}

function weightedMean(values: readonly number[], weights: readonly number[]): number | null {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total > 0 ? values.reduce((sum, value, i) => sum + weights[i]! * value, 0) / total : null;
}
