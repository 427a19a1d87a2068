/** Long work as the frame shows it: what runs, how far it is, how long it will take. */
import type { BacktestProgress } from '../../electron/api/backtest.ts';
import type { BenchmarkProgress, BenchmarkTask } from '../../electron/api/benchmark.ts';
import type { ImportProgress } from '../../electron/api/catalog.ts';
import type { ModelOpening } from '../../electron/api/opening.ts';
import type { ReportProgress } from '../../electron/api/report.ts';
import type { TrainingProgress } from '../../electron/api/training.ts';
import type { Connection } from '../connect.ts';

/** A file's import, from its start to the moment the user closes its line. */
export interface ImportJob extends ImportProgress {
  readonly outcome: 'running' | 'done' | 'failed' | 'cancelled';
  readonly message: string;
}

export interface JobLine {
  readonly id: string;
  readonly kind: 'training' | 'import' | 'benchmark' | 'report' | 'backtest' | 'opening';
  readonly title: string;
  readonly phase: string;
  /** 0…1, or null while it cannot be told. */
  readonly done: number | null;
  readonly eta: number | null;
  readonly running: boolean;
  readonly paused: boolean;
}

export const phaseWords = {
  preparing: 'Reading the workspace', tokenizing: 'Learning the words', compiling: 'Building the graph', training: 'Training', validating: 'Validating', saving: 'Saving the model', done: 'Done',
} as const satisfies Record<TrainingProgress['phase'], string>;

export const openingWords = {
  reading: 'Reading the catalogue and the sessions', items: 'Encoding SKUs', likeness: 'Comparing SKUs without events with the others', moments: 'Encoding the moments of the panel',
  standings: 'Ranking all SKUs at each moment', demand: 'Encoding the moments of the panel',
} as const satisfies Record<ModelOpening['phase'], string>;

/** There is one queue. */
const benchmarkId = 'benchmark';
const reportId = 'report';
const openingId = 'opening';

const importTitles: Readonly<Record<ImportProgress['does'], (file: string) => string>> = {
  check: (file) => `Checking ${file}`, import: (file) => `Importing ${file}`, undo: (file) => `Taking back the import of ${file}`, redo: (file) => `Doing the import of ${file} again`,
};
const importWords = { reading: 'Reading rows', done: 'Done' } as const;
const publishingWords = { check: 'Comparing', import: 'Publishing', undo: 'Taking back', redo: 'Doing again' } as const satisfies Record<ImportProgress['does'], string>;

export class Jobs {
  training = $state.raw<TrainingProgress | null>(null);
  imports = $state.raw<readonly ImportJob[]>([]);
  /** The last queue of the benchmark; the trainings in it are its own and have no line beside it. */
  benchmark = $state.raw<BenchmarkProgress | null>(null);
  report = $state.raw<ReportProgress | null>(null);
  backtest = $state.raw<BacktestProgress | null>(null);
  /** A model that is being opened, as long as it is. */
  opening = $state.raw<ModelOpening | null>(null);
  readonly #backtestRuns = new Set<string>();
  readonly lines = $derived<readonly JobLine[]>([
    ...(this.opening === null ? [] : [openingLine(this.opening)]),
    ...(this.report === null ? [] : [reportLine(this.report)]),
    ...(this.benchmark === null ? [] : [benchmarkLine(this.benchmark)]),
    ...(this.backtest === null ? [] : [backtestLine(this.backtest)]),
    ...(this.training === null || this.isQueued(this.training.runId) ? [] : [trainingLine(this.training)]), ...this.imports.map(importLine),
  ]);
  readonly running = $derived(this.lines.filter((line) => line.running));
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.on('training.progress', (progress) => (this.training = progress));
    connection.on('import.progress', (progress) => this.#hearImport(progress));
    connection.on('benchmark.progress', (progress) => (this.benchmark = progress));
    connection.on('report.progress', (progress) => (this.report = progress));
    connection.on('opening.progress', (opening) => (this.opening = opening.status === 'running' ? opening : null));
    connection.on('backtest.progress', (progress) => {
      if (progress.training !== null) this.#backtestRuns.add(progress.training.runId);
      this.backtest = progress;
    });
  }

  /** Whoever waits for the model is told that it was stopped. */
  async stopOpening(): Promise<void> {
    await this.#connection.api.launch.stopOpening({});
  }

  /** Whether a run belongs to the benchmark's queue or a back-test: they tell their end, and the run does not become the model in use. */
  isQueued(runId: string): boolean {
    return this.benchmark?.tasks.some((task) => task.runId === runId) === true || this.benchmark?.training?.runId === runId || this.#backtestRuns.has(runId);
  }

  /** A queue that was read, not heard of: what was heard since is newer. */
  adoptBenchmark(queue: BenchmarkProgress | null): void {
    if (queue !== null && (this.benchmark === null || this.benchmark.status !== 'running' || queue.status !== 'running')) this.benchmark = queue;
  }

  /** Shows a run that was already going when the window opened. */
  async adopt(runId: string): Promise<void> {
    if (this.training?.runId === runId) return;
    const run = await this.#connection.api.training.run({ runId }).catch(() => null);
    if (run === null || this.training?.runId === runId) return;
    const last = run.curve.at(-1);
    this.training = {
      runId, status: run.status, phase: 'training', step: last?.step ?? 0, steps: 0, epoch: last?.epoch ?? 0, epochs: run.epochs, loss: last?.loss ?? null,
      examplesPerSecond: null, eta: null, elapsed: run.seconds, device: run.device, memoryMB: 0, validation: run.validation, message: run.message,
    };
  }

  endImport(job: string, outcome: ImportJob['outcome'], message: string): void {
    this.imports = this.imports.map((line) => (line.job === job ? { ...line, outcome, message } : line));
  }

  dismiss(id: string): void {
    this.imports = this.imports.filter((line) => line.job !== id);
    if (this.training?.runId === id) this.training = null;
    if (id === benchmarkId) this.benchmark = null;
    if (id === reportId) this.report = null;
    if (this.backtest?.id === id) this.backtest = null;
  }

  #hearImport(progress: ImportProgress): void {
    const before = this.imports.find((line) => line.job === progress.job);
    // Another window's import, or the demo's, has nobody here who waits for its report: its last progress ends it.
    const ended = progress.phase === 'done' ? ({ outcome: 'done', message: importWords.done } as const) : ({ outcome: 'running', message: '' } as const);
    const line: ImportJob = { ...progress, ...(before === undefined || before.outcome === 'running' ? ended : { outcome: before.outcome, message: before.message }) };
    this.imports = before === undefined ? [...this.imports, line] : this.imports.map((other) => (other === before ? line : other));
  }
}

function trainingLine(progress: TrainingProgress): JobLine {
  const running = progress.status === 'running' || progress.status === 'paused';
  return {
    id: progress.runId, kind: 'training', title: `Training ${progress.runId}`, running, paused: progress.status === 'paused', eta: progress.eta,
    phase: progress.status === 'paused' ? 'Paused' : progress.status === 'stopped' ? 'Stopped' : progress.status === 'failed' ? 'Failed' : phaseWords[progress.phase],
    done: progress.steps > 0 ? progress.step / progress.steps : null,
  };
}

function benchmarkLine({ status, tasks, position, training, eta }: BenchmarkProgress): JobLine {
  const task = tasks[position];
  const within = training === null || training.steps === 0 ? 0 : training.step / training.steps;
  const failed = tasks.filter((one) => one.status === 'failed').length;
  return {
    id: benchmarkId, kind: 'benchmark', title: 'Benchmark', running: status === 'running', paused: false, eta,
    phase: status === 'cancelled' ? 'Cancelled' : task === undefined ? `Done${failed === 0 ? '' : `, ${failed} failed`}` : describeTask(task, position, tasks.length),
    done: tasks.length === 0 ? null : Math.min(1, (position + within) / tasks.length),
  };
}

function describeTask({ kind, label }: BenchmarkTask, position: number, count: number): string {
  return `${kind === 'train' ? 'Training' : 'Evaluating'} ${label}, ${position + 1} of ${count}`;
}

function openingLine({ runId, phase, done }: ModelOpening): JobLine {
  return { id: openingId, kind: 'opening', title: `Opening ${runId}`, running: true, paused: false, eta: null, phase: openingWords[phase], done };
}

function reportLine({ runId, status, done, message }: ReportProgress): JobLine {
  const words = { running: 'Measuring', done: 'Done', failed: message ?? 'Failed', cancelled: 'Cancelled' } as const;
  return { id: reportId, kind: 'report', title: `Report of ${runId}`, running: status === 'running', paused: false, eta: null, phase: words[status], done };
}

function backtestLine({ id, status, phase, training, message }: BacktestProgress): JobLine {
  const words = { running: phase === 'previewing' ? 'Previewing the launches' : 'Training without the launches', paused: 'Paused', stopped: 'Stopped', done: 'Done', failed: message ?? 'Failed' } as const;
  return { id, kind: 'backtest', title: 'Launch back-test', running: status === 'running', paused: false, eta: training?.eta ?? null, phase: words[status], done: training === null || training.steps === 0 ? null : training.step / training.steps };
}

function importLine(job: ImportJob): JobLine {
  return {
    id: job.job, kind: 'import', title: importTitles[job.does](job.file), running: job.outcome === 'running', paused: false, eta: null,
    phase: job.outcome !== 'running' ? job.message : job.phase === 'publishing' ? publishingWords[job.does] : importWords[job.phase],
    done: job.bytesTotal > 0 ? job.bytesRead / job.bytesTotal : null,
  };
}
