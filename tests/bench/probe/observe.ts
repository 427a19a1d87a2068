/** Loaded into a process with `--import`: when it ends, its peak memory, its processor time and its longest event-loop gap go into a file. */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env['SHELFSIGHT_OBSERVE'];
if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  process.on('exit', () => {
    // maxRSS is in kilobytes on every system, times are in microseconds.
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(file, JSON.stringify({ peakMB: maxRSS / 1024, processorMs: (userCPUTime + systemCPUTime) / 1000, gapMs: delay.max / 1e6 }));
  });
}
