/**
 * One training step of the default M2TRec on amazon_scientific beside PyTorch's for the same model, weights and batches, in turn.
 * Ours counts the feeds too; PyTorch's batch is ready when its clock starts, on a GPU in the GPU's memory. `--steps=21`, `--threads=2`,
 * `--device=webgpu`, `--negatives=4096`, `--items=43097` (a synthetic shop of that size instead), `--profile=PREFIX` (onnxruntime's).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropTokens, selectBags, weightyEntries, type SparseRows } from '../../models/bags.ts';
import { epochBatches, stepFeeds } from '../../models/batch.ts';
import { normalizeConfig, type TrainingConfig } from '../../models/config.ts';
import { isOp, nameOf, type Value } from '../../models/graph/value.ts';
import { floats, ints, type Feeds, type Tensor } from '../../models/graph/tensor.ts';
import type { Model } from '../../models/model.ts';
import { createModel } from '../../models/network.ts';
import { optimizerOf, trainingObjective, type Objective } from '../../models/objective.ts';
import { prepareTraining, type Prepared } from '../../models/prepare.ts';
import { Random } from '../../models/random.ts';
import { createTrainer } from '../../models/runtime/trainer.ts';
import { drawSharedSample } from '../../models/shared-sample.ts';
import { readDataset } from '../helpers/data.ts';
import { createShop } from './parts/synthetic.ts';
import { interpreters, noTorch, startTorch } from './parts/torch.ts';
import type { BenchResult } from './run.ts';
import { printTimings, summarize, type Timing } from './timing.ts';

export const title = 'a training step of M2TRec (tied, causal, batch 512) beside PyTorch';

const learningRate = 1e-3;
const warmUp = 3;

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const steps = Number(options['steps'] ?? 21);
  const threads = Number(options['threads'] ?? 2);
  const device = options['device'] === 'webgpu' ? 'webgpu' : 'cpu';
  const config = normalizeConfig({ negatives: Number(options['negatives'] ?? 0) });
  const dataset = options['items'] === undefined ? readDataset('amazon_scientific') : createShop({ items: Number(options['items']), sessions: 20_000, seed: 1 });
  const prepared = prepareTraining(dataset, config, new Int32Array(0));
  const model = createModel(config, prepared.shape);
  const objective = trainingObjective(model, prepared.data.candidates.length);
  const trainer = await createTrainer({
    device, loss: objective.loss, parameters: objective.parameters, threads, optimizer: optimizerOf(config),
    ...(options['profile'] === undefined ? {} : { profile: options['profile'] }),
  });
  const random = new Random(1);
  const batches = epochBatches(prepared.rows, config, random).slice(0, warmUp + steps);
  const states = batches.map(() => {
    const { state } = random;
    random.uint32();
    return state;
  });
  const feed = (index: number): Feeds => stepFeeds(objective, prepared.data, prepared.rows, batches[index]!, config, new Random(states[index]!));

  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-step-'));
  writeBatches(folder, model, objective, batches.map((rows, index) => ({
    feeds: feed(index), seen: momentsOfPairs(prepared, rows), bags: heardBags(prepared, objective, rows, config, new Random(states[index]!)),
  })));
  const peers = (await Promise.all(interpreters.map((python) => startTorch(python, 'm2trec_bench.py', [folder, String(threads), device === 'webgpu' ? 'cuda' : 'cpu'], threads)))).filter((peer) => peer !== null);

  const names = ['ours, feeds', 'ours, step', 'ours, both', ...peers.map(({ name }) => name)];
  const samples: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  const deviations: Record<string, number> = {};
  for (const index of batches.keys()) {
    const started = performance.now();
    const feeds = feed(index);
    const fed = performance.now();
    const { loss } = await trainer.step(feeds, { learningRate });
    const done = performance.now();
    const turn: Record<string, number> = { 'ours, feeds': fed - started, 'ours, step': done - fed, 'ours, both': done - started };
    for (const peer of peers) {
      await pause(); // threads of the one before stop spinning
      const answer = await peer.ask(index) as { ms: number; loss: number };
      turn[peer.name] = answer.ms;
      deviations[peer.name] = Math.max(deviations[peer.name] ?? 0, Math.abs(answer.loss - loss) / loss);
    }
    await pause();
    if (index >= warmUp) for (const name of names) samples[name]!.push(turn[name]!);
  }
  for (const peer of peers) peer.stop();
  await trainer.dispose();
  rmSync(folder, { recursive: true, force: true });

  const timings: Timing[] = names.map((name) => summarize(name, samples[name]!));
  const ours = timings[2]!;
  const ratios = Object.fromEntries(timings.slice(3).map((timing) => [timing.name, timing.median / ours.median]));
  return {
    lines: [
      `${options['items'] === undefined ? 'amazon_scientific' : 'synthetic shop'} on ${device}${peers.map(({ hello }) => (device === 'webgpu' ? `, PyTorch on ${String(hello['device'])}` : '')).join('')}: ${prepared.data.candidates.length} items${objective.negatives > 0 ? `, ${objective.negatives} shared negatives` : ''}, ${prepared.shape.tokens} tokens, width ${config.width}, ${model.parameters.reduce((sum, { initial }) => sum + initial.length, 0).toLocaleString('en')} parameters, ${threads} threads`,
      printTimings(timings),
      ...(peers.length === 0 ? [noTorch] : []),
      ...peers.map(({ name }) => `${name}: ${ratios[name]!.toFixed(2)} x our time (medians); losses of ${batches.length} steps differ by ${deviations[name]!.toExponential(1)} at most`),
    ],
    figures: { threads, steps, timings, ratios, deviations },
  };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15));

/** What both sides compute with: `index.json` says where in `data.bin` each tensor lies. */
function writeBatches(folder: string, model: Model, objective: Objective, batches: readonly { readonly feeds: Feeds; readonly seen: Int32Array; readonly bags: SparseRows }[]): void {
  const parts: Buffer[] = [];
  let size = 0;
  const place = ({ dtype, data, dims }: Tensor): object => {
    const entry = { dtype, dims, offset: size };
    parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    size += data.byteLength;
    return entry;
  };
  const levels = model.shape.levels.map(({ name }) => name);
  const index = {
    config: model.config, levels, learningRate,
    weights: Object.fromEntries(model.parameters.map(({ value, initial }) => [nameOf(value), place(floats(initial, value.shape as readonly number[]))])),
    decayed: model.parameters.filter(({ weightDecay }) => weightDecay).map(({ value }) => nameOf(value)),
    pool: place(poolOf(objective)),
    batches: batches.map(({ feeds, seen, bags }) => {
      return Object.fromEntries(Object.entries({
        'bag.ids': ints(bags.ids), 'bag.offsets': ints(bags.offsets.slice(0, -1)), 'bag.weights': floats(bags.weights),
        positions: feeds['positions.items.indices']!, moments: feeds['moments.indices']!, targets: feeds['targets.indices']!,
        present: feeds['present']!, mask: feeds['mask']!, pool: feeds['pool']!, age: feeds['age']!, past: feeds['past']!,
        'seen.moment': ints(seen), 'seen.item': feeds['own.items.indices']!, 'seen.last': ints(Int32Array.from(feeds['own.last']!.data as Float32Array)),
        ...(feeds['correction'] === undefined ? {} : { correction: feeds['correction'] }),
        ...Object.fromEntries([...objective.dropouts, ...levels.map((name) => `labels.${name}`)].map((name) => [name, feeds[name]!])),
      }).map(([name, tensor]) => [name, place(tensor)]));
    }),
  };
  writeFileSync(join(folder, 'data.bin'), Buffer.concat(parts));
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
}

/** The bags a step encodes, thinned as it thins them: it draws a shared sample first where there is one, then the words to drop. */
function heardBags({ data, rows }: Prepared, { negatives }: Objective, batch: Int32Array, config: TrainingConfig, random: Random): SparseRows {
  const events = Int32Array.from([...batch].flatMap((row) => [...rows.items.subarray(rows.starts[row]!, rows.ends[row]! + 1)]));
  const bags = negatives === 0 ? data.bags! : selectBags(data.bags!, drawSharedSample(data, events, negatives, random).rows);
  return weightyEntries(bags, dropTokens(bags, config.tokenDropout, config.attributeDropout, random));
}

/** The moment of each pair (moment, distinct item already in the session), in the order of `own.items`. */
function momentsOfPairs({ rows }: Prepared, batch: Int32Array): Int32Array {
  const moments: number[] = [];
  let moment = 0;
  for (const row of batch) {
    const seen = new Set<number>();
    for (let at = rows.starts[row]!; at < rows.ends[row]!; at++) {
      seen.add(rows.items[at]!);
      for (let pair = 0; pair < seen.size; pair++) moments.push(moment);
      moment++;
    }
  }
  return Int32Array.from(moments);
}

/** The pool of dropout masks: the constant that the loss gathers from by the first dropout input. */
function poolOf(objective: Objective): Tensor {
  const seen = new Set<Value>();
  const stack: Value[] = [objective.loss];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (isOp(value, 'gather') && isOp(value.inputs[1]!, 'input') && value.inputs[1].attributes.name === objective.dropouts[0] && isOp(value.inputs[0]!, 'constant')) {
      return floats(value.inputs[0].attributes.data as Float32Array, value.inputs[0].shape as readonly number[]);
    }
    stack.push(...value.inputs);
  }
  throw new Error('the loss has no dropout');
}
