/** `compare`: the benchmark screen without a window. Trains and evaluates what is missing, then prints the table. */
import { modelKinds } from '../../models/config.ts';
import { baselineNames } from '../../models/jobs.ts';
import type { BenchmarkProgress, BenchmarkRow, BenchmarkTable, PairedDifference, Repeats, SeedMean, StartBenchmark, SystemName } from '../api/benchmark.ts';
import type { Engine } from '../engine.ts';
import { given, oneOf, printAnswer, readCount, readObject, readShare, readWords, table, UsageError, withWorkspace, type Command } from './command.ts';

const usage = 'compare <workspace> [--systems all|NAME,…] [--seeds 1,2] [--shares 0.25,1] [--preset small|full] [--epochs N] [--head tied|id] [--mode causal|prefix] [--negatives N] [--fit train|train+valid] [--device auto|cpu|webgpu] [--config FILE] [--repeats allowed|removed] [--k 5|10|20] [--against NAME] [--markdown|--csv]';

export const compareCommand: Command = {
  usage,
  async run(words, spawn) {
    const { values, folder } = readWords(
      words,
      {
        systems: { type: 'string', default: 'all' }, seeds: { type: 'string' }, shares: { type: 'string' }, preset: { type: 'string' }, epochs: { type: 'string' }, head: { type: 'string' },
        mode: { type: 'string' }, negatives: { type: 'string' }, fit: { type: 'string' }, device: { type: 'string' }, config: { type: 'string' },
        repeats: { type: 'string', default: 'allowed' }, k: { type: 'string', default: '20' }, against: { type: 'string' }, markdown: { type: 'boolean', default: false }, csv: { type: 'boolean', default: false },
      },
      usage,
    );
    if (Number(values.json) + Number(values.markdown) + Number(values.csv) > 1) throw new UsageError('Choose one of --json, --markdown and --csv.');
    const named = values.systems === 'all' ? null : values.systems.split(',').map((name) => oneOf('systems', name.trim(), systems)!);
    const settings = given({
      seeds: values.seeds?.split(',').map((text) => readCount('seeds', text.trim(), 0)!),
      shares: values.shares?.split(',').map((text) => readShare('shares', text.trim())!),
      preset: oneOf('preset', values.preset, ['small', 'full']),
      epochs: readCount('epochs', values.epochs),
      head: oneOf('head', values.head, ['tied', 'id']),
      mode: oneOf('mode', values.mode, ['causal', 'prefix']),
      negatives: readCount('negatives', values.negatives, 0),
      fit: oneOf('fit', values.fit, ['train', 'train+valid']),
      device: values.device,
      config: values.config === undefined ? undefined : readObject(values.config),
    });
    const repeats = oneOf('repeats', values.repeats, ['allowed', 'removed'])!;
    const against = oneOf('against', values.against, systems);
    const k = Number(oneOf('k', values.k, ['5', '10', '20']));
    return withWorkspace(folder, spawn, async (engine) => {
      const { benchmark } = engine.api;
      const queue = await follow(engine, { systems: named ?? readable(await benchmark.table({})), ...settings });
      if (values.markdown || values.csv) process.stdout.write((await benchmark.export({ format: values.csv ? 'csv' : 'markdown', repeats, k })).text);
      else {
        const answer = await benchmark.table({});
        printAnswer(values.json, answer, () => describe(answer, repeats, String(k)));
      }
      if (against !== undefined) (values.json ? process.stderr : process.stdout).write(`\n${await describeDifferences(engine, against, repeats)}\n`);
      for (const { label, seed, message } of queue.tasks.filter(({ status }) => status === 'failed')) process.stderr.write(`${label}${seed === null ? '' : `, seed ${seed}`} failed: ${message}\n`);
      return queue.status === 'done' && queue.tasks.every(({ status }) => status === 'done') ? 0 : 1;
    });
  },
};

const systems: StartBenchmark['systems'] = [...baselineNames, ...modelKinds];

/** All systems that have something to read. */
function readable({ data }: BenchmarkTable): StartBenchmark['systems'] {
  return systems.filter((name) => data?.titles !== false || !(name === 'trec-title' || name === 'title-similarity'));
}

/** Each row against one of that name: a better figure is only better where its interval leaves 0 out. */
async function describeDifferences({ api: { benchmark } }: Engine, name: SystemName, repeats: Repeats): Promise<string> {
  const { rows } = await benchmark.table({});
  const ranked = rows.filter((row) => row.means[repeats]?.['20']?.all != null);
  const reference = ranked.findLast((row) => row.name === name);
  if (reference === undefined) return `No row of ${name} to compare with.`;
  const lines: string[][] = [];
  for (const row of ranked.filter((other) => other !== reference)) {
    for (const slice of ['all', 'sparse', 'tail'] as const) {
      if (row.means[repeats]!['20']![slice] === null || reference.means[repeats]!['20']![slice] === null) continue;
      const { n, hit, mrr } = await benchmark.difference({ group: row.group, against: reference.group, repeats, slice });
      lines.push([row.label, row.detail, slice, String(n), ...[hit, mrr].map(describeDifference)]);
    }
  }
  return [
    `Less ${reference.label}${reference.detail === '' ? '' : ` (${reference.detail})`}, @20, points, 95 % of 1,000 resamples of sessions:`,
    table(['system', 'settings', 'slice', 'n', 'HIT', 'MRR'], lines),
  ].join('\n');
}

function describeDifference({ mean, interval, shown }: PairedDifference): string {
  const points = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(2)}`;
  return `${points(mean)} [${interval.map(points).join(', ')}]${shown ? '' : ', no difference shown'}`;
}

/** Starts the queue and waits for its end. Ctrl-C cancels it; what is done stays. */
async function follow(engine: Engine, request: StartBenchmark): Promise<BenchmarkProgress> {
  let told = '';
  const ended = new Promise<BenchmarkProgress>((resolve) => {
    engine.on('benchmark.progress', (progress) => {
      const line = describeProgress(progress);
      if (line !== told) process.stderr.write(`${line}\n`);
      told = line;
      if (progress.status !== 'running') resolve(progress);
    });
  });
  const interrupt = (): void => {
    process.stderr.write('Cancelling; what is done stays.\n');
    void engine.api.benchmark.cancel({});
  };
  process.on('SIGINT', interrupt);
  try {
    await engine.api.benchmark.start(request);
    return await ended;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Changes with the task and with the epoch. */
function describeProgress({ status, tasks, position, training }: BenchmarkProgress): string {
  const task = tasks[position];
  if (status !== 'running' || task === undefined) return `${tasks.filter((done) => done.status === 'done').length} of ${tasks.length} tasks ${status}`;
  const facts = [task.label, task.seed === null ? '' : `seed ${task.seed}`, task.share < 1 ? `${100 * task.share} % of the sessions` : '', task.fit === 'train+valid' ? 'refit' : ''];
  const phase = training === null ? task.kind === 'train' ? 'starting or evaluating' : 'evaluating' : `${training.phase}${training.epoch > 0 ? `, epoch ${training.epoch} of ${training.epochs}` : ''}`;
  return `${position + 1}/${tasks.length} ${facts.filter((fact) => fact !== '').join(', ')}: ${phase}`;
}

function describe({ data, rows, systems, published }: BenchmarkTable, repeats: Repeats, k: string): string {
  const lines = [`data ${data!.hash.slice(0, 12)}: ${data!.items} SKUs, ${data!.sessions} sessions, ${data!.events} events. ${data!.split}`, `repeats ${repeats}, ties against, @${k}; percent; mean over the seeds`, ''];
  const cell = (value: SeedMean | undefined): string => (value === undefined ? '–' : (100 * value.mean).toFixed(2));
  const ranked = rows.filter((row) => row.means[repeats]?.[k] !== undefined);
  const of = (row: BenchmarkRow) => row.means[repeats]![k]!;
  lines.push(table(
    ['system', 'settings', 'fit', 'seeds', 'HIT', 'sparse', 'tail', 'cold', 'Recall (rest)', 'AnyHit', 'sparse', 'MRR', 'sparse', 'NDCG', 'parameters', 'seconds'],
    ranked.map((row) => {
      const { all, sparse, tail, cold } = of(row);
      return [
        row.label, row.detail, row.fit ?? '–', row.seeds.join(' ') || '–', cell(all?.measures.hit), cell(sparse?.measures.hit), cell(tail?.measures.hit), cell(cold?.measures.hit),
        cell(all?.measures.recall), cell(all?.measures.anyHit), cell(sparse?.measures.anyHit), cell(all?.measures.mrr), cell(sparse?.measures.mrr), cell(all?.measures.ndcg),
        row.parameters === null ? '–' : String(row.parameters), row.seconds === null ? '–' : row.seconds.toFixed(1),
      ];
    }),
  ));
  const predicting = rows.filter(({ categories }) => Object.keys(categories).length > 0);
  if (predicting.length > 0) {
    lines.push('', table(['next category', 'level', 'n', 'HIT@1', 'HIT@5', 'HIT@20'], predicting.flatMap(({ label, categories }) =>
      Object.entries(categories).map(([level, { n, hit }]) => [label, level, String(n), cell(hit['1']), cell(hit['5']), cell(hit['20'])]))));
  }
  const apart = systems.filter(({ kind, comparable }) => kind === 'run' && !comparable);
  if (apart.length > 0) lines.push('', `${apart.length} finished runs do not compare. ${apart[0]!.key}: ${apart[0]!.remarks[0]}`);
  for (const { title, source, near, rows: printed, k: size } of published) {
    const number = (value: number | null): string => (value === null ? '–' : (100 * value).toFixed(2));
    lines.push('', `${title} (${source}) @${size}. ${near}`, table(['system', 'HIT', 'Recall', 'MRR'], printed.map(({ label, all }) => [label, number(all.hit), number(all.recall), number(all.mrr)])));
  }
  return lines.join('\n');
}
