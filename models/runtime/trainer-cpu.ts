/**
 * Training on the CPU. Weights, gradients and Adam's moments are four flat arrays in one WebAssembly memory; onnxruntime reads the weights there
 * without a copy and writes the gradients there, and the kernel of `adam.ts` updates all in place.
 */
import { gradients } from '../graph/gradients.ts';
import { writeModel } from '../graph/onnx.ts';
import type { Feeds } from '../graph/tensor.ts';
import { nameOf } from '../graph/value.ts';
import { adamKernel, stepFactors } from './adam.ts';
import { loadRuntime } from './devices.ts';
import { fromRuntime, openSession, toRuntime } from './session.ts';
import { clipScale, savedValues, type ResolvedOptions, type Trainable, type Trainer, type TrainerState } from './training.ts';
import { createMemory } from './webassembly.ts';

const alignment = 64; // bytes, a cache line

interface Placed {
  readonly parameter: Trainable;
  readonly name: string;
  /** In bytes from the start of each flat array. */
  readonly offset: number;
}

export async function createCpuTrainer(options: ResolvedOptions): Promise<Trainer> {
  const { parameters, optimizer, loss, extraOutputs = {}, constantFeeds = {} } = options;

  // Parameters with weight decay come first, so that each kind is one stretch of memory.
  const decays = ({ weightDecay = true }: Trainable): boolean => weightDecay;
  const placed: Placed[] = [];
  let length = 0;
  let decayed = 0;
  for (const parameter of [...parameters.filter(decays), ...parameters.filter((each) => !decays(each))]) {
    placed.push({ parameter, name: nameOf(parameter.value), offset: length });
    length += Math.ceil((parameter.initial.length * 4) / alignment) * alignment;
    if (decays(parameter)) decayed = length;
  }
  const memory = createMemory(4 * length);
  const kernel = adamKernel(memory);
  const [weights, slope, m, v] = [0, length, 2 * length, 3 * length] as const; // where each flat array starts
  const view = (start: number, { offset, parameter }: Placed): Float32Array => new Float32Array(memory.buffer, start + offset, parameter.initial.length);
  for (const each of placed) view(weights, each).set(each.parameter.initial);

  const derivatives = gradients(loss, placed.map((each) => each.parameter.value));
  const gradientName = (name: string): string => `gradient of ${name}`;
  const bytes = writeModel({
    inputs: placed.map((each) => each.parameter.value),
    outputs: { loss, ...extraOutputs, ...Object.fromEntries(placed.map(({ name }, i) => [gradientName(name), derivatives[i]!])) },
    parametersAs: 'inputs',
  });
  const session = await openSession(bytes, options);

  const { Tensor } = loadRuntime();
  const tensorOver = (start: number, each: Placed) => new Tensor('float32', view(start, each), each.parameter.value.shape as readonly number[]);
  const weightFeeds = Object.fromEntries(placed.map((each) => [each.name, tensorOver(weights, each)]));
  const gradientOutputs = Object.fromEntries(placed.map((each) => [gradientName(each.name), tensorOver(slope, each)]));
  const own = new Set(placed.map((each) => each.name));
  const isFed = (name: string): boolean => !own.has(name);
  const constant = toRuntime(constantFeeds, session.inputNames.filter((name) => isFed(name) && name in constantFeeds));
  const varying = session.inputNames.filter((name) => isFed(name) && !(name in constantFeeds));
  const freshOutputs = Object.fromEntries(['loss', ...Object.keys(extraOutputs)].map((name) => [name, null]));
  let step = 0;

  const read = (start: number): Map<string, Float32Array> => new Map(placed.map((each) => [each.name, view(start, each).slice()]));
  const load = (kind: string, start: number, saved: ReadonlyMap<string, Float32Array>): void => {
    for (const each of placed) view(start, each).set(savedValues(kind, saved, each.parameter));
  };

  return {
    device: 'cpu',
    async step(feeds: Feeds, { learningRate }) {
      const results = await session.run({ ...toRuntime(feeds, varying), ...constant, ...weightFeeds }, { ...freshOutputs, ...gradientOutputs });
      const lossNow = Number(results['loss']!.data[0]);
      const norm = Math.sqrt(kernel.sumOfSquares(slope, slope + length));
      const applied = Number.isFinite(lossNow) && Number.isFinite(norm);
      if (applied) {
        step += 1;
        const { rate, correction, keep } = stepFactors(optimizer, step, learningRate);
        const update = (from: number, to: number, kept: number): void =>
          kernel.update(weights + from, weights + to, slope + from, m + from, v + from, clipScale(norm, optimizer.clipNorm), optimizer.beta1, 1 - optimizer.beta1, optimizer.beta2, 1 - optimizer.beta2, rate, correction, optimizer.epsilon, kept);
        update(0, decayed, keep);
        update(decayed, length, 1);
      }
      const extra = Object.fromEntries(Object.keys(extraOutputs).map((name) => [name, fromRuntime(results[name]!)]));
      return { loss: lossNow, gradientNorm: norm, applied, extra };
    },
    readWeights: async () => read(weights),
    readState: async (): Promise<TrainerState> => ({ step, weights: read(weights), m: read(m), v: read(v) }),
    async loadState(state) {
      load('weights', weights, state.weights);
      load('first moments', m, state.m);
      load('second moments', v, state.v);
      step = state.step;
    },
    dispose: () => session.release(),
  };
}
