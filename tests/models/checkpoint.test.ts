import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { readCheckpoint, removeCheckpoints, writeCheckpoint, type Checkpoint } from '../../models/checkpoint.ts';
import { temporaryFolder } from '../helpers/database.ts';

/** A checkpoint whose every number tells its step. */
function checkpointAt(step: number, best = true): Checkpoint {
  const part = (by: number): Map<string, Float32Array> => new Map([['a', Float32Array.of(step, by)], ['b', Float32Array.of(-step, by, 0.1)]]);
  return {
    run: { epoch: 1, step, done: 2, epochRandom: [1, 2, 3, 4], random: [5, 6, 7, 4294967295], best: best ? { epoch: 1, measure: 0.25, validation: { n: 3 } } : null, seconds: 1.5, dataHash: 'data', config: { seed: step } },
    trainer: { step, weights: part(1), m: part(2), v: part(3) },
    best: best ? part(4) : null,
  };
}

const folderOf = (run: string, step: number): string => join(run, 'checkpoints', String(step).padStart(9, '0'));

test('a checkpoint comes back as it was written', (t) => {
  const run = temporaryFolder(t);
  assert.equal(readCheckpoint(run), null);
  for (const best of [false, true]) {
    writeCheckpoint(run, checkpointAt(7, best)); // the second time over the first
    assert.deepEqual(readCheckpoint(run), checkpointAt(7, best));
  }
  removeCheckpoints(run);
  assert.equal(readCheckpoint(run), null);
});

test('the newest three are kept', (t) => {
  const run = temporaryFolder(t);
  for (const step of [5, 90, 100, 1000]) writeCheckpoint(run, checkpointAt(step));
  assert.deepEqual(readdirSync(join(run, 'checkpoints')).sort(), ['000000090', '000000100', '000001000']);
  assert.equal(readCheckpoint(run)!.trainer.step, 1000);
});

const damages: Readonly<Record<string, (folder: string) => void>> = {
  'a file cut off': (folder) => truncateSync(join(folder, 'weights.bin'), 3),
  'an empty file': (folder) => truncateSync(join(folder, 'v.bin'), 0),
  'one flipped bit': (folder) => {
    const bytes = readFileSync(join(folder, 'm.bin'));
    bytes[5]! ^= 1;
    writeFileSync(join(folder, 'm.bin'), bytes);
  },
  'a missing file': (folder) => rmSync(join(folder, 'best.bin')),
  'another state': (folder) => writeFileSync(join(folder, 'state.json'), '{}'),
  'no manifest': (folder) => rmSync(join(folder, 'manifest.json')),
  'a manifest cut off': (folder) => truncateSync(join(folder, 'manifest.json'), 40),
  'an empty manifest': (folder) => truncateSync(join(folder, 'manifest.json'), 0),
  'a manifest that lists nothing': (folder) => writeFileSync(join(folder, 'manifest.json'), '{"files":{}}'),
  'a manifest that is no object': (folder) => writeFileSync(join(folder, 'manifest.json'), 'null'),
  'an empty folder': (folder) => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
  },
};

for (const [name, damage] of Object.entries(damages)) {
  test(`${name}: the checkpoint before counts`, (t) => {
    const run = temporaryFolder(t);
    for (const step of [1, 2]) writeCheckpoint(run, checkpointAt(step));
    damage(folderOf(run, 2));
    assert.deepEqual(readCheckpoint(run), checkpointAt(1));
    damage(folderOf(run, 1));
    assert.equal(readCheckpoint(run), null);
  });
}

test('what a killed process left half-written is never read, and goes with the next checkpoint', (t) => {
  const run = temporaryFolder(t);
  writeCheckpoint(run, checkpointAt(1));
  writeCheckpoint(run, checkpointAt(9));
  const left = join(run, 'checkpoints', '000000009.tmp-4711-0');
  rmSync(left, { recursive: true, force: true });
  mkdirSync(left);
  for (const name of readdirSync(folderOf(run, 9))) writeFileSync(join(left, name), readFileSync(join(folderOf(run, 9), name)));
  rmSync(folderOf(run, 9), { recursive: true }); // whole, but never renamed
  assert.equal(readCheckpoint(run)!.trainer.step, 1);
  writeCheckpoint(run, checkpointAt(2));
  assert.deepEqual(readdirSync(join(run, 'checkpoints')).sort(), ['000000001', '000000002']);
});
