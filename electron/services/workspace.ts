/** The frame around every screen. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readItemStats } from '../../db/items.ts';
import { activeRun, listRuns } from '../../db/runs.ts';
import { readSessionStats } from '../../db/sessions.ts';
import { AppError } from '../api/errors.ts';
import type { WorkspaceApi, WorkspaceStatus } from '../api/workspace.ts';
import type { Context } from './context.ts';
import type { MadeFiles } from './made-files.ts';

/** A file of this name marks the workspace that was filled by the demo generator. */
export const demoMark = 'demo.json';

/** In the words of the model chip. */
export const staleReason = 'The catalogue or the sessions have changed since this model was trained.';

const stays = (): Promise<never> => Promise.reject(new AppError('invalid', 'This program stays with the workspace it was given. Name another one when you start it.'));

export function createWorkspaceService({ workspace, compute, version }: Context, made: MadeFiles): WorkspaceApi {
  return {
    async status(): Promise<WorkspaceStatus> {
      const db = workspace.reader;
      const { live, drafts } = readItemStats(db);
      const run = activeRun(db);
      const going = listRuns(db).find(({ status }) => status === 'running' || status === 'paused');
      return {
        folder: workspace.folder,
        name: basename(workspace.folder),
        demo: existsSync(join(workspace.folder, demoMark)),
        readOnly: workspace.readOnly,
        live,
        drafts,
        sessions: readSessionStats(db).sessions,
        model: run && { runId: run.runId, model: run.model, head: run.head, trainedAt: run.startedAt + run.seconds * 1000, stale: run.stale ? staleReason : null },
        running: going ? { runId: going.runId, paused: going.status === 'paused' } : null,
        compute: compute.state,
        version,
      };
    },
    recovery: async () => null,
    recover: () => Promise.reject(new AppError('invalid', 'The workspace is open as it is: there is nothing to recover from.')),
    // The shell goes there, and what ends this engine is around it (electron/departure.ts).
    openDemo: () => stays(),
    resetDemo: () => stays(),
    openBundle: () => stays(),
    ...made,
    // The host does it, around the engine that these services belong to (electron/wipe.ts).
    wipe: () => Promise.reject(new AppError('invalid', 'This program cannot wipe a workspace. Wipe it on the settings screen of the app.')),
  };
}
