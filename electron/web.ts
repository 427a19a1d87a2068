/**
 * Entry of the browser host: `web.ts [--workspace FOLDER] [--demo] [--port N] [--open] [--screens FOLDER]`.
 * Without a workspace it opens the demo one. Prints one line with the link; Enter prints another (each link opens once).
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backendWords, destinationOf, keepBackend, type BackendHold, type Destination } from './keep-backend.ts';
import { forkedWorkers, type Child } from './transport/spawn.ts';
import { startWebHost } from './web-host.ts';
import { demoWorkspace } from './folders.ts';

const { values } = parseArgs({
  options: {
    workspace: { type: 'string' },
    demo: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    open: { type: 'boolean', default: false },
    screens: { type: 'string' },
  },
});

const fromSource = extname(import.meta.filename) === '.ts';
const screens = resolve(values.screens ?? join(import.meta.dirname, fromSource ? '../dist/renderer' : '../renderer'));
if (!existsSync(join(screens, 'index.html'))) fail(`The screens are not built: ${screens} has no index.html. Run npm start, which builds them.`);
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port ${values.port} is not a port. Use a number from 0 (any free port) to 65535.`);

const entry = (role: string): string => join(import.meta.dirname, role + extname(import.meta.filename));
const workers = forkedWorkers({ backend: entry('backend'), compute: entry('compute') });

/** The backend of the workspace that is open; while the user goes to another one, who connects waits for it. */
let backend = openBackend({ folder: resolve(values.workspace ?? demoWorkspace()), demo: values.demo || values.workspace === undefined, reset: false });
let moving: Promise<void> = backend.start();
await moving;

const host = await startWebHost({ screens, port, connect: () => moving.then(() => backend.connect()) }).catch((error: NodeJS.ErrnoException) =>
  fail(error.code === 'EADDRINUSE' ? `Port ${port} is in use. Choose another with --port, or leave it out.` : error.message),
);
const link = host.link();
console.log(`Shelfsight is open at ${link}`);
if (values.open) openBrowser(link);
process.stdin.on('data', () => console.log(`Shelfsight is open at ${host.link()}`));

let closing = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (closing) process.exit(1); // asked twice: at once
    closing = true;
    void Promise.all([backend.stop(), host.close()]).then(() => process.exit(0));
  });
}

function openBackend(destination: Destination): BackendHold<Child> {
  const words = backendWords(destination);
  const giveUp = (exitCode: number | null): void => process.exit(exitCode === 0 ? 0 : 1); // the backend said why
  return keepBackend(() => workers('backend', words()), giveUp, (departure) => {
    moving = move(destinationOf(departure, destination.folder));
  });
}

async function move(destination: Destination): Promise<void> {
  await backend.stop();
  backend = openBackend(destination);
  await backend.start();
}

function openBrowser(url: string): void {
  const [command, ...args] = process.platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler', url] : [process.platform === 'darwin' ? 'open' : 'xdg-open', url];
  const browser = spawn(command!, args, { stdio: 'ignore', detached: true });
  browser.on('error', () => console.error('No browser could be started: open the link above in one.'));
  browser.unref();
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
