/**
 * A large shop behind the contract: memory of the backend and of the compute process, opening, and keystrokes of the launch preview from
 * the call to its answer. The shop is synthetic; the model stands at the start of its training. Linux only (/proc).
 * `--skus=600000`, `--sessions=200000`, `--panel=2000`, `--keystrokes=100`. The largest takes about eight minutes on two cores, three of
 * them the first time alone (parts/cached-workspace.ts); `--skus=100000` takes one.
 */
import { readFileSync } from 'node:fs';
import type { ItemFeatures } from '../../db/records.ts';
import type { Preview } from '../../electron/api/launch.ts';
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
      spread('keystroke, call to answer', filled.seen.map(({ total }) => total)), spread('encode', of('encode')), spread('score', of('score')), spread('displace', of('displace')), spread('lists', of('lists')),
    ],
    figures: { skus, sessions, panel: provenance.panel, empty: { opening: empty.opening, backend: empty.backend, compute: empty.compute }, filled: { opening: filled.opening, backend: filled.backend, compute: filled.compute, seen: filled.seen } },
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
    const started = performance.now();
    const first = await engine.api.launch.preview({ sku: 'NEW', features: draft, panel });
    const opening = performance.now() - started;
    const seen: { readonly total: number; readonly milliseconds: Preview['provenance']['milliseconds'] }[] = [];
    for (let i = 0; i < (keystrokes === 0 ? 0 : warmUp + keystrokes); i++) {
      const from = performance.now();
      const { provenance } = await engine.api.launch.preview({ sku: 'NEW', features: { ...draft, title: `${draft.title} ${draft.title}`.slice(0, 10 + (i % 60)) }, panel });
      seen.push({ total: performance.now() - from, milliseconds: provenance.milliseconds });
    }
    const [worker] = childrenOf(process.pid, 'compute').toReversed();
    const [backend, compute] = [resident(process.pid), resident(worker!)];
    return { catalog, provenance: first.provenance, opening, seen: seen.slice(warmUp), backend: { before, after: backend.now, peak: backend.peak }, compute: { before: null, after: compute.now, peak: compute.peak } };
  } finally {
    await engine.close();
  }
}

function featuresOf({ title, brand, categoryPath }: Pick<ItemFeatures, 'title' | 'brand' | 'categoryPath'>): ItemFeatures {
  return { title, brand, categoryPath, description: '', color: [], material: [], size: '', department: '', manufacturer: '', price: null, attrs: [] };
}

function resident(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024);
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
