/** Looking at processes through /proc: Linux only, as are the tests that kill them. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** State letter and parent of a process; null when there is none. The name before them may hold blanks and brackets. */
function look(pid: number): { readonly state: string; readonly parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

/** A process that has ended but was not yet waited for counts as ended. */
export function isRunning(pid: number): boolean {
  const process = look(pid);
  return process !== null && process.state !== 'Z';
}

/** Waits for an end that must come; the runner's own limit ends a wait in vain. */
export async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(20);
}

/** Pids of the children of `parent` whose command line names `program`. */
export function childrenOf(parent: number, program: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => look(pid)?.parent === parent && commandLine(pid).includes(program));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // ended meanwhile
  }
}
