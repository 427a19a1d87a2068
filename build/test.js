/** `npm test`: sets up what is missing, then runs every check under Node 24. Runs on any Node. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findNode, installPackages, root } from './setup.js';

installPackages();
installSystemPackages();

const done = spawnSync(findNode(), [join(root, 'build', 'checks.ts'), ...process.argv.slice(2)], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
process.exit(done.status ?? 1);

/** Debian's packages that the tests drive: a browser, a software GPU for it and for WebGPU, a display, a system-call tracer. */
function installSystemPackages() {
  if (process.platform !== 'linux') return;
  const wanted = [
    ['chromium', '/usr/bin/chromium'],
    ['libvulkan1', '/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'],
    ['strace', '/usr/bin/strace'],
  ];
  // Only a desktop test needs a display, and only where an Electron runtime lies.
  if (existsSync(join(root, 'node_modules', 'electron', 'dist'))) wanted.push(['xvfb', '/usr/bin/xvfb-run']);
  const missing = wanted.filter(([, ...files]) => !files.some((file) => existsSync(file))).map(([name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log(`Not installed: ${missing.join(', ')} (as root this command would install them). The tests that need them are skipped and counted.`);
    return;
  }
  console.log(`Setting up: apt-get install ${missing.join(' ')} …`);
  const apt = (...words) => spawnSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  if (!apt('install', '-y', '--no-install-recommends', ...missing) && !(apt('update') && apt('install', '-y', '--no-install-recommends', ...missing))) {
    console.log(`apt-get could not install ${missing.join(', ')}. The tests that need them are skipped and counted.`);
  }
}
