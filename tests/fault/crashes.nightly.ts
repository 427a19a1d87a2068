/** 120 kills of every operation that changes a workspace, each at a system call that writes to it. */
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { cannotTrace, crash, type CrashReport } from './crashes.ts';
import { operations } from './operations.ts';

const reports: CrashReport[] = [];
after(() => {
  const sum = (of: (report: CrashReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  console.log(`Kills: ${sum(({ kills }) => kills)} over ${reports.length} operations (${sum(({ missed }) => missed)} lives ended before theirs), all inside a call that changes the workspace; ${sum(({ violations }) => violations.length)} violations.`);
});

// Two at a time: a life mostly waits for its disk.
suite('kills', { concurrency: 2 }, () => {
  for (const name of Object.keys(operations)) {
    test(`120 times SIGKILL, ${name}`, { skip: cannotTrace, timeout: 3_600_000 }, async () => {
      const seed = Date.now();
      const report = await crash(name, 120, seed);
      reports.push(report);
      console.log(`${name}: ${report.kills} kills of ${report.points} points, ${report.violations.length} violations (seed ${seed})`);
      assert.deepEqual(report.violations, []);
      assert.ok(report.kills > 0);
    });
  }
});
