/**
 * Kills an operation at a chosen system call that changes its folder, or lets that call fail, one call a life, and holds what is left
 * against the promises. The calls are those of a life in peace, counted under strace, which also strikes: nothing of the product knows of it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { operations, type Operation } from './operations.ts';
import { judge, readOrRefused, readState, type States } from './oracle.ts';

export const cannotTrace = !existsSync('/usr/bin/strace') ? 'strace is not installed'
  : spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status !== 0 ? 'strace may not trace here'
  : false;

/** What changes files: SQLite writes with pwrite64, Node with write. */
const calls = ['pwrite64', 'write', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'unlink', 'openat', 'mkdir'];

/** The n-th call of a name in one thread. */
export interface Point {
  readonly call: string;
  readonly count: number;
}

export interface CrashReport {
  readonly name: string;
  /** Points of a life in peace. */
  readonly points: number;
  readonly kills: number;
  /** Lives that ended before their point came, or in which something else than the folder was struck. */
  readonly missed: number;
  readonly violations: readonly string[];
}

/** Lets `wanted` writes or syncs of the operation fail, as a disk does that breaks; what is not done must be told in a sentence. */
export async function breakDisk(name: string, wanted: number, seed: number): Promise<Omit<CrashReport, 'kills'>> {
  const operation = operations[name]!;
  const root = mkdtempSync(join(tmpdir(), 'shelfsight-disk-'));
  try {
    const { states, points } = await rehearse(name, operation, root);
    const violations: string[] = [];
    let missed = 0;
    const chosen = choose(points.filter(({ call }) => /write|sync|truncate/.test(call)), wanted, seed);
    for (const { call, count } of chosen) {
      const folder = copyOf(root);
      const log = join(root, 'failed.log');
      const { acknowledged, told } = await live(name, folder, ['-y', '-s', '0', '-e', `trace=${call}`, '-e', `inject=${call}:error=EIO:when=${count}`, '-o', log]);
      const failed = readFileSync(log, 'utf8').split('\n').filter((line) => line.includes('(INJECTED)'));
      // The n-th call of some thread may be Node waking another one, which it does not survive; that is no disk.
      const onDisk = failed.length > 0 && failed.every((line) => line.includes(folder));
      if (!onDisk) missed += 1;
      const problems = await judge(folder, operation, states, acknowledged);
      if (onDisk && !acknowledged && !/^refused: .*(disk|[Ww]orkspace)/.test(told)) problems.push('ended without a sentence');
      violations.push(...problems.map((problem) => `${name}, ${call} ${count} failed: ${problem}`));
    }
    return { name, points: chosen.length, missed, violations };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Takes `wanted` points of the operation, spread evenly and shifted by `seed`; all of them where there are fewer. */
export async function crash(name: string, wanted: number, seed: number): Promise<CrashReport> {
  const operation = operations[name]!;
  const root = mkdtempSync(join(tmpdir(), 'shelfsight-crash-'));
  try {
    const { states, points } = await rehearse(name, operation, root);
    const chosen = choose(points, wanted, seed);
    const violations: string[] = [];
    let [kills, missed] = [0, 0];
    for (const { call, count } of chosen) {
      // How many calls there are depends a little on time, in imports; where a life ends before its point another dies at half the way.
      for (let [at, killed] = [count, false]; !killed && at > 0; at = Math.floor(at / 2)) {
        const folder = copyOf(root);
        const life = await live(name, folder, ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${at}`, '-o', '/dev/null']);
        killed = life.killed;
        if (killed) kills += 1;
        else missed += 1;
        const problems = await judge(folder, operation, states, life.acknowledged);
        violations.push(...problems.map((problem) => `${name}, killed at ${call} ${at}: ${problem}`));
      }
    }
    return { name, points: points.length, kills, missed, violations };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The states before and after, and the points between them. */
async function rehearse(name: string, operation: Operation, root: string): Promise<{ readonly states: States; readonly points: readonly Point[] }> {
  mkdirSync(join(root, 'template'));
  await operation.prepare(join(root, 'template'));
  const folder = copyOf(root);
  const log = join(root, 'calls.log');
  const { acknowledged } = await live(name, folder, ['-y', '-s', '0', '-e', `trace=${calls.join()}`, '-o', log]);
  if (!acknowledged) throw new Error(`${name} does not get to its end when nothing happens to it.`);
  const after = await readState(folder);
  const before = await readOrRefused(copyOf(root)); // of a migration or a new workspace: opening is the operation, so both are one
  return { states: { before: before.all, after: after.all, content: after.content }, points: pointsOf(readFileSync(log, 'utf8'), folder) };
}

function copyOf(root: string): string {
  const folder = join(root, 'life');
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'template'), folder, { recursive: true });
  return folder;
}

/** Calls that name the folder or one of its files; opening counts where it may create. */
function pointsOf(log: string, folder: string): readonly Point[] {
  const counts = new Map<string, number>();
  const points: Point[] = [];
  for (const line of log.split('\n')) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (call === undefined) continue;
    const count = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, count);
    if (line.includes(folder) && (call !== 'openat' || line.includes('O_CREAT'))) points.push({ call, count });
  }
  return points;
}

function choose(points: readonly Point[], wanted: number, seed: number): readonly Point[] {
  if (points.length <= wanted) return points;
  const step = points.length / wanted;
  return Array.from({ length: wanted }, (_, index) => points[(Math.floor(index * step) + seed) % points.length]!);
}

function live(name: string, folder: string, trace: readonly string[]): Promise<{ readonly killed: boolean; readonly acknowledged: boolean; readonly told: string }> {
  const program = fileURLToPath(new URL('./operation-child.ts', import.meta.url));
  const child = spawn('strace', ['-f', '-qq', ...trace, process.execPath, program, name, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.on('data', (piece: Buffer) => (told += piece.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ killed: signal === 'SIGKILL' || code === 137, acknowledged: told.includes('done'), told }));
  });
}
