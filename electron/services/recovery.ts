/** What is offered where a workspace is refused, in place of all services. */
import { listBackups } from '../../db/backups.ts';
import { RefusedFile } from '../../db/errors.ts';
import { newestVersion } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';
import type { RecoveryWay } from '../../db/records.ts';
import { recoverWorkspace } from '../../db/recovery.ts';
import { AppError } from '../api/errors.ts';
import type { Recovery, WorkspaceApi } from '../api/workspace.ts';
import { expected } from './guard.ts';

/** The best first; restoring only where there is a backup. */
const ways: Readonly<Record<Recovery['refusal'], readonly RecoveryWay[]>> = {
  damaged: ['restore', 'salvage', 'fresh'],
  changed: ['restore', 'salvage', 'fresh'],
  foreign: ['restore', 'fresh'],
  newer: ['restore'],
  'stray-log': ['log', 'restore'],
};

/** The refusal behind an error of `openEngine`; null for any other error. */
export function refusalOf(error: unknown): RefusedFile | null {
  return error instanceof AppError && error.cause instanceof RefusedFile ? error.cause : null;
}

/** `reopen` opens the workspace with all its services, once there is something to open. */
export function createRecovery(folder: string, first: RefusedFile, reopen: () => Promise<void>): WorkspaceApi {
  let refused = first;
  const refuse = (): Promise<never> => Promise.reject(new AppError('invalid', refused.message));
  return {
    status: refuse,
    async recovery() {
      const backups = listBackups(folder).filter(({ version }) => version <= newestVersion(migrations));
      return { refusal: refused.refusal, message: refused.refusal === 'newer' ? refused.message : refused.finding, folder, backups, ways: ways[refused.refusal].filter((way) => way !== 'restore' || backups.length > 0) };
    },
    async recover({ way, backup }) {
      const { setAside, tables } = await recoverWorkspace(folder, way, backup);
      await reopen().catch((error: unknown) => {
        refused = refusalOf(error) ?? refused;
        throw expected(error, folder);
      });
      return { way, setAside, tables };
    },
    openDemo: refuse,
    resetDemo: refuse,
    openBundle: refuse,
    makeBundle: refuse,
    makeExport: refuse,
    takeMade: refuse,
    wipe: refuse,
  };
}
