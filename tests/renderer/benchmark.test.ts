import './svelte-modules.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BenchmarkSystem, BenchmarkTable } from '../../electron/api/benchmark.ts';
import { curvesOf, inputsOf, judge, pairsOf, seriesOf } from '../../renderer/screens/benchmark/convergence.ts';
import { costSeries } from '../../renderer/screens/benchmark/cost.ts';
import { explainCell } from '../../renderer/screens/benchmark/explain.ts';
import { drawLevels } from '../../renderer/screens/benchmark/levels.ts';
import { drawLines, spread, type Series } from '../../renderer/screens/benchmark/lines.ts';
import { readSettings, settingsAddress, standard, views, type Settings } from '../../renderer/screens/benchmark/settings.ts';
import { shareSeries, shareTable } from '../../renderer/screens/benchmark/shares.ts';
import { columnsOf, commonDetail, formatParameters, sectionsOf, setApart, shortNames } from '../../renderer/screens/benchmark/table.ts';
import { formatTickCount, formatTickPercent, formatTickSeconds } from '../../renderer/screens/benchmark/ticks.ts';
import { comparePair, summarize, type Curve } from '../../renderer/screens/benchmark/verdict.ts';
import type * as DifferenceModule from '../../renderer/screens/benchmark/difference.svelte.ts';
import type * as GridKeysModule from '../../renderer/screens/benchmark/grid-keys.svelte.ts';
import type * as PlanModule from '../../renderer/screens/benchmark/plan.svelte.ts';
import { benchmarkTable } from './harness/benchmark.ts';

const { Plan, estimate, readSeeds, whyNot } = (await import('../../renderer/screens/benchmark/plan.svelte.ts')) as typeof PlanModule;
const { DifferenceState, describeDifference, questionOf, rivalsOf } = (await import('../../renderer/screens/benchmark/difference.svelte.ts')) as typeof DifferenceModule;
const { cellAfterKey } = (await import('../../renderer/screens/benchmark/grid-keys.svelte.ts')) as typeof GridKeysModule;

/** Signs of percent stick to their numbers. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

const textOf = (table: BenchmarkTable, settings: Settings): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(sectionsOf(table, settings).flatMap((section) => section.lines.map(({ row, cells }) => [row.name, cells.map(({ text, best }) => (best ? `*${text}` : text))])));

test('what is looked at stands in the address, and comes back from it', () => {
  const settings = fc.record({ view: fc.constantFrom(...views), repeats: fc.constantFrom('allowed', 'removed'), recall: fc.constantFrom('recall', 'anyHit'), k: fc.constantFrom('5', '10', '20'), labels: fc.constantFrom('1', '5', '10', '20') }, { noNullPrototype: true });
  fc.assert(fc.property(settings, (given) => assert.deepEqual(readSettings(settingsAddress(given as Settings)), given)));
  assert.deepEqual([settingsAddress(standard), settingsAddress({ ...standard, k: '10', repeats: 'removed' }), readSettings('nowhere.k7')], ['', 'table.removed.k10', standard]);
});

test('the table: the paper’s columns, the best of each in bold, no zero where nothing was scored', () => {
  assert.deepEqual(columnsOf({ recall: 'anyHit', k: '10' }).map(({ head, label }) => `${head} ${label}`), [
    'HIT@10 All', 'HIT@10 Sparse', 'AnyHit@10 (rest) All', 'AnyHit@10 (rest) Sparse', 'MRR@10 All', 'MRR@10 Sparse', 'HIT@10 Tail', 'HIT@10 Cold',
  ]);
  const rows = textOf(benchmarkTable, standard);
  assert.deepEqual(rows['m2trec'], ['*52.64', '*37.90', '*40.53', '*29.18', '*17.90', '*12.89', '*21.58', '*11.58']);
  assert.deepEqual([rows['gru4rec']?.at(-1), rows['popularity']?.at(-1), rows['top-frequent-categories']], ['cannot score', '0.00', undefined]);
  assert.deepEqual(sectionsOf(benchmarkTable, standard).map(({ family, lines }) => [family, lines.length]), [['ours', 4], ['neural', 3], ['untrained', 5]]);
});

test('a switch changes every figure; what it has no report for is a dash', () => {
  const removed = textOf(benchmarkTable, { ...standard, repeats: 'removed' });
  assert.equal(removed['m2trec']?.[0], '*36.32');
  const without = { ...benchmarkTable, rows: benchmarkTable.rows.map((row) => (row.name === 'vsknn' ? { ...row, means: { ...row.means, removed: null } } : row)) };
  assert.deepEqual(textOf(without, { ...standard, repeats: 'removed' })['vsknn'], Array(8).fill('–'));
});

test('systems that saw other events do not take each other’s bold type', () => {
  const rows = benchmarkTable.rows.filter((row) => row.share === 1).map((row) => (row.name === 'vsknn' || row.name === 'markov' ? { ...row, fit: 'train+valid' as const } : row));
  const texts = textOf({ ...benchmarkTable, rows }, standard);
  assert.deepEqual([texts['vsknn']?.[0], texts['m2trec']?.[0], texts['markov']?.[0]], ['*52.03', '*52.64', '34.72']);
});

test('what all trained systems share is said once; what tells them apart stands under their names', () => {
  const details = (rows: BenchmarkTable['rows']): readonly string[] => sectionsOf({ ...benchmarkTable, rows }, standard).flatMap(({ lines }) => lines.filter(({ row }) => row.kind === 'run').map(({ detail }) => detail));
  const rows = benchmarkTable.rows.filter(({ name, share }) => share === 1 && (name === 'm2trec' || name === 'metrec'));
  const [metrec, m2trec] = [{ ...rows[0]!, detail: 'tied head, causal' }, { ...rows[1]!, detail: 'tied head, prefix' }];
  assert.deepEqual([details([metrec, m2trec]), commonDetail([metrec, m2trec])], [['causal', 'prefix'], ['tied head']]);
  const again = { ...m2trec, group: 'm2trec-again', detail: 'tied head, prefix, 4 epochs' };
  assert.deepEqual([details([metrec, m2trec, again]), [...shortNames([metrec, m2trec, again]).values()]], [['causal', 'prefix', '4 epochs, prefix'], ['MeTRec', 'M2TRec', 'M2TRec, 4 epochs']]);
});

test('every number explains itself: definition, n, error, seeds, runs, switches', () => {
  const line = sectionsOf(benchmarkTable, standard)[0]!.lines.find(({ row }) => row.name === 'm2trec')!;
  const { title, means, value, facts } = explainCell(line, line.cells[0]!, benchmarkTable, standard);
  assert.deepEqual([title, value], ['M2TRec, HIT@20, all', '52.64 % ± 0.20 (standard error over the moments), n = 60,858. Mean of 3 seeds, 52.30 to 52.93, standard deviation 0.31.']);
  assert.match(means, /Share of moments whose next SKU stands in the top 20/);
  assert.deepEqual(facts.flatMap(({ run }) => run ?? []), ['20261120-011201-m2trec', '20261120-021201-m2trec', '20261120-031201-m2trec']);
  assert.ok(facts.some(({ value: text }) => text.startsWith('repeats allowed, ties against the system')));
  assert.equal(line.epochWords, 'epoch 7 of 8, chosen on validation by NDCG@20');
});

test('what cannot be compared stands apart with its reason; what lacks a report waits', () => {
  const { incomparable, unmeasured } = setApart(benchmarkTable);
  assert.deepEqual(incomparable.map(({ key }) => key), ['20261118-101010-m2trec']);
  assert.match(incomparable[0]!.remarks[0]!, /learned from other data/);
  assert.ok(unmeasured.some(({ key }) => key === '20261121-011201-metrec'));
});

const curve = (label: string, values: readonly number[], secondsPerEpoch: number | null = 10): Curve => ({
  label, seed: 1, points: values.map((value, index) => ({ epoch: index + 1, value, seconds: secondsPerEpoch === null ? null : (index + 1) * secondsPerEpoch })),
});

test('the verdict on convergence follows from the runs: sooner, later, in part, not at all', () => {
  const one = curve('MeTRec', [0.2, 0.25, 0.3, 0.31]);
  const sooner = comparePair({ one, many: curve('M2TRec', [0.25, 0.31, 0.33, 0.34]) }, 'HR@20')!;
  assert.equal(plain(sooner.sentence), 'Seed 1: M2TRec reaches HR@20 31.00 % at epoch 2 against 4 of MeTRec, after 20 s against 40 s. Best: 34.00 % against 31.00 %.');
  assert.match(summarize([sooner]), /in fewer epochs in 1 of 1 pair, in less time in 1 of 1: the claim holds here\. Fewer than three pairs/);
  // Fewer epochs, each of them three times as long.
  const slow = comparePair({ one, many: curve('M2TRec', [0.25, 0.31, 0.33, 0.34], 30) }, 'HR@20')!;
  assert.deepEqual([slow.epochs, slow.time], ['sooner', 'later']);
  assert.match(summarize([slow]), /only in part/);
  // A worse system is compared where it gets to, not where it never does.
  const worse = comparePair({ one, many: curve('M2TRec', [0.1, 0.2, 0.22, 0.21]) }, 'HR@20')!;
  assert.match(worse.sentence, /reaches HR@20 22\.00\u00a0% at epoch 3 against 2 of MeTRec/);
  assert.match(summarize([worse]), /does not hold here/);
  assert.equal(comparePair({ one, many: curve('M2TRec', []) }, 'HR@20'), null);
  assert.deepEqual([comparePair({ one, many: curve('M2TRec', [0.2], null) }, 'HR@20')!.time, summarize([])], [null, '']);
});

test('pairs differ in their tasks only', () => {
  const systems = curvesOf(benchmarkTable);
  assert.ok(systems.every(({ comparable, run }) => comparable && run!.config.share === 1));
  assert.deepEqual(pairsOf(systems).map(({ one, many }) => `${one.name} ${many.name} ${many.run!.config.seed}`), ['trec-id mutrec-id 1', 'metrec m2trec 1', 'metrec m2trec 2', 'metrec m2trec 3']);
  const widened = systems.map((system): BenchmarkSystem => (system.name === 'metrec' ? { ...system, run: { ...system.run!, config: { ...system.run!.config, width: 64 } } } : system));
  assert.deepEqual([inputsOf(systems), inputsOf(widened), judge(widened, 'metadata', 'hr@20')], [['metadata', 'id', 'all'], ['id', 'all'], { summary: '', pairs: [] }]);
  assert.equal(judge(systems, 'metadata', 'hr@20').pairs.length, 3);
  const series = seriesOf(systems, new Map(), 'metadata', 'hr@20', 'seconds');
  assert.deepEqual(series.map(({ name, label, dashed }) => [label, name, dashed]).slice(-3), [['M2TRec, seed 2', '', false], ['M2TRec, seed 3', '', false], ['MeTRec, seed 4', '', true]]);
  assert.deepEqual(series.at(-2)!.points.filter(({ marked }) => marked).length, 1);
});

test('less data: a ladder for each system with two shares or more, and what it keeps', () => {
  assert.deepEqual(shareSeries(benchmarkTable, 'hit', standard).map(({ label, points }) => [label, points.map(({ x }) => x)]).sort(), [['GRU4Rec', [0.1, 0.25, 0.5, 1]], ['M2TRec', [0.1, 0.25, 0.5, 1]]]);
  const { columns, rows, kept } = shareTable(benchmarkTable, 'hit', standard);
  assert.deepEqual(columns.map(plain), ['System', '10 %', '25 %', '50 %', '100 %']);
  assert.deepEqual(rows.find(([label]) => label === 'M2TRec'), ['M2TRec', '45.14', '48.12', '50.38', '52.64']);
  assert.equal(plain(kept.find(({ label }) => label === 'M2TRec')!.words), 'keeps 86 % of its figure at 100 % with 10 % of the sessions.');
  // Without the smallest share for one system: a dash, and its own smallest counts.
  const partly = { ...benchmarkTable, rows: benchmarkTable.rows.filter((row) => row.name !== 'gru4rec' || row.share !== 0.1) };
  const gru = shareTable(partly, 'hit', standard);
  assert.deepEqual(gru.rows.find(([label]) => label === 'GRU4Rec'), ['GRU4Rec', '–', '38.99', '44.71', '50.43']);
  assert.equal(plain(gru.kept.find(({ label }) => label === 'GRU4Rec')!.words), 'keeps 77 % of its figure at 100 % with 25 % of the sessions.');
});

test('categories: systems before heuristics, levels from the root to the leaf, the best marked', () => {
  const { levels, lines } = drawLevels(benchmarkTable, { labels: '1' });
  assert.deepEqual(levels.map(({ name }) => name), ['l1', 'l2', 'l3', 'leaf']);
  assert.deepEqual(lines.map(({ label, heuristic }) => [label, heuristic]), [['MuTRec-id', false], ['M2TRec', false], ['Top-N frequent', true], ['Top-N predicted', true]]);
  assert.deepEqual(lines.map(({ bars }) => bars[3]?.best), [false, true, false, false]);
});

test('lines lie within their axes, names keep apart, whiskers span the interval', () => {
  const series: readonly Series[] = ['a', 'b', 'c'].map((key, index) => ({ key, label: key, tone: 'id', dashed: false, points: [{ x: 1, y: 0.5, half: 0 }, { x: 8, y: 0.6 + index / 1000, half: 0.02 }] }));
  const chart = drawLines(series, 400, 200, { scale: 'linear', text: String, whole: true }, { scale: 'linear', text: formatTickPercent });
  for (const { points } of chart.series) for (const { x, low, high } of points) assert.ok(x >= 0 && x <= 400 && high >= 0 && low <= 200);
  const names = chart.series.map(({ name }) => name!.y).sort((a, b) => a - b);
  assert.ok(names.every((y, index) => index === 0 || y - names[index - 1]! >= 15 - 1e-9));
  assert.ok(chart.xTicks.every(({ text }) => /^\d+$/.test(text)));
  assert.deepEqual(drawLines([], 400, 200, { scale: 'log', text: String }, { scale: 'linear', text: String }).series, []);
});

test('the name of a point stands to its left where another point is close on its right', () => {
  const point = (key: string, x: number, y: number): Series => ({ key, label: key, tone: 'id', dashed: false, points: [{ x, y, half: 0 }] });
  const left = (series: readonly Series[]) => drawLines(series, 400, 200, { scale: 'linear', text: String }, { scale: 'linear', text: String }).series.map(({ name }) => name!.left);
  assert.deepEqual([left([point('far', 0, 0), point('a', 50, 1), point('b', 55, 1), point('end', 100, 0)]), left([point('a', 0, 1), point('b', 5, 1), point('end', 100, 0)])], [[false, true, false, false], [false, false, false]]);
});

test('labels are moved apart, in order, no further than they must', () => {
  assert.deepEqual([spread([10, 50, 90], 15, 0, 100), spread([50, 50], 10, 0, 100), spread([99, 98], 10, 0, 100), spread([], 10, 0, 100)], [[10, 50, 90], [45, 55], [100, 90], []]);
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 12 }), (wanted) => {
    const placed = spread(wanted, 15, 0, 200);
    const sorted = [...placed].sort((a, b) => a - b);
    assert.ok(sorted.every((y, index) => index === 0 || y - sorted[index - 1]! >= 15 - 1e-6));
    assert.ok(wanted.every((y, index) => wanted.every((other, place) => y >= other || placed[index]! <= placed[place]!)));
  }));
});

test('size and time: a point for each trained system, round numbers on the axes', () => {
  assert.deepEqual(costSeries(benchmarkTable, 'seconds', standard).map(({ label }) => label), ['GRU4Rec', 'NARM', 'STAMP', 'TRec-id', 'MuTRec-id', 'MeTRec', 'M2TRec']);
  assert.deepEqual([formatTickSeconds(30), formatTickSeconds(600), formatTickSeconds(7200), formatTickCount(1e8), formatTickCount(2.5e6), formatTickCount(500_000), formatTickPercent(0.125)], ['30 s', '10 min', '2 h', '100M', '2.5M', '500k', '12.5']);
  assert.deepEqual([5_412_608, 412_608, 89_500_000, 110_300_000, 12].map(formatParameters), ['5.41M', '413k', '89.5M', '110M', '12']);
});

test('a plan says what it lacks, what it would train and how long that may take', () => {
  const plan = new Plan();
  plan.systems = new Set(['m2trec', 'gru4rec', 'popularity', 'title-similarity']);
  plan.seeds = '1, 2 2';
  plan.shares = new Set([1, 0.5]);
  assert.equal(plan.problem, '');
  assert.deepEqual(estimate(plan, { ...benchmarkTable, systems: benchmarkTable.systems.filter(({ name }) => name === 'm2trec') }), { trainings: 8, seconds: 2 * 1.5 * 1_180, unknown: 4 });
  assert.deepEqual(plan.request(benchmarkTable), { systems: ['m2trec', 'gru4rec', 'title-similarity', 'popularity'], seeds: [1, 2], shares: [1, 0.5], preset: 'full', device: 'auto' });
  const untitled = { ...benchmarkTable, data: { ...benchmarkTable.data!, titles: false } };
  assert.deepEqual([whyNot('trec-title', untitled), whyNot('m2trec', untitled), plan.request(untitled).systems], ['no SKU has a title', '', ['m2trec', 'gru4rec', 'popularity']]);
  assert.deepEqual([readSeeds('1,2, 3'), readSeeds(''), readSeeds('1, x'), readSeeds('-1')], [[1, 2, 3], null, null, null]);
  plan.seeds = 'one';
  assert.match(plan.problem, /Seeds are whole numbers/);
  plan.systems = new Set();
  assert.match(plan.problem, /at least one system/);
});

test('arrows move from number to number and stop at the edges', () => {
  const from = (key: string, far = false) => Object.values(cellAfterKey(key, far, 2, 3, 5, 8) ?? {});
  assert.deepEqual(['ArrowDown', 'ArrowUp', 'ArrowRight', 'ArrowLeft', 'Home', 'End', 'x'].map((key) => from(key)), [[3, 3], [1, 3], [2, 4], [2, 2], [2, 0], [2, 7], []]);
  assert.deepEqual([from('Home', true), from('End', true), cellAfterKey('ArrowUp', false, 0, 0, 5, 8), cellAfterKey('ArrowDown', false, 0, 0, 0, 8)], [[0, 0], [4, 7], { row: 0, column: 0 }, null]);
});

test('a claim that one is better needs the paired interval', () => {
  assert.equal(describeDifference({ mean: 0.0124, interval: [0.0031, 0.0217], shown: true }, 60_858), '+1.24 points, 95 % interval +0.31 to +2.17. Paired bootstrap over sessions, n = 60,858.');
  assert.equal(describeDifference({ mean: -0.002, interval: [-0.005, 0.001], shown: false }, 818), 'No difference shown: −0.20 points, 95 % interval −0.50 to +0.10 holds 0. Paired bootstrap over sessions, n = 818.');
  const lines = sectionsOf(benchmarkTable, standard).flatMap((section) => section.lines);
  const m2trec = lines.find(({ row }) => row.name === 'm2trec')!;
  const [hit, , recall] = m2trec.cells;
  const rivals = rivalsOf(m2trec, hit!, benchmarkTable, standard);
  assert.deepEqual(rivals.slice(0, 3).map(({ label }) => label), ['VSKNN', 'MeTRec', 'MuTRec-id']);
  assert.deepEqual(questionOf(m2trec, hit!, rivals[0], standard), { group: 'm2trec-1', against: 'vsknn-1', repeats: 'allowed', slice: 'all' });
  // No figures of the kind that can be paired: another measure, another K, nothing to read against.
  assert.deepEqual([questionOf(m2trec, recall!, rivals[0], standard), questionOf(m2trec, hit!, rivals[0], { ...standard, k: '10' }), questionOf(m2trec, hit!, undefined, standard)], [null, null, null]);
});

test('a difference is asked once for a number that is rested on, and an older answer is dropped', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const asked: string[] = [];
  const state = new DifferenceState({ difference: async ({ group }) => { asked.push(group); return { n: 1, hit: { mean: 0, interval: [0, 0], shown: false }, mrr: { mean: 0, interval: [0, 0], shown: false } }; } });
  const question = (group: string) => ({ group, against: 'x', repeats: 'allowed', slice: 'all' }) as const;
  state.ask(question('passed over'));
  state.ask(question('rested on'));
  state.ask(question('rested on'));
  context.mock.timers.tick(300);
  await Promise.resolve();
  assert.deepEqual(asked, ['rested on']);
  state.ask(null);
  context.mock.timers.tick(300);
  assert.deepEqual([asked, state.answer], [['rested on'], null]);
});
