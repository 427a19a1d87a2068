/**
 * Cold figures among all SKUs can be bought: a constant on the scores of hidden SKUs lifts their hits and takes slots from the others.
 * So systems are compared at equal exposure: the offset at which the listed SKUs' share of top-K slots equals their share of clicks,
 * over every prefix of the same kind, whatever its target.
 */
import type { PrefixSet } from './examples.ts';
import { TopList } from './metrics.ts';
import { scoreBatches } from './scorer.ts';
import type { Scorer } from './scorer.ts';

/** Per prefix of the population, what decides its top K under any offset. Lists are best first and padded with -Infinity. */
export interface ExposurePopulation {
  readonly n: number;
  readonly k: number;
  /** row-major [n, K + 1] best scores of the listed SKUs */
  readonly listed: Float32Array;
  /** row-major [n, K + 1] best scores of all other candidates */
  readonly others: Float32Array;
  /** [n] score of a target that is not listed (-Infinity where it is no candidate); NaN where the target is listed */
  readonly targets: Float32Array;
}

export interface Exposure {
  /** share of the filled top-K slots that listed SKUs take, 0..1 */
  readonly share: number;
  /** HR@K over the prefixes whose target is not listed */
  readonly warmHit: number;
}

/** Scores a population once. `isListed` and `isCandidate` are [items]; seen items leave the candidates with `excludeSeen`. */
export async function collectExposure(
  scorer: Scorer, prefixes: PrefixSet, isCandidate: Uint8Array, isListed: Uint8Array, k: number, excludeSeen: boolean,
): Promise<ExposurePopulation> {
  const itemCount = isCandidate.length;
  const n = prefixes.ends.length;
  const width = k + 1;
  const listed = new Float32Array(n * width).fill(-Infinity);
  const others = new Float32Array(n * width).fill(-Infinity);
  const targets = new Float32Array(n);
  const candidates = Int32Array.from(isCandidate.keys()).filter((row) => isCandidate[row] === 1);
  const listedRows = candidates.filter((row) => isListed[row] === 1);
  const otherRows = candidates.filter((row) => isListed[row] !== 1);
  const list = new TopList(width);
  for await (const { from, batch, scores } of scoreBatches(scorer, prefixes, itemCount)) {
    for (let b = 0; b < batch.offsets.length - 1; b++) {
      const row = scores!.subarray(b * itemCount, (b + 1) * itemCount);
      if (excludeSeen) for (let i = batch.offsets[b]!; i < batch.offsets[b + 1]!; i++) row[batch.items[i]!] = -Infinity;
      list.fill(row, listedRows);
      listed.set(list.values.subarray(0, list.size), (from + b) * width);
      list.fill(row, otherRows);
      others.set(list.values.subarray(0, list.size), (from + b) * width);
      const target = prefixes.items[prefixes.ends[from + b]!]!;
      targets[from + b] = isListed[target] === 1 ? NaN : row[target]!;
    }
  }
  return { n, k, listed, others, targets };
}

/** Exposure with `offset` added to every score of a listed SKU, ties against (a tie across the border leaves its places empty). */
export function measureExposure(population: ExposurePopulation, offset: number): Exposure {
  const { n, k, listed, others, targets } = population;
  const width = k + 1;
  const merged = new Float32Array(width);
  const fromListed = new Uint8Array(width);
  let slots = 0;
  let listedSlots = 0;
  let warm = 0;
  let warmHits = 0;
  for (let prefix = 0; prefix < n; prefix++) {
    let l = prefix * width;
    let o = prefix * width;
    let size = 0;
    for (; size < width; size++) {
      const raised = Math.fround(listed[l]! + offset);
      const listedFirst = raised > others[o]!;
      const best = listedFirst ? raised : others[o]!;
      if (best === -Infinity) break;
      merged[size] = best;
      fromListed[size] = listedFirst ? 1 : 0;
      if (listedFirst) l++;
      else o++;
    }
    let cut = Math.min(size, k);
    if (size > k) while (cut > 0 && merged[cut - 1] === merged[k]) cut--;
    slots += cut;
    for (let i = 0; i < cut; i++) listedSlots += fromListed[i]!;
    const target = targets[prefix]!;
    if (Number.isNaN(target)) continue;
    warm++;
    if (cut > 0 && target !== -Infinity && target >= merged[cut - 1]!) warmHits++;
  }
  return { share: slots === 0 ? 0 : listedSlots / slots, warmHit: warm === 0 ? 0 : warmHits / warm };
}

/**
 * The offset, in score units of the system, whose exposure share is nearest to `share`. The share rises with the offset in steps, so it is
 * bisected down to neighbouring float32 numbers. 0 where no offset reaches it: a system whose listed SKUs all tie cannot show them.
 */
export function findOffset(population: ExposurePopulation, share: number): number {
  let smallest = Infinity;
  let largest = -Infinity;
  for (const scores of [population.listed, population.others]) {
    for (const score of scores) {
      if (score === -Infinity) continue;
      smallest = Math.min(smallest, score);
      largest = Math.max(largest, score);
    }
  }
  if (largest === -Infinity) return 0;
  let high = Math.fround((largest - smallest) * 1.01 + 1e-6);
  let low = -high;
  if (measureExposure(population, high).share < share) return 0;
  for (let middle = Math.fround((low + high) / 2); middle !== low && middle !== high; middle = Math.fround((low + high) / 2)) {
    if (measureExposure(population, middle).share < share) low = middle;
    else high = middle;
    if (high - low < 1e-7 * Math.max(1e-3, largest - smallest)) break;
  }
  const distance = (offset: number): number => Math.abs(measureExposure(population, offset).share - share);
  return distance(low) < distance(high) ? low : high;
}
