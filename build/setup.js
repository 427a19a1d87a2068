/**
 * Makes a fresh clone runnable. Plain JavaScript that any Node from 18 on understands: this is what runs before Node 24 is there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The oldest Node that runs our TypeScript files as they are and opens our database. */
const oldestNode = [22, 18];

/** Runs `npm ci` unless node_modules already holds what the lockfile names. */
export function installPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  console.error(`Setting up: npm ci (${missing.length} packages to install, about half a minute) …`);
  // No install scripts: none is needed, and onnxruntime-node's fetches CUDA and fails where that cannot be reached.
  const npm = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // Standard output belongs to what is set up for: the command line answers with one JSON document there.
  const quiet = ['ignore', 2, 2];
  // Under `npm start` the running npm's own program is known; Windows could not start `npm.cmd` without a shell.
  const program = process.env.npm_execpath;
  const done = program !== undefined && /npm-cli\.[cm]?js$/.test(program)
    ? spawnSync(process.execPath, [program, ...npm], { cwd: root, stdio: quiet })
    : spawnSync('npm', npm, { cwd: root, stdio: quiet, shell: process.platform === 'win32' });
  if (done.status !== 0) giveUp('npm ci did not finish. Its message above says why; most often the package registry could not be reached. Run the command again when it can.');
}

/** Packages of the lockfile that node_modules lacks or has in another version. */
function missingPackages() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted)
    // Optional packages belong to one platform each; `findNode` says what is wrong where ours is missing.
    .filter(([path, entry]) => path !== '' && !entry.optional && !entry.devOptional && installed[path]?.version !== entry.version)
    .map(([path]) => path);
}

function readPackages(lockfile) {
  return existsSync(lockfile) ? (JSON.parse(readFileSync(lockfile, 'utf8')).packages ?? {}) : {};
}

/** The Node that runs everything else: the one npm installed, or the running one where it is new enough. */
export function findNode() {
  const bundled = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (process.platform !== 'win32' && existsSync(bundled)) return realpathSync(bundled);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return process.execPath;
  return giveUp(
    `Shelfsight needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}, and npm has no ready Node for ${process.platform}-${process.arch}. `
    + 'Install Node 24 from your package manager or nodejs.org, then run the command again.',
  );
}

/** Runs a program in our place: its terminal, its signals, its exit status. */
export function runInstead(program, args) {
  const child = spawn(program, args, { stdio: 'inherit' });
  // A terminal sends ctrl-C to both of us: passing it on would make it two. Without a terminal it reaches only us.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

export function giveUp(sentence) {
  console.error(sentence);
  process.exit(1);
}
