/**
 * The model that is open in the serving process: opened when it is first asked for, opened again when the run, the catalogue, the
 * sessions or the panel are others, or the process is. Keeps what turns its rows back into SKUs.
 */
import { join } from 'node:path';
import { readDataset } from '../../db/dataset.ts';
import { activeRun, getRun, type Run } from '../../db/runs.ts';
import { readDataVersion } from '../../db/version.ts';
import type { ComputeApi, OpenModel } from '../../models/jobs.ts';
import { AppError, isAppError } from '../api/errors.ts';
import type { ModelOpening } from '../api/opening.ts';
import type { Context } from './context.ts';
import { runFolder } from './run-folder.ts';

/** One panel for every preview: both sides of a comparison see the same moments. */
export const panelSeed = 1;
export const panelSessions = 2_000;
export const defaultK = 20;

/** Milliseconds after which a person notices that something is waited for. */
const noticed = 150;

export interface Served {
  readonly run: Run;
  readonly info: OpenModel;
  readonly k: number;
  readonly skus: readonly string[];
  /** By the SKU after NFC. */
  readonly rowOf: ReadonlyMap<string, number>;
  /** Rows of drafts. */
  readonly drafts: Int32Array;
  readonly sessionIds: readonly string[];
  readonly compute: Pick<ComputeApi, 'preview' | 'explain' | 'contrast' | 'together' | 'recommend' | 'contributions' | 'demand' | 'demandMoments'>;
}

export interface ServedRequest {
  /** The active run unless given. */
  readonly runId?: string | undefined;
  readonly panel?: number | undefined;
  readonly k?: number | undefined;
  /** Whether drafts saved since the model was opened must be known to it. */
  readonly drafts: boolean;
}

export interface Serving {
  /**
   * Runs `work` with the model open; nobody else opens another meanwhile.
   * @throws AppError `no-model` before a first training
   */
  use<T>(request: ServedRequest, work: (served: Served) => Promise<T>): Promise<T>;
  /** A draft was saved, imported or deleted. */
  draftsChanged(): void;
  /** Whoever waits for a model to open is answered with `cancelled`. */
  stopOpening(): Promise<void>;
}

interface Opened {
  readonly key: string;
  readonly draftsAt: number;
  readonly generation: number;
  readonly served: Served;
}

/** A model that is being opened. */
interface Going {
  /** The model in use and the data that it is opened for; null where a run was named. */
  readonly state: string | null;
  /** Why it is to end before it is open. */
  ended: keyof typeof endings | null;
  /** Ends the reading of the workspace. */
  readonly stop: AbortController;
}

const endings = { cancelled: 'Opening the model was stopped.', 'compute-lost': 'Another model is opened in its place.' } as const;

export function createServing({ workspace, compute, emit }: Context): Serving {
  const db = workspace.reader;
  let draftsAt = 0;
  let opened: Opened | null = null;
  /** Users wait for each other: the process holds one model. */
  let queue: Promise<unknown> = Promise.resolve();
  let opening: Going | null = null;
  /** Answers that are waited for, openings and the first reading of the panel for category demand. */
  let waiting = 0;

  function fits(candidate: Opened | null, key: string, drafts: boolean): candidate is Opened {
    return candidate !== null && candidate.key === key && candidate.generation === compute.serving.generation && (!drafts || candidate.draftsAt === draftsAt);
  }

  async function openRun(run: Run, panel: number, k: number, key: string, own: Going): Promise<Opened> {
    const at = draftsAt;
    const dataset = await readDataset(workspace, { drafts: true, stop: own.stop.signal });
    own.stop.signal.throwIfAborted();
    const info = await compute.serving.api.open({
      folder: runFolder(workspace, run.runId),
      items: dataset.items,
      ids: dataset.ids,
      live: dataset.live,
      sessions: dataset.sessions,
      cache: join(workspace.folder, 'cache'),
      panel: { sessions: panel, seed: panelSeed },
      k,
    });
    const rowOf = new Map(dataset.skus.map((sku, row) => [sku.normalize('NFC'), row]));
    const drafts = Int32Array.from(dataset.skus.keys().filter((row) => dataset.live[row] === 0));
    const served = { run, info, k, skus: dataset.skus, rowOf, drafts, sessionIds: dataset.sessionIds, compute: askedOf(run.runId) };
    return { key, draftsAt: at, generation: compute.serving.generation, served };
  }

  /** Apart from the opening, so that what it read is not kept for as long as this is. */
  function askedOf(runId: string): Served['compute'] {
    return { ...compute.serving.api, demand: (job) => told(runId, 'demand', () => compute.serving.api.demand(job)) };
  }

  /** What a request without a run is answered by: the model in use and the data. */
  function present(): string {
    return JSON.stringify([activeRun(db)?.runId, readDataVersion(db)]);
  }

  async function end(how: keyof typeof endings): Promise<void> {
    if (opening !== null) {
      opening.ended = how;
      opening.stop.abort();
    }
    await compute.serving.kill(how, endings[how]);
  }

  /** Tells how far it is, where it lasts long enough to be noticed. */
  async function told<T>(runId: string, phase: ModelOpening['phase'], work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    let last: Pick<ModelOpening, 'phase' | 'done'> = { phase, done: null };
    let telling = false;
    waiting++;
    const tell = (status: ModelOpening['status']): void => emit('opening.progress', { runId, status, ...last, seconds: (performance.now() - started) / 1000 });
    const timer = setTimeout(() => {
      telling = true;
      tell('running');
    }, noticed);
    const stop = compute.serving.onOpening((progress) => {
      last = progress;
      if (telling) tell('running');
    });
    try {
      return await work();
    } finally {
      waiting--;
      clearTimeout(timer);
      stop();
      if (telling) tell('ended');
    }
  }

  async function open({ runId, panel = panelSessions, k = defaultK, drafts }: ServedRequest): Promise<Served> {
    const run = runId === undefined ? activeRun(db) : getRun(db, runId);
    if (run === null) throw new AppError('no-model', 'There is no trained model yet. Train one first.');
    if (run.status !== 'done') throw new AppError('no-model', `Run ${run.runId} is ${run.status}: only a finished run has a model.`);
    const key = JSON.stringify([run.runId, readDataVersion(db), panel, k]);
    if (fits(opened, key, drafts)) return { ...opened.served, run };
    opened = null;
    const own: Going = { state: runId === undefined ? present() : null, ended: null, stop: new AbortController() };
    opening = own;
    try {
      opened = await told(run.runId, 'reading', () => openRun(run, panel, k, key, own));
    } catch (error) {
      if (own.ended === 'compute-lost') return open({ runId, panel, k, drafts });
      throw own.ended === null ? error : new AppError(own.ended, endings[own.ended]);
    } finally {
      if (opening === own) opening = null;
    }
    return opened.served;
  }

  return {
    use(request, work) {
      // Nobody waits for a model that is no longer in use: those who do are answered by the one that is.
      if (opening !== null && opening.ended === null && opening.state !== null && opening.state !== present()) void end('compute-lost');
      const answer = (): ReturnType<typeof work> => open(request).then(work);
      // Nothing is written here: what the end of the process interrupted is computed once more, by the next one.
      const turn = queue.then(answer).catch((error: unknown) => {
        if (isAppError(error) && error.code === 'compute-lost') return answer();
        throw error;
      });
      queue = turn.catch(() => undefined);
      return turn;
    },
    draftsChanged: () => void draftsAt++,
    async stopOpening() {
      if (waiting > 0) await end('cancelled');
    },
  };
}
