/**
 * Who stands where before the draft comes: for each moment of the panel the candidates' best scores in order, cached once per model so
 * that a keystroke needs no rescoring of the catalogue (incremental what-if).
 *
 * A rank is 1 + #{candidates with score >= s}: ties count against the draft. It is exact as far as scores are kept; that is all of them
 * while moments x candidates <= 50 million, else the best 512. Beyond, a histogram of 512 equal score intervals per moment brackets it.
 */

/** 200 MB of kept scores at most. */
const mostScores = 50_000_000;

/** Kept where all would be too many: every label of the rank histogram up to "101-500" stays exact. */
const fewestKept = 512;

const intervals = 512;

/** Rows kept by name: they stand in the lists of any K up to 99. */
const fewestListed = 100;

export interface Standings {
  readonly moments: number;
  /** Rows that compete (live SKUs). */
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
  /** [moments] best score, and intervals per score unit. */
  readonly tops: Float64Array;
  readonly scales: Float64Array;
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
  const candidates = Int32Array.from([...live.keys()].filter((row) => live[row] === 1));
  const all = moments * candidates.length <= budget || candidates.length <= fewestKept;
  const kept = all ? candidates.length : fewestKept;
  const listed = Math.min(kept, Math.max(fewestListed, k + 1));
  return {
    moments, candidates, items: live.length, kept, listed,
    scores: new Float32Array(moments * kept).fill(-Infinity),
    rows: new Int32Array(moments * listed).fill(-1),
    competitors: new Int32Array(moments),
    tops: new Float64Array(moments),
    scales: new Float64Array(moments),
    above: new Int32Array(all ? 0 : moments * (intervals + 1)),
  };
}

/** Fills standings: one instance per thread of work, since it holds the scratch arrays. */
export class StandingsWriter {
  readonly standings: Standings;
  readonly #stamps: Int32Array;
  #stamp = 0;
  readonly #scores: Float32Array;
  readonly #rows: Int32Array;
  readonly #intervals: Uint16Array;
  readonly #sorted: Float32Array;

  constructor(standings: Standings) {
    this.standings = standings;
    this.#stamps = new Int32Array(standings.items);
    this.#scores = new Float32Array(standings.candidates.length);
    this.#rows = new Int32Array(standings.candidates.length);
    this.#intervals = new Uint16Array(standings.candidates.length);
    this.#sorted = new Float32Array(standings.candidates.length);
  }

  /**
   * @param scores [items] of every row of the catalogue, competing or not.
   * @param seen rows that are not recommended at this moment (its context); empty where seen items compete.
   * @throws Error on a NaN score: a broken model must not look like a weak one.
   */
  write(moment: number, scores: Float32Array, seen: Int32Array): void {
    const { candidates, kept, listed } = this.standings;
    const stamp = ++this.#stamp;
    for (const row of seen) this.#stamps[row] = stamp;
    let count = 0;
    let top = -Infinity;
    let bottom = Infinity;
    for (let c = 0; c < candidates.length; c++) {
      const row = candidates[c]!;
      if (this.#stamps[row] === stamp) continue;
      const score = scores[row]!;
      if (!(score > -Infinity && score < Infinity)) throw new Error(`The score of row ${row} at moment ${moment} is ${score}.`);
      if (score > top) top = score;
      if (score < bottom) bottom = score;
      this.#scores[count] = score;
      this.#rows[count++] = row;
    }
    this.standings.competitors[moment] = count;
    this.standings.tops[moment] = top;
    const selected = this.standings.above.length === 0 ? count : this.#selectBest(moment, count, top, bottom);

    const best = this.#sorted.subarray(0, selected);
    best.set(this.#scores.subarray(0, selected));
    best.sort().reverse();
    this.standings.scores.set(best.subarray(0, kept), moment * kept);

    const last = best[Math.min(listed, selected) - 1] ?? Infinity;
    const list: number[] = [];
    for (let i = 0; i < selected; i++) if (this.#scores[i]! >= last) list.push(this.#rows[i]!);
    // Equal scores stand in an order that no catalogue follows: the order of the file would favour old SKUs.
    list.sort((a, b) => scores[b]! - scores[a]! || scatter(a) - scatter(b));
    for (let i = 0; i < listed && i < list.length; i++) this.standings.rows[moment * listed + i] = list[i]!;
  }

  /** Counts scores per interval, and moves those of the intervals that hold the best `kept` to the front. Returns how many they are. */
  #selectBest(moment: number, count: number, top: number, bottom: number): number {
    const { above, scales, kept } = this.standings;
    const scale = top > bottom ? intervals / (top - bottom) : 0;
    scales[moment] = scale;
    const base = moment * (intervals + 1);
    for (let i = 0; i < count; i++) {
      const interval = intervalOf(this.#scores[i]!, top, scale);
      this.#intervals[i] = interval;
      above[base + 1 + interval]!++;
    }
    let lastKept = intervals;
    for (let interval = 0; interval < intervals; interval++) {
      above[base + interval + 1]! += above[base + interval]!;
      if (lastKept === intervals && above[base + interval + 1]! >= kept) lastKept = interval;
    }
    let selected = 0;
    for (let i = 0; i < count; i++) {
      if (this.#intervals[i]! > lastKept) continue;
      this.#scores[selected] = this.#scores[i]!;
      this.#rows[selected++] = this.#rows[i]!;
    }
    return selected;
  }
}

/** Interval 0 holds the best scores. Monotone in the score, rounding included: that makes the bracket of a rank certain. */
function intervalOf(score: number, top: number, scale: number): number {
  const interval = (top - score) * scale;
  return interval < 0 ? 0 : interval >= intervals ? intervals - 1 : Math.trunc(interval);
}

/** A fixed permutation of the 32-bit integers. */
function scatter(row: number): number {
  let z = Math.imul(row ^ (row >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

/** How many candidates of a moment score at least `score`: certain to lie in `low .. high`; equal where exact. */
export function countAtLeast(standings: Standings, moment: number, score: number): { readonly low: number; readonly high: number } {
  const { scores, kept, competitors, above, tops, scales } = standings;
  const base = moment * kept;
  let low = 0;
  let high = Math.min(kept, competitors[moment]!);
  const known = high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[base + middle]! >= score) low = middle + 1;
    else high = middle;
  }
  if (low < known || known === competitors[moment]) return { low, high: low };
  const interval = intervalOf(score, tops[moment]!, scales[moment]!);
  const at = moment * (intervals + 1) + interval;
  return { low: Math.max(kept, above[at]!), high: above[at + 1]! };
}
