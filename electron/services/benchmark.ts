/** The benchmark: what was trained and counted, side by side, and the queue that trains and evaluates what is missing. */
import { getRun, listRuns } from '../../db/runs.ts';
import { ArtifactError, readManifest } from '../../models/artifact.ts';
import { normalizeConfig, type ModelKind, type TrainingConfig } from '../../models/config.ts';
import { publishedFor } from '../../models/published.ts';
import type { BenchmarkApi, BenchmarkSystem, BenchmarkTable, StartBenchmark, SystemName } from '../api/benchmark.ts';
import { AppError, isAppError } from '../api/errors.ts';
import { differenceReader } from './benchmark-difference.ts';
import { exportTable } from './benchmark-export.ts';
import { createBenchmarkQueue, RunEnded, type PlannedTask } from './benchmark-queue.ts';
import { buildRows } from './benchmark-rows.ts';
import { collectSystems, hasChoices, isBaseline, labels, presentDataReader } from './benchmark-systems.ts';
import type { Context } from './context.ts';
import { runFolder } from './run-folder.ts';
import type { TrainingService } from './training.ts';

export interface BenchmarkService extends BenchmarkApi {
  /** Pauses what is going on at a checkpoint: the app is closing. */
  close(): Promise<void>;
}

export function createBenchmarkService({ workspace, emit, version }: Context, training: TrainingService, libraries: Readonly<Record<string, string>>): BenchmarkService {
  const db = workspace.reader;
  const readData = presentDataReader(workspace);
  const readDifference = differenceReader(workspace);
  const queue = createBenchmarkQueue(training, emit, (runId) => {
    const { status, message } = getRun(db, runId);
    return status === 'done' || status === 'running' ? null : new RunEnded(status, message ?? `Run ${runId} is ${status}.`);
  });

  async function readTable(): Promise<BenchmarkTable> {
    const data = await readData();
    const systems = collectSystems(workspace, data);
    return { data: data && withoutRule(data), systems, rows: buildRows(systems), published: data === null ? [] : publishedFor(data), queue: queue.state };
  }

  /** A finished run of these settings on this data, with nothing hidden. */
  function findRun(config: TrainingConfig, dataHash: string): string | null {
    return listRuns(db).find((run) => run.status === 'done' && run.dataHash === dataHash && run.hidden.length === 0 && sameSettings(run.config as TrainingConfig, config))?.runId ?? null;
  }

  /** The finished run of what is chosen; null while it is not known, or cannot be: then the task says so when its turn has come. */
  function findChosen(chosen: () => TrainingConfig | null, dataHash: string): string | null {
    try {
      const config = chosen();
      return config === null ? null : findRun(config, dataHash);
    } catch (error) {
      if (isAppError(error)) return null;
      throw error;
    }
  }

  /** Trains and evaluates; `chosen` is asked when its turn has come. Nothing where both were done, one of them where the other was. */
  function planRun(config: TrainingConfig, device: string, table: BenchmarkTable, chosen: () => TrainingConfig | null): readonly PlannedTask[] {
    const { model, seed, share, fit } = config;
    const dataHash = table.data!.hash;
    const known = findChosen(chosen, dataHash);
    if (known !== null) return [findSystem(table, known)].filter(lacksReport).map((system) => planEvaluation(system, table));
    return [{
      facts: { kind: 'train', name: model, label: labels[model], seed, share, fit },
      async work(steps) {
        assertReadable(model, table);
        const present = chosen();
        if (present === null) throw new AppError('invalid', 'The training that chooses the number of epochs did not finish.');
        await steps.compare({ run: findRun(present, dataHash) ?? (await steps.train(present, device)) });
      },
    }];
  }

  function planEvaluation({ key, name, label, run, fit }: BenchmarkSystem, table: BenchmarkTable): PlannedTask {
    return {
      facts: { kind: 'evaluate', name, label, seed: run?.config.seed ?? null, share: run?.config.share ?? 1, fit },
      async work(steps) {
        assertReadable(name, table);
        await steps.compare(isBaseline(name) ? { baseline: name } : { run: key });
      },
    };
  }

  function planSystem(model: ModelKind, request: StartBenchmark, seed: number, share: number, table: BenchmarkTable): readonly PlannedTask[] {
    const { device = 'auto', fit = 'train' } = request;
    const config = configOf(model, request, seed, share);
    const first = planRun(config, device, table, () => config);
    if (fit === 'train') return first;
    const refit = planRun({ ...config, fit }, device, table, () => {
      const runId = findRun(config, table.data!.hash);
      return runId === null ? null : { ...config, fit, epochs: getRun(db, runId).bestEpoch ?? config.epochs, memory: config.memory !== false && chosenMemory(runId) };
    });
    return [...first, ...refit];
  }

  /** What validation chose of the memory; false: a memory that did not help. @throws AppError `no-model` where the model is gone */
  function chosenMemory(runId: string): TrainingConfig['memory'] {
    try {
      const { memory } = readManifest(runFolder(workspace, runId));
      return memory !== null && { weight: memory.weight, backward: memory.backward };
    } catch (error) {
      if (error instanceof ArtifactError) throw new AppError('no-model', error.message, { cause: error });
      throw error;
    }
  }

  return {
    table: readTable,

    async start(request) {
      const { systems, seeds = [1], shares = [1] } = request;
      const table = await readTable();
      if (table.data === null) throw new AppError('invalid', 'There is nothing to compare on yet. Import a catalogue and sessions first.');
      const baselines = unique(systems).filter(isBaseline).map((name) => findSystem(table, name)).filter(lacksReport).map((system) => planEvaluation(system, table));
      const models = unique(systems).filter((name): name is ModelKind => !isBaseline(name));
      // All systems of one seed on all data first: the table is of use before the queue ends.
      const runs = unique(shares).sort((a, b) => b - a).flatMap((share) => unique(seeds).flatMap((seed) => models.flatMap((model) => planSystem(model, request, seed, share, table))));
      return queue.start([...baselines, ...runs]);
    },

    async evaluate({ systems: keys }) {
      const table = await readTable();
      if (table.data === null) throw new AppError('invalid', 'There is nothing to compare on yet. Import a catalogue and sessions first.');
      const wanted = keys === undefined ? table.systems : unique(keys).map((key) => findSystem(table, key));
      const other = wanted.find(({ comparable }) => !comparable);
      if (keys !== undefined && other !== undefined) throw new AppError('invalid', `${other.key} cannot be compared: ${other.remarks[0]}`);
      return queue.start(wanted.filter((system) => system.comparable && lacksReport(system)).map((system) => planEvaluation(system, table)));
    },

    cancel: () => queue.stop('cancel'),
    close: () => queue.stop('pause'),

    async difference(request) {
      return readDifference(await readTable(), request);
    },

    async export(request) {
      const table = await readTable();
      if (table.data === null) throw new AppError('invalid', 'There is nothing to export yet. Import a catalogue and sessions first.');
      return exportTable(table, request, { workspace, versions: { Shelfsight: version, 'workspace schema': String(db.pragma('user_version', { simple: true })), ...libraries } });
    },
  };
}

/** @throws ConfigError for settings that exclude each other */
function configOf(model: ModelKind, { preset, config, epochs, head, mode, negatives }: StartBenchmark, seed: number, share: number): TrainingConfig {
  const choices = hasChoices(model) ? { head, mode } : {};
  return normalizeConfig({ ...config, ...definite({ epochs, negatives, ...choices }), model, seed, share, fit: 'train' }, preset);
}

function definite(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function sameSettings(one: TrainingConfig, other: TrainingConfig): boolean {
  return (Object.keys(other) as (keyof TrainingConfig)[]).every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]));
}

/** @throws AppError `not-found` */
function findSystem({ systems }: BenchmarkTable, key: string): BenchmarkSystem {
  const system = systems.find((candidate) => candidate.key === key);
  if (system === undefined) throw new AppError('not-found', `There is no finished run and no baseline "${key}".`);
  return system;
}

/** @throws AppError `invalid` where a system would have nothing to read */
function assertReadable(name: SystemName, { data }: BenchmarkTable): void {
  if (data!.titles || !(name === 'trec-title' || name === 'title-similarity')) return;
  throw new AppError('invalid', `No item of the catalogue has a title, and ${labels[name]} reads nothing else.`);
}

function lacksReport({ reports }: BenchmarkSystem): boolean {
  return reports.allowed === null || reports.removed === null;
}

function withoutRule({ validation: _, ...data }: NonNullable<Awaited<ReturnType<ReturnType<typeof presentDataReader>>>>): BenchmarkTable['data'] {
  return data;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
