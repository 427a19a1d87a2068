/** `npm start`: sets up what is missing, then opens the app. Runs on any Node. `npm start -- FOLDER` opens another workspace. */
import { join } from 'node:path';
import { findNode, installPackages, root, runInstead } from './setup.js';

installPackages();
runInstead(findNode(), [join(root, 'build', 'open.ts'), ...process.argv.slice(2)]);
