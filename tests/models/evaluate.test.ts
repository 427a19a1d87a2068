import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareRepeats, evaluateScorer, rankPrefixes } from '../../models/evaluate.ts';
import { splitSessions, testPrefixes } from '../../models/examples.ts';
import type { PrefixSet } from '../../models/examples.ts';
import type { Dataset, EvaluateJob } from '../../models/jobs.ts';
import type { Scorer } from '../../models/scorer.ts';
import { Random } from '../../models/random.ts';
import { datasetOf, item, sessionTable } from '../helpers/sessions.ts';

/** Scores depend on the last item only: `table[last][row]`. */
function tableScorer(table: readonly (readonly number[])[]): Scorer {
  return {
    name: 'table',
    async scores({ offsets, items }, out) {
      for (let b = 0; b < offsets.length - 1; b++) out.set(table[items[offsets[b + 1]! - 1]!]!, b * table.length);
    },
  };
}

const jobOf = (dataset: Dataset, changes: Partial<EvaluateJob> = {}): Omit<EvaluateJob, 'system'> => ({
  dataset, ks: [2], targets: null, hidden: new Int32Array(0), candidates: 'all', prefixes: 'test', equalExposure: false, excludeSeen: false, ...changes,
});

/** Every measure by its definition, one prefix at a time: slow and obvious. */
function measureByDefinition(prefixes: PrefixSet, table: readonly (readonly number[])[], candidates: Uint8Array, k: number, excludeSeen: boolean) {
  const n = prefixes.ends.length;
  const sums = { n, hit: 0, mrr: 0, recall: 0, anyHit: 0, ndcg: 0 };
  for (let i = 0; i < n; i++) {
    const prefix = [...prefixes.items.subarray(prefixes.starts[i]!, prefixes.ends[i]!)];
    const rest = [...prefixes.items.subarray(prefixes.ends[i]!, prefixes.restEnds[i]!)];
    const scores = table[prefix.at(-1)!]!;
    const ranked = [...scores.keys()].filter((row) => candidates[row] === 1 && !(excludeSeen && prefix.includes(row)));
    const rank = (row: number): number =>
      ranked.includes(row) ? 1 + ranked.filter((other) => other !== row && scores[other]! >= scores[row]!).length : Infinity;
    const top = ranked.filter((row) => rank(row) <= k);
    const own = rank(rest[0]!);
    const found = [...new Set(rest)].filter((row) => top.includes(row)).length;
    sums.hit += own <= k ? 1 : 0;
    sums.mrr += own <= k ? 1 / own : 0;
    sums.ndcg += own <= k ? 1 / Math.log2(1 + own) : 0;
    sums.recall += found / rest.length;
    sums.anyHit += found > 0 ? 1 : 0;
  }
  const mean = (sum: number): number => sum / Math.max(1, n);
  return { n, hit: mean(sums.hit), mrr: mean(sums.mrr), recall: mean(sums.recall), anyHit: mean(sums.anyHit), ndcg: mean(sums.ndcg) };
}

test('every measure agrees with its definition, with repeats allowed and removed, for any sessions and scores', async () => {
  const size = 9;
  const session = fc.array(fc.integer({ min: 0, max: size - 1 }), { minLength: 1, maxLength: 7 });
  const property = fc.asyncProperty(
    fc.array(session, { minLength: 1, maxLength: 6 }), fc.array(fc.integer({ min: 0, max: 5 }), { minLength: size * size, maxLength: size * size }),
    fc.integer({ min: 1, max: 5 }), fc.boolean(), fc.integer({ min: 0, max: size - 1 }),
    async (sessions, cells, k, excludeSeen, draft) => {
      const table = Array.from({ length: size }, (_, row) => cells.slice(row * size, (row + 1) * size));
      const recorded = sessionTable(sessions.map((rows) => [rows, 'x'.repeat(rows.length)]));
      const live = Uint8Array.from({ length: size }, (_, row) => (row === draft ? 0 : 1));
      const prefixes = testPrefixes(recorded, splitSessions(recorded), live);
      const ranking = await rankPrefixes(tableScorer(table), prefixes, { candidates: live, ks: [k, k + 2], excludeSeen });
      for (const size of [k, k + 2]) {
        const measured = ranking.k[size]!['all']!;
        const expected = measureByDefinition(prefixes, table, live, size, excludeSeen);
        for (const name of ['n', 'hit', 'mrr', 'recall', 'anyHit', 'ndcg'] as const) assert.ok(Math.abs(measured[name] - expected[name]) < 1e-9, name);
        for (const name of ['hit', 'anyHit'] as const) {
          const error = Math.sqrt((expected[name] * (1 - expected[name])) / Math.max(1, expected.n));
          assert.ok(Math.abs(measured.errors[name] - error) < 1e-7, `error of ${name}`);
        }
      }
      assert.equal([...ranking.ranks].filter((rank) => rank > 0).length, Math.round(ranking.k[k + 2]!['all']!.hit * prefixes.ends.length));
    },
  );
  await fc.assert(property, { numRuns: 150 });
});

test('one pass over both switches gives what two evaluations give', async () => {
  const random = new Random(5);
  const table = Array.from({ length: 9 }, () => Array.from({ length: 9 }, () => random.below(6)));
  const recorded = sessionTable(Array.from({ length: 30 }, (_, index) => {
    const rows = Array.from({ length: 2 + random.below(5) }, () => random.below(9));
    return [rows, (index < 20 ? 't' : 'x').repeat(rows.length)] as const;
  }));
  const job = jobOf(datasetOf(Array.from({ length: 9 }, (_, row) => item(`item ${row}`)), recorded), { ks: [1, 3] });
  const { allowed, removed } = await compareRepeats(tableScorer(table), job);
  for (const [both, excludeSeen] of [[allowed, false], [removed, true]] as const) {
    const alone = await evaluateScorer(tableScorer(table), { ...job, excludeSeen });
    const withoutTime = ({ seconds: _, ...report }: typeof alone.report): typeof report => report;
    assert.deepEqual(withoutTime(both.report), withoutTime(alone.report));
    assert.deepEqual(both.ranks, alone.ranks);
  }
  assert.notDeepEqual(allowed.report.k, removed.report.k);
});

const items = Array.from({ length: 6 }, (_, row) => item(`item ${row}`));
// Training: 0 1 2 often, 3 once. Test: 4 is a target that no training event has.
const sessions = sessionTable([...Array.from({ length: 12 }, () => [[0, 1, 2], 'ttt'] as const), [[0, 3], 'tt'], [[0, 1, 4], 'xxx'], [[1, 0], 'xx']]);
const flat = Array.from({ length: 6 }, () => [5, 4, 3, 2, 1, 0]);

test('slices: the session with a rare item, the rare target, the target without an event', async () => {
  const { report } = await evaluateScorer(tableScorer(flat), jobOf(datasetOf(items, sessions)));
  const { all, sparse, tail, cold } = report.k['2']!;
  assert.deepEqual([all.n, sparse.n, tail.n, cold.n], [3, 2, 1, 1]);
  assert.deepEqual([all.hit, sparse.hit, tail.hit, cold.hit], [2 / 3, 1 / 2, 0, 0]);
  assert.deepEqual([report.coverage, report.tieGap, report.exposureRatio], [2 / 6, 0, null]);
});

test('only listed targets count, and candidates can be narrowed to them', async () => {
  const targets = Int32Array.of(4, 5);
  const among = await evaluateScorer(tableScorer(flat), jobOf(datasetOf(items, sessions), { targets, ks: [1] }));
  assert.deepEqual([among.report.k['1']!.all.n, among.report.k['1']!.all.hit], [1, 0]);
  const narrowed = await evaluateScorer(tableScorer(flat), jobOf(datasetOf(items, sessions), { targets, ks: [1], candidates: 'targets' }));
  assert.deepEqual([narrowed.report.k['1']!.all.hit, narrowed.report.coverage], [1, 1 / 2]);
});

test('drafts are neither candidates nor targets', async () => {
  const { report } = await evaluateScorer(tableScorer(flat), jobOf(datasetOf(items, sessions, [0, 4]), { ks: [1] }));
  assert.deepEqual([report.k['1']!.all.n, report.k['1']!.all.hit, report.protocol.leftOut], [1, 1, 2]);
});

test('a tie that collapses the scores shows in the gap, and a row that cannot be scored is told', async () => {
  const tied = await evaluateScorer(tableScorer(flat.map(() => [1, 1, 1, 1, 1, 1])), jobOf(datasetOf(items, sessions)));
  assert.deepEqual([tied.report.k['2']!.all.hit, tied.report.tieGap], [0, 1]);
  const free = await evaluateScorer(tableScorer(flat.map(() => [5, 4, 3, 2, -Infinity, 0])), jobOf(datasetOf(items, sessions)));
  assert.equal(free.report.unscored, 1);
  await assert.rejects(evaluateScorer(tableScorer(flat.map(() => [NaN, 4, 3, 2, 1, 0])), jobOf(datasetOf(items, sessions))), /not a number/);
});

test('category hits leave unlabelled targets out and count them', async () => {
  const scorer: Scorer = {
    name: 'labels',
    categories: {
      levels: [{ name: 'leaf', labels: ['a', 'b', 'c'], labelOf: Int32Array.of(0, 1, 2, 0, -1, 1) }],
      async scores({ offsets }, out) {
        for (let b = 0; b < offsets.length - 1; b++) out[0]!.set([3, 2, 1], b * 3);
      },
    },
  };
  const { report } = await evaluateScorer(scorer, jobOf(datasetOf(items, sessions)));
  assert.deepEqual(report.categories, { leaf: { n: 2, unlabelled: 1, hit: { 1: 0.5, 2: 1, 5: 1, 20: 1 } } });
  assert.deepEqual(report.k, {});
});

/** 40 items, 8 of them listed; scores without ties, the listed ones raised by `bonus`. */
function exposureCase(bonus: number): { readonly scorer: Scorer; readonly dataset: Dataset; readonly targets: Int32Array } {
  const size = 40;
  const random = new Random(5);
  const targets = Int32Array.from({ length: 8 }, (_, row) => row);
  const table = Array.from({ length: size }, () => Array.from({ length: size }, (_, row) => random.uniform() + (row < 8 ? bonus : 0)));
  const recorded = sessionTable(Array.from({ length: 300 }, () => [Array.from({ length: 4 }, () => random.below(size)), 'xxxx'] as const));
  return { scorer: tableScorer(table), dataset: datasetOf(Array.from({ length: size }, (_, row) => item(`${row}`)), recorded), targets };
}

test('equal exposure finds the same offset, less the bonus, however a system was tuned', async () => {
  const offsets: number[] = [];
  for (const bonus of [-0.5, 0, 0.5]) {
    const { scorer, dataset, targets } = exposureCase(bonus);
    const { report } = await evaluateScorer(scorer, jobOf(dataset, { ks: [5], targets, equalExposure: true }));
    assert.ok(Math.abs(report.exposureRatio! - 1) < 0.02, `ratio ${report.exposureRatio}`);
    offsets.push(report.protocol.offset + bonus);
  }
  assert.ok(Math.max(...offsets) - Math.min(...offsets) < 1e-3, offsets.join(' '));
});

test('exposure and warm hits of the population are those of a ranking with the same offset', async () => {
  const { scorer, dataset, targets } = exposureCase(0.1);
  for (const excludeSeen of [false, true]) {
    const { report } = await evaluateScorer(scorer, jobOf(dataset, { ks: [5], targets, equalExposure: true, excludeSeen }));
    const prefixes = testPrefixes(dataset.sessions, splitSessions(dataset.sessions), dataset.live);
    const warm = Uint8Array.from(prefixes.ends, (end) => (prefixes.items[end]! < targets.length ? 0 : 1));
    const offset = { rows: targets, value: report.protocol.offset };
    const ranking = await rankPrefixes(scorer, prefixes, { candidates: dataset.live, ks: [5], excludeSeen, offset, slices: { warm } });
    const slots = ranking.slots.reduce((sum, count) => sum + count, 0);
    const share = ranking.slots.subarray(0, targets.length).reduce((sum, count) => sum + count, 0) / slots;
    const clicks = warm.filter((member) => member === 0).length / warm.length;
    assert.deepEqual([report.exposure!.warmHit, report.exposure!.ratio, report.exposure!.clicks], [ranking.k['5']!['warm']!.hit, share / clicks, clicks]);
  }
});

test('without the offset the ratio tells who was raised; where all listed SKUs tie, no offset shows them and none is used', async () => {
  const raised = exposureCase(0.5);
  const { report } = await evaluateScorer(raised.scorer, jobOf(raised.dataset, { ks: [5], targets: raised.targets }));
  assert.ok(report.exposureRatio! > 2 && report.protocol.offset === 0);
  const popular = tableScorer(Array.from({ length: 40 }, () => Array.from({ length: 40 }, (_, row) => (row < 8 ? 0 : row))));
  const tied = await evaluateScorer(popular, jobOf(raised.dataset, { ks: [5], targets: raised.targets, equalExposure: true }));
  assert.deepEqual([tied.report.protocol.offset, tied.report.exposureRatio, tied.report.k['5']!.all.hit], [0, 0, 0]);
  await assert.rejects(evaluateScorer(popular, jobOf(raised.dataset, { equalExposure: true })), /needs listed targets/);
});
