/** Where this system keeps an application's data. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export function dataFolder(): string {
  switch (process.platform) {
    case 'win32':
      return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Shelfsight');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Shelfsight');
    default:
      return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'shelfsight');
  }
}

/** Where bundles are unpacked, each into a workspace of its own. */
export function bundleFolder(): string {
  return join(dataFolder(), 'workspaces');
}

export function demoWorkspace(): string {
  return join(dataFolder(), 'demo');
}
