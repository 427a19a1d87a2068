/** What the benchmark computes of reports, without a training: means over seeds, dashes, words, files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchmarkSystem, BenchmarkTask } from '../../electron/api/benchmark.ts';
import { csvCell } from '../../electron/services/csv.ts';
import { estimate } from '../../electron/services/benchmark-queue.ts';
import { buildRows } from '../../electron/services/benchmark-rows.ts';
import { groupOf } from '../../electron/services/benchmark-systems.ts';
import { normalizeConfig, type TrainingConfig } from '../../models/config.ts';
import type { EvaluationReport, Metrics } from '../../models/jobs.ts';

const metrics = (hit: number, n = 100): Metrics => {
  const values = { hit, mrr: hit / 2, recall: hit, anyHit: hit, ndcg: hit };
  return { n, ...values, errors: { hit: 0.01, mrr: 0.01, recall: 0.01, anyHit: 0.01, ndcg: 0.01 } };
};

const report = (hit: number, coldN = 10): EvaluationReport => ({
  system: 's', data: { hash: 'h', items: 1, sessions: 1, events: 1 },
  protocol: { prefixes: 'test', candidates: 'all', repeats: 'allowed', ties: 'against', equalExposure: false, offset: 0, targets: null, fit: 'train', split: '', leftOut: 0 },
  k: { 20: { all: metrics(hit), sparse: metrics(hit), tail: metrics(0), cold: metrics(0, coldN) } },
  categories: {}, coverage: 1, gini: 0, exposureRatio: null, exposure: null, tieGap: 0, unscored: 0, seconds: 1,
});

const system = (seed: number, allowed: EvaluationReport | null, changes: Partial<BenchmarkSystem> & { share?: number } = {}): BenchmarkSystem => ({
  key: `r${seed}`, kind: 'run', name: 'trec-id', label: 'TRec-id', group: 'g', ranks: 'items', fit: 'train', reports: { allowed, removed: null }, comparable: true, remarks: [],
  run: {
    config: normalizeConfig({ model: 'trec-id', seed, share: changes.share ?? 1 }), device: 'cpu', startedAt: 0, seconds: 10 * seed, epochs: 2, bestEpoch: 2, chosenBy: 'ndcg@20', validation: null,
    parameters: 5, bytes: 20, hidden: 0, active: false, convergence: [],
  },
  ...changes,
});

test('seeds of a group become mean, spread and range; the newest run of a seed counts once', () => {
  const [row] = buildRows([system(1, report(0.5), { key: 'new' }), system(2, report(0.3)), system(1, report(0.9), { key: 'old' })]);
  assert.deepEqual([row!.systems, row!.seeds, row!.seconds], [['new', 'r2'], [1, 2], 15]);
  const { mean, spread, lowest, highest, error } = row!.means.allowed!['20']!.all!.measures.hit;
  assert.deepEqual([mean, lowest, highest, error], [0.4, 0.3, 0.5, 0.01]);
  assert.ok(Math.abs(spread! - 0.1 * Math.SQRT2) < 1e-12);
  assert.equal(buildRows([system(1, report(0.5))])[0]!.means.allowed!['20']!.all!.measures.hit.spread, null);
});

test('dashes: a seed without the report, a slice without prefixes, targets that cannot be scored; a real 0 stays a 0', () => {
  const cold = (value: EvaluationReport, name: 'trec-id' | 'metrec') => {
    const { run, ...others } = system(1, value);
    return buildRows([{ ...others, name, run: { ...run!, config: normalizeConfig({ model: name }) } }])[0]!.means.allowed!['20']!.cold;
  };
  assert.equal(cold(report(0.5), 'trec-id'), null);
  assert.equal(cold(report(0.5, 0), 'metrec'), null);
  assert.equal(cold(report(0.5), 'metrec')!.measures.hit.mean, 0);
  const [row] = buildRows([system(1, report(0.5)), { ...system(2, null), reports: { allowed: null, removed: report(0.5) } }]);
  assert.deepEqual(row!.means, { allowed: null, removed: null });
});

test('refits whose epochs and memory an earlier run chose are one system over all seeds; one without a memory is another', () => {
  const group = (changes: Partial<TrainingConfig>): string => groupOf({ config: normalizeConfig({ model: 'trec-id', ...changes }), dataHash: 'h', hidden: [] });
  const refit = group({ fit: 'train+valid', seed: 1, epochs: 3, memory: { weight: 2.5, backward: 0.5 } });
  assert.equal(group({ fit: 'train+valid', seed: 2, epochs: 4, memory: { weight: 1, backward: 0.1 } }), refit);
  assert.equal(group({ fit: 'train+valid', seed: 3, memory: true }), refit);
  assert.notEqual(group({ fit: 'train+valid', seed: 2, epochs: 4, memory: false }), refit);
  assert.equal(group({ seed: 1 }), group({ seed: 2 }));
  const others = [{ epochs: 3 }, { memory: false }, { memory: { weight: 1, backward: 0.1 } }, { width: 64 }, { fit: 'train+valid' as const }];
  assert.equal(new Set([{}, ...others].map(group)).size, 1 + others.length);
});

test('what does not compare or was not evaluated has no row; rows come in the paper’s order and say what tells them apart', () => {
  assert.deepEqual(buildRows([system(1, report(0.5), { comparable: false }), system(1, null)]), []);
  const rows = buildRows([
    system(1, report(0.5)), system(1, report(0.4), { group: 'quarter', key: 'q', share: 0.25 }),
    { ...system(1, report(0.3)), kind: 'baseline', name: 'popularity', label: 'Popularity', group: 'popularity', key: 'popularity', run: null },
  ]);
  assert.deepEqual(rows.map(({ label, detail }) => [label, detail]), [
    ['Popularity', ''], ['TRec-id', 'id head, causal, with memory, 25 % of the sessions'], ['TRec-id', 'id head, causal, with memory'],
  ]);
});

test('no cell of a CSV file starts a formula, ends its line or its column', () => {
  const cells = ['=1+1', '+1', '-1', '@sum', '\tx', 'a,b', 'say "x"', 'two\nlines', 'plain', ''];
  assert.deepEqual(cells.map(csvCell), ["'=1+1", "'+1", "'-1", "'@sum", "'\tx", '"a,b"', '"say ""x"""', '"two\nlines"', 'plain', '']);
  assert.deepEqual([csvCell(0), csvCell(-0.5), csvCell(null)], ['0', '-0.5', '–']);
});

test('the time that is left: known once a task of each kind tells, in proportion to the share of the data', () => {
  const task = (kind: 'train' | 'evaluate', seconds: number | null, share = 1): BenchmarkTask => ({
    kind, name: 'trec-id', label: '', seed: 1, share, fit: 'train', status: seconds === null ? 'waiting' : 'done', runId: null, seconds, message: null,
  });
  const queue = [task('train', 100), task('train', null), task('train', null, 0.5)];
  assert.equal(estimate(queue, 1, 20, null), 130);
  assert.equal(estimate([task('train', null), task('train', null)], 0, 20, null), null);
  assert.equal(estimate([task('train', null), task('train', null)], 0, 20, 30), 80);
  assert.equal(estimate([task('train', 100), task('evaluate', null)], 1, 1, null), null);
  assert.equal(estimate(queue, 3, 0, null), null);
});
