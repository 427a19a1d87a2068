/** `npm run demo`: the way through without a window. Import, train, preview the drafts, print the tables; leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drafts } from './demo/drafts.ts';
import { generateDemo } from './demo/generate.ts';

interface Import { readonly created: number; readonly rejected: number }
interface Training { readonly run: string; readonly device: string; readonly epochs: number; readonly seconds: number; readonly validation: Readonly<Record<string, number>> }
interface Evaluation { readonly k: Readonly<Record<string, { readonly all: { readonly n: number; readonly hit: number; readonly mrr: number } }>> }
interface Preview {
  readonly sku: string;
  readonly exposure: number;
  readonly exposureInterval: readonly [number, number];
  readonly reach: number;
  readonly medianRank: number;
  readonly head: string;
  readonly panel: { readonly n: number; readonly seed: number };
  readonly warnings: readonly (string | { readonly message: string })[];
}

/** Half of the usual: close to the best validation figure, and well within two minutes on two cores. */
const epochs = 4;

const folder = mkdtempSync(join(tmpdir(), 'shelfsight-demo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const workspace = join(folder, 'demo');
const started = performance.now();
const json = process.argv.includes('--json');

say('Generating a home-improvement shop: 2,210 SKUs, 20,000 sessions, 12 drafts');
const files = generateDemo(join(folder, 'files'));

say('Importing');
const imports = [
  command<Import>('import', workspace, '--catalog', files.catalog, '--sessions', files.sessions),
  command<Import>('import', workspace, '--catalog', files.drafts, '--drafts'),
];
for (const { created, rejected } of imports) say(`  ${created.toLocaleString('en')} rows created, ${rejected} rejected`);

say('Training M2TRec');
const training = command<Training>('train', workspace, '--epochs', String(epochs));
say(`  ${training.epochs} epochs in ${training.seconds.toFixed(0)} s on ${training.device}`);

say('Evaluating on the last weeks, all live SKUs ranked');
const systems = [['M2TRec, tied head', ['--run', training.run]], ['co-occurrence', ['--baseline', 'co-occurrence']], ['title similarity', ['--baseline', 'title-similarity']], ['popularity', ['--baseline', 'popularity']]] as const;
const evaluations = systems.map(([name, words]) => ({ name, ...command<Evaluation>('evaluate', workspace, '--k', '20', ...words) }));

say('Previewing the drafts');
const previews = command<readonly Preview[]>('preview', workspace, '--drafts', files.drafts);

if (json) console.log(JSON.stringify({ imports, training, evaluations, previews }));
else {
  printTable(
    ['system', 'HR@20', 'MRR@20', 'prefixes'],
    evaluations.map(({ name, k }) => [name, percent(k['20']!.all.hit), k['20']!.all.mrr.toFixed(4), String(k['20']!.all.n)]),
  );
  printTable(
    ['draft', 'exposure@20', '95 % interval', 'reach', 'median rank', 'what it is'],
    [...previews].sort((a, b) => b.exposure - a.exposure).map((preview) => [
      preview.sku, percent(preview.exposure), preview.exposureInterval.map(percent).join(' … '), percent(preview.reach), String(Math.round(preview.medianRank)),
      `${drafts.find(({ sku }) => sku === preview.sku)?.title ?? ''}${preview.warnings.map((warning) => `\n! ${typeof warning === 'string' ? warning : warning.message}`).join('')}`,
    ]),
  );
  const [first] = previews;
  if (first !== undefined) console.log(`Exposure: share of top-20 slots over a fixed panel of ${first.panel.n.toLocaleString('en')} sessions (seed ${first.panel.seed}), ${first.head} head. Not a sales forecast.`);
}
say(`Done in ${((performance.now() - started) / 1000).toFixed(0)} s`);

/** Progress goes to standard error: standard output holds the tables, or the one JSON document. */
function say(sentence: string): void {
  console.error(sentence);
}

/** The JSON answer of one of our own commands; where it fails, its message is on the terminal and its status becomes ours. */
function command<T>(...words: readonly string[]): T {
  const done = spawnSync(process.execPath, [join(import.meta.dirname, '../electron/cli.ts'), ...words, '--json'], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (done.status !== 0) process.exit(done.status ?? 1);
  return JSON.parse(done.stdout) as T;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Columns as wide as their widest cell; a line break in the last cell starts a line of its own beneath it. */
function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => (column === header.length - 1 ? 0 : row[column]!.length))));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (column === 0 || column === header.length - 1 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ').trimEnd();
  const lastColumn = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  console.log(`\n${line(header)}\n${widths.map((width) => '─'.repeat(width)).join('  ')}`);
  for (const row of rows) console.log(line(row).replaceAll('\n', `\n${' '.repeat(lastColumn)}`));
  console.log();
}
