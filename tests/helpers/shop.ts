/** A small shop for tests of the services: the demo generator's files with every tenth session, imported and trained on for real. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generateDemo } from '../../build/demo/generate.ts';
import { openEngine, type Engine } from '../../electron/engine.ts';
import type { TrainingProgress } from '../../electron/api/training.ts';
import type { TrainingConfig } from '../../models/config.ts';
import { forkedWorkers } from '../../electron/transport/spawn.ts';
import { copyMade, keepMade } from './once.ts';

const sources = resolve(import.meta.dirname, '../../electron');
export const workers = forkedWorkers({ backend: join(sources, 'backend.ts'), compute: join(sources, 'compute.ts') });

export interface ShopFiles {
  readonly folder: string;
  readonly catalog: string;
  readonly sessions: string;
  readonly drafts: string;
}

/** Trains in about two seconds; good enough to recommend tiles after tiles. */
export const quick: Partial<TrainingConfig> = { epochs: 2, width: 16, attentionHeads: 2, feedForward: 32, layers: 1, maxLength: 10, titleVocabulary: 1000, batch: 256 };

/** Files in a folder that the caller removes. */
export function writeShop(): ShopFiles {
  const folder = mkdtempSync(join(tmpdir(), 'shelfsight-shop-'));
  const files = { folder, catalog: join(folder, 'catalog.csv'), sessions: join(folder, 'sessions.csv'), drafts: join(folder, 'drafts.csv') };
  if (copyMade('shop', folder)) return files;
  const { sessions } = generateDemo(folder);
  const [header = '', ...rows] = readFileSync(sessions, 'utf8').trimEnd().split('\n');
  const numbers = new Map<string, number>();
  const kept = rows.filter((row) => {
    const session = row.slice(0, row.indexOf(','));
    if (!numbers.has(session)) numbers.set(session, numbers.size);
    return numbers.get(session)! % 10 === 0;
  });
  writeFileSync(sessions, [header, ...kept].join('\n') + '\n');
  keepMade('shop', folder);
  return files;
}

/** Makes a workspace of the shop, with its launch list as drafts and a model in use, for tests of what comes after. */
export async function fillTrainedShop(folder: string): Promise<void> {
  if (copyMade('trained-shop', folder)) return;
  const files = writeShop();
  const engine = await openTestEngine(folder);
  try {
    await importShop(engine, files);
    const ended = awaitEnd(engine);
    await engine.api.training.start({ config: quick, device: 'cpu' });
    const { status, message } = await ended;
    if (status !== 'done') throw new Error(`The training of the shop is ${status}: ${message}`);
  } finally {
    await closeAndRemove(engine, files.folder);
  }
  keepMade('trained-shop', folder);
}

export async function importShop(engine: Engine, files: ShopFiles): Promise<void> {
  for (const [path, kind, asDrafts] of [[files.catalog, 'catalog', false], [files.sessions, 'sessions', false], [files.drafts, 'catalog', true]] as const) {
    await engine.api.catalog.import({ file: await engine.adoptFile(path), kind, asDrafts, job: path });
  }
}

export function openTestEngine(folder: string): Promise<Engine> {
  return openEngine(folder, workers);
}

/** The first progress of this run that satisfies the condition. Subscribe before it can happen. */
export function awaitProgress(engine: Engine, condition: (progress: TrainingProgress) => boolean): Promise<TrainingProgress> {
  return new Promise((resolve) => {
    const stop = engine.on('training.progress', (progress) => {
      if (!condition(progress)) return;
      stop();
      resolve(progress);
    });
  });
}

export function awaitEnd(engine: Engine): Promise<TrainingProgress> {
  return awaitProgress(engine, ({ status }) => status !== 'running');
}

export async function closeAndRemove(engine: Engine, ...folders: readonly string[]): Promise<void> {
  await engine.close();
  folders.forEach(removeFolder);
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
