/**
 * The launch back-test: SKUs that were launched, previewed as the drafts they were by a model that knows nothing of them, and what came.
 *
 *   clicks    P(j) = Σ over X(j) of p(j|x), softmax over all live SKUs at the model's temperatures, in proportion to all moments after the
 *             launch: leaving out more moments of a SKU that is clicked more would tell what came
 *   exposure  E(j) = #{x in X(j) : rank(j) <= K} among the SKUs not yet in x, ties against j
 *   forecast  see `backtest-forecast.ts`; so the baselines category and title
 *   actual    R(j) = #{x in X(j) : y = j}
 *
 * What comes back is per launch; `backtest-report.ts` makes figures of it. measures.md 2.4.
 */
import type { ItemFeatures } from '../db/records.ts';
import { expectClicks } from './backtest-forecast.ts';
import type { BacktestJob, BacktestNumbers, Expectation, LaunchNumbers } from './backtest-jobs.ts';
import { collectMoments, countClicks, sampleMoments, type Moments } from './backtest-moments.ts';
import { firstSeenTimes } from './backtest-split.ts';
import { scoresNewSkus } from './config.ts';
import { warningsFor } from './encode.ts';
import type { TrainJobProgress } from './jobs.ts';
import { encodeCatalog, loadModel, trainedScorer } from './loaded.ts';
import { softmaxOver } from './ranking.ts';
import { gatherPrefixes, type Scorer } from './scorer.ts';
import { logitOf } from './temperature.ts';
import { queriesAtOnce } from './trained.ts';

/** Scores (moments x SKUs) computed at most: about a minute on two cores. Beyond, moments are sampled and their sums scaled. */
const mostScores = 3e9;

/** @throws ArtifactError where the run's manifest does not vouch for a model; Error where the model knows listed SKUs only. */
export async function backtest(job: BacktestJob, onProgress: (progress: TrainJobProgress) => void): Promise<BacktestNumbers> {
  const started = performance.now();
  const { dataset, known, clock, rows } = job;
  const visible = Uint8Array.from(dataset.live);
  for (const row of known.hidden) visible[row] = 0;
  const past = collectMoments(known.dataset, known.times);
  const pastClicks = countClicks(past, dataset.items.length, known.times === null ? null : firstSeenTimes(known.dataset, known.times));
  const firstSeen = clock === null ? null : firstSeenTimes(dataset, clock.times);
  const moments = collectMoments(dataset, clock?.times ?? null, clock?.since);
  const came = countClicks(moments, dataset.items.length, firstSeen);

  const model = await loadModel(job.run);
  try {
    const { manifest, features } = model.artifact;
    if (!scoresNewSkus(manifest.config)) throw new Error('This model owns one row per known SKU and cannot rank a new one. A back-test needs the tied head.');
    const catalog = await encodeCatalog(model, dataset.items, dataset.ids);
    const expected = await expectClicks({ items: dataset.items, visible, clicks: pastClicks }, rows, catalog.vectors, model.products);
    const scorer = await trainedScorer(model, dataset, catalog.vectors, catalog.rows);
    const replayed = await replay(job, moments, firstSeen, { scorer, logit: logitOf(manifest.temperatures['item']) }, onProgress);
    return {
      launches: Array.from(rows, (row, i) => describeLaunch(row, expected[i]!, {
        moments: came.after[row]!, actual: came.clicks[row]!, firstSeen: firstSeen === null ? null : firstSeen[row]!,
        warnings: warningsFor(features, dataset.items[row] as ItemFeatures), counted: replayed.counted[i]!, clicks: replayed.clicks[i]!, exposure: replayed.exposure[i]!,
      })),
      visible: visible.reduce((sum, flag) => sum + flag, 0), events: known.dataset.sessions.items.reduce((sum, row) => sum + (row >= 0 ? 1 : 0), 0),
      sampled: replayed.sampled, moments: moments.ends.length, seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await model.dispose();
  }
}

/** Means over X in the sample become sums over all moments after the launch. */
function describeLaunch(row: number, { forecast, category, title, ...why }: Expectation, seen: Omit<LaunchNumbers, keyof Expectation | 'row'> & { readonly counted: number }): LaunchNumbers {
  const { counted, clicks, exposure, ...facts } = seen;
  const share = counted === 0 ? 0 : facts.moments / counted;
  return {
    ...why, ...facts, row, forecast: forecast * facts.moments, category: category * facts.moments, title: title * facts.moments,
    clicks: share * clicks, exposure: share * exposure,
  };
}

interface Replayed {
  /** [launches] moments of the sample that are in X. */
  readonly counted: Float64Array;
  readonly clicks: Float64Array;
  readonly exposure: Float64Array;
  readonly sampled: number;
}

/** A system, and what its scores are as logits. */
interface Probable {
  readonly scorer: Scorer;
  readonly logit: (score: number) => number;
}

/** Scores every SKU at a sample of the moments, and places the launches among them. */
async function replay({ dataset, rows, k, seed }: BacktestJob, moments: Moments, firstSeen: Float64Array | null, { scorer, logit }: Probable, onProgress: (progress: TrainJobProgress) => void): Promise<Replayed> {
  const count = dataset.items.length;
  const chosen = sampleMoments(moments.ends.length, Math.max(1, Math.floor(mostScores / count)), seed);
  const sums: Replayed = { counted: new Float64Array(rows.length), clicks: new Float64Array(rows.length), exposure: new Float64Array(rows.length), sampled: chosen.length };
  const competes = Uint8Array.from(dataset.live);
  const step = Math.min(256, queriesAtOnce(count));
  const scores = new Float32Array(step * count);
  const started = performance.now();
  for (let from = 0; from < chosen.length; from += step) {
    const part = chosen.subarray(from, from + step);
    const batch = gatherPrefixes(moments, part);
    await scorer.scores!(batch, scores.subarray(0, part.length * count));
    for (const [b, moment] of part.entries()) {
      const time = firstSeen === null ? 0 : moments.times![moment]!;
      const context = batch.items.subarray(batch.offsets[b]!, batch.offsets[b + 1]!);
      const launched = firstSeen === null ? null : (row: number): boolean => time > firstSeen[row]!;
      placeLaunches(scores.subarray(b * count, (b + 1) * count), context, competes, { rows, k, launched, logit, sums });
    }
    onProgress(replaying(from + part.length, chosen.length, started));
  }
  return sums;
}

function replaying(step: number, steps: number, started: number): TrainJobProgress {
  const elapsed = (performance.now() - started) / 1000;
  return {
    phase: 'validating', step, steps, epoch: 0, epochs: 0, loss: null, examplesPerSecond: step / Math.max(elapsed, 1e-3), eta: ((steps - step) * elapsed) / step, elapsed, device: 'cpu',
    memoryMB: Math.round(process.memoryUsage().rss / 2 ** 20), validation: null, message: 'Previewing the launches at the moments that came after them',
  };
}

interface Placing {
  readonly rows: Int32Array;
  readonly k: number;
  readonly launched: ((row: number) => boolean) | null;
  readonly logit: Probable['logit'];
  readonly sums: Replayed;
}

/** Adds p(j|x) and 1[rank(j) <= K] of one moment to the sums of every launch that is in X there. */
function placeLaunches(scores: Float32Array, context: Int32Array, competes: Uint8Array, { rows, k, launched, logit, sums }: Placing): void {
  const probability = softmaxOver(scores, competes, logit);
  const seen: number[] = [];
  for (const row of context) {
    if (competes[row] !== 1) continue;
    competes[row] = 0;
    seen.push(row);
  }
  const bar = nextBest(scores, competes, k);
  for (const [i, row] of rows.entries()) {
    if (competes[row] !== 1 || (launched !== null && !launched(row))) continue;
    const p = probability(scores[row]!);
    if (Number.isNaN(p)) throw new Error('The scores of a moment are not finite.');
    sums.counted[i]!++;
    sums.clicks[i]! += p;
    if (scores[row]! > bar) sums.exposure[i]!++; // rank counts all that score as much: above place K + 1 means within K
  }
  for (const row of seen) competes[row] = 1;
}

/** The score in place K + 1 of the competing rows; -Infinity where fewer compete. */
function nextBest(scores: Float32Array, competes: Uint8Array, k: number): number {
  const best = new Float32Array(k + 1).fill(-Infinity); // descending
  for (let row = 0; row < scores.length; row++) {
    if (scores[row]! <= best[k]! || competes[row] !== 1) continue;
    let place = k;
    while (place > 0 && best[place - 1]! < scores[row]!) {
      best[place] = best[place - 1]!;
      place--;
    }
    best[place] = scores[row]!;
  }
  return best[k]!;
}
