/**
 * The analyst's numbers: one change of a session in the lab (next items with the whole category tree; what each item contributed), one
 * look at category demand over 2,000 panel sessions, and a model report, of M2TRec trained on amazon_scientific. Beside the times, which are
 * of the first seed: whether probabilities come true, and whether predicted demand is the actual one.
 *
 * `--seeds=1,2,3`, `--epochs=8`, `--sessions=200` timed, `--data=diginetica` (MuTRec-id with tied rows, 1 epoch, seed 1).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemandNumbers } from '../../models/category-jobs.ts';
import { normalizeConfig } from '../../models/config.ts';
import { report } from '../../models/report-job.ts';
import type { CalibrationReport, ReportNumbers } from '../../models/report-jobs.ts';
import { openModel, type ServedModel } from '../../models/serve.ts';
import { readDataset } from '../helpers/data.ts';
import { Lines, none, trainOnce } from './parts/training.ts';
import type { BenchResult } from './run.ts';
import { quantile } from './timing.ts';

export const title = 'session lab, category demand and model report';

const everything = { entry: null, least: 1, most: null, row: -1, brand: null } as const;

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const name = options['data'] === 'diginetica' ? 'diginetica' : 'amazon_scientific';
  const dataset = readDataset(name);
  const sessions = Number(options['sessions'] ?? 200);
  const overrides = name === 'diginetica' ? { model: 'mutrec-id', head: 'tied', negatives: 4096, maxLength: 20 } : {};
  const seeds = (options['seeds'] ?? (name === 'diginetica' ? '1' : '1,2,3')).split(',').map(Number);
  const lines = new Lines();
  const reports: ReportNumbers[] = [];
  let times: Times | null = null;
  for (const [index, seed] of seeds.entries()) {
    const config = normalizeConfig({ epochs: Number(options['epochs'] ?? (name === 'diginetica' ? 1 : 8)), ...overrides, seed });
    const { measured, result } = await trainOnce(dataset, config, none, async (folder) => ({ times: index === 0 ? await timeServing(folder, name, sessions) : null, figures: await report({ dataset, run: folder }, () => {}) }));
    times ??= measured.times;
    reports.push(measured.figures);
    lines.push(`${name}: ${dataset.items.length.toLocaleString('en')} SKUs, ${config.model} ${config.head}, ${result.epochs} epochs, seed ${seed}`, ...(measured.times === null ? [] : timeLines(measured.times)), ...reportLines(measured.figures), ...validationLines(result.validation));
  }
  lines.push(...meanLines(reports));
  return { lines, figures: { data: dataset.files, seeds, times, reports: reports.map((figures) => ({ ...figures, confusion: undefined })) } };
}

/** Temperatures are chosen where first guesses are right this often. */
function validationLines(validation: Readonly<Record<string, number>>): string[] {
  const hits = Object.entries(validation).filter(([name]) => name.endsWith('-hit@1')).map(([name, hit]) => `${name.slice(0, -'-hit@1'.length)} ${(100 * hit).toFixed(2)} %`);
  return hits.length === 0 ? [] : [`  first guesses right on validation: ${hits.join(', ')}`];
}

/** Whether probabilities come true, over the seeds. */
function meanLines(reports: readonly ReportNumbers[]): string[] {
  return reports[0]!.calibration.map(({ task, of }, index) => {
    const all = reports.map(({ calibration }) => calibration[index]!);
    const mean = (value: (one: CalibrationReport) => number): string => (all.reduce((sum, one) => sum + 100 * value(one), 0) / all.length).toFixed(2);
    return `  mean of ${all.length}: calibration ${task.padEnd(5)} ${of.padEnd(6)} error ${mean(({ error }) => error)} %, promised minus kept ${mean(({ bias }) => bias)} points`;
  });
}

interface Spread {
  readonly p50: number;
  readonly p95: number;
}

interface Times {
  readonly recommend: Spread;
  readonly contributions: Spread;
  readonly demandFirst: number;
  readonly demand: Spread;
  readonly moments: Spread;
  readonly counted: Pick<DemandNumbers, 'level' | 'moments' | 'labelled' | 'sessions' | 'honest'>;
  /** Categories whose predicted count differs from the actual one by more than chance, of those with either. */
  readonly apart: readonly [count: number, of: number];
  /** Σ |predicted − actual| / 2 / moments: the share of shoppers sent to a wrong category in sum. */
  readonly misplaced: number;
}

async function timeServing(folder: string, name: 'amazon_scientific' | 'diginetica', count: number): Promise<Times> {
  const { items, ids, live, sessions } = readDataset(name);
  const cache = mkdtempSync(join(tmpdir(), 'shelfsight-categories-'));
  const served = await openModel({ folder, cache, items, ids, live, sessions, panel: { sessions: 2_000, seed: 1 }, k: 20 });
  try {
    const rows = Array.from({ length: count }, (_, index) => {
      const session = Math.floor((index * (sessions.offsets.length - 1)) / count);
      return sessions.items.slice(sessions.offsets[session]!, Math.min(sessions.offsets[session]! + 20, sessions.offsets[session + 1]!));
    });
    const recommend = await spread(rows, (session) => served.recommend({ rows: session, k: 20, extra: none }));
    const contributions = await spread(rows, (session) => served.contributions({ rows: session, k: 20, extra: none }));
    const started = performance.now();
    const whole = await demandOf(served, 1);
    const demandFirst = performance.now() - started;
    const demand = await spread([1, 2, 3, 4, 5, 1, 2, 3, 4, 5], (least) => demandOf(served, least));
    const moments = await spread(whole.categories.slice(0, 20), ({ key }) => served.demandMoments({ level: whole.level, segment: everything, from: null, to: key, which: 'went', offset: 0, limit: 30 }));
    const { level, moments: all, labelled, sessions: of, honest, categories } = whole;
    return {
      recommend, contributions, demandFirst, demand, moments, counted: { level, moments: all, labelled, sessions: of, honest },
      apart: [categories.filter(({ interval: [low, high] }) => low > 0 || high < 0).length, categories.length],
      misplaced: categories.reduce((sum, { difference }) => sum + Math.abs(difference), 0) / 2 / labelled,
    };
  } finally {
    await served.dispose();
    rmSync(cache, { recursive: true, force: true });
  }
}

function demandOf(served: ServedModel, least: number): Promise<DemandNumbers> {
  return served.demand({ level: served.info.levels.at(-1)!, segment: { ...everything, least }, from: null });
}

/** The first call makes what later ones share. */
async function spread<Question>(questions: readonly Question[], ask: (question: Question) => Promise<unknown>): Promise<Spread> {
  await ask(questions[0]!);
  const times: number[] = [];
  for (const question of questions) {
    const from = performance.now();
    await ask(question);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}

function timeLines({ recommend, contributions, demandFirst, demand, moments, counted, apart, misplaced }: Times): string[] {
  const both = ({ p50, p95 }: Spread): string => `${p50.toFixed(1)} / ${p95.toFixed(1)} ms`;
  return [
    `  next items and category tree   ${both(recommend)} (p50 / p95)`, `  contributions of all items     ${both(contributions)}`,
    `  category demand, first look    ${demandFirst.toFixed(0)} ms; then ${both(demand)}; moments behind a count ${both(moments)}`,
    `  demand at ${counted.level}: ${counted.labelled.toLocaleString('en')} moments, ${apart[0]} of ${apart[1]} categories differ by more than chance; ${(100 * misplaced).toFixed(1)} % of shoppers in sum in another category than predicted`,
  ];
}

function reportLines({ seconds, prefixes, sessions, items, calibration, confusion, exposure, clicks }: ReportNumbers): string[] {
  const percent = (value: number): string => (100 * value).toFixed(2);
  const { hit, mrr } = items.allowed['20']!.all!.measures;
  return [
    `  report: ${seconds.toFixed(1)} s for ${prefixes.toLocaleString('en')} moments in ${sessions.toLocaleString('en')} sessions; repeats allowed HIT@20 ${percent(hit.value)} [${hit.interval.map(percent).join(', ')}], MRR@20 ${percent(mrr.value)} [${mrr.interval.map(percent).join(', ')}]`,
    ...calibration.map(({ task, of, n, error, bias, temperature }) => `  calibration ${task.padEnd(5)} ${of.padEnd(6)} error ${percent(error)} %, promised minus kept ${percent(bias)} points (n ${n.toLocaleString('en')}), ${temperatureWords(temperature)}`),
    ...confusion.map(({ level, n, wrong, siblings }) => `  first guess at ${level}: ${percent(wrong / n)} % wrong, ${percent(siblings / Math.max(1, wrong))} % of those a sibling (n ${n.toLocaleString('en')})`),
    `  exposure: coverage ${percent(exposure.allowed.coverage)} %, Gini ${exposure.allowed.gini?.toFixed(3)}; clicks ${clicks.gini?.toFixed(3)}`,
  ];
}

function temperatureWords(temperature: CalibrationReport['temperature']): string {
  if (temperature === undefined || temperature === null) return 'temperature 1';
  const { value, above, n, validation } = temperature;
  const second = above === null ? '' : `, ${above.value.toFixed(2)} above ${above.knee.toFixed(1)}`;
  return `temperature ${value.toFixed(2)}${second}; validation -log p ${validation.without.toFixed(3)} to ${validation.with.toFixed(3)} nats (n ${n.toLocaleString('en')})`;
}
