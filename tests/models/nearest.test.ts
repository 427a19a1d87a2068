/** The nearest rows held against a sort of all cosines. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { findNearest } from '../../models/nearest.ts';
import { Random } from '../../models/random.ts';

const cosineOf = (a: Float32Array, b: Float32Array): number => {
  const [dot, length] = [a.reduce((sum, x, i) => sum + x * b[i]!, 0), Math.hypot(...a) * Math.hypot(...b)];
  return length === 0 ? 0 : dot / length;
};

/** Shop-like rows: many near one another, some equal, one of zeros. */
function rowsOf(count: number, width: number): Float32Array {
  const random = new Random(count);
  const vectors = Float32Array.from({ length: count * width }, () => random.normal());
  for (let row = 3; row < count; row++) {
    const other = vectors.subarray(random.below(row) * width).subarray(0, width);
    if (random.uniform() < 0.3) for (let i = 0; i < width; i++) vectors[row * width + i] = other[i]! + 0.3 * random.normal();
    if (random.uniform() < 0.1) vectors.set(other, row * width);
  }
  return vectors.fill(0, width, 2 * width);
}

for (const [rows, questions, width, count] of [[9_000, 300, 24, 20], [700, 40, 16, 5], [33, 10, 8, 20], [12, 3, 8, 20]] as const) {
  test(`${questions} rows find their ${count} nearest among ${rows}, as by sorting every cosine`, async () => {
    const vectors = rowsOf(rows + questions, width);
    const row = (index: number): Float32Array => vectors.subarray(index * width, (index + 1) * width);
    const order = new Random(5).shuffle(Int32Array.from({ length: rows + questions }, (_, index) => index));
    const [among, asked] = [order.subarray(0, rows), order.subarray(rows)];
    const shares: number[] = [];
    const found = await findNearest({ vectors, width, threads: 1, compared: (share) => shares.push(share) }, among, asked, count);
    assert.equal(found.length, 2 * count * questions);
    for (const [i, question] of asked.entries()) {
      const cosines = Float64Array.from(among, (other) => cosineOf(row(question), row(other)));
      const best = Float64Array.from(cosines).sort().reverse();
      const [nearest, near] = [found.subarray(2 * count * i, 2 * count * i + count), found.subarray(2 * count * i + count, 2 * count * (i + 1))];
      assert.equal(new Set(nearest).size, Math.min(count, rows) + (count > rows ? 1 : 0), 'no row twice; -1 where there are no more');
      for (let place = 0; place < count; place++) {
        if (place >= rows) {
          assert.equal(nearest[place], -1);
          continue;
        }
        const at = among.indexOf(nearest[place]!);
        assert.ok(Math.abs(cosines[at]! - best[place]!) < 1e-6 && Math.abs(near[place]! - best[place]!) < 1e-6, `place ${place}: ${near[place]} for ${best[place]}`);
        if (place > 0 && near[place] === near[place - 1]) assert.ok(among.indexOf(nearest[place - 1]!) < at, 'equal ones in their order');
      }
    }
    assert.ok(shares.at(-1) === 1 && shares.every((share, i) => i === 0 || share > shares[i - 1]!));
  });
}

test('nobody asks, or nobody is there: no rows', async () => {
  const vectors = rowsOf(5, 8);
  assert.equal((await findNearest({ vectors, width: 8, threads: 1 }, Int32Array.of(1, 2), new Int32Array(0), 4)).length, 0);
  assert.deepEqual([...await findNearest({ vectors, width: 8, threads: 1 }, new Int32Array(0), Int32Array.of(3), 2)], [-1, -1, -1, -1]);
});
