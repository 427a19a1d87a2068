/** Builds the screens when their sources have changed since the last build. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything the bundle is made of: the contract enters as types only, and the lockfile stands for the libraries. */
const sources = ['renderer/**/*', 'build/vite.renderer.ts', 'package-lock.json'];

export function hashFiles(root: string, patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of globSync([...patterns], { cwd: root }).sort()) {
    const path = join(root, file);
    if (statSync(path).isFile()) hash.update(`${file}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/** False where vite failed; its messages are on the terminal. */
export function buildRenderer(root: string): boolean {
  const stamp = join(root, 'dist', 'renderer.sha256');
  const hash = hashFiles(root, sources);
  if (existsSync(stamp) && existsSync(join(root, 'dist', 'renderer', 'index.html')) && readFileSync(stamp, 'utf8') === hash) {
    console.log('The screens are built already.');
    return true;
  }
  console.log('Building the screens …');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const done = spawnSync(process.execPath, [vite, 'build', '--config', 'build/vite.renderer.ts', '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.status === 0) writeFileSync(stamp, hash);
  return done.status === 0;
}
