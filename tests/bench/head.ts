/**
 * The exact softmax over all items in chunks: loss and both gradients, through our graph library and its runtime, beside the graph that keeps
 * all logits, beside PyTorch, and above the floor of its own arithmetic. `--runs=9`, `--threads=2`, `--items=43097`, `--torch=no`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gradients } from '../../models/graph/gradients.ts';
import { chunkedCrossEntropy, softmaxCrossEntropy } from '../../models/graph/losses.ts';
import { writeModel } from '../../models/graph/onnx.ts';
import { customGradient, gather, log, matmul, mul, neg, reduceMean, reshape, scatterRows, softmax, sub } from '../../models/graph/operators.ts';
import { indexFeeds, indexInput } from '../../models/graph/sparse.ts';
import { floats, ints, type Feeds } from '../../models/graph/tensor.ts';
import { input, type Value } from '../../models/graph/value.ts';
import { Random } from '../../models/random.ts';
import { loadRuntime } from '../../models/runtime/devices.ts';
import { openSession, toRuntime } from '../../models/runtime/session.ts';
import type { BenchResult } from './run.ts';
import { matmulName, openMatmul } from './parts/matmul-rate.ts';
import { interpreters, noTorch, startTorch } from './parts/torch.ts';
import { printTimings, summarize, type Timing } from './timing.ts';

export const title = 'exact softmax cross-entropy over the whole catalogue, batch 512: loss and both gradients';

const sessions = 512;
const warmUp = 2;
const bound = 40; // of the tied head's logits

interface Case {
  readonly name: string;
  /** Columns of session and item vectors. */
  readonly width: number;
  /** Whether no logit exceeds `bound`, so that no running maximum is needed. */
  readonly bounded: boolean;
}

const cases: readonly Case[] = [{ name: 'tied', width: 128, bounded: true }, { name: 'id', width: 129, bounded: false }];

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const runs = Number(options['runs'] ?? 9);
  const threads = Number(options['threads'] ?? 2);
  const items = Number(options['items'] ?? 43_097);
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-head-'));
  const heads = cases.map((each) => ({ each, numbers: draw(each, items) }));
  writeFileSync(join(folder, 'index.json'), JSON.stringify(Object.fromEntries(heads.map(({ each }) => [each.name, { sessions, items, width: each.width }]))));
  const opened = [];
  for (const { each, numbers } of heads) {
    const chunked = await openHead(each, items, numbers, threads, chunkedLoss);
    const expected = await chunked.run();
    save(folder, each.name, numbers, expected);
    const plain = [];
    for (const [name, lossOf] of [['plain graph', plainLoss], ['plain graph, one-hot', oneHotLoss]] as const) {
      const head = await openHead(each, items, numbers, threads, lossOf);
      const other = await head.run();
      const gradients = Math.max(...(['dSessions', 'dItems'] as const).map((part) => largestDifference(other[part], expected[part])));
      plain.push({ name, head, deviation: { loss: Math.abs(other.loss / expected.loss - 1), gradients } });
    }
    opened.push({ each, chunked, plain, loss: expected.loss });
  }
  const matmulRate = await openMatmul(threads);
  const peers = options['torch'] === 'no' ? [] : (await Promise.all(interpreters.map((python) => startTorch(python, 'head_bench.py', [folder, String(threads)], threads)))).filter((peer) => peer !== null);

  const lines: string[] = [];
  const figures: Record<string, unknown> = { threads, items, sessions };
  for (const { each, chunked, plain, loss } of opened) {
    const samples = new Map<string, number[]>();
    const deviations = new Map<string, Deviation>(plain.map(({ name, deviation }) => [name, deviation]));
    const failed = new Map<string, string>();
    const note = (name: string, ms: number, round: number): void => {
      if (round < 0) return;
      if (!samples.has(name)) samples.set(name, []);
      samples.get(name)!.push(ms);
    };
    for (let round = -warmUp; round < runs; round++) {
      for (const [name, work] of [['ours, chunked', chunked.run], ...plain.map(({ name, head }) => [name, head.run] as const), [matmulName, matmulRate.run]] as const) {
        const started = performance.now();
        await work();
        note(name, performance.now() - started, round);
        await pause();
      }
      for (const peer of peers) {
        for (const mode of peer.hello['modes'] as string[]) {
          const name = `${peer.name}, ${mode}`;
          if (failed.has(name)) continue;
          const said = await peer.ask({ case: each.name, mode, compare: round === -warmUp });
          if (said['error'] !== undefined) {
            failed.set(name, String(said['error']));
            continue;
          }
          if (said['deviation'] !== undefined) deviations.set(name, { loss: Math.abs((said['loss'] as number) / loss - 1), gradients: said['deviation'] as number });
          note(name, said['ms'] as number, round);
          await pause();
        }
      }
    }
    const timings = [...samples].map(([name, times]) => summarize(name, times));
    const { summary, ...rest } = report(each, items, timings, matmulRate.rate);
    lines.push(
      `${each.name} head: ${items.toLocaleString('en')} items x ${each.width}, ${sessions} sessions, ${each.bounded ? `|logit| <= ${bound}` : 'running maximum'}, ${threads} threads`,
      printTimings(timings), ...summary,
      ...[...deviations].map(([name, { loss, gradients }]) => `  ${name} from ours: loss ${loss.toExponential(1)} relative, gradients ${gradients.toExponential(1)} of the largest`),
      ...[...failed].map(([name, why]) => `  ${name}: not measured (${why})`), '',
    );
    figures[each.name] = { timings, ...rest, deviations: Object.fromEntries(deviations), failed: Object.fromEntries(failed) };
    await chunked.dispose();
    for (const { head } of plain) await head.dispose();
  }
  if (peers.length === 0) lines.push(options['torch'] === 'no' ? 'PyTorch was left out.' : noTorch);
  for (const peer of peers) peer.stop();
  await matmulRate.dispose();
  rmSync(folder, { recursive: true, force: true });
  return { lines, figures };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20)); // threads of the one before stop spinning

/** The ratios that measures.md 4.6 sets aims for. */
function report({ width }: Case, items: number, timings: readonly Timing[], rateOf: (ms: number) => number): { readonly summary: readonly string[]; readonly rate: number; readonly floors: object; readonly ratios: object } {
  const timingOf = (name: string): Timing => timings.find((timing) => timing.name === name)!;
  const ours = timingOf('ours, chunked');
  const rate = rateOf(timingOf(matmulName).min);
  const needed = 6 * items * sessions * width; // logits, and both gradients from them
  const executed = 8 * items * sessions * width; // the logits twice
  const floor = (flop: number, ms: (timing: Timing) => number): number => flop / rateOf(ms(timingOf(matmulName))) / 1e6;
  const [median, best] = [(timing: Timing) => timing.median, (timing: Timing) => timing.min];
  const floors = { needed: ours.median / floor(needed, median), executed: ours.median / floor(executed, median), neededAtBest: ours.min / floor(needed, best), executedAtBest: ours.min / floor(executed, best) };
  const others = timings.filter(({ name }) => name !== ours.name && name !== matmulName);
  const ratios = Object.fromEntries(others.map((timing) => [timing.name, { medians: timing.median / ours.median, minima: timing.min / ours.min }]));
  return {
    rate, floors, ratios,
    summary: [
      `  ${matmulName}: ${rateOf(timingOf(matmulName).median).toFixed(0)} GFLOP/s (best ${rate.toFixed(0)})`,
      `  floor of 8NBd = ${(executed / 1e9).toFixed(1)} GFLOP executed: ${floor(executed, median).toFixed(1)} ms, ours ${floors.executed.toFixed(2)} x (minima ${floors.executedAtBest.toFixed(2)} x)`,
      `  floor of 6NBd = ${(needed / 1e9).toFixed(1)} GFLOP needed: ${floor(needed, median).toFixed(1)} ms, ours ${floors.needed.toFixed(2)} x (minima ${floors.neededAtBest.toFixed(2)} x)`,
      ...others.map((timing) => `  ${timing.name}: ${(timing.median / ours.median).toFixed(2)} x our time (minima ${(timing.min / ours.min).toFixed(2)} x)`),
    ],
  };
}

/** From ours: relative, and relative to the largest entry. */
interface Deviation {
  readonly loss: number;
  readonly gradients: number;
}

interface Numbers {
  readonly sessions: Float32Array;
  readonly items: Float32Array;
  readonly targets: Int32Array;
}

/** Vectors whose logits stay inside the bound; targets repeat, as in a real batch. */
function draw({ width, bounded }: Case, items: number): Numbers {
  const random = new Random(1);
  const rows = (count: number, length: number): Float32Array => {
    const out = Float32Array.from({ length: count * width }, () => random.normal());
    for (let row = 0; row < count; row++) {
      const part = out.subarray(row * width, (row + 1) * width);
      const scale = length / Math.sqrt(part.reduce((sum, x) => sum + x * x, 0));
      for (let i = 0; i < width; i++) part[i]! *= scale;
    }
    return out;
  };
  return { sessions: rows(sessions, bounded ? bound / 2 : 8), items: rows(items, 1), targets: Int32Array.from({ length: sessions }, () => random.below(Math.min(items, 400))) };
}

interface Answer {
  readonly loss: number;
  readonly dSessions: Float32Array;
  readonly dItems: Float32Array;
}

interface Head {
  run(): Promise<Answer>;
  dispose(): Promise<void>;
}

type LossOf = (sessions: Value, items: Value, each: Case) => { readonly loss: Value; readonly feeds: (targets: Int32Array) => Feeds };

/** Gradients come back in place, as in the trainer on the CPU. */
async function openHead(each: Case, count: number, numbers: Numbers, threads: number, lossOf: LossOf): Promise<Head> {
  const [s, e] = [input('sessions', [sessions, each.width]), input('items', [count, each.width])];
  const { loss: losses, feeds } = lossOf(s, e, each);
  const loss = reduceMean(losses, [0]);
  const [dSessions, dItems] = gradients(loss, [s, e]);
  const session = await openSession(writeModel({ outputs: { loss, dSessions: dSessions!, dItems: dItems! }, parametersAs: 'inputs' }), { threads });
  const given = toRuntime({ sessions: floats(numbers.sessions, [sessions, each.width]), items: floats(numbers.items, [count, each.width]), ...feeds(numbers.targets) }, session.inputNames);
  const { Tensor } = loadRuntime();
  const out = { dSessions: new Float32Array(numbers.sessions.length), dItems: new Float32Array(numbers.items.length) };
  const fetches = { loss: null, dSessions: new Tensor('float32', out.dSessions, [sessions, each.width]), dItems: new Tensor('float32', out.dItems, [count, each.width]) };
  return {
    run: async () => ({ loss: Number((await session.run(given, fetches))['loss']!.data[0]), ...out }),
    dispose: () => session.release(),
  };
}

const chunkedLoss: LossOf = (s, e, { bounded }) => {
  const targets = indexInput('targets', [sessions], e.shape[0]!);
  return { loss: chunkedCrossEntropy(s, e, targets, bounded ? { bound } : {}), feeds: (rows) => indexFeeds(targets, rows, undefined, e.shape[0] as number) };
};

/** All logits, their softmax, and its gradient p - onehot, put in place at the targets: the fewest passes over a whole matrix that ONNX allows. */
const plainLoss: LossOf = (s, e) => {
  const count = e.shape[0] as number;
  const places = input('places', [sessions], 'int32'); // of the targets among all B·N probabilities
  const probabilities = softmax(matmul(s, e, { transposeB: true }), 1);
  const flat = reshape(probabilities, [sessions * count]);
  const own = gather(flat, places); // [B]
  const loss = customGradient([s, e], neg(log(own)), (g) => {
    const dLogits = mul(reshape(scatterRows(flat, places, sub(own, 1)), [sessions, count]), reshape(g, [sessions, 1]));
    return [matmul(dLogits, e), matmul(dLogits, s, { transposeA: true })];
  });
  return { loss, feeds: (rows) => ({ places: ints(rows.map((row, b) => b * count + row)) }) };
};

/** As an exporter writes it: the one-hot matrix of the targets is compared into being and subtracted. */
const oneHotLoss: LossOf = (s, e) => ({ loss: softmaxCrossEntropy(matmul(s, e, { transposeB: true }), input('labels', [sessions], 'int32')), feeds: (rows) => ({ labels: ints(rows) }) });

function save(folder: string, name: string, { sessions: s, items: e, targets }: Numbers, { dSessions, dItems }: Answer): void {
  for (const [part, data] of Object.entries({ sessions: s, items: e, targets, dsessions: dSessions, ditems: dItems })) {
    writeFileSync(join(folder, `${name}.${part}.bin`), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}

/** Relative to the largest of `expected`. */
function largestDifference(got: Float32Array, expected: Float32Array): number {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < got.length; i++) {
    difference = Math.max(difference, Math.abs(got[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return difference / largest;
}
