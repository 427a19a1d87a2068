/** DEVELOPMENT HARNESS, never part of the product: a benchmark of made-up figures that has every state the screen must show. */
import { normalizeConfig } from '../../../models/config.ts';
import type { EvaluationReport, Metrics } from '../../../models/jobs.ts';
import type { BenchmarkRow, BenchmarkSystem, BenchmarkTable, PairedDifference, RowDifference, RunFacts, SeedMean, Slice, SliceMeans, SystemName } from '../../../electron/api/benchmark.ts';

const dataHash = '9f2c1e77ab04d1e8';
const split = 'Sessions of the last 7 days are the test; the last tenth of the others chooses the epoch.';
const slices = { all: 1, sparse: 0.72, tail: 0.41, cold: 0.22 } as const;
const counts = { all: 60_858, sparse: 33_654, tail: 12_092, cold: 818 } as const;

interface Spec {
  readonly name: SystemName;
  readonly label: string;
  readonly hit: number;
  readonly seeds?: readonly number[];
  readonly share?: number;
  readonly leaf?: number;
  readonly cold?: boolean;
  readonly parameters?: number;
  readonly seconds?: number;
  readonly speed?: number;
}

const specs: readonly Spec[] = [
  { name: 'popularity', label: 'Popularity', hit: 0.0089 }, { name: 'markov', label: 'Markov', hit: 0.3472 }, { name: 'co-occurrence', label: 'Co-occurrence', hit: 0.3765 },
  { name: 'vsknn', label: 'VSKNN', hit: 0.5203 }, { name: 'title-similarity', label: 'Title similarity', hit: 0.241, cold: true },
  { name: 'gru4rec', label: 'GRU4Rec', hit: 0.5043, leaf: 0, parameters: 8_843_000, seconds: 860, speed: 0.5 }, { name: 'narm', label: 'NARM', hit: 0.4931, leaf: 0, parameters: 9_120_000, seconds: 1_410, speed: 0.45 },
  { name: 'stamp', label: 'STAMP', hit: 0.4702, leaf: 0, parameters: 5_640_000, seconds: 540, speed: 0.6 },
  { name: 'trec-id', label: 'TRec-id', hit: 0.5011, leaf: 0, parameters: 11_490_000, seconds: 980, speed: 0.42 }, { name: 'mutrec-id', label: 'MuTRec-id', hit: 0.5127, leaf: 0.921, parameters: 11_870_000, seconds: 1_120, speed: 0.55 },
  { name: 'metrec', label: 'MeTRec', hit: 0.5188, seeds: [1, 2, 3], leaf: 0, cold: true, parameters: 3_912_000, seconds: 1_060, speed: 0.5 },
  { name: 'm2trec', label: 'M2TRec', hit: 0.5264, seeds: [1, 2, 3], leaf: 0.934, cold: true, parameters: 4_120_000, seconds: 1_180, speed: 0.62 },
  ...[0.1, 0.25, 0.5].flatMap((share) => [
    { name: 'm2trec', label: 'M2TRec', hit: 0.5264 + 0.075 * Math.log10(share), leaf: 0.93, share, cold: true, parameters: 4_120_000, seconds: 1_180 * share, speed: 0.6 } as const,
    { name: 'gru4rec', label: 'GRU4Rec', hit: 0.5043 + 0.19 * Math.log10(share), leaf: 0, share, parameters: 8_843_000, seconds: 860 * share, speed: 0.5 } as const,
  ]),
];

function metricsOf(hit: number, n: number): Metrics {
  const error = Math.sqrt((hit * (1 - hit)) / n);
  return { n, errors: { hit: error, mrr: error / 2, recall: error, anyHit: error, ndcg: error / 2 }, hit, mrr: hit * 0.34, recall: hit * 0.77, anyHit: Math.min(0.98, hit * 1.33), ndcg: hit * 0.47 };
}

function meanOf(value: number, n: number, seeds: number): SeedMean {
  return { mean: value, error: Math.sqrt((value * (1 - value)) / n), spread: seeds > 1 ? 0.0031 : null, lowest: value - (seeds > 1 ? 0.0034 : 0), highest: value + (seeds > 1 ? 0.0029 : 0) };
}

const factor = { '5': 0.52, '10': 0.73, '20': 1 } as const;
const repeatFactor = { allowed: 1, removed: 0.69 } as const;

function reportOf({ name, label, hit, cold }: Spec, repeats: 'allowed' | 'removed'): EvaluationReport {
  const at = (k: '5' | '10' | '20') => Object.fromEntries(Object.entries(slices).map(([slice, part]) => [slice, metricsOf(slice === 'cold' && cold !== true ? 0 : hit * part * factor[k] * repeatFactor[repeats], counts[slice as keyof typeof counts])])) as EvaluationReport['k'][string];
  return {
    system: label, data: { hash: dataHash, items: 43_097, sessions: 202_633, events: 982_961 },
    protocol: { prefixes: 'test', candidates: 'all', repeats, ties: 'against', equalExposure: false, offset: 0, targets: null, fit: 'train', split, leftOut: 0 },
    k: { '5': at('5'), '10': at('10'), '20': at('20') }, categories: {}, coverage: 0.712, gini: 0.61, exposureRatio: null, exposure: null, tieGap: 0.0002, unscored: cold === true || ['popularity', 'markov', 'co-occurrence', 'vsknn'].includes(name) ? 0 : 818, seconds: 12.4,
  };
}

function runOf(spec: Spec, seed: number): RunFacts {
  const epochs = 8;
  const rise = (epoch: number): number => spec.hit * (1 - Math.exp(-(spec.speed ?? 0.5) * (epoch + seed * 0.1)));
  return {
    config: normalizeConfig({ model: spec.name, seed, share: spec.share ?? 1 }), device: 'cpu', startedAt: Date.UTC(2026, 10, 20, 8 + seed, 12), seconds: spec.seconds ?? 900, epochs, bestEpoch: 7, chosenBy: 'ndcg@20', validation: null,
    parameters: spec.parameters ?? 4e6, bytes: (spec.parameters ?? 4e6) * 4, hidden: 0, active: false,
    convergence: Array.from({ length: epochs }, (_, index) => ({ epoch: index + 1, step: (index + 1) * 1_270, elapsed: ((index + 1) * (spec.seconds ?? 900)) / epochs, loss: 8 - rise(index + 1) * 4, validation: { 'hr@20': rise(index + 1), 'mrr@20': rise(index + 1) * 0.34, 'ndcg@20': rise(index + 1) * 0.47 } })),
  };
}

function keyOf({ name, share }: Spec, seed: number): string {
  return `20261120-0${seed}1201-${name}${share === undefined ? '' : `-${share * 100}`}`;
}

const isTrained = (spec: Spec): boolean => spec.parameters !== undefined;

function systemsOf(spec: Spec): readonly BenchmarkSystem[] {
  const seeds = isTrained(spec) ? (spec.seeds ?? [1]) : [0];
  return seeds.map((seed) => ({
    key: isTrained(spec) ? keyOf(spec, seed) : spec.name, kind: isTrained(spec) ? 'run' : 'baseline', name: spec.name, label: spec.label, group: `${spec.name}-${spec.share ?? 1}`, ranks: 'items', fit: 'train', run: isTrained(spec) ? runOf(spec, seed) : null,
    reports: { allowed: reportOf(spec, 'allowed'), removed: reportOf(spec, 'removed') }, comparable: true, remarks: spec.share === undefined ? [] : [`Learned from ${spec.share * 100} % of the training sessions.`],
  }));
}

function rowOf(spec: Spec): BenchmarkRow {
  const seeds = isTrained(spec) ? (spec.seeds ?? [1]) : [];
  const means = (repeats: 'allowed' | 'removed') => { const report = reportOf(spec, repeats); return Object.fromEntries(Object.entries(report.k).map(([k, bySlice]) => [k, Object.fromEntries(Object.entries(bySlice).map(([slice, metrics]): [string, SliceMeans | null] => [slice, slice === 'cold' && report.unscored > 0 ? null : {
    n: metrics.n, measures: Object.fromEntries((['hit', 'mrr', 'ndcg', 'recall', 'anyHit'] as const).map((measure) => [measure, meanOf(metrics[measure], metrics.n, seeds.length)])) as SliceMeans['measures'],
  }]))])) as NonNullable<BenchmarkRow['means']['allowed']>; };
  return {
    group: `${spec.name}-${spec.share ?? 1}`, label: spec.label, detail: [...(spec.leaf === undefined || spec.leaf === 0 && spec.cold === undefined ? [] : ['tied head, causal']), ...(spec.share === undefined || spec.share === 1 ? [] : [`${spec.share * 100} % of the sessions`])].join(', '), name: spec.name, kind: isTrained(spec) ? 'run' : 'baseline', systems: seeds.length === 0 ? [spec.name] : seeds.map((seed) => keyOf(spec, seed)), seeds,
    share: spec.share ?? 1, fit: 'train', parameters: spec.parameters ?? null, bytes: null, seconds: spec.seconds ?? null, means: { allowed: means('allowed'), removed: means('removed') }, categories: categoriesOf(spec.leaf ?? 0, seeds.length),
  };
}

function categoriesOf(leaf: number, seeds: number): BenchmarkRow['categories'] {
  if (leaf === 0) return {};
  return Object.fromEntries(['l1', 'l2', 'l3', 'leaf'].map((level, index) => {
    const at = (k: number): number => 1 - (1 - leaf) * (1 + (index - 3) * 0.18) * (k === 1 ? 3.2 : k === 5 ? 1.4 : 1);
    return [level, { n: 60_858 - index * 310, hit: Object.fromEntries([1, 5, 10, 20].map((k) => [String(k), meanOf(at(k), 60_858, seeds)])) }];
  }));
}

function heuristic(name: 'top-frequent-categories' | 'top-predicted-categories', label: string, leaf: number): { readonly system: BenchmarkSystem; readonly row: BenchmarkRow } {
  const spec: Spec = { name, label, hit: 0, leaf };
  return {
    system: { ...systemsOf(spec)[0]!, ranks: 'categories', reports: { allowed: null, removed: null } },
    row: { ...rowOf(spec), means: { allowed: null, removed: null } },
  };
}

const heuristics = [heuristic('top-frequent-categories', 'Top-N frequent', 0.884), heuristic('top-predicted-categories', 'Top-N predicted', 0.902)];

const stranger: BenchmarkSystem = { ...systemsOf(specs.at(-1)!)[0]!, key: '20261118-101010-m2trec', label: 'M2TRec', name: 'm2trec', comparable: false, remarks: ['It learned from other data (1c0ffee0a1b2): the catalogue or the sessions have changed since. Train it again to compare.'] };
const waiting: BenchmarkSystem = { ...systemsOf(specs[10]!)[0]!, key: '20261121-011201-metrec', run: runOf(specs[10]!, 4), reports: { allowed: null, removed: null } };

export const benchmarkTable: BenchmarkTable = {
  data: { hash: dataHash, items: 43_097, sessions: 202_633, events: 982_961, split, titles: true },
  systems: [...specs.flatMap(systemsOf), ...heuristics.map(({ system }) => system), stranger, waiting],
  rows: [...specs.map(rowOf), ...heuristics.map(({ row }) => row)],
  published: [{
    title: 'M2TRec, tables 2 and 3', source: 'Shalaby et al., RecSys 2022', protocol: 'Diginetica with titles and 119K items, K = 20.', recall: 'anyHit', reading: 'Its “Recall” is above HIT, so it cannot be session-rec’s; AnyHit is our reading.', repeats: 'removed', near: 'Near the paper’s set: other item filter, no titles.', k: 20,
    rows: [
      { label: 'NARM', all: { hit: 0.3049, recall: 0.476, mrr: 0.0813, ndcg: null }, sparse: { hit: 0.2178, recall: 0.369, mrr: 0.0555 }, size: null },
      { label: 'TRec-id', all: { hit: 0.3024, recall: 0.4696, mrr: 0.0855, ndcg: null }, sparse: { hit: 0.1693, recall: 0.2945, mrr: 0.0435 }, size: '110.3M' },
      { label: 'M2TRec', all: { hit: 0.3547, recall: 0.537, mrr: 0.0975, ndcg: null }, sparse: { hit: 0.2551, recall: 0.4101, mrr: 0.0663 }, size: '89.5M' },
    ],
  }],
  queue: null,
};

/** Large differences are shown, small ones are not. */
export function differenceOf(group: string, against: string, slice: Slice): RowDifference {
  const meanOf = (wanted: string, measure: 'hit' | 'mrr'): number => benchmarkTable.rows.find((row) => row.group === wanted)?.means.allowed?.['20']?.[slice]?.measures[measure].mean ?? 0;
  const difference = (measure: 'hit' | 'mrr'): PairedDifference => {
    const mean = meanOf(group, measure) - meanOf(against, measure);
    return { mean, interval: [mean - 0.007, mean + 0.007], shown: Math.abs(mean) > 0.007 };
  };
  return { n: counts[slice], hit: difference('hit'), mrr: difference('mrr') };
}
