/** Every version of the workspace, in order. A released one is never edited. */
import type { Migration } from '../migrate.ts';
import { workspace } from './1-workspace.ts';

export const migrations: readonly Migration[] = [workspace];
