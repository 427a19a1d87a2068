/** A run that was stopped at the end of an epoch writes the checkpoint of the same step again: killed at any call of it, there is one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCheckpoint } from '../../models/checkpoint.ts';
import { train } from '../../models/train.ts';
import { temporaryFolder } from '../helpers/database.ts';
import { cannotTrace } from './crashes.ts';
import { tinyJob } from './tiny-shop.ts';

test('killed while it writes the checkpoint of a step again', { skip: cannotTrace }, async (t) => {
  const job = tinyJob('GRU4Rec', temporaryFolder(t), { epochs: 2 });
  let steps = 0;
  await train(job, { threads: 1, onProgress: () => {}, stopRequested: () => ++steps >= 5 });
  const { step } = readCheckpoint(job.folder)!.run;
  const root = temporaryFolder(t);
  const life = join(root, 'life');
  const log = join(root, 'calls.log');
  const again = (trace: readonly string[]): void => void spawnSync('strace', ['-f', '-qq', ...trace, process.execPath, join(import.meta.dirname, 'checkpoint-child.ts'), life]);
  const copy = (): void => {
    rmSync(life, { recursive: true, force: true });
    cpSync(job.folder, life, { recursive: true });
  };

  copy();
  again(['-y', '-s', '0', '-e', 'trace=rename,unlink,rmdir,unlinkat', '-o', log]);
  assert.deepEqual([readCheckpoint(life)!.run.step, readdirSync(join(life, 'checkpoints')).length], [step, 1]);
  const counts = new Map<string, number>();
  const points = readFileSync(log, 'utf8').split('\n').flatMap((line) => {
    const call = /^\d+ +(\w+)\(/.exec(line)?.[1];
    if (call === undefined || !line.includes(life)) return [];
    counts.set(call, (counts.get(call) ?? 0) + 1);
    return [{ call, count: counts.get(call)! }];
  });
  assert.ok(points.length > 3, `${points.length} points`);
  for (const { call, count } of points) {
    copy();
    again(['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${count}`, '-o', '/dev/null']);
    assert.equal(readCheckpoint(life)?.run.step, step, `${call} ${count}`);
    again(['-e', 'trace=none', '-o', '/dev/null']);
    assert.deepEqual([readCheckpoint(life)!.run.step, readdirSync(join(life, 'checkpoints')).length], [step, 1], `after ${call} ${count}`);
  }
});
