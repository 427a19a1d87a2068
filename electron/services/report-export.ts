/** A model report as a file: CSV of every figure, or one page as Markdown or HTML. What is missing is a dash, never a 0. */
import type { Repeats } from '../api/benchmark.ts';
import type { CalibrationReport, Estimate, ModelReport, ReportPage } from '../api/report.ts';
import { labels } from './benchmark-systems.ts';
import { csvTable, type Cell } from './csv.ts';
import { htmlPage, markdownPage, type Block } from './report-page.ts';

type MeasuredPage = ReportPage & { readonly report: ModelReport };

export function exportReport(page: MeasuredPage, format: 'csv' | 'markdown' | 'html'): { readonly name: string; readonly text: string } {
  const name = `model-report-${page.run.runId}`;
  if (format === 'csv') return { name: `${name}.csv`, text: csvTable([header, ...linesOf(page)]) };
  const blocks = blocksOf(page);
  return format === 'markdown' ? { name: `${name}.md`, text: markdownPage(blocks) } : { name: `${name}.html`, text: htmlPage(blocks) };
}

const slices = ['all', 'sparse', 'tail', 'cold'] as const;
const measures = ['hit', 'mrr', 'ndcg', 'recall', 'anyHit'] as const;
const switches: readonly Repeats[] = ['allowed', 'removed'];
export const measureWords = { hit: 'HIT', mrr: 'MRR', ndcg: 'NDCG', recall: 'Recall (rest)', anyHit: 'AnyHit (rest)' } as const;

const header: readonly Cell[] = ['part', 'task', 'repeats', 'k', 'slice', 'measure', 'n', 'value', 'low_95', 'high_95', 'of', 'detail'];

function linesOf({ run, report, beside }: MeasuredPage): readonly (readonly Cell[])[] {
  const line = (part: string, task: string, where: readonly [repeats: Cell, k: Cell, slice: Cell, measure: Cell], n: number, { value, interval: [low, high] }: Estimate, of: Cell = null, detail: Cell = null): readonly Cell[] =>
    [part, task, ...where, n, value, low, high, of, detail];
  const plain = (value: number): Estimate => ({ value, interval: [NaN, NaN] });
  const rows: (readonly Cell[])[] = [];
  for (const repeats of switches) {
    for (const [k, found] of Object.entries(report.items[repeats])) {
      for (const slice of slices) {
        const bucket = found[slice];
        if (bucket !== null) for (const measure of measures) rows.push(line('measure', 'item', [repeats, k, slice, measure], bucket.n, bucket.measures[measure]));
      }
    }
  }
  for (const [level, { slices: found }] of Object.entries(report.categories)) {
    for (const slice of slices) {
      const bucket = found[slice];
      if (bucket === null) continue;
      for (const [k, estimate] of Object.entries(bucket.hit)) rows.push(line('measure', level, [null, k, slice, 'hit'], bucket.n, estimate));
      rows.push(line('measure', level, [null, '20', slice, 'mrr'], bucket.n, bucket.mrr), line('measure', level, [null, '20', slice, 'ndcg'], bucket.n, bucket.ndcg));
    }
  }
  for (const { task, of, n, error, bins, temperature } of report.calibration) {
    if (temperature !== undefined) rows.push(line('calibration', task, [null, null, null, 'temperature'], temperature?.n ?? 0, plain(temperature?.value ?? 1), of, secondOf(temperature)));
    rows.push(line('calibration', task, [null, null, null, 'expected calibration error'], n, plain(error), of));
    for (const bin of bins) rows.push(line('calibration', task, [null, null, null, 'observed share'], bin.n, { value: bin.observed, interval: bin.interval }, of, `mean probability ${bin.predicted}`));
  }
  for (const { level, pairs } of report.confusion) for (const pair of pairs) rows.push(line('confusion', level, [null, null, null, 'moments'], pair.of, plain(pair.count), pair.actual.join(' > '), `guessed ${pair.predicted.join(' > ')}`));
  for (const repeats of switches) {
    const { coverage, gini, slots, lorenz, top } = report.exposure[repeats];
    rows.push(line('exposure', 'item', [repeats, '20', null, 'coverage'], slots, plain(coverage)));
    if (gini !== null) rows.push(line('exposure', 'item', [repeats, '20', null, 'gini'], slots, plain(gini)));
    for (const [point, share] of lorenz.entries()) rows.push(line('exposure', 'item', [repeats, '20', null, 'lorenz'], slots, plain(share), `least exposed ${point * 2} %`));
    for (const { item, slots: taken } of top) rows.push(line('exposure', 'item', [repeats, '20', null, 'slots'], slots, plain(taken), item.sku, item.title));
  }
  for (const { key, name, reports } of beside) {
    for (const repeats of switches) {
      const all = reports[repeats]?.k['20']?.all;
      if (all !== undefined && all.n > 0) for (const measure of measures) rows.push(line('beside', key === run.runId ? 'this run' : key, [repeats, '20', 'all', measure], all.n, { value: all[measure], interval: [all[measure] - 1.96 * all.errors[measure], all[measure] + 1.96 * all.errors[measure]] }, labels[name]));
    }
  }
  return rows.map((cells) => cells.map((cell) => (typeof cell === 'number' && Number.isNaN(cell) ? null : cell)));
}

function secondOf(temperature: CalibrationReport['temperature']): string | null {
  return temperature?.above ? `${temperature.above.value.toFixed(3)} above a score of ${temperature.above.knee.toFixed(3)}` : null;
}

const number = (value: number): string => (100 * value).toFixed(2);
const percent = (value: number): string => `${number(value)} %`;
const count = (value: number): string => value.toLocaleString('en');
const withInterval = ({ value, interval: [low, high] }: Estimate): string => `${number(value)} [${number(low)}, ${number(high)}]`;

function blocksOf({ run, report, measuredAt, beside, apart, presentHash }: MeasuredPage): readonly Block[] {
  const { protocol, data } = report;
  return [
    { kind: 'title', text: `Model report: ${labels[run.model as keyof typeof labels] ?? run.model}, run ${run.runId}` },
    ...(run.dataHash === data.hash ? [] : [{ kind: 'text', text: 'The model learned from an earlier state of the data than it was measured on: test moments may be among what it learned.' } as const]),
    ...(presentHash === data.hash ? [] : [{ kind: 'text', text: 'The catalogue or the sessions have changed since: these figures are of other data and must not be compared with what is measured now.' } as const]),
    { kind: 'list', entries: [
      ['Data hash', data.hash], ['Size', `${count(data.items)} SKUs, ${count(data.sessions)} sessions, ${count(data.events)} events`], ['Split', protocol.split], ['Learned from', protocol.fit ?? '–'],
      ['Protocol', `Test split, every prefix, all live SKUs ranked, ties against the model, K 5, 10 and 20; n = ${count(report.prefixes)} moments in ${count(report.sessions)} sessions, ${count(protocol.leftOut)} targets left out because the catalogue does not hold them`],
      ['Intervals', `95 %, bootstrap over sessions, ${count(protocol.resamples)} resamples, seed ${protocol.seed}`], ['Hidden SKUs', count(protocol.hidden)],
      ['Model', `${run.head} head, seed ${run.seed}, trained on ${run.device}`], ['Measured', measuredAt === null ? '–' : new Date(measuredAt).toISOString()],
    ] },
    ...switches.map((repeats): Block => ({
      kind: 'table', title: `Next item, percent, repeats ${repeats}`, columns: ['K', 'slice', 'n', ...measures.map((measure) => measureWords[measure])],
      rows: Object.entries(report.items[repeats]).flatMap(([k, found]) => slices.flatMap((slice) => {
        const bucket = found[slice];
        return bucket === null ? [] : [[k, slice, count(bucket.n), ...measures.map((measure) => withInterval(bucket.measures[measure]))]];
      })),
    })),
    { kind: 'table', title: 'Next category, percent', columns: ['level', 'slice', 'n', 'HIT@1', 'HIT@5', 'HIT@20', 'MRR@20', 'NDCG@20'],
      rows: Object.entries(report.categories).flatMap(([level, { slices: found }]) => slices.flatMap((slice) => {
        const bucket = found[slice];
        return bucket === null ? [] : [[level, slice, count(bucket.n), ...['1', '5', '20'].map((k) => withInterval(bucket.hit[k]!)), withInterval(bucket.mrr), withInterval(bucket.ndcg)]];
      })) },
    { kind: 'table', title: 'Beside other systems on the same data, split and protocol: @20, all moments, repeats allowed, percent ± 1.96 standard errors', columns: ['system', 'key', 'n', ...measures.map((measure) => measureWords[measure])],
      rows: beside.flatMap(({ name, key, reports }) => {
        const all = reports.allowed?.k['20']?.all;
        return all === undefined || all.n === 0 ? [] : [[labels[name], key, count(all.n), ...measures.map((measure) => `${number(all[measure])} ± ${number(1.96 * all.errors[measure])}`)]];
      }) },
    ...(apart.length === 0 ? [] : [{ kind: 'list', entries: apart.map(({ label, key, reason }) => [`Not beside it: ${label} (${key})`, reason] as const) } as const]),
    { kind: 'table', title: 'Do probabilities come true? Expected calibration error, ten bins of equal size', columns: ['task', 'of', 'temperature', 'n', 'error', 'mean probability minus observed', 'bins: probability / observed'],
      rows: report.calibration.map(({ task, of, n, error, bias, bins, temperature }) => [task, of === 'first' ? 'first guess' : 'everything listed', [(temperature?.value ?? 1).toFixed(3), secondOf(temperature)].filter((words) => words !== null).join(', '), count(n), percent(error), percent(bias), bins.map(({ predicted, observed }) => `${number(predicted)} / ${number(observed)}`).join('; ')]) },
    ...report.confusion.map(({ level, n, wrong, siblings, pairs }): Block => ({
      kind: 'table', title: `Taken for a sibling, ${level}: ${count(siblings)} of ${count(wrong)} wrong first guesses, n = ${count(n)}`, columns: ['went to', 'guessed', 'moments', 'of'],
      rows: pairs.slice(0, 15).map((pair) => [pair.actual.join(' > '), pair.predicted.join(' > '), count(pair.count), count(pair.of)]),
    })),
    { kind: 'table', title: 'Who takes the slots: top 20 of every test moment', columns: ['repeats', 'coverage', 'Gini index', 'slots', 'the least exposed half takes'],
      rows: [...switches.map((repeats) => { const { coverage, gini, slots, lorenz } = report.exposure[repeats]; return [repeats, percent(coverage), gini?.toFixed(3) ?? '–', count(slots), percent(lorenz[Math.floor(lorenz.length / 2)]!)]; }),
        ['the test’s own next SKUs', percent(report.clicks.coverage), report.clicks.gini?.toFixed(3) ?? '–', count(report.prefixes), percent(report.clicks.lorenz[Math.floor(report.clicks.lorenz.length / 2)]!)]] },
  ];
}
