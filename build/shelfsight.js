#!/usr/bin/env node
/** The command line on any Node: finds Node 24 and runs the command there. */
import { join } from 'node:path';
import { findNode, installPackages, root, runInstead } from './setup.js';

/** Commands that belong to the repository; every other one is the app's own. */
const programs = { demo: 'build/show-demo.ts', bench: 'tests/bench/run.ts', pictures: 'tests/e2e/readme.ts', package: 'build/package.ts' };

const [command, ...words] = process.argv.slice(2);
installPackages();
if (Object.hasOwn(programs, command ?? '')) runInstead(findNode(), [join(root, programs[command]), ...words]);
else runInstead(findNode(), [join(root, 'electron', 'cli.ts'), ...process.argv.slice(2)]);
