/** The demo workspace: our own generated shop, imported and learned from like any other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoSeed, generateDemo } from '../build/demo/generate.ts';
import type { ImportReport } from '../db/records.ts';
import type { Engine } from './engine.ts';
import { demoMark } from './services/workspace.ts';

/** Imports the demo shop where the workspace is empty, and starts a small training where it has no run yet. */
export async function fillDemo(engine: Engine): Promise<{ readonly runId: string } | null> {
  const { catalog, training } = engine.api;
  const { live, drafts } = await catalog.stats({});
  if (live + drafts === 0) await importDemo(engine);
  const runs = await training.runs({});
  if (runs.length > 0) return null;
  return training.start({ preset: 'small' });
}

export async function importDemo(engine: Engine): Promise<readonly ImportReport[]> {
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-demo-'));
  try {
    const files = generateDemo(folder, demoSeed);
    const imports = [
      { path: files.catalog, kind: 'catalog', asDrafts: false },
      { path: files.sessions, kind: 'sessions', asDrafts: false },
      { path: files.drafts, kind: 'catalog', asDrafts: true },
    ] as const;
    const reports: ImportReport[] = [];
    for (const { path, kind, asDrafts } of imports) {
      const file = await engine.adoptFile(path);
      reports.push(await engine.api.catalog.import({ file, kind, asDrafts, job: `demo ${reports.length + 1}` }));
    }
    writeFileSync(join(engine.folder, demoMark), JSON.stringify({ seed: demoSeed }));
    return reports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
