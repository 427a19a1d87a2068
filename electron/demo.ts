/** The demo workspace: our own generated shop, imported and learned from like any other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoSeed, generateDemo } from '../build/demo/generate.ts';
import type { ImportReport } from '../db/records.ts';
import type { Engine } from './engine.ts';
import { keepImported, keepTrained } from './services/demo-start.ts';
import { demoMark } from './services/workspace.ts';

export { restoreStart } from './services/demo-start.ts';

/** Imports the demo shop where the workspace is empty, and starts a small training where it has no run yet. What a reset goes back to is kept as soon as it is there. */
export async function fillDemo(engine: Engine): Promise<{ readonly runId: string } | null> {
  const { catalog, training } = engine.api;
  engine.on('training.progress', ({ status }) => {
    if (status === 'done') keepStart(engine.folder);
  });
  keepStart(engine.folder);
  const { live, drafts } = await catalog.stats({});
  if (live + drafts === 0) await importDemo(engine);
  const runs = await training.runs({});
  if (runs.length > 0) return null;
  return training.start({ preset: 'small' });
}

/** A demo that cannot be reset at once is no reason to fail: it is made anew then. */
function keepStart(folder: string): void {
  try {
    keepTrained(folder);
  } catch (error) {
    console.error('demo', error);
  }
}

export async function importDemo(engine: Engine): Promise<readonly ImportReport[]> {
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-demo-'));
  try {
    writeFileSync(join(engine.folder, demoMark), JSON.stringify({ seed: demoSeed })); // first: screens say what is being made
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
    keepImported(engine.folder);
    return reports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
