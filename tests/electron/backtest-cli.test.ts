/** `backtest` as a user runs it: its document, its table, its exit statuses. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { errorFactor, quantile, spearman } from '../../models/calibration.ts';
import { writeDatedShop, type DatedShop } from '../helpers/dated-shop.ts';
import { closeAndRemove, importShop, openTestEngine, quick, removeFolder } from '../helpers/shop.ts';

const cli = resolve(import.meta.dirname, '../../electron/cli.ts');
let files: DatedShop;
let workspace: string;
let settings: string;

before(async () => {
  files = writeDatedShop();
  workspace = join(files.folder, 'workspace');
  settings = join(files.folder, 'settings.json');
  writeFileSync(settings, JSON.stringify(quick));
  const engine = await openTestEngine(workspace);
  await importShop(engine, files);
  await closeAndRemove(engine);
});
after(() => removeFolder(files.folder));

async function run(...words: readonly string[]): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [cli, 'backtest', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await exited, stdout, stderr };
}

interface Answer {
  readonly run: string;
  readonly n: number;
  readonly spearman: number;
  readonly spearmanInterval: readonly [number, number];
  readonly medianErrorFactor: number;
  readonly baselines: Readonly<Record<string, { readonly spearman: number; readonly medianErrorFactor: number }>>;
  readonly skus: readonly { readonly sku: string; readonly predicted: number; readonly actual: number; readonly part: string; readonly category: number; readonly similarity: number }[];
}

test('one document whose figures are those of its SKUs', async () => {
  const { status, stdout, stderr } = await run(workspace, '--since', files.since, '--config', settings, '--device', 'cpu', '--json');
  assert.equal(status, 0, stderr);
  const answer = JSON.parse(stdout) as Answer;
  assert.match(answer.run, /^m2trec-/);
  assert.deepEqual(Object.keys(answer.baselines).sort(), ['category-popularity', 'title-similarity']);
  const reported = answer.skus.filter(({ part }) => part === 'reported');
  const actual = reported.map((row) => row.actual);
  const close = (one: number, other: number): void => assert.ok(Math.abs(one - other) < 1e-9, `${one} is not ${other}`);
  const median = (predicted: readonly number[]): number => quantile(Float64Array.from(predicted, (value, i) => errorFactor(value, actual[i]!)).sort(), 0.5);
  assert.equal(answer.n, reported.length);
  assert.ok(answer.n * 2 - answer.skus.length <= 1, 'the later half is reported');
  close(answer.spearman, spearman(reported.map(({ predicted }) => predicted), actual));
  close(answer.medianErrorFactor, median(reported.map(({ predicted }) => predicted)));
  close(answer.baselines['category-popularity']!.spearman, spearman(reported.map(({ category }) => category), actual));
  close(answer.baselines['title-similarity']!.medianErrorFactor, median(reported.map(({ similarity }) => similarity)));
  assert.ok(answer.spearmanInterval[0] < answer.spearman && answer.spearman < answer.spearmanInterval[1]);
});

test('without --json a table for people, with every prediction and the farthest off', async () => {
  const list = join(files.folder, 'hide.txt');
  const { stdout: csv } = await run(workspace, '--since', files.since, '--config', settings, '--device', 'cpu', '--csv');
  const skus = csv.trimEnd().split('\r\n').slice(1).map((line) => line.split(',')[0]!);
  assert.ok(skus.length > 100);
  writeFileSync(list, skus.join('\n'));
  const { status, stdout, stderr } = await run(workspace, '--hide', list, '--config', settings, '--device', 'cpu', '--k', '10');
  assert.equal(status, 0, stderr);
  for (const words of ['forecast', 'model’s clicks alone', 'exposure alone', 'baseline: popularity of the category', 'baseline: title similarity', `${skus.length} launches hidden by a list`, 'exposure at 10', 'The farthest off']) assert.ok(stdout.includes(words), words);
});

test('mistakes are one sentence and exit status 1', async () => {
  for (const [words, message] of [
    [[workspace], /^Give either --since DATE or --hide FILE/],
    [[workspace, '--since', 'yesterday'], /“yesterday” is no date/],
    [[workspace, '--since', '2040-01-01'], /No SKU was first seen on or after 2040-01-01/],
    [[workspace, '--hide', '/no/such/file'], /cannot be read/],
    [[workspace, '--resume', 'backtest-1', '--epochs', '2'], /keeps its settings/],
    [[workspace, '--resume', 'backtest-1'], /There is no back-test backtest-1/],
    [[workspace, '--since', files.since, '--json', '--csv'], /one of --json and --csv/],
  ] as const) {
    const { status, stdout, stderr } = await run(...words);
    assert.match(stderr, message);
    assert.deepEqual([status, stdout], [1, ''], words.join(' '));
  }
});
