/** The benchmark as a report: the blocks of measures.md section 5, each field or a dash. */
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Workspace } from '../../db/database.ts';
import { listImports } from '../../db/imports.ts';
import { ArtifactError, readManifest } from '../../models/artifact.ts';
import { variantOf, type ModelKind } from '../../models/config.ts';
import type { PublishedTable } from '../../models/published.ts';
import type { BenchmarkRow, BenchmarkSystem, BenchmarkTable, Repeats, RunFacts, SeedMean, Slice } from '../api/benchmark.ts';
import { runFolder } from './run-folder.ts';

export const dash = '–';

/** Where the table comes from. */
export interface ReportPlace {
  readonly workspace: Workspace;
  readonly versions: Readonly<Record<string, string>>;
}

export function describeBenchmark(table: BenchmarkTable, repeats: Repeats, k: string, { workspace, versions }: ReportPlace): string {
  const keys = new Set(table.rows.flatMap(({ systems }) => systems));
  const shown = table.systems.filter(({ key }) => keys.has(key));
  const runs = shown.flatMap((system) => (system.run === null ? [] : [{ system, run: system.run }]));
  const blocks = [
    `# Benchmark, repeats ${repeats}, @${k}`,
    'Ratios in percent. Every prefix of the test split, next item, whole catalogue ranked (never a sample), ties against the system. ± is the standard error over prefixes; with several seeds the mean, and [lowest, highest]. A dash is what is missing or cannot be scored. Recall (rest): session-rec’s. AnyHit (rest): our reading of the paper’s “Recall”.',
    '## Data', dataBlock(table, workspace),
    '## Next item', ...itemTables(table.rows, repeats, k), caption(shown, repeats),
    ...categoryBlock(table.rows),
    '## Tie gap and exposure', exposureTable(shown, repeats),
    ...(runs.length === 0 ? [] : ['## Models', modelTable(runs, workspace), '## Training', trainingTable(runs),
      'Epoch: chosen on validation; nothing is chosen on the test split, so there is no column “best on test (leaks)”. Optimiser: Adam, beta2 0.98, with decoupled weight decay. Peak memory and the time of each part of an epoch are not recorded by a run: `npm run bench` measures them.']),
    ...remarksBlock(table.systems),
    ...table.published.flatMap(publishedBlock),
    '## Machine and versions', machineBlock(versions, runs.map(({ run }) => run.device)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function dataBlock({ data }: BenchmarkTable, workspace: Workspace): string {
  const { hash, items, sessions, events, split } = data!;
  const imports = listImports(workspace.reader).filter(({ outcome }) => outcome === 'ok' || outcome === 'partial').flatMap(({ files }) => files);
  return list([
    ['sha256 of SKUs and events', hash],
    ['size', `${count(items)} SKUs, ${count(sessions)} sessions, ${count(events)} events`],
    ['imported', imports.map(({ kind, rows }) => `${kind}: ${count(rows.ok)} rows read, ${count(rows.rejected)} rejected, ${count(rows.skipped)} skipped`).join('; ') || dash],
    ['filters applied', 'none beyond the import’s'],
    ['split', split],
    ['sparse, tail, cold', 'a session with an item of fewer than 10 training events; a target with fewer than 10; a target with none'],
  ]);
}

/** The paper's columns, then the other slices. */
function itemTables(rows: readonly BenchmarkRow[], repeats: Repeats, k: string): readonly string[] {
  const ranked = rows.filter((row) => row.means[repeats]?.[k] !== undefined);
  if (ranked.length === 0) return ['No system has been evaluated with this switch.'];
  const bucket = (row: BenchmarkRow, slice: Slice) => row.means[repeats]![k]![slice];
  const lead = (row: BenchmarkRow): readonly string[] => [row.label, row.detail || dash, row.fit ?? dash, row.seeds.join(' ') || dash];
  const cell = (row: BenchmarkRow, slice: Slice, measure: 'hit' | 'mrr' | 'ndcg' | 'recall' | 'anyHit'): string => seedCell(bucket(row, slice)?.measures[measure]);
  const both = ['all', 'sparse'] as const;
  const size = (slice: Slice): string => count(bucket(ranked[0]!, slice)?.n ?? 0);
  const heads = ['system', 'settings', 'fit', 'seeds'];
  return [
    grid([...heads, ...['HIT', 'Recall (rest)', 'AnyHit (rest)', 'MRR'].flatMap((name) => both.map((slice) => `${name} ${slice} (n = ${size(slice)})`)), 'NDCG all'],
      ranked.map((row) => [...lead(row), ...(['hit', 'recall', 'anyHit', 'mrr'] as const).flatMap((measure) => both.map((slice) => cell(row, slice, measure))), cell(row, 'all', 'ndcg')])),
    grid([...heads, ...(['tail', 'cold'] as const).flatMap((slice) => [`HIT ${slice}`, `MRR ${slice}`, `n ${slice}`])],
      ranked.map((row) => [...lead(row), ...(['tail', 'cold'] as const).flatMap((slice) => [cell(row, slice, 'hit'), cell(row, slice, 'mrr'), bucket(row, slice) === null ? dash : count(bucket(row, slice)!.n)])])),
  ];
}

function caption(systems: readonly BenchmarkSystem[], repeats: Repeats): string {
  const leftOut = systems.flatMap(({ reports }) => reports[repeats]?.protocol.leftOut ?? [])[0];
  return `Targets left out, since nothing may recommend them (not in the catalogue, drafts, retired): ${leftOut === undefined ? dash : count(leftOut)}.`;
}

function categoryBlock(rows: readonly BenchmarkRow[]): readonly string[] {
  const predicting = rows.filter(({ categories }) => Object.keys(categories).length > 0);
  const levels = [...new Set(predicting.flatMap(({ categories }) => Object.keys(categories)))];
  const sizes = ['1', '5', '20'];
  return levels.flatMap((level) => {
    const those = predicting.filter(({ categories }) => categories[level] !== undefined);
    const n = those[0]!.categories[level]!.n;
    return [`## Next category, ${level} (n = ${count(n)})`, grid(['system', 'settings', ...sizes.map((k) => `HIT@${k}`)],
      those.map(({ label, detail, categories }) => [label, detail || dash, ...sizes.map((k) => seedCell(categories[level]!.hit[k]))]))];
  });
}

function exposureTable(systems: readonly BenchmarkSystem[], repeats: Repeats): string {
  return grid(['system', 'key', 'tie gap', 'coverage', 'Gini of exposure', 'targets it cannot score'], systems.flatMap(({ label, key, ranks, reports }) => {
    const report = reports[repeats];
    if (report === null || ranks === 'categories') return [];
    return [[label, key, percent(report.tieGap), percent(report.coverage), report.gini === null ? dash : report.gini.toFixed(3), count(report.unscored)]];
  }));
}

interface Trained {
  readonly system: BenchmarkSystem;
  readonly run: RunFacts;
}

function modelTable(runs: readonly Trained[], workspace: Workspace): string {
  return grid(['system', 'run', 'inputs', 'tasks', 'head', 'mode', 'd', 'layers', 'FFN', 'truncation', 'softmax', 'parameters', 'bytes', 'sha256 of the weights'], runs.map(({ system, run: { config, parameters, bytes } }) => {
    const { input, tasks, encoder } = variantOf(config.model as ModelKind);
    const transformer = encoder === 'transformer';
    return [
      system.label, system.key, input, tasks, transformer ? config.head : dash, transformer ? config.mode : dash, String(config.width), transformer ? String(config.layers) : dash,
      transformer ? String(config.feedForward) : dash, `${config.maxLength} items`, config.negatives === 0 ? 'exact' : `${count(config.negatives)} negatives`, count(parameters), bytes === null ? dash : count(bytes),
      weightsHash(runFolder(workspace, system.key)),
    ];
  }));
}

/** A dash where the model is gone. */
function weightsHash(folder: string): string {
  try {
    return readManifest(folder).weightsHash;
  } catch (error) {
    if (error instanceof ArtifactError) return dash;
    throw error;
  }
}

function trainingTable(runs: readonly Trained[]): string {
  return grid(['system', 'run', 'seed', 'share', 'fit', 'epochs run', 'epoch chosen', 'by', 'batch', 'rate', 'seconds', 'seconds an epoch', 'device', 'validation'], runs.map(({ system, run }) => [
    system.label, system.key, String(run.config.seed), percent(run.config.share), run.config.fit, String(run.epochs), run.bestEpoch === null ? dash : String(run.bestEpoch), run.chosenBy ?? 'all epochs run',
    String(run.config.batch), String(run.config.learningRate), run.seconds.toFixed(1), run.epochs === 0 ? dash : (run.seconds / run.epochs).toFixed(1), run.device,
    Object.entries(run.validation ?? {}).map(([name, value]) => `${name} ${name === 'n' ? count(value) : percent(value)}`).join(', ') || dash,
  ]));
}

function remarksBlock(systems: readonly BenchmarkSystem[]): readonly string[] {
  const lines = systems.flatMap(({ label, key, comparable, remarks }) => remarks.map((remark) => `- ${label} (${key})${comparable ? '' : ', not in the tables'}: ${remark}`));
  return lines.length === 0 ? [] : ['## Remarks', lines.join('\n')];
}

function publishedBlock({ title, source, protocol, recall, reading, near, k, rows }: PublishedTable): readonly string[] {
  const number = (value: number | null | undefined): string => (value == null ? dash : (100 * value).toFixed(2));
  const beside = { recall: 'Recall (rest)', anyHit: 'AnyHit (rest)', hit: 'HIT' }[recall];
  return [
    `## Published: ${title} (@${k})`,
    `Source: ${source}. Protocol: ${protocol}. ${reading} ${near} Its “Recall” stands beside our ${beside}.`.replaceAll('  ', ' '),
    grid(['system', 'HIT', 'HIT sparse', 'Recall', 'Recall sparse', 'MRR', 'MRR sparse', 'NDCG', 'size'],
      rows.map(({ label, all, sparse, size }) => [label, number(all.hit), number(sparse?.hit), number(all.recall), number(sparse?.recall), number(all.mrr), number(sparse?.mrr), number(all.ndcg), size ?? dash])),
  ];
}

function machineBlock(versions: Readonly<Record<string, string>>, devices: readonly string[]): string {
  return list([
    ['processor', `${cpus()[0]?.model.trim() ?? dash}, ${availableParallelism()} cores used`],
    ['memory', `${Math.round(totalmem() / 1e9)} GB`],
    ['trained on', [...new Set(devices)].join(', ') || dash],
    ['system', `${type()} ${release()}`],
    ['load when exported', loadavg()[0]!.toFixed(2)],
    ...Object.entries(versions),
    ['exported', new Date().toISOString()],
  ]);
}

function seedCell(value: SeedMean | undefined): string {
  if (value === undefined) return dash;
  const { mean, error, spread, lowest, highest } = value;
  const number = (share: number): string => (100 * share).toFixed(2);
  return `${number(mean)} ± ${number(error)}${spread === null ? '' : ` [${number(lowest)}, ${number(highest)}]`}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function list(entries: readonly (readonly [string, string])[]): string {
  return entries.map(([name, value]) => `- ${name}: ${escape(value)}`).join('\n');
}

function grid(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** No cell ends its column or its line, or becomes a tag. */
function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');
}
