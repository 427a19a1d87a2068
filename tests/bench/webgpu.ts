/**
 * Training on WebGPU: every trainable kind agrees with the CPU step by step, no node falls back, memory is flat. On a real GPU also the
 * full-size step beside PyTorch on the same GPU. `--steps=8`, `--small-steps=2000`, `--kinds=m2trec,narm`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelKinds, type ModelKind } from '../../models/config.ts';
import { placements } from '../../models/runtime/placement.ts';
import { findAdapter, type Adapter } from './parts/adapter.ts';
import { measureSteps, type StepsJob } from './parts/steps.ts';
import type { BenchResult } from './run.ts';
import { run as runStep } from './step.ts';
import { summarize } from './timing.ts';

export const title = 'training on WebGPU: agreement with the CPU, placement, memory, time';

/** A shop small enough for an emulated GPU; what is compared does not depend on its size. */
const shop = { items: 400, sessions: 800, seed: 1 };
const small = { width: 16, attentionHeads: 2, feedForward: 32, maxLength: 5, batch: 16, epochs: 1 };
const profiled = 2;

interface Agreement {
  readonly name: string;
  readonly deviation: number;
  /** Operators that did not run on the GPU. */
  readonly fallbacks: readonly string[];
  readonly gpu: number;
  readonly cpu: number;
  /** Steps of an epoch of the small shop. */
  readonly batches: number;
}

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const steps = Number(options['steps'] ?? 8);
  const smallSteps = Number(options['small-steps'] ?? 2000);
  const adapter = await findAdapter();
  if (adapter === null) return { lines: ['No graphics adapter was found, not even a software one, so nothing is measured.'], figures: { adapter: null } };
  const kinds = options['kinds']?.split(',') as readonly ModelKind[] | undefined ?? modelKinds;
  const cases = kinds.flatMap((model) => [{ name: model, settings: { model } }, { name: `${model}, shared negatives`, settings: { model, negatives: 64 } }]);
  const agreements: Agreement[] = [];
  const failures: string[] = [];
  for (const { name, settings } of cases) {
    try {
      agreements.push(await compare(adapter, name, settings, steps));
    } catch (error) {
      failures.push(`${name.padEnd(30)} DOES NOT TRAIN: ${(error as Error).message.split('\n')[0]}`);
    }
    process.stderr.write(`${failures.length} failed, ${agreements.length} compared: ${name}\n`);
  }
  const flat = smallSteps === 0 ? null : await measureSteps(jobOf('webgpu', { model: 'mutrec-id', layers: 1 }, smallSteps, null), null, adapter.environment);
  const lines = [
    `${adapter.kind}: ${adapter.detail}`,
    `${shop.items.toLocaleString('en')} SKUs (synthetic), batch ${small.batch}, width ${small.width}, ${steps} steps from the same weights and feeds on both devices`,
    ...agreements.map(({ name, deviation, fallbacks, gpu, cpu, batches }) => `  ${name.padEnd(30)} losses differ by ${deviation.toExponential(1)} at most; ${fallbacks.length === 0 ? 'every node on the GPU' : `NOT on the GPU: ${fallbacks.join(', ')}`}; `
      + `${gpu.toFixed(1)} ms a step (CPU ${cpu.toFixed(1)}), ${((gpu * batches) / 1000).toFixed(1)} s an epoch of ${batches} steps`),
    ...failures.map((failure) => `  ${failure}`),
    ...(flat === null ? [] : [`memory over ${smallSteps.toLocaleString('en')} steps of mutrec-id, MB after each tenth: ${flat.growth.join(', ')}`]),
  ];
  const figures: Record<string, unknown> = { adapter: { kind: adapter.kind, detail: adapter.detail }, agreements, failures, growth: flat?.growth ?? null };
  if (adapter.kind === 'GPU') {
    Object.assign(process.env, adapter.environment);
    for (const negatives of [0, 4096]) {
      const full = await runStep({ device: 'webgpu', items: '43097', steps: '21', negatives: String(negatives) });
      lines.push('', negatives === 0 ? 'full size, exact softmax:' : `full size, ${negatives} shared negatives:`, ...full.lines);
      figures[negatives === 0 ? 'exact' : 'sampled'] = full.figures;
    }
  } else {
    lines.push('Times of an emulated GPU say nothing of a real one; the full-size step beside PyTorch runs where there is one.');
  }
  return { lines, figures };
}

function jobOf(device: StepsJob['device'], settings: StepsJob['settings'], steps: number, profile: string | null): StepsJob {
  return { data: { synthetic: shop }, settings: { ...small, ...settings }, device, threads: 1, steps, warmUp: 0, profile, profiled };
}

async function compare(adapter: Adapter, name: string, settings: StepsJob['settings'], steps: number): Promise<Agreement> {
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-webgpu-'));
  const prefix = join(folder, 'profile');
  const cpu = await measureSteps(jobOf('cpu', settings, steps, null), null);
  const gpu = await measureSteps(jobOf('webgpu', settings, steps, prefix), null, adapter.environment);
  const placed = placements(prefix);
  rmSync(folder, { recursive: true, force: true });
  const later = (times: typeof cpu.steps): number => summarize('', times.slice(Math.min(3, times.length - 1)).map((step) => step.feeds + step.step)).median; // the first ones compile
  return {
    name, gpu: later(gpu.steps), cpu: later(cpu.steps), batches: cpu.batches,
    deviation: Math.max(...cpu.steps.map(({ loss }, step) => Math.abs(gpu.steps[step]!.loss / loss - 1))),
    fallbacks: Object.entries(placed).flatMap(([provider, operators]) => (provider === 'WebGpuExecutionProvider' ? Object.keys(operators).filter((operator) => operator.startsWith('Memcpy')) : Object.keys(operators))),
  };
}
