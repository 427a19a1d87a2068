/** Real workspaces in temporary folders; nothing more. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { openWorkspace } from '../../db/database.ts';
import type { ReadableDB, Workspace } from '../../db/database.ts';
import { importFile } from '../../db/import/import.ts';
import type { ImportHooks } from '../../db/import/request.ts';
import type { NewRun } from '../../db/runs.ts';
import type { ImportKind, ImportMapping, ImportReport, Issue, ItemFeatures } from '../../db/records.ts';

/** Data and fixtures that lie beside the checkout. */
export const shared = resolve(import.meta.dirname, '../../../shared');

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An empty workspace; closed and gone after the test. */
export function temporaryWorkspace(t: TestContext): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-'));
  const workspace = openWorkspace(folder);
  t.after(async () => {
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return workspace;
}

export interface TextImport {
  readonly kind?: ImportKind;
  readonly mapping?: ImportMapping;
  readonly asDrafts?: boolean;
  readonly dryRun?: boolean;
  readonly retireMissing?: boolean;
  readonly hooks?: ImportHooks;
}

let files = 0;

/** Writes the text to a file of the workspace's uploads and imports it. */
export async function importText(workspace: Workspace, text: string | Uint8Array, { kind = 'catalog', hooks, ...request }: TextImport = {}): Promise<ImportReport> {
  files += 1;
  const path = join(workspace.folder, 'uploads', `${files}.csv`);
  writeFileSync(path, text);
  return importFile(workspace, path, 'test.csv', { kind, ...request }, hooks);
}

export function codes(report: ImportReport): readonly string[] {
  return report.issues.map((issue) => issue.code);
}

/** The fields of an issue beside those of its code. */
export function flat(issue: Issue): Readonly<Record<string, unknown>> {
  return { ...issue, ...issue.details };
}

/** What SQLite says of a statement, one line a step. */
export function explain(db: ReadableDB, sql: string, values: readonly unknown[]): string {
  return db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values).map((row) => row.detail).join('\n');
}

/** Features with nothing in them but what is given. */
export function features(given: Partial<ItemFeatures>): ItemFeatures {
  return { title: '', description: '', brand: '', categoryPath: [], color: [], material: [], size: '', department: '', manufacturer: '', price: null, attrs: [], ...given };
}

/** A run that nothing is known of yet. */
export const newRun = (runId: string, dataVersion = 0): NewRun => ({
  runId, model: 'm2trec', head: 'tied', mode: 'causal', seed: 7, config: { epochs: 3 }, device: 'cpu', dataHash: 'abc', dataVersion, hidden: ['A'],
});
