/** From a scorer and recorded sessions to the report of `evaluate`: the definitions of measures.md, streamed a batch at a time. */
import { collectExposure, findOffset, measureExposure } from './equal-exposure.ts';
import {
  allPrefixes, learnableRows, selectPrefixes, splitSessions, testPrefixes, trainingCounts, validationPrefixes,
} from './examples.ts';
import type { PrefixSet, SessionSplit } from './examples.ts';
import type { CompareJob, EvaluateJob, EvaluationReport, Metrics } from './jobs.ts';
import { MetricSums, TopList, giniIndex, hitAt, standTarget } from './metrics.ts';
import type { Ties } from './metrics.ts';
import { Random } from './random.ts';
import { scoreBatches } from './scorer.ts';
import type { CategoryLevel, Scorer } from './scorer.ts';

export interface RankingOptions {
  /** [items] 1 for SKUs that are ranked; drafts and retired SKUs never are */
  readonly candidates: Uint8Array;
  readonly ks: readonly number[];
  /** The prefix's items leave the candidates; a target already seen is a miss and stays in the denominator. */
  readonly excludeSeen: boolean;
  readonly ties?: Ties;
  /** Added to the scores of some rows before ranking. */
  readonly offset?: { readonly rows: Int32Array; readonly value: number };
  /** [prefixes] each, 1 where the prefix belongs to the slice; `all` is always there. */
  readonly slices?: Readonly<Record<string, Uint8Array>>;
}

export interface Ranking {
  /** By K, then by slice. Empty where the scorer ranks no items. */
  readonly k: Readonly<Record<string, Readonly<Record<string, Metrics>>>>;
  /** [prefixes] rank of the target at the largest K, ties against; 0 outside. What a paired bootstrap compares. */
  readonly ranks: Int32Array;
  /** [items] top-K slots (largest K) each row took */
  readonly slots: Int32Array;
  /** HIT with ties for us minus against us, largest K */
  readonly tieGap: number;
  /** Targets the scorer cannot score at all: print "cannot score", not 0. */
  readonly unscored: number;
  readonly categories: EvaluationReport['categories'];
}

/** Ranks the candidates for every prefix and takes the means. Throws where a candidate's score is not a number. */
export async function rankPrefixes(scorer: Scorer, prefixes: PrefixSet, options: RankingOptions): Promise<Ranking> {
  return (await rankUnder(scorer, prefixes, options, [options.excludeSeen]))[0]!;
}

/** The same under several switches `excludeSeen`, false before true: what is scored once is ranked under each. */
async function rankUnder(scorer: Scorer, prefixes: PrefixSet, options: Omit<RankingOptions, 'excludeSeen'>, switches: readonly boolean[]): Promise<Ranking[]> {
  const { candidates: isCandidate, ties = 'against', offset } = options;
  const itemCount = isCandidate.length;
  const ks = [...options.ks].sort((a, b) => a - b);
  const candidates = Int32Array.from(isCandidate.keys()).filter((row) => isCandidate[row] === 1);
  const slices = { all: new Uint8Array(prefixes.ends.length).fill(1), ...options.slices };
  const lists = switches.map(() => new RankedLists(prefixes, candidates, isCandidate, ks, ties, slices));
  const labels = (scorer.categories?.levels ?? []).map((level) => new LabelHits(level, ks));
  let unscored = 0;
  for await (const { from, batch, scores, categories } of scoreBatches(scorer, prefixes, itemCount)) {
    for (let b = 0; b < batch.offsets.length - 1; b++) {
      const prefix = from + b;
      const target = prefixes.items[prefixes.ends[prefix]!]!;
      labels.forEach((level, l) => level.add(categories![l]!, b, target));
      if (scores === null) continue;
      const row = scores.subarray(b * itemCount, (b + 1) * itemCount);
      if (row[target] === -Infinity) unscored++;
      if (offset !== undefined) for (const item of offset.rows) row[item]! += offset.value;
      switches.forEach((excludeSeen, index) => {
        if (excludeSeen) for (let i = batch.offsets[b]!; i < batch.offsets[b + 1]!; i++) row[batch.items[i]!] = -Infinity;
        lists[index]!.add(prefix, row);
      });
    }
  }
  const categories = Object.fromEntries(labels.map((level) => [level.name, level.result()]));
  return lists.map((list) => ({ ...list.result(), k: scorer.scores === undefined ? {} : list.means(), unscored, categories }));
}

/** The ranked lists of all prefixes under one set of switches, and what is counted of them. */
class RankedLists {
  readonly #prefixes: PrefixSet;
  readonly #candidates: Int32Array;
  readonly #isCandidate: Uint8Array;
  readonly #ks: readonly number[];
  readonly #ties: Ties;
  readonly #buckets: readonly (readonly { readonly name: string; readonly member: Uint8Array; readonly sums: MetricSums }[])[];
  readonly #list: TopList;
  /** [items] the last prefix whose rest holds the row */
  readonly #restOf: Int32Array;
  readonly #ranks: Int32Array;
  readonly #slots: Int32Array;
  #tieGap = 0;

  constructor(prefixes: PrefixSet, candidates: Int32Array, isCandidate: Uint8Array, ks: readonly number[], ties: Ties, slices: Readonly<Record<string, Uint8Array>>) {
    this.#prefixes = prefixes;
    this.#candidates = candidates;
    this.#isCandidate = isCandidate;
    this.#ks = ks;
    this.#ties = ties;
    this.#buckets = ks.map(() => Object.entries(slices).map(([name, member]) => ({ name, member, sums: new MetricSums() })));
    this.#list = new TopList(ks.at(-1)! + 1);
    this.#restOf = new Int32Array(isCandidate.length).fill(-1);
    this.#ranks = new Int32Array(prefixes.ends.length);
    this.#slots = new Int32Array(isCandidate.length);
  }

  /** `row` is [items]: the scores of one prefix, seen items masked where they are to leave. */
  add(prefix: number, row: Float32Array): void {
    const { items, ends, restEnds } = this.#prefixes;
    const list = this.#list;
    const target = items[ends[prefix]!]!;
    const largest = this.#ks.at(-1)!;
    list.fill(row, this.#candidates);
    const standing = standTarget(list, row, this.#candidates, this.#isCandidate, target);
    const restEnd = restEnds[prefix]!;
    for (let i = ends[prefix]!; i < restEnd; i++) this.#restOf[items[i]!] = prefix;
    let place = 0;
    let restHits = 0;
    this.#ks.forEach((k, index) => {
      for (const cut = list.cut(k); place < cut; place++) {
        if (this.#restOf[list.rows[place]!] === prefix) restHits++;
        this.#slots[list.rows[place]!]!++; // each place once: the top K of a smaller K is a beginning of the larger one
      }
      for (const { member, sums } of this.#buckets[index]!) {
        if (member[prefix] === 1) sums.add(standing, this.#ties, k, restHits, restEnd - ends[prefix]!);
      }
    });
    if (hitAt(standing, 'against', largest) > 0) this.#ranks[prefix] = standing!.better + standing!.tied + 1;
    this.#tieGap += hitAt(standing, 'for', largest) - hitAt(standing, 'against', largest);
  }

  means(): Ranking['k'] {
    return Object.fromEntries(this.#ks.map((k, index) => [String(k), Object.fromEntries(this.#buckets[index]!.map(({ name, sums }) => [name, sums.means()]))]));
  }

  result(): Pick<Ranking, 'ranks' | 'slots' | 'tieGap'> {
    return { ranks: this.#ranks, slots: this.#slots, tieGap: this.#tieGap / Math.max(1, this.#prefixes.ends.length) };
  }
}

/** HIT@K among the labels of one level, ties against. Targets without a label are left out and counted. */
class LabelHits {
  readonly name: string;
  readonly #level: CategoryLevel;
  readonly #hits: Map<number, number>;
  #n = 0;
  #unlabelled = 0;

  constructor(level: CategoryLevel, ks: readonly number[]) {
    this.name = level.name;
    this.#level = level;
    this.#hits = new Map([...new Set([1, 5, 20, ...ks])].sort((a, b) => a - b).map((k) => [k, 0]));
  }

  /** `scores` is row-major [batch, labels]; `b` the prefix's row in it. */
  add(scores: Float32Array, b: number, target: number): void {
    const label = this.#level.labelOf[target]!;
    if (label < 0) {
      this.#unlabelled++;
      return;
    }
    this.#n++;
    const width = this.#level.labels.length;
    const own = scores[b * width + label]!;
    let rank = 0;
    for (let other = b * width; other < (b + 1) * width; other++) if (scores[other]! >= own) rank++;
    if (Number.isNaN(own)) throw new Error(`A ${this.name} score is not a number: the run is invalid.`);
    for (const [k, hits] of this.#hits) if (rank <= k) this.#hits.set(k, hits + 1);
  }

  result(): { n: number; unlabelled: number; hit: Record<string, number> } {
    const hit = Object.fromEntries([...this.#hits].map(([k, hits]) => [String(k), hits / Math.max(1, this.#n)]));
    return { n: this.#n, unlabelled: this.#unlabelled, hit };
  }
}

/** A report and what a paired comparison of two systems on the same prefixes needs. */
export interface Evaluation {
  readonly report: EvaluationReport;
  /** [prefixes] see `Ranking.ranks` */
  readonly ranks: Int32Array;
  /** [prefixes] row of the session */
  readonly sessions: Int32Array;
}

/** Cells (prefixes x items) an exposure population may cost; larger populations are sampled. All of amazon_scientific fits. */
const exposureCells = 500_000_000;
const exposureSeed = 1;

/** Evaluates a scorer as a job asks. `hidden` rows count no training events; a draft target needs to be made live by the caller. */
export async function evaluateScorer(scorer: Scorer, job: Omit<EvaluateJob, 'system'>): Promise<Evaluation> {
  return (await evaluateUnder(scorer, job, [job.excludeSeen]))[0]!;
}

/** Repeats allowed and removed in one pass over the test split: scored once, ranked twice. */
export async function compareRepeats(scorer: Scorer, job: Omit<CompareJob, 'system'>): Promise<{ readonly allowed: Evaluation; readonly removed: Evaluation }> {
  const [allowed, removed] = await evaluateUnder(scorer, { ...job, targets: null, candidates: 'all', prefixes: 'test', equalExposure: false }, [false, true]);
  return { allowed: allowed!, removed: removed! };
}

/** Several `switches` (`excludeSeen`, false before true) only without listed targets: an offset would hold for one of them. */
async function evaluateUnder(scorer: Scorer, job: Omit<EvaluateJob, 'system' | 'excludeSeen'>, switches: readonly boolean[]): Promise<Evaluation[]> {
  const started = performance.now();
  const { dataset: { items, live, sessions: table, hash }, targets } = job;
  if (job.equalExposure && (targets === null || job.candidates === 'targets')) {
    throw new Error('Equal exposure needs listed targets that compete with all other SKUs: give targets, and rank among all candidates.');
  }
  const split = splitSessions(table);
  const learnable = learnableRows(live, job.hidden);
  const population = collectPopulation(job, split, learnable);
  const isTarget = new Uint8Array(items.length);
  for (const row of targets ?? []) isTarget[row] = 1;
  const prefixes = targets === null ? population : selectPrefixes(population, (row) => isTarget[row] === 1);
  const candidates = job.candidates === 'all' || targets === null ? live : live.map((value, row) => value & isTarget[row]!);

  const comparison = targets === null || job.candidates === 'targets' || scorer.scores === undefined
    ? null : await compareExposure(scorer, population, prefixes.ends.length / Math.max(1, population.ends.length), isTarget, job, switches[0]!);
  const { offset, exposure } = comparison ?? { offset: 0, exposure: null };
  const rankings = await rankUnder(scorer, prefixes, {
    candidates, ks: job.ks,
    slices: sliceTargets(prefixes, table, trainingCounts(table, split, learnable)),
    ...(offset !== 0 && targets !== null ? { offset: { rows: targets, value: offset } } : {}),
  }, switches);
  const seconds = (performance.now() - started) / 1000;
  return rankings.map((ranking, index) => {
    const taken = ranking.slots.filter((_, row) => candidates[row] === 1);
    const report: EvaluationReport = {
      system: scorer.name,
      data: { hash, items: items.length, sessions: table.offsets.length - 1, events: table.items.length },
      protocol: {
        prefixes: job.prefixes, candidates: job.candidates, repeats: switches[index] ? 'removed' : 'allowed', ties: 'against',
        equalExposure: job.equalExposure, offset, targets: targets?.length ?? null, fit: scorer.fit ?? null, split: split.description,
        leftOut: prefixes.leftOut,
      },
      k: ranking.k as EvaluationReport['k'],
      categories: ranking.categories,
      coverage: taken.reduce((total, count) => total + (count > 0 ? 1 : 0), 0) / Math.max(1, taken.length),
      gini: giniIndex(taken),
      exposureRatio: exposure?.ratio ?? null,
      exposure,
      tieGap: ranking.tieGap,
      unscored: ranking.unscored,
      seconds,
    };
    return { report, ranks: ranking.ranks, sessions: prefixes.sessions };
  });
}

function collectPopulation(job: Pick<EvaluateJob, 'dataset' | 'prefixes'>, split: SessionSplit, learnable: Uint8Array): PrefixSet {
  const { sessions, live } = job.dataset;
  switch (job.prefixes) {
    case 'test': return testPrefixes(sessions, split, live);
    case 'valid': return validationPrefixes(sessions, split, learnable);
    case 'all': return allPrefixes(sessions, live);
    default: return job.prefixes satisfies never;
  }
}

/** [prefixes] each: whole session with an item of < 10 training events; target with < 10; target with none. */
export function sliceTargets(prefixes: PrefixSet, table: EvaluateJob['dataset']['sessions'], counts: Int32Array): Record<'sparse' | 'tail' | 'cold', Uint8Array> {
  const few = 10;
  const sparse = (session: number): boolean =>
    table.items.subarray(table.offsets[session], table.offsets[session + 1]).some((row) => row >= 0 && counts[row]! < few);
  const count = (index: number): number => counts[prefixes.items[prefixes.ends[index]!]!]!;
  return {
    sparse: Uint8Array.from(prefixes.sessions, (session) => (sparse(session) ? 1 : 0)),
    tail: Uint8Array.from(prefixes.ends, (_, index) => (count(index) < few ? 1 : 0)),
    cold: Uint8Array.from(prefixes.ends, (_, index) => (count(index) === 0 ? 1 : 0)),
  };
}

async function compareExposure(
  scorer: Scorer, population: PrefixSet, clickShare: number, isTarget: Uint8Array, job: Omit<EvaluateJob, 'system' | 'excludeSeen'>, excludeSeen: boolean,
): Promise<{ readonly offset: number; readonly exposure: EvaluationReport['exposure'] }> {
  const { live } = job.dataset;
  const n = population.ends.length;
  const bound = Math.max(1, Math.floor(exposureCells / live.length));
  const drawn = n <= bound ? null : new Set(new Random(exposureSeed).shuffle(Int32Array.from({ length: n }, (_, i) => i)).subarray(0, bound));
  const sample = drawn === null ? population : selectPrefixes(population, (_, index) => drawn.has(index));
  const collected = await collectExposure(scorer, sample, live, isTarget, Math.max(...job.ks), excludeSeen);
  const offset = job.equalExposure ? findOffset(collected, clickShare) : 0;
  const [plain, raised] = [measureExposure(collected, 0), measureExposure(collected, offset)];
  const ratio = (share: number): number => (clickShare === 0 ? 0 : share / clickShare);
  return {
    offset,
    exposure: {
      prefixes: sample.ends.length, of: n, clicks: clickShare, ratio: ratio(raised.share), ratioWithoutOffset: ratio(plain.share),
      warmHit: raised.warmHit, warmHitWithoutOffset: plain.warmHit,
    },
  };
}
