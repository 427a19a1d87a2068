/**
 * 100,000 catalogue rows through the command line into a fresh workspace; then the same file again, which changes nothing. In turns with
 * the sqlite3 command line's own CSV import of the same file, which checks, compares and indexes nothing.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { stockShop } from '../../build/demo/catalog.ts';
import { createRandom } from '../../build/demo/random.ts';
import type { BenchResult } from './run.ts';
import { printTimings, summarize } from './timing.ts';

export const title = 'catalogue import through the command line (options: --rows=100000 --runs=5)';

const root = join(import.meta.dirname, '../..');

interface Observation { readonly peakMB: number; readonly gapMs: number }

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const rows = Number(options['rows'] ?? 100_000);
  const runs = Number(options['runs'] ?? 5);
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-bench-'));
  try {
    const file = join(folder, 'catalog.csv');
    await writeCatalog(file, rows);
    const fresh: number[] = [];
    const again: number[] = [];
    const plain: number[] = [];
    const seen: Observation[] = [];
    for (let round = 0; round < runs; round++) {
      const workspace = join(folder, `workspace-${round}`);
      for (const [times, created] of [[fresh, rows], [again, 0]] as const) {
        const { ms, answer, observed } = importFile(folder, workspace, file);
        if (answer.created !== created || answer.rejected !== 0) throw new Error(`expected ${created} created and 0 rejected, got ${JSON.stringify(answer)}`);
        times.push(ms);
        seen.push(observed);
      }
      rmSync(workspace, { recursive: true });
      const ms = importBySqlite(folder, file);
      if (ms !== null) plain.push(ms);
    }
    const timings = [summarize('new rows', fresh), summarize('same file again', again), ...(plain.length === 0 ? [] : [summarize('sqlite3 .import', plain)])];
    const ratio = plain.length === 0 ? null : timings[0]!.median / timings[2]!.median;
    const peakMB = Math.max(...seen.map((observation) => observation.peakMB));
    const gapMs = Math.max(...seen.map((observation) => observation.gapMs));
    const megabytes = statSync(file).size / 1e6;
    return {
      lines: [
        `${rows.toLocaleString('en')} rows, ${megabytes.toFixed(1)} MB; times include the start of the process`,
        printTimings(timings),
        ratio === null ? 'sqlite3 is not installed: nothing to compare with' : `new rows take ${ratio.toFixed(1)} times as long as the sqlite3 command line`,
        ...timings.map(({ name, median }) => `${name}: ${Math.round((1000 * rows) / median).toLocaleString('en')} rows/s`),
        `peak memory ${peakMB.toFixed(0)} MB, longest event-loop gap ${gapMs.toFixed(0)} ms (the process that imports)`,
      ],
      figures: { rows, megabytes, timings, ratio, peakMB, gapMs },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of `.import` into a new file; null where there is no sqlite3. */
function importBySqlite(folder: string, file: string): number | null {
  const database = join(folder, 'plain.sqlite');
  const start = performance.now();
  const done = spawnSync('sqlite3', [database, '.mode csv', `.import ${file} items`], { encoding: 'utf8' });
  const ms = performance.now() - start;
  rmSync(database, { force: true });
  if (done.error !== undefined) return null;
  if (done.status !== 0) throw new Error(`sqlite3 ended with ${done.status}: ${done.stderr}`);
  return ms;
}

function importFile(folder: string, workspace: string, file: string): { readonly ms: number; readonly answer: { readonly created: number; readonly rejected: number }; readonly observed: Observation } {
  const observations = join(folder, 'observed.json');
  const start = performance.now();
  const done = spawnSync(
    process.execPath,
    ['--import', join(import.meta.dirname, 'probe', 'observe.ts'), join(root, 'electron', 'cli.ts'), 'import', workspace, '--catalog', file, '--json'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, SHELFSIGHT_OBSERVE: observations } },
  );
  const ms = performance.now() - start;
  if (done.status !== 0) throw new Error(`import ended with ${done.status}: ${done.stderr}`);
  return { ms, answer: JSON.parse(done.stdout) as { created: number; rejected: number }, observed: JSON.parse(readFileSync(observations, 'utf8')) as Observation };
}

/** The demo shop over and over under new SKUs, each title with its number: believable lengths, no two rows alike. */
async function writeCatalog(file: string, rows: number): Promise<void> {
  const products = stockShop(createRandom(1));
  const out = createWriteStream(file);
  out.write('sku,title,brand,color,material,price,category_l1,category_l2,category_l3,leaf,description\n');
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  for (let row = 0; row < rows; row++) {
    const product = products[row % products.length]!;
    const cells = [`B${row}`, `${product.title} No. ${row}`, product.brand, product.color, product.material, product.price.toFixed(2), ...product.path, product.description];
    if (!out.write(`${cells.map(quoted).join(',')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}
