/** Training runs: start, pause, resume, cancel; their records; evaluation. One run or evaluation at a time. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { backtestOfRun } from '../../db/backtests.ts';
import { readDataset } from '../../db/dataset.ts';
import { listEvaluations, saveEvaluations, type StoredEvaluation } from '../../db/evaluations.ts';
import { activateRun, activeRun, createRun, getRun, listRuns, readCurve, updateRun, type Run } from '../../db/runs.ts';
import { configReasons, normalizeConfig, scoresNewSkus, type ModelKind, type TrainingConfig } from '../../models/config.ts';
import type { BacktestJob, BacktestNumbers } from '../../models/backtest-jobs.ts';
import type { BaselineName, EvaluationReport, TrainJob, TrainJobProgress } from '../../models/jobs.ts';
import { AppError } from '../api/errors.ts';
import type { RunDetail, RunSummary, TrainingApi, TrainingProgress } from '../api/training.ts';
import type { Context } from './context.ts';
import { createDevices } from './devices.ts';
import { runFolder } from './run-folder.ts';
import { plainDataset, rowsOf, type TrainingData } from './training-data.ts';
import { busyWith, launchRun, type GoingRun, type Launch } from './training-run.ts';

/** A finished run, or a baseline by name. */
export type System = { readonly run: string } | { readonly baseline: BaselineName };

type Launching = Pick<Launch, 'activate' | 'onProgress'>;

/** The training process, held for several jobs in a row. */
export interface HeldTraining {
  /** Its run does not become the model in use. Answers once it goes. */
  train(config: TrainingConfig, device: string, onProgress: (progress: TrainingProgress) => void): Promise<GoingRun>;
  /** The same on these data, or further with a run that has begun on them. */
  trainOn(data: TrainingData, config: TrainingConfig, device: string, onProgress: (progress: TrainingProgress) => void): Promise<GoingRun>;
  resumeOn(data: TrainingData, runId: string, onProgress: (progress: TrainingProgress) => void): Promise<GoingRun>;
  /** Replays launches; the signal ends it at once. */
  backtest(job: BacktestJob, signal: AbortSignal, onProgress: (progress: TrainJobProgress) => void): Promise<BacktestNumbers>;
  /** Evaluates by the plain protocol with repeats allowed and removed, and stores both reports. The signal ends it at once. */
  compare(system: System, signal: AbortSignal): Promise<unknown>;
  release(): void;
}

export interface TrainingService extends TrainingApi {
  /** @throws AppError `busy` */
  hold(what: string): HeldTraining;
  /** Pauses what is going on at a checkpoint: the app is closing. */
  close(): Promise<void>;
}

export async function createTrainingService(context: Context): Promise<TrainingService> {
  const { workspace, compute, emit } = context;
  const db = workspace.reader;
  const devices = createDevices(compute);
  let going: GoingRun | null = null;
  /** What has the training process, in words; null when it is free. */
  let occupied: string | null = null;

  await markInterrupted();

  /** Runs that were going on when the app ended: what a kill leaves behind is a checkpoint. */
  async function markInterrupted(): Promise<void> {
    if (workspace.readOnly) return;
    for (const { runId } of listRuns(db).filter(({ status }) => status === 'running')) {
      await workspace.write((writer) =>
        updateRun(writer, runId, { status: 'stopped', message: 'Shelfsight ended while this run was training. Resume goes on from the last checkpoint.' }),
      );
    }
  }

  /** Takes the training process until the answer is called. @throws AppError `busy` */
  function claim(what: string): () => void {
    if (occupied !== null) throw busyWith(occupied);
    occupied = what;
    return () => void (occupied = null);
  }

  async function occupy<T>(what: string, work: () => Promise<T>): Promise<T> {
    const release = claim(what);
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Takes the process for what `begin` launches, until that has ended. */
  async function occupyRun(begin: () => Promise<GoingRun>): Promise<GoingRun> {
    const release = claim('A training');
    try {
      const run = await begin();
      void run.ended.then(release);
      return run;
    } catch (error) {
      release();
      throw error;
    }
  }

  function launch(run: Pick<Run, 'runId' | 'device' | 'seconds'> & { readonly config: TrainingConfig }, dataset: TrainJob['dataset'], hidden: Int32Array, how: Launching & { readonly resume: boolean }): GoingRun {
    const folder = runFolder(workspace, run.runId);
    mkdirSync(folder, { recursive: true });
    const job: TrainJob = { dataset, config: run.config, device: run.device, hidden, folder, resume: how.resume };
    const launched = launchRun({ workspace, line: compute.training, emit }, { runId: run.runId, job, spent: run.seconds, activate: how.activate, onProgress: how.onProgress });
    going = launched;
    void launched.ended.then(() => (going = null));
    emit('workspace.changed', { what: ['runs', 'compute'] });
    return launched;
  }

  async function startRun(config: TrainingConfig, device: string, hide: readonly string[], how: Launching): Promise<GoingRun> {
    const dataset = await readDataset(workspace, { drafts: false });
    if (dataset.items.length === 0) throw new AppError('invalid', 'The catalogue is empty. Import a catalogue first.');
    if (dataset.sessions.items.length === 0) throw new AppError('invalid', 'There are no sessions to learn from. Import a sessions file first.');
    return startOn({ dataset: plainDataset(dataset), hidden: rowsOf(dataset, hide, 'to hide'), hide, dataVersion: dataset.dataVersion }, config, device, how);
  }

  async function startOn({ dataset, hidden, hide, dataVersion }: TrainingData, config: TrainingConfig, device: string, how: Launching): Promise<GoingRun> {
    const chosen = await devices.choose(device);
    const runId = newRunId(config.model);
    await workspace.write((writer) =>
      createRun(writer, {
        runId, model: config.model, head: config.head, mode: config.mode, seed: config.seed, config, device: chosen, dataHash: dataset.hash, dataVersion, hidden: hide,
      }),
    );
    return launch({ runId, device: chosen, seconds: 0, config }, dataset, hidden, { ...how, resume: false });
  }

  /** @throws AppError `invalid` where the run began on other data */
  async function resumeOn({ dataset, hidden }: TrainingData, run: Run, how: Launching): Promise<GoingRun> {
    if (dataset.hash !== run.dataHash) {
      throw new AppError('invalid', `The catalogue or the sessions have changed since run ${run.runId} began, so it cannot go on. Start a new run.`);
    }
    await workspace.write((writer) => updateRun(writer, run.runId, { status: 'running', message: null }));
    return launch({ ...run, config: run.config as TrainingConfig }, dataset, hidden, { ...how, resume: true });
  }

  /** Measures by the plain protocol and stores both reports. */
  async function compare(system: System, signal: AbortSignal | null): Promise<{ readonly allowed: EvaluationReport; readonly removed: EvaluationReport }> {
    const stopped = 'The evaluation was stopped.';
    const dataset = await readDataset(workspace, { drafts: false });
    if (signal?.aborted) throw new AppError('cancelled', stopped);
    const kill = (): void => void compute.training.kill('cancelled', stopped);
    signal?.addEventListener('abort', kill);
    const key = 'run' in system ? system.run : system.baseline;
    const { allowed, removed } = await compute.training.api.compare({
      dataset: plainDataset(dataset), system: 'run' in system ? { run: runFolder(workspace, system.run) } : system, ks: defaultKs,
      hidden: new Int32Array(0), // a run's manifest tells its own
    }).finally(() => signal?.removeEventListener('abort', kill));
    const rows = [allowed, removed].map(({ report, ranks }) => ({
      system: key, dataHash: report.data.hash, repeats: report.protocol.repeats, report: { ...report, system: key }, ranks,
    }));
    await workspace.write((writer) => saveEvaluations(writer, rows));
    return { allowed: rows[0]!.report, removed: rows[1]!.report };
  }

  /** Whether its model is put to use once it is done: one that cannot rank a draft does not take the place of another. */
  function takesOver(config: TrainingConfig): boolean {
    return scoresNewSkus(config) || activeRun(db) === null;
  }

  async function pause(runId: string): Promise<void> {
    const run = getRun(db, runId);
    if (going?.runId === runId) await going.stop('pause');
    else if (run.status !== 'paused') throw new AppError('invalid', `Run ${runId} is ${run.status}; only a running one can be paused.`);
  }

  return {
    async defaults({ preset, model }) {
      return { config: normalizeConfig(model === undefined ? {} : { model }, preset), reasons: configReasons };
    },
    devices: () => devices.list(),

    async start({ preset, config: overrides, hide, device, ...settings }) {
      const config = normalizeConfig({ ...overrides, ...settings }, preset);
      const { runId } = await occupyRun(() => startRun(config, device ?? 'auto', hide ?? [], { activate: takesOver(config) }));
      return { runId };
    },

    pause: ({ runId }) => pause(runId),

    async resume({ runId }) {
      const run = getRun(db, runId);
      if (going?.runId === runId) return;
      if (run.status === 'done') throw new AppError('invalid', `Run ${runId} is finished. Start a new run to train further.`);
      const backtest = backtestOfRun(db, runId);
      if (backtest !== null) throw new AppError('invalid', `Run ${runId} knows nothing of the launches of a back-test. Resume back-test ${backtest} instead, which hides them again.`);
      await occupyRun(async () => {
        const dataset = await readDataset(workspace, { drafts: false });
        const data = { dataset: plainDataset(dataset), hidden: rowsOf(dataset, run.hidden, 'to hide'), hide: run.hidden, dataVersion: dataset.dataVersion };
        return resumeOn(data, run, { activate: takesOver(run.config as TrainingConfig) });
      });
    },

    async cancel({ runId }) {
      const run = getRun(db, runId);
      if (going?.runId === runId) return going.stop('cancel');
      if (run.status !== 'paused') return; // ended already
      await workspace.write((writer) => updateRun(writer, runId, { status: 'stopped' }));
      emit('workspace.changed', { what: ['runs'] });
    },

    async runs() {
      return listRuns(db).map(summarize);
    },
    async run({ runId }) {
      const run = getRun(db, runId);
      return {
        ...summarize(run),
        config: run.config as TrainingConfig,
        curve: readCurve(db, runId),
        attributes: run.attributes as RunDetail['attributes'],
        parameters: run.parameters,
        dataHash: run.dataHash,
        evaluation: plainReport(listEvaluations(db, runId)),
      };
    },
    async activate({ runId }) {
      await workspace.write((writer) => activateRun(writer, runId));
      emit('workspace.changed', { what: ['runs', 'model'] });
    },

    async evaluate({ system, ks, targets, hide, candidates, prefixes, equalExposure, excludeSeen }) {
      const baseline = system !== undefined && 'baseline' in system;
      const run = baseline ? null : system === undefined ? activeRun(db) : getRun(db, system.run);
      if (!baseline && run === null) throw new AppError('no-model', 'There is no trained model yet. Train one, or name a baseline.');
      if (run !== null && run.status !== 'done') throw new AppError('no-model', `Run ${run.runId} is ${run.status}: only a finished run can be evaluated.`);
      if (candidates === 'targets' && targets === undefined) throw new AppError('invalid', 'Candidates "targets" needs a list of target SKUs.');
      if (equalExposure && targets === undefined) throw new AppError('invalid', 'Equal exposure needs a list of target SKUs.');
      if (equalExposure && candidates === 'targets') throw new AppError('invalid', 'Equal exposure compares the targets with all other SKUs: leave out candidates "targets".');
      // What a table may show: every target of the test split against every SKU, and for a baseline no list of its own.
      const plain = targets === undefined && (prefixes ?? 'test') === 'test' && (run !== null || hide === undefined) && isDefault(ks);
      return occupy('An evaluation', async () => {
        if (plain) {
          const { allowed, removed } = await compare(run === null ? system! : { run: run.runId }, null);
          return excludeSeen ? removed : allowed;
        }
        const dataset = await readDataset(workspace, { drafts: false });
        const report = await compute.training.api.evaluate({
          dataset: plainDataset(dataset),
          system: run === null ? system! : { run: runFolder(workspace, run.runId) },
          ks: [...(ks ?? defaultKs)].sort((a, b) => a - b),
          targets: targets === undefined ? null : rowsOf(dataset, targets, 'among the targets'),
          hidden: rowsOf(dataset, hide ?? run?.hidden ?? [], 'to hide'),
          candidates: candidates ?? 'all',
          prefixes: prefixes ?? 'test',
          equalExposure: equalExposure ?? false,
          excludeSeen: excludeSeen ?? false,
        });
        return { ...report, system: run?.runId ?? report.system };
      });
    },

    hold(what) {
      const release = claim(what);
      return {
        train: (config, device, onProgress) => startRun(config, device, [], { activate: false, onProgress }),
        trainOn: (data, config, device, onProgress) => startOn(data, config, device, { activate: false, onProgress }),
        resumeOn: (data, runId, onProgress) => resumeOn(data, getRun(db, runId), { activate: false, onProgress }),
        async backtest(job, signal, onProgress) {
          const stopped = 'The back-test was stopped.';
          if (signal.aborted) throw new AppError('cancelled', stopped);
          const kill = (): void => void compute.training.kill('cancelled', stopped);
          signal.addEventListener('abort', kill);
          const stopListening = compute.training.onProgress(onProgress);
          return compute.training.api.backtest(job).finally(() => {
            signal.removeEventListener('abort', kill);
            stopListening();
          });
        },
        compare,
        release,
      };
    },

    async close() {
      await going?.stop('pause');
    },
  };
}

/** Lists of these lengths are in every stored report. */
const defaultKs = [5, 10, 20];

function isDefault(ks: readonly number[] = defaultKs): boolean {
  return JSON.stringify([...ks].sort((a, b) => a - b)) === JSON.stringify(defaultKs);
}

/** The latest report with repeats allowed, or the latest. */
function plainReport(evaluations: readonly StoredEvaluation[]): EvaluationReport | null {
  const found = evaluations.find(({ repeats }) => repeats === 'allowed') ?? evaluations[0];
  return found === undefined ? null : (found.report as EvaluationReport);
}

/** Sorts by time, cannot be guessed to mean anything else, and is a safe folder name. */
function newRunId(model: ModelKind): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `${model}-${time}-${randomBytes(2).toString('hex')}`;
}

function summarize(run: Run): RunSummary {
  const { runId, head, mode, seed, device, status, startedAt, seconds, epochs, bestEpoch, validation, hidden, stale, active, message } = run;
  return { runId, model: run.model as ModelKind, head, mode, seed, device, status, startedAt, seconds, epochs, bestEpoch, validation, hidden: hidden.length, stale, active, message };
}
