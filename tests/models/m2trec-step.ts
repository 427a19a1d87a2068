/** The training steps that `build/oracle/m2trec_step.py` computed with PyTorch, built and run with our graph. */
import { readFileSync } from 'node:fs';
import { trainingRows, stepFeeds, type ItemData } from '../../models/batch.ts';
import { selectBags, type JointBags } from '../../models/bags.ts';
import { normalizeConfig, type TrainingConfig } from '../../models/config.ts';
import { gradients } from '../../models/graph/gradients.ts';
import { writeModel } from '../../models/graph/onnx.ts';
import { floats, ints, type Feeds, type Tensor } from '../../models/graph/tensor.ts';
import { nameOf, type Value } from '../../models/graph/value.ts';
import { createModel } from '../../models/model.ts';
import { trainingObjective } from '../../models/objective.ts';
import { Random } from '../../models/random.ts';
import type { Device } from '../../models/runtime/devices.ts';
import { openModel } from '../../models/runtime/session.ts';

export interface StepCase {
  readonly name: string;
  readonly model: string;
  readonly head: string;
  readonly mode: string;
  readonly moments: number;
  readonly loss: number;
  /** Rows of the mask pool by use, session row and position. */
  readonly dropout: readonly (readonly (readonly number[])[])[];
  readonly gradients: Readonly<Record<string, { readonly norm: number; readonly float32: string }>>;
}

export interface StepFixture {
  readonly script: string;
  readonly torch: string;
  readonly config: Readonly<Record<string, number>>;
  readonly sizes: { readonly items: number; readonly tokens: number; readonly columns: number; readonly hidden: number; readonly levels: readonly { readonly name: string; readonly labels: number }[] };
  readonly sessions: readonly (readonly number[])[];
  readonly bags: readonly (readonly (readonly [token: number, weight: number])[])[];
  readonly numbers: readonly (readonly number[])[];
  readonly labels: Readonly<Record<string, readonly number[]>>;
  readonly random: { readonly seed: number; readonly first: readonly number[] };
  readonly cases: readonly StepCase[];
}

export const fixture = JSON.parse(readFileSync(new URL('./fixtures/m2trec-step.json', import.meta.url), 'utf8')) as StepFixture;

export interface Deviations {
  /** |ours - torch| / |torch| */
  readonly loss: number;
  /** |g - torch|₂ / |torch|₂ by parameter; the plain norm where torch's gradient is 0. */
  readonly gradients: Readonly<Record<string, number>>;
  readonly moments: number;
}

/** Loss and gradients of one case on a device, held against torch's. */
export async function stepDeviations(step: StepCase, device: Device, threads = 1): Promise<Deviations> {
  const { sizes } = fixture;
  const config: TrainingConfig = normalizeConfig({ ...fixture.config, model: step.model, head: step.head, mode: step.mode, tokenDropout: 0, attributeDropout: 0 });
  const id = step.model === 'mutrec-id';
  const tied = step.head === 'tied';
  const model = createModel(config, { tokens: id ? 0 : sizes.tokens, numbers: id ? 0 : sizes.columns, items: tied ? 0 : sizes.items, levels: sizes.levels });
  const candidates = Int32Array.from({ length: sizes.items }, (_, row) => row).filter((row) => row !== sizes.hidden);
  const bags = jointBags();
  const data: ItemData = {
    bags: id ? null : tied ? selectBags(bags, candidates) : bags, numbers: id ? null : Float32Array.from(fixture.numbers.flat()), columns: sizes.columns,
    labels: sizes.levels.map(({ name }) => ({ name, labelOf: Int32Array.from(fixture.labels[name]!) })), candidates, eventShares: new Float32Array(sizes.items), count: sizes.items,
  };
  const objective = trainingObjective(model, candidates.length);

  const offsets = [0];
  for (const session of fixture.sessions) offsets.push(offsets.at(-1)! + session.length);
  const rows = trainingRows({ offsets: Int32Array.from(offsets), items: Int32Array.from(fixture.sessions.flat()), sessions: Int32Array.from(fixture.sessions.keys()) }, config);
  const batch = Int32Array.from(rows.starts.keys());
  const drawn = stepFeeds(objective, data, rows, batch, config, new Random(1));
  const masks: Feeds = Object.fromEntries(objective.dropouts.map((name, use) => {
    const [sessions, length] = drawn[name]!.dims as [number, number];
    return [name, ints(step.dropout[use]!.flatMap((row) => row.slice(0, length)), [sessions, length])];
  }));

  const weights = model.parameters.map(({ value }) => value);
  const derivatives = gradients(objective.loss, objective.parameters.map(({ value, rows }) => rows?.picked ?? value));
  const outputs: Record<string, Value> = { loss: objective.loss, ...Object.fromEntries(weights.map((value, i) => [`gradient of ${nameOf(value)}`, derivatives[i]!])) };
  const network = await openModel(writeModel({ inputs: weights, outputs, parametersAs: 'inputs' }), { device, threads });
  const result = await network.run({ ...drawn, ...masks, ...drawParameters(weights) });
  await network.dispose();
  /** Gradients of picked rows at their places in the table. */
  const whole = (name: string, { data: values, dims }: Tensor): Float32Array => {
    const parameter = objective.parameters.find(({ value }) => nameOf(value) === name)!;
    if (parameter.rows === undefined) return values as Float32Array;
    const width = dims[1]!;
    const table = new Float32Array(parameter.initial.length);
    for (const [i, row] of (drawn[nameOf(parameter.rows.indices)]!.data as Int32Array).entries()) table.set((values as Float32Array).subarray(i * width, (i + 1) * width), row * width);
    return table;
  };
  if (Object.keys(step.gradients).sort().join() !== weights.map(nameOf).sort().join()) throw new Error(`${step.name}: torch has ${Object.keys(step.gradients)}, ours ${weights.map(nameOf)}`);
  return {
    loss: Math.abs(Number(result['loss']!.data[0]) - step.loss) / step.loss,
    gradients: Object.fromEntries(Object.entries(step.gradients).map(([name, expected]) => [name, relative(whole(name, result[`gradient of ${name}`]!), expected)])),
    moments: rows.moments,
  };
}

function relative(actual: Float32Array, { norm, float32 }: { readonly norm: number; readonly float32: string }): number {
  const expected = new Float32Array(Uint8Array.from(Buffer.from(float32, 'base64')).buffer);
  if (expected.length !== actual.length) throw new Error(`${actual.length} numbers against ${expected.length}`);
  return Math.hypot(...actual.map((x, i) => x - expected[i]!)) / (norm === 0 ? 1 : norm);
}

/** The rule of the oracle script: parameters in alphabetical order from one generator. */
function drawParameters(values: readonly Value[]): Feeds {
  const random = new Random(97);
  const sorted = [...values].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return Object.fromEntries(sorted.map((value) => {
    const name = nameOf(value);
    const centre = name.endsWith('.scale') ? 1 : name === 'head.temperature' ? 0.5 : 0;
    const dims = value.shape as readonly number[];
    return [name, floats(Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => centre + 0.4 * (random.uniform() - 0.5)), dims)];
  }));
}

function jointBags(): JointBags {
  const offsets = [0];
  for (const bag of fixture.bags) offsets.push(offsets.at(-1)! + bag.length);
  const entries = fixture.bags.flat();
  return {
    offsets: Int32Array.from(offsets), ids: Int32Array.from(entries, ([token]) => token), weights: Float32Array.from(entries, ([, weight]) => weight),
    attributes: new Uint8Array(entries.length), tokens: fixture.sizes.tokens,
  };
}
