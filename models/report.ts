/**
 * The report of one trained model on the test split: every measure of measures.md by slice with bootstrap intervals over sessions,
 * whether its probabilities come true, which sibling categories it takes for each other, and who takes the slots.
 */
import { ConfusionCounts } from './confusion.ts';
import { learnableRows, splitSessions, testPrefixes, trainingCounts } from './examples.ts';
import { sliceTargets } from './evaluate.ts';
import type { CategoryAttribute } from './features.ts';
import { bootstrapMeans, type SessionMean } from './intervals.ts';
import type { Dataset } from './jobs.ts';
import { giniIndex, type TopList } from './metrics.ts';
import { ReliabilityPairs } from './reliability.ts';
import { softmaxOver, topLabels } from './ranking.ts';
import type { Estimate, ExposureReport, ReportNumbers } from './report-jobs.ts';
import { ItemLists, LabelHits } from './report-sums.ts';
import { scoreBatches, type Scorer } from './scorer.ts';
import { logitOf, type Temperatures } from './temperature.ts';

/** What a report needs besides the scorer. */
export interface ReportSource {
  readonly dataset: Dataset;
  readonly hidden: Int32Array;
  /** Attributes behind `scorer.categories.levels`. */
  readonly attributes: readonly CategoryAttribute[];
  /** That of items is yet to be applied; categories come with theirs. */
  readonly temperatures: Temperatures;
  /** Names of a label from the top down. */
  readonly pathOf: (level: number, label: number) => readonly string[];
}

const bootstrap = { seed: 1, resamples: 1000 } as const;
/** Exponentials of the item softmax: all of amazon_scientific, every n-th moment of larger sets. */
const calibrationCells = 300_000_000;
const listed = { items: 20, labels: 8, exposed: 10, points: 50 } as const;

/** `tell` hears 0…1 and is awaited. */
export async function measureReport(scorer: Scorer, { dataset, hidden, attributes, temperatures, pathOf }: ReportSource, tell: (done: number) => Promise<void> = async () => {}): Promise<ReportNumbers> {
  const started = performance.now();
  const { items, live, sessions: table, hash } = dataset;
  const split = splitSessions(table);
  const prefixes = testPrefixes(table, split, live);
  const candidates = Int32Array.from(live.keys()).filter((row) => live[row] === 1);
  const slices = { all: new Uint8Array(prefixes.ends.length).fill(1), ...sliceTargets(prefixes, table, trainingCounts(table, split, learnableRows(live, hidden))) };
  const groupOf = numberSessions(prefixes.sessions);
  const lists = { allowed: new ItemLists(prefixes, candidates, live, slices), removed: new ItemLists(prefixes, candidates, live, slices) };
  const levels = scorer.categories?.levels ?? [];
  const labels = levels.map((level, index) => ({ level, hits: new LabelHits(slices), confusion: new ConfusionCounts(attributes[index]!.keys), first: new ReliabilityPairs(), listed: new ReliabilityPairs() }));
  const logit = logitOf(temperatures['item']);
  const itemPairs = { first: new ReliabilityPairs(), listed: new ReliabilityPairs() };
  const step = Math.max(1, Math.ceil((prefixes.ends.length * candidates.length) / calibrationCells));

  for await (const { from, batch, scores, categories } of scoreBatches(scorer, prefixes, items.length)) {
    for (let b = 0; b < batch.offsets.length - 1; b++) {
      const prefix = from + b;
      const group = groupOf[prefix]!;
      const target = prefixes.items[prefixes.ends[prefix]!]!;
      for (const [index, { level, hits, confusion, first, listed: shown }] of labels.entries()) {
        const width = level.labels.length;
        const own = categories![index]!.subarray(b * width, (b + 1) * width);
        const label = level.labelOf[target]!;
        if (label < 0) {
          hits.unlabelled++;
          continue;
        }
        hits.add(prefix, group, own, label);
        confusion.add(own, label, prefixes.sessions[prefix]!, target);
        pairLabels(own, label, first, shown);
      }
      if (scores === null) continue;
      const row = scores.subarray(b * items.length, (b + 1) * items.length);
      lists.allowed.add(prefix, group, row);
      const session = batch.items.subarray(batch.offsets[b], batch.offsets[b + 1]);
      for (const seen of session) row[seen] = -Infinity;
      const list = lists.removed.add(prefix, group, row);
      if (prefix % step === 0 && !session.includes(target)) pairItems(list, softmaxOver(row, live, logit), target, itemPairs);
    }
    await tell(0.7 * (Math.min(prefixes.ends.length, from + batch.offsets.length - 1) / prefixes.ends.length));
  }

  const means = [...lists.allowed.means, ...lists.removed.means, ...labels.flatMap(({ hits }) => hits.means)];
  const sessions = groupOf.reduce((most, group) => Math.max(most, group + 1), 0);
  const estimates = await bootstrapMeans(means, sessions, { ...bootstrap, tell: (done) => tell(0.7 + (0.3 * done) / bootstrap.resamples) });
  const found = new Map(means.map((mean, index) => [mean, estimates[index]!]));
  const estimate = (mean: SessionMean): Estimate => found.get(mean)!;
  const clicks = new Int32Array(items.length);
  for (const end of prefixes.ends) clicks[prefixes.items[end]!]!++;
  return {
    data: { hash, items: items.length, sessions: table.offsets.length - 1, events: table.items.length },
    protocol: { split: split.description, fit: scorer.fit ?? null, ties: 'against', leftOut: prefixes.leftOut, hidden: hidden.length, ...bootstrap },
    prefixes: prefixes.ends.length, sessions,
    items: { allowed: lists.allowed.result(estimate), removed: lists.removed.result(estimate) },
    categories: Object.fromEntries(labels.map(({ level, hits }) => [level.name, { unlabelled: hits.unlabelled, slices: hits.result(estimate) }])),
    calibration: [
      ...(['first', 'listed'] as const).map((of) => ({ task: 'item', of, temperature: temperatures['item'] ?? null, ...itemPairs[of].result() })),
      ...labels.flatMap(({ level: { name }, ...pairs }) => (['first', 'listed'] as const).map((of) => ({ task: name, of, temperature: temperatures[name] ?? null, ...pairs[of].result() }))),
    ],
    confusion: labels.map(({ level, confusion }, index) => {
      const { pairs, ...counts } = confusion.result();
      return { level: level.name, ...counts, pairs: pairs.map(({ actual, predicted, ...rest }) => ({ actual: pathOf(index, actual), predicted: pathOf(index, predicted), ...rest })) };
    }),
    exposure: { allowed: describeSlots(lists.allowed.slots, candidates), removed: describeSlots(lists.removed.slots, candidates) },
    clicks: describeSlots(clicks, candidates),
    seconds: (performance.now() - started) / 1000,
  };
}

/** [prefixes] sessions numbered from 0 in the order they come. */
function numberSessions(sessions: Int32Array): Int32Array {
  const group = new Map<number, number>();
  for (const session of sessions) if (!group.has(session)) group.set(session, group.size);
  return sessions.map((session) => group.get(session)!);
}

/** As screens show it: SKUs that were seen do not compete, and where the next is one of them nothing is counted. */
function pairItems(list: TopList, probabilityOf: (score: number) => number, target: number, pairs: { readonly first: ReliabilityPairs; readonly listed: ReliabilityPairs }): void {
  for (let place = 0; place < Math.min(listed.items, list.size); place++) {
    const probability = probabilityOf(list.values[place]!);
    const happened = list.rows[place] === target;
    if (place === 0) pairs.first.add(probability, happened);
    pairs.listed.add(probability, happened);
  }
}

function pairLabels(probabilities: Float32Array, actual: number, first: ReliabilityPairs, shown: ReliabilityPairs): void {
  for (const [place, label] of topLabels(probabilities, listed.labels).entries()) {
    if (place === 0) first.add(probabilities[label]!, label === actual);
    shown.add(probabilities[label]!, label === actual);
  }
}

/** @param slots [items] */
function describeSlots(slots: Int32Array, candidates: Int32Array): ExposureReport {
  const taken = Int32Array.from(candidates, (row) => slots[row]!);
  const ascending = taken.toSorted();
  const total = taken.reduce((sum, count) => sum + count, 0);
  const sums = new Float64Array(ascending.length + 1);
  for (let i = 0; i < ascending.length; i++) sums[i + 1] = sums[i]! + ascending[i]!;
  return {
    coverage: taken.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0) / Math.max(1, taken.length),
    gini: giniIndex(taken), slots: total,
    lorenz: Array.from({ length: listed.points + 1 }, (_, point) => (total === 0 ? 0 : between(sums, (point / listed.points) * ascending.length) / total)),
    top: [...candidates].sort((a, b) => slots[b]! - slots[a]! || a - b).slice(0, listed.exposed).filter((row) => slots[row]! > 0).map((row) => ({ row, slots: slots[row]! })),
  };
}

/** A value between two entries, on the straight line that joins them. */
function between(values: Float64Array, at: number): number {
  const below = Math.min(values.length - 1, Math.floor(at));
  const above = Math.min(values.length - 1, below + 1);
  return values[below]! + (at - below) * (values[above]! - values[below]!);
}
