/** 40 writes and syncs that fail in every operation that changes a workspace. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { breakDisk, cannotTrace } from './crashes.ts';
import { operations } from './operations.ts';

const reports: Awaited<ReturnType<typeof breakDisk>>[] = [];
after(() => {
  const sum = (of: (report: (typeof reports)[number]) => number): number => reports.reduce((total, report) => total + of(report), 0);
  console.log(`Failing disks: ${sum(({ points }) => points)} calls over ${reports.length} operations (${sum(({ missed }) => missed)} never came, or struck no file of the workspace), ${sum(({ violations }) => violations.length)} violations.`);
});

for (const name of Object.keys(operations)) {
  test(`40 times EIO, ${name}`, { skip: cannotTrace, timeout: 3_600_000 }, async () => {
    const seed = Date.now();
    const report = await breakDisk(name, 40, seed);
    reports.push(report);
    assert.deepEqual(report.violations, [], `seed ${seed}`);
  });
}
