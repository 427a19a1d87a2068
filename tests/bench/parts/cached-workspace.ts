/** A workspace of a synthetic shop (loaded-workspace.ts), made once for each size and kept: to make the largest takes minutes. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What it is made by: another shop, or another form of a model, asks for another workspace. */
const makers = ['loaded-workspace.ts', 'synthetic.ts', '../../../models/artifact.ts', '../../../models/encoders.ts'];

/** Its folder. Whoever opens it leaves in it what a first opening computes, unless `emptyCache` is called. */
export function cachedWorkspace(skus: number, sessions: number): string {
  const hash = createHash('sha256');
  for (const maker of makers) hash.update(readFileSync(join(import.meta.dirname, maker)));
  const folder = join(tmpdir(), `shelfsight-bench-${skus}-${sessions}-${hash.digest('hex').slice(0, 12)}`);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.tmp-${process.pid}`;
    const started = performance.now();
    process.stderr.write(`making a workspace of ${skus.toLocaleString('en')} SKUs and ${sessions.toLocaleString('en')} sessions…\n`);
    mkdirSync(unfinished);
    execFileSync(process.execPath, ['--max-old-space-size=8000', join(import.meta.dirname, 'loaded-workspace.ts'), unfinished, String(skus), String(sessions)], { stdio: ['ignore', 'inherit', 'inherit'] });
    for (const file of ['catalog.csv', 'sessions.csv']) rmSync(join(unfinished, file));
    renameSync(unfinished, folder);
    process.stderr.write(`made in ${((performance.now() - started) / 1000).toFixed(0)} s; it is kept in ${folder}\n`);
  }
  return join(folder, 'workspace');
}

export function emptyCache(workspace: string): void {
  rmSync(join(workspace, 'cache'), { recursive: true, force: true });
}
