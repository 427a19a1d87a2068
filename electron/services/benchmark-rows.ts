/** The table in the paper's shape: systems that differ by seed only are one row, with mean and spread. */
import { normalizeConfig, type TrainingConfig } from '../../models/config.ts';
import type { EvaluationReport, Metrics } from '../../models/jobs.ts';
import type { BenchmarkRow, BenchmarkSystem, Measure, Repeats, SeedMean, Slice, SliceMeans } from '../api/benchmark.ts';
import { hasChoices, isBaseline, scoresCold, systemOrder } from './benchmark-systems.ts';

export const measures: readonly Measure[] = ['hit', 'mrr', 'ndcg', 'recall', 'anyHit'];
export const slices: readonly Slice[] = ['all', 'sparse', 'tail', 'cold'];

/** Rows of what compares and has a report, in the paper's order; larger shares of the data further down. */
export function buildRows(systems: readonly BenchmarkSystem[]): readonly BenchmarkRow[] {
  const shown = systems.filter(({ comparable, reports }) => comparable && (reports.allowed !== null || reports.removed !== null));
  const groups = [...Map.groupBy(shown, ({ group }) => group).values()].map(oneOfEachSeed);
  const byName = Map.groupBy(groups, ([first]) => first!.name);
  return groups
    .map((group) => buildRow(group, describeDetail(group, byName.get(group[0]!.name)!)))
    .sort((a, b) => systemOrder.indexOf(a.name) - systemOrder.indexOf(b.name) || a.share - b.share || a.detail.localeCompare(b.detail, 'en'));
}

/** The newest of each seed, by seed: the same run twice must not count as two. Systems come newest first. */
function oneOfEachSeed(group: readonly BenchmarkSystem[]): readonly BenchmarkSystem[] {
  const bySeed = Map.groupBy(group, ({ run }) => run?.config.seed ?? 0);
  return [...bySeed].sort(([a], [b]) => a - b).map(([, [newest]]) => newest!);
}

function buildRow(group: readonly BenchmarkSystem[], detail: string): BenchmarkRow {
  const { group: key, label, name, kind, fit, run } = group[0]!;
  const runs = group.flatMap((system) => (system.run === null ? [] : [system.run]));
  // All seeds or none: a mean over some of those that are named would be of another row.
  const reports = (repeats: Repeats): readonly EvaluationReport[] => {
    const found = group.flatMap((system) => system.reports[repeats] ?? []);
    return found.length === group.length ? found : [];
  };
  const cold = scoresCold(name, run?.config ?? null);
  const either = group.flatMap(({ reports: { allowed, removed } }) => allowed ?? removed ?? []);
  return {
    group: key, label, detail, name, kind, systems: group.map((system) => system.key), seeds: runs.map(({ config }) => config.seed), share: run?.config.share ?? 1, fit,
    parameters: run?.parameters ?? null, bytes: run?.bytes ?? null, seconds: runs.length === 0 ? null : mean(runs.map(({ seconds }) => seconds)),
    means: { allowed: meansByK(reports('allowed'), cold), removed: meansByK(reports('removed'), cold) },
    categories: categoryMeans(either),
  };
}

function meansByK(reports: readonly EvaluationReport[], cold: boolean): BenchmarkRow['means'][Repeats] {
  const ranked = reports.filter(({ k }) => Object.keys(k).length > 0);
  if (ranked.length === 0) return null;
  const sizes = Object.keys(ranked[0]!.k).filter((k) => ranked.every((report) => report.k[k] !== undefined));
  return Object.fromEntries(sizes.map((k) => [k, Object.fromEntries(slices.map((slice) => [slice, slice === 'cold' && !cold ? null : sliceMeans(ranked, k, slice)])) as Record<Slice, SliceMeans | null>]));
}

/** null where nothing was counted: a dash, not a 0. */
function sliceMeans(reports: readonly EvaluationReport[], k: string, slice: Slice): SliceMeans | null {
  const buckets = reports.map((report) => report.k[k]![slice]);
  if (buckets.some(({ n }) => n === 0)) return null;
  const over = (measure: Measure): SeedMean => seedMean(buckets.map((bucket) => bucket[measure]), buckets.map((bucket: Metrics) => bucket.errors[measure]));
  return { n: buckets[0]!.n, measures: Object.fromEntries(measures.map((measure) => [measure, over(measure)])) as Record<Measure, SeedMean> };
}

function categoryMeans(reports: readonly EvaluationReport[]): BenchmarkRow['categories'] {
  const [first] = reports;
  if (first === undefined) return {};
  const levels = Object.keys(first.categories).filter((level) => reports.every((report) => (report.categories[level]?.n ?? 0) > 0));
  return Object.fromEntries(levels.map((level) => {
    const results = reports.map((report) => report.categories[level]!);
    const hits = (k: string): readonly number[] => results.map(({ hit }) => hit[k] ?? 0);
    const errors = (k: string): readonly number[] => results.map(({ n, hit }) => Math.sqrt(((hit[k] ?? 0) * (1 - (hit[k] ?? 0))) / n));
    return [level, { n: results[0]!.n, hit: Object.fromEntries(Object.keys(results[0]!.hit).map((k) => [k, seedMean(hits(k), errors(k))])) }];
  }));
}

export function seedMean(values: readonly number[], errors: readonly number[]): SeedMean {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return {
    mean: middle, error: mean(errors), spread: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)),
    lowest: Math.min(...values), highest: Math.max(...values),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** In words, what tells this group from the others of its label. Head, mode and memory always: their numbers must not be mixed up, and the paper's models remember nothing. All sessions go without saying. */
function describeDetail(group: readonly BenchmarkSystem[], others: readonly (readonly BenchmarkSystem[])[]): string {
  const [first] = group;
  if (first?.run == null || isBaseline(first.name)) return '';
  const { config } = first.run;
  const configs = others.map(([system]) => system!.run!.config);
  const usual = normalizeConfig({ model: config.model });
  const told = (Object.keys(config) as (keyof TrainingConfig)[]).filter((name) => {
    if (saidElsewhere.has(name) || (name === 'share' && config.share === 1) || (name === 'epochs' && config.fit === 'train+valid')) return false;
    const text = JSON.stringify(config[name]);
    // Whatever was asked for beyond the full preset, and whatever differs between rows of one label.
    return (alwaysTold.has(name) && text !== JSON.stringify(usual[name])) || configs.some((other) => JSON.stringify(other[name]) !== text);
  });
  return [...(hasChoices(config.model) ? [`${config.head} head`, config.mode, config.memory ? 'with memory' : 'without memory'] : []), ...told.map((name) => describeSetting(name, config))].join(', ');
}

/** By the label, the number of seeds, or before the rest. */
const saidElsewhere = new Set<keyof TrainingConfig>(['model', 'seed', 'head', 'mode', 'memory']);
const alwaysTold = new Set<keyof TrainingConfig>(['share', 'fit', 'negatives', 'width', 'epochs', 'attributes']);

function describeSetting(name: keyof TrainingConfig, config: TrainingConfig): string {
  switch (name) {
    case 'share': return `${Number((100 * config.share).toFixed(1))} % of the sessions`;
    case 'fit': return config.fit === 'train' ? 'fit on train' : 'fit on train and validation';
    case 'negatives': return config.negatives === 0 ? 'exact softmax' : `${config.negatives.toLocaleString('en')} shared negatives`;
    case 'attributes': return config.attributes === null ? 'all attributes' : config.attributes.join(' + ');
    case 'epochs': return config.epochs === 1 ? '1 epoch' : `${config.epochs} epochs`;
    default: return `${name} ${String(config[name])}`;
  }
}
