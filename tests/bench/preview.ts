/**
 * One keystroke of the launch preview: titles are typed letter by letter and previewed with all lists over a panel of 2,000 sessions.
 * Catalogues are amazon_scientific's, made larger by exchanging words between titles; the encoder stands at the start of its training
 * (its cost does not depend on its weights). `--keystrokes=200`, `--sizes=5000,50000`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ItemFeatures } from '../../db/records.ts';
import { writeArtifact } from '../../models/artifact.ts';
import { normalizeConfig } from '../../models/config.ts';
import { nameOf } from '../../models/graph/value.ts';
import type { OpenModelJob } from '../../models/jobs.ts';
import type { PreviewNumbers } from '../../models/launch-jobs.ts';
import { createModel } from '../../models/network.ts';
import { prepareTraining, tokenStart } from '../../models/prepare.ts';
import { Random } from '../../models/random.ts';
import { openModel } from '../../models/serve.ts';
import { readDataset } from '../helpers/data.ts';
import type { BenchResult } from './run.ts';
import { quantile } from './timing.ts';

export const title = 'a keystroke of the launch preview, panel of 2,000 sessions, K = 20';

const none = new Int32Array(0);
const warmUp = 20;

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const keystrokes = Number(options['keystrokes'] ?? 200);
  const sizes = (options['sizes'] ?? '5000,50000').split(',').map(Number);
  const dataset = readDataset('amazon_scientific');
  const config = normalizeConfig({});
  const prepared = prepareTraining(dataset, config, none);
  const model = createModel(config, prepared.shape, tokenStart(prepared, config));
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-preview-'));
  const weights = new Map(model.parameters.map(({ value, initial }) => [nameOf(value), initial]));
  writeArtifact(folder, model, weights, prepared.features, { ids: none, hidden: none }, null, { createdAt: 0, device: 'none', epochs: 0, bestEpoch: 0, validation: {}, dataHash: dataset.hash, moments: 0 });

  const lines: string[] = [];
  const figures: Record<string, unknown> = {};
  for (const size of sizes) {
    const items = enlarge(dataset.items, size);
    const job: OpenModelJob = {
      folder, cache: join(folder, `cache-${size}`), items, ids: Int32Array.from(items.keys()), live: new Uint8Array(size).fill(1),
      sessions: { ...dataset.sessions, items: dataset.sessions.items.map((row) => (row < size ? row : -1)) }, panel: { sessions: 2000, seed: 1 }, k: 20,
    };
    const before = process.memoryUsage().rss;
    const opening: number[] = [];
    for (const _ of ['empty cache', 'filled cache']) {
      const started = performance.now();
      const served = await openModel(job);
      opening.push(performance.now() - started);
      await served.dispose();
    }
    const served = await openModel(job);
    const seen: { readonly total: number; readonly parts: PreviewNumbers['milliseconds'] }[] = [];
    for (const features of typed(items, warmUp + keystrokes)) {
      const started = performance.now();
      const { milliseconds } = await served.preview({ features, row: -1, k: 20, lists: true });
      seen.push({ total: performance.now() - started, parts: milliseconds });
    }
    const memory = Math.round((process.memoryUsage().rss - before) / 1e6);
    await served.dispose();
    const timed = seen.slice(warmUp);
    const both = (values: readonly number[]): { p50: number; p95: number } => {
      const sorted = [...values].sort((a, b) => a - b);
      return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
    };
    const figure = {
      moments: served.info.panel.moments, total: both(timed.map(({ total }) => total)),
      encode: both(timed.map(({ parts }) => parts.encode)), score: both(timed.map(({ parts }) => parts.score)), place: both(timed.map(({ parts }) => parts.displace)),
      openingEmpty: opening[0]!, openingCached: opening[1]!, memoryMB: memory,
    };
    figures[size] = figure;
    const show = (name: string, { p50, p95 }: { p50: number; p95: number }): string => `  ${name.padEnd(16)} p50 ${p50.toFixed(2).padStart(7)}  p95 ${p95.toFixed(2).padStart(7)} ms`;
    lines.push(
      `${size.toLocaleString('en')} SKUs, ${figure.moments.toLocaleString('en')} moments of ${served.info.panel.n.toLocaleString('en')} sessions, ${timed.length} keystrokes`,
      show('keystroke', figure.total), show('encode', figure.encode), show('score', figure.score), show('place and lists', figure.place),
      `  opening          ${Math.round(figure.openingEmpty)} ms, ${Math.round(figure.openingCached)} ms with a filled cache; ${memory} MB more memory`,
    );
  }
  rmSync(folder, { recursive: true, force: true });
  return { lines, figures };
}

/** `size` SKUs: the real ones, then copies in whose titles every third word is another title's. */
function enlarge(items: readonly ItemFeatures[], size: number): readonly ItemFeatures[] {
  const random = new Random(7);
  const words = items.map((item) => item.title.split(' '));
  return Array.from({ length: size }, (_, row) => {
    const source = row % items.length;
    if (row < items.length) return items[source]!;
    const changed = words[source]!.map((word) => {
      const other = words[random.below(words.length)]!;
      return random.uniform() < 1 / 3 ? other[random.below(other.length)]! : word;
    });
    return { ...items[source]!, title: changed.join(' ') };
  });
}

/** Drafts as they are typed: brand and category first, then the title letter by letter. */
function typed(items: readonly ItemFeatures[], count: number): readonly ItemFeatures[] {
  const drafts: ItemFeatures[] = [];
  for (let row = 100; drafts.length < count; row += 211) {
    const item = items[row % items.length]!;
    for (let letters = 1; letters <= Math.min(60, item.title.length) && drafts.length < count; letters++) drafts.push({ ...item, title: item.title.slice(0, letters) });
  }
  return drafts;
}
