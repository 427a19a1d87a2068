/**
 * Training on a GPU through WebGPU. One graph does the whole step: gradients, clipping, Adam. Weights and moments stay on the device: each step's
 * outputs are the next step's inputs, and the old ones are let go.
 */
import { gradients } from '../graph/gradients.ts';
import { writeModel } from '../graph/onnx.ts';
import { abs, add, concat, div, gather, greater, minimum, mul, reduceSum, reshape, scatterRows, slice, sqrt, sub, where } from '../graph/operators.ts';
import type { Feeds, Tensor } from '../graph/tensor.ts';
import { input, nameOf, type Value } from '../graph/value.ts';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { stepFactors } from './adam.ts';
import { fromRuntime, openSession, toRuntime } from './session.ts';
import { isTable, rowReader, savedValues, type PickedRows, type ResolvedOptions, type Trainable, type Trainer, type TrainerState } from './training.ts';

/** Parameters below this size share one flat tensor: fewer, larger kernels (10 % off a step). Larger ones would only be copied. */
const flatLimit = 1 << 20;

const kinds = ['weights', 'm', 'v'] as const;
type Kind = (typeof kinds)[number];

/** Parameters that live in one tensor. */
interface Group {
  readonly name: string;
  readonly members: readonly { readonly parameter: Trainable; readonly name: string; readonly start: number }[];
  readonly size: number;
  /** Of the tensor: flat, but for a table, which is alone in its group. */
  readonly dims: readonly number[];
  readonly decays: boolean;
  readonly rows: PickedRows | null;
}

/** The largest finite float32, nearly: beyond it a norm counts as overflown. */
const finite = 3e38;

export async function createGpuTrainer(options: ResolvedOptions): Promise<Trainer> {
  const { parameters, extraOutputs = {}, constantFeeds = {} } = options;
  const groups = groupParameters(parameters);
  const rowReaders = parameters.filter(isTable).map(rowReader);
  const stateNames = groups.flatMap((group) => kinds.map((kind) => stateName(group, kind)));
  const bytes = stepGraph(groups, options);
  const session = await openSession(bytes, { ...options, device: 'webgpu', onDevice: stateNames.map(next) });
  const copies = await copySession(groups.map((group) => ({ names: kinds.map((kind) => stateName(group, kind)), dims: group.dims })));
  const pinned = await pin(constantFeeds, session);
  const varying = session.inputNames.filter((name) => !stateNames.includes(name) && !(name in constantFeeds) && !scalars.some((scalar) => scalarName(scalar) === name));
  let state = initialState(groups);
  let step = 0;

  const release = (old: Readonly<Record<string, OrtTensor>>): void => {
    for (const tensor of Object.values(old)) if (tensor.location === 'gpu-buffer') tensor.dispose();
  };
  const load = (values: (kind: Kind, parameter: Trainable) => Float32Array | null): void => {
    release(state);
    state = uploaded(groups, values);
  };
  const download = async (wanted: readonly Kind[]): Promise<Record<Kind, Map<string, Float32Array>>> => {
    const results = await copies.run(state);
    const part = (kind: Kind): Map<string, Float32Array> =>
      new Map(groups.flatMap((group) => group.members.map(({ name, start, parameter }) => [name, (results[next(stateName(group, kind))]!.data as Float32Array).slice(start, start + parameter.initial.length)] as const)));
    const none = new Map<string, Float32Array>();
    return { weights: part('weights'), m: wanted.includes('m') ? part('m') : none, v: wanted.includes('v') ? part('v') : none };
  };

  return {
    device: 'webgpu',
    async step(feeds: Feeds, { learningRate }) {
      for (const rowsOf of rowReaders) rowsOf({ ...feeds, ...constantFeeds });
      const factors = stepFactors(options.optimizer, step + 1, learningRate);
      const scalarFeeds = Object.fromEntries(scalars.map((name) => [scalarName(name), { dtype: 'float32', data: Float32Array.of(factors[name]), dims: [] } satisfies Tensor]));
      const results = await session.run({ ...toRuntime({ ...feeds, ...scalarFeeds }, [...varying, ...scalars.map(scalarName)]), ...pinned.tensors, ...state });
      const old = state;
      state = Object.fromEntries(stateNames.map((name) => [name, results[next(name)] as OrtTensor]));
      release(old);
      const loss = Number(results['loss']!.data[0]);
      const gradientNorm = Number(results['gradientNorm']!.data[0]);
      const applied = Math.abs(loss) + gradientNorm < finite; // what the graph itself decides by
      if (applied) step += 1;
      return { loss, gradientNorm, applied, extra: Object.fromEntries(Object.keys(extraOutputs).map((name) => [name, fromRuntime(results[name]!)])) };
    },
    readWeights: async () => (await download(['weights'])).weights,
    readState: async (): Promise<TrainerState> => ({ step, ...(await download(kinds)) }),
    async loadState(saved) {
      load((kind, parameter) => savedValues(kind, saved[kind], parameter));
      step = saved.step;
    },
    async dispose() {
      release(state);
      release(pinned.tensors);
      await pinned.release();
      await copies.release();
      await session.release();
    },
  };
}

const scalars = ['rate', 'correction', 'keep'] as const;
/** A name that no loss gives an input of its own: shared negatives have a `correction` too. */
const scalarName = (name: (typeof scalars)[number]): string => `adam.${name}`;
const stateName = (group: Group, kind: Kind): string => `${kind} of ${group.name}`;
const next = (name: string): string => `next ${name}`;

function groupParameters(parameters: readonly Trainable[]): readonly Group[] {
  const groups: Group[] = [];
  for (const decays of [true, false]) {
    const mine = parameters.filter(({ weightDecay = true }) => weightDecay === decays);
    const small = mine.filter((each) => each.initial.length < flatLimit && !isTable(each));
    const sets = [...(small.length > 0 ? [small] : []), ...mine.filter((each) => !small.includes(each)).map((each) => [each])];
    for (const set of sets) {
      let size = 0;
      const members = set.map((parameter) => {
        const start = size;
        size += parameter.initial.length;
        return { parameter, name: nameOf(parameter.value), start };
      });
      const rows = set[0]!.rows ?? null;
      const dims = rows === null ? [size] : (set[0]!.value.shape as readonly number[]);
      groups.push({ name: `group ${groups.length}`, members, size, dims, decays, rows });
    }
  }
  return groups;
}

/** The step: state and batch in, next state, loss and gradient norm out. Nothing changes where loss or gradient is not finite. */
export function stepGraph(groups: readonly Group[], { loss, optimizer, extraOutputs = {} }: ResolvedOptions): Uint8Array {
  const [rate, correction, keep] = scalars.map((name) => input(scalarName(name), [])) as [Value, Value, Value];
  const replace = new Map<Value, Value>();
  const states = groups.map((group) => {
    const [weights, m, v] = kinds.map((kind) => input(stateName(group, kind), group.dims)) as [Value, Value, Value];
    for (const { parameter, start } of group.members) {
      replace.set(parameter.value, group.rows !== null ? weights : reshape(slice(weights, 0, start, start + parameter.initial.length), parameter.value.shape));
    }
    return { group, weights, m, v };
  });
  const sources = groups.flatMap(({ members, rows }) => members.map(({ parameter }) => rows?.picked ?? parameter.value));
  const derivatives = new Map(gradients(loss, sources).map((gradient, i) => [sources[i]!, gradient]));
  const slopes = groups.map(({ members, rows }) => (rows !== null ? derivatives.get(rows.picked)! : concat(members.map(({ parameter }) => reshape(derivatives.get(parameter.value)!, [-1])), 0))); // [R, D] or [size]

  const norm = sqrt(slopes.map((g) => reduceSum(mul(g, g))).reduce((a, b) => add(a, b)));
  const ok = greater(finite, add(abs(loss), norm));
  const scale = Number.isFinite(optimizer.clipNorm) ? minimum(1, div(optimizer.clipNorm, add(norm, 1e-6))) : null;
  const outputs: Record<string, Value> = { loss, gradientNorm: norm, ...extraOutputs };
  for (const [i, { group, ...state }] of states.entries()) {
    const { rows } = group;
    const named = (x: Value): Value => (rows === null ? x : gather(x, rows.indices));
    const [weights, m, v] = [named(state.weights), named(state.m), named(state.v)];
    const g = scale === null ? slopes[i]! : mul(slopes[i]!, scale);
    const mean = add(mul(m, optimizer.beta1), mul(g, 1 - optimizer.beta1));
    const square = add(mul(v, optimizer.beta2), mul(mul(g, g), 1 - optimizer.beta2));
    const kept = group.decays && optimizer.weightDecay !== 0 ? mul(weights, keep) : weights;
    const moved = sub(kept, div(mul(mean, rate), add(mul(sqrt(square), correction), optimizer.epsilon)));
    const put = (kind: Kind, old: Value, fresh: Value): void => {
      const chosen = where(ok, fresh, old);
      outputs[next(stateName(group, kind))] = rows === null ? chosen : scatterRows(state[kind], rows.indices, chosen);
    };
    put('weights', weights, moved);
    put('m', m, mean);
    put('v', v, square);
  }
  const state = states.flatMap(({ weights, m, v }) => [weights, m, v]);
  return writeModel({ inputs: [...state, rate, correction, keep], outputs, parametersAs: 'inputs', replace });
}

/** Copies what it is fed. The only way down from the device: `getData()` of a GPU tensor ends the process (engine.md). */
async function copySession(tensors: readonly { readonly names: readonly string[]; readonly dims: readonly number[] }[]): Promise<InferenceSession> {
  const outputs = Object.fromEntries(tensors.flatMap(({ names, dims }) => names.map((name) => [next(name), input(name, dims)])));
  return openSession(writeModel({ outputs, parametersAs: 'inputs' }), { device: 'webgpu' });
}

/** Uploads the feeds that never change. The session that made the tensors must outlive them: to let go of them after it ends the process. */
async function pin(feeds: Feeds, session: InferenceSession): Promise<{ readonly tensors: Record<string, OrtTensor>; release(): Promise<void> }> {
  const used = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name));
  if (used.length === 0) return { tensors: {}, release: async () => {} };
  const values = used.map(([name, { dims, dtype }]) => [name, input(name, dims, dtype)] as const);
  const model = writeModel({ outputs: Object.fromEntries(values.map(([name, value]) => [next(name), value])), parametersAs: 'inputs' });
  const upload = await openSession(model, { device: 'webgpu', onDevice: used.map(([name]) => next(name)) });
  const results = await upload.run(toRuntime(feeds, upload.inputNames));
  return { tensors: Object.fromEntries(used.map(([name]) => [name, results[next(name)] as OrtTensor])), release: () => upload.release() };
}

function initialState(groups: readonly Group[]): Record<string, OrtTensor> {
  return uploaded(groups, (kind, parameter) => (kind === 'weights' ? parameter.initial : null));
}

/** State in the computer's memory, to be uploaded by the next step; `null` stands for zeros. */
function uploaded(groups: readonly Group[], values: (kind: Kind, parameter: Trainable) => Float32Array | null): Record<string, OrtTensor> {
  const feeds: Record<string, Tensor> = {};
  for (const group of groups) {
    for (const kind of kinds) {
      const data = new Float32Array(group.size);
      for (const { parameter, start } of group.members) {
        const given = values(kind, parameter);
        if (given !== null) data.set(given, start);
      }
      feeds[stateName(group, kind)] = { dtype: 'float32', data, dims: group.dims };
    }
  }
  return toRuntime(feeds, Object.keys(feeds));
}
