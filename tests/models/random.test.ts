import assert from 'node:assert/strict';
import test from 'node:test';
import { Random } from '../../models/random.ts';
import { transformers } from './training-step.ts';

test('the sequence is that of xoshiro128** as the oracle script has it', () => {
  const random = new Random(transformers.random.seed);
  assert.deepEqual(transformers.random.first.map(() => random.uint32()), transformers.random.first);
});

test('a saved state goes on where it was', () => {
  const random = new Random(7);
  for (let i = 0; i < 100; i++) random.normal();
  const { state } = random;
  const resumed = new Random(JSON.parse(JSON.stringify(state)));
  const draw = (from: Random): number[] => [from.uint32(), from.uniform(), from.normal(), from.below(1000), ...from.shuffle([1, 2, 3, 4, 5])];
  assert.deepEqual(draw(resumed), draw(random));
  assert.notDeepEqual(random.state, state);
  assert.deepEqual(state, JSON.parse(JSON.stringify(state))); // a copy: drawing on does not change it
});

test('seeds next to each other have nothing in common', () => {
  const first = (seed: number): number[] => Array.from({ length: 1000 }, ((random) => () => random.uint32())(new Random(seed)));
  const seen = new Set([0, 1, 2, 2 ** 31].flatMap(first));
  assert.ok(seen.size > 3990, `${seen.size} of 4000 differ`);
});

test('draws are uniform and normal, whole draws stay below their bound', () => {
  const random = new Random(1);
  const n = 60_000;
  const cells = 12;
  const counts = new Array<number>(cells).fill(0);
  for (let i = 0; i < n; i++) counts[random.below(cells)]!++;
  const chi = counts.reduce((sum, count) => sum + (count - n / cells) ** 2 / (n / cells), 0);
  assert.ok(chi < 31.3, `chi-square ${chi} of 11 degrees, beyond 0.1 %`);
  let [sum, square, within] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = random.normal();
    sum += x;
    square += x * x;
    if (Math.abs(x) < 1) within++;
  }
  assert.ok(Math.abs(sum / n) < 0.015 && Math.abs(square / n - 1) < 0.025 && Math.abs(within / n - 0.6827) < 0.008, `${sum / n} ${square / n} ${within / n}`);
});

test('a shuffle keeps all and favours no order', () => {
  const random = new Random(3);
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = random.shuffle(Int32Array.of(0, 1, 2, 3)).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  assert.ok([...counts.values()].every((count) => Math.abs(count - 1000) < 160), [...counts.values()].join(' '));
});
