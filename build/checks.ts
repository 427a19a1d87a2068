/** Everything CI runs, in order of speed: types, layers, rules, build, unit tests, end-to-end tests. One closing line counts all. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkLayers } from './layers.ts';
import { checkRules } from './lint.ts';
import { buildRenderer } from './renderer.ts';
import type { TestCounts } from './test-reporter.ts';

const root = join(import.meta.dirname, '..');
const nightly = process.argv.includes('--nightly');
const totals: { passed: number; failed: number; skipped: { name: string; reason: string }[] } = { passed: 0, failed: 0, skipped: [] };
const scratch = mkdtempSync(join(tmpdir(), 'shelfsight-test-'));
const started = performance.now();

/** The software GPU that comes with Debian's chromium: WebGPU tests run on machines without a GPU. */
const softwareGpu = '/usr/lib/chromium/vk_swiftshader_icd.json';
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] ?? scratch,
  ...(nightly ? { SHELFSIGHT_NIGHTLY: '1' } : {}),
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
  const suffix = nightly ? '{test,nightly}' : 'test';
  const all = globSync(`tests/**/*.${suffix}.ts`, { cwd: root }).sort();
  const endToEnd = all.filter((file) => file.startsWith(join('tests', 'e2e')));
  runTests('Tests', all.filter((file) => !endToEnd.includes(file)), 2);
  // One at a time: each drives a browser and several processes of its own.
  if (existsSync('/usr/bin/chromium')) runTests('End to end', endToEnd, 1);
  else for (const file of endToEnd) totals.skipped.push({ name: file, reason: 'chromium is not installed' });
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

function runTests(heading: string, files: readonly string[], concurrency: number): void {
  console.log(`\n── ${heading}: ${files.length} files`);
  if (files.length === 0) return;
  const report = join(scratch, 'report.json');
  rmSync(report, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      '--test', `--test-concurrency=${concurrency}`, '--test-timeout=240000',
      '--test-reporter', './build/test-reporter.ts', '--test-reporter-destination', 'stdout', ...files,
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...environment, SHELFSIGHT_TEST_REPORT: report } },
  );
  const counts: TestCounts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) as TestCounts : { passed: 0, failed: 0, skipped: [] };
  totals.passed += counts.passed;
  totals.failed += counts.failed;
  totals.skipped.push(...counts.skipped);
  if (status !== 0 && counts.failed === 0) {
    console.log(`The test runner ended with status ${status}.`);
    totals.failed++;
  }
}
