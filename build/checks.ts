/** Everything CI runs, in order of speed: types, layers, rules, build, unit tests, end-to-end tests. One closing line counts all. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { run as runFiles } from 'node:test';
import { checkLayers } from './layers.ts';
import { checkRules } from './lint.ts';
import { buildRenderer } from './renderer.ts';
import { report, type TestCounts } from './test-reporter.ts';
import type { Figures } from '../tests/fault/figures.ts';

const root = join(import.meta.dirname, '..');
const nightly = process.argv.includes('--nightly');
/** Of their full size that the nightly sweeps have: `--share=0.25`. */
const share = Number(process.argv.find((word) => word.startsWith('--share='))?.slice('--share='.length) ?? 1);
if (!(share > 0 && share <= 1)) throw new Error('--share is a number above 0 and up to 1.');
const totals: TestCounts = { passed: 0, failed: 0, skipped: [] };
const scratch = mkdtempSync(join(tmpdir(), 'shelfsight-test-'));
const started = performance.now();

/** The software GPU that comes with Debian's chromium: WebGPU tests run on machines without a GPU. */
const softwareGpu = '/usr/lib/chromium/vk_swiftshader_icd.json';
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] ?? scratch,
  // Many hundred processes start with the same modules: each is compiled once.
  NODE_COMPILE_CACHE: join(scratch, 'compiled'),
  SHELFSIGHT_TEST_FOLDER: scratch,
  ...(nightly ? { SHELFSIGHT_NIGHTLY: '1', SHELFSIGHT_SWEEP_SHARE: String(share) } : {}),
  ...(existsSync(softwareGpu) && process.env['VK_ICD_FILENAMES'] === undefined ? { VK_ICD_FILENAMES: softwareGpu } : {}),
};

try {
  step('Types', () => run('node_modules/typescript/bin/tsc', ['--noEmit']));
  step('Types of the screens’ tests', () => run('node_modules/typescript/bin/tsc', ['--noEmit', '--project', 'tests/renderer']));
  step('Types and markup of the screens', () => run('node_modules/svelte-check/bin/svelte-check', ['--tsconfig', 'renderer/tsconfig.json', '--threshold', 'warning', '--output', 'human']));
  step('Who may import whom', () => noneOf(checkLayers(root)));
  step('Rules of the house', () => {
    const { problems, warnings } = checkRules(root);
    for (const warning of warnings) console.log(`warning: ${warning}`);
    return noneOf(problems);
  });
  step('Build of the screens', () => buildRenderer(root));
  await runTests();
  printFigures(join(scratch, 'figures.jsonl'));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

console.log(`\n${'─'.repeat(72)}`);
for (const [reason, tests] of Map.groupBy(totals.skipped, (test) => test.reason)) {
  console.log(`skipped, ${reason}: ${tests.map((test) => test.name).join('; ')}`);
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped.length} skipped (${((performance.now() - started) / 1000).toFixed(0)} s)`);
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0);

/** A check that passes or fails as one. A failure does not stop what follows: one run tells everything. */
function step(heading: string, check: () => boolean): void {
  console.log(`\n── ${heading}`);
  const start = performance.now();
  const passed = check();
  if (passed) totals.passed++;
  else totals.failed++;
  console.log(`${passed ? 'passed' : 'FAILED'} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function run(program: string, args: readonly string[]): boolean {
  return spawnSync(process.execPath, [join(root, program), ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: environment }).status === 0;
}

function noneOf(found: readonly string[]): boolean {
  for (const problem of found) console.log(problem);
  return found.length === 0;
}

/** Two files at a time, those of the slow folders first, so that short ones fill up what is left of both cores in the end. */
async function runTests(): Promise<void> {
  const slowest = ['e2e', 'renderer', 'fault', 'electron'];
  const place = (file: string): number => (slowest.indexOf(file.split(sep)[1]!) + 1 || slowest.length + 1);
  const all = globSync(`tests/**/*.${nightly ? '{test,nightly}' : 'test'}.ts`, { cwd: root }).sort().sort((a, b) => place(a) - place(b));
  const files = all.filter((file) => existsSync('/usr/bin/chromium') || !file.startsWith(join('tests', 'e2e')));
  for (const file of all) if (!files.includes(file)) totals.skipped.push({ name: file, reason: 'chromium is not installed' });
  console.log(`\n── Tests: ${files.length} files`);
  // The limit ends a file that waits in vain; none comes near it on a machine that is slow.
  const limit = nightly ? 4 * 3_600_000 : 600_000;
  const events = runFiles({ files: files.map((file) => join(root, file)), concurrency: 2, timeout: limit, cwd: root, env: environment });
  for await (const text of report(events, totals)) process.stdout.write(text);
}

/** What the sweeps found (tests/fault/figures.ts), by promise. */
function printFigures(file: string): void {
  if (!existsSync(file)) return;
  const rows = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Figures).sort((one, other) => one.promise.localeCompare(other.promise));
  const cells = rows.map(({ promise, sweep, cases, violations, detail }) => [promise, sweep, cases.toLocaleString('en'), String(violations), detail]);
  const table = [['promise', 'sweep', 'cases', 'violations', 'of them'], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  console.log(`\n── Figures of the sweeps, at ${share} of their full size`);
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
