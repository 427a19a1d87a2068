/** Fills the demo workspace through the command line, as a user would: generate, import, mark. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoSeed, generateDemo, type DemoFiles } from './generate.ts';

const root = join(import.meta.dirname, '../..');

/** Written last: a workspace without it is filled again, which changes nothing that is there already. */
export const demoMark = 'demo.json';

/** One run of our command line. Its JSON answer, or the status it ended with (its message is on the terminal). */
export function runCommand(words: readonly string[]): { readonly answer: unknown } | { readonly status: number } {
  const done = spawnSync(process.execPath, [join(root, 'electron', 'cli.ts'), ...words, '--json'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  return done.status === 0 ? { answer: JSON.parse(done.stdout) as unknown } : { status: done.status ?? 1 };
}

/** Imports the generated files, drafts as drafts. Ends the program where an import fails. */
export function importDemo(folder: string, files: DemoFiles): readonly unknown[] {
  return [
    ['import', folder, '--catalog', files.catalog, '--sessions', files.sessions],
    ['import', folder, '--catalog', files.drafts, '--drafts'],
  ].map((words) => {
    const done = runCommand(words);
    if ('status' in done) process.exit(done.status);
    return done.answer;
  });
}

/** A folder that already holds today's demo is left as it is, with everything the user has done in it. */
export function prepareDemo(folder: string): void {
  const mark = join(folder, demoMark);
  if (existsSync(mark) && (JSON.parse(readFileSync(mark, 'utf8')) as { seed?: number }).seed === demoSeed) return;
  console.log('Preparing the demo workspace: 2,200 SKUs, 20,000 sessions, 12 drafts …');
  importDemo(folder, generateDemo(`${folder}-files`));
  writeFileSync(mark, `${JSON.stringify({ seed: demoSeed })}\n`);
}
