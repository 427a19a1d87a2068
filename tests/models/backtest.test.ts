/** The replay of launches against the plain arithmetic, and the figures that are made of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backtest } from '../../models/backtest.ts';
import type { LaunchNumbers } from '../../models/backtest-jobs.ts';
import { withinChance } from '../../models/backtest-reasons.ts';
import { chooseMix, reportBacktest } from '../../models/backtest-report.ts';
import { knownWithout } from '../../models/backtest-split.ts';
import { encodeCatalog, loadModel, trainedScorer } from '../../models/loaded.ts';
import { train } from '../../models/train.ts';
import { tinyConfig, tinyShop } from '../fault/tiny-shop.ts';
import { temporaryFolder } from '../helpers/database.ts';

const rows = Int32Array.from({ length: 12 }, (_, i) => i * 10 + 1);
const k = 5;

test('clicks, exposure and counts of each launch are those of the definition, summed over every moment by hand', async (t) => {
  const run = temporaryFolder(t);
  const dataset = tinyShop();
  const known = knownWithout(dataset, rows);
  await train({ dataset: known.dataset, config: tinyConfig('M2TRec', { epochs: 2 }), device: 'cpu', hidden: known.hidden, folder: run, resume: false }, { onProgress() {}, stopRequested: () => false, threads: 1 });
  let told = 0;
  const { launches, moments, sampled, visible, events } = await backtest({ run, known, dataset, clock: null, rows, k, seed: 1 }, ({ step, steps }) => {
    assert.ok(step <= steps);
    told = step;
  });
  assert.deepEqual([visible, events, sampled, told], [dataset.items.length - rows.length, known.dataset.sessions.items.length, moments, moments]);

  const model = await loadModel(run, 1);
  const { value, above } = model.artifact.manifest.temperatures['item']!;
  assert.ok(value !== 1);
  const catalog = await encodeCatalog(model, dataset.items, dataset.ids);
  const scorer = await trainedScorer(model, dataset, catalog.vectors, catalog.rows);
  const sums = Array.from(rows, () => ({ in: 0, actual: 0, clicks: 0, exposure: 0 }));
  const { offsets, items } = dataset.sessions;
  for (let session = 0; session + 1 < offsets.length; session++) {
    for (let event = offsets[session]! + 1; event < offsets[session + 1]!; event++) {
      const context = items.subarray(offsets[session]!, event);
      const scores = new Float32Array(dataset.items.length);
      await scorer.scores({ offsets: Int32Array.of(0, context.length), items: context }, scores);
      const logits = Array.from(scores, (score) => Math.min(score, above!.knee) / value + Math.max(0, score - above!.knee) / above!.value);
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      for (const [i, row] of rows.entries()) {
        if (context.includes(row)) continue;
        sums[i]!.in++;
        sums[i]!.clicks += Math.exp(logits[row]!) / total;
        if (items[event] === row) sums[i]!.actual++;
        const ahead = [...scores.keys()].filter((other) => other !== row && !context.includes(other) && scores[other]! >= scores[row]!).length;
        if (ahead < k) sums[i]!.exposure++;
      }
    }
  }
  await model.dispose();
  for (const [i, launch] of launches.entries()) {
    const share = moments / sums[i]!.in;
    assert.equal(launch.actual, sums[i]!.actual);
    assert.ok(Math.abs(launch.clicks - share * sums[i]!.clicks) < 1e-4 * launch.clicks, `${launch.clicks} clicks, ${share * sums[i]!.clicks} by hand`);
    assert.ok(Math.abs(launch.exposure - share * sums[i]!.exposure) <= share * 2, 'scores of a batch differ in their last bits, which can decide a place');
    assert.ok(launch.forecast > 0 && launch.category > 0 && launch.title > 0);
  }
});

/** `actual` of each with everything else plain; the prediction is what the caller says. */
function launchesOf(list: readonly { readonly actual: number; readonly forecast: number; readonly clicks: number }[]): readonly LaunchNumbers[] {
  return list.map((one, row) => ({
    ...one, row, firstSeen: row, moments: 1000, exposure: 10 * one.clicks, category: 5, title: 6, nearest: 0.9 - row / 1e4, spread: 1.5 + row / 1e4, inLeaf: 30, ofBrand: 7, warnings: [],
  }));
}
const numbersOf = (launches: readonly LaunchNumbers[]) => ({ launches, visible: 100, events: 1000, sampled: 1000, moments: 1000, seconds: 1 });
const plain = () => ({ words: 6, brand: 'Acme', leaf: 'Bolts' });

test('with a clock the factor comes from the earlier half and figures are of the later; with a fold, of all', () => {
  const launches = launchesOf(Array.from({ length: 40 }, (_, i) => ({ actual: 400 * (i % 20) + 200, forecast: (400 * (i % 20) + 200) / (i < 20 ? 2 : 3), clicks: 5 })));
  const dated = reportBacktest(numbersOf(launches), 0, plain, 1);
  assert.deepEqual([dated.report.launches, dated.report.reported.n, dated.report.chosenOn.n], [40, 20, 20]);
  assert.deepEqual(dated.launches.map(({ part }) => part), [...new Array(20).fill('chosen'), ...new Array(20).fill('reported')]);
  const forecast = dated.report.predictors[0]!;
  assert.equal(forecast.spearman, 1);
  assert.ok(Math.abs(forecast.scale - 2) < 0.05, `the earlier half says twice, the later would have said three times: ${forecast.scale}`);
  assert.ok(forecast.factors!.median > 1.4, 'so the later half is off by about 3 / 2');

  const folded = reportBacktest(numbersOf(launches), 20, plain, 1);
  assert.deepEqual([folded.report.launches, folded.report.reported.n, folded.report.chosenOn.n], [20, 20, 20]);
  assert.ok(Math.abs(folded.report.predictors[0]!.scale - 3) < 0.05, 'the fold at the end of the list says three times');
});

test('a prediction that says nothing beside the forecast gets no share in it, one that says all gets all', () => {
  const actuals = Array.from({ length: 60 }, (_, i) => 1 + ((i * 37) % 60));
  assert.equal(chooseMix(launchesOf(actuals.map((actual, i) => ({ actual, forecast: 2 * actual, clicks: 1 + ((i * 23) % 60) })))) < 0.05, true);
  assert.ok(chooseMix(launchesOf(actuals.map((actual, i) => ({ actual, forecast: 1 + ((i * 23) % 60), clicks: actual })))) > 0.95);
  assert.equal(chooseMix(launchesOf(actuals.slice(0, 10).map((actual) => ({ actual, forecast: 1, clicks: actual })))), 0, 'ten launches choose nothing');
});

test('reasons are told from the data of a launch, with what they are worth', () => {
  const launches = launchesOf(Array.from({ length: 30 }, (_, i) => ({ actual: i < 5 ? 80 : 8, forecast: 8, clicks: 8 }))).map((launch, i) => (i < 5 ? { ...launch, inLeaf: 2, ofBrand: 0 } : launch));
  const { report, launches: results } = reportBacktest(numbersOf(launches), 0, plain, 1);
  const fold = reportBacktest(numbersOf([...launches, ...launchesOf([{ actual: 8, forecast: 8, clicks: 8 }])]), 1, plain, 1);
  const [first] = results;
  assert.deepEqual(first!.reasons.map(({ code }) => code).filter((code) => code === 'unknown-brand' || code === 'rare-category'), ['unknown-brand', 'rare-category']);
  assert.match(first!.reasons.find(({ code }) => code === 'unknown-brand')!.detail, /“Acme”/);
  assert.ok(!first!.reasons.some(({ code }) => code === 'chance'), 'ten times as much is no chance');
  assert.ok(results.at(-1)!.reasons.some(({ code }) => code === 'chance'));
  assert.equal(report.reasons.find(({ code }) => code === 'rare-category'), undefined, 'the five are in the half that is not reported');
  const rare = fold.report.reasons.find(({ code }) => code === 'rare-category')!;
  assert.deepEqual([rare.n, rare.others], [5, 1]);
  assert.ok(rare.median! > 9);
});

test('chance is a Poisson count', () => {
  assert.ok(withinChance(5, 5) && withinChance(5, 1) && withinChance(5, 9) && withinChance(0.3, 0) && withinChance(2000, 2050));
  assert.ok(!withinChance(5, 0) && !withinChance(5, 11) && !withinChance(0.3, 3) && !withinChance(2000, 2200) && !withinChance(0, 1));
});
