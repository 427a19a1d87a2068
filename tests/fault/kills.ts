/** Kills a training again and again, and holds what comes of it against one that was left in peace. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCheckpoint } from '../../models/checkpoint.ts';
import { Random } from '../../models/random.ts';
import { train } from '../../models/train.ts';
import { tinyJob } from './tiny-shop.ts';

export interface Killing {
  readonly system: string;
  readonly seed: number;
  /** Kills at any moment of a life; one more follows while the model is being saved. */
  readonly kills: number;
  /** More than the lives before the last can get through. */
  readonly epochs: number;
}

export interface Outcome {
  /** Where each kill fell. */
  readonly log: readonly string[];
  /** What should not be, in words. */
  readonly violations: readonly string[];
}

/** Signs of life to wait for at most: three of preparation, then two an epoch. */
const longestWait = 9;
/** Before each life the run goes on for so many steps at most and is stopped, which leaves a checkpoint within an epoch; else they lie between two. */
const longestStretch = 40;
/** And then some milliseconds: an epoch, its validation and its checkpoint take a few tens. */
const longestDelay = 25;

export async function killAndResume({ system, seed, kills, epochs }: Killing, folder: string): Promise<Outcome> {
  const random = new Random(seed);
  const [peaceful, troubled] = ['peaceful', 'troubled'].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  }) as [string, string];
  const goOn = (into: string, stretch = Infinity) => {
    let steps = 0;
    return train({ ...tinyJob(system, into, { epochs }), resume: true }, { threads: 1, onProgress: () => {}, stopRequested: () => ++steps >= stretch });
  };
  const expected = await goOn(peaceful);
  const log: string[] = [];
  const violations: string[] = [];
  for (let kill = 0; kill <= kills; kill++) {
    const saving = kill === kills;
    const saved = (await goOn(troubled, 1 + random.below(longestStretch))).steps;
    const after = 1 + random.below(longestWait);
    const death = await killAt(system, troubled, epochs, saving ? (lines) => lines.at(-1)!.startsWith('saving') : (lines) => lines.length >= after, random.below(longestDelay));
    const step = readCheckpoint(troubled)?.run.step ?? 0;
    log.push(`${death.last}${death.killed ? '' : ' (ended before)'}, saved ${step}`);
    if (saving) continue; // a finished run has no checkpoints
    if (!death.killed) violations.push(`kill ${kill} came after the end`);
    if (step < saved) violations.push(`kill ${kill} took the checkpoint back from step ${saved} to ${step}`);
  }
  const result = await goOn(troubled);
  if (result.weightsHash !== expected.weightsHash) violations.push(`weights ${result.weightsHash} instead of ${expected.weightsHash}`);
  const { seconds: _taken, ...rest } = result;
  const { seconds: _needed, ...wanted } = expected;
  if (JSON.stringify(rest) !== JSON.stringify(wanted)) violations.push(`result ${JSON.stringify(rest)} instead of ${JSON.stringify(wanted)}`);
  if (readdirSync(troubled).join() !== 'model') violations.push(`left behind: ${readdirSync(troubled).join(', ')}`);
  return { log, violations };
}

/** Takes the run up in a process of its own, which dies some milliseconds after the moment has come. */
async function killAt(system: string, folder: string, epochs: number, hasCome: (lines: readonly string[]) => boolean, delay: number): Promise<{ readonly killed: boolean; readonly last: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./train-child.ts', import.meta.url)), system, folder, String(epochs)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  let timer: NodeJS.Timeout | null = null;
  child.stdout.on('data', (piece: Buffer) => {
    text += piece.toString();
    const lines = text.trimEnd().split('\n');
    if (timer === null && hasCome(lines)) timer = setTimeout(() => child.kill('SIGKILL'), delay);
  });
  await new Promise((resolve) => child.on('close', resolve));
  if (timer !== null) clearTimeout(timer);
  return { killed: child.signalCode === 'SIGKILL', last: text.trimEnd().split('\n').at(-1)! };
}
