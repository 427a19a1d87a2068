/** Folders that many test files begin with: `npm test` names a place where the first to need one leaves a copy for the others. A file that runs alone makes its own. */
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const place = process.env['SHELFSIGHT_TEST_FOLDER'];

/** False where nobody has made it in this run. */
export function copyMade(name: string, to: string): boolean {
  if (place === undefined || !existsSync(join(place, name))) return false;
  cpSync(join(place, name), to, { recursive: true });
  return true;
}

/** Under its name only when it is whole. Two files that made it at the same time made the same. */
export function keepMade(name: string, from: string): void {
  if (place === undefined) return;
  const draft = join(place, `${name}-${process.pid}`);
  cpSync(from, draft, { recursive: true });
  try {
    renameSync(draft, join(place, name));
  } catch {
    rmSync(draft, { recursive: true });
  }
}
