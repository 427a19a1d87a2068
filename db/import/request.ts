/** What an import is asked, and what it tells meanwhile. */
import type { Workspace } from '../database.ts';
import type { ImportKind, ImportMapping } from '../records.ts';

/** What an import needs of a workspace. */
export type ImportSite = Pick<Workspace, 'folder' | 'reader' | 'openImport' | 'exclusive' | 'write'>;

export interface ImportRequest {
  readonly kind: ImportKind;
  readonly mapping?: ImportMapping;
  /** Items become drafts; live items are never changed. */
  readonly asDrafts?: boolean;
  /** Stage, validate and compare, but publish nothing. */
  readonly dryRun?: boolean;
  /** Live SKUs that the catalogue does not name are retired; without it they stay as they are. */
  readonly retireMissing?: boolean;
}

export interface ImportHooks {
  /** When a phase begins, and at most ten times a second. */
  readonly onProgress?: (progress: { readonly phase: 'reading' | 'publishing' | 'done'; readonly bytesRead: number; readonly bytesTotal: number; readonly rows: number }) => void;
  /** Cancelling leaves nothing: the report says `cancelled`. */
  readonly signal?: AbortSignal;
  /** Asked last before the commit. @throws the signal's reason where a cancel came first */
  readonly keep?: () => void;
}

