/** `npm run package`: builds everything and packs the desktop app for this platform into dist/package. Needs Electron's download. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildMain } from './main.ts';
import { buildRenderer } from './renderer.ts';

const root = join(import.meta.dirname, '..');
if (!buildRenderer(root) || !buildMain(root)) process.exit(1);
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
const done = spawnSync(process.execPath, [builder, '--config', 'build/electron-builder.config.js', '--publish', 'never', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(done.status ?? 1);
