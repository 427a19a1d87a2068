import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sumDemand, sumFlows, sumFrom, type DemandMoments } from '../../models/demand.ts';
import { Random } from '../../models/random.ts';

const labels = 7;

/** Moments of sessions in order, with distributions that sum to 1. */
const anyMoments = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 1_000_000 })), { minLength: 1, maxLength: 25 },
).map((sessions): DemandMoments => {
  const rows = sessions.flatMap(([length, seed], session) => {
    const random = new Random(seed);
    return Array.from({ length }, () => {
      const raw = Array.from({ length: labels }, () => random.uniform() ** 4 + 1e-6);
      const total = raw.reduce((sum, value) => sum + value, 0);
      return { session, from: random.below(labels + 1) - 1, next: random.below(labels + 1) - 1, p: raw.map((value) => value / total) };
    });
  });
  return {
    labels, sessions: Int32Array.from(rows, ({ session }) => session), from: Int32Array.from(rows, ({ from }) => from || -1), next: Int32Array.from(rows, ({ next }) => next || -1),
    probabilities: Float32Array.from(rows.flatMap(({ p }) => p)),
  };
});
const close = (actual: number, expected: number, what: string): void => assert.ok(Math.abs(actual - expected) < 1e-3, `${what}: ${actual} is not ${expected}`);
const total = (rows: readonly (readonly number[])[]): number => rows.flat().reduce((sum, value) => sum + value, 0);

test('predicted and actual both sum to the moments whose next SKU has a category; flows of each origin to its moments', () => {
  fc.assert(fc.property(anyMoments, fc.integer({ min: 0, max: 5 }), (moments, shown) => {
    const member = Uint8Array.from(moments.sessions, (session) => (session % 3 === 2 ? 0 : 1));
    const labelled = [...member.keys()].filter((m) => member[m] === 1 && moments.next[m]! >= 0);
    const { categories, none, flows, ...counts } = sumDemand(moments, member, shown);
    assert.deepEqual([counts.moments, counts.labelled, counts.sessions], [member.filter((flag) => flag === 1).length, labelled.length, new Set(labelled.map((m) => moments.sessions[m])).size]);
    const left = [...Array(labels).keys()].slice(1).filter((label) => !categories.some((one) => one.label === label)).length;
    assert.ok(Math.abs(categories.reduce((sum, { predicted }) => sum + predicted, none) - labelled.length) <= 0.05 * left + 1e-3);
    assert.equal(categories.reduce((sum, { actual }) => sum + actual, 0), labelled.length);
    assert.equal(categories.reduce((sum, { from }) => sum + from, 0) <= labelled.length, true);
    for (const { predicted, actual, difference, interval: [low, high] } of categories) {
      assert.equal(difference, predicted - actual);
      assert.ok(low <= difference && difference <= high);
    }
    assert.deepEqual([flows.predicted.length, flows.actual.length], [flows.labels.length + 1, flows.labels.length + 1]);
    close(total(flows.predicted), labelled.length, 'predicted flows');
    assert.equal(total(flows.actual), labelled.length);
    flows.predicted.forEach((row, index) => close(row.reduce((sum, value) => sum + value, 0), flows.actual[index]!.reduce((sum, value) => sum + value, 0), `row ${index}`));
    for (const [index, label] of flows.labels.entries()) {
      const { moments: count, to } = sumFrom(moments, member, label);
      assert.equal(flows.actual[index]!.reduce((sum, value) => sum + value, 0), count);
      close(to.reduce((sum, { predicted }) => sum + predicted, 0), count, 'from one category');
      for (const [column, other] of flows.labels.entries()) close(to.find((one) => one.label === other)?.predicted ?? 0, flows.predicted[index]![column]!, 'a cell');
    }
  }), { numRuns: 150 });
});

test('sums are those counted by hand', () => {
  const moments: DemandMoments = {
    labels: 3, sessions: Int32Array.of(0, 0, 1, 2), from: Int32Array.of(1, 2, 1, -1), next: Int32Array.of(2, 2, 1, -1),
    probabilities: Float32Array.of(0, 0.25, 0.75, 0, 0.5, 0.5, 0, 1, 0, 0, 0.5, 0.5),
  };
  const { categories, ...counts } = sumDemand(moments, new Uint8Array(4).fill(1), 2);
  assert.deepEqual([counts.moments, counts.labelled, counts.sessions, counts.none], [4, 3, 2, 0]);
  assert.deepEqual(categories.map(({ label, predicted, actual, difference, from }) => [label, predicted, actual, difference, from]), [[2, 1.25, 2, -0.75, 1], [1, 1.75, 1, 0.75, 2]]);
  // d of label 1 by session: 0.75 and 0; between them 2 · (0.75² - 0.75² / 2) = 0.5625; by itself 0.1875 + 0.25 = 0.4375.
  const half = 1.96 * Math.sqrt(0.5625);
  for (const [index, bound] of categories[1]!.interval.entries()) close(bound, 0.75 + (index === 0 ? -half : half), 'interval');
  assert.deepEqual(sumFlows(moments, new Uint8Array(4).fill(1), [2, 1]).actual, [[1, 0, 0], [1, 1, 0], [0, 0, 0]]);
  assert.deepEqual(sumFrom(moments, new Uint8Array(4).fill(1), 1), { moments: 2, to: [{ label: 1, predicted: 1.25, actual: 1 }, { label: 2, predicted: 0.75, actual: 1 }] });
});

test('the interval is as wide as a bootstrap over sessions where sessions differ, and never narrower than chance', () => {
  const random = new Random(3);
  const sessions = Array.from({ length: 300 }, (_, session) => ({ session, lean: random.uniform() }));
  const rows = sessions.flatMap(({ session, lean }) => Array.from({ length: 5 }, () => ({ session, p: 0.3, hit: random.uniform() < lean ** 3 ? 1 : 0 })));
  const moments: DemandMoments = {
    labels: 3, sessions: Int32Array.from(rows, ({ session }) => session), from: new Int32Array(rows.length).fill(1), next: Int32Array.from(rows, ({ hit }) => (hit === 1 ? 1 : 2)),
    probabilities: Float32Array.from(rows.flatMap(({ p }) => [0, p, 1 - p])),
  };
  const own = sumDemand(moments, new Uint8Array(rows.length).fill(1), 2).categories.find(({ label }) => label === 1)!;
  const bySession = sessions.map(({ session }) => rows.filter((row) => row.session === session).reduce((sum, { p, hit }) => sum + p - hit, 0));
  const resampled = Array.from({ length: 2_000 }, () => bySession.reduce((sum) => sum + bySession[random.below(bySession.length)]!, 0)).sort((a, b) => a - b);
  const [low, high] = [resampled[50]!, resampled[1949]!];
  assert.ok(Math.abs(own.interval[1] - own.interval[0] - (high - low)) < 0.08 * (high - low), `${own.interval} against ${[low, high]}`);
  // Sessions that all behave alike: what is left is chance.
  const alike: DemandMoments = { ...moments, next: new Int32Array(rows.length).fill(2) };
  const quiet = sumDemand(alike, new Uint8Array(rows.length).fill(1), 2).categories.find(({ label }) => label === 1)!;
  assert.ok(Math.abs((quiet.interval[1] - quiet.interval[0]) / 2 - 1.96 * Math.sqrt(rows.length * 0.21)) < 0.1);
});
