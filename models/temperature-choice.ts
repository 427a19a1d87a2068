/**
 * Temperatures are chosen on validation moments after training, where what came is least surprising (Guo et al. 2017, "On calibration of
 * modern neural networks", section 4.2).
 *
 *   c(z) = s min(z, knee) + r max(0, z - knee)        s = 1 / temperature, r = 1 / temperature above the knee
 *   L    = mean over the moments of -log p(y), convex in (s, r): c is linear in them, and log Σ e^c is convex
 *
 * Category heads have no knee. Items have one: what a memory (`memory.ts`) adds to a score counts how often SKUs were seen together, and a
 * count says less than as many nats; one temperature for both leaves sure guesses too sure. Where the counts begin differs from shop to shop:
 * tried are the median best score, the median of the scores in place 4, in place 16 and so on down.
 */
import type { PrefixSet } from './examples.ts';
import { scoreBatches, type Scorer } from './scorer.ts';
import type { Temperature, Temperatures } from './temperature.ts';

/** Fewer moments tell less of a temperature than 1 does: on so many its standard error is about an eighth. */
export const fewestMoments = 30;
/** Scores that are kept while temperatures are chosen: 80 MB, more beyond 300,000 SKUs. */
const mostScores = 20_000_000;
/** Where nothing was missed on validation, or a memory outshouts the model, no number would be small or large enough. */
const [coldest, hottest] = [0.1, 100];
/** A step that gains less, in nats, is the last. */
const leastGain = 1e-7;
const mostSteps = 50;
/** Knees to try lie each at the score in a place so many times further down; on so many moments it shows which is best. */
const [stride, mostToCompareKnees] = [4, 256];
/** What float32 can hold of a probability. */
const leastProbability = 1e-38;

/** Prefixes whose scores of so many candidates can be kept; some of them go back to a SKU they hold and drop out. */
export function momentsToChooseBy(candidates: number): number {
  return Math.max(2 * fewestMoments, Math.floor(mostScores / candidates));
}

/** Scores of what competes at some moments, row-major [moments, width] with -Infinity where it does not, and the column of what came. */
export interface ScoredMoments {
  readonly scores: Float32Array;
  readonly width: number;
  readonly targets: Int32Array;
}

/**
 * Temperatures of all heads of a scorer. Items compete as they are shown: without those of the session, and moments that go back to one of
 * them say nothing. Category heads answer probabilities, whose logarithms are scores. `isCandidate` [items].
 */
export async function chooseTemperatures(scorer: Scorer, prefixes: PrefixSet, isCandidate: Uint8Array): Promise<Temperatures> {
  const items = isCandidate.length;
  const candidates = Int32Array.from(isCandidate.keys()).filter((row) => isCandidate[row] === 1);
  const columnOf = new Int32Array(items).fill(-1);
  for (const [column, row] of candidates.entries()) columnOf[row] = column;
  const levels = scorer.categories?.levels ?? [];
  const heads = [candidates.length, ...levels.map(({ labels }) => labels.length)].map((width) => new Collected(prefixes.ends.length, width));
  for await (const { from, batch, scores, categories } of scoreBatches(scorer, prefixes, items)) {
    for (let b = 0; b + 1 < batch.offsets.length; b++) {
      const target = prefixes.items[prefixes.ends[from + b]!]!;
      const session = batch.items.subarray(batch.offsets[b], batch.offsets[b + 1]);
      if (!session.includes(target)) {
        const own = heads[0]!.add(columnOf[target]!);
        for (const [column, row] of candidates.entries()) own[column] = scores![b * items + row]!;
        for (const row of session) if (columnOf[row]! >= 0) own[columnOf[row]!] = -Infinity;
      }
      for (const [level, { labels, labelOf }] of levels.entries()) {
        if (labelOf[target]! < 0) continue;
        const own = heads[level + 1]!.add(labelOf[target]!);
        for (let label = 0; label < labels.length; label++) own[label] = Math.log(Math.max(leastProbability, categories![level]![b * labels.length + label]!));
      }
    }
  }
  const names = ['item', ...levels.map(({ name }) => name)];
  return Object.fromEntries(heads.flatMap(({ moments }, head) => {
    const chosen = head === 0 ? chooseWithKnee(moments) : chooseTemperature(moments, null);
    return chosen === null ? [] : [[names[head]!, chosen]];
  }));
}

class Collected {
  readonly #scores: Float32Array;
  readonly #targets: Int32Array;
  readonly #width: number;
  #count = 0;

  constructor(most: number, width: number) {
    this.#scores = new Float32Array(most * width);
    this.#targets = new Int32Array(most);
    this.#width = width;
  }

  /** The scores of one more moment, to be filled. */
  add(target: number): Float32Array {
    this.#targets[this.#count++] = target;
    return this.#scores.subarray((this.#count - 1) * this.#width, this.#count * this.#width);
  }

  get moments(): ScoredMoments {
    return { scores: this.#scores.subarray(0, this.#count * this.#width), width: this.#width, targets: this.#targets.subarray(0, this.#count) };
  }
}

/** The temperatures of the least L with the knee that has the least on some of the moments. */
export function chooseWithKnee(moments: ScoredMoments): Temperature | null {
  const some = evenly(moments, mostToCompareKnees);
  const tried = kneesOf(some).map((knee) => ({ knee, loss: chooseTemperature(some, knee)?.validation.with ?? Infinity }));
  return chooseTemperature(moments, tried.sort((a, b) => a.loss - b.loss)[0]?.knee ?? 0);
}

function evenly({ scores, width, targets }: ScoredMoments, most: number): ScoredMoments {
  const step = Math.ceil(targets.length / most);
  const chosen = Int32Array.from({ length: Math.ceil(targets.length / step) }, (_, i) => i * step);
  const some = { scores: new Float32Array(chosen.length * width), width, targets: chosen.map((moment) => targets[moment]!) };
  for (const [at, moment] of chosen.entries()) some.scores.set(scores.subarray(moment * width, (moment + 1) * width), at * width);
  return some;
}

/** Median scores in place 1, 4, 16 … of the moments, descending, down to where SKUs no longer compete. */
function kneesOf({ scores, width, targets }: ScoredMoments): readonly number[] {
  const ascending = Array.from(targets, (_, moment) => scores.slice(moment * width, (moment + 1) * width).sort());
  const knees: number[] = [];
  for (let place = 1; place <= width; place *= stride) {
    const knee = Float32Array.from(ascending, (row) => row[width - place]!).sort()[ascending.length >> 1];
    if (knee === undefined || !Number.isFinite(knee)) break;
    knees.push(knee);
  }
  return knees;
}

/** The temperatures of the least L, each from 0.1 to 100; null on too few moments to choose by. `knee` null: one for all scores. */
export function chooseTemperature(moments: ScoredMoments, knee: number | null): Temperature | null {
  const n = moments.targets.length;
  if (n < fewestMoments) return null;
  const start = likelihood(moments, knee, 1, 1);
  let [s, r, here] = [1, 1, start];
  for (let step = 0; step < mostSteps; step++) {
    const [towardsS, towardsR] = newtonStep(here);
    let share = 1;
    let [nextS, nextR, there] = [s, r, here];
    do { // a whole step of Newton's may lead too far; a part of it leads down
      [nextS, nextR] = [within(s - share * towardsS), within(r - share * towardsR)];
      there = likelihood(moments, knee, nextS, nextR);
      share /= 2;
    } while (there.loss > here.loss && share > 1e-3);
    const gain = here.loss - there.loss;
    if (gain > 0) [s, r, here] = [nextS, nextR, there];
    if (gain < leastGain) break;
  }
  return { value: 1 / s, above: knee === null ? null : { knee, value: 1 / r }, n, validation: { without: start.loss, with: here.loss } };
}

const within = (value: number): number => Math.min(1 / coldest, Math.max(1 / hottest, value));

export interface Likelihood {
  readonly loss: number;
  /** Derivatives by s and r, and the second ones: ss, sr, rr. */
  readonly slope: readonly [number, number];
  readonly curvature: readonly [number, number, number];
}

function newtonStep({ slope: [s, r], curvature: [ss, sr, rr] }: Likelihood): readonly [number, number] {
  const determinant = ss * rr - sr * sr;
  if (determinant > 1e-12 * ss * rr) return [(rr * s - sr * r) / determinant, (ss * r - sr * s) / determinant];
  return [ss > 0 ? s / ss : 0, 0]; // nothing lies above the knee
}

/** L with its derivatives: by a logit's parts x = min(z, knee) and y = max(0, z - knee), L' = E_p[x] - x of what came, L'' = Cov_p. */
export function likelihood({ scores, width, targets }: ScoredMoments, knee: number | null, s: number, r: number): Likelihood {
  const bend = knee ?? Infinity;
  let [loss, byS, byR, ss, sr, rr] = [0, 0, 0, 0, 0, 0];
  for (const [moment, target] of targets.entries()) {
    const row = scores.subarray(moment * width, (moment + 1) * width);
    let top = -Infinity;
    for (let j = 0; j < width; j++) if (row[j]! > top) top = row[j]!;
    const base = Math.min(top, bend); // sums over x - base, which change nothing and stay small
    const most = r * Math.max(0, top - bend);
    let [sum, x1, y1, x2, xy, y2] = [0, 0, 0, 0, 0, 0];
    for (let j = 0; j < width; j++) {
      const score = row[j]!;
      if (score === -Infinity) continue;
      const x = (score < bend ? score : bend) - base;
      const y = score > bend ? score - bend : 0;
      const p = Math.exp(s * x + r * y - most);
      sum += p;
      x1 += p * x;
      x2 += p * x * x;
      if (y === 0) continue;
      y1 += p * y;
      xy += p * x * y;
      y2 += p * y * y;
    }
    const [x, y] = [Math.min(row[target]!, bend) - base, Math.max(0, row[target]! - bend)];
    loss += Math.log(sum) + most - s * x - r * y;
    byS += x1 / sum - x;
    byR += y1 / sum - y;
    ss += x2 / sum - (x1 / sum) ** 2;
    sr += xy / sum - (x1 / sum) * (y1 / sum);
    rr += y2 / sum - (y1 / sum) ** 2;
  }
  const n = targets.length;
  return { loss: loss / n, slope: [byS / n, byR / n], curvature: [ss / n, sr / n, rr / n] };
}
