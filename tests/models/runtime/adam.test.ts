/** Adam with decoupled decay and clipping, step by step against PyTorch's AdamW (`build/oracle/gradients.py`). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { mul, reduceSum } from '../../../models/graph/operators.ts';
import { floats } from '../../../models/graph/tensor.ts';
import { input, parameter } from '../../../models/graph/value.ts';
import { createTrainer } from '../../../models/runtime/trainer.ts';

interface Numbers {
  readonly data: readonly number[];
}
interface Oracle {
  readonly torch: string;
  readonly adam: {
    readonly rate: number;
    readonly weightDecay: number;
    readonly clipNorm: number;
    readonly initial: Numbers;
    readonly gradients: readonly Numbers[];
    readonly steps: readonly { readonly norm: number; readonly weights: Numbers }[];
  };
}
const { torch, adam } = JSON.parse(readFileSync(new URL('../graph/fixtures/torch.json', import.meta.url), 'utf8')) as Oracle;

test(`each step of Adam agrees with torch ${torch}`, async () => {
  const weights = parameter('weights', [10]);
  const gradient = input('gradient', [10]); // of the loss sum(weights * gradient)
  const trainer = await createTrainer({
    loss: reduceSum(mul(weights, gradient)),
    parameters: [{ value: weights, initial: Float32Array.from(adam.initial.data) }],
    optimizer: { weightDecay: adam.weightDecay, clipNorm: adam.clipNorm },
    threads: 1,
  });
  for (const [i, { data }] of adam.gradients.entries()) {
    const { gradientNorm } = await trainer.step({ gradient: floats(data) }, { learningRate: adam.rate });
    const now = (await trainer.readWeights()).get('weights')!;
    assert.ok(Math.abs(gradientNorm - adam.steps[i]!.norm) < 1e-6 * gradientNorm, `norm of step ${i}`);
    for (const [k, x] of adam.steps[i]!.weights.data.entries()) assert.ok(Math.abs(now[k]! - x) < 1e-6, `step ${i}, weight ${k}: ${now[k]} against ${x}`);
  }
  await trainer.dispose();
});
