/** Everything behind the contract, for whoever hosts it: the backend process, the command line, the tests. */
import { dirname, join, resolve } from 'node:path';
import { openWorkspace } from '../db/database.ts';
import { StorageError } from '../db/errors.ts';
import { AppError } from './api/errors.ts';
import { methods, type Api } from './api/index.ts';
import type { ExportedRun } from './api/training.ts';
import { createComputePool } from './compute-pool.ts';
import { createBacktestService } from './services/backtest.ts';
import { createBenchmarkService } from './services/benchmark.ts';
import { saveBundle, unpackBundle, type SavedBundle } from './services/bundle.ts';
import { createCatalogService } from './services/catalog.ts';
import { createCategoriesService } from './services/categories.ts';
import type { Context } from './services/context.ts';
import { createExport } from './services/export.ts';
import { expected, guard } from './services/guard.ts';
import { createLaunchService } from './services/launch.ts';
import { createListeners, type Listening } from './services/listeners.ts';
import { createMadeFiles } from './services/made-files.ts';
import { createRecovery, refusalOf } from './services/recovery.ts';
import { createReportService } from './services/report.ts';
import { createServing } from './services/serving.ts';
import { createSessionsService } from './services/sessions.ts';
import { createTrainingService } from './services/training.ts';
import { createUploads } from './services/uploads.ts';
import { createViewsService } from './services/views.ts';
import { createWorkspaceService } from './services/workspace.ts';
import { mapMethods } from './transport/channel.ts';
import type { SpawnWorker } from './transport/spawn.ts';
import { libraries, version } from './version.ts';

export interface Engine extends Listening {
  readonly api: Api;
  readonly folder: string;
  /** A token for a file on this machine; never offered to a screen. */
  adoptFile(path: string): Promise<string>;
  /** Writes the model of a finished run to a folder of this machine; never offered to a screen. */
  exportRun(request: { readonly runId: string; readonly folder: string }): Promise<ExportedRun>;
  /** Writes the workspace with its model in use to one file of this machine; never offered to a screen. */
  saveBundle(file: string): Promise<SavedBundle>;
  /** Unpacks a staged file into a new workspace below `parent`; its folder. */
  unpackBundle(token: string, parent: string): Promise<string>;
  /** Pauses a training at a checkpoint, ends the compute processes, closes the workspace. */
  close(): Promise<void>;
}

/** @throws AppError where the folder cannot be opened as a workspace */
export async function openEngine(folder: string, spawn: SpawnWorker): Promise<Engine> {
  const workspace = open(folder);
  const { emit, ...listening } = createListeners();
  const pool = createComputePool(spawn, () => emit('workspace.changed', { what: ['compute'] }));
  const context: Context = { workspace, compute: pool, emit, version };
  const uploads = createUploads(join(workspace.folder, 'uploads'), workspace.readOnly);
  const serving = createServing(context);
  const training = await createTrainingService(context);
  const backtest = await createBacktestService(context, training);
  const benchmark = createBenchmarkService(context, training, libraries);
  const exportRun = createExport(context);
  const made = createMadeFiles(context, (file) => saveBundle(workspace.folder, file, version), exportRun);
  const api = guard({
    workspace: createWorkspaceService(context, made),
    catalog: createCatalogService(context, uploads, serving),
    sessions: createSessionsService(context),
    training,
    launch: createLaunchService(context, serving),
    categories: createCategoriesService(context, serving),
    benchmark,
    backtest,
    report: createReportService(context, training),
    views: createViewsService(context),
  }, workspace.folder);
  return {
    api,
    folder: workspace.folder,
    ...listening,
    adoptFile: (path) => uploads.adopt(path),
    exportRun: (request) => exportRun(request).catch((error: unknown) => { throw expected(error, workspace.folder); }),
    saveBundle: (file) => saveBundle(workspace.folder, file, version).catch((error: unknown) => { throw expected(error, dirname(file)); }),
    async unpackBundle(token, parent) {
      return unpackBundle(uploads.read(token).path, parent).catch((error: unknown) => { throw expected(error, parent); }).finally(() => uploads.remove(token));
    },
    async close() {
      await benchmark.close();
      await backtest.close();
      await training.close();
      await pool.stop();
      await workspace.close();
    },
  };
}

/**
 * The same for whoever can ask the user: where the workspace's file is refused, every method says so, and `workspace.recover` can put
 * another in its place; from then on this is the workspace's engine.
 * @throws AppError where it cannot be opened for another reason
 */
export async function openOrRecover(folder: string, spawn: SpawnWorker): Promise<Engine> {
  const root = resolve(folder);
  let inner: Engine | null = null;
  try {
    return await openEngine(root, spawn);
  } catch (error) {
    const refused = refusalOf(error);
    if (refused === null) throw error;
    const { emit, ...listening } = createListeners();
    const opened = (): Engine => {
      if (inner === null) throw new AppError('invalid', refused.message);
      return inner;
    };
    const recovery = createRecovery(root, refused, async () => {
      inner = await openEngine(root, spawn);
      inner.onEvent(emit);
      emit('workspace.changed', { what: ['catalog', 'sessions', 'runs', 'model', 'compute', 'drafts'] });
    });
    const closed = guard({ ...mapMethods<Api>(methods, () => () => recovery.status({}) as Promise<never>), workspace: recovery }, root);
    return {
      api: mapMethods<Api>(methods, (service, method) => (request) => callOf(inner?.api ?? closed, service, method)(request)),
      folder: root,
      ...listening,
      adoptFile: async (path) => opened().adoptFile(path),
      exportRun: async (request) => opened().exportRun(request),
      saveBundle: async (file) => opened().saveBundle(file),
      unpackBundle: async (token, parent) => opened().unpackBundle(token, parent),
      close: async () => inner?.close(),
    };
  }
}

/** A method by its name, for whoever stands between the calls and an engine. */
export function callOf(api: Api, service: string, method: string): (request: unknown) => Promise<unknown> {
  return (api as unknown as Record<string, Record<string, (request: unknown) => Promise<unknown>>>)[service]![method]!;
}

function open(folder: string): ReturnType<typeof openWorkspace> {
  try {
    return openWorkspace(folder);
  } catch (error) {
    if (error instanceof StorageError) throw new AppError(error.code, error.message, { cause: error });
    throw error;
  }
}
