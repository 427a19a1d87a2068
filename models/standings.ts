/**
 * Who stands where before the draft comes: for each moment of the panel the candidates' best scores in order, cached once per model so
 * that a keystroke needs no rescoring of the catalogue (incremental what-if).
 *
 * A rank is 1 + #{candidates with score >= s}: ties count against the draft. It is exact as far as scores are kept; that is all of them
 * while moments x candidates <= 50 million, else the best 512, or fewer where there are very many moments. Beyond, a histogram of equal
 * score intervals per moment brackets it. The scores at the bounds of the rank histogram are kept for every moment, side by side in one
 * cache line: most of a draft's moments are settled by them.
 */

/** 200 MB of kept scores at most. */
const mostScores = 50_000_000;

/** Scores kept, and intervals, where all scores would be too many: from 128 for a huge panel to 512. */
const [fewestKept, mostKept] = [128, 512];

/** Intervals while counting: finer than what is stored, so that few scores have to be sorted. */
const fineIntervals = 2048;

/** Rows kept by name: they stand in the lists of any K up to 99. */
const fewestListed = 100;

/** Upper ends of the rank histogram, but for its last label. */
export const ladderRanks = [1, 5, 10, 20, 50, 100, 500] as const;
/** Scores per moment in `ladder`: those of `ladderRanks`, and that of place K. */
export const ladderStep = ladderRanks.length + 1;

export interface Standings {
  readonly moments: number;
  /** Rows that compete (live SKUs), ascending. */
  readonly candidates: Int32Array;
  /** Rows of the catalogue. */
  readonly items: number;
  /** Scores kept per moment. */
  readonly kept: number;
  /** [moments, kept] descending; -Infinity where fewer compete. */
  readonly scores: Float32Array;
  /** Rows kept per moment. */
  readonly listed: number;
  /** [moments, listed] rows of the best scores in order; -1 where fewer compete. */
  readonly rows: Int32Array;
  /** [moments] candidates that are not in the moment's context, or all where seen items compete. */
  readonly competitors: Int32Array;
  /** The K that the last step of the ladder is for. */
  readonly k: number;
  /** [moments, ladderStep] the score in each of these places; -Infinity where fewer compete. A draft stands before it with a higher score. */
  readonly ladder: Float32Array;
  /** [moments] best score that was expected, and fine intervals per score unit. */
  readonly tops: Float64Array;
  readonly scales: Float64Array;
  /** Intervals stored, a power of two. */
  readonly intervals: number;
  /** [moments, intervals + 1] scores above each interval; empty where all scores are kept. */
  readonly above: Int32Array;
}

/**
 * Empty standings, to be filled moment by moment.
 * @param live [items] 1 for rows that compete.
 * @param k largest K that will be asked for.
 * @param budget scores that memory has room for.
 */
export function createStandings(moments: number, live: Uint8Array, k: number, budget = mostScores): Standings {
  const candidates = Int32Array.from(live.keys()).filter((row) => live[row] === 1);
  const share = budget === 0 ? mostKept : budget / Math.max(1, moments);
  const all = moments * candidates.length <= budget || candidates.length <= mostKept;
  const kept = all ? candidates.length : Math.max(fewestKept, k + 1, Math.min(mostKept, Math.floor(share)));
  const listed = Math.min(kept, Math.max(fewestListed, k + 1));
  const intervals = all ? 0 : 2 ** Math.floor(Math.log2(Math.max(fewestKept, Math.min(mostKept, share))));
  return {
    moments, candidates, items: live.length, kept, listed, k, intervals,
    scores: new Float32Array(moments * kept).fill(-Infinity),
    rows: new Int32Array(moments * listed).fill(-1),
    competitors: new Int32Array(moments),
    ladder: new Float32Array(moments * ladderStep).fill(-Infinity),
    tops: new Float64Array(moments),
    scales: new Float64Array(moments),
    above: new Int32Array(all ? 0 : moments * (intervals + 1)),
  };
}

/** Candidates between two looks at how many are enough. */
const chunk = 8192;
/** Candidates looked at to guess the range of the scores. */
const glance = 512;

/** Fills standings: one instance per thread of work, since it holds the scratch arrays. */
export class StandingsWriter {
  readonly standings: Standings;
  readonly #stamps: Int32Array;
  #stamp = 0;
  readonly #rows: Int32Array;
  readonly #sorted: Float32Array;
  readonly #counts = new Int32Array(fineIntervals);

  constructor(standings: Standings) {
    this.standings = standings;
    this.#stamps = new Int32Array(standings.items);
    this.#rows = new Int32Array(standings.candidates.length);
    this.#sorted = new Float32Array(standings.candidates.length);
  }

  /**
   * @param scores [items] of every row of the catalogue, competing or not.
   * @param seen rows that are not recommended at this moment (its context); empty where seen items compete.
   * @throws Error on a NaN score: a broken model must not look like a weak one.
   */
  write(moment: number, scores: Float32Array, seen: Int32Array): void {
    const { kept, listed, k, ladder } = this.standings;
    const stamp = ++this.#stamp;
    for (const row of seen) this.#stamps[row] = stamp;
    const selected = this.standings.above.length === 0 ? this.#selectAll(moment, scores) : this.#selectBest(moment, scores, seen);
    const rows = this.#rows;
    const best = this.#sorted.subarray(0, selected);
    for (let i = 0; i < selected; i++) best[i] = scores[rows[i]!]!;
    best.sort().reverse();
    this.standings.scores.set(best.subarray(0, kept), moment * kept);
    for (let i = 0; i < ladderStep; i++) {
      const place = i < ladderRanks.length ? ladderRanks[i]! : k;
      if (place <= selected) ladder[moment * ladderStep + i] = best[place - 1]!;
    }

    const last = best[Math.min(listed, selected) - 1] ?? Infinity;
    const list: number[] = [];
    for (let i = 0; i < selected; i++) if (scores[rows[i]!]! >= last) list.push(rows[i]!);
    // Equal scores stand in an order that no catalogue follows: the order of the file would favour old SKUs.
    list.sort((a, b) => scores[b]! - scores[a]! || scatter(a) - scatter(b));
    for (let i = 0; i < listed && i < list.length; i++) this.standings.rows[moment * listed + i] = list[i]!;
  }

  #selectAll(moment: number, scores: Float32Array): number {
    const { candidates } = this.standings;
    let [count, sum] = [0, 0];
    for (const row of candidates) {
      if (this.#stamps[row] === this.#stamp) continue;
      sum += scores[row]!;
      this.#rows[count++] = row;
    }
    if (!Number.isFinite(sum)) refuse(moment, scores, candidates);
    this.standings.competitors[moment] = count;
    return count;
  }

  /** Counts scores per interval in one pass, and collects the rows of the intervals that hold the best. Returns how many they are. */
  #selectBest(moment: number, scores: Float32Array, seen: Int32Array): number {
    const { candidates, above, scales, tops, intervals } = this.standings;
    const enough = Math.max(this.standings.kept, ladderRanks.at(-1)!);
    const [counts, rows] = [this.#counts.fill(0), this.#rows];
    const { top, scale } = this.#guessRange(scores);
    let [collected, bar, sum] = [0, fineIntervals - 1, 0];
    for (let from = 0; from < candidates.length; from += chunk) {
      const to = Math.min(from + chunk, candidates.length);
      for (let c = from; c < to; c++) {
        const row = candidates[c]!;
        const score = scores[row]!;
        sum += score;
        const interval = intervalOf(score, top, scale);
        counts[interval]!++;
        if (interval <= bar) rows[collected++] = row;
      }
      bar = barOf(counts, enough + seen.length);
    }
    if (!Number.isFinite(sum)) refuse(moment, scores, candidates);
    let without = 0;
    for (let i = 0; i < seen.length; i++) {
      const row = seen[i]!;
      if (seen.indexOf(row) < i || !competes(candidates, row)) continue;
      counts[intervalOf(scores[row]!, top, scale)]!--;
      without++;
    }
    this.standings.competitors[moment] = candidates.length - without;
    tops[moment] = top;
    scales[moment] = scale;
    const base = moment * (intervals + 1);
    const step = fineIntervals / intervals;
    for (let interval = 0, count = 0; interval < fineIntervals; interval++) {
      count += counts[interval]!;
      if ((interval + 1) % step === 0) above[base + (interval + 1) / step] = count;
    }
    bar = barOf(counts, enough);
    let selected = 0;
    for (let i = 0; i < collected; i++) {
      const row = rows[i]!;
      if (this.#stamps[row] !== this.#stamp && intervalOf(scores[row]!, top, scale) <= bar) rows[selected++] = row;
    }
    return selected;
  }

  /** Scores outside the range fall into the first or last interval; that makes it coarser, never wrong. */
  #guessRange(scores: Float32Array): { readonly top: number; readonly scale: number } {
    const { candidates } = this.standings;
    const stride = Math.max(1, Math.floor(candidates.length / glance));
    let [most, least] = [-Infinity, Infinity];
    for (let c = 0; c < candidates.length; c += stride) {
      const score = scores[candidates[c]!]!;
      if (score > most) most = score;
      if (score < least) least = score;
    }
    const top = most + (most - least) / 2; // the best of all lie far above the best of a few
    return { top, scale: top > least ? fineIntervals / (top - least) : 0 };
  }
}

/** The last interval that is needed to have `enough`. */
function barOf(counts: Int32Array, enough: number): number {
  let sum = 0;
  for (let interval = 0; interval < fineIntervals; interval++) if ((sum += counts[interval]!) >= enough) return interval;
  return fineIntervals - 1;
}

function refuse(moment: number, scores: Float32Array, candidates: Int32Array): never {
  const row = candidates.find((candidate) => !Number.isFinite(scores[candidate]!)) ?? -1;
  throw new Error(`The score of row ${row} at moment ${moment} is ${scores[row]}.`);
}

/** Whether a row is among the candidates, which are ascending. */
export function competes(candidates: Int32Array, row: number): boolean {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (candidates[middle]! < row) low = middle + 1;
    else high = middle;
  }
  return candidates[low] === row;
}

/** Interval 0 holds the best scores. Monotone in the score, rounding included: that makes the bracket of a rank certain. */
function intervalOf(score: number, top: number, scale: number): number {
  const interval = (top - score) * scale;
  return interval < 0 ? 0 : interval >= fineIntervals ? fineIntervals - 1 : interval | 0;
}

/** A fixed permutation of the 32-bit integers. */
function scatter(row: number): number {
  let z = Math.imul(row ^ (row >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

/** How many candidates of a moment score at least `score`: certain to lie in `low .. high`; equal where exact. */
export function countAtLeast(standings: Standings, moment: number, score: number): { readonly low: number; readonly high: number } {
  const { scores, kept, competitors, above, tops, scales, intervals } = standings;
  const base = moment * kept;
  let low = 0;
  let high = Math.min(kept, competitors[moment]!);
  const known = high;
  if (known > 0 && scores[base + known - 1]! >= score) low = known; // most drafts stand behind all that are kept
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[base + middle]! >= score) low = middle + 1;
    else high = middle;
  }
  if (low < known || known === competitors[moment]) return { low, high: low };
  const step = fineIntervals / intervals;
  const at = moment * (intervals + 1) + Math.trunc(intervalOf(score, tops[moment]!, scales[moment]!) / step);
  return { low: Math.max(kept, above[at]!), high: above[at + 1]! };
}

/** The filled arrays one after the other, as they lie in memory: for a cache. */
export function packStandings(standings: Standings): Float32Array {
  const parts = filledParts(standings);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return new Float32Array(bytes.buffer);
}

/** Fills standings of the same size with what was packed. */
export function unpackStandings(packed: Float32Array, standings: Standings): void {
  const bytes = new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
  let at = 0;
  for (const part of filledParts(standings)) {
    part.set(bytes.subarray(at, at + part.byteLength));
    at += part.byteLength;
  }
}

/** The standings of some moments, side by side. */
export function pickMoments(standings: Standings, some: Int32Array): Standings {
  const { kept, listed, intervals, above } = standings;
  const pick = <T extends Float32Array | Float64Array | Int32Array>(all: T, step: number): T => {
    const picked = new (all.constructor as new (size: number) => T)(some.length * step);
    for (let i = 0; i < some.length; i++) picked.set(all.subarray(some[i]! * step, (some[i]! + 1) * step), i * step);
    return picked;
  };
  return {
    ...standings, moments: some.length, scores: pick(standings.scores, kept), rows: pick(standings.rows, listed), competitors: pick(standings.competitors, 1),
    ladder: pick(standings.ladder, ladderStep), tops: pick(standings.tops, 1), scales: pick(standings.scales, 1), above: above.length === 0 ? above : pick(above, intervals + 1),
  };
}

function filledParts({ scores, rows, competitors, ladder, tops, scales, above }: Standings): readonly Uint8Array[] {
  return [scores, rows, competitors, ladder, tops, scales, above].map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
}
