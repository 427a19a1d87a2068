/** 5,000 damaged files of workspaces. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { damageFiles, type DamageReport } from './damage.ts';
import { publish, scaled } from './figures.ts';

const reports: DamageReport[] = [];
after(() => {
  const sum = (of: (report: DamageReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const salvaged = sum((report) => report.salvaged);
  publish({
    promise: 'R9', sweep: 'damaged files', cases: sum(({ files }) => files), violations: sum(({ violations }) => violations.length),
    detail: `${sum(({ crashes }) => crashes)} crashes; ${sum(({ refused }) => refused)} refused and left as they were, ${salvaged} of these salvaged with ${((100 * sum((report) => report.salvaged * report.share)) / Math.max(1, salvaged)).toFixed(1)} % of their SKUs and events`,
  });
});

for (const [file, count] of [['workspace.sqlite', 3_500], ['workspace.sqlite-wal', 1_500]] as const) {
  test(`${file} damaged again and again`, async () => {
    const seed = Date.now();
    const report = await damageFiles(file, scaled(count), seed);
    reports.push(report);
    assert.deepEqual(report.violations, [], `seed ${seed}`);
  });
}
