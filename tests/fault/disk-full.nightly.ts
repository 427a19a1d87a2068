/** 40 sizes of disk for every operation that changes a workspace. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { cannotMount, fillDisks, type FullDiskReport } from './disk-full.ts';
import { operations } from './operations.ts';

const reports: FullDiskReport[] = [];
after(() => {
  const sum = (of: (report: FullDiskReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  console.log(`Disk full: ${sum(({ sizes }) => sizes)} sizes over ${reports.length} operations, ${sum(({ full }) => full)} of them too small; ${sum(({ violations }) => violations.length)} violations.`);
});

for (const name of Object.keys(operations)) {
  test(`40 sizes of disk, ${name}`, { skip: cannotMount, timeout: 3_600_000 }, async () => {
    const seed = Date.now();
    const report = await fillDisks(name, 40, seed);
    reports.push(report);
    assert.deepEqual(report.violations, [], `seed ${seed}`);
    assert.ok(report.full > 0);
  });
}
