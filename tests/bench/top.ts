/**
 * The 20 best of all SKUs for one session vector (d = 128), by the loop that screens rank with, beside onnxruntime's product of a row and
 * a matrix, and above a streaming floor: one pass over the same bytes in C on all cores. `--sizes=43097,119000,600000,1000000`, `--runs=15`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Random } from '../../models/random.ts';
import { softmaxOver, topRows } from '../../models/ranking.ts';
import { RowProducts } from '../../models/row-products.ts';
import { logitOf, type Softening } from '../../models/temperature.ts';
import { Products } from '../../models/trained.ts';
import type { BenchResult } from './run.ts';
import { printTimings, summarize, type Timing } from './timing.ts';

export const title = 'top-20 of one session vector over the whole catalogue, d = 128';

const width = 128;
const k = 20;
const warmUp = 3;
/** As training leaves one; the time does not depend on the numbers. */
const softening: Softening = { value: 1.5, above: { knee: 0, value: 4 } };

interface Floor {
  readonly name: string;
  /** Milliseconds of one pass over so many rows. */
  pass(rows: number): Promise<number>;
  stop(): void;
}

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const sizes = (options['sizes'] ?? '43097,119000,600000,1000000').split(',').map(Number);
  const runs = Number(options['runs'] ?? 15);
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-top-'));
  const program = compile(folder);
  const floors = program === null ? [] : [...new Set([1, availableParallelism()])].map((threads) => startFloor(program, threads, Math.max(...sizes)));
  const lines: string[] = [];
  const figures: Record<string, unknown> = {};
  for (const size of sizes) {
    const { timings, same } = await measure(size, floors, runs);
    const timingOf = (name: string): Timing => timings.find((timing) => timing.name === name)!;
    const ours = timingOf('ours');
    lines.push(`${size.toLocaleString('en')} SKUs, ${((4 * width * size) / 1e6).toFixed(0)} MB; the same list from both ways: ${same ? 'yes' : 'NO'}`, printTimings(timings));
    const ratios = Object.fromEntries(floors.map(({ name }) => [name, { medians: ours.median / timingOf(name).median, minima: ours.min / timingOf(name).min }]));
    for (const { name } of floors) lines.push(`  ours / ${name}: ${ratios[name]!.medians.toFixed(2)} (minima ${ratios[name]!.minima.toFixed(2)}); the floor reads ${((4 * width * size) / 1e6 / timingOf(name).min).toFixed(0)} GB/s`);
    lines.push(`  onnxruntime / ours: ${(timingOf('onnxruntime').median / ours.median).toFixed(2)}`, '');
    figures[size] = { timings, same, ratios };
  }
  if (floors.length === 0) lines.push('No C compiler was found, so the floor is not measured.');
  for (const floor of floors) floor.stop();
  rmSync(folder, { recursive: true, force: true });
  return { lines, figures };
}

async function measure(size: number, floors: readonly Floor[], runs: number): Promise<{ readonly timings: readonly Timing[]; readonly same: boolean }> {
  const random = new Random(size);
  const noise = Float32Array.from({ length: 65_521 }, () => random.normal()); // a prime: no two rows alike
  const keys = Float32Array.from({ length: size * width }, (_, i) => noise[i % noise.length]! + noise[Math.floor(i / noise.length) % noise.length]! / 8);
  const query = Float32Array.from({ length: width }, () => random.normal());
  const competing = new Uint8Array(size).fill(1);
  for (let i = 0; i < 5; i++) competing[random.below(size)] = 0; // the session's own items
  const own = new RowProducts(keys, width);
  const products = await Products.open(width);
  let [list, other]: [readonly number[], readonly number[]] = [[], []];
  let scores: Float32Array = new Float32Array(0);
  const ways: readonly (readonly [string, () => number | Promise<number>])[] = [
    ...floors.map(({ name, pass }) => [name, () => pass(size)] as const),
    ['ours', timed(() => {
      scores = own.multiply(query);
      list = topRows(scores, competing, k, own.tops);
    })],
    ['ours, probabilities too', timed(() => {
      scores = own.multiply(query);
      list = topRows(scores, competing, k, own.tops);
      const probability = softmaxOver(scores, competing, logitOf(softening));
      for (const row of list) probability(scores[row]!);
    })],
    ['onnxruntime', timed(async () => { other = topRows(await products.multiply(query, keys), competing, k); })],
  ];
  const samples = ways.map((): number[] => []);
  for (let round = -warmUp; round < runs; round++) {
    for (const [index, [, way]] of ways.entries()) {
      const ms = await way();
      if (round >= 0) samples[index]!.push(ms);
    }
  }
  await products.dispose();
  return { timings: ways.map(([name], index) => summarize(name, samples[index]!)), same: JSON.stringify(list) === JSON.stringify(other) };
}

function timed(work: () => unknown): () => Promise<number> {
  return async () => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };
}

function compile(folder: string): string | null {
  const program = join(folder, 'stream');
  for (const compiler of ['cc', 'gcc', 'clang']) {
    if (spawnSync(compiler, ['-O3', '-march=native', '-ffast-math', '-pthread', join(import.meta.dirname, 'parts', 'stream.c'), '-o', program]).status === 0) return program;
  }
  return null;
}

function startFloor(program: string, threads: number, largest: number): Floor {
  const child = spawn(program, [String(threads), String(largest)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    name: `floor, C on ${threads} core${threads > 1 ? 's' : ''}`,
    async pass(rows) {
      child.stdin.write(`${rows}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the floor ended');
      return (JSON.parse(value) as { ms: number }).ms;
    },
    stop: () => child.kill(),
  };
}
