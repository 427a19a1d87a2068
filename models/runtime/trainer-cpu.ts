/**
 * Training on the CPU. Weights, gradients and Adam's moments lie in one WebAssembly memory; onnxruntime reads the weights there without a copy and
 * writes the gradients there, and the kernel of `adam.ts` updates all in place.
 *
 *   weights | gradients | m | v       four flat arrays of all parameters without `rows`
 *   weights | m | v                   of each table
 *   gradients of picked rows          as many as the largest step so far needed
 */
import { gradients } from '../graph/gradients.ts';
import { writeModel } from '../graph/onnx.ts';
import type { Feeds } from '../graph/tensor.ts';
import { nameOf } from '../graph/value.ts';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { adamKernel, stepFactors } from './adam.ts';
import { loadRuntime } from './devices.ts';
import { fromRuntime, openSession, toRuntime } from './session.ts';
import { clipScale, isTable, rowReader, savedValues, type ResolvedOptions, type TableTrainable, type Trainable, type Trainer, type TrainerState } from './training.ts';
import { createMemory, ensureRoom } from './webassembly.ts';

const alignment = 64; // bytes, a cache line
const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** Where a parameter's numbers lie; addresses in bytes. */
interface Placed {
  readonly parameter: Trainable;
  readonly name: string;
  readonly weights: number;
  readonly m: number;
  readonly v: number;
}

interface Table extends Placed {
  readonly parameter: TableTrainable;
  readonly width: number; // floats in a row
  readonly rowsOf: (feeds: Feeds) => Int32Array;
}

interface Layout {
  readonly dense: readonly Placed[];
  readonly tables: readonly Table[];
  /** Bytes of each of the four flat arrays; the first `decayed` have weight decay. */
  readonly length: number;
  readonly decayed: number;
  /** Behind everything: the gradients of picked rows. */
  readonly end: number;
}

export async function createCpuTrainer(options: ResolvedOptions): Promise<Trainer> {
  const { optimizer, loss, extraOutputs = {}, constantFeeds = {} } = options;
  const { dense, tables, length, decayed, end } = layoutOf(options.parameters);
  const placed: readonly Placed[] = [...dense, ...tables];
  const memory = createMemory(end, end + tables.reduce((sum, { parameter }) => sum + aligned(4 * parameter.initial.length), 0));
  const kernel = adamKernel(memory);
  const view = (start: number, floats: number): Float32Array => new Float32Array(memory.buffer, start, floats);
  for (const { weights, parameter } of placed) view(weights, parameter.initial.length).set(parameter.initial);

  const derivatives = gradients(loss, [...dense.map(({ parameter }) => parameter.value), ...tables.map(({ parameter }) => parameter.rows.picked)]);
  const gradientName = (name: string): string => `gradient of ${name}`;
  const bytes = writeModel({
    inputs: placed.map((each) => each.parameter.value),
    outputs: { loss, ...extraOutputs, ...Object.fromEntries(placed.map(({ name }, i) => [gradientName(name), derivatives[i]!])) },
    parametersAs: 'inputs',
  });
  const session = await openSession(bytes, options);

  const { Tensor } = loadRuntime();
  const tensorOver = (start: number, dims: readonly number[]): OrtTensor => new Tensor('float32', view(start, dims.reduce((a, b) => a * b, 1)), dims);
  const shapeOf = ({ parameter }: Placed): readonly number[] => parameter.value.shape as readonly number[];
  const views = () => ({
    weights: Object.fromEntries(placed.map((each) => [each.name, tensorOver(each.weights, shapeOf(each))])),
    gradients: Object.fromEntries(dense.map((each) => [gradientName(each.name), tensorOver(length + each.weights, shapeOf(each))])),
  });
  let current = views();
  const own = new Set(placed.map((each) => each.name));
  const isFed = (name: string): boolean => !own.has(name);
  const constant = toRuntime(constantFeeds, session.inputNames.filter((name) => isFed(name) && name in constantFeeds));
  const varying = session.inputNames.filter((name) => isFed(name) && !(name in constantFeeds));
  const freshOutputs = Object.fromEntries(['loss', ...Object.keys(extraOutputs)].map((name) => [name, null]));
  let step = 0;

  /** Room for the gradient of each table's rows in this step. */
  const placeRows = (feeds: Feeds): readonly { readonly table: Table; readonly rows: Int32Array; readonly slope: number }[] => {
    let next = end;
    const picks = tables.map((table) => {
      const rows = table.rowsOf(feeds);
      const slope = next;
      next += aligned(4 * rows.length * table.width);
      return { table, rows, slope };
    });
    if (ensureRoom(memory, next)) current = views();
    return picks;
  };
  const read = (kind: 'weights' | 'm' | 'v'): Map<string, Float32Array> => new Map(placed.map((each) => [each.name, view(each[kind], each.parameter.initial.length).slice()]));
  const load = (what: string, kind: 'weights' | 'm' | 'v', saved: ReadonlyMap<string, Float32Array>): void => {
    for (const each of placed) view(each[kind], each.parameter.initial.length).set(savedValues(what, saved, each.parameter));
  };

  return {
    device: 'cpu',
    async step(feeds: Feeds, { learningRate }) {
      const picks = placeRows({ ...feeds, ...constantFeeds });
      const rowGradients = Object.fromEntries(picks.map(({ table, rows, slope }) => [gradientName(table.name), tensorOver(slope, [rows.length, table.width])]));
      const results = await session.run({ ...toRuntime(feeds, varying), ...constant, ...current.weights }, { ...freshOutputs, ...current.gradients, ...rowGradients });
      const lossNow = Number(results['loss']!.data[0]);
      const squares = picks.map(({ table, rows, slope }) => kernel.sumOfSquares(slope, slope + 4 * rows.length * table.width));
      const norm = Math.sqrt(squares.reduce((a, b) => a + b, kernel.sumOfSquares(length, 2 * length)));
      const applied = Number.isFinite(lossNow) && Number.isFinite(norm);
      if (applied) {
        step += 1;
        const { rate, correction, keep } = stepFactors(optimizer, step, learningRate);
        const scale = clipScale(norm, optimizer.clipNorm);
        const update = (size: number, weights: number, slope: number, m: number, v: number, kept: number): void =>
          kernel.update(weights, weights + size, slope, m, v, scale, optimizer.beta1, 1 - optimizer.beta1, optimizer.beta2, 1 - optimizer.beta2, rate, correction, optimizer.epsilon, kept);
        update(decayed, 0, length, 2 * length, 3 * length, keep);
        update(length - decayed, decayed, length + decayed, 2 * length + decayed, 3 * length + decayed, 1);
        for (const { table, rows, slope } of picks) {
          const size = 4 * table.width;
          const kept = decays(table.parameter) ? keep : 1;
          for (const [i, row] of rows.entries()) update(size, table.weights + row * size, slope + i * size, table.m + row * size, table.v + row * size, kept);
        }
      }
      const extra = Object.fromEntries(Object.keys(extraOutputs).map((name) => [name, fromRuntime(results[name]!)]));
      return { loss: lossNow, gradientNorm: norm, applied, extra };
    },
    readWeights: async () => read('weights'),
    readState: async (): Promise<TrainerState> => ({ step, weights: read('weights'), m: read('m'), v: read('v') }),
    async loadState(state) {
      load('weights', 'weights', state.weights);
      load('first moments', 'm', state.m);
      load('second moments', 'v', state.v);
      step = state.step;
    },
    dispose: () => session.release(),
  };
}

const decays = ({ weightDecay = true }: Trainable): boolean => weightDecay;

/** Parameters with weight decay come first, so that each kind is one stretch of memory. */
function layoutOf(parameters: readonly Trainable[]): Layout {
  const offsets = new Map<Trainable, number>();
  const flat = parameters.filter((parameter) => !isTable(parameter));
  let length = 0;
  let decayed = 0;
  for (const parameter of [...flat.filter(decays), ...flat.filter((each) => !decays(each))]) {
    offsets.set(parameter, length);
    length += aligned(4 * parameter.initial.length);
    if (decays(parameter)) decayed = length;
  }
  const dense = [...offsets].map(([parameter, offset]) => ({ parameter, name: nameOf(parameter.value), weights: offset, m: 2 * length + offset, v: 3 * length + offset }));
  let end = 4 * length;
  const tables = parameters.filter(isTable).map((parameter) => {
    const size = aligned(4 * parameter.initial.length);
    const start = end;
    end += 3 * size;
    return { parameter, name: nameOf(parameter.value), weights: start, m: start + size, v: start + 2 * size, width: parameter.value.shape[1] as number, rowsOf: rowReader(parameter) };
  });
  return { dense, tables, length, decayed, end };
}
