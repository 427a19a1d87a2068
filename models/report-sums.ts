/** Sums of a report by K, slice and session: of the ranked items under one switch of repeats, and of the labels of one level. */
import type { PrefixSet } from './examples.ts';
import { SessionMean } from './intervals.ts';
import { discountedGainAt, hitAt, reciprocalRankAt, standTarget, TopList } from './metrics.ts';
import { reportMeasures, reportSlices, type Estimate, type LabelReport, type ReportMeasure, type ReportSlice, type SliceReport } from './report-jobs.ts';

export const reportKs = [5, 10, 20] as const;
export const labelKs = [1, 5, 10, 20] as const;

/** [prefixes] each, 1 where a prefix belongs to the slice. */
export type Slices = { readonly [S in ReportSlice]: Uint8Array };

/** Sums of the measures of one switch, by K and slice. */
export class ItemLists {
  readonly slots: Int32Array;
  readonly #sums: readonly { readonly [S in ReportSlice]: { readonly [M in ReportMeasure]: SessionMean } }[];
  readonly #list = new TopList(reportKs.at(-1)! + 1);
  readonly #restOf: Int32Array;
  readonly #prefixes: PrefixSet;
  readonly #candidates: Int32Array;
  readonly #live: Uint8Array;
  readonly #slices: Slices;

  constructor(prefixes: PrefixSet, candidates: Int32Array, live: Uint8Array, slices: Slices) {
    this.#prefixes = prefixes;
    this.#candidates = candidates;
    this.#live = live;
    this.#slices = slices;
    this.slots = new Int32Array(live.length);
    this.#restOf = new Int32Array(live.length).fill(-1);
    this.#sums = reportKs.map(() => bySlice(() => Object.fromEntries(reportMeasures.map((measure) => [measure, new SessionMean()])) as { [M in ReportMeasure]: SessionMean }));
  }

  get means(): SessionMean[] {
    return this.#sums.flatMap((slices) => Object.values(slices).flatMap((measures) => Object.values(measures)));
  }

  /** `row` is [items]. The best list is valid until the next call. */
  add(prefix: number, group: number, row: Float32Array): TopList {
    const { items, ends, restEnds } = this.#prefixes;
    const list = this.#list;
    list.fill(row, this.#candidates);
    const standing = standTarget(list, row, this.#candidates, this.#live, items[ends[prefix]!]!);
    for (let i = ends[prefix]!; i < restEnds[prefix]!; i++) this.#restOf[items[i]!] = prefix;
    const rest = restEnds[prefix]! - ends[prefix]!;
    let [place, found] = [0, 0];
    for (const [index, k] of reportKs.entries()) {
      for (const cut = list.cut(k); place < cut; place++) {
        if (this.#restOf[list.rows[place]!] === prefix) found++;
        this.slots[list.rows[place]!]!++;
      }
      const values = { hit: hitAt(standing, 'against', k), mrr: reciprocalRankAt(standing, 'against', k), ndcg: discountedGainAt(standing, 'against', k), recall: found / rest, anyHit: found > 0 ? 1 : 0 };
      for (const slice of reportSlices) {
        if (this.#slices[slice][prefix] !== 1) continue;
        for (const measure of reportMeasures) this.#sums[index]![slice][measure].add(group, values[measure]);
      }
    }
    return list;
  }

  result(estimate: (mean: SessionMean) => Estimate): Readonly<Record<string, { readonly [S in ReportSlice]: SliceReport | null }>> {
    return Object.fromEntries(reportKs.map((k, index) => [String(k), bySlice((slice) => {
      const measures = this.#sums[index]![slice];
      if (measures.hit.n === 0) return null;
      return { n: measures.hit.n, sessions: measures.hit.sums.size, measures: Object.fromEntries(reportMeasures.map((measure) => [measure, estimate(measures[measure])])) as SliceReport['measures'] };
    })]));
  }
}

/** Ranks of the next category among the labels of a level, ties against, by slice. */
export class LabelHits {
  unlabelled = 0;
  readonly #slices: Slices;
  readonly #sums: { readonly [S in ReportSlice]: { readonly hit: readonly SessionMean[]; readonly mrr: SessionMean; readonly ndcg: SessionMean } };

  constructor(slices: Slices) {
    this.#slices = slices;
    this.#sums = bySlice(() => ({ hit: labelKs.map(() => new SessionMean()), mrr: new SessionMean(), ndcg: new SessionMean() }));
  }

  get means(): SessionMean[] {
    return Object.values(this.#sums).flatMap(({ hit, mrr, ndcg }) => [...hit, mrr, ndcg]);
  }

  add(prefix: number, group: number, probabilities: Float32Array, label: number): void {
    const own = probabilities[label]!;
    if (Number.isNaN(own)) throw new Error('A category score is not a number: the run is invalid.');
    let rank = 0;
    for (let other = 0; other < probabilities.length; other++) if (probabilities[other]! >= own) rank++;
    const most = labelKs.at(-1)!;
    for (const slice of reportSlices) {
      if (this.#slices[slice][prefix] !== 1) continue;
      const { hit, mrr, ndcg } = this.#sums[slice];
      for (const [index, k] of labelKs.entries()) hit[index]!.add(group, rank <= k ? 1 : 0);
      mrr.add(group, rank <= most ? 1 / rank : 0);
      ndcg.add(group, rank <= most ? 1 / Math.log2(1 + rank) : 0);
    }
  }

  result(estimate: (mean: SessionMean) => Estimate): { readonly [S in ReportSlice]: LabelReport | null } {
    return bySlice((slice) => {
      const { hit, mrr, ndcg } = this.#sums[slice];
      if (mrr.n === 0) return null;
      return { n: mrr.n, sessions: mrr.sums.size, hit: Object.fromEntries(labelKs.map((k, index) => [String(k), estimate(hit[index]!)])), mrr: estimate(mrr), ndcg: estimate(ndcg) };
    });
  }
}

function bySlice<T>(make: (slice: ReportSlice) => T): { readonly [S in ReportSlice]: T } {
  return { all: make('all'), sparse: make('sparse'), tail: make('tail'), cold: make('cold') };
}
