/** 5,000 damaged files of workspaces. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { damageFiles, type DamageReport } from './damage.ts';

const reports: DamageReport[] = [];
after(() => {
  const sum = (of: (report: DamageReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  console.log(`Damaged files: ${sum(({ files }) => files)}, of which ${sum(({ refused }) => refused)} were refused with a sentence and left as they were; ${sum(({ salvaged }) => salvaged)} of these were salvaged, with ${(100 * sum(({ salvaged, share }) => salvaged * share) / sum(({ salvaged }) => salvaged)).toFixed(1)} % of their SKUs and events; ${sum(({ crashes }) => crashes)} crashes, ${sum(({ violations }) => violations.length)} violations.`);
});

for (const [file, count] of [['workspace.sqlite', 3_500], ['workspace.sqlite-wal', 1_500]] as const) {
  test(`${count} times ${file} damaged`, { timeout: 3_600_000 }, async () => {
    const seed = Date.now();
    const report = await damageFiles(file, count, seed);
    reports.push(report);
    assert.deepEqual(report.violations, [], `seed ${seed}`);
  });
}
