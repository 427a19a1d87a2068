import { join } from 'node:path';
import type { Workspace } from '../../db/database.ts';

/** Where a run keeps its checkpoints and, once it is done, its model. */
export function runFolder(workspace: Pick<Workspace, 'folder'>, runId: string): string {
  return join(workspace.folder, 'models', runId);
}
