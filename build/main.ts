/** Builds the processes of the desktop app when their sources have changed since the last build. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles } from './renderer.ts';

const sources = ['electron/**/*', 'db/**/*', 'models/**/*', 'build/vite.main.ts', 'package-lock.json'];

/** False where vite failed; its messages are on the terminal. */
export function buildMain(root: string): boolean {
  const stamp = join(root, 'dist', 'main.sha256');
  const hash = hashFiles(root, sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true;
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  for (const mode of ['production', 'preload']) {
    const done = spawnSync(process.execPath, [vite, 'build', '--config', 'build/vite.main.ts', '--mode', mode, '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    if (done.status !== 0) return false;
  }
  writeFileSync(stamp, hash);
  return true;
}
