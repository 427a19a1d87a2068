/** Opens the app: the desktop where an Electron runtime can be had, else the browser host, which is the same app. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildMain } from './main.ts';
import { buildRenderer } from './renderer.ts';

const root = join(import.meta.dirname, '..');
/** Long enough for 120 MB over a slow line; a machine without a way out fails at once. */
const downloadMs = 180_000;

const [chosen] = process.argv.slice(2);
if (!buildRenderer(root)) process.exit(1);

const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
const runtime = findElectron();
// Without a folder both hosts open the demo workspace of this user, fill it and train its model where that has not been done.
const words = chosen === undefined ? ['--demo'] : ['--workspace', chosen];
if ('program' in runtime && buildMain(root)) follow(runtime.program, [root, ...words]);
else {
  console.log(`No desktop window: ${'reason' in runtime ? runtime.reason : 'the desktop shell did not build'}. Shelfsight opens in the browser instead.`);
  follow(process.execPath, [join(root, 'electron', 'web.ts'), ...words, ...(hasDisplay ? ['--open'] : [])]);
}

/** The Electron program, downloaded where that is possible and of use, or why there is none. */
function findElectron(): { readonly program: string } | { readonly reason: string } {
  if (process.platform === 'linux') {
    if (!hasDisplay) return { reason: 'this machine has no display' };
    if (process.getuid?.() === 0) return { reason: 'Electron does not run as root' };
  }
  const folder = join(root, 'node_modules', 'electron');
  const program = (): string | null => {
    const named = join(folder, 'path.txt');
    const path = existsSync(named) ? join(folder, 'dist', readFileSync(named, 'utf8')) : null;
    return path !== null && existsSync(path) ? path : null;
  };
  if (program() === null) {
    console.log('Fetching the Electron runtime (once, about 120 MB) …');
    spawnSync(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore', timeout: downloadMs });
  }
  const found = program();
  return found === null ? { reason: 'the Electron runtime could not be downloaded' } : { program: found };
}

/** Lives and ends with the app, which has our terminal. */
function follow(program: string, args: readonly string[]): void {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 0 : 1)));
}
