/** An export that is killed, or loses the process that computes, leaves a whole folder or none; the next one clears up after it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fillTrainedShop, removeFolder } from '../helpers/shop.ts';
import { cannotTrace } from './crashes.ts';

const root = mkdtempSync(join(tmpdir(), 'shelfsight-export-'));
const workspace = join(root, 'workspace');
const place = join(root, 'out');

before(() => fillTrainedShop(workspace));
after(() => removeFolder(root));

function exportUnder(trace: readonly string[]): { readonly done: boolean } {
  const words = ['-f', '-qq', ...trace, process.execPath, join(import.meta.dirname, 'export-child.ts'), workspace, join(place, 'model')];
  return { done: spawnSync('strace', words, { encoding: 'utf8' }).stdout.includes('done') };
}

/** Names and sizes; some files hold the time of the export. */
const sizes = (): string => readdirSync(join(place, 'model')).sort().map((name) => `${name} ${name === 'README.md' ? '' : statSync(join(place, 'model', name)).size}`).join('\n');

test('killed at one of its writes', { skip: cannotTrace }, () => {
  const calls = ['write', 'openat', 'fsync', 'rename'];
  const log = join(root, 'calls.log');
  assert.ok(exportUnder(['-y', '-s', '0', '-e', `trace=${calls.join()}`, '-o', log]).done);
  const whole = sizes();
  const counts = new Map<string, number>();
  const points: string[] = [];
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (call === undefined) continue;
    const count = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, count);
    if (line.includes(place) && (call !== 'openat' || line.includes('O_CREAT'))) points.push(`${call}:signal=KILL:when=${count}`);
  }
  assert.ok(points.length > 10, `${points.length} points`);
  const seed = process.pid; // other writes in every run of this test: every one must do
  const chosen = [points.at(-1)!, ...Array.from({ length: 2 }, (_, index) => points[(Math.floor((index * points.length) / 2) + seed) % points.length]!)];
  for (const point of chosen) {
    rmSync(place, { recursive: true, force: true });
    const { done } = exportUnder(['-e', `trace=${point.split(':')[0]}`, '-e', `inject=${point}`, '-o', '/dev/null']);
    const there = existsSync(join(place, 'model'));
    if (there) assert.equal(sizes(), whole, point);
    assert.ok(there || !done, `${point}: told to be done, and not there`);
    if (!there) assert.ok(exportUnder(['-e', 'trace=none', '-o', '/dev/null']).done, point);
    assert.equal(sizes(), whole, point);
    assert.deepEqual(readdirSync(place), ['model'], point);
  }
});
