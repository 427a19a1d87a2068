/**
 * A large shop behind the contract: memory of the backend and of the compute process, opening by its phases, and keystrokes of the launch
 * preview from the call to its answer. The shop is synthetic; the model stands at the start of its training. Linux only (/proc).
 * `--skus=600000`, `--sessions=200000`, `--panel=2000`, `--keystrokes=100`. The largest takes about five minutes on two cores, one of
 * them the first time alone (parts/cached-workspace.ts); `--skus=100000` takes one.
 */
import { readFileSync } from 'node:fs';
import type { ItemFeatures } from '../../db/records.ts';
import type { Preview } from '../../electron/api/launch.ts';
import type { Engine } from '../../electron/engine.ts';
import { childrenOf } from '../helpers/processes.ts';
import { openTestEngine } from '../helpers/shop.ts';
import { cachedWorkspace, emptyCache } from './parts/cached-workspace.ts';
import type { BenchResult } from './run.ts';
import { quantile } from './timing.ts';

export const title = 'memory of backend and compute process with a large catalogue, and keystrokes through the contract (synthetic)';

const warmUp = 10;

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const [skus, sessions, panel, keystrokes] = [Number(options['skus'] ?? 600_000), Number(options['sessions'] ?? 200_000), Number(options['panel'] ?? 2_000), Number(options['keystrokes'] ?? 100)];
  const workspace = cachedWorkspace(skus, sessions);
  emptyCache(workspace);
  process.stderr.write('opening it with an empty cache…\n');
  const empty = await load(workspace, panel, 0);
  process.stderr.write(`${(empty.opening / 1000).toFixed(1)} s; opening it with a filled one…\n`);
  const filled = await load(workspace, panel, keystrokes);
  const { catalog, provenance } = filled;
  const spread = (name: string, values: readonly number[]): string => {
    const sorted = [...values].sort((a, b) => a - b);
    return `  ${name.padEnd(34)} p50 ${quantile(sorted, 0.5).toFixed(1).padStart(7)}  p95 ${quantile(sorted, 0.95).toFixed(1).padStart(7)} ms`;
  };
  const of = (part: keyof Required<Preview['provenance']['milliseconds']>): readonly number[] => filled.seen.map(({ milliseconds }) => milliseconds[part] ?? 0);
  const memory = (name: string, { before, after, peak }: Memory): string => `  ${name.padEnd(34)} ${before === null ? '' : `${before} MB started, `}${after} MB with the model open, peak ${peak} MB`;
  return {
    lines: [
      `${catalog.live.toLocaleString('en')} SKUs, ${sessions.toLocaleString('en')} sessions, panel of ${provenance.panel.n.toLocaleString('en')} sessions (${provenance.panel.moments.toLocaleString('en')} moments), K = ${provenance.k}`,
      memory('backend', filled.backend), memory('compute process', filled.compute),
      `  first preview                      ${(empty.opening / 1000).toFixed(1)} s with an empty cache (peaks: backend ${empty.backend.peak} MB, compute process ${empty.compute.peak} MB), ${(filled.opening / 1000).toFixed(1)} s with a filled one`,
      `  opening with an empty cache        ${describeWatch(empty)}`, `  opening with a filled one          ${describeWatch(filled)}`,
      spread('keystroke, call to answer', filled.seen.map(({ total }) => total)), spread('encode', of('encode')), spread('score', of('score')), spread('displace', of('displace')), spread('lists', of('lists')),
    ],
    figures: { skus, sessions, panel: provenance.panel, empty: { opening: empty.opening, watched: empty.watched, processor: empty.processor, backend: empty.backend, compute: empty.compute }, filled: { opening: filled.opening, watched: filled.watched, processor: filled.processor, backend: filled.backend, compute: filled.compute, seen: filled.seen } },
  };
}

/** MB of resident memory. */
interface Memory {
  /** Before the model was opened; null where there was no process. */
  readonly before: number | null;
  readonly after: number;
  readonly peak: number;
}

/** Opens the workspace as the backend does, asks for a first preview, then types. */
async function load(workspace: string, panel: number, keystrokes: number) {
  const engine = await openTestEngine(workspace);
  try {
    const catalog = await engine.api.catalog.stats({});
    const before = resident(process.pid).now;
    const draft = featuresOf((await engine.api.catalog.list({ offset: 0, limit: 1 })).rows[0]!);
    const watched = watch(engine);
    const started = performance.now();
    const first = await engine.api.launch.preview({ sku: 'NEW', features: draft, panel });
    const opening = performance.now() - started;
    const processor = { backend: secondsOf(process.pid), compute: secondsOf(childrenOf(process.pid, 'compute').at(-1)!) };
    watched.end();
    const seen: { readonly total: number; readonly milliseconds: Preview['provenance']['milliseconds'] }[] = [];
    for (let i = 0; i < (keystrokes === 0 ? 0 : warmUp + keystrokes); i++) {
      const from = performance.now();
      const { provenance } = await engine.api.launch.preview({ sku: 'NEW', features: { ...draft, title: `${draft.title} ${draft.title}`.slice(0, 10 + (i % 60)) }, panel });
      seen.push({ total: performance.now() - from, milliseconds: provenance.milliseconds });
    }
    const [worker] = childrenOf(process.pid, 'compute').toReversed();
    const [backend, compute] = [resident(process.pid), resident(worker!)];
    return { catalog, provenance: first.provenance, opening, watched, processor, seen: seen.slice(warmUp), backend: { before, after: backend.now, peak: backend.peak }, compute: { before: null, after: compute.now, peak: compute.peak } };
  } finally {
    await engine.close();
  }
}

/** What whoever waits is told: seconds of each phase, and the longest time without a word. */
interface Watched {
  readonly phases: Record<string, number>;
  silence: number;
  end(): void;
}

function watch(engine: Engine): Watched {
  let [at, phase] = [performance.now(), 'reading'];
  const hear = (next: string): void => {
    const now = performance.now();
    watched.phases[phase] = (watched.phases[phase] ?? 0) + (now - at) / 1000;
    watched.silence = Math.max(watched.silence, (now - at) / 1000);
    if (next !== phase) process.stderr.write(`  ${phase} ${watched.phases[phase]!.toFixed(1)} s\n`);
    [at, phase] = [now, next];
  };
  const stop = engine.on('opening.progress', ({ phase: next }) => hear(next));
  const watched: Watched = { phases: {}, silence: 0, end: () => (stop(), hear('first answer')) };
  return watched;
}

function describeWatch({ watched, processor }: { readonly watched: Watched; readonly processor: { readonly backend: number; readonly compute: number } }): string {
  const phases = Object.entries(watched.phases).map(([phase, seconds]) => `${phase} ${seconds.toFixed(1)}`).join(', ');
  return `${phases} s; longest time without a word ${watched.silence.toFixed(1)} s; processor time ${processor.compute.toFixed(0)} s of the compute process, ${processor.backend.toFixed(0)} s of the backend since it started`;
}

/** Processor time of a process since it started. */
function secondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100; // user and system, in ticks of a hundredth
}

function featuresOf({ title, brand, categoryPath }: Pick<ItemFeatures, 'title' | 'brand' | 'categoryPath'>): ItemFeatures {
  return { title, brand, categoryPath, description: '', color: [], material: [], size: '', department: '', manufacturer: '', price: null, attrs: [] };
}

function resident(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024);
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
