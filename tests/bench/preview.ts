/**
 * One keystroke of the launch preview: titles are typed letter by letter and previewed with all lists. Catalogues are
 * amazon_scientific's, made larger by exchanging words between titles, its sessions spread over the copies; a third of the SKUs are in
 * sessions. The encoder stands at the start of its training (its cost does not depend on its weights), the memory counts the sessions.
 *
 * `--keystrokes=200`, `--sizes=5000,50000,100000,600000`, `--panels=2000,20000,60000`; unless panels are named, the largest catalogue is
 * measured on the smallest alone, as its first opening takes minutes: ten minutes in all on two cores. Paint is measured in the browser:
 * `responsive`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ItemFeatures, SessionTable } from '../../db/records.ts';
import { splitCodes } from '../../db/records.ts';
import { writeArtifact } from '../../models/artifact.ts';
import { normalizeConfig } from '../../models/config.ts';
import { nameOf } from '../../models/graph/value.ts';
import type { OpenModelJob } from '../../models/jobs.ts';
import type { PreviewNumbers } from '../../models/launch-jobs.ts';
import { countMemory } from '../../models/memory.ts';
import { createModel } from '../../models/network.ts';
import { prepareTraining, tokenStart } from '../../models/prepare.ts';
import { Random } from '../../models/random.ts';
import { openModel } from '../../models/serve.ts';
import { readDataset } from '../helpers/data.ts';
import type { BenchResult } from './run.ts';
import { quantile } from './timing.ts';

export const title = 'a keystroke of the launch preview by SKUs and panel sessions, K = 20';

const none = new Int32Array(0);
const warmUp = 20;
const k = 20;
const longOpening = 600_000;

export async function run(options: Readonly<Record<string, string>>): Promise<BenchResult> {
  const keystrokes = Number(options['keystrokes'] ?? 200);
  const numbers = (name: string, otherwise: string): readonly number[] => (options[name] ?? otherwise).split(',').map(Number);
  const sizes = numbers('sizes', '5000,50000,100000,600000');
  const panels = numbers('panels', '2000,20000,60000');
  const figures: Record<string, Figure> = {};
  const lines = [header];
  for (const size of sizes) {
    for (const panel of size >= longOpening && options['panels'] === undefined ? panels.slice(0, 1) : panels) {
      const figure = await measure(size, panel, keystrokes);
      figures[`${size} SKUs, ${panel} sessions`] = figure;
      process.stderr.write(`${describe(size, panel, figure)}\n`);
      lines.push(describe(size, panel, figure));
    }
  }
  return { lines: [...lines, '', 'Milliseconds, p50 / p95. A keystroke is all of it; lists: similar, displaced, where, categories, readiness. Opening in seconds: empty cache, filled cache.'], figures };
}

interface Spread {
  readonly p50: number;
  readonly p95: number;
}

interface Figure {
  readonly moments: number;
  readonly keystroke: Spread;
  /** encode + score + displace */
  readonly numbers: Spread;
  readonly encode: Spread;
  readonly score: Spread;
  readonly displace: Spread;
  readonly lists: Spread;
  readonly explain: number;
  readonly openingEmpty: number;
  readonly openingCached: number;
  readonly memoryMB: number;
}

const columns = ['SKUs', 'sessions', 'moments', 'keystroke', 'numbers', 'encode', 'score', 'displace', 'lists', 'explain', 'opening', 'memory MB'] as const;
const widths = [9, 9, 9, 15, 15, 13, 13, 13, 15, 9, 15, 10] as const;
const header = columns.map((name, i) => name.padStart(widths[i]!)).join('');

function describe(size: number, panel: number, figure: Figure): string {
  const both = ({ p50, p95 }: Spread): string => `${p50.toFixed(1)} / ${p95.toFixed(1)}`;
  const cells = [
    size.toLocaleString('en'), panel.toLocaleString('en'), figure.moments.toLocaleString('en'), both(figure.keystroke), both(figure.numbers), both(figure.encode), both(figure.score),
    both(figure.displace), both(figure.lists), String(Math.round(figure.explain)), `${(figure.openingEmpty / 1000).toFixed(1)} / ${(figure.openingCached / 1000).toFixed(1)}`, String(figure.memoryMB),
  ];
  return cells.map((cell, i) => cell.padStart(widths[i]!)).join('');
}

async function measure(size: number, panel: number, keystrokes: number): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-preview-'));
  try {
    const items = enlarge(readDataset('amazon_scientific').items, size);
    const sessions = spreadSessions(readDataset('amazon_scientific').sessions, panel, size);
    writeModel(folder, size, sessions);
    const job: OpenModelJob = { folder, cache: join(folder, 'cache'), items, ids: Int32Array.from(items.keys()), live: new Uint8Array(size).fill(1), sessions, panel: { sessions: panel, seed: 1 }, k };
    const before = process.memoryUsage().rss;
    let started = performance.now();
    await (await openModel(job)).dispose();
    const openingEmpty = performance.now() - started;
    started = performance.now();
    const served = await openModel(job);
    const openingCached = performance.now() - started;
    const seen: { readonly total: number; readonly parts: PreviewNumbers['milliseconds'] }[] = [];
    for (const features of typed(items, warmUp + keystrokes)) {
      const from = performance.now();
      const { milliseconds } = await served.preview({ features, row: -1, k, lists: true });
      seen.push({ total: performance.now() - from, parts: milliseconds });
    }
    started = performance.now();
    await served.explain({ features: { ...items[100]!, brand: '' }, row: -1, k });
    const explain = performance.now() - started;
    const memoryMB = Math.round((process.memoryUsage().rss - before) / 1e6);
    await served.dispose();
    const timed = seen.slice(warmUp);
    const spread = (valueOf: (entry: (typeof timed)[number]) => number): Spread => {
      const sorted = timed.map(valueOf).sort((a, b) => a - b);
      return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
    };
    return {
      moments: served.info.panel.moments, keystroke: spread(({ total }) => total), numbers: spread(({ parts }) => parts.encode + parts.score + parts.displace),
      encode: spread(({ parts }) => parts.encode), score: spread(({ parts }) => parts.score), displace: spread(({ parts }) => parts.displace), lists: spread(({ parts }) => parts.lists),
      explain, openingEmpty, openingCached, memoryMB,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeModel(folder: string, size: number, sessions: SessionTable): void {
  const dataset = readDataset('amazon_scientific');
  const config = normalizeConfig({});
  const prepared = prepareTraining(dataset, config, none);
  const model = createModel(config, prepared.shape, tokenStart(prepared, config));
  const weights = new Map(model.parameters.map(({ value, initial }) => [nameOf(value), initial]));
  const pairs = countMemory({ items: sessions.items, offsets: sessions.offsets, sessions: none }, Int32Array.from({ length: size }, (_, row) => row), 0.5);
  writeArtifact(folder, model, weights, prepared.features, { ids: none, hidden: none }, { pairs, settings: { weight: 0.1, backward: 0.5, validation: null } }, { createdAt: 0, device: 'none', epochs: 0, bestEpoch: 0, validation: {}, temperatures: {}, dataHash: dataset.hash, moments: 0 });
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

/** `count` recorded sessions, each moved to one of the copies of the catalogue, the last third of which nobody has seen. */
function spreadSessions({ offsets, items }: SessionTable, count: number, size: number): SessionTable {
  const random = new Random(11);
  const catalogue = readDataset('amazon_scientific').items.length;
  const copies = Math.max(1, Math.floor((size * 2) / 3 / catalogue));
  const rows: number[] = [];
  const ends = new Int32Array(count + 1);
  for (let session = 0; session < count; session++) {
    const source = random.below(offsets.length - 1);
    const shift = random.below(copies) * catalogue;
    for (let event = offsets[source]!; event < offsets[source + 1]!; event++) rows.push(items[event]! < 0 || items[event]! + shift >= size ? -1 : items[event]! + shift);
    ends[session + 1] = rows.length;
  }
  return { offsets: ends, items: Int32Array.from(rows), splits: new Uint8Array(rows.length).fill(splitCodes.test) };
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
