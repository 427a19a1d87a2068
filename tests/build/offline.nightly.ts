/** The whole end-to-end suite in a namespace that has no network but the loopback device. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const inside = ['-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
const skip = spawnSync('unshare', [...inside, 'true']).status === 0 ? false : 'no network namespace can be made here';

test('everything works without a network', { skip }, () => {
  const files = globSync('tests/e2e/*.test.ts', { cwd: root });
  assert.ok(files.length > 0);
  const { NODE_TEST_CONTEXT: _runsInATest, ...environment } = process.env; // with it Node would run no file, and call that a success
  const done = spawnSync('unshare', [...inside, process.execPath, '--test', '--test-concurrency=1', ...files], { cwd: root, encoding: 'utf8', env: environment });
  assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
  assert.match(done.stdout, /^ℹ pass [1-9]\d/m);
});
