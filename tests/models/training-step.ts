/** The training steps that `build/oracle/m2trec_step.py` and `session_step.py` computed with PyTorch, built and run with our graph. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { trainingRows, stepFeeds, type ItemData } from '../../models/batch.ts';
import { selectBags, type JointBags } from '../../models/bags.ts';
import { normalizeConfig, scoresNewSkus, variantOf, type TrainingConfig } from '../../models/config.ts';
import { gradients } from '../../models/graph/gradients.ts';
import { writeModel } from '../../models/graph/onnx.ts';
import { floats, ints, type Feeds, type Tensor } from '../../models/graph/tensor.ts';
import { nameOf, type Value } from '../../models/graph/value.ts';
import { createModel } from '../../models/network.ts';
import { headOf } from '../../models/network.ts';
import { trainingObjective } from '../../models/objective.ts';
import { placeSessions } from '../../models/places.ts';
import { Random } from '../../models/random.ts';
import type { Device } from '../../models/runtime/devices.ts';
import { openModel } from '../../models/runtime/session.ts';
import { softwareGpu } from './runtime/software-gpu.ts';

export interface StepCase {
  readonly name: string;
  /** Where it differs from the fixture's configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** SKUs that share the softmax, which both sides draw alike; 0: all. */
  readonly negatives: number;
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
  readonly shares: readonly number[];
  readonly cases: readonly StepCase[];
}

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as T;

/** The Transformers, with the first numbers of a generator besides. */
export const transformers = read<StepFixture & { readonly random: { readonly seed: number; readonly first: readonly number[] } }>('m2trec-step');
/** GRU4Rec, NARM, STAMP. */
export const baselines = read<StepFixture>('session-step');

export interface Deviations {
  /** |ours - torch| / |torch| */
  readonly loss: number;
  /** |g - torch|₂ / |torch|₂ by parameter; the plain norm where torch's gradient is 0. */
  readonly gradients: Readonly<Record<string, number>>;
  readonly moments: number;
}

/** Loss and gradients of one case on a device, held against torch's. */
export async function stepDeviations(fixture: StepFixture, step: StepCase, device: Device, threads = 1): Promise<Deviations> {
  const { sizes } = fixture;
  // A handful of SKUs is fewer than a real sample may have.
  const config: TrainingConfig = { ...normalizeConfig({ ...fixture.config, ...step.settings, tokenDropout: 0, attributeDropout: 0 }), negatives: step.negatives };
  const metadata = variantOf(config.model).input !== 'id';
  const levels = variantOf(config.model).tasks === 'item' ? [] : sizes.levels;
  const model = createModel(config, { tokens: metadata ? sizes.tokens : 0, numbers: metadata ? sizes.columns : 0, items: scoresNewSkus(config) ? 0 : sizes.items, levels });
  const candidates = Int32Array.from({ length: sizes.items }, (_, row) => row).filter((row) => row !== sizes.hidden);
  const bags = jointBags(fixture);
  const data: ItemData = {
    bags: !metadata ? null : headOf(config) !== 'rows' && step.negatives === 0 ? selectBags(bags, candidates) : bags, numbers: metadata ? Float32Array.from(fixture.numbers.flat()) : null, columns: sizes.columns,
    labels: levels.map(({ name }) => ({ name, labelOf: Int32Array.from(fixture.labels[name]!) })), candidates, eventShares: Float32Array.from(fixture.shares), count: sizes.items,
  };
  const objective = trainingObjective(model, candidates.length);

  const offsets = [0];
  for (const session of fixture.sessions) offsets.push(offsets.at(-1)! + session.length);
  const rows = trainingRows({ offsets: Int32Array.from(offsets), items: Int32Array.from(fixture.sessions.flat()), sessions: Int32Array.from(fixture.sessions.keys()) }, config);
  const batch = Int32Array.from(rows.starts.keys());
  const drawn = stepFeeds(objective, data, rows, batch, config, new Random(1));
  const { lengths, starts } = placeSessions(config, batch.map((row) => rows.ends[row]! - rows.starts[row]!));
  const masks: Feeds = Object.fromEntries(objective.dropouts.map((name, use) => {
    const { dims, data: { length } } = drawn[name]!;
    const chosen = new Int32Array(length);
    for (const [row, n] of lengths.entries()) chosen.set(step.dropout[use]![row]!.slice(0, n), starts[row]!);
    return [name, ints(chosen, dims)];
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

/** Relative L2; float32 against float64. */
const tolerance = 1e-5;

export function assertClose({ loss, gradients, moments }: Deviations, step: StepCase): void {
  assert.equal(moments, step.moments);
  assert.ok(loss < tolerance, `loss deviates by ${loss}`);
  assert.deepEqual(Object.entries(gradients).filter(([, deviation]) => !(deviation < tolerance)), []);
}

/** Deviations by step on the software GPU, in a process of their own. */
export async function deviationsOnGpu(fixture: 'transformers' | 'baselines', names: readonly string[]): Promise<Record<string, Deviations>> {
  const child = fileURLToPath(new URL('./training-step-child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [child, fixture, ...names], { env: softwareGpu.environment(), maxBuffer: 1 << 26 });
  const seen = JSON.parse(stdout) as Record<string, Deviations>;
  assert.deepEqual(Object.keys(seen).sort(), [...names].sort());
  return seen;
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

function jointBags(fixture: StepFixture): JointBags {
  const offsets = [0];
  for (const bag of fixture.bags) offsets.push(offsets.at(-1)! + bag.length);
  const entries = fixture.bags.flat();
  return {
    offsets: Int32Array.from(offsets), ids: Int32Array.from(entries, ([token]) => token), weights: Float32Array.from(entries, ([, weight]) => weight),
    attributes: new Uint8Array(entries.length), tokens: fixture.sizes.tokens,
  };
}
