import assert from 'node:assert/strict';
import test from 'node:test';
import { gradients } from '../../../models/graph/gradients.ts';
import { chunkedCrossEntropy, type ChunkOptions } from '../../../models/graph/losses.ts';
import { writeModel } from '../../../models/graph/onnx.ts';
import { reduceSum } from '../../../models/graph/operators.ts';
import { indexFeeds, indexInput } from '../../../models/graph/sparse.ts';
import { floats } from '../../../models/graph/tensor.ts';
import { input } from '../../../models/graph/value.ts';
import { openModel } from '../../../models/runtime/session.ts';

const [batch, count, width] = [512, 43_097, 8];
const kinds: Readonly<Record<string, ChunkOptions>> = { unbounded: {}, bounded: { bound: 20 }, corrected: { correction: input('correction', [count]) } };

for (const [name, options] of Object.entries(kinds)) {
  test(`the chunked loss, ${name}, never holds more than a few chunks of logits`, async () => {
    const [sessions, items, targets] = [input('sessions', ['batch', width]), input('items', [count, width]), indexInput('targets', ['batch'], count)];
    const loss = reduceSum(chunkedCrossEntropy(sessions, items, targets, options));
    const [slopeOfSessions, slopeOfItems] = gradients(loss, [sessions, items]);
    const model = await openModel(writeModel({ outputs: { loss, slopeOfSessions: slopeOfSessions!, slopeOfItems: slopeOfItems! }, parametersAs: 'inputs' }), { threads: 1 });
    const feeds = {
      ...indexFeeds(targets, Int32Array.from({ length: batch }, (_, i) => i * 70)),
      sessions: floats(new Float32Array(batch * width).fill(0.1), [batch, width]),
      items: floats(new Float32Array(count * width).fill(0.1), [count, width]),
      correction: floats(new Float32Array(count)),
    };
    const before = process.memoryUsage().rss;
    const results = await model.run(feeds);
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    await model.dispose();
    assert.ok(Math.abs(Number(results['loss']!.data[0]) - batch * Math.log(count)) < 1e-5 * batch * Math.log(count));
    // All logits are 84 MB, twice that with their gradient; six chunks are 24.
    assert.ok(grown < 60, `${grown.toFixed(1)} MB`);
  });
}
