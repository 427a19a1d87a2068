/**
 * Run by disk-full.ts in a namespace where it may mount: does an operation on disks of many sizes, and prints for each what came of it.
 * Arguments: operation, a folder to mount on, how many sizes, seed.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { describeFault } from '../../db/faults.ts';
import { Random } from '../../models/random.ts';
import { operations } from './operations.ts';
import { judge, readOrRefused, readState } from './oracle.ts';

export interface FullDisk {
  readonly kibibytes: number;
  /** What the user was told; null where there was room enough. */
  readonly sentence: string | null;
  readonly violations: readonly string[];
}

const [name, root, count, seed] = process.argv.slice(2) as [string, string, string, string];
const operation = operations[name]!;
const roomy = 512 * 1024;
const mount = (kibibytes: number): void => void execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', root]);
const resize = (kibibytes: number): void => void execFileSync('mount', ['-o', `remount,size=${kibibytes}k`, root]);
const used = (): number => {
  const { blocks, bfree, bsize } = statfsSync(root);
  return Math.ceil(((blocks - bfree) * bsize) / 1024);
};

const template = mkdtempSync('/tmp/shelfsight-full-');
await operation.prepare(template);
mount(roomy);
const folder = join(root, 'workspace');
const restore = (): void => {
  rmSync(folder, { recursive: true, force: true });
  cpSync(template, folder, { recursive: true });
};
restore();
const before = (await readOrRefused(folder)).all;
restore();
const start = used();
await operation.run(folder);
const after = await readState(folder);
const states = { before, after: after.all, content: after.content };
const random = new Random(Number(seed));
const enough = await findEnough();

for (let index = 0; index < Number(count); index++) {
  // At least one page more than there is: a size of 0, where a new workspace starts, would be a disk without any limit.
  const kibibytes = start + 4 * (1 + random.below(Math.ceil((1.1 * (enough - start)) / 4)));
  const violations: string[] = [];
  const sentence = await tryOn(kibibytes, violations);
  resize(roomy);
  violations.push(...(await judge(folder, operation, states, sentence === null)));
  if (sentence !== null && index % 8 === 0) violations.push(...(await giveWhatWasAsked(sentence)));
  process.stdout.write(`${JSON.stringify({ kibibytes, sentence, violations } satisfies FullDisk)}\n`);
}
rmSync(template, { recursive: true, force: true });

/** Does the operation on a disk of this size, from the state before. */
async function tryOn(kibibytes: number, violations: string[]): Promise<string | null> {
  resize(roomy);
  restore();
  resize(kibibytes);
  try {
    await operation.run(folder);
    return null;
  } catch (error) {
    const told = describeFault(error, folder) ?? error;
    const sentence = told instanceof Error ? told.message : String(told);
    if (!(told instanceof Error && 'code' in told && told.code === 'invalid' && /disk/i.test(sentence))) violations.push(`no sentence: ${sentence}`);
    return sentence;
  }
}

/** The sentence names free and needed bytes; with so many beside what was there it goes, or a later step (an import, behind the opening) asks for more. */
async function giveWhatWasAsked(sentence: string): Promise<readonly string[]> {
  let given = 0;
  for (let told: string | null = sentence; told !== null; told = await tryOn(start + 1_024 * given, [])) {
    const [, needed, free] = /\(needed about ([\d,]+) MB, ([\d,]+) MB free\)/.exec(told)?.map((text) => Number(text.replaceAll(',', ''))) ?? [];
    if (needed === undefined || free === undefined) return [`names no bytes: ${told}`];
    if (needed <= free) return [`asks for less than there is: ${told}`];
    if (needed <= given) return [`${given} MB were not enough: ${told}`];
    given = needed;
  }
  return [];
}

/** A size that is large enough, to a sixteenth: what is in the way meanwhile cannot be read off the state in the end. */
async function findEnough(): Promise<number> {
  let [low, high] = [start, start + 16 * (used() - start) + 4_096];
  while (high - low > Math.max(8, (high - start) / 16)) {
    const middle = Math.ceil((low + high) / 8) * 4;
    if ((await tryOn(middle, [])) === null) high = middle;
    else low = middle;
  }
  return high;
}
