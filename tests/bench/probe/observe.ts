/** Loaded into a process with `--import`: when it ends, its peak memory and its longest event-loop gap go into a file. */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env['SHELFSIGHT_OBSERVE'];
if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  // maxRSS is in kilobytes on every system.
  process.on('exit', () => writeFileSync(file, JSON.stringify({ peakMB: process.resourceUsage().maxRSS / 1024, gapMs: delay.max / 1e6 })));
}
