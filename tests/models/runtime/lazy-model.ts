/** Two tables of which each step picks a few rows, one with a row that is no multiple of four floats, and Adam over them in plain TypeScript. */
import { gradients } from '../../../models/graph/gradients.ts';
import { evaluate } from '../../../models/graph/interpreter.ts';
import * as g from '../../../models/graph/operators.ts';
import { floats, ints, type Feeds } from '../../../models/graph/tensor.ts';
import { constant, input, nameOf, parameter, type Value } from '../../../models/graph/value.ts';
import { adamDefaults } from '../../../models/runtime/adam.ts';
import type { Trainable, TrainerState } from '../../../models/runtime/training.ts';

const [batch, width, items, targets] = [5, 8, 400, 600];
const sizes = { items: [items, width], head: [targets, width + 1], mix: [width, width] } as const;
export const optimizer = { weightDecay: 0.1, clipNorm: 0.5 } as const;
export const learningRate = 3e-2;

/** [R items, D] and [K targets, D + 1] -> scalar. The last column of a target is its bias. */
function lossOf(picked: Value, keys: Value, mix: Value): Value {
  const sessions = g.matmul(input('sessions', [batch, 'R']), g.tanh(g.matmul(picked, mix)));
  const logits = g.matmul(g.concat([sessions, constant([1, 1, 1, 1, 1], [batch, 1])], 1), keys, { transposeB: true }); // [batch, K]
  return g.reduceSum(g.sub(g.logSumExp(logits, 1), g.reduceSum(g.mul(logits, input('truth', [batch, 'K'])), 1)));
}

const numbers = (count: number, seed: number): Float32Array => Float32Array.from({ length: count }, (_, i) => (((i + 1) * (0.6180339887 + seed * 0.01)) % 1) - 0.5);
const initial = (name: keyof typeof sizes, seed: number): Float32Array => numbers(sizes[name][0] * sizes[name][1], seed);

export function lazyModel(): { readonly loss: Value; readonly parameters: readonly Trainable[] } {
  const [itemTable, head, mix] = [parameter('items', sizes.items), parameter('head', sizes.head), parameter('mix', sizes.mix)];
  const [itemRows, headRows] = [input('items.rows', ['R'], 'int32'), input('head.rows', ['K'], 'int32')];
  const [picked, keys] = [g.gather(itemTable, itemRows), g.gather(head, headRows)];
  return {
    loss: lossOf(picked, keys, mix),
    parameters: [
      { value: itemTable, initial: initial('items', 1), rows: { picked, indices: itemRows } },
      { value: mix, initial: initial('mix', 2) },
      { value: head, initial: initial('head', 3), weightDecay: false, rows: { picked: keys, indices: headRows } },
    ],
  };
}

/** Later batches name more rows. The upper half of each table is never named. */
export function lazyBatch(step: number): Feeds {
  const draw = (count: number, below: number, stride: number): Int32Array => Int32Array.from({ length: count }, (_, i) => ((i + step) * stride) % below);
  const [R, K] = [3 + 9 * step, 7 + 5 * step];
  return {
    'items.rows': ints(draw(R, items / 2, 7)),
    'head.rows': ints(draw(K, targets / 2, 11)),
    sessions: floats(numbers(batch * R, step + 4), [batch, R]),
    truth: floats(Float32Array.from({ length: batch * K }, (_, i) => Number(Math.floor(i / K) === i % K)), [batch, K]),
  };
}

/** Lazy Adam in doubles, number by number; gradients by the interpreter, of a graph into which the picked rows are fed. */
export function referenceAfter(steps: number): { readonly norms: readonly number[]; readonly state: ReadonlyMap<string, Record<'weights' | 'm' | 'v', Float64Array>> } {
  const { beta1, beta2, epsilon } = adamDefaults;
  const parts = { items: ['R', width], head: ['K', width + 1], mix: [width, width] } as const;
  const leaves = Object.entries(parts).map(([name, shape]) => input(name, shape));
  const byName = Object.fromEntries(leaves.map((leaf) => [nameOf(leaf), leaf]));
  const derivatives = gradients(lossOf(byName['items']!, byName['head']!, byName['mix']!), leaves);
  const names = Object.keys(parts) as (keyof typeof sizes)[];
  const seeds = { items: 1, mix: 2, head: 3 };
  const state = new Map(names.map((name) => [name, { weights: Float64Array.from(initial(name, seeds[name])), m: new Float64Array(sizes[name][0] * sizes[name][1]), v: new Float64Array(sizes[name][0] * sizes[name][1]) }]));
  const norms: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const feeds = lazyBatch(step - 1);
    const rowsOf = (name: string): readonly number[] => (name === 'mix' ? [...Array(width).keys()] : [...(feeds[`${name}.rows`]!.data as Int32Array)]);
    const rowOf = (name: keyof typeof sizes, row: number): Float64Array => state.get(name)!.weights.subarray(row * sizes[name][1], (row + 1) * sizes[name][1]);
    const fed = names.map((name) => [name, { dtype: 'float32', data: rowsOf(name).flatMap((row) => [...rowOf(name, row)]), dims: [rowsOf(name).length, sizes[name][1]] }] as const);
    const slopes = evaluate(derivatives, { ...feeds, ...Object.fromEntries(fed) });
    const norm = Math.hypot(...slopes.flatMap(({ data }) => [...data]));
    norms.push(norm);
    for (const [p, name] of names.entries()) {
      const { weights, m, v } = state.get(name)!;
      const decay = name === 'head' ? 0 : optimizer.weightDecay;
      for (const [i, row] of rowsOf(name).entries()) {
        for (let k = 0; k < sizes[name][1]; k++) {
          const at = row * sizes[name][1] + k;
          const slope = slopes[p]!.data[i * sizes[name][1] + k]! * Math.min(1, optimizer.clipNorm / (norm + 1e-6));
          m[at] = beta1 * m[at]! + (1 - beta1) * slope;
          v[at] = beta2 * v[at]! + (1 - beta2) * slope ** 2;
          weights[at] = weights[at]! * (1 - learningRate * decay) - (learningRate * (m[at]! / (1 - beta1 ** step))) / (Math.sqrt(v[at]! / (1 - beta2 ** step)) + epsilon);
        }
      }
    }
  }
  return { norms, state };
}

/** The largest distance of weights and moments from the reference, of each part relative to its largest number. */
export function distanceFromReference(trained: TrainerState): number {
  let worst = 0;
  for (const [name, parts] of referenceAfter(trained.step).state) {
    for (const kind of ['weights', 'm', 'v'] as const) {
      const got = trained[kind].get(name)!;
      const scale = parts[kind].reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
      for (const [i, x] of parts[kind].entries()) worst = Math.max(worst, Math.abs(got[i]! - x) / scale);
    }
  }
  return worst;
}

/** Whether the upper half of each table is what it was at the start, to the bit. */
export function unnamedStoodStill({ weights, m, v }: TrainerState): boolean {
  return lazyModel().parameters.filter(({ rows }) => rows !== undefined).every(({ value, initial: start }) => {
    const upper = (data: Float32Array): Buffer => Buffer.from(data.slice(data.length / 2).buffer);
    const nothing = upper(new Float32Array(start.length));
    const name = nameOf(value);
    return upper(weights.get(name)!).equals(upper(start)) && upper(m.get(name)!).equals(nothing) && upper(v.get(name)!).equals(nothing);
  });
}
