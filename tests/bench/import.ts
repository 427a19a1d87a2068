/**
 * Files in, at size. A catalogue of 10 columns through the command line into a fresh workspace, and the same file again; in turns with the
 * sqlite3 command line's own CSV import of it, which checks, compares and indexes nothing, and with the floor of what we leave behind
 * (parts/import-floor.ts). Then how soon a cancel is answered, and sessions.
 * `--rows=100000 --runs=3 --events=200000`; the sizes of issue 5: `--rows=1000000 --runs=1 --events=10000000`. `--rows=0`: sessions only.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspace } from '../../db/database.ts';
import { importAside } from '../../db/import/aside.ts';
import { manyRows } from '../../db/import/publish-items.ts';
import { fillBySql } from './parts/import-floor.ts';
import { writeCatalog, writeSessions } from './parts/large-files.ts';
import type { BenchResult } from './run.ts';
import { printTimings, summarize, type Timing } from './timing.ts';

export const title = 'files in through the command line (options: --rows=100000 --runs=3 --events=200000)';

const root = join(import.meta.dirname, '../..');

/** Of the process that imports: peak memory, time of all its threads on the processor, and the longest gap in the loop of the one that answers. */
interface Observation { readonly peakMB: number; readonly processorMs: number; readonly gapMs: number }

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const number = (name: string, otherwise: number): number => Number(options[name] ?? otherwise);
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-bench-'));
  try {
    const results: BenchResult[] = [];
    if (number('rows', 100_000) > 0) results.push(await measureCatalog(folder, number('rows', 100_000), number('runs', 3)));
    if (number('events', 200_000) > 0) results.push(await measureSessions(folder, number('events', 200_000)));
    return { lines: results.flatMap(({ lines }) => lines), figures: Object.assign({}, ...results.map(({ figures }) => figures)) as Record<string, unknown> };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureCatalog(folder: string, rows: number, runs: number): Promise<BenchResult> {
  const file = join(folder, 'catalog.csv');
  await writeCatalog(file, rows);
  const fresh: number[] = [];
  const again: number[] = [];
  const plain: number[] = [];
  const floor: number[] = [];
  const parts = { rows: 0, indexes: 0, search: 0, commit: 0 };
  const seen: { readonly fresh: Observation[]; readonly again: Observation[] } = { fresh: [], again: [] };
  for (let round = 0; round < runs; round++) {
    const workspace = join(folder, `workspace-${round}`);
    for (const [times, created, observations] of [[fresh, rows, seen.fresh], [again, 0, seen.again]] as const) {
      const { ms, answer, observed } = importFile(folder, workspace, 'catalog', file);
      if (answer.created !== created || answer.rejected !== 0) throw new Error(`expected ${created} created and 0 rejected, got ${JSON.stringify(answer)}`);
      times.push(ms);
      observations.push(observed);
    }
    rmSync(workspace, { recursive: true });
    const database = join(folder, 'plain.sqlite');
    const ms = importBySqlite(database, file, 'items');
    if (ms === null) continue;
    plain.push(ms);
    const filled = await fillBySql(folder, database);
    floor.push(ms + filled.rows + filled.indexes + filled.search + filled.commit);
    for (const part of ['rows', 'indexes', 'search', 'commit'] as const) parts[part] += filled[part] / runs;
    for (const name of ['plain.sqlite', 'floor']) rmSync(join(folder, name), { recursive: true });
  }
  const cancels = await measureCancels(folder, file, 'catalog', rows >= manyRows ? rows : null);
  rmSync(file);
  const timings = [summarize('new rows', fresh), summarize('same file again', again), ...(plain.length === 0 ? [] : [summarize('sqlite3 .import', plain), summarize('the same tables by SQL alone', floor)])];
  const observed = worst(seen.fresh);
  const peakAgainMB = worst(seen.again).peakMB;
  const [ratio, floorRatio] = [2, 3].map((other) => (plain.length === 0 ? null : timings[0]!.median / timings[other]!.median)) as [number | null, number | null];
  return {
    lines: [
      `${rows.toLocaleString('en')} SKUs x 10 columns; times include the start of the process`,
      printTimings(timings),
      ...(ratio === null || floorRatio === null ? ['sqlite3 is not installed: nothing to compare with'] : [
        `new rows take ${ratio.toFixed(1)} times as long as the sqlite3 command line's .import, ${floorRatio.toFixed(2)} times as long as SQL alone needs for the same tables, indexes and words (${(timings[3]!.median / timings[2]!.median).toFixed(1)} times .import)`,
        `  of SQL alone: .import ${timings[2]!.median.toFixed(0)}, rows ${parts.rows.toFixed(0)}, eight indexes ${parts.indexes.toFixed(0)}, full text ${parts.search.toFixed(0)}, commit ${parts.commit.toFixed(0)} ms`,
      ]),
      ...timings.slice(0, 2).map(({ name, median }) => `${name}: ${perSecond(rows, median)} rows/s`),
      `new rows: ${describe(observed)}`,
      `same file again: peak memory ${peakAgainMB.toFixed(0)} MB; its time holds the check of the whole workspace at its opening`,
      describeCancels(cancels),
    ],
    figures: { rows, timings, ratio, floorRatio, parts, ...observed, peakAgainMB, cancels },
  };
}

async function measureSessions(folder: string, events: number): Promise<BenchResult> {
  const file = join(folder, 'sessions.csv');
  const skus = Math.min(200_000, Math.ceil(events / 50));
  await writeSessions(file, events, skus);
  const megabytes = (path: string): number => statSync(path).size / 1e6;
  const workspace = join(folder, 'workspace-sessions');
  const { ms, answer, observed } = importFile(folder, workspace, 'sessions', file);
  if (answer.created !== events || answer.rejected !== 0) throw new Error(`expected ${events} created and 0 rejected, got ${JSON.stringify(answer)}`);
  const plain = importBySqlite(join(folder, 'plain.sqlite'), file, 'events');
  const timings: readonly Timing[] = [summarize('new events', [ms]), ...(plain === null ? [] : [summarize('sqlite3 .import', [plain])])];
  const ratio = plain === null ? null : ms / plain;
  const sizes = { file: megabytes(file), workspace: megabytes(join(workspace, 'workspace.sqlite')) };
  rmSync(workspace, { recursive: true });
  const cancels = await measureCancels(folder, file, 'sessions', events);
  return {
    lines: [
      `${events.toLocaleString('en')} events of ${skus.toLocaleString('en')} SKUs, ${sizes.file.toFixed(1)} MB, a workspace of ${sizes.workspace.toFixed(1)} MB`,
      printTimings(timings),
      `${perSecond(events, ms)} events/s${ratio === null ? '' : `; ${ratio.toFixed(1)} times as long as the sqlite3 command line's .import`}`,
      describe(observed),
      describeCancels(cancels),
    ],
    figures: { events, eventTimings: timings, eventRatio: ratio, eventSizesMB: sizes, eventPeakMB: observed.peakMB, eventProcessorMs: observed.processorMs, eventGapMs: observed.gapMs, eventCancels: cancels },
  };
}

function describe({ peakMB, processorMs, gapMs }: Observation): string {
  return `peak memory ${peakMB.toFixed(0)} MB; ${(processorMs / 1000).toFixed(1)} s on the processor; the thread that answers was away for ${gapMs.toFixed(0)} ms at most`;
}

function perSecond(rows: number, ms: number): string {
  return Math.round((1000 * rows) / ms).toLocaleString('en');
}

function worst(seen: readonly Observation[]): Observation {
  const most = (name: keyof Observation): number => Math.max(...seen.map((observation) => observation[name]));
  return { peakMB: most('peakMB'), processorMs: most('processorMs'), gapMs: most('gapMs') };
}

/** `ms` null: what was asked to end had ended, as it may with few rows. */
interface Cancel { readonly moment: string; readonly ms: number | null }

function describeCancels(cancels: readonly Cancel[]): string {
  return `a cancel is answered after ${cancels.map(({ moment, ms }) => (ms === null ? `the end (${moment})` : `${ms.toFixed(0)} ms (${moment})`)).join(', ')}`;
}

/** From the cancel to the report: when half is read, when copying begins, and while indexes are built where they wait for the end (`indexedAfter` rows). */
async function measureCancels(folder: string, file: string, kind: 'catalog' | 'sessions', indexedAfter: number | null): Promise<readonly Cancel[]> {
  const workspace = openWorkspace(join(folder, 'cancelled'));
  const moments: readonly (readonly [string, (phase: string, share: number, done: number) => boolean])[] = [
    ['reading', (phase, share) => phase === 'reading' && share >= 0.5],
    ['copying', (phase) => phase === 'publishing'],
    ...(indexedAfter === null ? [] : [['building indexes', (phase: string, _share: number, done: number) => phase === 'publishing' && done === indexedAfter] as const]),
  ];
  const cancels: Cancel[] = [];
  try {
    for (const [moment, isNow] of moments) {
      const controller = new AbortController();
      let asked = 0;
      const report = await importAside(workspace, file, 'rows.csv', statSync(file).size, { kind }, {
        signal: controller.signal,
        onProgress({ phase, bytesRead, bytesTotal, rows: done }) {
          if (asked > 0 || !isNow(phase, bytesRead / bytesTotal, done)) return;
          asked = performance.now();
          controller.abort();
        },
      });
      cancels.push({ moment, ms: report.outcome === 'cancelled' ? performance.now() - asked : null });
    }
    return cancels;
  } finally {
    await workspace.close();
    rmSync(join(folder, 'cancelled'), { recursive: true });
  }
}

/** Milliseconds of `.import` into a new file; null where there is no sqlite3. */
function importBySqlite(database: string, file: string, table: string): number | null {
  const start = performance.now();
  const done = spawnSync('sqlite3', [database, '.mode csv', `.import ${file} ${table}`], { encoding: 'utf8' });
  const ms = performance.now() - start;
  if (done.error !== undefined) return null;
  if (done.status !== 0) throw new Error(`sqlite3 ended with ${done.status}: ${done.stderr}`);
  return ms;
}

function importFile(folder: string, workspace: string, kind: 'catalog' | 'sessions', file: string): { readonly ms: number; readonly answer: { readonly created: number; readonly rejected: number }; readonly observed: Observation } {
  const observations = join(folder, 'observed.json');
  const start = performance.now();
  const done = spawnSync(
    process.execPath,
    ['--import', join(import.meta.dirname, 'probe', 'observe.ts'), join(root, 'electron', 'cli.ts'), 'import', workspace, `--${kind}`, file, '--json'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, SHELFSIGHT_OBSERVE: observations } },
  );
  const ms = performance.now() - start;
  if (done.status !== 0) throw new Error(`import ended with ${done.status}: ${done.stderr}`);
  return { ms, answer: JSON.parse(done.stdout) as { created: number; rejected: number }, observed: JSON.parse(readFileSync(observations, 'utf8')) as Observation };
}
