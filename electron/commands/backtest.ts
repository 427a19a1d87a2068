/** `backtest`: hides real launches, previews them, compares with what happened. Ctrl-C stops at a checkpoint; `--resume ID` goes on. */
import type { BacktestDetail, BacktestProgress, BacktestReport, BacktestRow, StartBacktest } from '../api/backtest.ts';
import type { Engine } from '../engine.ts';
import { given, oneOf, printAnswer, readCount, readObject, readSkus, readWords, table, UsageError, withWorkspace, type Command } from './command.ts';

const usage = 'backtest <workspace> (--since DATE | --hide FILE) [--k 20] [--preset small|full] [--epochs N] [--negatives N] [--device auto|cpu|webgpu] [--seed N] [--config FILE] [--csv] | backtest <workspace> --resume ID';

export const backtestCommand: Command = {
  usage,
  async run(words, spawn) {
    const { values, folder } = readWords(words, {
      since: { type: 'string' }, hide: { type: 'string' }, k: { type: 'string' }, preset: { type: 'string' }, epochs: { type: 'string' }, negatives: { type: 'string' },
      device: { type: 'string' }, seed: { type: 'string' }, config: { type: 'string' }, csv: { type: 'boolean', default: false }, resume: { type: 'string' },
    }, usage);
    if (values.csv && values.json) throw new UsageError('Choose one of --json and --csv.');
    const settings = { ...(values.config === undefined ? {} : readObject(values.config)), ...given({ negatives: readCount('negatives', values.negatives, 0) }) };
    const request: StartBacktest = given({
      since: values.since,
      hide: values.hide === undefined ? undefined : readSkus(values.hide),
      k: readCount('k', values.k),
      preset: oneOf('preset', values.preset, ['small', 'full']),
      epochs: readCount('epochs', values.epochs),
      device: values.device,
      seed: readCount('seed', values.seed, 0),
      config: Object.keys(settings).length === 0 ? undefined : settings,
    });
    if (values.resume !== undefined && Object.keys(request).length > 0) throw new UsageError('A resumed back-test keeps its settings: give --resume ID alone.');
    if (values.resume === undefined && (request.since === undefined) === (request.hide === undefined)) throw new UsageError(`Give either --since DATE or --hide FILE. Usage: shelfsight ${usage}`);
    return withWorkspace(folder, spawn, async (engine) => {
      const id = await follow(engine, values.resume ?? null, request);
      const { backtest } = engine.api;
      const detail = await backtest.get({ id });
      if (detail.report === null) {
        process.stderr.write(`${detail.message ?? `The back-test is ${detail.status}.`}\n`);
        if (detail.status !== 'failed') process.stderr.write(`Go on with: shelfsight backtest <workspace> --resume ${id}\n`);
        return detail.status === 'paused' ? 0 : 1;
      }
      if (values.csv) process.stdout.write((await backtest.export({ id })).text);
      else {
        const rows = await readRows(engine, id);
        printAnswer(values.json, document(detail, detail.report, rows), () => describe(detail, detail.report!, rows));
      }
      return 0;
    });
  },
};

const rowsAtOnce = 1_000;

/** The worst first. */
async function readRows({ api }: Engine, id: string): Promise<readonly BacktestRow[]> {
  const rows: BacktestRow[] = [];
  for (;;) {
    const page = await api.backtest.rows({ id, sort: 'factor', descending: true, offset: rows.length, limit: rowsAtOnce });
    rows.push(...page.rows);
    if (page.rows.length === 0) return rows;
  }
}

function document({ id, runId, since, k }: BacktestDetail, report: BacktestReport, rows: readonly BacktestRow[]): unknown {
  const { launches, mix, predictors, reported, chosenOn, ownHalf, replay, reasons } = report;
  const [forecast, ...others] = predictors;
  return {
    run: runId, n: reported.n, spearman: forecast!.spearman, spearmanInterval: forecast!.interval, medianErrorFactor: forecast!.factors?.median ?? null,
    baselines: Object.fromEntries(others.filter(({ name }) => name.includes('-')).map(({ name, spearman, interval, factors, behind }) => [name, { spearman, spearmanInterval: interval, medianErrorFactor: factors?.median ?? null, behind }])),
    id, since: since === null ? null : new Date(since).toISOString(), k, launches, reported, chosenOn, mix, p80ErrorFactor: forecast!.factors?.p80 ?? null, calibration: forecast!.factors?.calibration ?? null,
    parts: Object.fromEntries(others.filter(({ name }) => !name.includes('-')).map(({ name, spearman, interval, factors }) => [name, { spearman, spearmanInterval: interval, medianErrorFactor: factors?.median ?? null }])),
    ownHalf, reasons, replay,
    skus: rows.map(({ sku, predicted, actual, factor, part, clicks, exposure, category, similarity, confidence, reasons: why }) => ({ sku, predicted, actual, factor, part, clicks, exposure, category, similarity, confidence, reasons: why.map(({ code }) => code) })),
  };
}

/** What is printed for each kind of prediction. */
const labels = {
  forecast: 'forecast', clicks: 'model’s clicks alone', exposure: 'exposure alone',
  'category-popularity': 'baseline: popularity of the category', 'title-similarity': 'baseline: title similarity',
} as const;
const worst = 10;

function describe({ id, runId, since, k }: BacktestDetail, { launches, mix, predictors, reported, chosenOn, ownHalf, replay }: BacktestReport, rows: readonly BacktestRow[]): string {
  const two = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(2));
  const three = (value: number): string => value.toFixed(3);
  return [
    `${id}: ${launches} launches ${since === null ? 'hidden by a list' : `since ${new Date(since).toISOString().slice(0, 10)}`}; run ${runId} learned from ${replay.events} events of ${replay.visible} SKUs and knows nothing of them`,
    `replayed ${replay.sampled} of ${replay.moments} moments, exposure at ${k}. Figures of ${reported.what} (${reported.n}); the factor on each prediction, and the model’s share ${mix.toFixed(2)} in the forecast, were chosen on ${chosenOn.what} (${chosenOn.n}).`,
    '',
    table(['prediction', 'Spearman', '95 %', 'forecast is ahead by', 'median factor', '80 % below', 'sum / sum', 'scale'], predictors.map(({ name, spearman, interval, behind, factors, scale }) => [
      labels[name], three(spearman), `[${interval.map(three).join(', ')}]`, behind === null ? '–' : `${three(behind.mean)} [${behind.interval.map(three).join(', ')}]${behind.shown ? '' : ', not shown'}`,
      two(factors?.median), two(factors?.p80), two(factors?.calibration), scale.toPrecision(3),
    ])),
    '',
    `One half of each launch's own clicks against the other half: Spearman ${three(ownHalf)}. The farthest off:`,
    table(['SKU', 'predicted', 'actual', 'factor', 'title', 'what its data say'], rows.slice(0, worst).map(({ sku, predicted, actual, factor, title, reasons }) => [
      sku, predicted.toFixed(1), String(actual), two(factor), title.slice(0, 40), reasons.map(({ code }) => code).join(', ') || '–',
    ])),
  ].join('\n');
}

/** Starts or resumes, and waits for the end. */
async function follow(engine: Engine, resumed: string | null, request: StartBacktest): Promise<string> {
  const { backtest } = engine.api;
  const ended = new Promise<void>((resolve) => {
    engine.on('backtest.progress', (progress) => {
      tellProgress(progress);
      if (progress.status !== 'running') resolve();
    });
  });
  const id = resumed ?? (await backtest.start(request)).id;
  if (resumed !== null) await backtest.resume({ id });
  process.stderr.write(`back-test ${id}\n`);
  let interrupted = false;
  const interrupt = (): void => {
    process.stderr.write(interrupted ? 'Stopping at once.\n' : 'Stopping at a checkpoint; once more to stop at once.\n');
    void (interrupted ? backtest.cancel({ id }) : backtest.pause({ id })).catch((error: Error) => process.stderr.write(`${error.message}\n`));
    interrupted = true;
  };
  process.on('SIGINT', interrupt);
  await ended;
  process.off('SIGINT', interrupt);
  return id;
}

let toldAt = 0;
let toldPhase = '';

/** A line every two seconds, and at each change. */
function tellProgress({ phase, status, training, message }: BacktestProgress): void {
  const now = Date.now();
  if (now - toldAt < 2_000 && phase === toldPhase && status === 'running') return;
  toldAt = now;
  toldPhase = phase;
  const detail = training === null ? '' : phase === 'training'
    ? `  ${training.phase}, epoch ${training.epoch}/${training.epochs}, step ${training.step}/${training.steps}`
    : `  ${training.step} of ${training.steps} moments`;
  process.stderr.write(`${status === 'running' ? phase : status}${detail}${message === null ? '' : `  ${message}`}\n`);
}
