/** `evaluate`: every metric of measures.md for a run or a baseline. */
import { baselineNames, type EvaluationReport } from '../../models/jobs.ts';
import { given, oneOf, percent, printAnswer, readCount, readSkus, readWords, table, UsageError, withWorkspace, type Command } from './command.ts';

const usage = 'evaluate <workspace> [--run RUN | --baseline NAME] [--k 5,10,20] [--targets all|FILE] [--hide FILE] [--candidates all|targets] [--prefixes test|valid|all] [--equal-exposure] [--exclude-seen]';

export const evaluateCommand: Command = {
  usage,
  async run(words, spawn) {
    const { values, folder } = readWords(
      words,
      {
        run: { type: 'string' }, baseline: { type: 'string' }, k: { type: 'string', default: '5,10,20' }, targets: { type: 'string', default: 'all' }, hide: { type: 'string' },
        candidates: { type: 'string' }, prefixes: { type: 'string' }, 'equal-exposure': { type: 'boolean', default: false }, 'exclude-seen': { type: 'boolean', default: false },
      },
      usage,
    );
    if (values.run !== undefined && values.baseline !== undefined) throw new UsageError('Name a run or a baseline, not both.');
    if (values.run !== undefined && values.hide !== undefined) throw new UsageError('--hide is for baselines: a run was trained without its own hidden SKUs already.');
    const baseline = oneOf('baseline', values.baseline, baselineNames);
    const request = given({
      system: baseline !== undefined ? { baseline } : values.run !== undefined ? { run: values.run } : undefined,
      ks: values.k.split(',').map((text) => readCount('k', text.trim())!),
      targets: values.targets === 'all' ? undefined : readSkus(values.targets),
      hide: values.hide === undefined ? undefined : readSkus(values.hide),
      candidates: oneOf('candidates', values.candidates, ['all', 'targets']),
      prefixes: oneOf('prefixes', values.prefixes, ['test', 'valid', 'all']),
      equalExposure: values['equal-exposure'],
      excludeSeen: values['exclude-seen'],
    });
    const report = await withWorkspace(folder, spawn, (engine) => engine.api.training.evaluate(request));
    const { system, ...rest } = report;
    printAnswer(values.json, { run: system, ...rest }, () => describe(report));
    return 0;
  },
};

function describe({ system, data, protocol, k, categories, coverage, gini, exposureRatio, tieGap, unscored, seconds }: EvaluationReport): string {
  const lines = [`${system} on data ${data.hash.slice(0, 12)}: ${data.items} SKUs, ${data.sessions} sessions, ${data.events} events`];
  lines.push(`prefixes ${protocol.prefixes}, candidates ${protocol.candidates}, repeats ${protocol.repeats}, ties ${protocol.ties}${protocol.equalExposure ? `, equal exposure (offset ${protocol.offset.toFixed(3)})` : ''}`);
  const rows = Object.entries(k).flatMap(([size, buckets]) =>
    Object.entries(buckets).map(([bucket, { n, hit, mrr, recall, anyHit, ndcg, errors }]) => [size, bucket, String(n), ...(n === 0 ? ['–', '–', '–', '–', '–', '–'] : [percent(hit), percent(errors.hit), mrr.toFixed(4), percent(recall), percent(anyHit), ndcg.toFixed(4)])]),
  );
  if (rows.length > 0) lines.push('', table(['K', 'slice', 'n', 'HIT', '± se', 'MRR', 'recall (rest)', 'any hit', 'NDCG'], rows));
  const levels = Object.entries(categories);
  if (levels.length > 0) {
    const sizes = Object.keys(levels[0]![1].hit);
    lines.push('', table(['level', 'n', ...sizes.map((size) => `HIT@${size}`)], levels.map(([level, { n, hit }]) => [level, String(n), ...sizes.map((size) => percent(hit[size] ?? 0))])));
  }
  lines.push('', `coverage ${percent(coverage)}, Gini of exposure ${gini === null ? '–' : gini.toFixed(3)}, tie gap ${tieGap.toFixed(4)}${exposureRatio === null ? '' : `, exposure ratio ${exposureRatio.toFixed(3)}`}${unscored > 0 ? `, ${unscored} targets it cannot score` : ''}; ${seconds.toFixed(1)} s`);
  return lines.join('\n');
}
