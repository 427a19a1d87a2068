import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BacktestReport } from '../../electron/api/backtest.ts';
import { squareOf } from '../../renderer/screens/backtest/charts.ts';
import { describeError, formatOff } from '../../renderer/screens/backtest/error-to-expect.ts';
import { judge } from '../../renderer/screens/backtest/words.ts';

const found = { backtest: 'b1', at: Date.UTC(2026, 10, 21, 12), by: 'all', label: 'all', launches: 434, median: 1.47, p80: 2.2, exposureMedian: 2.13, spearman: 0.25, stale: false } as const;

test('the error to expect is a sentence that says of what, how often and when', () => {
  assert.equal(describeError(found), 'Drafts were off by a factor of 2.1 in 434 past launches; back-test of 21 Nov.');
  assert.match(describeError({ ...found, by: 'confidence', label: 'low', stale: true }), /^Drafts like this \(low confidence\) were .* before the data changed\.$/);
  assert.match(describeError({ ...found, by: 'category', label: 'Drills' }), /^Drafts like this \(Drills\) were /);
  assert.deepEqual([1.04, 9.96, 14.4, 1234].map(formatOff), ['1.0', '10.0', '14', '1,234']);
});

test('the verdict says what is shown and what is not', () => {
  const predictor = (name: string, mean: number, shown: boolean) => ({ name, behind: { mean, interval: [0, 0], shown } });
  const report = (category: number, categoryShown: boolean, title: number, titleShown: boolean): BacktestReport => ({
    predictors: [{ name: 'forecast', behind: null }, predictor('clicks', 0.1, true), predictor('category-popularity', category, categoryShown), predictor('title-similarity', title, titleShown)],
    reported: { n: 434, what: 'all launches' }, ownHalf: 0.464,
  }) as unknown as BacktestReport;
  assert.match(judge(report(0.1, true, 0.06, true)), /^The forecast ranks launches better than popularity of the category and title similarity\. .* at 0\.46\.$/);
  assert.match(judge(report(0.1, true, 0.01, false)), /better than popularity of the category; is no better than title similarity as far as 434 launches can tell/);
  assert.match(judge(report(-0.1, true, 0.01, false)), /^The forecast is no better than title similarity as far as 434 launches can tell; is worse than popularity of the category\./);
});

test('both axes have the same scale, a place for nothing at all, and round ticks apart from each other', () => {
  const square = squareOf([0, 3, 412], 300, 200);
  assert.ok(square.x(0) >= 0 && square.x(412) <= 300 && square.y(0) <= 200 && square.y(412) >= 0);
  assert.equal(square.xTicks[0]!.text, '0');
  for (const ticks of [square.xTicks, square.yTicks]) for (const [index, tick] of ticks.entries()) if (index > 0) assert.ok(Math.abs(tick.at - ticks[index - 1]!.at) >= 24);
  assert.ok(Math.abs(square.x(10) / 300 - (200 - square.y(10)) / 200) < 1e-9, 'agreement is a straight line from corner to corner');
  const alone = squareOf([0, 0], 300, 200);
  assert.ok(Number.isFinite(alone.x(0)) && alone.xTicks.length > 0);
});
