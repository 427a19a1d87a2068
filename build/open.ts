/** Opens the app: the desktop where an Electron runtime can be had, else the browser host, which is the same app. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildMain } from './main.ts';
import { buildRenderer } from './renderer.ts';
import { prepareDemo } from './demo/workspace.ts';

const root = join(import.meta.dirname, '..');
/** Long enough for 120 MB over a slow line; a machine without a way out fails at once. */
const downloadMs = 180_000;

const [chosen] = process.argv.slice(2);
const workspace = resolve(chosen ?? join(root, 'workspaces', 'demo'));
if (!buildRenderer(root)) process.exit(1);
if (chosen === undefined) prepareDemo(workspace);

const runtime = findElectron();
if ('program' in runtime && buildMain(root)) {
  follow(spawn(runtime.program, [root, workspace, '--train-if-needed'], { cwd: root, stdio: 'inherit' }));
} else {
  console.log(`No desktop window: ${'reason' in runtime ? runtime.reason : 'the build of the desktop shell failed'}. Shelfsight opens in the browser instead.`);
  const host = spawn(process.execPath, [join(root, 'electron', 'web.ts'), workspace, '--train-if-needed'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  openInBrowser(host.stdout);
  follow(host);
}

/** The Electron program, downloaded where that is possible and of use, or why there is none. */
function findElectron(): { readonly program: string } | { readonly reason: string } {
  if (process.platform === 'linux') {
    if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return { reason: 'this machine has no display' };
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

/** The host prints its URL, token included, as it starts to listen. */
function openInBrowser(output: NodeJS.ReadableStream): void {
  let seen = '';
  let opened = false;
  output.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk);
    seen += chunk.toString('utf8');
    const url = /http:\/\/127\.0\.0\.1:\d+\/\S*(?=\s)/.exec(seen)?.[0];
    if (opened || url === undefined) return;
    opened = true;
    const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
    if (!hasDisplay) return;
    const [program, ...words] = process.platform === 'win32' ? ['cmd', '/c', 'start', '', url] : process.platform === 'darwin' ? ['open', url] : ['xdg-open', url];
    // Where nothing can open it, the URL on the terminal is enough.
    spawn(program!, words, { stdio: 'ignore', detached: true }).on('error', () => {}).unref();
  });
}

/** Lives and ends with the child. */
function follow(child: ReturnType<typeof spawn>): void {
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 0 : 1)));
}
