/** 40 writes and syncs that fail in every operation that changes a workspace. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { breakDisk, cannotTrace } from './crashes.ts';
import { publish, scaled } from './figures.ts';
import { operations } from './operations.ts';

const reports: Awaited<ReturnType<typeof breakDisk>>[] = [];
after(() => {
  const sum = (of: (report: (typeof reports)[number]) => number): number => reports.reduce((total, report) => total + of(report), 0);
  publish({
    promise: 'R6', sweep: 'writes and syncs that fail', cases: sum(({ points, missed }) => points - missed), violations: sum(({ violations }) => violations.length),
    detail: `${reports.length} operations; ${sum(({ missed }) => missed)} more never came, or struck no file of the workspace`,
  });
});

for (const name of Object.keys(operations)) {
  test(`EIO again and again, ${name}`, { skip: cannotTrace }, async () => {
    const seed = Date.now();
    const report = await breakDisk(name, scaled(40), seed);
    reports.push(report);
    assert.deepEqual(report.violations, [], `seed ${seed}`);
  });
}
