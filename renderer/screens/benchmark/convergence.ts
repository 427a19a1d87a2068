/** Validation by epoch, or by second, of the runs at hand: one task against many. */
import type { BenchmarkSystem, BenchmarkTable, EpochPoint } from '../../../electron/api/benchmark.ts';
import { formatMetricName } from '../../state/format.ts';
import type { Series } from './lines.ts';
import { kinds } from './names.ts';
import { comparePair, summarize, type Curve, type Pair } from './verdict.ts';

export type By = 'epoch' | 'seconds';

/** Which runs are drawn: the two that the claim is about for each kind of input, or all. */
export type Input = 'metadata' | 'id' | 'all';

/** Comparable runs that measured themselves at least twice on all sessions. */
export function curvesOf(table: BenchmarkTable): readonly BenchmarkSystem[] {
  return table.systems.filter((system) => system.comparable && system.run !== null && system.run.config.share === 1 && system.run.convergence.length > 1);
}

/** Inputs for which a one-task and a many-task run exist, then all. */
export function inputsOf(systems: readonly BenchmarkSystem[]): readonly Input[] {
  const paired = pairsOf(systems).map(({ many }) => kinds[many.name].tone);
  return [...(['metadata', 'id'] as const).filter((input) => paired.includes(input)), 'all'];
}

export function measuresOf(systems: readonly BenchmarkSystem[]): readonly string[] {
  const names = new Set(systems.flatMap(({ run }) => run!.convergence.flatMap((point) => Object.keys(point.validation))));
  names.delete('n');
  // Item measures first, the one of the table before the others.
  const order = ['hr@20', 'mrr@20', 'ndcg@20'];
  return [...order.filter((name) => names.has(name)), ...[...names].filter((name) => !order.includes(name)).sort()];
}

/** Runs with the same settings and seed that differ in their tasks only. */
export function pairsOf(systems: readonly BenchmarkSystem[]): readonly { readonly one: BenchmarkSystem; readonly many: BenchmarkSystem }[] {
  const partners = { m2trec: 'metrec', 'mutrec-id': 'trec-id' } as const;
  return systems.flatMap((many) => {
    const partner = many.name === 'm2trec' || many.name === 'mutrec-id' ? partners[many.name] : null;
    const one = systems.find((other) => other.name === partner && sameButTasks(other, many));
    return one === undefined ? [] : [{ one, many }];
  });
}

function sameButTasks(one: BenchmarkSystem, many: BenchmarkSystem): boolean {
  // The weight of the category tasks means nothing to a run that has none.
  const rest = (system: BenchmarkSystem): string => JSON.stringify({ ...system.run!.config, model: null, categoryWeight: null });
  return rest(one) === rest(many) && one.run!.device === many.run!.device;
}

/** `names`: by group, what tells systems of one label apart. */
export function seriesOf(systems: readonly BenchmarkSystem[], names: ReadonlyMap<string, string>, input: Input, measure: string, by: By): readonly Series[] {
  const shown = systems.filter(({ name }) => input === 'all' || (kinds[name].tone === input && name !== 'trec-title'));
  const byGroup = Map.groupBy(shown, (system) => system.group);
  return shown.map((system) => ({
    key: system.key,
    ...namesOf(system, names.get(system.group) ?? system.label, byGroup.get(system.group)!),
    tone: kinds[system.name].tone,
    dashed: kinds[system.name].tasks === 'one',
    points: system.run!.convergence.flatMap((point) => {
      const [x, y] = [by === 'epoch' ? point.epoch : point.elapsed, point.validation[measure]];
      return x === null || y === undefined ? [] : [{ x, y, half: 0, marked: point.epoch === system.run!.bestEpoch }];
    }),
  }));
}

/** Runs that differ by seed only are named once, at the line of the first. */
function namesOf({ run, key }: BenchmarkSystem, name: string, same: readonly BenchmarkSystem[]): Pick<Series, 'label' | 'name'> {
  if (same.length === 1) return { label: name };
  return { label: `${name}, seed ${run!.config.seed}`, name: key === same[0]!.key ? `${name}, ${same.length} runs` : '' };
}

/** What the paired runs say about the claim, a sentence a pair and one for all of them. */
export function judge(systems: readonly BenchmarkSystem[], input: Input, measure: string): { readonly summary: string; readonly pairs: readonly string[] } {
  const pairs: readonly Pair[] = pairsOf(systems)
    .filter(({ many }) => input === 'all' || kinds[many.name].tone === input)
    .map(({ one, many }) => ({ one: curveOf(one, measure), many: curveOf(many, measure) }))
    .sort((a, b) => a.many.seed - b.many.seed);
  const verdicts = pairs.flatMap((pair) => comparePair(pair, formatMetricName(measure)) ?? []);
  return { summary: summarize(verdicts), pairs: verdicts.map(({ sentence }) => sentence) };
}

function curveOf(system: BenchmarkSystem, measure: string): Curve {
  const points = system.run!.convergence.flatMap((point: EpochPoint) => {
    const value = point.validation[measure];
    return value === undefined ? [] : [{ epoch: point.epoch, seconds: point.elapsed, value }];
  });
  return { label: system.label, seed: system.run!.config.seed, points };
}
