/** "How was this computed?" for every view: the definition in words, then the facts that make it checkable. */
import type { BenchmarkSystem, BenchmarkTable } from '../../../electron/api/benchmark.ts';
import { formatBytes, formatCount, formatDevice, formatSeconds, formatTime } from '../../state/format.ts';
import { fitWords, kinds, measureMeanings, measureName, repeatWords, sliceMeanings } from './names.ts';
import type { Settings, View } from './settings.ts';
import { percent, type Cell, type TableLine } from './table.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** A run to open. */
  readonly run?: string;
}

export interface Explanation {
  readonly title: string;
  readonly means: string;
  readonly value: string;
  readonly facts: readonly Fact[];
}

export function explainCell(line: TableLine, cell: Cell, table: BenchmarkTable, settings: Settings): Explanation {
  const members = line.row.systems.flatMap((key) => table.systems.find((system) => system.key === key) ?? []);
  const report = members[0]?.reports[settings.repeats] ?? null;
  const { measure, slice } = cell.column;
  return {
    title: `${line.row.label}, ${measureName(measure, settings.k)}, ${slice}`,
    means: `${measureMeanings[measure](settings.k)} ${sliceMeanings[slice]}`,
    value: valueWords(cell, line.row.seeds.length),
    facts: [
      { name: 'System', value: `${kinds[line.row.name].about}${line.row.detail === '' ? '' : ` (${line.row.detail})`}` },
      { name: 'Switches', value: `${repeatWords[settings.repeats]}, ties against the system, all SKUs ranked` },
      ...(line.row.fit === null ? [] : [{ name: 'Events', value: fitWords[line.row.fit] }]),
      ...members.flatMap(({ key, run }) => (run === null ? [] : [{ name: `Seed ${run.config.seed}`, value: key, run: key }])),
      ...trainingFacts(members, line),
      ...(report === null ? [] : [
        { name: 'Coverage', value: `${percent(report.coverage)} % of SKUs in any top ${largestK(report.k)}` },
        { name: 'Tie gap', value: `${percent(report.tieGap)} points${report.tieGap > 0.001 ? ': scores collapse' : ''}` },
        { name: 'Measured', value: `in ${formatSeconds(report.seconds)}` },
      ]),
      ...members.flatMap(({ remarks }) => remarks).filter((remark, index, all) => all.indexOf(remark) === index).map((value) => ({ name: 'Mind', value })),
    ],
  };
}

function valueWords(cell: Cell, seeds: number): string {
  if (cell.value === null) return `${cell.text === '–' ? 'Not measured' : `It ${cell.text} these`}${cell.n === 0 ? '' : `: ${formatCount(cell.n)} moments`}.`;
  const { mean, error, spread, lowest, highest } = cell.value;
  const over = spread === null ? '' : ` Mean of ${seeds} seeds, ${percent(lowest)} to ${percent(highest)}, standard deviation ${percent(spread)}.`;
  return `${percent(mean)} % ± ${percent(error)} (standard error over the moments), n = ${formatCount(cell.n)}.${over}`;
}

function trainingFacts(members: readonly BenchmarkSystem[], line: TableLine): readonly Fact[] {
  const run = members[0]?.run ?? null;
  if (run === null) return [];
  return [
    { name: 'Epochs', value: line.epochWords },
    { name: 'Size', value: `${formatCount(run.parameters)} parameters${run.bytes === null ? '' : `, ${formatBytes(run.bytes)}`}` },
    { name: 'Trained', value: `${formatTime(run.startedAt)}, ${formatSeconds(run.seconds)} on ${formatDevice(run.device)}` },
  ];
}

function largestK(reports: Readonly<Record<string, unknown>>): string {
  return String(Math.max(0, ...Object.keys(reports).map(Number)));
}

const colours: Fact = { name: 'Colours', value: 'blue: reads metadata; green: reads SKU ids; orange: neural baselines; grey: nothing is trained' };

/** What a chart means; its numbers stand in it and in its table. */
export const chartMeanings: { readonly [V in Exclude<View, 'table' | 'run'>]: (settings: Settings) => Explanation } = {
  categories: ({ labels }) => ({
    title: `HIT@${labels} of the next category`,
    means: `Share of moments whose next SKU has a category that stands in the system’s top ${labels} categories of that level. Moments whose SKU has no category there are left out.`,
    value: 'Whiskers: 95 % intervals from the standard error over the moments.',
    facts: [
      { name: 'Systems', value: 'learn the categories beside the next SKU (the paper’s multi-task models)' },
      { name: 'Heuristics', value: 'Top-N frequent: the categories seen most in the session. Top-N predicted: the categories of the predicted SKUs. Both are the paper’s.' },
      { name: 'Switches', value: 'ties against the system; repeats change nothing here' },
      colours,
    ],
  }),
  convergence: () => ({
    title: 'Convergence',
    means: 'The measure on the validation part at the end of each epoch. A pair differs in nothing but the tasks: same input, settings, seed and data.',
    value: 'The ring marks the epoch that was kept.',
    facts: [
      { name: 'Compared at', value: 'the level that both runs of a pair reach: the lower of their bests' },
      { name: 'Solid', value: 'learns next SKU and categories' },
      { name: 'Dashed', value: 'learns the next SKU only' },
      colours,
      { name: 'Seconds', value: 'training and validation on this machine, whatever else it did' },
    ],
  }),
  sessions: ({ k }) => ({
    title: 'Quality with less data',
    means: `Measures at K = ${k} on the whole test part of systems that learned from a share of the training sessions only. The shares are drawn by the seed.`,
    value: 'Whiskers: 95 % intervals from the standard error over the moments.',
    facts: [{ name: 'Same', value: 'test moments, candidates and switches at every share' }, { name: 'Keeps', value: 'the figure at the smallest share that was run, relative to the largest' }, colours],
  }),
  cost: ({ k }) => ({
    title: 'Size and time against quality',
    means: `HIT@${k} of each trained system by its parameters, and by the seconds one seed took to train and validate here.`,
    value: 'Up is better, left is cheaper. Whiskers: 95 % intervals.',
    facts: [colours, { name: 'Filled', value: 'learns next SKU and categories; open: the next SKU only' }, { name: 'Size', value: 'all trained numbers, rows of SKUs included' }, { name: 'Time', value: 'all epochs, not only those up to the best; from runs as they came, not from a timing benchmark' }],
  }),
};
