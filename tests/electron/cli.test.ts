/** The command line as a user runs it: its documents, its exit statuses, Ctrl-C. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { quick, removeFolder, writeShop, type ShopFiles } from '../helpers/shop.ts';

const cli = resolve(import.meta.dirname, '../../electron/cli.ts');
let files: ShopFiles;
let workspace: string;
let settings: string;

before(() => {
  files = writeShop();
  workspace = join(files.folder, 'workspace');
  settings = join(files.folder, 'settings.json');
  writeFileSync(settings, JSON.stringify(quick));
});
after(() => removeFolder(files.folder));

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `watch` sees standard error as it comes. */
async function shelfsight(words: readonly string[], watch?: (line: string, pid: number) => void): Promise<Outcome> {
  const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.on('data', (chunk: Buffer) => watch?.(String(chunk), child.pid!));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const status = await new Promise<number | null>((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(child.exitCode)));
  return { status, stdout, stderr };
}

/** The one JSON document of a command that must succeed. */
async function answerOf<T>(...words: readonly string[]): Promise<T> {
  const { status, stdout, stderr } = await shelfsight([...words, '--json']);
  assert.equal(status, 0, stderr);
  assert.equal(stdout.trimEnd().split('\n').length, 1, 'one document');
  return JSON.parse(stdout) as T;
}

test('mistakes of the user: exit status 1 and one sentence on standard error', async () => {
  const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
    [['bogus', workspace], /^There is no command "bogus"/],
    [['train'], /^Name the workspace folder/],
    [['train', workspace, 'more'], /^One workspace folder was expected/],
    [['train', workspace, '--bogus'], /^Unknown option '--bogus'/],
    [['train', workspace], /^There is no workspace at .* Create one with: shelfsight import/],
    [['import', workspace], /^Name a file/],
    [['import', workspace, '--catalog', '/no/such.csv'], /^There is no file \/no\/such\.csv/],
    [['evaluate', workspace, '--k', 'ten'], /^--k is "ten"/],
    [['evaluate', workspace, '--baseline', 'oracle'], /^--baseline is "oracle"; it takes one of popularity/],
    [['evaluate', workspace, '--share', '1'], /^Unknown option '--share'/],
    [['train', workspace, '--share', '2'], /^--share is "2"; it takes a number from 0.001 to 1/],
    [['compare', workspace, '--systems', 'vsknn,oracle'], /^--systems is "oracle"; it takes one of popularity/],
    [['compare', workspace, '--json', '--csv'], /^Choose one of --json, --markdown and --csv/],
    [['recommend', workspace], /^Name the SKUs of a session/],
    [['preview', workspace], /^Name SKUs with --sku, or a file with --drafts/],
    [['export', workspace, '--out', '/tmp/x'], /^Name a finished run with --run and a new folder with --out/],
    [['backtest', workspace], /either --since DATE or --hide FILE/],
  ];
  for (const [words, message] of mistakes) {
    const { status, stdout, stderr } = await shelfsight(words);
    assert.match(stderr, message);
    assert.deepEqual([status, stdout, stderr.trimEnd().split('\n').length], [1, '', 1], words.join(' '));
  }
  assert.equal(existsSync(workspace), false, 'none of them made a workspace');
});

interface Imported {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly alreadyLive: number;
  readonly issues: readonly { readonly code: string; readonly line: number | null; readonly column: string | null }[];
  readonly files: readonly object[];
  readonly outcome: string;
}

test('import: both files of a command are added up; again changes nothing; a dry run and a draft change no live item', async () => {
  const both = ['import', workspace, '--catalog', files.catalog, '--sessions', files.sessions];
  const events = readFileSync(files.sessions, 'utf8').trimEnd().split('\n').length - 1;
  const dry = await answerOf<Imported & { dryRun: boolean }>(...both, '--dry-run');
  assert.deepEqual([dry.dryRun, dry.created], [true, 2210 + events]);
  const first = await answerOf<Imported>(...both);
  assert.deepEqual([first.created, first.updated, first.rejected, first.files.length], [2210 + events, 0, 0, 2]);
  const again = await answerOf<Imported>(...both);
  assert.deepEqual([again.created, again.updated, again.unchanged], [0, 0, 2210 + events]);
  const drafts = await answerOf<Imported>('import', workspace, '--catalog', files.drafts, '--drafts');
  assert.deepEqual([drafts.created, drafts.alreadyLive], [12, 0]);
  const live = await answerOf<Imported>('import', workspace, '--catalog', files.catalog, '--drafts');
  assert.deepEqual([live.created, live.updated, live.alreadyLive], [0, 0, 2210]);
});

test('import: a mapping by hand, rows refused with their line, a file refused with status 1', async () => {
  const odd = join(files.folder, 'odd.csv');
  const map = join(files.folder, 'map.json');
  const other = join(files.folder, 'other');
  writeFileSync(odd, 'nr,words\nA-1,Blue tile\n,No key\nA-2,Red tile\n');
  writeFileSync(map, JSON.stringify({ columns: { sku: 'nr', title: 'words' } }));
  const report = await answerOf<Imported>('import', other, '--catalog', odd, '--map', map);
  assert.deepEqual([report.outcome, report.created, report.rejected], ['partial', 2, 1]);
  assert.ok(report.issues.some(({ code, line, column }) => code.startsWith('E_SKU') && line === 3 && column === 'nr'), JSON.stringify(report.issues));
  writeFileSync(odd, '');
  const { status, stdout } = await shelfsight(['import', other, '--catalog', odd, '--json']);
  assert.deepEqual([status, (JSON.parse(stdout) as Imported).outcome], [1, 'reject_file']);
});

let run = '';

test('train: the run, its device, its measures; hidden SKUs are counted', async () => {
  const hide = join(files.folder, 'hide.txt');
  const skus = readFileSync(files.catalog, 'utf8').split('\n').slice(1, 4).map((line) => line.split(',')[0]!);
  writeFileSync(hide, `${skus.join('\r\n')}\r\n\r\n`);
  const answer = await answerOf<{ run: string; device: string; epochs: number; seconds: number; validation: Record<string, number>; status: string }>(
    'train', workspace, '--config', settings, '--device', 'cpu', '--hide', hide, '--seed', '3');
  assert.deepEqual([answer.device, answer.epochs, answer.status], ['cpu', 2, 'done']);
  assert.ok(answer.validation['hr@20']! > 0 && answer.seconds > 0);
  run = answer.run;
  writeFileSync(hide, 'no-such-sku\n');
  const { status, stderr } = await shelfsight(['train', workspace, '--hide', hide, '--device', 'cpu']);
  assert.equal(status, 1);
  assert.match(stderr, /1 of 1 SKUs to hide are not live in the catalogue, the first is "no-such-sku"/);
});

test('evaluate: a run and a baseline, in the shape of the design', async () => {
  interface Report {
    readonly run: string;
    readonly data: { readonly hash: string };
    readonly k: Record<string, Record<'all' | 'sparse' | 'tail' | 'cold', Record<'n' | 'hit' | 'mrr' | 'recall' | 'anyHit' | 'ndcg', number> & { readonly errors: { readonly hit: number } }>>;
    readonly categories: Record<string, { readonly n: number }>;
    readonly coverage: number;
  }
  const mine = await answerOf<Report>('evaluate', workspace, '--run', run, '--k', '5,20');
  const base = await answerOf<Report>('evaluate', workspace, '--baseline', 'popularity', '--k', '5,20');
  assert.deepEqual([mine.run, base.run, Object.keys(mine.k), mine.data.hash], [run, 'popularity', ['5', '20'], base.data.hash]);
  for (const { k, coverage } of [mine, base]) {
    for (const buckets of Object.values(k)) {
      assert.deepEqual(Object.keys(buckets), ['all', 'sparse', 'tail', 'cold']);
      for (const { n, errors, ...ratios } of Object.values(buckets)) assert.ok(n >= 0 && Object.values(ratios).every((ratio) => ratio >= 0 && ratio <= 1) && errors.hit < 0.5);
    }
    assert.ok(coverage > 0 && coverage <= 1);
  }
  assert.ok(mine.categories['l1']!.n > 0);
});

test('recommend and preview answer, and store nothing', async () => {
  // The header counts how often the file was opened and closed; no row is in it.
  const hash = (): string => createHash('sha256').update(readFileSync(join(workspace, 'workspace.sqlite')).subarray(100)).digest('hex');
  const before = hash();
  const [first, second] = readFileSync(files.catalog, 'utf8').split('\n').slice(1, 3).map((line) => line.split(',')[0]!);
  const answer = await answerOf<{ items: readonly object[]; categories: readonly object[]; unknown: readonly string[] }>('recommend', workspace, '--session', `${first},${second}`, '--k', '7');
  assert.deepEqual([answer.items.length, answer.unknown], [7, []]);

  const fields = ['sku', 'exposure', 'exposureInterval', 'reach', 'medianRank', 'similar', 'displaced', 'displacedBy', 'where', 'readiness', 'categories', 'head', 'run', 'panel', 'warnings'];
  const drafts = await answerOf<readonly Record<string, unknown>[]>('preview', workspace, '--drafts', files.drafts, '--panel', '100');
  assert.equal(drafts.length, 12);
  for (const draft of drafts) assert.deepEqual(fields.filter((field) => !(field in draft)), []);
  assert.equal((drafts[0]!['panel'] as { n: number }).n, 100);
  const named = await answerOf<readonly { sku: string; head: string; run: string }[]>('preview', workspace, '--sku', first!, second!);
  assert.deepEqual(named.map(({ sku, head, run }) => [sku, head, run]), [[first, 'tied', run], [second, 'tied', run]]);
  assert.equal(hash(), before);
});

test('compare: trains what is missing, evaluates, and prints the table in each of its forms', async () => {
  const words = ['compare', workspace, '--systems', 'popularity,gru4rec', '--shares', '0.5', '--config', settings, '--device', 'cpu'];
  const first = await answerOf<{ rows: readonly { label: string; share: number }[]; queue: { tasks: readonly { kind: string; status: string }[] } }>(...words);
  assert.deepEqual(first.queue.tasks, first.queue.tasks.map((task) => ({ ...task, status: 'done' })));
  assert.deepEqual(first.rows.map(({ label, share }) => [label, share]), [['Popularity', 1], ['GRU4Rec', 0.5]]);
  const again = await shelfsight([...words, '--csv', '--repeats', 'removed']);
  assert.deepEqual([again.status, again.stderr.trim()], [0, '0 of 0 tasks done'], 'nothing is done twice');
  assert.match(again.stdout, /^system,settings,.*\r\nPopularity,/);
  const { stdout } = await shelfsight(words);
  assert.match(stdout, /GRU4Rec .*50 % of the sessions/);
});

test('Ctrl-C stops at a checkpoint, and --resume goes on', async () => {
  writeFileSync(settings, JSON.stringify({ ...quick, epochs: 20, patience: 20 }));
  let asked = false;
  const interrupted = await shelfsight(['train', workspace, '--config', settings, '--device', 'cpu', '--json'], (line, pid) => {
    if (asked || !/training on cpu.*step/.test(line)) return;
    asked = true;
    process.kill(pid, 'SIGINT');
  });
  assert.equal(interrupted.status, 0, interrupted.stderr);
  const paused = JSON.parse(interrupted.stdout) as { run: string; status: string };
  assert.equal(paused.status, 'paused');
  const resumed = await answerOf<{ run: string; status: string; epochs: number }>('train', workspace, '--resume', paused.run);
  assert.deepEqual([resumed.run, resumed.status, resumed.epochs], [paused.run, 'done', 20]);
});
