/** The launch back-test: hides real launches, trains without them, previews them, compares, and keeps the answer. One at a time. */
import { randomBytes } from 'node:crypto';
import { createBacktest, deleteBacktest, getBacktest, listBacktestLaunches, listBacktests, saveBacktest, updateBacktest, type Backtest, type BacktestChange, type BacktestLaunch } from '../../db/backtests.ts';
import { readDataset, type StoredDataset } from '../../db/dataset.ts';
import { getRun } from '../../db/runs.ts';
import { reportBacktest, type BacktestOutcome } from '../../models/backtest-report.ts';
import { normalizeConfig, scoresNewSkus } from '../../models/config.ts';
import type { BacktestApi, BacktestDefinition, BacktestProgress, BacktestRow } from '../api/backtest.ts';
import { AppError, isAppError } from '../api/errors.ts';
import type { RunStatus, TrainingProgress } from '../api/training.ts';
import { describeBacktest, errorToExpect, exportBacktest, summarizeBacktest } from './backtest-answers.ts';
import { fewestLaunches, planHidden, planSince, readDate, trainingDataOf, type BacktestPlan } from './backtest-plan.ts';
import { clockReader } from './backtest-clock.ts';
import type { Context } from './context.ts';
import { runFolder } from './run-folder.ts';
import type { HeldTraining, TrainingService } from './training.ts';
import { plainDataset } from './training-data.ts';

const defaultK = 20;
/** Draws moments where there are too many, and resamples; the answer is the same each time. */
const replaySeed = 1;

export interface BacktestService extends BacktestApi {
  /** Pauses what is going on: the app is closing. */
  close(): Promise<void>;
}

interface Going {
  readonly id: string;
  readonly ended: Promise<void>;
  stop(intent: 'pause' | 'cancel'): Promise<void>;
}

/** How it ended that was not finished. */
class Interrupted extends Error {
  readonly status: 'paused' | 'stopped' | 'failed';
  constructor(status: Interrupted['status'], message: string) {
    super(message);
    this.status = status;
  }
}

export async function createBacktestService({ workspace, emit }: Context, training: TrainingService): Promise<BacktestService> {
  const db = workspace.reader;
  const clock = clockReader(workspace);
  let going: Going | null = null;

  for (const { id } of workspace.readOnly ? [] : listBacktests(db).filter(({ status }) => status === 'running')) {
    await workspace.write((writer) => updateBacktest(writer, id, { status: 'stopped', message: 'Shelfsight ended while this back-test was going on. Resume goes on with it.' }));
  }

  function planOf(dataset: StoredDataset, { since, hide, fold, config }: BacktestDefinition, drawn: boolean): BacktestPlan {
    return since === null ? planHidden(dataset, hide, config.seed, drawn ? fold : null) : planSince(dataset, since);
  }

  /** Drives a back-test to its end, whatever that is; never rejects. */
  function launch(id: string, definition: BacktestDefinition, dataset: StoredDataset, plan: BacktestPlan, held: HeldTraining): Going {
    const started = performance.now();
    const before = getBacktest(db, id).seconds;
    const abort = new AbortController();
    let intent: 'pause' | 'cancel' | null = null;
    let stopTraining: ((wanted: 'pause' | 'cancel') => Promise<void>) | null = null;
    const seconds = (): number => before + (performance.now() - started) / 1000;
    const update = (change: BacktestChange): Promise<void> => workspace.write((writer) => updateBacktest(writer, id, change));
    const tell = (status: RunStatus, phase: BacktestProgress['phase'], progress: TrainingProgress | null, message: string | null = null): void => emit('backtest.progress', { id, status, phase, training: progress, message });

    async function trained(): Promise<string> {
      const known = getBacktest(db, id).runId;
      if (known !== null && getRun(db, known).status === 'done') return known;
      const data = trainingDataOf(dataset, plan);
      const hear = (progress: TrainingProgress): void => tell('running', 'training', progress);
      const run = known === null ? await held.trainOn(data, definition.config, definition.device, hear) : await held.resumeOn(data, known, hear);
      stopTraining = (wanted) => run.stop(wanted);
      await update({ runId: run.runId });
      if (intent !== null) await run.stop(intent);
      await run.ended;
      stopTraining = null;
      const { status, message } = getRun(db, run.runId);
      if (status !== 'done') throw new Interrupted(status === 'paused' ? 'paused' : status === 'failed' ? 'failed' : 'stopped', message ?? `Its training is ${status}.`);
      return run.runId;
    }

    async function drive(): Promise<void> {
      const runId = await trained();
      if (intent !== null) throw new Interrupted(intent === 'pause' ? 'paused' : 'stopped', 'Stopped after its training; resume goes on with the previews.');
      tell('running', 'previewing', null);
      const numbers = await held.backtest({
        run: runFolder(workspace, runId), known: plan.part, dataset: plainDataset(dataset), clock: definition.since === null ? null : { times: dataset.times, since: definition.since },
        rows: Int32Array.from([...plan.launches, ...plan.fold]), k: definition.k, seed: replaySeed,
      }, abort.signal, (progress) => tell('running', 'previewing', { runId, status: 'running', ...progress }));
      const outcome = reportBacktest(numbers, plan.fold.length, (row) => textOf(dataset, row), replaySeed);
      await workspace.write((writer) => saveBacktest(writer, id, outcome.report, launchesOf(dataset, outcome)));
      await update({ seconds: seconds() });
      tell('done', 'done', null);
    }

    async function settle(error: unknown): Promise<void> {
      const stopped = isAppError(error) && error.code === 'cancelled';
      const status = error instanceof Interrupted ? error.status : stopped ? (intent === 'pause' ? 'paused' : 'stopped') : 'failed';
      if (!(error instanceof Interrupted) && !isAppError(error)) console.error(`back-test ${id}`, error);
      const { message } = error as Error;
      await update({ status, message, seconds: seconds() });
      tell(status, 'training', null, message);
    }

    const ended = drive().catch(settle).catch((error: unknown) => console.error(`back-test ${id} could not be recorded`, error)).finally(() => {
      going = null;
      held.release();
      emit('workspace.changed', { what: ['runs'] });
    });
    return {
      id, ended,
      async stop(wanted) {
        intent ??= wanted;
        if (stopTraining !== null) await stopTraining(wanted);
        else abort.abort();
        await ended;
      },
    };
  }

  /** Holds the training process for what `begin` launches. @throws AppError `busy` */
  async function holding(begin: (held: HeldTraining) => Promise<Going>): Promise<Going> {
    const held = training.hold('A back-test');
    try {
      return (going = await begin(held));
    } catch (error) {
      held.release();
      throw error;
    }
  }

  async function stop(id: string, intent: 'pause' | 'cancel'): Promise<void> {
    const { status } = getBacktest(db, id);
    if (going?.id === id) await going.stop(intent);
    else if (status === 'paused' && intent === 'cancel') await workspace.write((writer) => updateBacktest(writer, id, { status: 'stopped' }));
    emit('workspace.changed', { what: ['runs'] });
  }

  return {
    options: async () => ({ ...(await clock.options()), fewest: fewestLaunches }),
    launches: async ({ since }) => clock.launches(readDate(since)),

    async start({ since, hide, k = defaultK, preset, epochs, seed, device = 'auto', config: overrides }) {
      if ((since === undefined) === (hide === undefined)) throw new AppError('invalid', 'Give either the date from which on SKUs count as launches, or a list of SKUs to hide.');
      const config = normalizeConfig({ ...overrides, ...(epochs === undefined ? {} : { epochs }), ...(seed === undefined ? {} : { seed }) }, preset);
      if (!scoresNewSkus(config)) throw new AppError('invalid', `${config.model} with the ${config.head} head cannot rank a SKU that it has not seen. A back-test needs the tied head.`);
      const asked: BacktestDefinition = { since: since === undefined ? null : readDate(since), hide: hide ?? [], fold: [], k, device, config };
      const { id } = await holding(async (held) => {
        const dataset = await readDataset(workspace, { drafts: false, times: asked.since !== null });
        if (dataset.items.length === 0) throw new AppError('invalid', 'The catalogue is empty. Import a catalogue first.');
        if (dataset.sessions.items.length === 0) throw new AppError('invalid', 'There are no sessions to learn from. Import a sessions file first.');
        const plan = planOf(dataset, asked, false);
        const definition = { ...asked, fold: Array.from(plan.fold, (row) => dataset.skus[row]!) };
        const name = `backtest-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${randomBytes(2).toString('hex')}`;
        await workspace.write((writer) => createBacktest(writer, { id: name, definition, launches: plan.launches.length, dataHash: dataset.hash, dataVersion: dataset.dataVersion }));
        return launch(name, definition, dataset, plan, held);
      });
      return { id };
    },

    pause: ({ id }) => stop(id, 'pause'),
    cancel: ({ id }) => stop(id, 'cancel'),

    async resume({ id }) {
      const record = getBacktest(db, id);
      if (going?.id === id) return;
      if (record.status === 'done') throw new AppError('invalid', `Back-test ${id} is finished. Start a new one.`);
      await holding(async (held) => {
        const definition = record.definition as BacktestDefinition;
        const dataset = await readDataset(workspace, { drafts: false, times: definition.since !== null });
        if (dataset.hash !== record.dataHash) throw new AppError('invalid', `The catalogue or the sessions have changed since back-test ${id} began, so it cannot go on. Start a new one.`);
        const plan = planOf(dataset, definition, true);
        await workspace.write((writer) => updateBacktest(writer, id, { status: 'running', message: null }));
        return launch(id, definition, dataset, plan, held);
      });
    },

    async remove({ id }) {
      if (going?.id === id) throw new AppError('busy', 'This back-test is going on. Cancel it first.');
      await workspace.write((writer) => deleteBacktest(writer, id));
      emit('workspace.changed', { what: ['runs'] });
    },

    list: async () => listBacktests(db).map(summarizeBacktest),
    get: async ({ id }) => describeBacktest(db, getBacktest(db, id)),
    async rows({ id, ...query }) {
      getBacktest(db, id);
      return listBacktestLaunches(db, id, query) as { readonly total: number; readonly rows: readonly BacktestRow[] };
    },
    export: async ({ id }) => exportBacktest(db, finished(getBacktest(db, id))),
    latest: async (request) => errorToExpect(db, request),

    async close() {
      await going?.stop('pause');
    },
  };
}

function finished(record: Backtest): Backtest {
  if (record.report === null) throw new AppError('invalid', `Back-test ${record.id} is ${record.status}: there is nothing to export yet.`);
  return record;
}

function textOf({ items }: StoredDataset, row: number): { readonly words: number; readonly brand: string; readonly leaf: string } {
  const { title, brand, categoryPath } = items[row]!;
  return { words: title.match(/[\p{L}\p{N}]+/gu)?.length ?? 0, brand: brand.trim(), leaf: categoryPath.at(-1) ?? '' };
}

function launchesOf({ items, skus }: StoredDataset, { launches }: BacktestOutcome): readonly BacktestLaunch[] {
  return launches.map(({ row, title: similarity, ...numbers }) => {
    const { title, brand, categoryPath } = items[row]!;
    return { ...numbers, sku: skus[row]!, title, brand, categoryPath, similarity };
  });
}
