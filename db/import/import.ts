/** Files in: look at one, or import it. */
import type { Workspace } from '../database.ts';
import type { ImportKind, ImportReport } from '../records.ts';
import type { ImportHooks, ImportMapping, ImportRequest, Inspection } from './request.ts';

/** What the file seems to be, column by column, with what would stop its import. `name` is the user's name of the file. */
export async function inspectFile(path: string, name: string, options: { readonly kind?: ImportKind; readonly mapping?: ImportMapping } = {}): Promise<Inspection> {
  throw new Error(`not built yet: inspect ${path} ${name} ${JSON.stringify(options)}`);
}

/** All or nothing to the eye; the report says what happened. Problems of the file are in the report, never an exception. */
export async function importFile(workspace: Workspace, path: string, name: string, request: ImportRequest, hooks: ImportHooks = {}): Promise<ImportReport> {
  throw new Error(`not built yet: import ${path} ${name} ${JSON.stringify(request)} ${workspace.folder} ${String(hooks.signal)}`);
}
