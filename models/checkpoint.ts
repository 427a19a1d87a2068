/**
 * Checkpoints of a run: `<run>/checkpoints/<step>/` with the flat numbers of weights and optimiser, `state.json`, and `manifest.json`
 * last. A folder without a valid manifest is no checkpoint, so a kill at any moment leaves the previous one in force.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FullDisk, isFull } from '../db/full-disk.ts';
import type { RandomState } from './random.ts';
import type { TrainerState } from './runtime/training.ts';

/** Everything but the big arrays that a resumed run needs to go on as if nothing had happened. */
export interface RunState {
  readonly epoch: number;
  readonly step: number;
  /** Steps of this epoch that are done. */
  readonly done: number;
  /** Generator before the epoch's batches were drawn, and now. */
  readonly epochRandom: RandomState;
  readonly random: RandomState;
  readonly best: { readonly epoch: number; readonly measure: number; readonly validation: Readonly<Record<string, number>> } | null;
  readonly seconds: number;
  readonly dataHash: string;
  readonly config: unknown;
}

export interface Checkpoint {
  readonly run: RunState;
  readonly trainer: TrainerState;
  /** Weights of the best epoch so far. */
  readonly best: ReadonlyMap<string, Float32Array> | null;
}

const kept = 3;

/** Writes a checkpoint whole or not at all, and removes all but the newest three. @throws FullDisk */
export function writeCheckpoint(folder: string, checkpoint: Checkpoint): void {
  const parent = join(folder, 'checkpoints');
  mkdirSync(parent, { recursive: true });
  const step = String(checkpoint.trainer.step).padStart(9, '0');
  // A run that was stopped at the end of an epoch comes by the same step again: the older one stays until the newer one has a name.
  const older = listCheckpoints(folder).filter((name) => name.startsWith(step));
  const name = older.length === 1 && older[0] === step ? `${step}-again` : step;
  if (older.length === 2) rmSync(join(parent, step), { recursive: true, force: true }); // killed before it had removed one
  const temporary = join(parent, `${name}.tmp-${process.pid}-0`);
  removeUnfinished(parent);
  const parts: [string, ReadonlyMap<string, Float32Array>][] = [['weights', checkpoint.trainer.weights], ['m', checkpoint.trainer.m], ['v', checkpoint.trainer.v]];
  if (checkpoint.best !== null) parts.push(['best', checkpoint.best]);
  const layout = [...checkpoint.trainer.weights].map(([parameter, values]) => ({ parameter, length: values.length }));
  const files: Record<string, string> = {};
  try {
    mkdirSync(temporary);
    for (const [part, values] of parts) files[`${part}.bin`] = writeDurably(join(temporary, `${part}.bin`), flatten(values, layout));
    files['state.json'] = writeDurably(join(temporary, 'state.json'), Buffer.from(JSON.stringify({ step: checkpoint.trainer.step, layout, run: checkpoint.run })));
    writeDurably(join(temporary, 'manifest.json'), Buffer.from(JSON.stringify({ files })));
    syncFolder(temporary);
    renameSync(temporary, join(parent, name));
  } catch (error) {
    // This one, those that will be kept beside it, and the model in the end.
    giveUp(temporary, (kept + 1 - Math.min(kept, listCheckpoints(folder).length)) * parts.length * bytesOf(checkpoint.trainer.weights) + bytesOf(checkpoint.trainer.weights), error);
  }
  syncFolder(parent);
  for (const old of older.filter((other) => other !== name)) rmSync(join(parent, old), { recursive: true, force: true });
  for (const old of listCheckpoints(folder).slice(0, -kept)) rmSync(join(parent, old), { recursive: true, force: true });
}

/** The newest checkpoint whose files are what its manifest says; null without any. */
export function readCheckpoint(folder: string): Checkpoint | null {
  for (const name of listCheckpoints(folder).reverse()) {
    const checkpoint = readOne(join(folder, 'checkpoints', name));
    if (checkpoint !== null) return checkpoint;
  }
  return null;
}

/** Forgets what only a running or interrupted training needs. */
export function removeCheckpoints(folder: string): void {
  rmSync(join(folder, 'checkpoints'), { recursive: true, force: true });
}

function listCheckpoints(folder: string): string[] {
  const parent = join(folder, 'checkpoints');
  return existsSync(parent) ? readdirSync(parent).filter((name) => /^\d{9}(-again)?$/.test(name)).sort() : [];
}

function readOne(folder: string): Checkpoint | null {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { readonly files: Readonly<Record<string, string>> };
    const files = new Map(Object.entries(manifest.files).map(([name, hash]) => {
      const bytes = readFileSync(join(folder, name));
      if (sha256(bytes) !== hash) throw new Error(`${name} is not what the manifest says`);
      return [name, bytes];
    }));
    const { step, layout, run } = JSON.parse(files.get('state.json')!.toString('utf8')) as { step: number; layout: Layout; run: RunState };
    const part = (name: string): Map<string, Float32Array> => unflatten(files.get(`${name}.bin`)!, layout);
    return { run, trainer: { step, weights: part('weights'), m: part('m'), v: part('v') }, best: files.has('best.bin') ? part('best') : null };
  } catch {
    return null; // cut off or damaged: an older checkpoint counts
  }
}

type Layout = readonly { readonly parameter: string; readonly length: number }[];

function flatten(values: ReadonlyMap<string, Float32Array>, layout: Layout): Buffer {
  const out = new Float32Array(layout.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { parameter, length } of layout) {
    out.set(values.get(parameter)!, at);
    at += length;
  }
  return Buffer.from(out.buffer);
}

function unflatten(bytes: Buffer, layout: Layout): Map<string, Float32Array> {
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const out = new Map<string, Float32Array>();
  let at = 0;
  for (const { parameter, length } of layout) {
    out.set(parameter, all.slice(at, at + length));
    at += length;
  }
  return out;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function bytesOf(weights: ReadonlyMap<string, Float32Array>): number {
  return [...weights.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Clears up after a write that failed, perhaps for want of the very room that it takes. @throws FullDisk, or the error that it was */
export function giveUp(temporary: string, needed: number, error: unknown): never {
  rmSync(temporary, { recursive: true, force: true });
  throw isFull(error) ? new FullDisk(dirname(temporary), needed, { cause: error }) : error;
}

/** Removes what a killed process left half-written in a folder of the run; a run has one writer. */
export function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) if (/\.tmp-\d+-\d+$/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** Writes and syncs a file; answers its sha256. */
export function writeDurably(file: string, bytes: Uint8Array): string {
  const descriptor = openSync(file, 'wx');
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return sha256(bytes);
}

/** Makes names in a folder durable. Windows cannot open folders; its renames are journalled. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
