/** Training runs: start, pause, resume, cancel; their records; evaluation. One run or evaluation at a time. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readDataset, type StoredDataset } from '../../db/dataset.ts';
import { activateRun, activeRun, createRun, getRun, listRuns, readCurve, updateRun, type Run } from '../../db/runs.ts';
import { configReasons, normalizeConfig, type ModelKind, type TrainingConfig } from '../../models/config.ts';
import type { EvaluationReport, TrainJob } from '../../models/jobs.ts';
import { AppError } from '../api/errors.ts';
import type { RunDetail, RunSummary, TrainingApi } from '../api/training.ts';
import type { Context } from './context.ts';
import { createDevices } from './devices.ts';
import { busyWith, launchRun, type GoingRun } from './training-run.ts';

export interface TrainingService extends TrainingApi {
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
    for (const { runId } of listRuns(db).filter(({ status }) => status === 'running')) {
      await workspace.write((writer) =>
        updateRun(writer, runId, { status: 'stopped', message: 'Shelfsight ended while this run was training. Resume goes on from the last checkpoint.' }),
      );
    }
  }

  /** Holds the training process for the length of `work`; what `work` launches keeps it until the run has ended. */
  async function occupy<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (occupied !== null) throw busyWith(occupied);
    occupied = what;
    try {
      return await work();
    } finally {
      if (going === null) occupied = null;
    }
  }

  function launch(runId: string, dataset: StoredDataset, config: TrainingConfig, device: string, hidden: Int32Array, resume: boolean, spent: number): void {
    const folder = folderOf(runId);
    mkdirSync(folder, { recursive: true });
    const job: TrainJob = { dataset: plainDataset(dataset), config, device, hidden, folder, resume };
    going = launchRun({ workspace, line: compute.training, emit }, runId, job, spent);
    void going.ended.then(() => {
      going = null;
      occupied = null;
    });
    emit('workspace.changed', { what: ['runs', 'compute'] });
  }

  function folderOf(runId: string): string {
    return join(workspace.folder, 'models', runId);
  }

  async function pause(runId: string): Promise<void> {
    const run = getRun(db, runId);
    if (going?.runId === runId) await going.stop('pause');
    else if (run.status !== 'paused') throw new AppError('invalid', `Run ${runId} is ${run.status}; only a running one can be paused.`);
  }

  return {
    async defaults({ preset }) {
      return { config: normalizeConfig({}, preset), reasons: configReasons };
    },
    devices: () => devices.list(),

    async start({ preset, config: overrides, hide, device, ...settings }) {
      const config = normalizeConfig({ ...overrides, ...settings }, preset);
      return occupy('A training', async () => {
        const chosen = await devices.choose(device ?? 'auto');
        const dataset = await readDataset(workspace, { drafts: false });
        if (dataset.items.length === 0) throw new AppError('invalid', 'The catalogue is empty. Import a catalogue first.');
        if (dataset.sessions.items.length === 0) throw new AppError('invalid', 'There are no sessions to learn from. Import a sessions file first.');
        const hidden = rowsOf(dataset, hide ?? [], 'to hide');
        const runId = newRunId(config.model);
        await workspace.write((writer) =>
          createRun(writer, {
            runId, model: config.model, head: config.head, mode: config.mode, seed: config.seed, config, device: chosen,
            dataHash: dataset.hash, dataVersion: dataset.dataVersion, hidden: hide ?? [],
          }),
        );
        launch(runId, dataset, config, chosen, hidden, false, 0);
        return { runId };
      });
    },

    pause: ({ runId }) => pause(runId),

    async resume({ runId }) {
      const run = getRun(db, runId);
      if (going?.runId === runId) return;
      if (run.status === 'done') throw new AppError('invalid', `Run ${runId} is finished. Start a new run to train further.`);
      await occupy('A training', async () => {
        const dataset = await readDataset(workspace, { drafts: false });
        if (dataset.hash !== run.dataHash) {
          throw new AppError('invalid', `The catalogue or the sessions have changed since run ${runId} began, so it cannot go on. Start a new run.`);
        }
        await workspace.write((writer) => updateRun(writer, runId, { status: 'running', message: null }));
        launch(runId, dataset, run.config as TrainingConfig, run.device, rowsOf(dataset, run.hidden, 'to hide'), true, run.seconds);
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
        evaluation: run.evaluation as EvaluationReport | null,
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
      return occupy('An evaluation', async () => {
        const dataset = await readDataset(workspace, { drafts: false });
        const report = await compute.training.api.evaluate({
          dataset: plainDataset(dataset),
          system: baseline ? system : { run: folderOf(run!.runId) },
          ks: [...(ks ?? [5, 10, 20])].sort((a, b) => a - b),
          targets: targets === undefined ? null : rowsOf(dataset, targets, 'among the targets'),
          hidden: rowsOf(dataset, hide ?? run?.hidden ?? [], 'to hide'),
          candidates: candidates ?? 'all',
          prefixes: prefixes ?? 'test',
          equalExposure: equalExposure ?? false,
          excludeSeen: excludeSeen ?? false,
        });
        const named = { ...report, system: run?.runId ?? report.system };
        // The run's own report is the plain one: every target of the test split against every SKU.
        if (run !== null && targets === undefined && (prefixes ?? 'test') === 'test') {
          await workspace.write((writer) => updateRun(writer, run.runId, { evaluation: named }));
        }
        return named;
      });
    },

    async close() {
      await going?.stop('pause');
    },
  };
}

/** Sorts by time, cannot be guessed to mean anything else, and is a safe folder name. */
function newRunId(model: ModelKind): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `${model}-${time}-${randomBytes(2).toString('hex')}`;
}

/** What a job may see: no SKU. */
function plainDataset({ items, ids, live, sessions, hash }: StoredDataset): TrainJob['dataset'] {
  return { items, ids, live, sessions, hash };
}

/** @throws AppError `invalid` that names the first SKU the catalogue does not hold: a misspelt list must not go unnoticed */
function rowsOf(dataset: StoredDataset, skus: readonly string[], what: string): Int32Array {
  if (skus.length === 0) return new Int32Array(0);
  const rowOf = new Map(dataset.skus.map((sku, row) => [sku.normalize('NFC'), row]));
  const missing = skus.filter((sku) => !rowOf.has(sku.normalize('NFC')));
  if (missing.length > 0) {
    throw new AppError('invalid', `${missing.length} of ${skus.length} SKUs ${what} are not live in the catalogue, the first is "${missing[0]}". Correct the list.`);
  }
  return Int32Array.from(new Set(skus.map((sku) => rowOf.get(sku.normalize('NFC'))!))).sort();
}

function summarize(run: Run): RunSummary {
  const { runId, head, mode, seed, device, status, startedAt, seconds, epochs, bestEpoch, validation, hidden, stale, active, message } = run;
  return { runId, model: run.model as ModelKind, head, mode, seed, device, status, startedAt, seconds, epochs, bestEpoch, validation, hidden: hidden.length, stale, active, message };
}
