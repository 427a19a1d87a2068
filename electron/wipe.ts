/** An engine whose workspace can be emptied while screens look at it: it is closed, wiped, and opened anew behind the same calls. */
import { resolve } from 'node:path';
import { StorageError } from '../db/errors.ts';
import { wipeWorkspace } from '../db/wipe.ts';
import { AppError } from './api/errors.ts';
import { methods, type Api } from './api/index.ts';
import { parseRequest } from './api/schemas.ts';
import { callOf, openOrRecover, type Engine } from './engine.ts';
import { createListeners } from './services/listeners.ts';
import { demoMark } from './services/workspace.ts';
import { mapMethods } from './transport/channel.ts';
import type { SpawnWorker } from './transport/spawn.ts';

/** @throws AppError where the folder cannot be opened as a workspace */
export async function openWipeable(folder: string, spawn: SpawnWorker): Promise<Engine> {
  const root = resolve(folder);
  const { emit, ...listening } = createListeners();
  const open = async (): Promise<Engine> => {
    const opened = await openOrRecover(root, spawn);
    opened.onEvent(emit);
    return opened;
  };
  let engine = await open();
  /** While it goes on; every other call waits for nothing and says so. */
  let wiping: Promise<void> | null = null;

  async function wipe(request: unknown): Promise<void> {
    const { name } = parseRequest('workspace', 'wipe', request) as { readonly name: string };
    await assertWipeable(engine.api, name);
    wiping ??= replace().finally(() => (wiping = null));
    await wiping;
    emit('workspace.changed', { what: ['catalog', 'sessions', 'runs', 'model', 'compute', 'drafts', 'views'] });
  }

  async function replace(): Promise<void> {
    await engine.close();
    try {
      wipeWorkspace(root, [demoMark]);
    } catch (error) {
      throw error instanceof StorageError ? new AppError(error.code, error.message, { cause: error }) : error;
    } finally {
      engine = await open();
    }
  }

  return {
    api: mapMethods<Api>(methods, (service, method) => (request) => {
      if (wiping !== null) return Promise.reject(new AppError('busy', 'The workspace is being wiped. Wait a moment.'));
      if (service === 'workspace' && method === 'wipe') return wipe(request);
      return callOf(engine.api, service, method)(request);
    }),
    folder: root,
    ...listening,
    adoptFile: (path) => engine.adoptFile(path),
    exportRun: (request) => engine.exportRun(request),
    saveBundle: (file) => engine.saveBundle(file),
    unpackBundle: (token, parent) => engine.unpackBundle(token, parent),
    async close() {
      await wiping?.catch(() => undefined);
      await engine.close();
    },
  };
}

async function assertWipeable(api: Api, name: string): Promise<void> {
  const status = await api.workspace.status({});
  if (name !== status.name) throw new AppError('invalid', `This workspace is called "${status.name}". Give its name exactly to wipe it.`);
  if (status.readOnly) throw new AppError('invalid', 'The workspace is open for reading only, so nothing can be removed from it.');
  if (status.running !== null) throw new AppError('invalid', 'A model is being trained. Cancel the training, then wipe.');
}
