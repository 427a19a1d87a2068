/** Outputs and gradients against PyTorch's (float64; `build/oracle/gradients.py`, the fixture names the version). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gradients } from '../../../models/graph/gradients.ts';
import { chunkedCrossEntropy, softmaxCrossEntropy } from '../../../models/graph/losses.ts';
import { writeModel } from '../../../models/graph/onnx.ts';
import * as g from '../../../models/graph/operators.ts';
import { embedding, indexFeeds, indexInput, sparseFeeds, sparseInput, sparseMatmul } from '../../../models/graph/sparse.ts';
import { floats, type Feeds } from '../../../models/graph/tensor.ts';
import { constant, input, type Value } from '../../../models/graph/value.ts';
import { openModel } from '../../../models/runtime/session.ts';

interface Numbers {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}
interface OracleCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly weights: Numbers;
  readonly output: Numbers;
  readonly gradients: Readonly<Record<string, Numbers>>;
}
const oracle = JSON.parse(readFileSync(new URL('./fixtures/torch.json', import.meta.url), 'utf8')) as { readonly torch: string; readonly cases: readonly OracleCase[] };

interface Built {
  readonly output: Value;
  readonly feeds?: Feeds;
}
type Values = Readonly<Record<string, Value>>;
const whole = (numbers: Numbers): Int32Array => Int32Array.from(numbers.data);

/** How each of torch's functions is said here. */
const builders: Readonly<Record<string, (values: Values, raw: OracleCase['inputs']) => Built>> = {
  layerNorm: ({ x, scale, bias }) => ({ output: g.layerNorm(x!, scale!, bias!) }),
  softmax: ({ x }) => ({ output: g.softmax(x!) }),
  gelu: ({ x }) => ({ output: g.gelu(x!) }),
  logSumExp: ({ x }) => ({ output: g.logSumExp(x!) }),
  l2Normalize: ({ x }) => ({ output: g.l2Normalize(x!) }),
  crossEntropy: ({ logits }, { targets }) => ({ output: softmaxCrossEntropy(logits!, constant(whole(targets!))) }),
  headCrossEntropy: ({ sessions, items }, { targets }) => {
    const index = indexInput('targets', [5], 11);
    return { output: chunkedCrossEntropy(sessions!, items!, index, { chunk: 4 }), feeds: indexFeeds(index, whole(targets!)) };
  },
  correctedCrossEntropy: ({ sessions, items }, { targets, correction }) => {
    const index = indexInput('targets', [5], 11);
    const logQ = input('logQ', [11]);
    return { output: chunkedCrossEntropy(sessions!, items!, index, { chunk: 4, correction: logQ }), feeds: { ...indexFeeds(index, whole(targets!)), logQ: floats(correction!.data) } };
  },
  embedding: ({ table }, { indices }) => {
    const index = indexInput('indices', [2, 3], 5);
    return { output: embedding(table!, index), feeds: indexFeeds(index, whole(indices!), indices!.dims) };
  },
  bags: ({ table }, { indices, offsets, tokenWeights }) => {
    const bags = sparseInput('bags', { rows: 4, columns: 6 });
    return { output: sparseMatmul(bags, table!), feeds: sparseFeeds(bags, { offsets: [...offsets!.data, indices!.data.length], indices: indices!.data, weights: tokenWeights!.data, columns: 6 }) };
  },
  gru: ({ x, h, input_weights, hidden_weights, input_bias, hidden_bias }) => {
    const fromInput = g.add(g.matmul(x!, input_weights!, { transposeB: true }), input_bias!);
    const fromHidden = g.add(g.matmul(h!, hidden_weights!, { transposeB: true }), hidden_bias!);
    const gate = (from: Value, i: number): Value => g.slice(from, 1, i * 5, (i + 1) * 5);
    const reset = g.sigmoid(g.add(gate(fromInput, 0), gate(fromHidden, 0)));
    const update = g.sigmoid(g.add(gate(fromInput, 1), gate(fromHidden, 1)));
    const fresh = g.tanh(g.add(gate(fromInput, 2), g.mul(reset, gate(fromHidden, 2))));
    return { output: g.add(g.mul(g.sub(1, update), fresh), g.mul(update, h!)) };
  },
  encoderLayer: (v) => {
    const all = g.linear(v['x']!, v['qkv']!, v['qkv_bias']!); // [2, 4, 18]
    const head = (i: number): Value => g.transpose(g.reshape(g.slice(all, 2, i * 6, (i + 1) * 6), [2, 4, 2, 3]), [0, 2, 1, 3]);
    const scores = g.add(g.mul(g.matmul(head(0), head(1), { transposeB: true }), 1 / Math.sqrt(3)), v['mask']!);
    const joined = g.reshape(g.transpose(g.matmul(g.softmax(scores), head(2)), [0, 2, 1, 3]), [2, 4, 6]);
    const middle = g.layerNorm(g.add(v['x']!, g.linear(joined, v['out']!, v['out_bias']!)), v['scale1']!, v['bias1']!);
    const inner = g.linear(g.relu(g.linear(middle, v['up']!, v['up_bias']!)), v['down']!, v['down_bias']!);
    return { output: g.layerNorm(g.add(middle, inner), v['scale2']!, v['bias2']!) };
  },
};

/** Inputs that are plans or data here: torch's gradient by them has no counterpart. */
const data = new Set(['tokenWeights', 'correction']);

for (const item of oracle.cases) {
  test(`${item.name} and its gradients agree with torch ${oracle.torch}`, async () => {
    const names = Object.keys(item.gradients).filter((name) => !data.has(name));
    const values = Object.fromEntries(names.map((name) => [name, input(name, item.inputs[name]!.dims)]));
    const { output, feeds = {} } = builders[item.name]!(values, item.inputs);
    const loss = g.reduceSum(g.mul(output, constant(item.weights.data, item.weights.dims)));
    const derivatives = gradients(loss, Object.values(values));
    const outputs = { output, ...Object.fromEntries(names.map((name, i) => [`gradient of ${name}`, derivatives[i]!])) };
    const model = await openModel(writeModel({ outputs, parametersAs: 'inputs' }), { threads: 2 });
    const results = await model.run({ ...feeds, ...Object.fromEntries(names.map((name) => [name, floats(item.inputs[name]!.data, item.inputs[name]!.dims)])) });
    await model.dispose();
    close('output', results['output']!.data as Float32Array, item.output.data);
    for (const name of names) close(name, results[`gradient of ${name}`]!.data as Float32Array, item.gradients[name]!.data);
  });
}

/** Relative L2 distance: 3e-6 is some ten roundings of float32. */
function close(what: string, got: Float32Array, expected: readonly number[]): void {
  assert.equal(got.length, expected.length, what);
  const distance = Math.hypot(...expected.map((x, i) => x - got[i]!));
  assert.ok(distance <= 3e-6 * Math.max(Math.hypot(...expected), 1e-3), `${what}: distance ${distance} at length ${Math.hypot(...expected)}`);
}
