/** 40 sizes of disk for every operation that changes a workspace. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { cannotMount, fillDisks, type FullDiskReport } from './disk-full.ts';
import { publish, scaled } from './figures.ts';
import { operations } from './operations.ts';

const reports: FullDiskReport[] = [];
after(() => {
  const sum = (of: (report: FullDiskReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  publish({
    promise: 'R5', sweep: 'sizes of a disk', cases: sum(({ sizes }) => sizes), violations: sum(({ violations }) => violations.length),
    detail: `${reports.length} operations; ${sum(({ full }) => full)} sizes were too small`,
  });
});

for (const name of Object.keys(operations)) {
  test(`many sizes of disk, ${name}`, { skip: cannotMount }, async () => {
    const seed = Date.now();
    const report = await fillDisks(name, scaled(40), seed);
    reports.push(report);
    assert.deepEqual(report.violations, [], `seed ${seed}`);
    assert.ok(report.full > 0);
  });
}
