/** 120 kills of every operation that changes a workspace, each at a system call that writes to it. */
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { cannotTrace, crash, type CrashReport } from './crashes.ts';
import { publish, scaled } from './figures.ts';
import { operations } from './operations.ts';

const reports: CrashReport[] = [];
after(() => {
  for (const [promise, sweep, mine] of [
    ['R2', 'kills in a migration', reports.filter(({ name }) => name.startsWith('migration'))],
    ['R1', 'kills in any other change', reports.filter(({ name }) => !name.startsWith('migration'))],
  ] as const) {
    const sum = (of: (report: CrashReport) => number): number => mine.reduce((total, report) => total + of(report), 0);
    publish({
      promise, sweep, cases: sum(({ kills }) => kills), violations: sum(({ violations }) => violations.length),
      detail: `${mine.length} operations, all inside a call that changes the workspace; ${sum(({ missed }) => missed)} lives ended before theirs`,
    });
  }
});

// Two at a time: a life mostly waits for its disk.
suite('kills', { concurrency: 2 }, () => {
  for (const name of Object.keys(operations)) {
    test(`SIGKILL again and again, ${name}`, { skip: cannotTrace }, async () => {
      const seed = Date.now();
      const report = await crash(name, scaled(120), seed);
      reports.push(report);
      console.log(`${name}: ${report.kills} kills of ${report.points} points, ${report.violations.length} violations (seed ${seed})`);
      assert.deepEqual(report.violations, []);
      assert.ok(report.kills > 0);
    });
  }
});
